import type { MultiPolygon, Polygon, Position, Ring } from '../../geo/polygon.ts'
import type { Json } from '../../record/draft.ts'
import { mustFix } from '../issue.ts'
import { noPolygon, unusable } from '../shape-of.ts'
import type { DeliveredShape, SourceRow } from '../source.ts'
import { parseJson, type Span } from './text.ts'

export type JsonObject = { readonly [name: string]: Json }

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const isPolygonal = (value: JsonObject): boolean =>
  value['type'] === 'Polygon' || value['type'] === 'MultiPolygon'

/**
 * A feature, or a bare polygon, as a row.
 * @param text one-byte text; `base` is where it begins in that of the file
 * @throws JsonFault invalid
 */
export function readRow(text: string, span: Span, base: number, rowNo: number): SourceRow {
  const member = parseJson<Json>(text, span, base, rowNo)
  const none = { rowNo, values: new Map<string, Json>(), shape: { kind: 'none' }, repaired: false } as const
  if (!isObject(member) || (member['type'] !== 'Feature' && !isPolygonal(member))) {
    return {
      ...none,
      refused: true,
      issues: [
        mustFix('GEOJSON_FEATURE', {
          row: rowNo,
          zh: '这一项不是 GeoJSON 要素（Feature）。',
          en: 'This is not a GeoJSON Feature.',
          value: member,
        }),
      ],
    }
  }
  if (isPolygonal(member)) return { ...none, shape: shapeOf(member), issues: [] }
  const values = new Map<string, Json>()
  const id = member['id']
  if (typeof id === 'string' || typeof id === 'number') values.set('id', id)
  const properties = member['properties']
  if (isObject(properties)) {
    for (const [name, value] of Object.entries(properties))
      if (value !== null && value !== '') values.set(name, value)
  }
  return { ...none, values, shape: shapeOf(member['geometry']), issues: [] }
}

function shapeOf(geometry: Json | undefined): DeliveredShape {
  if (geometry === null || geometry === undefined) return { kind: 'none' }
  if (!isObject(geometry))
    return unusable('GEOM_TYPE', '几何不是对象。', 'The geometry is not an object.', geometry)
  const { type, coordinates } = geometry as { type?: Json; coordinates?: Json }
  if (type !== 'Polygon' && type !== 'MultiPolygon') return noPolygon(type)
  if (!Array.isArray(coordinates))
    return unusable(
      'GEOM_TYPE',
      '几何没有坐标数组。',
      'The geometry has no array of coordinates.',
      coordinates,
    )
  if (coordinates.length === 0) return { kind: 'none' }
  const polygons: MultiPolygon = []
  for (const part of type === 'Polygon' ? [coordinates] : coordinates) {
    const polygon = polygonOf(part)
    if (polygon === null)
      return unusable(
        'COORD_NOT_FINITE',
        '坐标不是成对的数。',
        'Coordinates are not pairs of numbers.',
        undefined,
      )
    if (polygon.length > 0) polygons.push(polygon)
  }
  return polygons.length === 0 ? { kind: 'none' } : { kind: 'polygons', polygons }
}

/** Null where something is no number; heights and further ordinates are left out. */
function polygonOf(part: Json): Polygon | null {
  if (!Array.isArray(part)) return null
  const polygon: Polygon = []
  for (const line of part as readonly Json[]) {
    if (!Array.isArray(line)) return null
    const ring: Ring = []
    for (const position of line as readonly Json[]) {
      if (!Array.isArray(position)) return null
      const [x, y] = position as readonly Json[]
      if (typeof x !== 'number' || typeof y !== 'number' || !Number.isFinite(x) || !Number.isFinite(y))
        return null
      const point: Position = [x, y]
      ring.push(point)
    }
    polygon.push(ring)
  }
  return polygon
}
