/**
 * Signs that must not be wrong. Coordinates are 32-bit integers, so differences reach 2^32 and their products 2^64, past
 * what a double holds exactly (2^53): a wrong sign would let two edges cross unseen and lose whole faces.
 */

/** Whole numbers below this are held by a double as they are. */
export const EXACT = 2 ** 53

/**
 * dx·ey − dy·ex for integers up to 2^33: positive when (ex, ey) points to the left of (dx, dy).
 * Exact while the result is below 2^52; beyond that the sign is right and the value good to 1 part in 10^15.
 */
export function cross(dx: number, dy: number, ex: number, ey: number): number {
  const p = dx * ey
  const q = dy * ex
  if (p < EXACT && p > -EXACT && q < EXACT && q > -EXACT) return p - q
  // p - q is exact when the two are close; when they are not, the rounding errors are too small to matter
  return p - q + (productError(dx, ey, p) - productError(dy, ex, q))
}

const SPLITTER = 2 ** 27 + 1

/**
 * What a·b lost when it was rounded to `product`, exactly.
 * @see T. J. Dekker, A floating-point technique for extending the available precision, 1971
 */
export function productError(a: number, b: number, product: number): number {
  const ca = SPLITTER * a
  const aHigh = ca - (ca - a)
  const aLow = a - aHigh
  const cb = SPLITTER * b
  const bHigh = cb - (cb - b)
  const bLow = b - bHigh
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow)
}

/** A sum of integers that keeps what double addition rounds away. */
export class ExactSum {
  #sum = 0
  #lost = 0

  add(value: number): void {
    const sum = this.#sum + value
    const shadow = sum - this.#sum
    this.#lost += this.#sum - (sum - shadow) + (value - shadow)
    this.#sum = sum
  }

  /** Adds dx·ey − dy·ex without rounding. */
  addCross(dx: number, dy: number, ex: number, ey: number): void {
    const p = dx * ey
    const q = dy * ex
    this.add(p)
    this.add(-q)
    if (p >= EXACT || p <= -EXACT) this.add(productError(dx, ey, p))
    if (q >= EXACT || q <= -EXACT) this.add(-productError(dy, ex, q))
  }

  /** The sum, rounded once; starts again from zero. */
  take(): number {
    const total = this.#sum + this.#lost
    this.#sum = 0
    this.#lost = 0
    return total
  }
}

/** Two segments a-b and c-d that cross in a point inside both, all ends integer. */
export interface Crossing {
  ax: number
  ay: number
  bx: number
  by: number
  cx: number
  cy: number
  dx: number
  dy: number
}

/** Farther than this from a pixel border, the double result cannot lie in the wrong pixel (its error is below 2^-18). */
const SAFE = 2 ** -16

/**
 * The grid point whose pixel, [-½, ½) in both directions, holds the crossing. `x` of the crossing for `axis` 0, `y` for 1.
 *
 * Doubles decide unless the crossing lies on the border between two pixels or next to it. That is not rare: symmetric
 * shapes cross at halves; there whole numbers decide.
 * @param share where on a-b the crossing lies, 0 to 1, as a double
 */
export function crossingPixel(crossing: Crossing, share: number, axis: 0 | 1): number {
  const from = axis === 0 ? crossing.ax : crossing.ay
  const to = axis === 0 ? crossing.bx : crossing.by
  const shifted = from + (to - from) * share + 0.5
  if (Math.abs(shifted - Math.round(shifted)) > SAFE) return Math.floor(shifted)
  return exactPixel(crossing, BigInt(from), BigInt(to))
}

function exactPixel(crossing: Crossing, from: bigint, to: bigint): number {
  const { ax, ay, bx, by, cx, cy, dx, dy } = crossing
  const ex = BigInt(dx) - BigInt(cx)
  const ey = BigInt(dy) - BigInt(cy)
  const side = (x: number, y: number): bigint => ex * (BigInt(y) - BigInt(cy)) - ey * (BigInt(x) - BigInt(cx))
  const sideA = side(ax, ay)
  let whole = sideA - side(bx, by)
  let part = sideA
  if (whole < 0n) {
    whole = -whole
    part = -part
  }
  // floor(from + (to - from) * part / whole + 1/2)
  const numerator = 2n * (from * whole + (to - from) * part) + whole
  const denominator = 2n * whole
  const quotient = numerator / denominator
  const isBelow = numerator < 0n && quotient * denominator !== numerator
  return Number(isBelow ? quotient - 1n : quotient)
}
