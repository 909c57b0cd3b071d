import { transformPosition } from '../geo/project.ts'
import { LONLAT_SRID, WORKING_SRID } from '../geo/polygon.ts'

/** west, south, east, north in degrees (EPSG:4490). */
export type LonLatBox = [number, number, number, number]
/** Edges in metres of the working plane (EPSG:4547). */
export interface PlaneBox {
  readonly west: number
  readonly south: number
  readonly east: number
  readonly north: number
}

/** How far into the projection's zone a box is followed: beyond, a transverse Mercator plane means nothing. */
export const REACH = { west: 102, east: 126, south: -5, north: 60 } as const

/** The part of a box that the plane can show. */
export const withinReach = ([west, south, east, north]: Readonly<LonLatBox>): LonLatBox => [
  clamp(west, REACH.west, REACH.east),
  clamp(south, REACH.south, REACH.north),
  clamp(east, REACH.west, REACH.east),
  clamp(north, REACH.south, REACH.north),
]

/** A lon/lat box around a plane box: around its corners. */
export function toLonLatBox({ west, south, east, north }: PlaneBox): LonLatBox {
  const corners = [
    [west, south],
    [west, north],
    [east, south],
    [east, north],
  ].map(([x, y]) => transformPosition([x!, y!], WORKING_SRID, LONLAT_SRID))
  const [lons, lats] = [corners.map(([lon]) => lon), corners.map(([, lat]) => lat)]
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)]
}

const clamp = (value: number, least: number, most: number): number => Math.max(least, Math.min(most, value))
