import { createHash } from 'node:crypto'
import { winnerOf } from '../rule/evaluate.ts'
import type { Facts, FactValue } from '../rule/fact.ts'
import type { RulePack } from '../rule/pack.ts'
import { factsIn } from '../rule/search.ts'
import type { IsoDate } from '../units.ts'

/** The facts a decision of the rules rested on, as they were: name → value. */
export type Grounds = Readonly<Record<string, FactValue>>

/**
 * What the decision of the rules rests on: the known facts of every condition tried up to the one that won. The day asked
 * about is left out, because it changes every day; that the rules come to something else on another day is noticed apart.
 */
export function groundsOf(pack: RulePack, facts: Facts): Grounds {
  const winner = winnerOf(pack, facts)
  const tried = pack.strategies.slice(0, pack.strategies.indexOf(winner) + 1)
  const names = new Set(tried.flatMap(({ condition }) => factsIn(condition)))
  names.delete('as_of')
  const grounds: Record<string, FactValue> = {}
  for (const name of [...names].toSorted()) {
    const value = facts[name]
    if (value !== undefined) grounds[name] = settled(value)
  }
  return grounds
}

/** Nine digits: a measure worked out again may differ in the sixteenth, and that is no change. */
const settled = (value: FactValue): FactValue =>
  typeof value === 'number' ? Number(value.toPrecision(9)) : value

export const groundsHash = (grounds: Grounds): string =>
  createHash('sha256')
    .update(JSON.stringify(Object.entries(grounds).toSorted(([a], [b]) => (a < b ? -1 : 1))))
    .digest('hex')

/** Why an override is opened again. */
export type Reopening =
  | { readonly why: 'expired'; readonly detail: Record<string, never> }
  | { readonly why: 'parcel'; readonly detail: Record<string, never> }
  | { readonly why: 'rules'; readonly detail: { readonly strategy: string } }
  /** Fact → before and now; null: no longer known. */
  | {
      readonly why: 'facts'
      readonly detail: Readonly<Record<string, readonly [FactValue, FactValue | null]>>
    }
  | { readonly why: 'ruled'; readonly detail: { readonly ruled: readonly [string, string] } }

/**
 * Whether an override still stands on what it stood on. Null: it does.
 * @param facts of the parcel now; null: the parcel is no more
 */
export function reopeningOf(
  override: {
    readonly strategy: string
    readonly ruledStrategy: string
    readonly expiresOn: IsoDate
    readonly grounds: Grounds
  },
  { pack, facts, asOf }: { readonly pack: RulePack; readonly facts: Facts | null; readonly asOf: IsoDate },
): Reopening | null {
  if (facts === null) return { why: 'parcel', detail: {} }
  if (override.expiresOn < asOf) return { why: 'expired', detail: {} }
  if (!pack.strategies.some(({ code }) => code === override.strategy))
    return { why: 'rules', detail: { strategy: override.strategy } }
  const changed = Object.entries(override.grounds).flatMap(([name, before]) => {
    const now = facts[name]
    const settledNow = now === undefined ? null : settled(now)
    return settledNow === before ? [] : [[name, [before, settledNow] as const] as const]
  })
  if (changed.length > 0) return { why: 'facts', detail: Object.fromEntries(changed) }
  const ruled = winnerOf(pack, facts).code
  return ruled === override.ruledStrategy
    ? null
    : { why: 'ruled', detail: { ruled: [override.ruledStrategy, ruled] } }
}
