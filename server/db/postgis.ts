import { sql, type Expression, type RawBuilder } from 'kysely'
import { WORKING_SRID } from '../geo/polygon.ts'
import type { Geometry } from './schema.ts'

// Geometry passes between Node and the database as WKB (ISO 13249-3), the same bytes on both bases.

type GeometryOrNull = Geometry | null

/** A geometry column as WKB, coordinates in metres of the working plane (EPSG:4547). Null stays null. */
export function asWkb<Value extends GeometryOrNull>(
  geometry: Expression<Value>,
): RawBuilder<Value extends null ? Uint8Array | null : Uint8Array> {
  return sql`st_asbinary(${geometry})`
}

/** What an insert or update puts into a geometry column. WKB in metres of the working plane (EPSG:4547). */
export function fromWkb(wkb: Uint8Array): RawBuilder<Geometry> {
  return sql`st_geomfromwkb(${wkb}, ${sql.lit(WORKING_SRID)})`
}

/** The rectangle of an area of interest, metres of the working plane. For `&&` against an indexed column. */
export function envelope(box: {
  west: number
  south: number
  east: number
  north: number
}): RawBuilder<Geometry> {
  return sql`st_makeenvelope(${box.west}::float8, ${box.south}::float8, ${box.east}::float8, ${box.north}::float8, ${sql.lit(WORKING_SRID)})`
}

/**
 * Whether two shapes share at least a point; uses the spatial index of either side.
 * Areas of overlap are `pairAreaM2` (server/geo) or, in SQL, `overlayIntersection`.
 */
export function intersects(
  a: Expression<GeometryOrNull>,
  b: Expression<GeometryOrNull>,
): RawBuilder<boolean> {
  return sql`st_intersects(${a}, ${b})`
}

/** Planar area, m². */
export function areaM2(geometry: Expression<GeometryOrNull>): RawBuilder<number> {
  return sql`st_area(${geometry})`
}

/**
 * Overlay in SQL goes through these alone (sql/migrations/0004_overlay.sql): the embedded engine drops the answer of
 * ST_Intersection and its kin without an error when edges nearly coincide, unless a grid is given.
 */
export function overlayIntersection(
  a: Expression<GeometryOrNull>,
  b: Expression<GeometryOrNull>,
): RawBuilder<Geometry> {
  return sql`overlay_intersection(${a}, ${b})`
}

export function overlayDifference(
  a: Expression<GeometryOrNull>,
  b: Expression<GeometryOrNull>,
): RawBuilder<Geometry> {
  return sql`overlay_difference(${a}, ${b})`
}

export function overlayUnion(
  a: Expression<GeometryOrNull>,
  b: Expression<GeometryOrNull>,
): RawBuilder<Geometry> {
  return sql`overlay_union(${a}, ${b})`
}
