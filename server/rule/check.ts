import { deadBranches, reach } from './check/reach.ts'
import { uselessClauses } from './check/clauses.ts'
import type { PackComplaint, RuleList } from './check/complaint.ts'
import { boundaries, gaps } from './check/gaps.ts'
import { numbers } from './check/numbers.ts'
import { Values } from './check/values.ts'
import { winnerOf } from './evaluate.ts'
import type { Facts } from './fact.ts'
import type { RulePack } from './pack.ts'

export type { PackComplaint, Severity } from './check/complaint.ts'

export interface PackCheck {
  readonly complaints: readonly PackComplaint[]
  /** For each strategy (and `grade.class`) the facts of a parcel that gets it. */
  readonly witnesses: ReadonlyMap<string, Facts>
}

/**
 * Whether every rule of a pack can be reached: what must be so before the pack is used.
 *
 * Names, types and units are held against the dictionary when a pack is loaded; this looks at the rules together, over
 * the finitely many values they can tell apart, so that "never" is a proof and not a search that gave up. What could
 * not be settled is complained about as such. A strategy that one of the given examples reaches is not looked at.
 */
export function checkPack(pack: RulePack, examples: readonly Facts[] = []): PackCheck {
  const witnesses = new Map<string, Facts>()
  for (const facts of examples) {
    const { code } = winnerOf(pack, facts)
    if (!witnesses.has(code)) witnesses.set(code, facts)
  }
  const complaints = listsOf(pack).flatMap((list) => reachable(pack, list, valuesFor(pack, list), witnesses))
  return { complaints: [...complaints, ...numbers(pack)], witnesses }
}

/** What must be mended before a pack is used. */
export const errorsOf = (pack: RulePack): PackComplaint[] =>
  checkPack(pack).complaints.filter(({ severity }) => severity === 'error')

/**
 * Everything the checker can say about a pack, for its author: beside what `checkPack` says, clauses without effect,
 * gaps, and neighbours that do not meet. Takes longer, well under two seconds for the shipped pack.
 */
export function reviewPack(pack: RulePack): PackCheck {
  const witnesses = new Map<string, Facts>()
  const leftOver = pack.leftOver?.map(({ condition }) => condition) ?? null
  const complaints = listsOf(pack).flatMap((list) => {
    const values = valuesFor(pack, list)
    const found = reachable(pack, list, values, witnesses)
    list.rules.forEach(({ code, condition }, index) => {
      const strategy = list.prefix + code
      const complain = (complaint: Omit<PackComplaint, 'strategy'>): void =>
        void found.push({ ...complaint, strategy })
      for (const complaint of uselessClauses(code, condition, values, pack)) complain(complaint)
      if (witnesses.has(strategy)) deadBranches({ file: pack, values, list, index, complain })
    })
    const context = { file: pack, values, list }
    // A grade may well have a last class for the rest; strategies are to be complete.
    const left = list.prefix === '' ? gaps(context, leftOver) : []
    return [...found, ...boundaries(context), ...left]
  })
  return { complaints: [...complaints, ...numbers(pack)], witnesses }
}

const listsOf = (pack: RulePack): RuleList[] => [
  { prefix: '', rules: pack.strategies },
  ...pack.grades.map(({ name, classes }) => ({ prefix: `${name}.`, rules: classes })),
]

const valuesFor = (pack: RulePack, { prefix, rules }: RuleList): Values =>
  new Values(pack, [
    ...rules.map(({ condition }) => condition),
    ...(prefix === '' ? (pack.leftOver ?? []) : []).map(({ condition }) => condition),
  ])

function reachable(
  pack: RulePack,
  list: RuleList,
  values: Values,
  witnesses: Map<string, Facts>,
): PackComplaint[] {
  const complaints: PackComplaint[] = []
  list.rules.forEach(({ code }, index) => {
    const strategy = list.prefix + code
    if (witnesses.has(strategy)) return
    const complain = (complaint: Omit<PackComplaint, 'strategy'>): void =>
      void complaints.push({ ...complaint, strategy })
    const witness = reach({ file: pack, values, list, index, complain })
    if (witness) witnesses.set(strategy, witness)
  })
  return complaints
}
