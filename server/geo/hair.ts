import type { Box } from './area.ts'
import { differenceShape } from './overlap-shape.ts'
import type { MultiPolygon, Position, Ring } from './polygon.ts'

/**
 * Half the width of a hair, metres. Two offices draw one border with different corners, each rounded to the grid: what
 * lies between their lines is a hair 0.14 mm wide at most.
 */
const HALF_HAIR_M = 0.001

interface Measured {
  readonly areaM2: number
  readonly perimeterM: number
}

/**
 * The parts of a piece that are left when hairs, strips narrower than 2 mm, are cut off; null for a piece without any.
 * A hair has no area, but it has two long sides: hanging on a real piece, it would halve its mean width.
 *
 * Every border is moved inwards by half a hair and what remains is measured, areas put back: Minkowski erosion.
 */
export function withoutHair(piece: MultiPolygon): Measured[] | null {
  if (!mayHaveHair(piece)) return null
  return differenceShape(piece, bordersOf(piece)).map(({ areaM2, perimeterM }) => ({
    areaM2: areaM2 + HALF_HAIR_M * perimeterM,
    perimeterM,
  }))
}

/** Each edge as a rectangle round it. */
function bordersOf(piece: MultiPolygon): MultiPolygon[] {
  return piece.flat().flatMap((ring) =>
    ring.slice(1).map(([x1, y1], i): MultiPolygon => {
      const [x0, y0] = ring[i]!
      const length = Math.hypot(x1 - x0, y1 - y0)
      const [u, v] = [((x1 - x0) / length) * HALF_HAIR_M, ((y1 - y0) / length) * HALF_HAIR_M]
      const corner = (x: number, y: number, along: number, aside: number): Position => [
        x + along * u - aside * v,
        y + along * v + aside * u,
      ]
      const first = corner(x0, y0, -1, -1)
      return [[[first, corner(x1, y1, 1, -1), corner(x1, y1, 1, 1), corner(x0, y0, -1, 1), [...first]]]]
    }),
  )
}

/** Past this many corners comparing each with each border costs more than cutting. */
const MANY = 300

/** Where a hair begins, a corner lies as near to a border that is not its own. */
function mayHaveHair(piece: MultiPolygon): boolean {
  const corners = piece.flat().reduce((sum, ring) => sum + ring.length - 1, 0)
  if (corners < 6) return false
  if (corners > MANY) return true
  return piece.some((polygon) =>
    polygon.some((ring) =>
      ring
        .slice(1)
        .some((corner, i) => polygon.some((other) => liesOn(corner, other, ring === other ? i + 1 : -1))),
    ),
  )
}

/** Whether a corner lies within a hair of a border of the ring; its own two do not count. */
function liesOn([x, y]: Position, ring: Ring, own: number): boolean {
  const edges = ring.length - 1
  for (let e = 0; e < edges; e++) {
    if (own >= 0 && (e === own - 1 || e === own % edges)) continue
    const [x0, y0] = ring[e]!
    const [x1, y1] = ring[e + 1]!
    if (!near(x, y, [Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1)])) continue
    const [dx, dy] = [x1 - x0, y1 - y0]
    const along = Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy)))
    if (Math.hypot(x - x0 - along * dx, y - y0 - along * dy) < 2 * HALF_HAIR_M) return true
  }
  return false
}

const near = (x: number, y: number, [west, south, east, north]: Box): boolean =>
  x > west - 2 * HALF_HAIR_M &&
  x < east + 2 * HALF_HAIR_M &&
  y > south - 2 * HALF_HAIR_M &&
  y < north + 2 * HALF_HAIR_M
