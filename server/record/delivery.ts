import type { Transaction } from 'kysely'
import type { Database } from '../db/schema.ts'
import { Refusal, type Place } from '../refusal.ts'
import type { Content } from './content-store.ts'
import type { DeliverySummary, Draft, Issue, Json, Reading } from './draft.ts'
import type { RecordKind } from './record.ts'

/** How the CRS of a delivery was learned. */
export type CrsKnownBy = 'prj' | 'header' | 'option' | 'magnitude' | 'format' | 'none'

/** The delivery itself: what came in and how it was read. */
export interface DeliveryInput {
  readonly kind: RecordKind
  /** Only for kind `layer`. */
  readonly layer?: string | null
  readonly fileName: string
  /** At hand, or taken piece by piece from where they lie. */
  readonly bytes: Uint8Array | Content
  /** Mapping, declared CRS, all-or-nothing: what is needed to read the bytes again. */
  readonly options?: { readonly [name: string]: Json }
  /** `EPSG:4526`; null for tables without coordinates. */
  readonly crs?: string | null
  readonly crsKnownBy?: CrsKnownBy
  readonly encoding?: string | null
  /** ISO timestamp; becomes `recorded_at` of every new version. */
  readonly receivedAt: string
  /** Issues and refused rows of the reader; absent: every row became a draft. */
  readonly reading?: Reading
  /** The job that brings it; written with the rows, so that a restart can tell whether they were kept. */
  readonly jobId?: number | undefined
  /** The delivery whose refused rows a person has decided on. */
  readonly follows?: number | undefined
  /** Only these rows are recorded and counted; the others number repeats as they did and are passed over. */
  readonly onlyRows?: ReadonlySet<number> | undefined
  /** The source profile the file was read by. */
  readonly profile?: { readonly profileId: number; readonly version: number } | undefined
  /** The same summary, nothing written. */
  readonly dryRun?: boolean
  /** One refused row refuses the file. */
  readonly allOrNothing?: boolean
}

/** Drafts at hand, or made batch by batch while they are taken, inside the transaction that records them. */
export type Drafts = Iterable<Draft> | ((tx: Transaction<Database>) => AsyncIterable<readonly Draft[]>)

/** A delivery refused whole because some of its rows were; `summary` names them. Nothing was written. */
export class RowsRefused extends Refusal {
  readonly summary: DeliverySummary
  constructor(fileName: string, summary: DeliverySummary) {
    const first = summary.issues.find((issue) => issue.severity === 'must_fix')
    super(
      'ROWS_REFUSED',
      {
        zh: `${summary.read} 行中有 ${summary.refused} 行不能采用,按“全有或全无”整件退回${first ? `;第一处:${first.message.zh}` : ''}`,
        en: `${summary.refused} of ${summary.read} rows cannot be used, so the whole file is refused as asked${first ? `; the first: ${first.message.en}` : ''}`,
      },
      {
        zh: '请先改正这些行;或去掉 --all-or-nothing,只退回有问题的行。',
        en: 'Correct these rows first, or leave out --all-or-nothing to refuse only them.',
      },
      { file: fileName, ...(first ? placeOf(first) : {}) },
    )
    this.summary = summary
  }
}

const placeOf = ({ row, field }: Issue): Place => ({
  ...(row === null ? {} : { row }),
  ...(field === null ? {} : { field }),
})

/** Rows by what became of them, as they are recorded. */
export interface Tally {
  used: number
  repaired: number
  unchanged: number
}
