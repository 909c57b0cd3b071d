import { sql, type Transaction } from 'kysely'
import { copyRows } from '../db/bulk.ts'
import type { Database } from '../db/schema.ts'
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

/** Lets go of the facts of these parcels, or of all. */
export async function dropFacts(tx: Transaction<Database>, only?: readonly number[]): Promise<void> {
  await tx
    .deleteFrom('fact')
    .$if(only !== undefined, (query) => query.where(sql<boolean>`parcel_id = any(${idList(only!)})`))
    .execute()
}
