import { identityOf } from '../identities.ts'
import { paperOf, type FindingDraft, type Situation } from './finding.ts'
import { overlapsWithin } from './overlaps.ts'
import { sameHolder } from './same-holder.ts'

/**
 * P207 重复供应: two contracts or allocations over the same land, the earlier one named first.
 *
 * No field of a supply says that it has ended, so every supply that holds on the day counts: a contract that was
 * cancelled is ended by its office in the register (`valid_during`). Rows of one 电子监管号 are one contract, with its
 * changes (a suffix, `-1`). A second contract of the same project and holder is a finding all the same, with that said:
 * a supplementary agreement amends its contract under the contract's own number.
 */
export function supplyFindings({ registers }: Situation): FindingDraft[] {
  const { supplies } = registers
  const contracts = supplies.records.map((supply) => identityOf(supply).supervisionNo)
  return overlapsWithin({
    code: 'P207',
    register: supplies,
    isPair: (i, j) => contracts[i] === undefined || contracts[i] !== contracts[j],
    paperOf: (i) => paperOf(supplies.records[i]!, ['signed_on', 'method', 'supplement_signed_on']),
    detailOf: (first, second) => {
      const [a, b] = [identityOf(supplies.records[first]!), identityOf(supplies.records[second]!)]
      const sameProject = a.project === undefined || b.project === undefined ? null : a.project === b.project
      return { sameProject, sameHolder: sameHolder(a, b)?.same ?? null }
    },
    parcelsOf: () => [],
  })
}
