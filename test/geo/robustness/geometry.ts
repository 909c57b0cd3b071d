import type { MultiPolygon, Position } from '../../../server/geo/polygon.ts'

/** Any geometry of the sets, GeoJSON fashion. Coordinates are nested as deep as the type says, and may be anything. */
export type AnyGeometry =
  | { readonly type: string; readonly coordinates: readonly unknown[] }
  | { readonly type: 'GeometryCollection'; readonly geometries: readonly AnyGeometry[] }

/** As a multipolygon, or null for what is none: points, lines, collections, nothing at all, text for numbers. */
export function polygonal(geometry: AnyGeometry | null): MultiPolygon | null {
  if (geometry === null || !('coordinates' in geometry)) return null
  const { type, coordinates } = geometry
  const polygons = type === 'Polygon' ? [coordinates] : type === 'MultiPolygon' ? coordinates : null
  const isRing = (ring: unknown): boolean => Array.isArray(ring) && ring.every((at) => Array.isArray(at))
  const isPolygon = (polygon: unknown): boolean => Array.isArray(polygon) && polygon.every(isRing)
  if (polygons === null || !polygons.every(isPolygon)) return null
  return (polygons as number[][][][])
    .filter((polygon) => polygon.some((ring) => ring.length > 0))
    .map((polygon) => polygon.map((ring) => ring.map(([x, y]): Position => [x!, y!])))
}

/** The polygons anywhere in it, their rings closed: some sets leave that out of their answers. */
export function polygonsIn(geometry: AnyGeometry | null): MultiPolygon {
  if (geometry !== null && 'geometries' in geometry) return geometry.geometries.flatMap(polygonsIn)
  return (polygonal(geometry) ?? []).map((polygon) =>
    polygon.map((ring) => (ring.length > 0 ? [...ring, ring[0]!] : ring)),
  )
}
