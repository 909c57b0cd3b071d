import type { Generated } from 'kysely'
import type { IsoDate } from '../../units.ts'
import type { DateRange, GeneratedJson, Geometry, IsoTime, Json } from './column.ts'

// What a build makes: parcels, their versions, events and records, and what is wrong with them.

export interface BuildTable {
  build_id: number
  as_of: IsoDate
  known_at: IsoTime
  started_at: IsoTime
  finished_at: IsoTime | null
  state: 'running' | 'complete' | 'failed'
  layers: GeneratedJson<Record<string, number>>
  summary: GeneratedJson<Record<string, unknown>>
  after_build: number | null
  scope: Generated<'full' | 'changes'>
  seen: Generated<number[]>
  kept: Generated<boolean>
}

export interface BaseTable {
  only_row: Generated<boolean>
  /** What the next build goes on from. */
  latest_build: number | null
  /** What readers see: a build with its strategies. */
  current_build: number | null
  current_run: number | null
}

export interface ParcelTable {
  county_code: string
  parcel_id: number
  born_build: number
  retired_build: number | null
}

export interface ParcelVersionTable {
  county_code: string
  parcel_id: number
  from_build: number
  to_build: number | null
  valid_during: DateRange
  recorded_at: IsoTime
  kind: 'titled' | 'supplied' | 'remainder'
  source_record_id: number
  parcel_code: string | null
  unit_code: string | null
  district_code: string
  stage: string
  holder: string | null
  holder_code: string | null
  project: string | null
  location: string | null
  use_text: string | null
  use_scheme: string | null
  use_code: string | null
  use_group: string | null
  area_document_m2: number | null
  area_planar_m2: number
  area_ellipsoid_m2: number
  geom: Geometry
}

export interface ParcelEventTable {
  build_id: number
  event_no: number
  kind: 'created' | 'redrawn' | 'split' | 'merged' | 'retired' | 'restored'
  county_code: string
  parcel_id: number
  happened_on: IsoDate
  before_m2: number | null
  after_m2: number | null
  came_m2: number | null
  went_m2: number | null
  correction_m2: number | null
}

export interface ParcelEdgeTable {
  build_id: number
  from_parcel_id: number
  to_parcel_id: number
  area_m2: number
  from_county_code: string
}

export interface ParcelRecordTable {
  from_build: number
  county_code: string
  parcel_id: number
  record_id: number
  record_kind: string
  area_m2: number | null
  share_of_parcel: number | null
  share_of_record: number | null
  evidence: string[]
  certainty: 'certain' | 'probable'
  to_build: number | null
  owner_record_id: number
  content_hash: string | null
}

export interface FindingTable {
  from_build: number
  finding_id: number
  county_code: string
  code: string
  severity: 'block' | 'high' | 'mid' | 'low'
  noise: boolean
  parcel_ids: number[]
  record_ids: number[]
  records: Json
  detail: Json
  area_planar_m2: number | null
  area_ellipsoid_m2: number | null
  share_of_first: number | null
  share_of_second: number | null
  geom: Geometry | null
  to_build: number | null
  owner_record_id: number
  content_hash: string | null
}
