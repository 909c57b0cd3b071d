import type { MultiPolygon, Polygon, Ring } from '../geo/polygon.ts'
import { curved, noPolygon, polygonsShape, unusable } from './shape-of.ts'
import type { DeliveredShape } from './source.ts'

const typeNames: Readonly<Record<number, string>> = {
  1: 'Point',
  2: 'LineString',
  4: 'MultiPoint',
  5: 'MultiLineString',
  7: 'GeometryCollection',
  15: 'PolyhedralSurface',
  16: 'TIN',
  17: 'Triangle',
}
const curveNames: Readonly<Record<number, string>> = {
  8: 'CircularString',
  9: 'CompoundCurve',
  10: 'CurvePolygon',
  11: 'MultiCurve',
  12: 'MultiSurface',
}

/** Thrown inside this file only, turned into an unusable shape. */
class Stop extends Error {
  readonly shape: DeliveredShape
  constructor(shape: DeliveredShape) {
    super('not a polygon')
    this.shape = shape
  }
}

const invalid = (zh: string, en: string): Stop =>
  new Stop(unusable('WKB_INVALID', `几何的二进制内容无效:${zh}。`, `The binary geometry is invalid: ${en}.`))

/**
 * A delivered shape from WKB, ISO or EWKB, either byte order. Heights and measures are left out; a MultiSurface of
 * straight polygons is polygons, one with arcs is refused.
 * Every count is held against the bytes that are there before anything is made of it.
 */
export function shapeFromWkb(bytes: Uint8Array): DeliveredShape {
  try {
    const walk = new Walk(bytes)
    const polygons: MultiPolygon = []
    walk.surface(polygons, 0)
    if (walk.at !== bytes.length) throw invalid('后有多余字节', 'bytes are left over')
    return polygonsShape(polygons)
  } catch (error) {
    if (error instanceof Stop) return error.shape
    throw error
  }
}

class Walk {
  at = 0
  private readonly view: DataView
  private little = true

  constructor(bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  surface(into: MultiPolygon, depth: number): void {
    const { type, ordinates } = this.header()
    if (type === 3) into.push(this.polygon(ordinates))
    else if (type === 6 || type === 12) {
      if (depth > 0) throw invalid('嵌套过深', 'it nests too deep')
      const count = this.count(9)
      for (let i = 0; i < count; i++) this.surface(into, depth + 1)
    } else if (type in curveNames) throw new Stop(curved(curveNames[type]!))
    else throw new Stop(noPolygon(typeNames[type] ?? String(type)))
  }

  private header(): { type: number; ordinates: number } {
    this.need(5)
    const order = this.view.getUint8(this.at)
    if (order > 1) throw invalid('字节序标记不对', 'its byte order mark is wrong')
    this.little = order === 1
    const written = this.view.getUint32(this.at + 1, this.little)
    this.at += 5
    const plain = written & 0x0fffffff
    let ordinates = 2
    if (written & 0x80000000) ordinates++
    if (written & 0x40000000) ordinates++
    if (written & 0x20000000) {
      this.need(4)
      this.at += 4
    }
    const thousands = Math.floor(plain / 1000)
    if (thousands === 1 || thousands === 2) ordinates++
    else if (thousands === 3) ordinates += 2
    else if (thousands > 3) throw invalid(`类型 ${written} 不存在`, `there is no type ${written}`)
    return { type: plain % 1000, ordinates }
  }

  private polygon(ordinates: number): Polygon {
    const polygon: Polygon = []
    const rings = this.count(4)
    for (let i = 0; i < rings; i++) {
      const points = this.count(8 * ordinates)
      const ring: Ring = []
      for (let j = 0; j < points; j++) {
        ring.push([
          this.view.getFloat64(this.at, this.little),
          this.view.getFloat64(this.at + 8, this.little),
        ])
        this.at += 8 * ordinates
      }
      polygon.push(ring)
    }
    return polygon
  }

  /** A count of things of at least so many bytes each, which must still be there. */
  private count(bytesEach: number): number {
    this.need(4)
    const count = this.view.getUint32(this.at, this.little)
    this.at += 4
    if (count * bytesEach > this.view.byteLength - this.at)
      throw invalid(`称有 ${count} 项,字节不足`, `it claims ${count} parts and has not the bytes for them`)
    return count
  }

  private need(bytes: number): void {
    if (this.at + bytes > this.view.byteLength) throw invalid('中途截断', 'it breaks off')
  }
}
