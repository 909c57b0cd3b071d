import { monthsLater } from '../day-number.ts'
import { UNKNOWN_INT, type FactColumn } from './column.ts'
import {
  accepted,
  both,
  calculated as calculatedOf,
  either,
  FALSE,
  holds,
  holdsOfNumbers,
  negated,
  TRUE,
  UNKNOWN_TRUTH,
  type Arithmetic,
  type Comparison,
} from './three-valued.ts'

/** One value for each parcel, or (`step` 0) the same for all. */
export type Vector =
  | { readonly kind: 'truth'; readonly values: Uint8Array; readonly step: 0 | 1 }
  | { readonly kind: 'number'; readonly values: Float64Array; readonly step: 0 | 1 }
  | { readonly kind: 'date'; readonly values: Int32Array; readonly step: 0 | 1 }
  | { readonly kind: 'text'; readonly values: Int32Array; readonly step: 0 | 1 }
export type VectorOf<K extends Vector['kind']> = Extract<Vector, { kind: K }>

export const constant = {
  number: (value: number): Vector => ({ kind: 'number', values: Float64Array.of(value), step: 0 }),
  text: (code: number): Vector => ({ kind: 'text', values: Int32Array.of(code), step: 0 }),
  date: (day: number): Vector => ({ kind: 'date', values: Int32Array.of(day), step: 0 }),
  truth: (value: boolean): Vector => ({
    kind: 'truth',
    values: Uint8Array.of(value ? TRUE : FALSE),
    step: 0,
  }),
}

export function ofColumn(column: FactColumn): Vector {
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
export function truth(vector: Vector): VectorOf<'truth'> {
  return vector.kind === 'truth' ? vector : mistyped('truth', vector)
}
export function number(vector: Vector): VectorOf<'number'> {
  return vector.kind === 'number' ? vector : mistyped('number', vector)
}
export function date(vector: Vector): VectorOf<'date'> {
  return vector.kind === 'date' ? vector : mistyped('date', vector)
}
export function text(vector: Vector): VectorOf<'text'> {
  return vector.kind === 'text' ? vector : mistyped('text', vector)
}
function mistyped(wanted: string, { kind }: Vector): never {
  throw new TypeError(`A ${wanted} was wanted here, not a ${kind}.`)
}

const rowsOf = (a: Vector, b: Vector): number => Math.max(a.values.length, b.values.length)
const stepOf = (a: Vector, b: Vector): 0 | 1 => (a.step === 1 || b.step === 1 ? 1 : 0)

// One loop for each operator and each kind of array: mixed, they would be several times slower. What an operator means is
// said in three-valued.ts; the engine puts those functions into the loops.

function and(a: VectorOf<'truth'>, b: VectorOf<'truth'>): VectorOf<'truth'> {
  const values = new Uint8Array(rowsOf(a, b))
  const [x, y] = [a.values, b.values]
  for (let i = 0, p = 0, q = 0; i < values.length; i++, p += a.step, q += b.step)
    values[i] = both(x[p]!, y[q]!)
  return { kind: 'truth', values, step: stepOf(a, b) }
}

function or(a: VectorOf<'truth'>, b: VectorOf<'truth'>): VectorOf<'truth'> {
  const values = new Uint8Array(rowsOf(a, b))
  const [x, y] = [a.values, b.values]
  for (let i = 0, p = 0, q = 0; i < values.length; i++, p += a.step, q += b.step)
    values[i] = either(x[p]!, y[q]!)
  return { kind: 'truth', values, step: stepOf(a, b) }
}
export const joinedTruths = { and, or } as const

export function negatedTruths({ values, step }: VectorOf<'truth'>): VectorOf<'truth'> {
  return { kind: 'truth', values: values.map(negated), step }
}

export function unknownOnes(vector: Vector): VectorOf<'truth'> {
  const { kind, values, step } = vector
  const isUnknown =
    kind === 'number'
      ? Number.isNaN
      : (value: number) => value === (kind === 'truth' ? UNKNOWN_TRUTH : UNKNOWN_INT)
  return {
    kind: 'truth',
    values: Uint8Array.from(values, (value) => (isUnknown(value) ? TRUE : FALSE)),
    step,
  }
}

export function compared(op: Comparison, a: Vector, b: Vector): VectorOf<'truth'> {
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

function compareNumbers(
  mask: number,
  out: Uint8Array,
  x: Float64Array,
  stepX: number,
  y: Float64Array,
  stepY: number,
): void {
  for (let i = 0, p = 0, q = 0; i < out.length; i++, p += stepX, q += stepY)
    out[i] = holdsOfNumbers(mask, x[p]!, y[q]!)
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
    const isUnknown = left === UNKNOWN_INT || right === UNKNOWN_INT
    out[i] = isUnknown ? UNKNOWN_TRUTH : holds(mask, left, right)
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
    const isUnknown = left === UNKNOWN_TRUTH || right === UNKNOWN_TRUTH
    out[i] = isUnknown ? UNKNOWN_TRUTH : holds(mask, left, right)
  }
}

export function calculated(op: Arithmetic, a: VectorOf<'number'>, b: VectorOf<'number'>): VectorOf<'number'> {
  const values = new Float64Array(rowsOf(a, b))
  const [x, y] = [a.values, b.values]
  for (let i = 0, p = 0, q = 0; i < values.length; i++, p += a.step, q += b.step)
    values[i] = calculatedOf(op, x[p]!, y[q]!)
  return { kind: 'number', values, step: stepOf(a, b) }
}

export function laterDays(days: VectorOf<'date'>, n: VectorOf<'number'>, months: number): VectorOf<'date'> {
  const values = new Int32Array(rowsOf(days, n))
  for (let i = 0, p = 0, q = 0; i < values.length; i++, p += days.step, q += n.step) {
    const [day, count] = [days.values[p]!, n.values[q]!]
    values[i] = day === UNKNOWN_INT || Number.isNaN(count) ? UNKNOWN_INT : monthsLater(day, count * months)
  }
  return { kind: 'date', values, step: stepOf(days, n) }
}

export function daysFrom(from: VectorOf<'date'>, to: VectorOf<'date'>): VectorOf<'number'> {
  const values = new Float64Array(rowsOf(from, to))
  for (let i = 0, p = 0, q = 0; i < values.length; i++, p += from.step, q += to.step) {
    const [a, b] = [from.values[p]!, to.values[q]!]
    values[i] = a === UNKNOWN_INT || b === UNKNOWN_INT ? Number.NaN : b - a
  }
  return { kind: 'number', values, step: stepOf(from, to) }
}
