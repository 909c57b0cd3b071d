import type { Generated } from 'kysely'
import type { DateRange, Geometry, IsoTime, Json } from './column.ts'

// Rows of documents, version by version, and the counters numbers come from.

export interface CounterTable {
  name: string
  last_value: Generated<number>
}

export interface RecordTable {
  county_code: string
  record_id: number
  version_no: number
  kind: string
  layer: Generated<string>
  record_key: string
  doc: string | null
  fields: Json<Record<string, unknown>>
  raw: Json<Record<string, unknown>>
  content_hash: string
  valid_during: DateRange
  recorded_at: IsoTime
  replaced_at: IsoTime | null
  delivery_id: number
  row_no: number
  geom: Geometry | null
  geom_delivered: Uint8Array | null
  area_document_m2: number | null
  area_planar_m2: number | null
  area_ellipsoid_m2: number | null
  names: string[] | null
  name_keys: number[] | null
}
