import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lockFolder } from '../../server/db/embedded/lock.ts'

// What a data steward or an administrator meets when something is wrong, on the real command line: the exit code, both
// languages, where and what to do, nothing on stdout that is no answer, and nothing half done.

const root = fileURLToPath(new URL('../../', import.meta.url))
let folder: string
let data: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'terrier-errors-'))
  data = join(folder, 'data')
})
afterAll(() => rmSync(folder, { recursive: true }))

interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Starts `terrier` as its users do. Without DATABASE_URL it works on the embedded base in `data`. */
function terrier(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const { DATABASE_URL: _, LOG_LEVEL: __, ...inherited } = process.env
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', join(root, 'server/cli.ts'), ...args],
      {
        cwd: root,
        env: { ...inherited, TSX_TSCONFIG_PATH: join(root, 'tsconfig.json'), TERRIER_DATA: data, ...env },
        encoding: 'utf8',
        timeout: 60_000, // whatever hangs is killed, and has no exit code
      },
      (error, stdout, stderr) =>
        resolve({
          code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1,
          stdout,
          stderr,
        }),
    )
  })
}

/** Said in Chinese and in English, without a stack. */
function expectReadable({ stderr }: Ran): void {
  expect(stderr).toMatch(/^✗ .*/m)
  expect(stderr).toMatch(/\p{Script=Han}{4}/u)
  expect(stderr).toMatch(/^ {2}["A-Z-].*[a-z] [a-z"]/m)
  expect(stderr).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m)
}

