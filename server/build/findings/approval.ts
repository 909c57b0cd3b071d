import { approvalNoOf } from '../identities.ts'
import { isValidApproval } from '../precedence.ts'
import type { FindingDraft, Situation } from './finding.ts'
import { overlapsWithin } from './overlaps.ts'

/**
 * P101 重复报批: two approvals valid on the day, of different documents, over the same land. The earlier one is named
 * first. Approvals that are not known to be of different documents by number are different ones.
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
    datesOf: (i) => ({ approved_on: approvals.records[i]!.fields.approved_on ?? null }),
    parcelsOf: () => [],
  })
}
