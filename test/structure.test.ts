import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Which folders of server/ each folder may import, besides itself. Land flows downwards; nothing looks back up. */
const mayImport: Record<string, readonly string[]> = {
  base: [],
  geo: ['base'],
  identifier: ['base'],
  db: ['base', 'geo'],
  analysis: ['base', 'geo'],
  record: ['base', 'geo', 'identifier', 'db', 'contract'],
  import: ['base', 'geo', 'identifier', 'db', 'record', 'job', 'contract'],
  job: ['base', 'db', 'contract', 'http'],
  build: ['base', 'geo', 'identifier', 'db', 'analysis', 'record', 'contract', 'job'],
  parcel: ['base', 'geo', 'identifier', 'db', 'analysis', 'record', 'build', 'contract', 'rule'],
  rule: ['base', 'contract'],
  claim: ['base', 'identifier', 'db', 'record', 'build', 'rule'],
  strategy: [
    'base',
    'geo',
    'identifier',
    'db',
    'analysis',
    'record',
    'build',
    'parcel',
    'rule',
    'claim',
    'contract',
    'job',
  ],
  area: ['base', 'geo', 'identifier', 'db', 'analysis', 'record', 'build', 'parcel', 'contract'],
  ledger: ['base', 'geo', 'identifier', 'db', 'record', 'build', 'parcel', 'contract'],
  report: [
    'base',
    'geo',
    'identifier',
    'db',
    'record',
    'build',
    'parcel',
    'strategy',
    'area',
    'contract',
    'catalog',
  ],
  catalog: ['base', 'identifier', 'db', 'build', 'parcel', 'rule', 'strategy', 'contract'],
  http: ['base', 'geo', 'contract'],
  export: [
    'base',
    'geo',
    'identifier',
    'db',
    'record',
    'import',
    'build',
    'parcel',
    'claim',
    'strategy',
    'contract',
    'job',
  ],
  tile: ['base', 'geo', 'db', 'build', 'parcel', 'strategy', 'contract'],
  demo: ['base', 'geo', 'identifier', 'db', 'record', 'build', 'strategy'],
}
/** Files that stand directly in server/ and belong to every folder's ground. */
const ground: Record<string, string> = {
  'refusal.ts': 'base',
  'units.ts': 'base',
  'day-number.ts': 'base',
  'kept-answers.ts': 'base',
  'cursor.ts': 'base',
  'config.ts': 'base',
  'http-error.ts': 'http',
  'contract.ts': 'contract',
  'catalog.ts': 'catalog',
}
/** Entry points see everything. */
const entry = new Set(['app.ts', 'cli.ts', 'main.ts', 'openapi.ts', 'http-error.ts', 'log.ts'])

const files = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(folder, name))

const importsOf = (file: string): string[] =>
  [
    ...readFileSync(join(root, file), 'utf8').matchAll(
      /^\s*(?:import|export)\s[^'"]*?from\s+'(\.[^']+)'|^\s*import\s+'(\.[^']+)'|import\('(\.[^']+)'\)/gm,
    ),
  ].map((match) => normalize(join(dirname(file), (match[1] ?? match[2] ?? match[3])!)))

const roomOf = (file: string): string => {
  const [first, ...rest] = relative('server', file).split('/')
  return rest.length === 0 ? (ground[first!] ?? 'entry') : first!
}

describe('imports point one way', () => {
  test('between the folders of server/', () => {
    const wrong: string[] = []
    for (const file of files('server')) {
      const name = relative('server', file)
      const room = roomOf(file)
      if (entry.has(name) || room === 'entry' || room === 'cli') continue
      // Routes are the edge of a room: they may use what answers HTTP, nothing else may.
      const isEdge = name.endsWith('routes.ts')
      for (const target of importsOf(file)) {
        if (!target.startsWith('server/')) continue
        const other = roomOf(target)
        if (other === room) continue
        if (
          isEdge &&
          (target === 'server/http-error.ts' || other === 'job' || other === 'http' || other === 'area')
        )
          continue
        if (room === 'contract' || !(mayImport[room] ?? []).includes(other)) wrong.push(`${file} → ${target}`)
      }
    }
    expect(wrong).toEqual([])
  })

  test('the page sees of the server only the contract, the units and the pure geometry', () => {
    const allowed = [
      'server/contract.ts',
      'server/contract/',
      'server/units.ts',
      'server/refusal.ts',
      'server/geo/',
      'server/analysis/',
      'server/build/account.ts', // names of the ledger's accounts, nothing else
    ]
    const wrong = files('web').flatMap((file) =>
      importsOf(file)
        .filter(
          (target) => target.startsWith('server/') && !allowed.some((prefix) => target.startsWith(prefix)),
        )
        .map((target) => `${file} → ${target}`),
    )
    expect(wrong).toEqual([])
  })

  test('only stores and entry points touch the database', () => {
    const wrong = files('server').flatMap((file) => {
      const name = relative('server', file)
      const mayOpen = name.startsWith('db/') || name.startsWith('cli/') || entry.has(name)
      return mayOpen
        ? []
        : importsOf(file)
            .filter(
              (target) =>
                target === 'server/db/embedded/worker.ts' || target === 'server/db/embedded/dialect.ts',
            )
            .map((target) => `${file} → ${target}`)
    })
    expect(wrong).toEqual([])
  })
})

test('no file names a machine path or a package registry', () => {
  const wrong = ['server', 'web', 'test', 'sql'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|tsx|sql|mjs|md|css|html)$/.test(name))
      .filter((name) => join(folder, name) !== 'test/structure.test.ts')
      .filter((name) =>
        /\/work\/|\/root\/|registry\.npm/.test(readFileSync(join(root, folder, name), 'utf8')),
      )
      .map((name) => join(folder, name)),
  )
  expect(wrong).toEqual([])
})
