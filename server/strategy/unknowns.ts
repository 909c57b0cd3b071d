import type { Explanation } from '../contract.ts'
import { isOperation, type Cql2Node } from '../rule/cql2.ts'
import { verdictOf, winnerOf, type Circumstances } from '../rule/evaluate.ts'
import { definitionOf } from '../rule/dictionary.ts'
import type { FactName, Facts } from '../rule/fact.ts'
import type { RulePack, Strategy } from '../rule/pack.ts'
import { factsIn, findFacts } from '../rule/search.ts'

export type Unknown = Explanation['unknowns'][number]

/** Verdicts to look at for one earlier rule; a rule of eight unknowns stays below a tenth of a second. */
const BUDGET = 4000

/**
 * The unknown facts which, once known, could give another strategy: each belongs to a set of them that is needed to make
 * true a condition that comes before the winner's and is undecided today. What it could give is what would win then.
 * Those that alone could decide come first, then those that could give more.
 */
export function decidingUnknowns(pack: RulePack, facts: Facts, strategy: Strategy): Unknown[] {
  const found = new Map<FactName, { codes: Set<string>; alone: boolean }>()
  for (const earlier of pack.strategies.slice(0, pack.strategies.indexOf(strategy))) {
    for (const name of undecidedFacts(earlier.condition, { facts, pack })) {
      const set = decidingSet(pack, facts, earlier, name)
      if (!set || set.gives === strategy.code) continue
      const entry = found.get(name) ?? { codes: new Set<string>(), alone: false }
      found.set(name, entry)
      entry.codes.add(set.gives)
      entry.alone ||= set.names.length === 1
    }
  }
  const area = facts['unit.area_m2']
  return [...found]
    .map(([name, { codes, alone }]) => ({
      name,
      label: labelOf(pack, name),
      couldGive: [...codes],
      alone,
      planarM2: typeof area === 'number' ? area : null,
    }))
    .toSorted((a, b) => Number(b.alone) - Number(a.alone) || b.couldGive.length - a.couldGive.length)
}

/**
 * The unknown facts a condition that is undecided hangs on: those of its undecided parts. A part beside it that has
 * settled the matter (false in an "all of", true in an "any of") leaves nothing to ask.
 */
export function undecidedFacts(condition: Cql2Node, circumstances: Circumstances): FactName[] {
  if (verdictOf(condition, circumstances) !== 'unknown') return []
  if (isOperation(condition) && ['and', 'or', 'not'].includes(condition.op))
    return [...new Set(condition.args.flatMap((part) => undecidedFacts(part, circumstances)))]
  return factsIn(condition).filter((name) => circumstances.facts[name] === undefined)
}

interface DecidingSet {
  readonly names: readonly FactName[]
  readonly gives: string
}

/** A smallest set of unknown facts with this one in it that makes the rule true: it alone, or together with others. */
function decidingSet(pack: RulePack, facts: Facts, rule: Strategy, name: FactName): DecidingSet | null {
  const search = (free: readonly FactName[]): Facts | null =>
    findFacts({
      pack,
      condition: rule.condition,
      facts,
      free,
      budget: BUDGET,
      accept: (chosen) => chosen[name] !== undefined && isNeeded(pack, chosen, rule, name),
    })
  const alone = search([name])
  if (alone) return { names: [name], gives: winnerOf(pack, alone).code }
  const others = undecidedFacts(rule.condition, { facts, pack }).filter((other) => other !== name)
  const found = others.length > 0 ? search([name, ...others]) : null
  if (!found) return null
  const names = leastOf(pack, found, rule, [...others, name])
  return { names, gives: winnerOf(pack, only(found, facts, names)).code }
}

/** Whether the rule would not be true without the fact. */
function isNeeded(pack: RulePack, chosen: Facts, rule: Strategy, name: FactName): boolean {
  const { [name]: _, ...without } = chosen
  return verdictOf(rule.condition, { facts: without, pack }) !== 'true'
}

/** What was known, and of what was chosen only these. */
function only(chosen: Facts, known: Facts, names: readonly FactName[]): Facts {
  const facts: Facts = { ...known }
  for (const name of names) {
    const value = chosen[name]
    if (value !== undefined) facts[name] = value
  }
  return facts
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
