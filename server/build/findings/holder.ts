import { identityOf } from '../identities.ts'
import { principal, speaksFor, type Link } from '../links.ts'
import { commonLand } from '../overlap.ts'
import { shapeOf } from '../registers.ts'
import { judgement, onLand, onOwnLand, paperOf, withoutLand, type FindingDraft, type Situation } from './finding.ts' // prettier-ignore
import { sameHolder } from './same-holder.ts'

/**
 * P403 权利人不一致: a title registered to another holder than that of its contract. No register of transfers is kept, so
 * a transfer that was registered rightly shows here too, until the contract's register says so.
 *
 * Only a contract that is the title's beyond doubt is held against it: named by its number or told by two agreements,
 * and not known to lie elsewhere, which would be a slip in the number. A contract of the title's own holder on the land
 * clears it. Who the holders are is not said: one of them may be a person.
 */
export function holderFindings({ parcels, links }: Situation): FindingDraft[] {
  return parcels.flatMap((parcel, index) => {
    if (parcel.kind !== 'titled') return []
    const contracts = links[index]!.filter((link) => link.record.kind === 'supply' && speaksFor(link))
    const contract = principal(contracts.filter(isItsContract), 'supply')?.record
    if (contract === undefined) return []
    const title = parcel.source
    const tests = contracts.map((link) => sameHolder(identityOf(title), identityOf(link.record)))
    const test = sameHolder(identityOf(title), identityOf(contract))
    if (test === undefined || tests.some((each) => each?.same === true)) return []
    const extent = contract.wkb === null ? null : commonLand(shapeOf(title), shapeOf(contract))
    const detail = {
      ...(extent?.real === true && judgement(extent)),
      by: test.by,
      title: paperOf(title),
      contract: paperOf(contract),
    }
    const land =
      extent?.real === true ? onLand(extent, title.areaPlanarM2, contract.areaPlanarM2) : onOwnLand(title)
    return [{ ...withoutLand, code: 'P403', records: [title, contract], parcels: [index], detail, ...land }]
  })
}

function isItsContract({ record, certainty, evidence, areaM2 }: Link): boolean {
  const isElsewhere = record.wkb !== null && areaM2 === null
  return !isElsewhere && (certainty === 'certain' || evidence.includes('code'))
}
