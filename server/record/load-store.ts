import { sql, type Kysely } from 'kysely'
import { asWkb } from '../db/postgis.ts'
import type { Database } from '../db/schema.ts'
import type { IsoDate } from '../units.ts'
import type { LandRecord, RecordKind } from './record.ts'

const PAGE = 20_000

/**
 * The records true on a day and known at a moment, sorted by kind, layer, key and number: the same answer on both
 * bases, whatever the order of deliveries.
 * @param when.knownAt ISO timestamp; absent: as known now. A version counts from its `recorded_at` until, not
 * including, its `replaced_at`.
 */
export async function loadRecords(
  db: Kysely<Database>,
  when: { asOf: IsoDate; knownAt?: string | undefined; kinds?: readonly RecordKind[] | undefined },
): Promise<LandRecord[]> {
  const records: LandRecord[] = []
  let after = -1
  for (;;) {
    const page = await pageOfRecords(db, when, after)
    for (const row of page) records.push(row)
    if (page.length < PAGE) break
    after = page.at(-1)!.recordId
  }
  return records.toSorted(inRegisterOrder)
}

function inRegisterOrder(a: LandRecord, b: LandRecord): number {
  return (
    compare(a.kind, b.kind) || compare(a.layer, b.layer) || compare(a.key, b.key) || a.recordId - b.recordId
  )
}
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** The columns a `LandRecord` is read from. */
export const landRecordColumns = [
  'record_id as recordId',
  'county_code as countyCode',
  'kind',
  'layer',
  'record_key as key',
  'doc',
  'fields',
  asWkb(sql.ref('geom')).as('wkb'),
  'area_document_m2 as areaDocumentM2',
  'area_planar_m2 as areaPlanarM2',
  'area_ellipsoid_m2 as areaEllipsoidM2',
  'delivery_id as deliveryId',
  'row_no as rowNo',
] as const

async function pageOfRecords(
  db: Kysely<Database>,
  {
    asOf,
    knownAt,
    kinds,
  }: { asOf: IsoDate; knownAt?: string | undefined; kinds?: readonly RecordKind[] | undefined },
  after: number,
): Promise<LandRecord[]> {
  let query = db
    .selectFrom('record')
    .select(landRecordColumns)
    .where('record_id', '>', after)
    .where(sql<boolean>`valid_during @> ${asOf}::date`)
    .orderBy('record_id')
    .limit(PAGE)
  query =
    knownAt === undefined
      ? query.where('replaced_at', 'is', null)
      : query.where(
          sql<boolean>`recorded_at <= ${knownAt}::timestamptz and (replaced_at is null or replaced_at > ${knownAt}::timestamptz)`,
        )
  if (kinds !== undefined) query = query.where('kind', 'in', [...kinds])
  // The table holds kind and fields as text and JSON; both were written by `recordDrafts` from the same types.
  return (await query.execute()) as LandRecord[]
}
