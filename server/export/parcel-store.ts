import { sql, type Kysely } from 'kysely'
import { asWkb } from '../db/postgis.ts'
import type { Database } from '../db/schema.ts'
import { parcelsWhere } from '../parcel/query-store.ts'
import { masked } from '../parcel/row.ts'
import { standingAt, type Moment } from '../parcel/standing-store.ts'
import { WORKING_SRID } from '../geo/polygon.ts'
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

export async function exportParcels(
  db: Kysely<Database>,
  filter: string | null,
  moment: Moment = {},
): Promise<ExportTable> {
  const standing = await standingAt(db, moment)
  // a filter nobody can answer is refused here, before the first line of a file
  const asked = parcelsWhere(db, standing, filter === null ? {} : { filter })
  return {
    name: 'parcels',
    columns: columnsOf(parcelExportColumns, types),
    srid: WORKING_SRID,
    day: standing.asOf,
    rows: rows(asked),
    async count() {
      return (await asked.select(sql<number>`count(*)::int`.as('rows')).executeTakeFirstOrThrow()).rows
    },
  }
}

async function* rows(asked: ReturnType<typeof parcelsWhere>): AsyncGenerator<ExportRow> {
  for (let after = -1; ;) {
    const page = await asked
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
      .where(sql<boolean>`v.parcel_id > ${after}::bigint`)
      .orderBy('v.parcel_id')
      .limit(ROWS_PER_READ)
      .execute()
    for (const row of page) {
      const { wkb, district_code, flags, tags, ...cells } = row
      yield {
        id: row.parcel_id,
        wkb,
        cells: {
          ...cells,
          district: district_code,
          holder: masked(row.holder),
          project: masked(row.project),
          location: masked(row.location),
          flags: (flags ?? []).join(','),
          tags: (tags ?? []).join(','),
        },
      }
      after = row.parcel_id
    }
    if (page.length < ROWS_PER_READ) return
  }
}
