import type { RecordKind } from '../record/record.ts'
import type { Message } from '../refusal.ts'
import type { IsoDate } from '../units.ts'

/** One row of a register or layer, by what makes it the same row in every delivery. */
export interface RecordRef {
  readonly kind: RecordKind
  readonly layer: string
  readonly key: string
  readonly doc: string | null
}

/** A finding the base must make on the day asked about. */
export interface TruthFinding {
  readonly code: string
  /** Records the finding must name; it may name more, such as the zone or the supply it measured against. */
  readonly records: readonly RecordRef[]
  /** Planar m² of the land it is about; null: the finding is about a document, not about land. */
  readonly areaM2: number | null
  readonly toleranceM2: number
  /** What was planted, in words. */
  readonly why: Message
}

/** Something that looks like a finding and is none. */
export interface TruthDecoy {
  readonly notCodes: readonly string[]
  readonly records: readonly RecordRef[]
  readonly why: Message
}

/** Land of an approval that is neither supplied nor titled (批而未供), planar m² over all rows of the document. */
export interface TruthRemainder {
  readonly doc: string
  readonly areaM2: number
  readonly toleranceM2: number
  /** Pieces the land falls into, where that is planted; null: not counted. */
  readonly pieces: number | null
}

/** The strategy of the parcels that come from a record. */
export interface TruthStrategy {
  readonly record: RecordRef
  readonly strategy: string
  readonly why: Message
}

/** What must happen to parcels between the two builds; parcels are named by 宗地代码. */
export interface TruthEvent {
  readonly kind: 'split' | 'merged' | 'renumbered'
  readonly from: readonly string[]
  readonly to: readonly string[]
  readonly areaM2: number
}

/** What was planted in a demo city, so that an answer can be held against it. Findings are complete: no others. */
export interface Truth {
  readonly fictional: true
  readonly title: Message
  readonly asOf: IsoDate
  readonly beforeAsOf: IsoDate
  readonly seed: number
  readonly parcels: number
  /** Names of cases that found no plot to suit them in this city. */
  readonly unplanted: readonly string[]
  readonly findings: readonly TruthFinding[]
  readonly decoys: readonly TruthDecoy[]
  readonly remainders: readonly TruthRemainder[]
  readonly strategies: readonly TruthStrategy[]
  readonly events: readonly TruthEvent[]
}

/** The codes whose findings the truth lists completely. */
export const truthCodes = [
  'P101',
  'P102',
  'P103',
  'P105',
  'P201',
  'P202',
  'P203',
  'P204',
  'P207',
  'P301',
  'P302',
  'P303',
  'P304',
  'P401',
  'P402',
  'P403',
  'P501',
  'P502',
  'P503',
  'P504',
  'P505',
  'P510',
  'P511',
  'P604',
  'P605',
  'P606',
  'P607',
  'P608',
] as const
