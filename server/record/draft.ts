import type { MultiPolygon } from '../geo/polygon.ts'
import type { RowRepair } from './repair.ts'
import type { Message } from '../refusal.ts'
import type { IsoDate } from '../units.ts'
import type { Fields, RecordKind } from './record.ts'

/** A value as it can stand in a delivered row. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }

/**
 * One row of a delivery, understood: what it says in canonical fields, beside what was delivered.
 * The shape is in the working CRS (EPSG:4547, east first), valid, closed and on the 0.1 mm grid.
 */
export interface Draft<K extends RecordKind = RecordKind> {
  /** As the reader of the file counts, from 1. */
  readonly rowNo: number
  /** What makes it the same row in the next delivery, see `record-key.ts`. Repeats within one delivery get `#2`, `#3`, …; nothing is dropped. */
  readonly key: string
  /** Number shown to people: 批文号, 电子监管号, 宗地代码. */
  readonly doc: string | null
  /** Six digits. Absent: taken from the parcel, unit or supervision number, else '000000'. */
  readonly countyCode?: string | undefined
  readonly fields: Fields<K>
  /** The row as delivered, by column. */
  readonly raw: { readonly [column: string]: Json } | ReadonlyMap<string, Json>
  readonly geometry: MultiPolygon | null
  /** The geometry as WKB, where whoever made the draft has it at hand. */
  readonly wkb?: Uint8Array | undefined
  /** Coordinates untouched, in the delivered CRS; srid 0 where it has no EPSG number. Absent: the shape itself was delivered. */
  readonly delivered?: { readonly srid: number; readonly wkb: Uint8Array } | undefined
  /** First day it is true on the ground; absent: always was, as far as we know. */
  readonly validFrom?: IsoDate | undefined
  /** First day it is true no longer; absent: still is. */
  readonly validTo?: IsoDate | undefined
  readonly areaDocumentM2: number | null
  /** True where the shape or a value was mended by a named rule; an issue says which. */
  readonly repaired: boolean
}

/** How bad an issue is: `must_fix` refused the row, `may_fix_later` kept it as written, `note` says what was done. */
export type IssueSeverity = 'must_fix' | 'may_fix_later' | 'note'

/** Something about a row that its sender should know. `row` null: the whole file is meant. */
export interface Issue {
  readonly row: number | null
  readonly field: string | null
  /** P6xx of data/codes/problem-flags.csv, or an import code such as CODE_NUMERIC. */
  readonly code: string
  readonly severity: IssueSeverity
  readonly message: Message
  readonly value: string | null
}

/** How often something of a kind was found, however many of them are told. */
export interface IssueCount {
  readonly code: string
  readonly severity: IssueSeverity
  readonly count: number
}

/** What reading a file finds beside its drafts. Grows while the drafts are taken; what is much is taken out meanwhile. */
export interface Reading {
  readonly issues: Issue[]
  /** Rows that gave no draft; each has a `must_fix` issue. */
  refused: number
  /** Shapes mended, and repairs that wait for a person. */
  readonly repairs?: RowRepair[]
}

/** What became of a delivery: every row read is used, repaired, unchanged or refused. The shape `contract.ts` promises. */
export interface DeliverySummary {
  /** Null for a dry run, and when nothing changed. */
  readonly delivery: number | null
  readonly read: number
  readonly used: number
  readonly repaired: number
  readonly unchanged: number
  readonly refused: number
  /** Rows that stand from earlier deliveries of the same source and are not in this one. They are left as they are. */
  readonly missing: number
  readonly crs: string | null
  readonly crsKnownBy: string | null
  /** In the order of the file: those of the file as a whole, then of each code and severity the first ten thousand rows. */
  readonly issues: Issue[]
  /** All of them. */
  readonly issueCounts: IssueCount[]
}
