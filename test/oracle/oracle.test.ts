import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runBuild } from '../../server/build/run.ts'
import { publishedBuild } from '../helpers/published.ts'
import { readConfig } from '../../server/config.ts'
import { CITY_AS_OF, CITY_BEFORE } from '../../server/demo/city.ts'
import { loadDemo } from '../../server/demo/load.ts'
import {
  eachBase,
  freshBase,
  hasServer,
  temporaryFolder,
  type FreshBase,
  type TemporaryFolder,
} from '../helpers/database.ts'
import { dumpBase } from './dump.ts'

// Debian's own interpreter: a python3 earlier in the path knows nothing of Debian's packages.
const PYTHON = '/usr/bin/python3'
const ORACLE = fileURLToPath(new URL('oracle.py', import.meta.url))
const PARCELS = 1500
const AT = '2025-07-01T08:00:00Z'

beforeAll(() => {
  const { status, stderr, error } = spawnSync(PYTHON, ['-c', 'import shapely'], { encoding: 'utf8' })
  if (status !== 0) {
    throw new Error(
      `The oracle needs GEOS from Debian: apt-get install python3-shapely. ${error?.message ?? stderr}`,
    )
  }
})

/** The demo city as `terrier demo` leaves it, and what the oracle reads of it. */
async function dumpCity(base: FreshBase, seed: number, folder: string): Promise<void> {
  await loadDemo(base, { parcels: PARCELS, seed, at: AT, step: 'first' })
  await runBuild(base, { asOf: CITY_BEFORE, startedAt: AT })
  await loadDemo(base, { parcels: PARCELS, seed, at: AT, step: 'later' })
  await publishedBuild(base, { asOf: CITY_AS_OF, startedAt: AT })
  await dumpBase(base, readConfig({}), folder)
}

function ask(folder: string): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(PYTHON, [ORACLE, folder], { encoding: 'utf8' })
  return { status, said: `${stdout}${stderr}` }
}

eachBase('a second opinion on the demo city of seed 1', (open) => {
  test('GEOS finds the same ledger, parcels and findings', async () => {
    const folder = temporaryFolder()
    try {
      await dumpCity(open(), 1, folder.path)
      const { status, said } = ask(folder.path)
      expect(said).toContain('\n0 disagreements')
      expect(status).toBe(0)
    } finally {
      folder.remove()
    }
  })
})

describe.skipIf(!hasServer)('a second opinion on the demo city of seed 4 [server]', () => {
  let base: FreshBase
  let folder: TemporaryFolder

  beforeAll(async () => {
    base = await freshBase('server')
    folder = temporaryFolder()
    await dumpCity(base, 4, folder.path)
  })
  afterAll(async () => {
    folder?.remove()
    await base?.remove()
  })

  test('GEOS finds the same ledger, parcels and findings', () => {
    const { status, said } = ask(folder.path)
    expect(said).toContain('\n0 disagreements')
    expect(status).toBe(0)
  })

  test('an answer that is off is told apart from one that is right', () => {
    const answers = readJson<Answer[]>('findings.json')
    const lost = answers.find(({ code, noise }) => code === 'P101' && !noise)!
    const grown = answers.find(({ code, noise }) => code === 'P302' && !noise)!
    writeJson('findings.json', [
      ...answers.filter((each) => each !== lost && each !== grown),
      { ...grown, planarM2: grown.planarM2! + 0.02 },
      { ...lost, code: 'P999' },
    ])
    const ledger = readJson<Ledger>('ledger.json')
    ledger.districts[0]!.accounts['remainder']! += 0.2
    ledger.total.accounts['remainder']! += 0.2
    writeJson('ledger.json', ledger)
    const parcels = join(folder.path, 'parcels.jsonl')
    const lines = readFileSync(parcels, 'utf8').trim().split('\n')
    const gone = JSON.parse(lines.pop()!) as { kind: string; source: number }
    writeFileSync(parcels, `${lines.join('\n')}\n`)

    const { status, said } = ask(folder.path)
    expect(status).toBe(1)
    expect(said).toContain('findings: P101 missing')
    expect(said).toContain('findings: the oracle does not know P999, which carries land')
    expect(said).toMatch(/findings: P302 .*off by 0\.02/)
    expect(said).toContain('ledger: remainder of')
    expect(said).toContain('does not close by -0.2000 m2')
    expect(said).toContain(`parcels: ${gone.kind} land of record ${gone.source}: oracle`)
    expect(said).toContain('\n6 disagreements')
  })

  const readJson = <T>(name: string): T => JSON.parse(readFileSync(join(folder.path, name), 'utf8')) as T
  const writeJson = (name: string, value: unknown): void =>
    writeFileSync(join(folder.path, name), JSON.stringify(value))
})

interface Answer {
  readonly code: string
  readonly noise: boolean
  readonly planarM2: number | null
}

interface Ledger {
  readonly districts: readonly { readonly accounts: Record<string, number> }[]
  readonly total: { readonly accounts: Record<string, number> }
}
