import type { Identity } from '../record/identity.ts'
import { sameHolder } from './findings/same-holder.ts'

export { approvalNoOf, identityOf, normalName, type Identity } from '../record/identity.ts'

/** Kinds of agreement between a parcel and a document. */
export const evidences = ['code', 'unit_code', 'doc_no', 'project', 'holder', 'shape'] as const
export type Evidence = (typeof evidences)[number]

/** What two documents say alike. Two blanks agree on nothing. */
export function agreements(a: Identity, b: Identity): Set<Evidence> {
  const found = new Set<Evidence>()
  const same = (x: string | undefined, y: string | undefined): boolean => x !== undefined && x === y
  if (same(a.parcelCode, b.parcelCode) || same(a.supervisionNo, b.supervisionNo)) found.add('code')
  if (same(a.unitCode, b.unitCode)) found.add('unit_code')
  if (same(a.refersTo, b.approvalNo) || same(a.approvalNo, b.refersTo)) found.add('doc_no')
  if (same(a.project, b.project)) found.add('project')
  if (isSameHolder(a, b)) found.add('holder')
  return found
}

/** Both name a holder, and the same one. */
function isSameHolder(a: Identity, b: Identity): boolean {
  if (a.holderCode !== undefined && a.holderCode === b.holderCode) return true // most often, and no code is parsed
  return sameHolder(a, b)?.same === true
}

/** Both name a holder, and not the same one. A blank contradicts nobody. */
export function holdersDiffer(a: Identity, b: Identity): boolean {
  return !isSameHolder(a, b) && sameHolder(a, b)?.same === false
}
