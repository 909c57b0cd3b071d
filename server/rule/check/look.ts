import { verdictOf, type Verdict } from '../evaluate.ts'
import type { Cql2Node } from '../cql2.ts'
import type { Facts } from '../fact.ts'
import type { RuleFile } from '../rule-file.ts'
import { asksForUnknown, factsIn } from './tests.ts'
import { ordinaryDay, type Values } from './values.ts'

/** Sets of facts one question may look at; the hardest of the shipped packs needs a small part of it. */
export const budgetPerQuestion = 60_000

/** What is known so far of the facts being chosen. */
export interface Situation {
  readonly facts: Facts
  /** Facts not chosen yet; one that was left unknown on purpose is no longer here. */
  readonly open: ReadonlySet<string>
}
/** `no`: whatever the open facts are. */
export type Judgement = 'yes' | 'no' | 'maybe'

export interface Question {
  readonly values: Values
  /** The facts to choose, in order; the others stay unknown. */
  readonly names: readonly string[]
  /** Facts settled beforehand. */
  readonly given?: Facts
  /** Whether a fact may also stay unknown. */
  readonly mayBeUnknown: boolean
  readonly budget?: number
  judge(situation: Situation): Judgement
}

export interface Answer {
  readonly found: Facts | null
  /** Nothing was found, and there is nothing to find. */
  readonly isProof: boolean
}

/** Looks through all there is to tell apart, leaving out what a judgement settles, until something answers. */
export function look({ values, names, given = {}, mayBeUnknown, budget, judge }: Question): Answer {
  let left = budget ?? budgetPerQuestion
  const visit = (facts: Facts, rest: readonly string[]): Facts | null => {
    if (left-- <= 0) return null
    const judgement = judge({ facts, open: new Set(rest) })
    if (judgement === 'no') return null
    // The day asked about is never unknown, so an answer without one is not yet an answer.
    if (judgement === 'yes' && Object.hasOwn(facts, 'as_of')) return facts
    const [name, ...others] = rest
    if (name === undefined) return null
    for (const value of values.of(name, facts)) {
      const found = visit({ ...facts, [name]: value }, others)
      if (found) return found
    }
    return mayBeUnknown && name !== 'as_of' ? visit(facts, others) : null
  }
  const day = names.includes('as_of') ? {} : { as_of: ordinaryDay }
  const found = visit({ ...day, ...given }, names)
  return { found, isProof: found === null && left > 0 && values.isExact }
}

/** Whether a condition holds as far as the facts are chosen; `unknown` also while its answer may still turn. */
export function holdsIn(condition: Cql2Node, { facts, open }: Situation, file: RuleFile): Verdict {
  if (asksForUnknown(condition) && factsIn(condition).some((name) => open.has(name))) return 'unknown'
  return verdictOf(condition, { facts, pack: file })
}

/** Facts under which a condition holds. */
export function lookForTruth(condition: Cql2Node, values: Values, file: RuleFile): Answer {
  return look({
    values,
    names: namesFor([condition], values),
    mayBeUnknown: true,
    judge: (situation) => judgementOf(holdsIn(condition, situation, file)),
  })
}

const judgementOf = (verdict: Verdict): Judgement =>
  verdict === 'true' ? 'yes' : verdict === 'false' ? 'no' : 'maybe'

/**
 * The facts some conditions speak of, in the order they are to be chosen.
 * @param beside conditions whose answer matters too: their facts may stay unknown, all but the day, which never is.
 */
export function namesFor(
  conditions: readonly Cql2Node[],
  values: Values,
  beside: readonly Cql2Node[] = [],
): string[] {
  const names = new Set(conditions.flatMap(factsIn))
  if (values.needsDay([...conditions, ...beside])) names.add('as_of')
  return values.order.filter((name) => names.has(name))
}
