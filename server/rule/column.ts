import { dayNumber, dayText } from '../day-number.ts'
import type { FactValue } from './fact.ts'
import { FALSE, TRUE, UNKNOWN_TRUTH } from './three-valued.ts'

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
