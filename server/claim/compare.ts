import { sameHolder } from '../build/findings/same-holder.ts'
import { approvalNoKey } from '../identifier/approval-no.ts'
import { useGroupOf } from '../identifier/land-use.ts'
import { normalCode } from '../identifier/normal.ts'
import { areaLimitM2 } from '../record/area-limit.ts'
import { contractNo, identityOf, normalName } from '../record/identity.ts'
import type { AnyLink } from './link.ts'
import type { Comparison } from './precedence.ts'

export type ClaimValue = string | number | boolean

/** What is held against another statement: the value, and the record for what else it says. */
export interface Stated {
  readonly link: AnyLink
  readonly value: ClaimValue
}

/**
 * Whether two statements say the same; undefined where that cannot be told, as with a use no scheme knows.
 *
 * `holder`: by code where both have a good one, else by name, one in common is enough (P403 has the same test).
 * `use`: by group, because the schemes do not agree on codes. `area`: within the limit of P608 for the larger of the two.
 * `contract_number`: a contract and its supplements are one. `name`: width, blanks and case set aside.
 */
export function saysSame(compare: Comparison, a: Stated, b: Stated): boolean | undefined {
  if (isPlainlySame(a, b)) return true // most often, and nothing is parsed
  if (compare === 'holder') return sameHolder(identityOf(a.link), identityOf(b.link))?.same
  if (compare === 'area') {
    const [x, y] = [Number(a.value), Number(b.value)]
    return Math.abs(x - y) <= areaLimitM2(Math.max(x, y))
  }
  if (compare === 'use') {
    const [x, y] = [groupOf(a), groupOf(b)]
    if (x !== null && y !== null) return x === y
    return normalName(String(a.value)) === normalName(String(b.value)) ? true : undefined
  }
  const key = keys[compare]
  return key(String(a.value)) === key(String(b.value))
}

/** One value, and nothing beside it that could make two things of it: another code of a holder, another scheme of a use. */
function isPlainlySame(a: Stated, b: Stated): boolean {
  if (a.value !== b.value) return false
  const [x, y] = [a.link.fields, b.link.fields] as { holder_code?: string; use_scheme?: string }[]
  return x!.holder_code === y!.holder_code && x!.use_scheme === y!.use_scheme
}

const keys: Readonly<Record<Exclude<Comparison, 'holder' | 'use' | 'area'>, (text: string) => string>> = {
  name: normalName,
  code: normalCode,
  contract_number: contractNo,
  approval_number: approvalNoKey,
  exact: (text) => text,
}

/** The group of a stated use; null where the text does not tell. */
export function groupOf({ link, value }: Stated): string | null {
  const { use_scheme } = link.fields as { use_scheme?: string }
  return useGroupOf({ use: String(value), scheme: use_scheme })
}
