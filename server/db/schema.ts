import type { ColumnType, Generated } from 'kysely'
import type { IsoDate } from '../units.ts'

// The tables of sql/migrations, column by column; test/db/schema.test.ts holds this file against the real base.
// What the database says reads the same on both bases (server/db/value-text.ts): bigint and numeric are numbers,
// dates are 'YYYY-MM-DD', instants are ISO text in UTC, bytea is a Uint8Array, jsonb is parsed.

/** An instant in UTC, as `Date.prototype.toISOString` writes it. Digits below a millisecond are kept when stored. */
export type IsoTime = string

/** A PostgreSQL daterange as text, `[2024-03-15,)`: the first day belongs to it, the last one does not. */
export type DateRange = string

/** Reads parsed; writes are JSON text, see `asJson`: pg would turn a bare array into a PostgreSQL array. */
export type Json<Value = unknown> = ColumnType<Value, string, string>

/** As `Json`, with a default or null in the table. */
export type GeneratedJson<Value = unknown> = ColumnType<Value, string | undefined, string>
export type NullableJson<Value = unknown> = ColumnType<Value | null, string | null | undefined, string | null>

/**
 * A geometry column, in the working plane (EPSG:4547). Never read or written as it is: `asWkb` takes it out,
 * `fromWkb` and `bulkInsert` put it in.
 */
export interface Geometry {
  readonly srid: 4547
}

export interface CounterTable {
  name: string
  last_value: Generated<number>
}

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

export interface RulePackTable {
  pack_hash: string
  code: string
  version: string
  title_zh: string
  title_en: string
  yaml: string
  added_at: IsoTime
  kind: Generated<'strategies' | 'tags'>
}

export interface ClassifyRunTable {
  run_id: number
  build_id: number
  as_of: IsoDate
  pack_hash: string
  started_at: IsoTime
  finished_at: IsoTime | null
  state: 'running' | 'complete' | 'failed'
  after_run: number | null
  scope: Generated<'full' | 'changes'>
  counts: GeneratedJson<Record<string, number>>
  tags_hash: Generated<string | null>
  precedence_hash: Generated<string | null>
  fact_rules: Generated<number>
  flags_hash: Generated<string | null>
}

export interface FactTable {
  run_id: number
  county_code: string
  parcel_id: number
  as_of: IsoDate | null
  flags_block: number | null
  unit_kind: string | null
  unit_area_m2: number | null
  unit_zddm: string | null
  unit_project: string | null
  unit_compactness: number | null
  unit_in_renewal_unit: boolean | null
  chain_approved: boolean | null
  chain_stage: string | null
  approval_doc_no: string | null
  approval_date: IsoDate | null
  approval_authority: string | null
  approval_kind: string | null
  approval_valid: string | null
  comp_implemented: boolean | null
  expropriation_status: string | null
  site_clean: boolean | null
  site_infra_ready: boolean | null
  site_used: boolean | null
  site_built: boolean | null
  site_class_unchanged: boolean | null
  reserve_in: boolean | null
  reserve_in_date: IsoDate | null
  reserve_out_date: IsoDate | null
  supply_status: string | null
  supply_method: string | null
  supply_date: IsoDate | null
  supply_area_m2: number | null
  supply_use_group: string | null
  supply_price_wan: number | null
  supply_paid_wan: number | null
  supply_supervision_no: string | null
  deliver_state: string | null
  deliver_due: IsoDate | null
  deliver_actual: IsoDate | null
  start_state: string | null
  start_due: IsoDate | null
  start_actual: IsoDate | null
  halt_since: IsoDate | null
  dev_area: number | null
  dev_area_should: number | null
  invested_wan: number | null
  total_invest_wan: number | null
  finish_state: string | null
  finish_due: IsoDate | null
  finish_actual: IsoDate | null
  verify_state: string | null
  verify_date: IsoDate | null
  reg_state: string | null
  reg_cert_no: string | null
  right_type: string | null
  right_nature: string | null
  right_feature2: string | null
  right_dispute: boolean | null
  right_legacy_built: boolean | null
  overlap_other_right_m2: number | null
  holder_id: string | null
  holder_class: string | null
  holder_bankrupt: boolean | null
  holder_unwilling_or_unable: boolean | null
  mortgage_active: boolean | null
  seal_active: boolean | null
  plan_use: string | null
  plan_use_group: string | null
  plan_far_max: number | null
  plan_far_min: number | null
  plan_density: number | null
  plan_supply_possible: boolean | null
  plan_conflict: boolean | null
  plan_use_sensitive: boolean | null
  actual_use_group: string | null
  far_actual: number | null
  far_norm_min: number | null
  far_plan_max: number | null
  ctl_pbf_m2: number | null
  ctl_eco_m2: number | null
  ctl_in_udb_ratio: number | null
  ctl_exempt: boolean | null
  soil_risk: boolean | null
  soil_cleared: boolean | null
  viol_open: boolean | null
  production_due: IsoDate | null
  production_started: boolean | null
  agree_assess_date: IsoDate | null
  agree_tax_per_mu: number | null
  agree_invest_per_mu: number | null
  eco_year: number | null
  eco_class: string | null
  eco_tax_per_mu: number | null
  eco_invest_per_mu: number | null
  partial_unused_m2: number | null
  partial_unused_ratio: number | null
  low_eff_hit: boolean | null
  low_eff_rule_id: string | null
  idle_kind: string | null
  idle_cause: string | null
  idle_recognised_on: IsoDate | null
  term_end: IsoDate | null
  buyback_listed: boolean | null
  maturity_score: number | null
  unit_use_group: string | null
  unit_in_park: boolean | null
  approval_batch_name: string | null
  supply_source: string | null
  evidence: number[]
}

