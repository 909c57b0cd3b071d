import { sql, type Kysely, type Transaction } from 'kysely'
import type { Database } from '../db/schema.ts'
import { factColumn, factNames, type Facts, type FactSources, type FactValue } from '../rule/fact.ts'
import { idList } from './input-store.ts'
import { packSources, recordIdsOf, unpackSources, type PackedSources } from './sources.ts'

export interface FactRow {
  readonly countyCode: string
  readonly parcelId: number
  readonly facts: Facts
  readonly sources: FactSources
}

/** Rows of one statement; some 4 MB of text, which the embedded base takes as well. */
const ROWS_PER_INSERT = 2000

/**
 * Writes the facts of parcels. As JSON rather than column by column: most of the hundred columns of a row are
 * unknown, and what is not there costs nothing (measured: a third of the time of arrays per column).
 */
export async function insertFacts(
  tx: Transaction<Database>,
  runId: number,
  rows: Iterable<FactRow>,
): Promise<void> {
  let texts: string[] = []
  const flush = async (): Promise<void> => {
    if (texts.length === 0) return
    const list = `[${texts.join(',')}]`
    texts = []
    await sql`insert into fact select * from json_populate_recordset(null::fact, ${list}::text::json)`.execute(
      tx,
    )
  }
  // One row at a time: facts become text at once, so a page of them is never held as objects.
  for (const row of rows) {
    texts.push(factJson(runId, row))
    if (texts.length === ROWS_PER_INSERT) await flush()
  }
  await flush()
}

const columnKeys = Object.fromEntries(
  factNames.map((name) => [name, `,${JSON.stringify(factColumn(name))}:`]),
)

function factJson(runId: number, { countyCode, parcelId, facts, sources }: FactRow): string {
  let text = `{"run_id":${runId},"county_code":${JSON.stringify(countyCode)},"parcel_id":${parcelId}`
  for (const [name, value] of Object.entries(facts)) text += columnKeys[name]! + JSON.stringify(value)
  return `${text},"sources":${JSON.stringify(packSources(sources))}}`
}

/** Lets go of the facts of these parcels, or of all. */
export async function dropFacts(tx: Transaction<Database>, only?: readonly number[]): Promise<void> {
  await tx
    .deleteFrom('fact')
    .$if(only !== undefined, (query) => query.where(sql<boolean>`parcel_id = any(${idList(only!)})`))
    .execute()
}

/** The facts of one parcel as the last run took them, with their sources; null when it does not know the parcel. */
export async function factsOfParcel(
  db: Kysely<Database>,
  parcelId: number,
): Promise<{ facts: Facts; sources: FactSources } | null> {
  const row = await db.selectFrom('fact').selectAll().where('parcel_id', '=', parcelId).executeTakeFirst()
  if (!row) return null
  const values = row as unknown as Readonly<Record<string, FactValue | null>>
  const facts: Facts = {}
  for (const name of factNames) {
    const value = values[factColumn(name)]
    if (value !== null && value !== undefined) facts[name] = value
  }
  const packed = row.sources as PackedSources
  return { facts, sources: unpackSources(packed, await recordTitles(db, recordIdsOf(packed))) }
}

async function recordTitles(
  db: Kysely<Database>,
  recordIds: readonly number[],
): Promise<Map<number, { kind: string; layer: string; doc: string | null }>> {
  if (recordIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('record')
    .select(['record_id as recordId', 'kind', 'layer', 'doc'])
    .where('record_id', 'in', recordIds)
    .orderBy('version_no')
    .execute()
  return new Map(rows.map(({ recordId, ...title }) => [recordId, title]))
}
