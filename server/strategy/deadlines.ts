import type { DeadlineLine, ParcelDeadlines } from '../contract/decision.ts'
import {
  deadlinesOf,
  lightOf,
  nextDeadline,
  warningFor,
  type Deadline,
  type StrategyHeld,
} from '../rule/deadline.ts'
import { definitionOf } from '../rule/dictionary.ts'
import type { Facts, FactSources } from '../rule/fact.ts'
import type { RulePack } from '../rule/pack.ts'
import { describeSource } from './sources.ts'

/** All deadlines of one parcel with the facts they follow from and where those stand; the next one; and its light. */
export function parcelDeadlines(
  pack: RulePack,
  { facts, sources }: { readonly facts: Facts; readonly sources: FactSources },
  held: StrategyHeld,
): ParcelDeadlines {
  const all = deadlinesOf(pack, facts, held)
  const next = nextDeadline(all)
  const labelOf = (name: string) => {
    const { zh, en } = definitionOf(pack.dictionary, name)
    return { zh, en }
  }
  const line = (deadline: Deadline): DeadlineLine => {
    const { from, ...rest } = deadline
    return {
      ...rest,
      warning: warningFor(deadline.daysLeft),
      facts: from.facts.map((name) => ({
        name,
        label: labelOf(name),
        value: facts[name] === undefined ? null : String(facts[name]),
        source: describeSource(sources[name]),
      })),
    }
  }
  return { light: lightOf(all), since: held.since, next: next && line(next), all: all.map(line) }
}
