import { winnerOf } from '../../server/rule/evaluate.ts'
import {
  factDefinitions,
  factNames,
  type FactDefinition,
  type FactName,
  type Facts,
  type FactValue,
  type LandFactName,
} from '../../server/rule/fact.ts'
import { landDictionary } from '../../server/rule/dictionary.ts'
import type { RulePack } from '../../server/rule/pack.ts'
import { changeCost, isReadOff, nearestFlip } from '../../server/strategy/flip.ts'
import { withFact } from '../../server/strategy/worked-out.ts'
import { addDays, daysBetween } from '../../server/units.ts'

/** More days than this on one side are looked at by leaps. */
const EVERY_DAY = 120

/**
 * Whether the nearest flip of these facts is one: the change gives the strategy it names, and no smaller change of that
 * fact or of another changes anything. Shares nothing with the search but the evaluation of the rules.
 * @returns what is wrong; empty: it holds
 */
export function flipComplaints(pack: RulePack, facts: Facts): string[] {
  const now = winnerOf(pack, facts)
  const flip = nearestFlip(pack, facts, now)
  const with_ = (name: FactName, value: FactValue) => winnerOf(pack, withFact(pack, facts, name, value))
  const wrong: string[] = []
  let least = Infinity
  if (flip) {
    const name = flip.fact as FactName
    const got = with_(name, flip.to).code
    if (got !== flip.strategy || got === now.code)
      wrong.push(`${name} → ${flip.to} gives ${got}, not ${flip.strategy}`)
    least = changeCost(landDictionary, name, facts[name]!, flip.to)
  }
  for (const name of factNames) {
    const from = facts[name]
    if (from === undefined || name === 'as_of' || isReadOff(pack, facts, name)) continue
    for (const value of smaller(name, from, least, flip?.fact === name ? flip.to : null)) {
      if (with_(name, value) !== now)
        wrong.push(`${name} ${from} → ${value} is smaller than ${flip?.fact} → ${flip?.to}`)
    }
  }
  return wrong
}

/** Changes of a fact that cost less than the least; for the fact of the flip, those just short of it above all. */
function* smaller(
  name: FactName,
  from: unknown,
  least: number,
  to: unknown,
): Generator<string | number | boolean> {
  const { type, values }: FactDefinition = factDefinitions[name as LandFactName]
  if (type === 'date') {
    const days = Number.isFinite(least) ? Math.ceil(least * 365 - 1e-9) - 1 : 4 * EVERY_DAY
    const step = days > EVERY_DAY ? 7 : 1
    for (let d = 1; d <= days; d += step) yield* [addDays(String(from), d), addDays(String(from), -d)]
    if (typeof to === 'string') {
      const toward = Math.sign(daysBetween(String(from), to))
      if (Math.abs(daysBetween(String(from), to)) > 1) yield addDays(to, -toward)
    }
  } else if (type === 'number') {
    const [was, unit] = [Number(from), (factDefinitions[name as LandFactName] as FactDefinition).unit]
    const whole = unit === 'count' || unit === 'score' || unit === 'year'
    for (let i = 1; i < 16; i++) {
      // a relative change of c makes x into x / (1 − c) or x (1 − c)
      const c = Math.min(0.999, least) * (i / 16)
      for (const value of [was * (1 - c), was / (1 - c)]) {
        const tried = whole ? Math.round(value) : value
        if (tried !== was && changeCost(landDictionary, name, was, tried) < least) yield tried
      }
    }
    if (typeof to === 'number' && !whole) {
      const short = neighbour(to, was)
      if (short !== was) yield short // the last digit before it
    }
  } else if (least > 1) {
    yield* (values ?? [true, false]).filter(
      (value) => value !== from && changeCost(landDictionary, name, String(from), String(value)) < least,
    )
  }
}

/** The double next to a number, on the way to another one. */
function neighbour(from: number, toward: number): number {
  const floats = new Float64Array([from])
  const bits = new BigInt64Array(floats.buffer)
  if (from === 0) return toward > 0 ? Number.MIN_VALUE : -Number.MIN_VALUE
  bits[0]! += toward > from === from > 0 ? 1n : -1n
  return floats[0]!
}
