import {
  dayNumber,
  FALSE,
  monthsLater,
  TRUE,
  UNKNOWN_INT,
  UNKNOWN_TRUTH,
  type FactColumn,
  type FactTable,
} from './column.ts'
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
import { likePattern } from './evaluate.ts'
import { printCql2 } from './print.ts'
import { type Parameter, type RuleFile } from './rule-file.ts'
import { numbersBehind } from './worked-out.ts'

/** One value for each parcel, or (`step` 0) the same for all. */
type Vector =
  | { readonly kind: 'truth'; readonly values: Uint8Array; readonly step: 0 | 1 }
  | { readonly kind: 'number'; readonly values: Float64Array; readonly step: 0 | 1 }
  | { readonly kind: 'date'; readonly values: Int32Array; readonly step: 0 | 1 }
  | { readonly kind: 'text'; readonly values: Int32Array; readonly step: 0 | 1 }
type VectorOf<K extends Vector['kind']> = Extract<Vector, { kind: K }>

/** The numbers of a pack conditions refer to. */
export type PackNumbers = Pick<RuleFile, 'parameters' | 'tables'>

/**
 * Whether a condition of a checked pack holds, for every parcel at once: `TRUE`, `FALSE` or `UNKNOWN_TRUTH` each. The same
 * answers as `verdictOf` in evaluate.ts and as the SQL of to-sql.ts; a test holds the three together.
 */
export function verdictsOf(condition: Cql2Node, table: FactTable, pack: PackNumbers): Uint8Array {
  const { values, step } = truth(new Evaluation(table, pack).valueOf(condition))
  return step === 1 ? values : new Uint8Array(table.rows).fill(values[0]!)
}

/**
 * What decides a condition besides the facts: its text with every parameter in its place, the values of those that change
 * with the day, the tables it asks, and the numbers its facts are worked out with. Two conditions with the same key hold for
 * the same parcels.
 */
export function conditionKey(condition: Cql2Node, pack: PackNumbers & Pick<RuleFile, 'dictionary'>): string {
  const asked = new Set<string>()
  const dated = new Set<string>()
  const put = (node: Cql2Node): Cql2Node => {
    if (isList(node)) return node.map(put)
    if (isParameter(node)) {
      const { value, changes } = pack.parameters[node.parameter]!
      if (changes.length === 0) return typeof value === 'string' ? { date: value } : value
      dated.add(node.parameter)
    }
    if (!isOperation(node)) return node
    if (Object.hasOwn(pack.tables, node.op)) asked.add(node.op)
    return { op: node.op, args: node.args.map(put) }
  }
  const text = printCql2(put(condition))
  for (const fact of propertiesOf(condition)) {
    const { parameters, tables } = numbersBehind(fact, pack)
    for (const name of parameters) dated.add(name)
    for (const name of tables) asked.add(name)
  }
  const tables = [...asked].map((name) => {
    const { values, otherwise } = pack.tables[name]!
    return `${name}=${JSON.stringify([values, otherwise])}`
  })
  const days = [...dated].map((name) => {
    const { value, changes } = pack.parameters[name]!
    return `${name}=${JSON.stringify([value, changes])}`
  })
  return [text, ...days, ...tables].join('\n')
}

class Evaluation {
  readonly #table: FactTable
  readonly #pack: PackNumbers
  constructor(table: FactTable, pack: PackNumbers) {
    this.#table = table
    this.#pack = pack
  }

