/**
 * [east, north] in metres of the working CRS (CGCS2000 3° Gauss-Krüger, EPSG:4547), or [lon, lat] in degrees
 * (EPSG:4490) where a name ends in LonLat. East before north everywhere.
 */
export type Position = [number, number]
/** Closed: the last position repeats the first. */
export type Ring = Position[]
/** Outer ring first, then its holes. */
export type Polygon = Ring[]
export type MultiPolygon = Polygon[]

/** The plane everything is stored and overlaid in. */
export const WORKING_SRID = 4547
/** Lon/lat for exchange. */
export const LONLAT_SRID = 4490
/** Side of the coordinate grid, metres. */
export const GRID_M = 0.0001
