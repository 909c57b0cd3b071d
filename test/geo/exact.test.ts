import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cross, crossingPixel, ExactSum } from '../../server/geo/arrangement/exact.ts'

const wide = fc.integer({ min: -(2 ** 32), max: 2 ** 32 })
const coordinate = fc.integer({ min: -(2 ** 31) + 1024, max: 2 ** 31 - 1024 })
const exactCross = (dx: number, dy: number, ex: number, ey: number): bigint =>
  BigInt(dx) * BigInt(ey) - BigInt(dy) * BigInt(ex)

describe('cross product', () => {
  test('the sign is that of whole numbers, wherever in the range', () => {
    fc.assert(
      fc.property(wide, wide, wide, wide, (dx, dy, ex, ey) => {
        const exact = exactCross(dx, dy, ex, ey)
        expect(Math.sign(cross(dx, dy, ex, ey))).toBe(exact > 0n ? 1 : exact < 0n ? -1 : 0)
      }),
    )
  })

  test('next to parallel, where doubles fail, it is exact', () => {
    const small = fc.integer({ min: -3, max: 3 })
    let plainFailed = 0
    fc.assert(
      fc.property(wide, wide, small, small, small, (dx, dy, u, v, w) => {
        const [ex, ey] = [dx + u, dy + v]
        const exact = exactCross(dx, dy, ex, ey + w)
        if (dx * (ey + w) - dy * ex !== Number(exact)) plainFailed++
        expect(cross(dx, dy, ex, ey + w) + 0).toBe(Number(exact))
      }),
      { numRuns: 2000 },
    )
    expect(plainFailed).toBeGreaterThan(100)
  })
})

test('a sum of huge areas of either sign keeps its last unit', () => {
  const sum = new ExactSum()
  const [a, b] = [2 ** 31 + 7, 2 ** 31 - 3]
  for (let i = 0; i < 1000; i++) sum.addCross(a, b, b - i, a)
  for (let i = 0; i < 1000; i++) sum.addCross(b - i, a, a, b)
  sum.add(1)
  expect(sum.take()).toBe(1)
  expect(sum.take()).toBe(0)
})

describe('the pixel of a crossing', () => {
  const pixel = (a: number[], b: number[], c: number[], d: number[]): [number, number] => {
    const crossing = {
      ax: a[0]!,
      ay: a[1]!,
      bx: b[0]!,
      by: b[1]!,
      cx: c[0]!,
      cy: c[1]!,
      dx: d[0]!,
      dy: d[1]!,
    }
    const [ex, ey] = [crossing.dx - crossing.cx, crossing.dy - crossing.cy]
    const sideA = cross(ex, ey, crossing.ax - crossing.cx, crossing.ay - crossing.cy)
    const sideB = cross(ex, ey, crossing.bx - crossing.cx, crossing.by - crossing.cy)
    const share = sideA / (sideA - sideB)
    return [crossingPixel(crossing, share, 0), crossingPixel(crossing, share, 1)]
  }

  test('the lower and left border belong to it, the upper and right do not', () => {
    expect(pixel([0, 0], [1, 1], [0, 1], [1, 0])).toEqual([1, 1]) // at (½, ½)
    expect(pixel([0, 0], [-1, -1], [0, -1], [-1, 0])).toEqual([0, 0]) // at (-½, -½)
    expect(pixel([0, 0], [3, 3], [0, 3], [3, 0])).toEqual([2, 2]) // at (1½, 1½)
    expect(pixel([-10, 0], [10, 1], [0, -5], [0, 5])).toEqual([0, 1]) // at (0, ½)
  })

  test('on the border it is decided in whole numbers, however far the ends', () => {
    fc.assert(
      fc.property(
        coordinate,
        coordinate,
        coordinate,
        coordinate,
        fc.integer({ min: 1, max: 9 }),
        (x, y, u, v, n) => {
          // two diagonals of a parallelogram about the middle of (x, y) and (u, v), one side stretched
          const [a, b] = [
            [x, y],
            [u, v],
          ]
          const [c, d] = [
            [x, v],
            [Math.min(u, 2 ** 31 - 2000) + n, y],
          ]
          const exact = exactCrossing(a!, b!, c!, d!)
          if (exact === null) return
          expect(pixel(a!, b!, c!, d!)).toEqual(exact)
        },
      ),
      { numRuns: 1000 },
    )
  })
})

/** The pixel in whole numbers throughout; null where the segments do not cross inside both. */
function exactCrossing(a: number[], b: number[], c: number[], d: number[]): [number, number] | null {
  const [ax, ay, bx, by, cx, cy, dx, dy] = [...a, ...b, ...c, ...d].map(BigInt) as [
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
  ]
  const side = (x: bigint, y: bigint): bigint => (dx - cx) * (y - cy) - (dy - cy) * (x - cx)
  const other = (x: bigint, y: bigint): bigint => (bx - ax) * (y - ay) - (by - ay) * (x - ax)
  const [p, q] = [side(ax, ay), side(bx, by)]
  if (p === 0n || q === 0n || p > 0n === q > 0n || other(cx, cy) > 0n === other(dx, dy) > 0n) return null
  const whole = p > 0n ? p - q : q - p
  const part = p > 0n ? p : -p
  const floor = (n: bigint, m: bigint): number => Number(n >= 0n ? n / m : -((-n + m - 1n) / m))
  const along = (from: bigint, to: bigint): number =>
    floor(2n * (from * whole + (to - from) * part) + whole, 2n * whole)
  return [along(ax, bx), along(ay, by)]
}
