import { unreadable } from './geometry-error.ts'
import type { MultiPolygon, Polygon, Ring } from './polygon.ts'

const POLYGON = 3
const MULTI_POLYGON = 6

/**
 * The shape as little-endian two-dimensional WKB without an SRID, always a MultiPolygon (an empty one for no parts).
 * @see OGC 06-103r4 §8
 */
export function encodeMultiPolygon(mp: MultiPolygon): Uint8Array {
  let size = 9
  for (const polygon of mp) {
    size += 9
    for (const ring of polygon) size += 4 + 16 * ring.length
  }
  const bytes = new Uint8Array(size)
  const view = new DataView(bytes.buffer)
  let at = header(view, 0, MULTI_POLYGON, mp.length)
  for (const polygon of mp) {
    at = header(view, at, POLYGON, polygon.length)
    for (const ring of polygon) {
      view.setUint32(at, ring.length, true)
      at += 4
      for (const [x, y] of ring) {
        view.setFloat64(at, x, true)
        view.setFloat64(at + 8, y, true)
        at += 16
      }
    }
  }
  return bytes
}

function header(view: DataView, at: number, type: number, count: number): number {
  view.setUint8(at, 1) // little-endian
  view.setUint32(at + 1, type, true)
  view.setUint32(at + 5, count, true)
  return at + 9
}

/**
 * The shape in WKB or PostGIS EWKB, either byte order, Polygon or MultiPolygon; an SRID is skipped, heights and measures
 * are dropped. Coordinates come out exactly as stored; rings are not checked.
 * @throws GeometryError for anything else, and for bytes that end early or go on too long.
 */
export function decodeMultiPolygon(wkb: Uint8Array): MultiPolygon {
  const shape: MultiPolygon = []
  let polygon: Polygon = []
  let ring: Ring = []
  readWkb(wkb, {
    polygon: () => shape.push((polygon = [])),
    ring: () => polygon.push((ring = [])),
    position: (x, y) => ring.push([x, y]),
  })
  return shape
}

/** PostGIS EWKB as plain WKB, coordinates as they are; what has no SRID comes back itself. */
export function withoutSrid(ewkb: Uint8Array): Uint8Array {
  const from = new DataView(ewkb.buffer, ewkb.byteOffset, ewkb.byteLength)
  const little = from.getUint8(0) === 1
  const code = from.getUint32(1, little)
  if ((code & 0x20000000) === 0) return ewkb
  const wkb = new Uint8Array(ewkb.length - 4)
  wkb[0] = ewkb[0]!
  new DataView(wkb.buffer).setUint32(1, code & ~0x20000000, little)
  wkb.set(ewkb.subarray(9), 5)
  return wkb
}

/** Receives a shape piece by piece, so that bulk readers need no objects per vertex. */
export interface WkbVisitor {
  polygon(): void
  ring(positions: number): void
  position(x: number, y: number): void
}

/** Walks through WKB as `decodeMultiPolygon` reads it. @throws GeometryError */
export function readWkb(wkb: Uint8Array, visitor: WkbVisitor): void {
  const view = new DataView(wkb.buffer, wkb.byteOffset, wkb.byteLength)
  let end: number
  try {
    end = readGeometry(view, 0, visitor, true)
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw unreadable({ zh: '数据提前结束', en: 'the bytes end early' })
  }
  if (end !== wkb.byteLength) throw unreadable({ zh: '数据后有多余字节', en: 'bytes follow the shape' })
}

function readGeometry(view: DataView, start: number, visitor: WkbVisitor, outermost: boolean): number {
  const order = view.getUint8(start)
  if (order > 1) throw unreadable({ zh: `字节序标记 ${order} 未知`, en: `unknown byte order mark ${order}` })
  const little = order === 1
  const code = view.getUint32(start + 1, little)
  let at = start + 5
  if (code & 0x20000000) at += 4 // EWKB: an SRID follows
  const { type, stride } = typeOf(code)
  const count = view.getUint32(at, little)
  at += 4
  if (type === MULTI_POLYGON && outermost) {
    for (let i = 0; i < count; i++) at = readGeometry(view, at, visitor, false)
    return at
  }
  if (type !== POLYGON)
    throw unreadable({ zh: `几何类型 ${type} 不是面`, en: `geometry type ${type} is not a polygon` })
  if (count === 0) return at // POLYGON EMPTY
  visitor.polygon()
  for (let r = 0; r < count; r++) {
    const positions = view.getUint32(at, little)
    at += 4
    if (at + positions * stride > view.byteLength) throw new RangeError('ring reaches past the end')
    visitor.ring(positions)
    for (let i = 0; i < positions; i++, at += stride) {
      visitor.position(view.getFloat64(at, little), view.getFloat64(at + 8, little))
    }
  }
  return at
}

/** Both ways of marking heights and measures: EWKB flag bits, and ISO type numbers 1003, 2003, 3003. */
function typeOf(code: number): { type: number; stride: number } {
  const iso = code & 0x0fffffff
  const dimensions = Math.floor(iso / 1000)
  const hasZ = (code & 0x80000000) !== 0 || dimensions === 1 || dimensions === 3
  const hasM = (code & 0x40000000) !== 0 || dimensions === 2 || dimensions === 3
  return { type: iso % 1000, stride: 16 + (hasZ ? 8 : 0) + (hasM ? 8 : 0) }
}
