import { signedDoubleArea } from '../../geo/area.ts'
import { isInRing } from '../../geo/in-ring.ts'
import type { MultiPolygon, Polygon, Position, Ring } from '../../geo/polygon.ts'
import { polygonsFromRings } from '../rings.ts'

/**
 * Polygons from the rings of a record: rings that turn clockwise are outer ones, the others holes of the first polygon
 * that holds them; a hole that lies in none is a polygon of its own. The largest ring is no hole of another: where it
 * turns as one, whoever wrote the record turns rings the other way, or all alike, and what lies in what decides.
 * @see ESRI Shapefile Technical Description, 1998, "Polygon"
 */
export function polygonsOfShp(rings: readonly Ring[]): MultiPolygon {
  if (rings.length === 1) return [[rings[0]!]]
  if (!turnsAsOuter(largest(rings))) return byPlace(rings)
  const polygons: Polygon[] = []
  const holes: Ring[] = []
  for (const ring of rings) {
    if (turnsAsOuter(ring)) polygons.push([ring])
    else holes.push(ring)
  }
  for (const hole of holes) {
    const owner = polygons.find(([outer]) => holds(closed(outer!), hole))
    if (owner) owner.push(hole)
    else polygons.push([hole])
  }
  return polygons
}

const turnsAsOuter = (ring: Ring): boolean => ring.length >= 4 && signedDoubleArea(ring) <= 0

const largest = (rings: readonly Ring[]): Ring =>
  rings.reduce((most, ring) =>
    Math.abs(signedDoubleArea(ring)) > Math.abs(signedDoubleArea(most)) ? ring : most,
  )

/** Rings stay as they came: that one was not closed is for the repair to say. */
function byPlace(rings: readonly Ring[]): MultiPolygon {
  const asCame = new Map(rings.map((ring) => [closed(ring), ring]))
  return polygonsFromRings([...asCame.keys()]).map((polygon) => polygon.map((ring) => asCame.get(ring)!))
}

/** A ring of no points has no ends to join. */
function closed(ring: Ring): Ring {
  const [first, last] = [ring[0], ring.at(-1)]
  if (first === undefined || last === undefined) return ring
  return first[0] === last[0] && first[1] === last[1] ? ring : [...ring, first]
}

/** The first corner that is not on the border decides. */
function holds(outer: Ring, hole: Ring): boolean {
  const corner = hole.find((position) => !isOnBorder(outer, position))
  return corner !== undefined && isInRing(outer, corner)
}

function isOnBorder(ring: Ring, [x, y]: Position): boolean {
  for (let i = 1; i < ring.length; i++) {
    const [x0, y0] = ring[i - 1]!
    const [x1, y1] = ring[i]!
    if (x < x0 === x < x1 && x !== x0 && x !== x1) continue
    if (y < y0 === y < y1 && y !== y0 && y !== y1) continue
    if ((x1 - x0) * (y - y0) === (y1 - y0) * (x - x0)) return true
  }
  return false
}
