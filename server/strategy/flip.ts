import type { Explanation } from '../contract.ts'
import { definitionOf } from '../rule/dictionary.ts'
import { winnerOf, verdictOf } from '../rule/evaluate.ts'
import type { FactName, Facts, FactValue } from '../rule/fact.ts'
import type { RulePack, Strategy } from '../rule/pack.ts'
import { factsIn, findFacts, valuesWorthTrying } from '../rule/search.ts'
import { daysBetween } from '../units.ts'

export type Flip = NonNullable<Explanation['nearestFlip']>
export type Unknown = Explanation['unknowns'][number]

/** Verdicts to look at for one earlier rule; a rule of eight unknowns stays below a tenth of a second. */
const BUDGET = 4000

/**
 * The smallest change of one known fact that would give another strategy; null when no single change does.
 *
 * Days count by years and numbers by their relative change, a different truth or listed value as 1, so a clock
 * about to run out is nearer than a change of heart. Between equals the facts that decided come first. The day
 * asked about is not a fact one can change. Verified by choosing again under the changed fact.
 */
export function nearestFlip(pack: RulePack, facts: Facts, strategy: Strategy): Flip | null {
  const conditions = pack.strategies.map(({ condition }) => condition)
  const deciding = new Set(factsIn(strategy.condition))
  let best: { flip: Flip; cost: number } | null = null
  for (const name of new Set([...deciding, ...conditions.flatMap(factsIn)])) {
    const from = facts[name]
    if (from === undefined || name === 'as_of') continue
    for (const to of valuesWorthTrying(name, conditions, { facts, pack })) {
      const cost = distance(pack, name, from, to)
      // A fact further down the list must be nearer, not merely as near: those that decided come first.
      if (to === from || !isPossible(name, to) || (best !== null && cost >= best.cost)) continue
      const other = winnerOf(pack, { ...facts, [name]: to })
      if (other.code !== strategy.code)
        best = { flip: { fact: name, label: labelOf(pack, name), from, to, strategy: other.code }, cost }
    }
  }
  return best?.flip ?? null
}

/** A stage says where in its life a parcel is: several papers, not one fact, would have to change. */
const heavy = new Set<FactName>(['chain.stage'])

function distance(pack: RulePack, name: FactName, from: FactValue, to: FactValue): number {
  if (typeof from === 'number' && typeof to === 'number') {
    return Math.abs(to - from) / Math.max(Math.abs(from), Math.abs(to), Number.MIN_VALUE)
  }
  if (definitionOf(pack.dictionary, name).type === 'date')
    return Math.abs(daysBetween(String(from), String(to))) / 365
  return heavy.has(name) ? 3 : 1
}

/** Areas, counts and shares cannot be negative, whatever a limit and its neighbours come to. */
const isPossible = (_name: FactName, value: FactValue): boolean => typeof value !== 'number' || value >= 0

/**
 * The unknown facts which, once known, could give another strategy: each is needed to make true a condition that
 * comes before the winner's and is undecided today. What it could give is what would win then.
 */
export function decidingUnknowns(pack: RulePack, facts: Facts, strategy: Strategy): Unknown[] {
  const couldGive = new Map<FactName, Set<string>>()
  for (const earlier of pack.strategies.slice(0, pack.strategies.indexOf(strategy))) {
    if (verdictOf(earlier.condition, { facts, pack }) !== 'unknown') continue
    const unknown = factsIn(earlier.condition).filter((name) => facts[name] === undefined)
    for (const set of decidingSets(pack, facts, earlier, unknown)) {
      for (const name of set.names) {
        const codes = couldGive.get(name) ?? new Set()
        couldGive.set(name, codes.add(set.gives))
      }
    }
  }
  return [...couldGive].map(([name, codes]) => ({ name, label: labelOf(pack, name), couldGive: [...codes] }))
}

interface DecidingSet {
  readonly names: readonly FactName[]
  readonly gives: string
}

/** For each unknown fact of a rule, a smallest set with it that makes the rule true: alone, or together with others. */
function decidingSets(
  pack: RulePack,
  facts: Facts,
  rule: Strategy,
  unknown: readonly FactName[],
): DecidingSet[] {
  const search = (free: readonly FactName[]): Facts | null =>
    findFacts({ pack, condition: rule.condition, facts, free, budget: BUDGET, accept: () => true })
  const sets: DecidingSet[] = []
  const alone = new Set<FactName>()
  for (const name of unknown) {
    const found = search([name])
    if (!found) continue
    alone.add(name)
    sets.push({ names: [name], gives: winnerOf(pack, found).code })
  }
  const together = unknown.filter((name) => !alone.has(name))
  const found = together.length > 1 ? search(together) : null
  if (found) {
    const needed = leastOf(pack, found, rule, together)
    if (needed.length > 0) sets.push({ names: needed, gives: winnerOf(pack, found).code })
  }
  return sets
}

/** Of the facts that were chosen, those without which the rule would not be true: each let go of in turn, if it can be. */
function leastOf(pack: RulePack, found: Facts, rule: Strategy, chosen: readonly FactName[]): FactName[] {
  let kept = found
  for (const name of chosen) {
    const without: Facts = { ...kept }
    delete without[name]
    if (verdictOf(rule.condition, { facts: without, pack }) === 'true') kept = without
  }
  return chosen.filter((name) => kept[name] !== undefined)
}

function labelOf({ dictionary }: RulePack, name: FactName): { zh: string; en: string } {
  const { zh, en } = definitionOf(dictionary, name)
  return { zh, en }
}
