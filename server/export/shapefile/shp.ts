import { signedDoubleArea } from '../../geo/area.ts'
import type { MultiPolygon, Ring } from '../../geo/polygon.ts'

// ESRI Shapefile Technical Description, 1998: type 5, polygon. Lengths are counted in words of two bytes.

const NULL_SHAPE = 0
const POLYGON = 5

export interface ShpBox {
  west: number
  south: number
  east: number
  north: number
}

export const emptyBox = (): ShpBox => ({ west: Infinity, south: Infinity, east: -Infinity, north: -Infinity })

/** The head of a .shp or .shx. @param bytes of the whole file */
export function shpHeader(bytes: number, box: ShpBox): Buffer {
  const header = Buffer.alloc(100)
  header.writeInt32BE(9994, 0)
  header.writeInt32BE(bytes / 2, 24)
  header.writeInt32LE(1000, 28)
  header.writeInt32LE(POLYGON, 32)
  const isEmpty = box.west > box.east
  for (const [i, edge] of [box.west, box.south, box.east, box.north].entries())
    header.writeDoubleLE(isEmpty ? 0 : edge, 36 + 8 * i)
  return header
}

/**
 * One record with its head: outer rings clockwise, holes the other way, as the format asks; coordinates untouched.
 * @param recordNo counted from 1
 */
export function shpRecord(recordNo: number, shape: MultiPolygon | null, extent: ShpBox): Buffer {
  if (shape === null || shape.length === 0) {
    const record = Buffer.alloc(12)
    record.writeInt32BE(recordNo, 0)
    record.writeInt32BE(2, 4)
    record.writeInt32LE(NULL_SHAPE, 8)
    return record
  }
  const rings = shape.flatMap((polygon) => polygon.map((ring, i) => turned(ring, i === 0)))
  const points = rings.reduce((sum, ring) => sum + ring.length, 0)
  const record = Buffer.alloc(8 + 44 + 4 * rings.length + 16 * points)
  record.writeInt32BE(recordNo, 0)
  record.writeInt32BE((record.length - 8) / 2, 4)
  record.writeInt32LE(POLYGON, 8)
  record.writeInt32LE(rings.length, 44)
  record.writeInt32LE(points, 48)
  const box = emptyBox()
  let part = 52
  let at = 52 + 4 * rings.length
  let first = 0
  for (const ring of rings) {
    part = record.writeInt32LE(first, part)
    first += ring.length
    for (const [x, y] of ring) {
      at = record.writeDoubleLE(x, at)
      at = record.writeDoubleLE(y, at)
      if (x < box.west) box.west = x
      if (x > box.east) box.east = x
      if (y < box.south) box.south = y
      if (y > box.north) box.north = y
    }
  }
  for (const [i, edge] of [box.west, box.south, box.east, box.north].entries())
    record.writeDoubleLE(edge, 12 + 8 * i)
  extent.west = Math.min(extent.west, box.west)
  extent.south = Math.min(extent.south, box.south)
  extent.east = Math.max(extent.east, box.east)
  extent.north = Math.max(extent.north, box.north)
  return record
}

const turned = (ring: Ring, clockwise: boolean): Ring =>
  signedDoubleArea(ring) < 0 === clockwise ? ring : ring.toReversed()
