import proj4 from 'proj4'
import { GeometryError } from './geometry-error.ts'
import { LONLAT_SRID, WORKING_SRID, type MultiPolygon, type Position, type Ring } from './polygon.ts'

const CGCS2000 = '+a=6378137 +rf=298.257222101 +units=m +no_defs'
const DISPLAY_SRID = 3857
const lonLatDefinition = '+proj=longlat +a=6378137 +rf=298.257222101 +no_defs'

/**
 * Every CRS a delivery may be in, by EPSG number. Coordinates are east first in all of them, whatever order EPSG lists.
 * 4326 is taken as 4490: they differ by centimetres, less than the surveys do. 3857 is for display only: its areas are
 * 1.28 times too large here.
 */
const definitions = new Map<number, string>([
  [4490, lonLatDefinition],
  [4326, lonLatDefinition],
  [DISPLAY_SRID, '+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0 +k=1 +units=m +no_defs'],
])
// CGCS2000 Gauss-Krüger (domain 7.1): 6° zones 13-23 and 3° zones 25-45, each with and without the zone in front of the easting.
for (let zone = 13; zone <= 23; zone++) {
  definitions.set(4491 + zone - 13, gaussKruger(zone * 6 - 3, zone * 1_000_000 + 500_000))
  definitions.set(4502 + zone - 13, gaussKruger(zone * 6 - 3, 500_000))
}
for (let zone = 25; zone <= 45; zone++) {
  definitions.set(4513 + zone - 25, gaussKruger(zone * 3, zone * 1_000_000 + 500_000))
  definitions.set(4534 + zone - 25, gaussKruger(zone * 3, 500_000))
}

function gaussKruger(centralMeridian: number, falseEasting: number): string {
  return `+proj=tmerc +lat_0=0 +lon_0=${centralMeridian} +k=1 +x_0=${falseEasting} +y_0=0 ${CGCS2000}`
}

/** EPSG numbers `transform` knows, ascending. */
export const knownSrids: readonly number[] = [...definitions.keys()].sort((a, b) => a - b)

type Way = (x: number, y: number) => Position
const ways = new Map<string, Way>()

/** @throws GeometryError CRS_UNKNOWN */
function wayBetween(fromSrid: number, toSrid: number): Way {
  const key = `${fromSrid}>${toSrid}`
  const known = ways.get(key)
  if (known) return known
  const way = direct(fromSrid, toSrid) ?? throughProj4(fromSrid, toSrid)
  ways.set(key, way)
  return way
}

function throughProj4(fromSrid: number, toSrid: number): Way {
  const { forward } = proj4(definition(fromSrid), definition(toSrid))
  return (x, y) => {
    const [u, v] = forward([x, y])
    return [u, v]
  }
}

/**
 * Between systems of one ellipsoid the formulas of proj4 themselves, whose numbers come out to the last bit: what it does
 * around them (datums, axes, heights) takes longer than they do. Null: not such systems.
 */
function direct(fromSrid: number, toSrid: number): Way | null {
  if (fromSrid === DISPLAY_SRID || toSrid === DISPLAY_SRID) return null
  const [from, to] = [plane(fromSrid), plane(toSrid)]
  return (x, y) => {
    if (!(Number.isFinite(x) && Number.isFinite(y))) throw new TypeError('coordinates must be finite numbers')
    const lonLat = from === null ? { x: x * RADIANS, y: y * RADIANS } : from.inverse({ x, y })
    if (to === null) return [lonLat.x * DEGREES, lonLat.y * DEGREES]
    const { x: east, y: north } = to.forward(lonLat)
    return [east, north]
  }
}

/** A Gauss-Krüger system; null for lon/lat. */
const plane = (srid: number): InstanceType<typeof proj4.Proj> | null =>
  definition(srid) === lonLatDefinition ? null : new proj4.Proj(definition(srid))

/** As proj4 multiplies. */
const RADIANS = 0.017453292519943295
const DEGREES = 57.29577951308232

/** The PROJ text of a supported system. @throws GeometryError CRS_UNKNOWN */
export const definitionOf = (srid: number): string => definition(srid)

function definition(srid: number): string {
  const found = definitions.get(srid)
  if (found !== undefined) return found
  throw new GeometryError(
    'CRS_UNKNOWN',
    { zh: `不支持坐标系 EPSG:${srid}`, en: `The coordinate system EPSG:${srid} is not supported` },
    {
      zh: '支持 CGCS2000 经纬度（4490）、3 度带与 6 度带高斯投影（4491–4554）；西安80、北京54 需先用本市参数转换。',
      en: 'Supported: CGCS2000 lon/lat (4490) and its 3° and 6° Gauss-Krüger zones (4491-4554); convert Xian 80 and Beijing 54 first, with the parameters of your city.',
    },
  )
}

/**
 * One position taken from one CRS to another, east (or lon) first in both. Axis order of EPSG is not followed.
 * @throws GeometryError CRS_UNKNOWN
 */
export function transformPosition(position: Position, fromSrid: number, toSrid: number): Position {
  return wayBetween(fromSrid, toSrid)(position[0], position[1])
}

/**
 * The shape taken from one CRS to another, vertex by vertex: edges straight in the one are taken as straight in the other.
 * The same numbers come back for the same system. @throws GeometryError CRS_UNKNOWN
 */
export function transform(mp: MultiPolygon, fromSrid: number, toSrid: number): MultiPolygon {
  const from = definition(fromSrid)
  if (from === definition(toSrid)) return mp
  const way = wayBetween(fromSrid, toSrid)
  return mp.map((polygon) => polygon.map((ring) => ring.map(([x, y]) => way(x, y))))
}

/** Working plane (EPSG:4547, metres) to lon/lat degrees (EPSG:4490). */
export function toLonLat(mp: MultiPolygon): MultiPolygon {
  return transform(mp, WORKING_SRID, LONLAT_SRID)
}

/** Lon/lat degrees (EPSG:4490) to the working plane (EPSG:4547, metres), not yet on the grid: see `snapToGrid`. */
export function toWorking(mpLonLat: MultiPolygon): MultiPolygon {
  return transform(mpLonLat, LONLAT_SRID, WORKING_SRID)
}

const STEPS_PER_M = 10_000 // the inverse of GRID_M, which a double cannot hold exactly

/**
 * Coordinates rounded to the 0.1 mm grid everything is stored on. Positions that fall together become one; a ring left
 * with no area to enclose (under three different positions) goes, and with an outer ring its polygon. Rings come back
 * closed, in the order and turn they had.
 */
export function snapToGrid(mp: MultiPolygon): MultiPolygon {
  const shape: MultiPolygon = []
  for (const polygon of mp) {
    const rings: Ring[] = []
    for (const [i, ring] of polygon.entries()) {
      const snapped = snapRing(ring)
      if (snapped !== null) rings.push(snapped)
      else if (i === 0) break
    }
    if (rings.length > 0) shape.push(rings)
  }
  return shape
}

function snapRing(ring: Ring): Ring | null {
  const snapped: Ring = []
  for (const [x, y] of ring) {
    const sx = Math.round(x * STEPS_PER_M) / STEPS_PER_M
    const sy = Math.round(y * STEPS_PER_M) / STEPS_PER_M
    const last = snapped.at(-1)
    if (last === undefined || last[0] !== sx || last[1] !== sy) snapped.push([sx, sy])
  }
  const [first, last] = [snapped[0], snapped.at(-1)]
  if (first === undefined || last === undefined) return null
  if (first[0] !== last[0] || first[1] !== last[1]) snapped.push([first[0], first[1]])
  return snapped.length >= 4 ? snapped : null
}
