import type { Generated } from 'kysely'
import type { IsoDate } from '../../units.ts'
import type { GeneratedJson, IsoTime, Json } from './column.ts'

// Rule packs, what they say of each parcel, and what persons say.

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
