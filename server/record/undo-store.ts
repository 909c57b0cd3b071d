import { sql, type Transaction } from 'kysely'
import type { Base } from '../db/open.ts'
import type { Database } from '../db/schema.ts'
import { Refusal } from '../refusal.ts'

/** What taking a delivery back did. */
export interface UndoSummary {
  readonly delivery: number
  /** Versions of this delivery that stood and now do not. */
  readonly closed: number
  /** Rows whose version before it stands again, as a version of its own. */
  readonly restored: number
}

/**
 * Takes a delivery back whole: its standing versions are closed at `at`, and where one had replaced a version of a
 * delivery that still stands, that one is recorded again. What later deliveries changed since is left as it is.
 * @throws Refusal DELIVERY_UNKNOWN, DELIVERY_UNDONE
 */
export async function undoDelivery(base: Base, deliveryId: number, at: string): Promise<UndoSummary> {
  return base.transaction(async (tx) => {
    await markUndone(tx, deliveryId, at)
    const { rows: closed } = await sql<{ record_id: number }>`
      update record set replaced_at = greatest(${at}::timestamptz, recorded_at)
      where delivery_id = ${deliveryId} and replaced_at is null
      returning record_id
    `.execute(tx)
    const { rows: restored } = await sql<{ record_id: number }>`
      insert into record (
        county_code, record_id, version_no, kind, layer, record_key, doc, fields, raw, content_hash, valid_during,
        recorded_at, delivery_id, row_no, geom, geom_delivered, area_document_m2, area_planar_m2, area_ellipsoid_m2, names, name_keys
      )
      select distinct on (old.record_id)
        old.county_code, old.record_id, newest.version_no + 1, old.kind, old.layer, old.record_key, old.doc, old.fields, old.raw, old.content_hash, old.valid_during,
        newest.replaced_at, old.delivery_id, old.row_no, old.geom, old.geom_delivered, old.area_document_m2, old.area_planar_m2, old.area_ellipsoid_m2, old.names, old.name_keys
      from record as old
      join delivery on delivery.delivery_id = old.delivery_id and delivery.undone_at is null
      join (
        select record_id, version_no, replaced_at from record as version
        where record_id = any(${closed.map((row) => row.record_id)}::int8[])
          and version_no = (select max(version_no) from record as other where other.record_id = version.record_id)
      ) as newest on newest.record_id = old.record_id
      order by old.record_id, old.version_no desc
      returning record_id
    `.execute(tx)
    return { delivery: deliveryId, closed: closed.length, restored: restored.length }
  })
}

async function markUndone(tx: Transaction<Database>, deliveryId: number, at: string): Promise<void> {
  const delivery = await tx
    .selectFrom('delivery')
    .select(['file_name', 'undone_at'])
    .where('delivery_id', '=', deliveryId)
    .executeTakeFirst()
  if (!delivery) {
    throw new Refusal(
      'DELIVERY_UNKNOWN',
      { zh: `没有编号为 ${deliveryId} 的来件。`, en: `There is no delivery ${deliveryId}.` },
      { zh: '来件编号见导入时的回执。', en: 'The number of a delivery stands in the answer to its import.' },
    )
  }
  if (delivery.undone_at !== null) {
    throw new Refusal(
      'DELIVERY_UNDONE',
      {
        zh: `来件 ${deliveryId}（${delivery.file_name}）已于 ${delivery.undone_at} 撤回。`,
        en: `Delivery ${deliveryId} (${delivery.file_name}) was taken back at ${delivery.undone_at}.`,
      },
      { zh: '如需恢复,请重新导入该文件。', en: 'Import the file again to bring it back.' },
      { file: delivery.file_name },
    )
  }
  await tx.updateTable('delivery').set({ undone_at: at }).where('delivery_id', '=', deliveryId).execute()
}
