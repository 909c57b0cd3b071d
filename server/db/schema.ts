import type {
  DeliveredFileTable,
  DeliveredPieceTable,
  DeliveryIssueTable,
  DeliveryTable,
  RepairDecisionTable,
  RowRepairTable,
  SourceProfileTable,
} from './schema/delivery.ts'
import type { FactTable } from './schema/fact.ts'
import type { LedgerEntryTable, LedgerPieceTable, SavedFigureTable } from './schema/ledger.ts'
import type {
  BaseTable,
  BuildTable,
  FindingTable,
  ParcelEdgeTable,
  ParcelEventTable,
  ParcelRecordTable,
  ParcelTable,
  ParcelVersionTable,
} from './schema/parcel.ts'
import type { CounterTable, RecordTable } from './schema/record.ts'
import type { JobTable, SchemaMigrationTable } from './schema/running.ts'
import type {
  AssessmentTable,
  ClaimChoiceTable,
  ClaimConflictTable,
  ClassifyRunTable,
  PackAdoptionTable,
  RulePackTable,
  ScenarioTable,
  StrategyOverrideEndTable,
  StrategyOverrideSeenTable,
  StrategyOverrideTable,
} from './schema/strategy.ts'

export type { Geometry, IsoTime } from './schema/column.ts'
export type { SourceProfileTable } from './schema/delivery.ts'
export type { JobTable } from './schema/running.ts'
export type { StrategyOverrideEndTable } from './schema/strategy.ts'

// The tables of sql/migrations, column by column, a file of schema/ for each part; test/db/schema.test.ts holds them
// against the real base. What the database says reads the same on both bases (server/db/value-text.ts): bigint and
// numeric are numbers, dates are 'YYYY-MM-DD', instants are ISO text in UTC, bytea is a Uint8Array, jsonb is parsed.

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
