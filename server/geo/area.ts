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

/**
 * The one way to write a shape down: outer rings counter-clockwise, holes clockwise, each begun at its westernmost corner
 * (of these the southernmost), holes and parts in the order of their corners. Who began where, which way round and with
 * which part says nothing about land. The shape is left untouched.
 */
export function canonicalShape(mp: MultiPolygon): MultiPolygon {
  return inOrder(
    windRings(mp).map((polygon): Polygon => {
      const [outer, ...holes] = polygon.map(begunAtLeast)
      return outer === undefined ? [] : [outer, ...inOrder(holes, compareRings)]
    }),
    (a, b) => compareRings(a[0] ?? [], b[0] ?? []),
  )
}

const inOrder = <T>(items: T[], compare: (a: T, b: T) => number): T[] =>
  items.length < 2 ? items : items.toSorted(compare)

/** A corner a ring comes back to may be its least one: then the way on from it decides. */
function begunAtLeast(ring: Ring): Ring {
  const corners = ring.length - 1
  let least = 0
  for (let i = 1; i < corners; i++) {
    let order = comparePositions(ring[i]!, ring[least]!)
    for (let on = 1; order === 0 && on < corners; on++)
      order = comparePositions(ring[(i + on) % corners]!, ring[(least + on) % corners]!)
    if (order < 0) least = i
  }
  if (least === 0) return ring
  const begun = [...ring.slice(least, corners), ...ring.slice(0, least)]
  return [...begun, begun[0]!]
}

const comparePositions = ([x0, y0]: Position, [x1, y1]: Position): number => x0 - x1 || y0 - y1

function compareRings(a: Ring, b: Ring): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = comparePositions(a[i]!, b[i]!)
    if (order !== 0) return order
  }
  return a.length - b.length
}
