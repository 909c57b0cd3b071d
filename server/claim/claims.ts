import { identityOf } from '../record/identity.ts'
import { M2_PER_HA } from '../units.ts'
import { saysSame, type ClaimValue, type Stated } from './compare.ts'
import { isMostlyAbout, type AnyLink } from './link.ts'
import {
  precedence,
  claimRegisters,
  type ClaimRegister,
  type ClaimRule,
  type ClaimSource,
} from './precedence.ts'
import type { Speakers } from './speakers.ts'

/** What one record says of one thing. */
export interface Claim extends Stated {
  readonly link: AnyLink
  readonly register: ClaimRegister
  /** Field of the record. */
  readonly from: string
  /** As the record has it; areas in m², whatever the unit of the register. */
  readonly value: ClaimValue
  readonly standsIn: boolean
}

/** Everything said of one thing about a parcel. */
export interface FieldClaims {
  readonly rule: ClaimRule
  /** In the order of the rule. */
  readonly claims: readonly Claim[]
  /** For each claim the number of its side: those of one side say the same. */
  readonly sides: readonly number[]
  /** Registers that contradict each other, `registration|supply` in the order of `claimRegisters`; none: no conflict. */
  readonly pairs: readonly string[]
  /** What the rule uses. */
  readonly ruled: Claim | undefined
}

/** A piece is its whole document when surveys could not tell the difference (server/build/attributes.ts). */
const WHOLE = 0.99

/** What the rule of a field uses: the first speaker of the first register in its order that says anything. */
export function ruledClaim(rule: ClaimRule, speakers: Speakers): Claim | undefined {
  const { kind } = speakers.papers.parcel
  for (const source of rule.sources) {
    if (!source.usedFor.includes(kind)) continue
    const claim = claimOf(rule, source, speakers.first(source.register) as AnyLink | undefined, speakers)
    if (claim) return claim
  }
  return undefined
}

/** Every statement about a parcel, by field, in the order of the rules; fields nobody speaks of are left out. */
export function claimsOf(speakers: Speakers): FieldClaims[] {
  return precedence().rules.flatMap((rule) => fieldClaims(rule, speakers) ?? [])
}

/** Everything said of one thing; null: nobody speaks of it. */
export function fieldClaims(rule: ClaimRule, speakers: Speakers): FieldClaims | null {
  const claims: Claim[] = []
  for (const source of rule.sources) {
    const links = speakers.of(source.register) as readonly AnyLink[]
    for (let i = 0; i < links.length; i++) {
      const link = links[i]!
      if (i > 0 && !isHeard(rule, link, links[0]!)) continue
      const claim = claimOf(rule, source, link, speakers)
      if (claim && !(claim.standsIn && claims.length > 0)) claims.push(claim)
    }
  }
  if (claims.length === 0) return null
  const ruled = ruledClaim(rule, speakers)
  if (claims.length === 1) return { rule, claims, sides: [0], pairs: [], ruled: same(claims, ruled) }
  return { rule, claims, ...contradictions(rule, claims), ruled: same(claims, ruled) }
}

/** The claim of the list, not a copy of it. */
const same = (claims: readonly Claim[], one: Claim | undefined): Claim | undefined =>
  one && claims.find(({ link, from }) => link === one.link && from === one.from)

/** The speaking record is always heard; another where it is about the parcel and, for what contracts agree, of its contract. */
function isHeard(rule: ClaimRule, link: AnyLink, first: AnyLink): boolean {
  if (link.kind !== 'firm' && link.kind !== 'layer' && !isMostlyAbout(link)) return false
  if (rule.heard !== 'same_contract') return rule.heard === 'all'
  const contract = identityOf(first).supervisionNo
  return contract !== undefined && identityOf(link).supervisionNo === contract
}

function claimOf(
  rule: ClaimRule,
  { register, from, standsIn }: ClaimSource,
  link: AnyLink | undefined,
  speakers: Speakers,
): Claim | undefined {
  if (!link) return undefined
  const fields = link.fields as Readonly<Record<string, ClaimValue | undefined>>
  const raw = rule.compare === 'holder' ? (fields[from] ?? fields['holder_code']) : fields[from]
  if (raw === undefined || raw === null || (typeof raw === 'string' && raw.trim() === '')) return undefined
  if (rule.whole && !isWhole(link, speakers)) return undefined
  const value = from === 'area_ha' ? Math.round(Number(raw) * M2_PER_HA * 1e6) / 1e6 : raw // no digits nobody wrote
  return { link, register, from, value, standsIn }
}

/** Whether a document is about this parcel whole and nothing beside it. A title makes one parcel, whatever its share. */
function isWhole(link: AnyLink, { papers: { parcel } }: Speakers): boolean {
  if (parcel.kind === 'titled' && link.recordId === parcel.sourceRecordId) return true
  return (link.shareOfParcel ?? 0) >= WHOLE && (link.shareOfRecord ?? 0) >= WHOLE
}

/** Who says the same as whom, and who contradicts whom. */
function contradictions(rule: ClaimRule, claims: readonly Claim[]): Pick<FieldClaims, 'sides' | 'pairs'> {
  const agrees: (boolean | undefined)[][] = claims.map(() => [])
  for (let i = 0; i < claims.length; i++)
    for (let j = 0; j <= i; j++)
      agrees[i]![j] = agrees[j]![i] = i === j || saysSame(rule.compare, claims[i]!, claims[j]!)
  const sides: number[] = []
  let count = 0
  for (let i = 0; i < claims.length; i++) {
    const like = claims.findIndex((_, j) => j < i && agrees[i]![j] === true)
    sides.push(like < 0 ? count++ : sides[like]!)
  }
  if (count === 1) return { sides, pairs: [] }
  const [giver] = rule.sources
  const isGiven = (claim: Claim): boolean => rule.apart && claim.register === giver!.register
  /** A copy is right when any of the documents it may be a copy of has that number. */
  const isGoodCopy = claims.map(
    (claim, i) => !isGiven(claim) && claims.some((other, j) => isGiven(other) && agrees[i]![j] === true),
  )
  const pairs = new Set<string>()
  for (let i = 0; i < claims.length; i++)
    for (let j = i + 1; j < claims.length; j++) {
      const [a, b] = [claims[i]!, claims[j]!]
      if (agrees[i]![j] !== false || a.standsIn || b.standsIn) continue
      if (isGiven(a) && (isGiven(b) || isGoodCopy[j])) continue
      if (isGiven(b) && isGoodCopy[i]) continue
      pairs.add(pairOf(a.register, b.register))
    }
  return { sides, pairs: [...pairs] }
}

/** Two registers, in the order of `claimRegisters`. */
export function pairOf(a: ClaimRegister, b: ClaimRegister): string {
  const [first, second] = claimRegisters.indexOf(a) <= claimRegisters.indexOf(b) ? [a, b] : [b, a]
  return `${first}|${second}`
}
