import { sql, type Transaction } from 'kysely'
import { conflictColumns } from '../claim/conflict-row.ts'
import { copyRows } from '../db/bulk.ts'
import type { Database } from '../db/schema.ts'
import { idList } from './input-store.ts'

/** Writes the contradictions about parcels, as `FactWork` put them down. */
export async function writeConflicts(tx: Transaction<Database>, rows: string): Promise<void> {
  if (rows !== '') await copyRows(tx, 'claim_conflict', conflictColumns, rows)
}

/** Lets go of the contradictions about these parcels, or of all. */
export async function dropConflicts(tx: Transaction<Database>, only?: readonly number[]): Promise<void> {
  await tx
    .deleteFrom('claim_conflict')
    .$if(only !== undefined, (query) => query.where(sql<boolean>`parcel_id = any(${idList(only!)})`))
    .execute()
}
