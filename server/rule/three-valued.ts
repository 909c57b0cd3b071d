/**
 * What the operators of conditions mean, on plain numbers: the one place where it is written. One parcel at a time
 * (evaluate.ts) and whole columns (vector.ts) both come here; SQL (to-sql.ts) brings the same meaning with it.
 *
 * True, false and unknown are numbers, an unknown number is NaN.
 */
export const FALSE = 0
export const TRUE = 1
export const UNKNOWN_TRUTH = 2

/** AND: one false settles it; else what is unknown leaves it unknown. */
export function both(a: number, b: number): number {
  if (a === FALSE || b === FALSE) return FALSE
  return a > b ? a : b
}

/** OR: one true settles it; else what is unknown leaves it unknown. */
export function either(a: number, b: number): number {
  if (a === TRUE || b === TRUE) return TRUE
  return a | b // 0|0 = 0, with one unknown 2
}

export const negated = (a: number): number => (a === UNKNOWN_TRUTH ? UNKNOWN_TRUTH : 1 - a)

export type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>='
/** Which of less (1), equal (2), greater (4) make a comparison true. */
export const accepted: Readonly<Record<Comparison, number>> = {
  '<': 1,
  '=': 2,
  '<=': 3,
  '>': 4,
  '<>': 5,
  '>=': 6,
}

/** Whether a comparison holds between two known values. */
export function holds(mask: number, left: number, right: number): number {
  return left < right ? mask & 1 : left === right ? (mask >> 1) & 1 : mask >> 2
}

/** Whether it holds between two numbers; unknown where one is NaN. */
export function holdsOfNumbers(mask: number, left: number, right: number): number {
  return left < right ? mask & 1 : left === right ? (mask >> 1) & 1 : left > right ? mask >> 2 : UNKNOWN_TRUTH
}

export type Arithmetic = '+' | '-' | '*' | '/'

/** Division by zero is unknown, as in SQL; NaN stays NaN through all four. */
export function calculated(op: Arithmetic, left: number, right: number): number {
  if (op === '+') return left + right
  if (op === '-') return left - right
  if (op === '*') return left * right
  return right === 0 ? Number.NaN : left / right
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
