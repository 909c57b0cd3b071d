import type { LandRecord } from '../record/record.ts'
import type { IsoDate } from '../units.ts'
import { compareText } from './order.ts'

/** Sorts after every real day: a document without a date cannot claim to be the earlier one. */
const undated = '9999-12-31'

/**
 * Whether an approval still grants what it granted. A state that came later than the day asked about had not been
 * decided yet; a blank state is valid, because registers write down only what ended.
 */
export function isValidApproval(approval: LandRecord<'approval'>, asOf: IsoDate): boolean {
  const { status, status_on } = approval.fields
  return status === undefined || status === 'valid' || (status_on !== undefined && status_on > asOf)
}

/**
 * Whether a zone of a plan or control line binds on the day. A version still being decided (在编, 公示) does not, nor does one
 * adopted for a later day; a blank state is in force, because layers are published when they are.
 */
export function isZoneInForce({ fields }: Pick<LandRecord<'layer'>, 'fields'>, asOf: IsoDate): boolean {
  const { status, in_force_on } = fields
  return status !== 'pending' && (in_force_on === undefined || in_force_on <= asOf)
}

/**
 * Which of two documents of one register comes first, as a rank per row. Land approved or supplied twice belongs to the
 * earlier document; of two titles the earlier is named first and the land stays in both. On one day the lesser number
 * goes first, then canonical order.
 */
export function ranksBy<R extends LandRecord>(
  records: readonly R[],
  dateOf: (record: R) => IsoDate | undefined,
): Int32Array {
  const keys = records.map((record) => `${dateOf(record) ?? undated} ${record.doc ?? ''}`)
  const ranks = new Int32Array(records.length)
  const order = Array.from(records.keys()).toSorted((i, j) => compareText(keys[i]!, keys[j]!) || i - j)
  order.forEach((row, rank) => {
    ranks[row] = rank
  })
  return ranks
}
