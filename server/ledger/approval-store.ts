import { sql, type Kysely } from 'kysely'
import { knownIn, type Standing } from '../build/standing-store.ts'
import { asWkb } from '../db/postgis.ts'
import type { Database } from '../db/schema.ts'
import type { LandRecord } from '../record/record.ts'
import { approvalRows, type ApprovalRow } from './approval-row.ts'

/** The approval register that went into a build, by record, shapes left in the base. */
export async function loadApprovals(
  db: Kysely<Database>,
  standing: Standing,
): Promise<ReadonlyMap<number, ApprovalRow>> {
  const rows = await db
    .selectFrom('record as r')
    .select([
      'r.record_id as recordId',
      'r.county_code as countyCode',
      'r.kind',
      'r.layer',
      'r.record_key as key',
      'r.doc',
      'r.fields',
      sql<null>`null`.as('wkb'),
      'r.area_document_m2 as areaDocumentM2',
      'r.area_planar_m2 as areaPlanarM2',
      'r.area_ellipsoid_m2 as areaEllipsoidM2',
      'r.delivery_id as deliveryId',
      'r.row_no as rowNo',
    ])
    .where('r.kind', '=', 'approval')
    .where(knownIn(standing))
    .execute()
  // kind and fields are text and JSON there; both were written by `recordDrafts` from the same types
  return approvalRows(rows as LandRecord<'approval'>[], standing.asOf)
}

/** Plots that ended and every plot near them, with their shapes: what `endedLand` divides. */
export async function loadEndedPlots(
  db: Kysely<Database>,
  standing: Standing,
  approvals: ReadonlyMap<number, ApprovalRow>,
): Promise<ApprovalRow[]> {
  const ended = [...approvals.values()].filter(({ state }) => state !== 'valid')
  if (ended.length === 0) return []
  // boxes that meet are enough: a neighbour that does not reach the land changes nothing
  const { rows } = await sql<{ recordId: number; wkb: Uint8Array }>`
    select distinct on (r.record_id) r.record_id as "recordId", ${asWkb(sql.ref('r.geom'))} as wkb
    from record as ended
    join record as r on r.geom && ended.geom
    where ended.record_id = any(${ended.map(({ record }) => record.recordId)}::bigint[])
      and r.kind = 'approval' and ${knownIn(standing)}
    order by r.record_id`.execute(db)
  return rows.flatMap(({ recordId, wkb }) => {
    const row = approvals.get(recordId)
    return row ? [{ ...row, record: { ...row.record, wkb } }] : []
  })
}
