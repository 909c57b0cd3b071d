import type { z } from 'zod'
import type { polygonSchema } from '../contract.ts'
import { arrange } from '../geo/arrangement.ts'
import { windRings } from '../geo/area.ts'
import { PolygonSet } from '../geo/polygon-set.ts'
import { snapToGrid, toWorking } from '../geo/project.ts'
import type { MultiPolygon, Position, Ring } from '../geo/polygon.ts'
import { Refusal, type Message } from '../refusal.ts'
import { MAX_VERTICES } from './guard.ts'

/** A shape a reader drew: GeoJSON, lon/lat in degrees. */
export type DrawnGeometry = z.infer<typeof polygonSchema>

/** Furthest east or west of the working plane's meridian (114°) a drawing makes sense: two zones. */
const WEST = 108
const EAST = 120
const SOUTH = 3
const NORTH = 55

/**
 * A drawn shape in the working plane, on the grid, its rings closed and wound.
 * @throws Refusal `GEOMETRY_INVALID` for what is no area or crosses itself, `GEOMETRY_TOO_LARGE` for too many vertices.
 */
export function readDrawn(geometry: DrawnGeometry): MultiPolygon {
  const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates
  const budget = { left: MAX_VERTICES }
  const lonLat = list(polygons).map((polygon) => list(polygon).map((ring) => readRing(ring, budget)))
  const shape = snapToGrid(toWorking(lonLat))
  if (shape.length === 0) throw invalid({ zh: '图形没有面积', en: 'the shape has no area' })
  const set = PolygonSet.fromMultiPolygons([shape])
  if (arrange(set).invalidShapes.length > 0)
    throw invalid({ zh: '边线自相交或重叠', en: 'its boundary crosses or covers itself' })
  return windRings(shape)
}

function readRing(ring: unknown, budget: { left: number }): Ring {
  const positions = list(ring).map((position): Position => {
    if (--budget.left < 0) {
      throw new Refusal(
        'GEOMETRY_TOO_LARGE',
        { zh: `图形超过 ${MAX_VERTICES} 个点。`, en: `The shape has more than ${MAX_VERTICES} vertices.` },
        { zh: '请简化后再试。', en: 'Simplify it and try again.' },
        { field: 'geometry' },
      )
    }
    const [lon, lat] = list(position)
    if (
      typeof lon !== 'number' ||
      typeof lat !== 'number' ||
      !Number.isFinite(lon) ||
      !Number.isFinite(lat)
    ) {
      throw invalid({ zh: '坐标不是数字', en: 'a position is not two numbers' })
    }
    if (lon < WEST || lon > EAST || lat < SOUTH || lat > NORTH) {
      throw invalid({
        zh: `坐标 ${lon}, ${lat} 不在可用范围内(经度在前,单位为度)`,
        en: `the position ${lon}, ${lat} is out of range (longitude first, in degrees)`,
      })
    }
    return [lon, lat]
  })
  const first = positions[0]
  const last = positions.at(-1)
  if (!first || !last || positions.length < 3)
    throw invalid({ zh: '一个环少于三个点', en: 'a ring has fewer than three positions' })
  if (first[0] !== last[0] || first[1] !== last[1]) positions.push([first[0], first[1]])
  if (positions.length < 4)
    throw invalid({ zh: '一个环少于三个点', en: 'a ring has fewer than three positions' })
  return positions
}

function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw invalid({ zh: '坐标的层次不对', en: 'coordinates are not nested as GeoJSON asks' })
}

const invalid = (reason: Message): Refusal =>
  new Refusal(
    'GEOMETRY_INVALID',
    { zh: `图形不可用:${reason.zh}。`, en: `The shape cannot be used: ${reason.en}.` },
    {
      zh: '请提交经纬度的 GeoJSON 面(Polygon 或 MultiPolygon)。',
      en: 'Send a GeoJSON Polygon or MultiPolygon in lon/lat.',
    },
    { field: 'geometry' },
  )
