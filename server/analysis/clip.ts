import { difference, featureCollection, intersect, multiPolygon, union } from '@turf/turf'
import type { Feature, MultiPolygon as GeoJsonMultiPolygon, Polygon as GeoJsonPolygon } from 'geojson'
import { bboxOf, windRings } from '../geo/area.ts'
import { differenceShape, overlapShape } from '../geo/overlap-shape.ts'
import type { MultiPolygon, Position } from '../geo/polygon.ts'

/**
 * Turf's clipping, for one shape at a time, in the working plane. Turf treats coordinates as plane here (its `area` would
 * not). Its clipping gives up on rare shapes by throwing; the core, which cannot, then answers, with the same meaning.
 */

type Face = Feature<GeoJsonPolygon | GeoJsonMultiPolygon>

/** What two shapes have in common, one polygon per connected piece; none where borders only touch. */
export function intersectShapes(a: MultiPolygon, b: MultiPolygon): MultiPolygon {
  if (a.length === 0 || b.length === 0) return []
  const local = localTo(a)
  return local.result(
    () => intersect(featureCollection([local.feature(a), local.feature(b)])),
    () => overlapShape(a, b).flatMap((piece) => piece.geometry()),
  )
}

/** What is left of a shape when others are taken away, one polygon per connected piece. */
export function subtractShapes(a: MultiPolygon, others: readonly MultiPolygon[]): MultiPolygon {
  if (a.length === 0) return []
  const cutting = others.filter((other) => other.length > 0)
  const local = localTo(a)
  return local.result(
    () => {
      const whole = local.feature(a)
      const [first, ...rest] = cutting.map((other) => local.feature(other))
      // one shape alone is united with itself, which cleans it as clipping would
      if (first === undefined) return union(featureCollection([whole, whole]))
      return difference(featureCollection([whole, first, ...rest]))
    },
    () => differenceShape(a, cutting).flatMap((piece) => piece.geometry()),
  )
}

/** Small numbers keep turf's crossings precise: metres from the shape's own corner, not from the equator. */
function localTo(shape: MultiPolygon) {
  const [west, south] = bboxOf(shape).map(Math.floor) as [number, number, number, number]
  const shift = (mp: MultiPolygon, dx: number, dy: number): MultiPolygon =>
    mp.map((polygon) => polygon.map((ring) => ring.map(([x, y]): Position => [x + dx, y + dy])))
  return {
    feature: (mp: MultiPolygon): Face => multiPolygon(shift(mp, -west, -south)),
    result(byTurf: () => Face | null, byCore: () => MultiPolygon): MultiPolygon {
      let face: Face | null
      try {
        face = byTurf()
      } catch {
        return byCore()
      }
      if (face === null) return []
      const { geometry } = face
      const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates
      return windRings(shift(polygons as MultiPolygon, west, south))
    },
  }
}
