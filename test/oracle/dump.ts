import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { pathToFileURL } from 'node:url'
import { sql } from 'kysely'
import { command as findingsCommand } from '../../server/cli/findings.ts'
import { command as ledgerCommand } from '../../server/cli/ledger.ts'
import type { Command } from '../../server/cli/command.ts'
import { readConfig, type Config } from '../../server/config.ts'
import { inBuild } from '../../server/db/in-build.ts'
import { openBase, type Base } from '../../server/db/open.ts'

/**
 * Writes what the oracle reads into a folder: the records as the table holds them, and beside them what the product
 * answers. Nothing is computed here; shapes are hexadecimal WKB in the working plane (EPSG:4547).
 *
 * - `ledger.json`, `findings.json`: the documents of `terrier ledger --by district --json` and
 *   `terrier findings --noise --json`
 * - `records.jsonl`: what the build that readers see knew, and was true on its day
 * - `parcels.jsonl`: the parcels of that build
 * @throws Error while nothing has been built
 */
export async function dumpBase(base: Base, config: Config, folder: string): Promise<void> {
  const { db } = base
  const { current_build: build } = await db
    .selectFrom('base')
    .select('current_build')
    .executeTakeFirstOrThrow()
  if (build === null) throw new Error('There is no build to hold against anything.')
  mkdirSync(folder, { recursive: true })
  const ledger = await answerOf(ledgerCommand, { by: 'district' }, base, config)
  const findings = await answerOf(findingsCommand, { noise: true }, base, config)
  writeFileSync(join(folder, 'ledger.json'), JSON.stringify(ledger))
  writeFileSync(join(folder, 'findings.json'), JSON.stringify(findings))
  await writeLines(join(folder, 'records.jsonl'), records(db, build))
  await writeLines(join(folder, 'parcels.jsonl'), parcels(db, build))
}

/** What a command prints with --json, as it prints it. */
async function answerOf(
  command: Command,
  options: Readonly<Record<string, string | boolean>>,
  base: Base,
  config: Config,
): Promise<unknown> {
  let answered: unknown
  await command.run({
    config,
    today: '2025-06-30', // both commands answer for the day of the build
    args: [],
    options,
    base: async () => base,
    progress: () => {},
    answer: (document) => {
      answered = document
    },
  })
  return answered
}

const PAGE = 10_000

async function* records(db: Base['db'], build: number): AsyncGenerator<string> {
  for (let after = -1; ;) {
    const { rows } = await sql<{ id: number }>`
      select record_id as id, kind, layer, record_key as key, doc, fields,
             area_planar_m2 as "planarM2", area_ellipsoid_m2 as "ellipsoidM2", encode(ST_AsBinary(geom), 'hex') as wkb
      from record, build
      where build_id = ${build}::bigint and valid_during @> as_of and recorded_at <= known_at
        and (replaced_at is null or replaced_at > known_at) and record_id > ${after}::bigint
      order by record_id limit ${PAGE}::int`.execute(db)
    for (const row of rows) yield `${JSON.stringify(row)}\n`
    if (rows.length < PAGE) return
    after = rows.at(-1)!.id
  }
}

async function* parcels(db: Base['db'], build: number): AsyncGenerator<string> {
  for (let after = -1; ;) {
    const { rows } = await sql<{ id: number }>`
      select parcel_id as id, kind, source_record_id as source,
             area_planar_m2 as "planarM2", area_ellipsoid_m2 as "ellipsoidM2", encode(ST_AsBinary(geom), 'hex') as wkb
      from parcel_version as v
      where ${inBuild('v', build)} and parcel_id > ${after}::bigint
      order by parcel_id limit ${PAGE}::int`.execute(db)
    for (const row of rows) yield `${JSON.stringify(row)}\n`
    if (rows.length < PAGE) return
    after = rows.at(-1)!.id
  }
}

const writeLines = (file: string, lines: AsyncGenerator<string>): Promise<void> =>
  pipeline(lines, createWriteStream(file))

// By hand: DATABASE_URL=… npx tsx test/oracle/dump.ts FOLDER
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [, , folder] = process.argv
  if (folder === undefined) throw new Error('Name the folder to write to.')
  const config = readConfig(process.env)
  const base = await openBase(config)
  try {
    await dumpBase(base, config, folder)
  } finally {
    await base.close()
  }
}
