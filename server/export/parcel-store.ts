import { sql, type Kysely } from 'kysely'
import { asWkb } from '../db/postgis.ts'
import type { Database } from '../db/schema.ts'
import { parcelsWhere, type ParcelConditions } from '../parcel/query-store.ts'
import { standingAt, type Moment, type Standing } from '../parcel/standing-store.ts'
import { currentRunId } from '../strategy/fact-column-store.ts'
import { WORKING_SRID } from '../geo/polygon.ts'
import { maskField } from '../record/mask-field.ts'
import { columnsOf, type ExportRow, type ExportTable } from './row.ts'

/** Columns of exported parcels (design section 9). */
export const parcelExportColumns = [
  'parcel_id',
  'parcel_code',
  'kind',
  'stage',
  'strategy',
  'district',
  'holder',
  'project',
  'location',
  'use_scheme',
  'use_code',
  'use_group',
  'use_text',
  'area_document_m2',
  'area_planar_m2',
  'area_ellipsoid_m2',
  'flags',
  'tags',
  'strategy_ruled',
  'override',
] as const
const types = {
  parcel_id: 'integer',
  area_document_m2: 'real',
  area_planar_m2: 'real',
  area_ellipsoid_m2: 'real',
} as const

const ROWS_PER_READ = 5_000

/**
 * Parcels as they stand, those a list asked for the same way would show. Which ones they are is settled when the export begins: facts are kept of
 * the run readers see alone, and another may be published while this one waits or is written.
 */
export async function exportParcels(
  db: Kysely<Database>,
  asked: ParcelConditions,
  moment: Moment = {},
  perRead: number = ROWS_PER_READ,
): Promise<ExportTable> {
  const { standing, ids } = await settled(db, asked, moment)
  return {
    name: 'parcels',
    columns: columnsOf(parcelExportColumns, types),
    srid: WORKING_SRID,
    day: standing.asOf,
    rows: rows(db, standing, ids, perRead),
    count: () => Promise.resolve(ids.length),
  }
}

/** The parcels asked for, by number; asked again where a run was published meanwhile. */
async function settled(
  db: Kysely<Database>,
  asked: ParcelConditions,
  moment: Moment,
): Promise<{ standing: Standing; ids: Float64Array }> {
  for (;;) {
    const runId = await currentRunId(db)
    const standing = await standingAt(db, moment)
    const found = await parcelsWhere(db, standing, asked)
      .select('v.parcel_id')
      .orderBy('v.parcel_id')
      .execute()
    if (runId !== (await currentRunId(db))) continue
    return { standing, ids: Float64Array.from(found, (row) => row.parcel_id) }
  }
}

async function* rows(
  db: Kysely<Database>,
  standing: Standing,
  ids: Float64Array,
  perRead: number,
): AsyncGenerator<ExportRow> {
  for (let at = 0; at < ids.length; at += perRead) {
    const page = await parcelsWhere(db, standing, {})
      .select((eb) => [
        'v.parcel_id',
        'v.parcel_code',
        'v.kind',
        'v.stage',
        'a.strategy',
        'v.district_code',
        'v.holder',
        'v.project',
        'v.location',
        'v.use_scheme',
        'v.use_code',
        'v.use_group',
        'v.use_text',
        'v.area_document_m2',
        'v.area_planar_m2',
        'v.area_ellipsoid_m2',
        'a.flags',
        'a.tags',
        'a.ruled_strategy as strategy_ruled',
        'a.override_id as override',
        asWkb(eb.ref('v.geom')).as('wkb'),
      ])
      .where(sql<boolean>`v.parcel_id = any(${[...ids.subarray(at, at + perRead)]}::bigint[])`)
      .orderBy('v.parcel_id')
      .execute()
    for (const row of page) {
      const { wkb, district_code, flags, tags, ...cells } = row
      yield {
        id: row.parcel_id,
        wkb,
        cells: {
          ...cells,
          district: district_code,
          holder: maskField('holder', row.holder),
          project: maskField('project', row.project),
          location: maskField('location', row.location),
          flags: (flags ?? []).join(','),
          tags: (tags ?? []).join(','),
        },
      }
    }
  }
}
