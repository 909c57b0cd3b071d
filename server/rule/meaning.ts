import type { IsoDate } from '../units.ts'
import { isDate, isList, isOperation, isParameter, isProperty, isTimestamp, type Cql2Node } from './cql2.ts'
import { printCql2 } from './print.ts'
import type { Arithmetic, Comparison } from './three-valued.ts'

/** What the parts of a condition come to: a value of one parcel, or a column with that of each. */
export interface Values<V> {
  number(value: number): V
  text(value: string): V
  truth(value: boolean): V
  day(iso: IsoDate): V
  fact(name: string): V
  parameter(name: string): V
  /** AND or OR over parts, which need not all be asked. */
  joined<P>(op: 'and' | 'or', parts: readonly P[], of: (part: P) => V): V
  not(value: V): V
  isUnknown(value: V): V
  compare(op: Comparison, a: V, b: V): V
  calculate(op: Arithmetic, a: V, b: V): V
  like(text: V, pattern: V): V
  /** A day so many times so many months later. */
  later(day: V, count: V, months: number): V
  daysBetween(from: V, to: V): V
  /** What a table of the pack has under a text. */
  lookUp(table: string, key: V): V
}

/** What a part of a checked condition comes to. Every operator is taken apart here, whatever it is held against. */
export function meaningOf<V>(node: Cql2Node, values: Values<V>): V {
  if (typeof node === 'number') return values.number(node)
  if (typeof node === 'string') return values.text(node)
  if (typeof node === 'boolean') return values.truth(node)
  if (isDate(node)) return values.day(node.date)
  if (isTimestamp(node)) return values.day(node.timestamp.slice(0, 10))
  if (isProperty(node)) return values.fact(node.property)
  if (isParameter(node)) return values.parameter(node.parameter)
  if (!isOperation(node)) throw new TypeError(`"${printCql2(node)}" has no value in a rule.`)
  return operation(node.op, node.args, values)
}

function operation<V>(op: string, args: readonly Cql2Node[], values: Values<V>): V {
  const first = args[0]!
  const second = args[1]!
  switch (op) {
    case 'and':
    case 'or':
      return values.joined(op, args, (part) => meaningOf(part, values))
    case 'not':
      return values.not(meaningOf(first, values))
    case 'isNull':
      return values.isUnknown(meaningOf(first, values))
    case 'between': {
      const subject = meaningOf(first, values)
      const [low, high] = [meaningOf(second, values), meaningOf(args[2]!, values)]
      const bounds = [
        ['>=', low],
        ['<=', high],
      ] as const
      return values.joined('and', bounds, ([order, bound]) => values.compare(order, subject, bound))
    }
    case 'in': {
      const subject = meaningOf(first, values)
      const items = isList(second) ? second : [second]
      return values.joined('or', items, (item) => values.compare('=', subject, meaningOf(item, values)))
    }
    case 'like':
      return values.like(meaningOf(first, values), meaningOf(second, values))
    case '=':
    case '<>':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return values.compare(op, meaningOf(first, values), meaningOf(second, values))
    case '+':
    case '-':
    case '*':
    case '/':
      return values.calculate(op, meaningOf(first, values), meaningOf(second, values))
    case 'add_years':
      return values.later(meaningOf(first, values), meaningOf(second, values), 12)
    case 'add_months':
      return values.later(meaningOf(first, values), meaningOf(second, values), 1)
    case 'days_to':
      return values.daysBetween(values.fact('as_of'), meaningOf(first, values))
    default:
      return values.lookUp(op, meaningOf(first, values))
  }
}
