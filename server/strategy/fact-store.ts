import { sql, type Kysely, type Transaction } from 'kysely'
import { copyRows } from '../db/bulk.ts'
import type { Database } from '../db/schema.ts'
import { factColumn, factNames, type Facts, type FactValue } from '../rule/fact.ts'
import { factColumns, factRow, type FactRow } from './fact-row.ts'
import { idList } from './input-store.ts'

/** Writes the facts of parcels. */
export async function insertFacts(
  tx: Transaction<Database>,
  runId: number,
  rows: Iterable<FactRow>,
): Promise<void> {
  let text = ''
  for (const row of rows) text += factRow(runId, row)
  await writeFacts(tx, text)
}

/** Writes the facts of parcels, as `FactWork` put them down. */
export async function writeFacts(tx: Transaction<Database>, rows: string): Promise<void> {
  if (rows !== '') await copyRows(tx, 'fact', factColumns, rows)
}

/** Of how many parcels facts stand. */
export async function countFacts(tx: Transaction<Database>): Promise<number> {
  const { rows } = await sql<{ facts: number }>`select count(*)::int as facts from fact`.execute(tx)
  return rows[0]!.facts
}

/** Lets go of the facts of these parcels, or of all. */
export async function dropFacts(tx: Transaction<Database>, only?: readonly number[]): Promise<void> {
  await tx
    .deleteFrom('fact')
    .$if(only !== undefined, (query) => query.where(sql<boolean>`parcel_id = any(${idList(only!)})`))
    .execute()
}

/** The facts of several parcels, without their sources; a parcel the last run does not know is left out. */
export async function factsOfParcels(
  db: Kysely<Database>,
  parcelIds: readonly number[],
): Promise<Map<number, Facts>> {
  if (parcelIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('fact')
    .selectAll()
    .where(sql<boolean>`parcel_id = any(${idList(parcelIds)})`)
    .execute()
  return new Map(rows.map((row) => [row.parcel_id, factsOfRow(row)]))
}

/** A row of table `fact` as facts: what is null is unknown, and absent. */
export function factsOfRow(row: object): Facts {
  const values = row as Readonly<Record<string, FactValue | null>>
  const facts: Facts = {}
  for (const name of factNames) {
    const value = values[factColumn(name)]
    if (value !== null && value !== undefined) facts[name] = value
  }
  return facts
}
