import { stoppedBelow } from '../analysis/idle-clock.ts'
import type { Explanation } from '../contract.ts'
import { winnerOf } from '../rule/evaluate.ts'
import { parseCql2, type Cql2Node } from '../rule/cql2.ts'
import { definitionOf, landDictionary, type Dictionary } from '../rule/dictionary.ts'
import type { FactName, Facts, FactValue } from '../rule/fact.ts'
import type { RulePack, Strategy } from '../rule/pack.ts'
import { numbersBeside, numbersOfFact } from '../rule/pack-number.ts'
import { factsIn, limitsIn, valuesWorthTrying } from '../rule/search.ts'
import { valueInWords } from '../rule/words.ts'
import { addDays, daysBetween, type IsoDate } from '../units.ts'
import { nearestDouble } from './double.ts'
import { factNumbers } from './fact-number.ts'
import { idleKindOf, withFact } from './worked-out.ts'

export type Flip = NonNullable<Explanation['nearestFlip']>

/** A value at which another strategy wins; `limit` where it lies just beyond a limit that does not yet count. */
interface Turn {
  readonly to: FactValue
  readonly limit?: number
}

/**
 * The smallest change of one known fact that would give another strategy; null when no single change does.
 *
 * Days count by years and numbers by their relative change, a different truth or listed value as 1, so a clock
 * about to run out is nearer than a change of heart. Between equals the facts that decided come first. The day
 * asked about is not a fact one can change, nor is the idle clock: the days it is read from are, and it is read again with
 * them. Verified by choosing again: the change gives the strategy it names, and no
 * smaller change of that fact does, be it by one day or by the last digit of the number.
 */
export function nearestFlip(pack: RulePack, facts: Facts, strategy: Strategy): Flip | null {
  const conditions = pack.strategies.map(({ condition }) => condition)
  const limits = [...conditions, ...idleLimits(pack, facts)]
  const deciding = new Set(factsIn(strategy.condition))
  let best: { name: FactName; turn: Turn; cost: number } | null = null
  for (const name of new Set([...deciding, ...limits.flatMap(factsIn)])) {
    const from = facts[name]
    if (from === undefined || name === 'as_of' || isReadOff(pack, facts, name)) continue
    const turns = turnsOf(pack.dictionary, name, from, {
      limits: () => limitsIn(name, limits, { facts, pack }),
      values: () => valuesWorthTrying(name, conditions, { facts, pack }),
      isOther: (value) => winnerOf(pack, withFact(pack, facts, name, value)) !== strategy,
    })
    for (const turn of turns) {
      const cost = changeCost(pack.dictionary, name, from, turn.to)
      // A fact further down the list must be nearer, not merely as near: those that decided come first.
      if (best === null || cost < best.cost) best = { name, turn, cost }
    }
  }
  return best && describe(pack, facts, strategy, best.name, best.turn)
}

/**
 * Whether a fact cannot change by itself: the idle clock as read from the other facts, and the state of the approval of land
 * not supplied, which is a parcel only while its approval is valid.
 */
export function isReadOff(pack: RulePack, facts: Facts, name: FactName): boolean {
  if (pack.dictionary !== landDictionary) return false
  if (name === 'approval.valid') return facts['chain.stage'] === 'approved' && facts[name] === 'valid'
  return name === 'idle.kind' && facts[name] === idleKindOf(facts, factNumbers(pack, String(facts.as_of)))
}

/** Where the idle clock turns, as conditions: it stands in no rule. */
function idleLimits(pack: RulePack, facts: Facts): Cql2Node[] {
  if (facts['idle.kind'] === undefined || !isReadOff(pack, facts, 'idle.kind')) return []
  const { notStarted, stopped } = factNumbers(pack, String(facts.as_of)).idleMonths
  return [
    `as_of > add_months(start.due, ${notStarted})`,
    `as_of > add_months(halt.since, ${stopped})`,
    `dev_area / dev_area_should < ${stoppedBelow.developed}`,
    `invested_wan / total_invest_wan < ${stoppedBelow.invested}`,
  ].map((text) => parseCql2(text, 'rule'))
}

/** A stage says where in its life a parcel is: several papers, not one fact, would have to change. */
const heavy = new Set<FactName>(['chain.stage'])

/** How much a change of a fact is. */
export function changeCost(dictionary: Dictionary, name: FactName, from: FactValue, to: FactValue): number {
  if (typeof from === 'number' && typeof to === 'number') {
    return Math.abs(to - from) / Math.max(Math.abs(from), Math.abs(to), Number.MIN_VALUE)
  }
  if (definitionOf(dictionary, name).type === 'date')
    return Math.abs(daysBetween(String(from), String(to))) / 365
  return heavy.has(name) ? 3 : 1
}

interface Trials {
  limits(): FactValue[]
  values(): FactValue[]
  isOther(value: FactValue): boolean
}

