import type { ReasonNode } from '../contract.ts'
import type { Message } from '../refusal.ts'
import { addMonths, addYears, daysBetween, type IsoDate } from '../units.ts'
import {
  isDate,
  isList,
  isOperation,
  isParameter,
  isProperty,
  isTimestamp,
  propertiesOf,
  type Cql2Node,
} from './cql2.ts'
import { definitionOf } from './dictionary.ts'
import type { FactName, Facts, FactValue } from './fact.ts'
import type { RulePack, Strategy } from './pack.ts'
import { parameterOn, type RuleFile } from './rule-file.ts'
import { printCql2 } from './print.ts'
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
  return verdict(valueOf(condition, circumstances))
}

/** The winning strategy and the others that would also fit, in the order of the pack; the last resort is not one. */
export function chooseStrategy(pack: RulePack, facts: Facts): { strategy: Strategy; runnersUp: Strategy[] } {
  const circumstances = { facts, pack }
  const fitting = pack.strategies.filter(
    ({ condition }, i) => i < pack.strategies.length - 1 && valueOf(condition, circumstances) === true,
  )
  const [strategy = pack.strategies.at(-1)!, ...runnersUp] = fitting
  return { strategy, runnersUp }
}

/** Same answer as `chooseStrategy`, without looking for runners-up. */
export function winnerOf(pack: RulePack, facts: Facts): Strategy {
  const circumstances = { facts, pack }
  return (
    pack.strategies.find(({ condition }) => valueOf(condition, circumstances) === true) ??
    pack.strategies.at(-1)!
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
export function valueOf(node: Cql2Node, circumstances: Circumstances): Value {
  if (typeof node !== 'object') return node
  if (isDate(node)) return node.date
  if (isTimestamp(node)) return node.timestamp.slice(0, 10)
  if (isProperty(node)) return known(circumstances.facts, node.property)
  if (isParameter(node)) {
    const parameter = circumstances.pack.parameters[node.parameter]
    return parameter ? parameterOn(parameter, circumstances.facts.as_of) : null
  }
  if (!isOperation(node)) throw new TypeError(`"${printCql2(node)}" has no value in a rule.`)
  return operation(node.op, node.args, circumstances)
}

function operation(op: string, args: readonly Cql2Node[], circumstances: Circumstances): Value {
  const value = (i: number): Value => valueOf(args[i]!, circumstances)
  switch (op) {
    case 'and':
      return joined(args, circumstances, false)
    case 'or':
      return joined(args, circumstances, true)
    case 'not':
      return not(truth(value(0)))
    case 'isNull':
      return value(0) === null
    case 'between':
      return every([compare('>=', value(0), value(1)), compare('<=', value(0), value(2))])
    case 'in':
      return isIn(value(0), args[1]!, circumstances)
    case 'like':
      return like(value(0), value(1))
    case '=':
    case '<>':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compare(op, value(0), value(1))
    case '+':
    case '-':
    case '*':
    case '/':
      return calculate(op, value(0), value(1))
    default:
      return call(op, value(0), args.length > 1 ? value(1) : null, circumstances)
  }
}

const verdict = (value: Value): Verdict => (value === null ? 'unknown' : value === true ? 'true' : 'false')
const truth = (value: Value): boolean | null => (value === null ? null : value === true)
const not = (value: boolean | null): boolean | null => (value === null ? null : !value)
/** AND is settled by the first false, OR by the first true; what is unknown leaves the rest to decide. */
function joined(args: readonly Cql2Node[], circumstances: Circumstances, settles: boolean): boolean | null {
  let answer: boolean | null = !settles
  for (const arg of args) {
    const value = truth(valueOf(arg, circumstances))
    if (value === settles) return settles
    if (value === null) answer = null
  }
  return answer
}
const every = (values: readonly (boolean | null)[]): boolean | null =>
  values.includes(false) ? false : values.includes(null) ? null : true
const some = (values: readonly (boolean | null)[]): boolean | null =>
  values.includes(true) ? true : values.includes(null) ? null : false

function isIn(value: Value, list: Cql2Node, circumstances: Circumstances): boolean | null {
  const items = isList(list) ? list : [list]
  return some(items.map((item) => compare('=', value, valueOf(item, circumstances))))
}

function compare(op: '=' | '<>' | '<' | '<=' | '>' | '>=', a: Value, b: Value): boolean | null {
  if (a === null || b === null) return null
  const order = orderOf(a, b)
  switch (op) {
    case '=':
      return order === 0
    case '<>':
      return order !== 0
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    case '>=':
      return order >= 0
  }
}

/** Days order as text while their years have the same length; 9999-12-31 and a year does not. */
function orderOf(a: FactValue, b: FactValue): number {
  if (a === b) return 0
  if (typeof a === 'string' && typeof b === 'string' && a.length !== b.length) return a.length - b.length
  return a < b ? -1 : 1
}

function calculate(op: '+' | '-' | '*' | '/', a: Value, b: Value): number | null {
  if (typeof a !== 'number' || typeof b !== 'number') return null
  switch (op) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      return b === 0 ? null : a / b
  }
}

function like(text: Value, pattern: Value): boolean | null {
  if (typeof text !== 'string' || typeof pattern !== 'string') return null
  return likePattern(pattern).test(text)
}

/** The pattern of LIKE as an expression: % any text, _ any letter, a backslash takes the next sign as it is. */
export function likePattern(pattern: string): RegExp {
  const source = pattern.replace(/\\?[\s\S]/g, (sign) => {
    if (sign === '%') return '[\\s\\S]*'
    if (sign === '_') return '[\\s\\S]'
    return sign.at(-1)!.replace(/[\\^$.*+?()[\]{}|]/, '\\$&')
  })
  return new RegExp(`^${source}$`, 'u')
}

function call(name: string, first: Value, second: Value, { facts, pack }: Circumstances): Value {
  if (name === 'days_to') {
    const asOf = facts.as_of
    return typeof first === 'string' && typeof asOf === 'string' ? daysBetween(asOf, first) : null
  }
  if (name === 'add_years') return shifted(addYears, first, second)
  if (name === 'add_months') return shifted(addMonths, first, second)
  const table = pack.tables[name]
  if (!table) throw new TypeError(`"${name}" is no function of this pack.`)
  return typeof first === 'string' ? (table.values[first] ?? table.otherwise) : null
}

const shifted = (shift: (day: IsoDate, n: number) => IsoDate, day: Value, n: Value): IsoDate | null =>
  typeof day === 'string' && typeof n === 'number' ? shift(day, n) : null
