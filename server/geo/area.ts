import type { MultiPolygon, Polygon, Position, Ring } from './polygon.ts'

/** [west, south, east, north] in the units of the shape. */
export type Box = [number, number, number, number]

/**
 * Twice the area a ring encloses. Positive is counter-clockwise (x east, y north); JTS and Turf use the opposite sign.
 *
 * Sums from a local origin: on zone-38 coordinates (3.8e7 × 3.1e6) the raw shoelace sum loses hundredths of a
 * square metre (domain 7.3).
 */
export function signedDoubleArea(ring: Ring): number {
  const origin = ring[0]
  if (origin === undefined) return 0
  let sum = 0
  let x0 = 0
  let y0 = 0
  for (let i = 1; i < ring.length; i++) {
    const [x, y] = ring[i] as Position
    const x1 = x - origin[0]
    const y1 = y - origin[1]
    sum += x0 * y1 - x1 * y0
    x0 = x1
    y0 = y1
  }
  return sum
}

/**
 * Area in the plane of the coordinates, square metres in the working CRS. The first ring of each polygon counts, the
 * others are taken away, whichever way they turn. Not for lon/lat, and not the area on the ellipsoid.
 */
export function planarAreaM2(mp: MultiPolygon): number {
  let sum = 0
  for (const polygon of mp) {
    polygon.forEach((ring, i) => {
      const area = Math.abs(signedDoubleArea(ring)) / 2
      sum += i === 0 ? area : -area
    })
  }
  return sum
}

/**
 * Which part of a whole an area is, 0 to 1, to a billionth: as exact as areas are. Half a plot is half of it wherever it
 * lies, and limits such as "from half on" do not hang on the last bit.
 */
export function shareOf(partM2: number, wholeM2: number): number {
  return wholeM2 > 0 ? Math.min(1, Math.round((partM2 / wholeM2) * 1e9) / 1e9) : 0
}

/** Length of all rings, holes included, in metres of the working CRS. */
export function perimeterM(mp: MultiPolygon): number {
  let sum = 0
  for (const polygon of mp) {
    for (const ring of polygon) {
      for (let i = 1; i < ring.length; i++) {
        const [x0, y0] = ring[i - 1] as Position
        const [x1, y1] = ring[i] as Position
        sum += Math.hypot(x1 - x0, y1 - y0)
      }
    }
  }
  return sum
}

/** The smallest box around the shape; [∞, ∞, -∞, -∞] for an empty one, which meets no other box. */
export function bboxOf(mp: MultiPolygon): Box {
  const box: Box = [Infinity, Infinity, -Infinity, -Infinity]
  for (const polygon of mp) {
    for (const [x, y] of polygon[0] ?? []) {
      if (x < box[0]) box[0] = x
      if (y < box[1]) box[1] = y
      if (x > box[2]) box[2] = x
      if (y > box[3]) box[3] = y
    }
  }
  return box
}

export function boxesMeet(a: Box, b: Box): boolean {
  return a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3]
}

/**
 * Outer rings counter-clockwise, holes clockwise, as GeoJSON asks. The shape is left untouched.
 * @see RFC 7946 §3.1.6
 */
export function windRings(mp: MultiPolygon): MultiPolygon {
  return mp.map((polygon): Polygon =>
    polygon.map((ring, i) => {
      const isCounterClockwise = signedDoubleArea(ring) > 0
      return isCounterClockwise === (i === 0) ? ring : ring.toReversed()
    }),
  )
}
