import fc from 'fast-check'
import type { MultiPolygon, Position, Ring } from '../../server/geo/polygon.ts'

/** A corner in the middle of Zhuzhou, EPSG:4547: shapes of the tests lie where real ones do, not near zero. */
export const HERE: Position = [414_000, 3_079_000]

/** A rectangle `x`, `y` metres from HERE. */
export function box(x: number, y: number, width: number, height = width): MultiPolygon {
  return [[boxRing(x, y, width, height)]]
}

/** Counter-clockwise. */
export function boxRing(x: number, y: number, width: number, height = width): Ring {
  const [w, s] = [HERE[0] + x, HERE[1] + y]
  return [
    [w, s],
    [w + width, s],
    [w + width, s + height],
    [w, s + height],
    [w, s],
  ]
}

/** A ring through points given in metres from HERE; closes itself. */
export function ringOf(points: readonly (readonly [number, number])[]): Ring {
  const ring = points.map(([x, y]): Position => [onGrid(HERE[0] + x), onGrid(HERE[1] + y)])
  return [...ring, [...ring[0]!] as Position]
}

export function moved(shape: MultiPolygon, dx: number, dy: number): MultiPolygon {
  return shape.map((polygon) =>
    polygon.map((ring) => ring.map(([x, y]): Position => [onGrid(x + dx), onGrid(y + dy)])),
  )
}

/** Turned by 53.13° and five times as large: whole numbers stay whole, and nothing is axis-parallel any more. */
export function turned(shape: MultiPolygon): MultiPolygon {
  return shape.map((polygon) =>
    polygon.map((ring) =>
      ring.map(([x, y]): Position => {
        const [u, v] = [x - HERE[0], y - HERE[1]]
        return [HERE[0] + 3 * u - 4 * v, HERE[1] + 4 * u + 3 * v]
      }),
    ),
  )
}

const onGrid = (metres: number): number => Math.round(metres * 10_000) / 10_000

/** Corners at even angles and uneven distances, all on the 0.1 mm grid: star-shaped, so never self-crossing. */
function starRing(cx: number, cy: number, radii: readonly number[], phase: number): Ring {
  return ringOf(
    radii.map((r, k) => {
      const angle = phase + (2 * Math.PI * k) / radii.length
      return [cx + r * Math.cos(angle), cy + r * Math.sin(angle)]
    }),
  )
}

/** A random star of 5 to 12 corners, 20 to 40 m across, some with a hole, within 40 m of HERE. */
export const star: fc.Arbitrary<MultiPolygon> = fc
  .record({
    x: fc.integer({ min: 0, max: 40 }),
    y: fc.integer({ min: 0, max: 40 }),
    phase: fc.integer({ min: 0, max: 628 }),
    radii: fc.array(fc.integer({ min: 100, max: 200 }), { minLength: 5, maxLength: 12 }),
    hole: fc.option(fc.array(fc.integer({ min: 10, max: 40 }), { minLength: 3, maxLength: 6 })),
  })
  .map(({ x, y, phase, radii, hole }) => {
    const metres = (list: readonly number[]): number[] => list.map((r) => r / 10)
    const outer = starRing(x, y, metres(radii), phase / 100)
    return [hole === null ? [outer] : [outer, starRing(x, y, metres(hole), 0).toReversed()]]
  })

/** Two or three stars apart from each other, some with a hole: one shape of several parts. */
export const manyStars: fc.Arbitrary<MultiPolygon> = fc
  .array(star, { minLength: 2, maxLength: 3 })
  .map((parts) => parts.flatMap((part, k) => moved(part, 90 * (k % 2), 90 * Math.floor(k / 2))))

/** Points put on the borders, rounded to the grid: a border moves by less than its half diagonal, 0.0707 mm. */
export function densified(shape: MultiPolygon, points: number): MultiPolygon {
  return shape.map((polygon) =>
    polygon.map((ring) =>
      ring.flatMap(([x, y], i): Position[] => {
        const [u, v] = ring[i + 1] ?? [x, y]
        if (ring[i + 1] === undefined) return [[x, y]]
        return Array.from({ length: points + 1 }, (_, k): Position => {
          const share = k / (points + 1)
          return k === 0 ? [x, y] : [onGrid(x + share * (u - x)), onGrid(y + share * (v - y))]
        })
      }),
    ),
  )
}

/** A rectangle with corners on a 12 × 12 board of one-metre cells: borders meet, run along each other and cross. */
export const boardBox: fc.Arbitrary<{ x: number; y: number; width: number; height: number }> = fc
  .record({
    x: fc.integer({ min: 0, max: 10 }),
    y: fc.integer({ min: 0, max: 10 }),
    width: fc.integer({ min: 1, max: 8 }),
    height: fc.integer({ min: 1, max: 8 }),
  })
  .map(({ x, y, width, height }) => ({
    x,
    y,
    width: Math.min(width, 12 - x),
    height: Math.min(height, 12 - y),
  }))
