import { difference, featureCollection, intersect, multiPolygon, union } from '@turf/turf'
import type { Feature, MultiPolygon as GeoJsonMultiPolygon, Polygon as GeoJsonPolygon } from 'geojson'
import { bboxOf, windRings } from '../geo/area.ts'
import { differenceShape, overlapShape } from '../geo/overlap-shape.ts'
import type { MultiPolygon, Position } from '../geo/polygon.ts'

/**
 * Turf's clipping, for one shape at a time, in the working plane. Turf treats coordinates as plane here (its `area` would
 * not). Its clipping gives up on rare shapes by throwing; the core, which cannot, then answers, with the same meaning, and
 * `onGivenUp` is told what turf said.
 */

type Face = Feature<GeoJsonPolygon | GeoJsonMultiPolygon>
/** Hears why turf gave up on a shape that the core then clipped. */
export type OnGivenUp = (reason: string) => void

/** What two shapes have in common, one polygon per connected piece; none where borders only touch. */
export function intersectShapes(a: MultiPolygon, b: MultiPolygon, onGivenUp?: OnGivenUp): MultiPolygon {
  if (a.length === 0 || b.length === 0) return []
  const byCore = (): MultiPolygon => overlapShape(a, b).flatMap((piece) => piece.geometry())
  if (isLarge(a, b)) return byCore()
  const local = localTo(a)
  return local.result(
    () => intersect(featureCollection([local.feature(a), local.feature(b)])),
    byCore,
    onGivenUp,
  )
}

/** What is left of a shape when others are taken away, one polygon per connected piece. */
export function subtractShapes(
  a: MultiPolygon,
  others: readonly MultiPolygon[],
  onGivenUp?: OnGivenUp,
): MultiPolygon {
  if (a.length === 0) return []
  const cutting = others.filter((other) => other.length > 0)
  const byCore = (): MultiPolygon => differenceShape(a, cutting).flatMap((piece) => piece.geometry())
  if (isLarge(a, ...cutting)) return byCore()
  const local = localTo(a)
  return local.result(
    () => {
      const whole = local.feature(a)
      const [first, ...rest] = cutting.map((other) => local.feature(other))
      // one shape alone is united with itself, which cleans it as clipping would
      if (first === undefined) return union(featureCollection([whole, whole]))
      return difference(featureCollection([whole, first, ...rest]))
    },
    byCore,
    onGivenUp,
  )
}

/**
 * Turf computes in decimal fractions of any length: milliseconds for a parcel, but 4 s for two shapes of 2,000 corners
 * each and 10 s for one of 56,000, which the core does in half a second. Past this many corners the core answers at once.
 */
const LARGE = 1_000

function isLarge(...shapes: readonly MultiPolygon[]): boolean {
  let corners = 0
  for (const shape of shapes) for (const polygon of shape) for (const ring of polygon) corners += ring.length
  return corners > LARGE
}

/** Small numbers keep turf's crossings precise: metres from the shape's own corner, not from the equator. */
function localTo(shape: MultiPolygon) {
  const [west, south] = bboxOf(shape).map(Math.floor) as [number, number, number, number]
  const shift = (mp: MultiPolygon, dx: number, dy: number): MultiPolygon =>
    mp.map((polygon) => polygon.map((ring) => ring.map(([x, y]): Position => [x + dx, y + dy])))
  return {
    feature: (mp: MultiPolygon): Face => multiPolygon(shift(mp, -west, -south)),
    result(
      byTurf: () => Face | null,
      byCore: () => MultiPolygon,
      onGivenUp: OnGivenUp | undefined,
    ): MultiPolygon {
      let face: Face | null
      try {
        face = byTurf()
      } catch (error) {
        onGivenUp?.(error instanceof Error ? error.message : String(error))
        return byCore()
      }
      if (face === null) return []
      const { geometry } = face
      const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates
      return windRings(shift(polygons as MultiPolygon, west, south))
    },
  }
}
