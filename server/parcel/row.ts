import { sql } from 'kysely'
import type { ParcelRow } from '../contract.ts'
import { maskField } from '../record/mask-field.ts'
import { toLonLatBox } from './box.ts'

/** What a list line is read from: columns of `v` (parcel_version) and `a` (assessment). */
export const rowColumns = [
  'v.county_code',
  'v.parcel_id',
  'v.parcel_code',
  'v.kind',
  'v.stage',
  'a.strategy',
  'a.ruled_strategy',
  'a.override_id',
  'v.district_code',
  'v.holder',
  'v.project',
  'v.location',
  'v.use_group',
  'v.use_text',
  'v.area_document_m2',
  'v.area_planar_m2',
  'v.area_ellipsoid_m2',
  'a.flags',
  'a.tags',
] as const

/** Edges of the shape in the working plane. */
export const boxColumns = [
  sql<number>`st_xmin(v.geom)`.as('west'),
  sql<number>`st_ymin(v.geom)`.as('south'),
  sql<number>`st_xmax(v.geom)`.as('east'),
  sql<number>`st_ymax(v.geom)`.as('north'),
] as const

export interface SelectedRow {
  readonly parcel_id: number
  readonly parcel_code: string | null
  readonly kind: ParcelRow['kind']
  readonly stage: string
  readonly strategy: string | null
  readonly ruled_strategy: string | null
  readonly override_id: number | null
  readonly district_code: string
  readonly holder: string | null
  readonly project: string | null
  readonly location: string | null
  readonly use_group: string | null
  readonly use_text: string | null
  readonly area_document_m2: number | null
  readonly area_planar_m2: number
  readonly area_ellipsoid_m2: number
  readonly flags: string[] | null
  readonly tags: string[] | null
  readonly west: number
  readonly south: number
  readonly east: number
  readonly north: number
}

/** A line of a list as readers see it: persons masked, box in degrees. */
export function toParcelRow(row: SelectedRow): ParcelRow {
  return {
    parcelId: row.parcel_id,
    parcelCode: row.parcel_code,
    kind: row.kind,
    stage: row.stage,
    strategy: row.strategy,
    ruledStrategy: row.ruled_strategy,
    overrideId: row.override_id,
    district: row.district_code,
    holder: maskField('holder', row.holder),
    project: maskField('project', row.project),
    location: maskField('location', row.location),
    useGroup: row.use_group,
    useText: row.use_text,
    areas: {
      documentM2: row.area_document_m2,
      planarM2: row.area_planar_m2,
      ellipsoidM2: row.area_ellipsoid_m2,
    },
    flags: row.flags ?? [],
    tags: row.tags ?? [],
    bbox: toLonLatBox(row),
  }
}