  valueOf(node: Cql2Node): Vector {
    if (typeof node === 'number') return constant.number(node)
    if (typeof node === 'string') return constant.text(this.#table.dictionary.numberOf(node))
    if (typeof node === 'boolean') return constant.truth(node)
    if (isDate(node)) return constant.date(dayNumber(node.date))
    if (isTimestamp(node)) return constant.date(dayNumber(node.timestamp.slice(0, 10)))
    if (isProperty(node)) return ofColumn(this.#table.column(node.property))
    if (isParameter(node)) return this.#parameter(this.#pack.parameters[node.parameter]!)
    if (!isOperation(node)) throw new TypeError(`"${printCql2(node)}" has no value in a rule.`)
    return this.#operation(node.op, node.args)
  }

  /** One value for all, or for each parcel what it is on the day asked about. */
  #parameter(parameter: Parameter): Vector {
    const { value, changes } = parameter
    if (changes.length === 0)
      return typeof value === 'string' ? constant.date(dayNumber(value)) : constant.number(value)
    const days = date(ofColumn(this.#table.column('as_of'))).values
    const since = changes.map(({ from }) => dayNumber(from))
    const on = (day: number): number => {
      const at = since.findLastIndex((from) => day !== UNKNOWN_INT && from <= day)
      const amount = at < 0 ? value : changes[at]!.value
      return typeof amount === 'string' ? dayNumber(amount) : amount
    }
    return typeof value === 'string'
      ? { kind: 'date', values: Int32Array.from(days, on), step: 1 }
      : { kind: 'number', values: Float64Array.from(days, on), step: 1 }
  }

  #operation(op: string, args: readonly Cql2Node[]): Vector {
    const value = (i: number): Vector => this.valueOf(args[i]!)
    switch (op) {
      case 'and':
        return args.map((arg) => truth(this.valueOf(arg))).reduce(both)
      case 'or':
        return args.map((arg) => truth(this.valueOf(arg))).reduce(either)
      case 'not':
        return not(truth(value(0)))
      case 'isNull':
        return isUnknown(value(0))
      case 'between': {
        const [subject, low, high] = [value(0), value(1), value(2)]
        return both(compare('>=', subject, low), compare('<=', subject, high))
      }
      case 'in': {
        const subject = value(0)
        const items = isList(args[1]!) ? args[1] : [args[1]!]
        return items.map((item) => compare('=', subject, this.valueOf(item))).reduce(either)
      }
      case 'like':
        return this.#like(value(0), args[1]!)
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
        return calculate(op, number(value(0)), number(value(1)))
      case 'add_years':
        return later(date(value(0)), number(value(1)), 12)
      case 'add_months':
        return later(date(value(0)), number(value(1)), 1)
      case 'days_to':
        return daysBetween(date(ofColumn(this.#table.column('as_of'))), date(value(0)))
      default:
        return this.#lookUp(op, text(value(0)))
    }
  }

  /** Each text is held against the pattern once, however many parcels have it. */
  #like(subject: Vector, pattern: Cql2Node): VectorOf<'truth'> {
    const { values, step } = text(subject)
    if (typeof pattern !== 'string')
      throw new TypeError('LIKE takes a text that is written out in the condition.')
    const { texts } = this.#table.dictionary
    const expression = likePattern(pattern)
    const known = new Map<number, number>()
    const matches = (code: number): number => {
      let matched = known.get(code)
      if (matched === undefined) {
        matched = code >= 0 && expression.test(texts[code]!) ? TRUE : FALSE
        known.set(code, matched)
      }
      return matched
    }
    return {
      kind: 'truth',
      values: Uint8Array.from(values, (code) => (code === UNKNOWN_INT ? UNKNOWN_TRUTH : matches(code))),
      step,
    }
  }

  #lookUp(name: string, { values, step }: VectorOf<'text'>): VectorOf<'number'> {
    const table = this.#pack.tables[name]
    if (!table) throw new TypeError(`"${name}" is no function of this pack.`)
    const { dictionary } = this.#table
    const byCode = new Map(
      Object.entries(table.values).map(([key, value]) => [dictionary.find(key), value] as const),
    )
    return {
      kind: 'number',
      values: Float64Array.from(values, (code) =>
        code === UNKNOWN_INT ? Number.NaN : (byCode.get(code) ?? table.otherwise),
      ),
      step,
    }
  }
}

const constant = {
  number: (value: number): Vector => ({ kind: 'number', values: Float64Array.of(value), step: 0 }),
  text: (code: number): Vector => ({ kind: 'text', values: Int32Array.of(code), step: 0 }),
  date: (day: number): Vector => ({ kind: 'date', values: Int32Array.of(day), step: 0 }),
  truth: (value: boolean): Vector => ({
    kind: 'truth',
    values: Uint8Array.of(value ? TRUE : FALSE),
    step: 0,
  }),
}

function ofColumn(column: FactColumn): Vector {
  switch (column.type) {
    case 'boolean':
      return { kind: 'truth', values: column.values, step: 1 }
    case 'number':
      return { kind: 'number', values: column.values, step: 1 }
    default:
      return { kind: column.type, values: column.values, step: 1 }
  }
}

// What a checked condition cannot be: these only tell the compiler, and fail loudly where a check was left out.
function truth(vector: Vector): VectorOf<'truth'> {
  return vector.kind === 'truth' ? vector : mistyped('truth', vector)
}
function number(vector: Vector): VectorOf<'number'> {
  return vector.kind === 'number' ? vector : mistyped('number', vector)
}
function date(vector: Vector): VectorOf<'date'> {
  return vector.kind === 'date' ? vector : mistyped('date', vector)
}
function text(vector: Vector): VectorOf<'text'> {
  return vector.kind === 'text' ? vector : mistyped('text', vector)
}
function mistyped(wanted: string, { kind }: Vector): never {
  throw new TypeError(`A ${wanted} was wanted here, not a ${kind}.`)
}

const rowsOf = (a: Vector, b: Vector): number => Math.max(a.values.length, b.values.length)
const stepOf = (a: Vector, b: Vector): 0 | 1 => (a.step === 1 || b.step === 1 ? 1 : 0)

function both(a: VectorOf<'truth'>, b: VectorOf<'truth'>): VectorOf<'truth'> {
  const values = new Uint8Array(rowsOf(a, b))
  const [x, y] = [a.values, b.values]
  for (let i = 0, p = 0, q = 0; i < values.length; i++, p += a.step, q += b.step) {
    const [left, right] = [x[p]!, y[q]!]
    values[i] = left === FALSE || right === FALSE ? FALSE : left > right ? left : right // one unknown: unknown
  }
  return { kind: 'truth', values, step: stepOf(a, b) }
}

function either(a: VectorOf<'truth'>, b: VectorOf<'truth'>): VectorOf<'truth'> {
  const values = new Uint8Array(rowsOf(a, b))
  const [x, y] = [a.values, b.values]
  for (let i = 0, p = 0, q = 0; i < values.length; i++, p += a.step, q += b.step) {
    const [left, right] = [x[p]!, y[q]!]
    values[i] = left === TRUE || right === TRUE ? TRUE : left | right // 0|0 = 0, with one unknown 2
  }
  return { kind: 'truth', values, step: stepOf(a, b) }
}

function not({ values, step }: VectorOf<'truth'>): VectorOf<'truth'> {
  return {
    kind: 'truth',
    values: values.map((value) => (value === UNKNOWN_TRUTH ? UNKNOWN_TRUTH : 1 - value)),
    step,
  }
}

function isUnknown(vector: Vector): VectorOf<'truth'> {
  const { step } = vector
  switch (vector.kind) {
    case 'truth':
      return {
        kind: 'truth',
        values: vector.values.map((value) => (value === UNKNOWN_TRUTH ? TRUE : FALSE)),
        step,
      }
    case 'number':
      return {
        kind: 'truth',
        values: Uint8Array.from(vector.values, (value) => (Number.isNaN(value) ? TRUE : FALSE)),
        step,
      }
    default:
      return {
        kind: 'truth',
        values: Uint8Array.from(vector.values, (value) => (value === UNKNOWN_INT ? TRUE : FALSE)),
        step,
      }
  }
}

type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>='
/** Which of less (1), equal (2), greater (4) make a comparison true. */
const accepted: Record<Comparison, number> = { '<': 1, '=': 2, '<=': 3, '>': 4, '<>': 5, '>=': 6 }

function compare(op: Comparison, a: Vector, b: Vector): VectorOf<'truth'> {
  const values = new Uint8Array(rowsOf(a, b))
  const mask = accepted[op]
  if (a.kind === 'number' && b.kind === 'number')
    compareNumbers(mask, values, a.values, a.step, b.values, b.step)
  else if (a.kind === 'truth' && b.kind === 'truth')
    compareTruths(mask, values, a.values, a.step, b.values, b.step)
  else if (a.values instanceof Int32Array && b.values instanceof Int32Array && a.kind === b.kind)
    compareInts(mask, values, a.values, a.step, b.values, b.step)
  else mistyped(a.kind, b)
  return { kind: 'truth', values, step: stepOf(a, b) }
}

// One loop for each kind of array: mixed, they would be several times slower.
function compareNumbers(
  mask: number,
  out: Uint8Array,
  x: Float64Array,
  stepX: number,
  y: Float64Array,
  stepY: number,
): void {
  for (let i = 0, p = 0, q = 0; i < out.length; i++, p += stepX, q += stepY) {
    const [left, right] = [x[p]!, y[q]!]
    if (left < right) out[i] = mask & 1
    else if (left === right) out[i] = (mask >> 1) & 1
    else out[i] = left > right ? mask >> 2 : UNKNOWN_TRUTH // neither: one is NaN
  }
}

function compareInts(
  mask: number,
  out: Uint8Array,
  x: Int32Array,
  stepX: number,
  y: Int32Array,
  stepY: number,
): void {
  for (let i = 0, p = 0, q = 0; i < out.length; i++, p += stepX, q += stepY) {
    const [left, right] = [x[p]!, y[q]!]
    if (left === UNKNOWN_INT || right === UNKNOWN_INT) out[i] = UNKNOWN_TRUTH
    else out[i] = left < right ? mask & 1 : left === right ? (mask >> 1) & 1 : mask >> 2
  }
}

function compareTruths(
  mask: number,
  out: Uint8Array,
  x: Uint8Array,
  stepX: number,
  y: Uint8Array,
  stepY: number,
): void {
  for (let i = 0, p = 0, q = 0; i < out.length; i++, p += stepX, q += stepY) {
    const [left, right] = [x[p]!, y[q]!]
    if (left === UNKNOWN_TRUTH || right === UNKNOWN_TRUTH) out[i] = UNKNOWN_TRUTH
    else out[i] = left < right ? mask & 1 : left === right ? (mask >> 1) & 1 : mask >> 2
  }
}

/** Division by zero is unknown, as in SQL; NaN stays NaN through all four. */
function calculate(
  op: '+' | '-' | '*' | '/',
  a: VectorOf<'number'>,
  b: VectorOf<'number'>,
): VectorOf<'number'> {
  const values = new Float64Array(rowsOf(a, b))
  const [x, y] = [a.values, b.values]
  for (let i = 0, p = 0, q = 0; i < values.length; i++, p += a.step, q += b.step) {
    const [left, right] = [x[p]!, y[q]!]
    if (op === '+') values[i] = left + right
    else if (op === '-') values[i] = left - right
    else if (op === '*') values[i] = left * right
    else values[i] = right === 0 ? Number.NaN : left / right
  }
  return { kind: 'number', values, step: stepOf(a, b) }
}

function later(days: VectorOf<'date'>, n: VectorOf<'number'>, months: number): VectorOf<'date'> {
  const values = new Int32Array(rowsOf(days, n))
  for (let i = 0, p = 0, q = 0; i < values.length; i++, p += days.step, q += n.step) {
    const [day, count] = [days.values[p]!, n.values[q]!]
    values[i] =
      day === UNKNOWN_INT || Number.isNaN(count) ? UNKNOWN_INT : monthsLater(day, Math.trunc(count) * months)
  }
  return { kind: 'date', values, step: stepOf(days, n) }
}

function daysBetween(from: VectorOf<'date'>, to: VectorOf<'date'>): VectorOf<'number'> {
  const values = new Float64Array(rowsOf(from, to))
  for (let i = 0, p = 0, q = 0; i < values.length; i++, p += from.step, q += to.step) {
    const [a, b] = [from.values[p]!, to.values[q]!]
    values[i] = a === UNKNOWN_INT || b === UNKNOWN_INT ? Number.NaN : b - a
  }
  return { kind: 'number', values, step: stepOf(from, to) }
}

/**
 * For each parcel the place in the pack of the strategy that wins: the first whose condition is true, else the last.
 * @param verdicts of each condition but the last one's, in the order of the pack
 */
export function winnersFrom(verdicts: readonly Uint8Array[], rows: number): Uint8Array {
  const winners = new Uint8Array(rows).fill(verdicts.length)
  for (let rule = verdicts.length - 1; rule >= 0; rule--) {
    const holds = verdicts[rule]!
    for (let i = 0; i < rows; i++) if (holds[i] === TRUE) winners[i] = rule
  }
  return winners
}
