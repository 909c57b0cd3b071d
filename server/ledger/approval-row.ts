import { approvalNoKey } from '../identifier/approval-no.ts'
import { compareRecords } from '../build/order.ts'
import { isValidApproval, ranksBy } from '../build/precedence.ts'
import type { LandRecord } from '../record/record.ts'
import type { IsoDate } from '../units.ts'

/** How an approval ended (撤回, 失效, 核减); `valid` while it stands. */
export type ApprovalState = 'valid' | 'withdrawn' | 'lapsed' | 'reduced'

/** One plot of an approval document, as it stood on the day and was known. */
export interface ApprovalRow {
  readonly record: LandRecord<'approval'>
  /** Plots of one key are one batch: the 批文号 without its spelling, else the name of the batch, else the row alone. */
  readonly batch: string
  readonly state: ApprovalState
  /** Of two valid plots over the same land the lesser rank has it. */
  readonly rank: number
}

/** The approval register of a day, by record. The order of `records` does not matter. */
export function approvalRows(
  records: readonly LandRecord<'approval'>[],
  asOf: IsoDate,
): ReadonlyMap<number, ApprovalRow> {
  const sorted = records.toSorted(compareRecords)
  const ranks = ranksBy(sorted, (record) => record.fields.approved_on)
  return new Map(
    sorted.map((record, i) => [
      record.recordId,
      { record, batch: batchKeyOf(record), state: stateOf(record, asOf), rank: ranks[i]! },
    ]),
  )
}

function batchKeyOf({ fields, key }: LandRecord<'approval'>): string {
  if (fields.doc_no !== undefined) return approvalNoKey(fields.doc_no)
  return fields.batch_name === undefined ? key : `名称:${fields.batch_name}`
}

function stateOf(record: LandRecord<'approval'>, asOf: IsoDate): ApprovalState {
  if (isValidApproval(record, asOf)) return 'valid'
  const { status } = record.fields
  return status === undefined ? 'valid' : status
}
