import { sql, type RawBuilder } from 'kysely'
import { LONLAT_SRID, WORKING_SRID, type Position } from '../geo/polygon.ts'
import { transformPosition } from '../geo/project.ts'
import { Refusal } from '../refusal.ts'
import type { Cql2Geometry } from '../rule/cql2.ts'
import { REACH, withinReach } from './box.ts'

/** Positions in the shapes of a filter, all together. */
const MAX_FILTER_POSITIONS = 10_000
/** Parts a side of a box is taken in: parallels are curved in the plane, by 100 m in the middle of a degree. */
const PARTS = 16

/**
 * A shape in degrees (EPSG:4490) as a geometry of the working plane; taken there corner by corner, here, so that nothing
 * depends on the projections of the base. A box may reach round the world; of it the part counts that the plane can show.
 * @throws Refusal `FILTER_TOO_LARGE`, `FILTER_INVALID` for a shape the plane cannot show
 */
export function shapeToSql(shape: Cql2Geometry): RawBuilder<unknown> {
  const lonLat = 'bbox' in shape ? boxAsPolygon(shape.bbox) : shape
  let positions = 0
  const project = (coordinates: unknown): unknown => {
    if (Array.isArray(coordinates) && typeof coordinates[0] === 'number') {
      if (++positions > MAX_FILTER_POSITIONS) throw tooLarge()
      const [lon, lat] = coordinates as Position
      const isInReach = lon >= REACH.west && lon <= REACH.east && lat >= REACH.south && lat <= REACH.north
      if (!isInReach) throw beyondReach(lon, lat)
      return transformPosition([lon, lat], LONLAT_SRID, WORKING_SRID)
    }
    return (coordinates as readonly unknown[]).map(project)
  }
  const json = JSON.stringify({ type: lonLat.type, coordinates: project(lonLat.coordinates) })
  return sql`st_setsrid(st_geomfromgeojson(${json}::text), ${sql.lit(WORKING_SRID)})`
}

function boxAsPolygon(bbox: readonly [number, number, number, number]) {
  const [west, south, east, north] = withinReach(bbox)
  const corners: Position[] = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ]
  const ring = corners.slice(1).flatMap(([lon, lat], i) => {
    const [fromLon, fromLat] = corners[i]!
    return Array.from({ length: PARTS }, (_, part): Position => [
      fromLon + ((lon - fromLon) * part) / PARTS,
      fromLat + ((lat - fromLat) * part) / PARTS,
    ])
  })
  return { type: 'Polygon' as const, coordinates: [[...ring, ring[0]!]] }
}

const tooLarge = (): Refusal =>
  new Refusal(
    'FILTER_TOO_LARGE',
    {
      zh: `筛选图形超过 ${MAX_FILTER_POSITIONS} 个点。`,
      en: `The shapes of the filter have over ${MAX_FILTER_POSITIONS} positions.`,
    },
    { zh: '请简化图形。', en: 'Simplify the shape.' },
  )

const beyondReach = (lon: number, lat: number): Refusal =>
  new Refusal(
    'FILTER_INVALID',
    {
      zh: `筛选图形的坐标 ${lon}, ${lat} 不在可用范围内。`,
      en: `The position ${lon}, ${lat} of the filter's shape is out of range.`,
    },
    {
      zh: `请先经度后纬度,单位为度,经度 ${REACH.west} 至 ${REACH.east}、纬度 ${REACH.south} 至 ${REACH.north};更大的范围请用 BBOX。`,
      en: `Longitude first, then latitude, in degrees: ${REACH.west} to ${REACH.east}, ${REACH.south} to ${REACH.north}. For more, use BBOX.`,
    },
  )
