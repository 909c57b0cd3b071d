import type { MultiPolygon, Polygon, Position, Ring } from '../geo/polygon.ts'
import { curved, noPolygon, polygonsShape, unusable } from './shape-of.ts'
import type { DeliveredShape } from './source.ts'
import { shapeFromWkb } from './wkb.ts'

const wktStart =
  /^\s*(?:SRID\s*=\s*(\d+)\s*;)?\s*(MULTI)?(POLYGON|POINT|LINESTRING|SURFACE|CURVE|CURVEPOLYGON|GEOMETRYCOLLECTION|COMPOUNDCURVE|CIRCULARSTRING)\s*(?:ZM|Z|M)?\s*(\(|EMPTY)/i
const hexStart = /^\s*0[01](?:[0-9A-F]{2}){8,}\s*$/i

/** Whether a text is a geometry as databases print it: WKT, EWKT or WKB in hexadecimal. */
export const isShapeText = (text: string): boolean => wktStart.test(text) || hexStart.test(text)

/** The number in `SRID=4547;POLYGON(…)`; null where none is written. */
export const sridOfShapeText = (text: string): number | null => {
  const srid = wktStart.exec(text)?.[1]
  return srid === undefined ? null : Number(srid)
}

/** A delivered shape from WKT, EWKT or hexadecimal WKB. Ordinates stay in the order they are written; Z and M are left out. */
export function shapeFromText(text: string): DeliveredShape {
  if (hexStart.test(text)) return shapeFromWkb(Buffer.from(text.trim(), 'hex'))
  const start = wktStart.exec(text)
  if (!start) return invalid(text)
  const [, , multi, kind, open] = start as unknown as [string, string, string?, string?, string?]
  const type = `${multi ?? ''}${kind}`.toUpperCase()
  if (/CURVE|CIRCULAR|SURFACE/.test(type)) return curved(type)
  if (type !== 'POLYGON' && type !== 'MULTIPOLYGON') return noPolygon(type)
  if (open!.toUpperCase() === 'EMPTY') return { kind: 'none' }
  const body = text.slice(start[0].length - 1).trim()
  const polygons = type === 'POLYGON' ? [rings(body)] : parts(body)?.map(rings)
  if (polygons === undefined || polygons.some((polygon) => polygon === null)) return invalid(text)
  return polygonsShape(polygons as MultiPolygon)
}

const invalid = (text: string): DeliveredShape =>
  unusable(
    'WKT_INVALID',
    '图形文本不是合法的 WKT。',
    'The text of the shape is not valid WKT.',
    text.slice(0, 120),
  )

/** What stands between the outer brackets, cut at the commas of that level; null for brackets that do not match. */
function parts(text: string): string[] | null {
  if (!text.startsWith('(') || !text.endsWith(')')) return null
  const found: string[] = []
  let depth = 0
  let from = 1
  for (let i = 0; i < text.length; i++) {
    const sign = text[i]
    if (sign === '(') depth++
    else if (sign === ')') {
      depth--
      if (depth === 0 && i < text.length - 1) return null
    } else if (sign === ',' && depth === 1) {
      found.push(text.slice(from, i).trim())
      from = i + 1
    }
  }
  if (depth !== 0) return null
  found.push(text.slice(from, -1).trim())
  return found
}

function rings(text: string): Polygon | null {
  const polygon: Polygon = []
  for (const part of parts(text) ?? [null]) {
    const ring = part === null ? null : ringOf(part)
    if (ring === null) return null
    polygon.push(ring)
  }
  return polygon
}

function ringOf(text: string): Ring | null {
  if (!text.startsWith('(') || !text.endsWith(')')) return null
  const ring: Ring = []
  for (const pair of text.slice(1, -1).split(',')) {
    const numbers = pair.trim().split(/\s+/).map(Number)
    if (numbers.length < 2 || numbers.length > 4 || numbers.some(Number.isNaN)) return null
    const position: Position = [numbers[0]!, numbers[1]!]
    ring.push(position)
  }
  return ring
}
