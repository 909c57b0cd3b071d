import type { FactValue } from './fact.ts'

/**
 * Facts of many parcels as one typed array each, for rules evaluated over all parcels at once (vector.ts).
 *
 * Days are counted from 1970-01-01. Texts are numbers of a dictionary that all columns share, so that two text facts
 * compare as numbers. What is unknown has a value of its own in every column: `UNKNOWN_INT`, NaN, or `UNKNOWN_TRUTH`.
 */
export type FactColumn =
  | { readonly type: 'boolean'; readonly values: Uint8Array }
  | { readonly type: 'number'; readonly values: Float64Array }
  | { readonly type: 'date'; readonly values: Int32Array }
  | { readonly type: 'text'; readonly values: Int32Array }

export const FALSE = 0
export const TRUE = 1
export const UNKNOWN_TRUTH = 2
/** Of days and of texts. */
export const UNKNOWN_INT = -2_147_483_648

/** Facts of the same parcels, in the same order. */
export interface FactTable {
  readonly rows: number
  readonly dictionary: Dictionary
  /** @throws TypeError for a fact that was not loaded. */
  column(name: string): FactColumn
}

/** Every distinct text once, known by its number. */
export class Dictionary {
  readonly texts: string[] = []
  readonly #numbers = new Map<string, number>()

  /** The number of a text, a new one where it was never seen. */
  numberOf(text: string): number {
    let number = this.#numbers.get(text)
    if (number === undefined) {
      number = this.texts.length
      this.texts.push(text)
      this.#numbers.set(text, number)
    }
    return number
  }

  /** The number of a text some parcel has, or -1, which equals none. */
  find(text: string): number {
    return this.#numbers.get(text) ?? -1
  }
}

/** A column in which nothing is known yet. */
export function emptyColumn(type: FactColumn['type'], rows: number): FactColumn {
  switch (type) {
    case 'boolean':
      return { type, values: new Uint8Array(rows).fill(UNKNOWN_TRUTH) }
    case 'number':
      return { type, values: new Float64Array(rows).fill(Number.NaN) }
    default:
      return { type, values: new Int32Array(rows).fill(UNKNOWN_INT) }
  }
}

/** Puts a fact down for one parcel; a day as `YYYY-MM-DD`. */
export function putFact(column: FactColumn, row: number, value: FactValue, dictionary: Dictionary): void {
  if (column.type === 'boolean') column.values[row] = value === true ? TRUE : FALSE
  else if (column.type === 'number') column.values[row] = Number(value)
  else if (column.type === 'text') column.values[row] = dictionary.numberOf(String(value))
  else column.values[row] = dayNumber(String(value))
}

/** A fact as it was put down; undefined where it is unknown. */
export function factAt(column: FactColumn, row: number, { texts }: Dictionary): FactValue | undefined {
  const value = column.values[row]!
  if (column.type === 'boolean') return value === UNKNOWN_TRUTH ? undefined : value === TRUE
  if (column.type === 'number') return Number.isNaN(value) ? undefined : value
  if (value === UNKNOWN_INT) return undefined
  return column.type === 'text' ? texts[value] : dayText(value)
}

/** The day `YYYY-MM-DD` of a day number. */
export function dayText(day: number): string {
  let text = dayTexts.get(day)
  if (text === undefined) {
    const [date] = new Date(day * 86_400_000).toISOString().split('T')
    text = date!.replace(/^\+0*/, '') // years beyond 9999 are written with a sign
    if (dayTexts.size < 100_000) dayTexts.set(day, text)
  }
  return text
}
const dayTexts = new Map<number, string>()

/** Days since 1970-01-01 of a day `YYYY-MM-DD`, years of any length. */
export function dayNumber(iso: string): number {
  let number = dayNumbers.get(iso)
  if (number === undefined) {
    const [, year, month, day] = /^(-?\d+)-(\d+)-(\d+)$/.exec(iso)!
    number = daysOf(Number(year), Number(month), Number(day))
    if (dayNumbers.size < 100_000) dayNumbers.set(iso, number) // a city has some thousand different days
  }
  return number
}
const dayNumbers = new Map<string, number>()

/**
 * The last day of a period of whole months, as `addMonths` in units.ts: the corresponding day, or the last day of the
 * month where there is none (民法典 §§200-204).
 * @param day days since 1970-01-01
 */
export function monthsLater(day: number, months: number): number {
  // Calendar of a day number (Howard Hinnant, "chrono-compatible low-level date algorithms"): years begin in March.
  const z = day + 719_468
  const era = Math.floor(z / 146_097)
  const dayOfEra = z - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const dayOfMonth = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1
  const total = (yearOfEra + era * 400) * 12 + marchMonth + 2 + months // months since January of the year 0
  const year = Math.floor(total / 12)
  const month = total - year * 12 + 1
  return daysOf(year, month, Math.min(dayOfMonth, lastDayOf(year, month)))
}

function daysOf(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

const lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
function lastDayOf(year: number, month: number): number {
  const leaps = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return leaps ? 29 : lengths[month - 1]!
}