export interface AssessmentTable {
  run_id: number
  county_code: string
  parcel_id: number
  strategy: string
  runners_up: string[]
  flags: string[]
  tags: string[]
  to_run: number | null
  since: IsoDate | null
  due_on: IsoDate | null
  due_rule: string | null
  light: 'red' | 'yellow' | 'green' | 'grey' | null
  ruled_strategy: string
  override_id: number | null
}

export interface StrategyOverrideTable {
  county_code: string
  override_id: number
  parcel_id: number
  strategy: string
  ruled_strategy: string
  by_person: string
  reason: string
  document: string
  set_on: IsoDate
  expires_on: IsoDate
  facts: Json<Record<string, string | number | boolean>>
  facts_hash: string
  pack_hash: string
  run_id: number
  set_at: IsoTime
}

export interface StrategyOverrideEndTable {
  county_code: string
  override_id: number
  kind: 'ended' | 'replaced' | 'reopened'
  why: 'person' | 'facts' | 'ruled' | 'expired' | 'parcel' | 'rules'
  detail: Json<Record<string, unknown>>
  by_person: string | null
  reason: string | null
  ended_on: IsoDate
  ended_at: IsoTime
}

export interface StrategyOverrideSeenTable {
  county_code: string
  override_id: number
  by_person: string
  note: string
  seen_at: IsoTime
}

export interface JobTable {
  job_id: number
  kind: string
  state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted'
  progress: Generated<number>
  step_zh: Generated<string>
  step_en: Generated<string>
  params: Json
  result: NullableJson
  problem: NullableJson
  created_at: IsoTime
  finished_at: IsoTime | null
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

export interface ClaimChoiceTable {
  county_code: string
  choice_no: number
  parcel_id: number
  field: string
  record_id: number | null
  value: Json
  rule: string
  precedence_hash: string
  seen: Json
  seen_hash: string
  reason: string
  document: string
  by_person: string
  decided_on: IsoDate
  chosen_at: IsoTime
}

export interface ClaimConflictTable {
  county_code: string
  parcel_id: number
  field: string
  state: 'open' | 'chosen' | 'reopened'
  pairs: string[]
  used_record_id: number | null
  choice_no: number | null
  claims: Json<[number, string, string, string | number | boolean, number][]>
}

export interface ScenarioTable {
  scenario_id: number
  name: string
  by_person: string
  note: string
  pack_hash: string
  whole_pack: boolean
  changes: Json<{ set?: Record<string, number | string>; when?: Record<string, string> }>
  as_of: IsoDate
  run_id: number
  moved: Json<{ parcels: number; planarM2: number }>
  saved_at: IsoTime
  closed_at: IsoTime | null
  closed_by: string | null
}

export interface PackAdoptionTable {
  adoption_id: number
  pack_hash: string
  after_hash: string | null
  valid_from: IsoDate
  reason: string
  by_person: string
  scenario_id: number | null
  adopted_at: IsoTime
}

export interface SchemaMigrationTable {
  name: string
  sha256: string
  applied_at: Generated<IsoTime>
}

export interface Database {
  counter: CounterTable
  delivered_file: DeliveredFileTable
  delivered_piece: DeliveredPieceTable
  delivery: DeliveryTable
  delivery_issue: DeliveryIssueTable
  record: RecordTable
  build: BuildTable
  base: BaseTable
  parcel: ParcelTable
  parcel_version: ParcelVersionTable
  parcel_event: ParcelEventTable
  parcel_edge: ParcelEdgeTable
  parcel_record: ParcelRecordTable
  finding: FindingTable
  ledger_entry: LedgerEntryTable
  ledger_piece: LedgerPieceTable
  rule_pack: RulePackTable
  classify_run: ClassifyRunTable
  fact: FactTable
  assessment: AssessmentTable
  strategy_override: StrategyOverrideTable
  strategy_override_end: StrategyOverrideEndTable
  strategy_override_seen: StrategyOverrideSeenTable
  job: JobTable
  saved_figure: SavedFigureTable
  row_repair: RowRepairTable
  repair_decision: RepairDecisionTable
  source_profile: SourceProfileTable
  claim_choice: ClaimChoiceTable
  claim_conflict: ClaimConflictTable
  scenario: ScenarioTable
  pack_adoption: PackAdoptionTable
  schema_migration: SchemaMigrationTable
}