/** The nearest turn of a fact on each side of what it is now; of a truth or listed value all of them. */
function turnsOf(dictionary: Dictionary, name: FactName, from: FactValue, trials: Trials): Turn[] {
  const { type, unit } = definitionOf(dictionary, name)
  const sides = [-1, 1] as const
  if (type === 'date') {
    const days = trials.limits().filter((limit) => typeof limit === 'string')
    return sides.flatMap((side) => dayTurn(String(from), side, days, trials) ?? [])
  }
  if (type === 'number') {
    const limits = trials.limits().filter((limit) => typeof limit === 'number')
    const isWhole = unit === 'count' || unit === 'score' || unit === 'year'
    return sides.flatMap(
      (side) =>
        (isWhole
          ? wholeTurn(Number(from), side, limits, trials)
          : numberTurn(Number(from), side, limits, trials)) ?? [],
    )
  }
  return trials
    .values()
    .filter((value) => value !== from && trials.isOther(value))
    .map((to) => ({ to }))
}

/** Days beside a limit to look at: months of different length can move it by three. */
const BESIDE = 4

function dayTurn(from: IsoDate, side: -1 | 1, limits: readonly IsoDate[], { isOther }: Trials): Turn | null {
  const offsets = new Set<number>()
  for (const limit of limits) {
    const distance = side * daysBetween(from, limit)
    for (let d = distance - BESIDE; d <= distance + BESIDE; d++) if (d > 0) offsets.add(d)
  }
  const first = [...offsets].toSorted((a, b) => a - b).find((d) => isOther(addDays(from, side * d)))
  return first === undefined ? null : { to: addDays(from, side * first) }
}

function wholeTurn(from: number, side: -1 | 1, limits: readonly number[], { isOther }: Trials): Turn | null {
  const near = limits.flatMap((limit) => [Math.floor(limit) - 1, Math.floor(limit), Math.ceil(limit), Math.ceil(limit) + 1]) // prettier-ignore
  const ahead = near.filter((n) => side * (n - from) > 0 && n >= 0)
  const first = ahead.toSorted((a, b) => side * (a - b)).find(isOther)
  return first === undefined ? null : { to: first }
}

/**
 * Numbers turn at a limit, or just beyond it. Where the first limit that turns anything has been found, the very first
 * number on its far side is looked for, so that the limit is exact even where it was worked out by division.
 */
function numberTurn(from: number, side: -1 | 1, limits: readonly number[], { isOther }: Trials): Turn | null {
  const ahead = [...new Set(limits)].filter((limit) => limit >= 0 && side * (limit - from) >= 0)
  let same = from
  for (const limit of ahead.toSorted((a, b) => side * (a - b))) {
    const beyond = limit + side * Math.max(Math.abs(limit), 1e-3) * 1e-9
    const turned = [limit, beyond].find((value) => value >= 0 && value !== from && isOther(value))
    if (turned === undefined) {
      if (side * (limit - same) > 0) same = limit
      continue
    }
    const to = nearestDouble(same, turned, isOther)
    // What stands in the rule, without the last digit of a division; it turns nothing itself where the rule says "more than".
    const plain = Number(to.toPrecision(12))
    return plain === to ? { to } : { to, limit: plain }
  }
  return null
}

function describe(pack: RulePack, facts: Facts, now: Strategy, name: FactName, { to, limit }: Turn): Flip {
  const from = facts[name]!
  const { zh, en } = definitionOf(pack.dictionary, name)
  const shownTo = valueInWords(pack.dictionary, name, limit ?? to)
  const isUp = typeof to === 'number' && to > Number(from)
  const shown =
    limit === undefined
      ? shownTo
      : isUp
        ? { zh: `超过 ${shownTo.zh}`, en: `more than ${shownTo.en}` }
        : { zh: `低于 ${shownTo.zh}`, en: `less than ${shownTo.en}` }
  const then = withFact(pack, facts, name, to)
  const strategy = winnerOf(pack, then)
  const idle = then['idle.kind'] === facts['idle.kind'] ? [] : numbersOfFact('idle.kind', pack, facts)
  const numbers = numbersBeside(name, [now.condition, strategy.condition], pack, facts)
  return {
    fact: name,
    label: { zh, en },
    from,
    to,
    strategy: strategy.code,
    numbers: [...numbers, ...idle.filter((each) => numbers.every(({ name: known }) => known !== each.name))],
    step: stepInWords(pack.dictionary, name, from, to),
    shown: { from: valueInWords(pack.dictionary, name, from), to: shown },
  }
}

/** How far it is, in words: `提前 31 日`, `减少 33%`. */
function stepInWords(
  dictionary: Dictionary,
  name: FactName,
  from: FactValue,
  to: FactValue,
): { zh: string; en: string } {
  if (definitionOf(dictionary, name).type === 'date') {
    const days = daysBetween(String(from), String(to))
    const n = Math.abs(days)
    const unit = n === 1 ? 'day' : 'days'
    return days < 0
      ? { zh: `提前 ${n} 日`, en: `${n} ${unit} earlier` }
      : { zh: `推后 ${n} 日`, en: `${n} ${unit} later` }
  }
  if (typeof from === 'number' && typeof to === 'number') {
    const by = valueInWords(dictionary, name, Math.abs(to - from))
    return to > from
      ? { zh: `增加 ${by.zh}`, en: `${by.en} more` }
      : { zh: `减少 ${by.zh}`, en: `${by.en} less` }
  }
  return { zh: '', en: '' } // another truth or listed value: there is nothing in between
}
