import type { LandRecord } from '../../record/record.ts'
import { approvalNoOf } from '../identities.ts'
import { isValidApproval } from '../precedence.ts'
import { paperOf, type FindingDraft, type Situation } from './finding.ts'
import { overlapsWithin } from './overlaps.ts'

/**
 * P101 重复报批: two approvals valid on the day, of different documents, over the same land. The earlier one is named
 * first. Approvals that are not known to be of different documents by number are different ones.
 *
 * A duplicate stands only while both are valid. An approval that was withdrawn, lapsed or reduced before the day is
 * nobody's duplicate, whether the other was granted after its end (re-approved) or while it still held: then the two
 * stood beside each other for a while, and the ending is how it was put right. A look back at a day in between finds it.
 */
export function approvalFindings({ registers }: Situation): FindingDraft[] {
  const { approvals, asOf } = registers
  const isValid = approvals.records.map((approval) => isValidApproval(approval, asOf))
  const documents = approvals.records.map(approvalNoOf)
  return overlapsWithin({
    code: 'P101',
    register: approvals,
    isPair: (i, j) =>
      isValid[i]! && isValid[j]! && (documents[i] === undefined || documents[i] !== documents[j]),
    paperOf: (i) => paperOf(approvals.records[i]!),
    detailOf: (first, second) => bothValid(approvals.records[first]!, approvals.records[second]!),
    parcelsOf: () => [],
  })
}

/**
 * From which day both are valid, and the day the first of them ends where that is already decided. Null: not known, or
 * no end decided.
 */
function bothValid({ fields: a }: LandRecord<'approval'>, { fields: b }: LandRecord<'approval'>) {
  const [since, other] = [a.approved_on, b.approved_on]
  const ends = [a, b].flatMap(({ status, status_on }) =>
    status !== undefined && status !== 'valid' && status_on !== undefined ? [status_on] : [],
  )
  return {
    bothValidFrom: since === undefined || other === undefined ? null : since > other ? since : other,
    bothValidUntil: ends.toSorted()[0] ?? null,
  }
}
