import { isOrganisationCode, parseCreditCode } from '../../identifier/credit-code.ts'
import { parseResidentId } from '../../identifier/resident-id.ts'
import type { Identity } from '../identities.ts'

/** Whether two documents name one holder, and what told. */
export interface HolderTest {
  readonly same: boolean
  readonly by: 'code' | 'name'
}

/**
 * Whether two documents name one holder; undefined where either is silent: a blank contradicts nobody.
 *
 * Well-formed codes decide, whatever the names: a firm that changes its name keeps its code. Otherwise names, of which
 * one in common is enough: a holder may have been joined by another.
 */
export function sameHolder(a: Identity, b: Identity): HolderTest | undefined {
  const [codeA, codeB] = [personOf(a.holderCode), personOf(b.holderCode)]
  if (codeA !== undefined && codeB !== undefined && codeA.kind === codeB.kind)
    return { same: codeA.number === codeB.number, by: 'code' }
  if (a.holder === undefined || b.holder === undefined) return undefined
  const names = namesIn(b.holder)
  return { same: namesIn(a.holder).some((name) => names.includes(name)), by: 'name' }
}

/** `identityOf` has made full-width separators plain. */
const namesIn = (holder: string): string[] => holder.split(/[、,;/]/).filter((name) => name !== '')

/**
 * Who a code stands for. A credit code holds the older organisation code of the same firm; a code that fails its check
 * stands for nobody. A firm's code and a person's number do not compare: one of them may be a representative's.
 */
function personOf(code: string | undefined): { kind: 'firm' | 'person'; number: string } | undefined {
  if (code === undefined) return undefined
  if (isOrganisationCode(code)) return { kind: 'firm', number: code.replace('-', '') }
  const credit = parseCreditCode(code)
  if (credit.ok) return { kind: 'firm', number: credit.organisationCode }
  const resident = parseResidentId(code)
  return resident.ok ? { kind: 'person', number: resident.normal } : undefined
}
