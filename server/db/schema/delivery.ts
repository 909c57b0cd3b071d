import type { Generated } from 'kysely'
import type { IsoTime, Json } from './column.ts'

// What came in: files, how they were read, and what was found wrong.

export interface DeliveredFileTable {
  sha256: string
  /** Null: in pieces. */
  bytes: Uint8Array | null
}

export interface DeliveredPieceTable {
  sha256: string
  piece_no: number
  bytes: Uint8Array
}

export interface DeliveryTable {
  delivery_id: number
  kind: string
  layer: string | null
  file_name: string
  file_sha256: string
  options: Json
  crs: string | null
  crs_known_by: string | null
  encoding: string | null
  rows_read: number
  rows_used: number
  rows_repaired: number
  rows_unchanged: number
  rows_refused: number
  received_at: IsoTime
  undone_at: IsoTime | null
  job_id: number | null
  follows_delivery: number | null
  profile_id: number | null
  profile_version: number | null
  rows_missing: Generated<number>
}

export interface DeliveryIssueTable {
  delivery_id: number
  issue_no: number
  row_no: number | null
  field: string | null
  code: string
  severity: 'must_fix' | 'may_fix_later' | 'note'
  message_zh: string
  message_en: string
  value: string | null
}

export interface RowRepairTable {
  delivery_id: number
  row_no: number
  state: 'made' | 'proposed'
  methods: string[]
  reason_zh: string
  reason_en: string
  area_before_m2: number
  area_after_m2: number
  shape_hash: string | null
  shape_before: Uint8Array | null
  shape_after: Uint8Array | null
}

export interface RepairDecisionTable {
  decision_no: number
  delivery_id: number
  row_no: number
  accepted: boolean
  decided_by: string
  reason: string
  decided_at: IsoTime
}

export interface SourceProfileTable {
  profile_id: number
  version_no: number
  kind: string
  layer: Generated<string>
  name: string
  columns: string[]
  columns_hash: string
  mapping: Json
  crs: string | null
  retired: Generated<boolean>
  saved_by: string
  saved_at: IsoTime
}