async function expectRefused(
  args: readonly string[],
  says: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Ran> {
  const ran = await terrier(args, env)
  expect(ran).toMatchObject({ code: 1 })
  expectReadable(ran)
  for (const said of says) expect(ran.stderr).toContain(said)
  return ran
}

const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

describe('wrong usage', () => {
  test('exits 2, says what is wrong in both languages, shows the usage, and makes no base', async () => {
    const cases: [string[], string[]][] = [
      [['nosuch'], ['没有命令“nosuch”', 'no command "nosuch"']],
      [
        ['build', '--frob'],
        ['没有选项“--frob”', 'no option "--frob"', 'terrier build [--as-of DATE]'],
      ],
      [
        ['ledger', '--json=3'],
        ['“--json”后面不带值', '"--json" takes no value'],
      ],
      [
        ['build', '--as-of', '2024-02-31'],
        ['2024-02-31', 'takes a day like'],
      ],
      [
        ['ledger', 'all'],
        ['多余的参数“all”', 'Unexpected argument "all"'],
      ],
      [
        ['export', 'parcels', '--out', join(folder, 'a.dwg')],
        ['FORMAT_UNKNOWN', '.geojson'],
      ],
    ]
    for (const [args, says] of cases) {
      const ran = await terrier(args)
      expect({ args, ...ran }).toMatchObject({ code: 2, stdout: '' })
      expectReadable(ran)
      for (const said of says) expect(ran.stderr).toContain(said)
    }
    expect(existsSync(data)).toBe(false)
  })

  test('help answers for every command', async () => {
    const overview = await terrier(['--help'])
    expect(overview.code).toBe(0)
    for (const name of readdirSync(join(root, 'server/cli'))) {
      if (name !== 'command.ts') expect(overview.stdout).toContain(`  ${name.replace('.ts', '')} `)
    }
    const one = await terrier(['import', '--help'])
    expect(one).toMatchObject({ code: 0, stderr: '' })
    expect(one.stdout).toContain('terrier import FILE… --as')
    expect(one.stdout).toContain('--json')
  })
})

describe('settings', () => {
  test.each([
    'mysql://x',
    'postgres://postgres@127.0.0.1:notaport/x', // once: TypeError: Invalid URL
    'postgres://user:se@cr#et@127.0.0.1/x', // once: "no server answers at cr", a piece of the password
  ])('DATABASE_URL=%s is refused before anything is asked', async (DATABASE_URL) => {
    const { stdout, stderr } = await expectRefused(['doctor', '--json'], ['CONFIG_INVALID', 'DATABASE_URL'], {
      DATABASE_URL,
    })
    expect(stdout).toBe('')
    expect(stderr).not.toContain('cr#et')
  })

  test('doctor shows the settings, without the password, when no server answers', async () => {
    const DATABASE_URL = 'postgres://somebody:secret@127.0.0.1:1/x'
    const { stdout, stderr } = await expectRefused(['doctor', '--json'], ['DB_UNREACHABLE', '127.0.0.1:1'], {
      DATABASE_URL,
    })
    expect(JSON.parse(stdout)).toMatchObject({
      settings: { DATABASE_URL: 'postgres://somebody:***@127.0.0.1:1/x' },
      base: null,
      checks: [{ name: 'base_opens', ok: false }],
    })
    expect(stdout + stderr).not.toContain('secret')
  })

  test('a data folder whose name is taken by a file is no data folder', async () => {
    const taken = file('taken', '')
    await expectRefused(['migrate'], ['DATA_DIR_UNUSABLE', taken, 'TERRIER_DATA'], { TERRIER_DATA: taken })
  })

  // Node's own recursive mkdir tried for ever there.
  test.runIf(process.platform === 'linux')('a data folder where none can be made is refused', async () => {
    await expectRefused(['migrate'], ['DATA_DIR_UNUSABLE', '/proc/terrier'], {
      TERRIER_DATA: '/proc/terrier',
    })
  })
})

describe('a rule pack', () => {
  const shipped = readFileSync(join(root, 'data/rules/zhuzhou-2024.yaml'), 'utf8')
  /** The row below `strategies:`, counted from 1. */
  const firstRule = shipped.split('\n').indexOf('strategies:') + 2
  test.each([
    [
      'unknown-fact',
      shipped.replace('flags.block > 0', 'flags.blok > 0'),
      ['flags.blok', 'flags.block', 'strategies.X1.when'],
    ],
    [
      'syntax',
      shipped.replace('flags.block > 0', 'flags.block > > 0'),
      ['RULE_SYNTAX', '第 1 行第 15 列', 'strategies.X1.when'],
    ],
    ['no-parameter', shipped.replace(/^ {2}tol: .*\n/m, ''), ['没有名为“tol”的参数', 'no parameter "tol"']],
    [
      'not-yaml',
      shipped.replace('strategies:', 'strategies: ['),
      ['RULE_PACK_INVALID', `第 ${firstRule} 行`, `at line ${firstRule}`],
    ],
    ['not-a-pack', 'hello', ['RULE_PACK_INVALID', '期望', 'expected object']],
  ])(
    'with a mistake (%s) is refused by file and place, before the base is opened',
    async (name, text, says) => {
      const path = file(`${name}.yaml`, text)
      const { stdout } = await expectRefused(['preview', '--rules', path, '--json'], [path, ...says])
      expect(stdout).toBe('')
      expect(existsSync(data)).toBe(false)
    },
  )
})

describe('on a base', () => {
  const ring = [
    [113.1, 27.8],
    [113.101, 27.8],
    [113.101, 27.801],
    [113.1, 27.801],
    [113.1, 27.8],
  ]
  const feature = (coordinates: number[][]): string =>
    JSON.stringify({
      type: 'FeatureCollection',
      features: [
        {
          type: 'Feature',
          properties: { doc_no: '虚构政土〔2023〕1号', approved_on: '2023-01-01' },
          geometry: { type: 'Polygon', coordinates: [coordinates] },
        },
      ],
    })
  const deliveries = async (): Promise<unknown> =>
    (JSON.parse((await terrier(['doctor', '--json'])).stdout) as { counts: unknown }).counts

  test('what needs a build says so', async () => {
    for (const args of [['ledger'], ['classify'], ['explain', '1']]) {
      expect((await expectRefused([...args, '--json'], ['terrier build'])).stdout).toBe('')
    }
  })

  test('a file that is not what it is called leaves no delivery behind, and the next one comes in', async () => {
    const zip = readFileSync(join(root, 'data/examples/parcels-gbk.zip'))
    const before = await deliveries()
    const cases: [string, string][] = [
      [file('text.zip', 'not a zip'), 'FILE_TYPE_MISMATCH'],
      [file('cut.zip', zip.subarray(0, 20_000)), 'ZIP_CORRUPT'],
      [file('local.geojson', feature(ring.map(([x, y]) => [x! * 10, y! * 100]))), 'CRS_UNKNOWN'],
    ]
    for (const [path, code] of cases) {
      const { stdout } = await expectRefused(
        ['import', path, '--as', 'approval', '--json'],
        [code, path.slice(folder.length + 1)],
      )
      expect(stdout).toBe('')
    }
    expect(await deliveries()).toEqual(before)

    // Two files, the second not there: the first is a delivery of its own, and is answered.
    const good = file('good.geojson', feature(ring))
    const { stdout } = await expectRefused(
      ['import', good, join(folder, 'gone.geojson'), '--as', 'approval', '--json'],
      ['FILE_UNREADABLE', 'gone.geojson'],
    )
    expect(JSON.parse(stdout)).toMatchObject([{ file: good, delivery: 1, used: 1 }])
    const swapped = file('swapped.geojson', feature(ring.map(([x, y]) => [y! + 0.01, x! + 0.01])))
    const turned = JSON.parse(
      (await terrier(['import', swapped, '--as', 'approval', '--json'])).stdout,
    ) as unknown
    expect(turned).toMatchObject({ repaired: 1, issues: [{ code: 'P603', row: 1, field: 'geometry' }] })
  })

  test('two programs do not open one folder, and the first one leaves it free', async () => {
    mkdirSync(data, { recursive: true })
    const unlock = lockFolder(join(data, 'base.lock'))
    await expectRefused(['migrate'], ['DATA_DIR_IN_USE', `pid=${process.pid}`])
    unlock()
    expect((await terrier(['migrate'])).code).toBe(0)
    expect(existsSync(join(data, 'base.lock'))).toBe(false)
  })

  test('a result that cannot be written is refused before it is worked out', async () => {
    const out = join(folder, 'no', 'such', 'parcels.csv')
    await expectRefused(['export', 'parcels', '--out', out], ['OUT_UNWRITABLE', out])
    await expectRefused(['report', 'parcel', '1', '--out', join(folder, 'no', 'a.pdf')], ['OUT_UNWRITABLE'])
  })
})
