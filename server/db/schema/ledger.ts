import type { Generated } from 'kysely'
import type { Geometry, IsoTime, Json } from './column.ts'

// The books of a build, and figures worked out from them once.

export interface LedgerEntryTable {
  build_id: number
  district_code: string
  account: string
  area_m2: number
  /** Whole billionths of a square metre. Read it as text: it has more digits than a number. */
  area_nano_m2: Generated<number>
}

export interface LedgerPieceTable {
  from_build: number
  piece_id: number
  district_code: string
  account: string
  record_ids: number[]
  parcel_id: number | null
  area_m2: number
  geom: Geometry | null
  to_build: number | null
  owner_record_id: number
  content_hash: string | null
}

export interface SavedFigureTable {
  county_code: string
  figure_id: number
  kind: 'rates'
  params: Json
  build_id: number
  pack_hash: string | null
  result: Json
  made_at: IsoTime
}
