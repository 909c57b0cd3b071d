import { dayNumber } from '../day-number.ts'
import type { IsoDate } from '../units.ts'
import { UNKNOWN_INT, type FactTable } from './column.ts'
import type { Cql2Node } from './cql2.ts'
import { meaningOf, type Values } from './meaning.ts'
import type { RuleFile } from './rule-file.ts'
import { FALSE, likePattern, TRUE, UNKNOWN_TRUTH, type Arithmetic, type Comparison } from './three-valued.ts'
import {
  calculated,
  compared,
  constant,
  date,
  daysFrom,
  joinedTruths,
  laterDays,
  negatedTruths,
  number,
  ofColumn,
  text,
  truth,
  unknownOnes,
  type Vector,
} from './vector-operator.ts'

/** The numbers of a pack conditions refer to. */
export type PackNumbers = Pick<RuleFile, 'parameters' | 'tables'>

/**
 * Whether a condition of a checked pack holds, for every parcel at once: `TRUE`, `FALSE` or `UNKNOWN_TRUTH` each. The same
 * answers as `verdictOf` in evaluate.ts and as the SQL of to-sql.ts; a test holds the three together.
 */
export function verdictsOf(condition: Cql2Node, table: FactTable, pack: PackNumbers): Uint8Array {
  const { values, step } = truth(meaningOf(condition, new ValuesOfAll(table, pack)))
  return step === 1 ? values : new Uint8Array(table.rows).fill(values[0]!)
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

/** The facts of every parcel as conditions ask for them. */
class ValuesOfAll implements Values<Vector> {
  readonly #table: FactTable
  readonly #pack: PackNumbers
  constructor(table: FactTable, pack: PackNumbers) {
    this.#table = table
    this.#pack = pack
  }

  number(value: number): Vector {
    return constant.number(value)
  }
  text(value: string): Vector {
    return constant.text(this.#table.dictionary.numberOf(value))
  }
  truth(value: boolean): Vector {
    return constant.truth(value)
  }
  day(iso: IsoDate): Vector {
    return constant.date(dayNumber(iso))
  }
  fact(name: string): Vector {
    return ofColumn(this.#table.column(name))
  }

  /** One value for all, or for each parcel what it is on the day asked about. */
  parameter(name: string): Vector {
    const { value, changes } = this.#pack.parameters[name]!
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

  joined<P>(op: 'and' | 'or', parts: readonly P[], of: (part: P) => Vector): Vector {
    return parts.map((part) => truth(of(part))).reduce(joinedTruths[op])
  }
  not(value: Vector): Vector {
    return negatedTruths(truth(value))
  }
  isUnknown(value: Vector): Vector {
    return unknownOnes(value)
  }
  compare(op: Comparison, a: Vector, b: Vector): Vector {
    return compared(op, a, b)
  }
  calculate(op: Arithmetic, a: Vector, b: Vector): Vector {
    return calculated(op, number(a), number(b))
  }
  later(day: Vector, count: Vector, months: number): Vector {
    return laterDays(date(day), number(count), months)
  }
  daysBetween(from: Vector, to: Vector): Vector {
    return daysFrom(date(from), date(to))
  }

  /** Each text is held against the pattern once, however many parcels have it. */
  like(subject: Vector, pattern: Vector): Vector {
    const { values, step } = text(subject)
    const { texts } = this.#table.dictionary
    const written = text(pattern)
    if (written.step === 1) throw new TypeError('LIKE takes a text that is written out in the condition.')
    const expression = likePattern(texts[written.values[0]!]!)
    const known = new Map<number, number>()
    const matches = (code: number): number => {
      let matched = known.get(code)
      if (matched === undefined) {
        matched = expression.test(texts[code]!) ? TRUE : FALSE
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

  lookUp(name: string, key: Vector): Vector {
    const table = this.#pack.tables[name]
    if (!table) throw new TypeError(`"${name}" is no function of this pack.`)
    const { dictionary } = this.#table
    const { values, step } = text(key)
    const byCode = new Map(
      Object.entries(table.values).map(([each, value]) => [dictionary.find(each), value] as const),
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
