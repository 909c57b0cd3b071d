import type { Kysely } from 'kysely'
import type { DeliveredRow } from '../contract.ts'
import { asWkb } from '../db/postgis.ts'
import type { Database } from '../db/schema.ts'
import { toLonLat } from '../geo/project.ts'
import { decodeMultiPolygon } from '../geo/wkb.ts'
import type { Issue, Json } from '../record/draft.ts'
import type { RecordKind } from '../record/record.ts'
import { readDelivery } from './delivery-store.ts'
import { maskValue } from './mask-value.ts'

/**
 * One row of a delivery: as it was delivered where it became a record, where it lies, and what was said of it. A refused row
 * has a place only where a repair was proposed. Persons are masked. @throws Refusal DELIVERY_UNKNOWN
 */
export async function readRow(
  db: Kysely<Database>,
  deliveryId: number,
  rowNo: number,
): Promise<DeliveredRow> {
  const { kind } = await readDelivery(db, deliveryId)
  const record = await db
    .selectFrom('record')
    .select((eb) => ['record_id', 'raw', 'replaced_at', asWkb(eb.ref('geom')).as('wkb')])
    .where('delivery_id', '=', deliveryId)
    .where('row_no', '=', rowNo)
    .orderBy('version_no', 'desc')
    .limit(1)
    .executeTakeFirst()
  const proposal = await db
    .selectFrom('row_repair')
    .select('shape_before')
    .where('delivery_id', '=', deliveryId)
    .where('row_no', '=', rowNo)
    .executeTakeFirst()
  const issues = await db
    .selectFrom('delivery_issue')
    .selectAll()
    .where('delivery_id', '=', deliveryId)
    .where('row_no', '=', rowNo)
    .orderBy('issue_no')
    .execute()
  const wkb = record?.wkb ?? proposal?.shape_before ?? null
  return {
    delivery: deliveryId,
    row: rowNo,
    recordId: record?.record_id ?? null,
    stands: record !== undefined && record.replaced_at === null,
    values: Object.fromEntries(
      Object.entries(record?.raw ?? {}).map(([column, value]) => [
        column,
        maskValue(kind as RecordKind, column, value as Json),
      ]),
    ),
    geometry: wkb === null ? null : { type: 'MultiPolygon', coordinates: toLonLat(decodeMultiPolygon(wkb)) },
    issues: issues.map((each) => ({
      row: each.row_no,
      field: each.field,
      code: each.code,
      severity: each.severity as Issue['severity'],
      message: { zh: each.message_zh, en: each.message_en },
      value: each.value,
    })),
  }
}
