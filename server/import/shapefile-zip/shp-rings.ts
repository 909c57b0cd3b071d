import { signedDoubleArea } from '../../geo/area.ts'
import { isInRing } from '../../geo/in-ring.ts'
import type { MultiPolygon, Polygon, Position, Ring } from '../../geo/polygon.ts'

/**
 * Polygons from the rings of a record: rings that turn clockwise are outer ones, the others holes of the first polygon
 * that holds them; a hole that lies in none is a polygon of its own, as some programs turn all rings alike.
 * @see ESRI Shapefile Technical Description, 1998, "Polygon"
 */
export function polygonsOfShp(rings: readonly Ring[]): MultiPolygon {
  if (rings.length === 1) return [[rings[0]!]]
  const polygons: Polygon[] = []
  const holes: Ring[] = []
  for (const ring of rings) {
    if (ring.length >= 4 && signedDoubleArea(ring) <= 0) polygons.push([ring])
    else holes.push(ring)
  }
  for (const hole of holes) {
    const owner = polygons.find(([outer]) => holds(closed(outer!), hole))
    if (owner) owner.push(hole)
    else polygons.push([hole])
  }
  return polygons
}

function closed(ring: Ring): Ring {
  const [first, last] = [ring[0]!, ring.at(-1)!]
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
