import { sql, type Kysely } from 'kysely'
import type { Database } from '../db/schema.ts'
import type { MultiPolygon } from '../geo/polygon.ts'
import { decodeMultiPolygon } from '../geo/wkb.ts'

/** What a person said of a shape, the last time anybody said something. */
export interface Decided {
  readonly accepted: boolean
  readonly by: string
  readonly reason: string
  /** The repaired shape that was looked at, working CRS. */
  readonly shape: MultiPolygon
}

/** The newest decision on each of these shapes, by `shapeHash`. */
export async function decidedShapes(
  db: Kysely<Database>,
  hashes: readonly string[],
): Promise<Map<string, Decided>> {
  if (hashes.length === 0) return new Map()
  const { rows } = await sql<{
    shape_hash: string
    accepted: boolean
    decided_by: string
    reason: string
    shape_after: Uint8Array
  }>`
    select distinct on (repair.shape_hash)
      repair.shape_hash, decision.accepted, decision.decided_by, decision.reason, repair.shape_after
    from row_repair as repair
    join repair_decision as decision on decision.delivery_id = repair.delivery_id and decision.row_no = repair.row_no
    where repair.shape_hash = any(${[...hashes]}::text[])
    order by repair.shape_hash, decision.decision_no desc
  `.execute(db)
  return new Map(
    rows.map((row) => [
      row.shape_hash,
      {
        accepted: row.accepted,
        by: row.decided_by,
        reason: row.reason,
        shape: decodeMultiPolygon(row.shape_after),
      },
    ]),
  )
}
