import type { ReasonNode } from '../contract.ts'
import type { Message } from '../refusal.ts'
import { addMonths, daysBetween, type IsoDate } from '../units.ts'
import { isOperation, propertiesOf, type Cql2Node } from './cql2.ts'
import { definitionOf } from './dictionary.ts'
import type { FactName, Facts, FactValue } from './fact.ts'
import { meaningOf, type Values } from './meaning.ts'
import type { RulePack, Strategy } from './pack.ts'
import { parameterOn, type RuleFile } from './rule-file.ts'
import { printCql2 } from './print.ts'
import {
  accepted,
  both,
  calculated,
  either,
  FALSE,
  holds,
  holdsOfNumbers,
  likePattern,
  negated,
  TRUE,
  UNKNOWN_TRUTH,
  type Arithmetic,
  type Comparison,
} from './three-valued.ts'
import { conditionInWords, valueInWords } from './words.ts'

/** A condition is `unknown` when a fact it needs is: SQL's three values, in words. Only `true` fires. */
export type Verdict = 'true' | 'false' | 'unknown'

/** What conditions are evaluated against: the facts of one parcel, and the numbers of the pack. */
export interface Circumstances {
  readonly facts: Facts
  readonly pack: Pick<RuleFile, 'dictionary' | 'parameters' | 'tables'>
}

/** Unknown is null, as in SQL. */
type Value = FactValue | null

/** Whether a condition of a checked pack holds. */
export function verdictOf(condition: Cql2Node, circumstances: Circumstances): Verdict {
  const value = valueOf(condition, circumstances)
  return value === null ? 'unknown' : value === true ? 'true' : 'false'
}

/** The winning strategy and the others that would also fit, in the order of the pack; the last resort is not one. */
export function chooseStrategy(pack: RulePack, facts: Facts): { strategy: Strategy; runnersUp: Strategy[] } {
  const values = new ValuesOfOne({ facts, pack })
  const fitting = pack.strategies.filter(
    ({ condition }, i) => i < pack.strategies.length - 1 && meaningOf(condition, values) === true,
  )
  const [strategy = pack.strategies.at(-1)!, ...runnersUp] = fitting
  return { strategy, runnersUp }
}

/** Same answer as `chooseStrategy`, without looking for runners-up. */
export function winnerOf(pack: RulePack, facts: Facts): Strategy {
  const values = new ValuesOfOne({ facts, pack })
  return (
    pack.strategies.find(({ condition }) => meaningOf(condition, values) === true) ?? pack.strategies.at(-1)!
  )
}

/**
 * The condition as a tree of verdicts, its leaves showing the facts they used; null is unknown.
 * @param sourceOf where a fact came from, in words for the reader; null when nobody said anything.
 */
export function reasonFor(
  condition: Cql2Node,
  circumstances: Circumstances,
  sourceOf: (name: FactName) => Message | null,
): ReasonNode {
  const common = {
    text: printCql2(condition),
    words: conditionInWords(condition, circumstances.pack),
    verdict: verdictOf(condition, circumstances),
  }
  if (isOperation(condition) && (condition.op === 'and' || condition.op === 'or' || condition.op === 'not')) {
    const children = condition.args.map((arg) => reasonFor(arg, circumstances, sourceOf))
    return { op: condition.op, ...common, facts: [], children }
  }
  const { dictionary } = circumstances.pack
  const facts = propertiesOf(condition).map((name) => {
    const { zh, en } = definitionOf(dictionary, name)
    const value = known(circumstances.facts, name)
    return {
      name,
      label: { zh, en },
      value,
      shown: valueInWords(dictionary, name, value),
      source: sourceOf(name),
    }
  })
  return { op: 'test', ...common, facts, children: [] }
}

/** What is known under a name, and nothing an object has of its own accord. */
const known = (facts: Facts, name: string): Value =>
  Object.hasOwn(facts, name) ? (facts[name] ?? null) : null

/**
 * The value of any part of a condition; null is unknown. Division by zero is unknown, as `to-sql.ts` has it.
 * Dates are `YYYY-MM-DD` texts and compare as days.
 */
export const valueOf = (node: Cql2Node, circumstances: Circumstances): Value =>
  meaningOf(node, new ValuesOfOne(circumstances))

/** The facts of one parcel as conditions ask for them. */
class ValuesOfOne implements Values<Value> {
  readonly #facts: Facts
  readonly #pack: Circumstances['pack']

  constructor({ facts, pack }: Circumstances) {
    this.#facts = facts
    this.#pack = pack
  }

  number(value: number): Value {
    return value
  }
  text(value: string): Value {
    return value
  }
  truth(value: boolean): Value {
    return value
  }
  day(iso: IsoDate): Value {
    return iso
  }
  fact(name: string): Value {
    return known(this.#facts, name)
  }
  parameter(name: string): Value {
    const parameter = this.#pack.parameters[name]
    return parameter ? parameterOn(parameter, this.#facts.as_of) : null
  }

  joined<P>(op: 'and' | 'or', parts: readonly P[], of: (part: P) => Value): Value {
    const [join, settled] = op === 'and' ? [both, FALSE] : [either, TRUE]
    let answer = 1 - settled
    for (const part of parts) {
      answer = join(answer, codeOf(of(part)))
      if (answer === settled) break
    }
    return truths[answer]!
  }
  not(value: Value): Value {
    return truths[negated(codeOf(value))]!
  }
  isUnknown(value: Value): Value {
    return value === null
  }

  compare(op: Comparison, a: Value, b: Value): Value {
    if (a === null || b === null) return null
    const mask = accepted[op]
    const answer =
      typeof a === 'number' && typeof b === 'number'
        ? holdsOfNumbers(mask, a, b)
        : holds(mask, orderOf(a, b), 0)
    return truths[answer]!
  }
  calculate(op: Arithmetic, a: Value, b: Value): Value {
    if (typeof a !== 'number' || typeof b !== 'number') return null
    const answer = calculated(op, a, b)
    return Number.isNaN(answer) ? null : answer
  }

  like(text: Value, pattern: Value): Value {
    if (typeof text !== 'string' || typeof pattern !== 'string') return null
    return likePattern(pattern).test(text)
  }
  later(day: Value, count: Value, months: number): Value {
    return typeof day === 'string' && typeof count === 'number' ? addMonths(day, count * months) : null
  }
  daysBetween(from: Value, to: Value): Value {
    return typeof from === 'string' && typeof to === 'string' ? daysBetween(from, to) : null
  }
  lookUp(name: string, key: Value): Value {
    const table = this.#pack.tables[name]
    if (!table) throw new TypeError(`"${name}" is no function of this pack.`)
    if (typeof key !== 'string') return null
    return Object.hasOwn(table.values, key) ? table.values[key]! : table.otherwise
  }
}

/** By the numbers of three-valued.ts. */
const truths: readonly (boolean | null)[] = [false, true, null]
const codeOf = (value: Value): number => (value === null ? UNKNOWN_TRUTH : value === true ? TRUE : FALSE)

/** Days order as text while their years have the same length; 9999-12-31 and a year does not. */
function orderOf(a: FactValue, b: FactValue): number {
  if (a === b) return 0
  if (typeof a === 'string' && typeof b === 'string' && a.length !== b.length) return a.length - b.length
  return a < b ? -1 : 1
}
