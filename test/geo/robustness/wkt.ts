import type { AnyGeometry } from './geometry.ts'

/** Well-known text or its bytes in hexadecimal, as the JTS tests write either. Heights and measures are left out. */
export function readWell(text: string): AnyGeometry {
  const trimmed = text.trim()
  return /^[0-9A-Fa-f]+$/.test(trimmed) ? readHex(trimmed) : readText(trimmed)
}

const wktNames: Readonly<Record<string, string>> = {
  POINT: 'Point',
  LINESTRING: 'LineString',
  LINEARRING: 'LineString',
  POLYGON: 'Polygon',
  MULTIPOINT: 'MultiPoint',
  MULTILINESTRING: 'MultiLineString',
  MULTIPOLYGON: 'MultiPolygon',
}

function readText(text: string): AnyGeometry {
  const tokens = text.match(/[A-Za-z]+|[(),]|[-+.\dEe]+/g) ?? []
  let at = 0
  const next = (): string => tokens[at++] ?? ''
  const geometry = (): AnyGeometry => {
    const name = next().toUpperCase()
    if (/^(Z|M|ZM)$/i.test(tokens[at] ?? '')) at++
    const isEmpty = /^EMPTY$/i.test(tokens[at] ?? '')
    if (name === 'GEOMETRYCOLLECTION') {
      if (isEmpty) at++
      return { type: 'GeometryCollection', geometries: isEmpty ? [] : list(geometry) }
    }
    const type = wktNames[name]
    if (type === undefined) throw new Error(`${name} is no geometry`)
    if (isEmpty) at++
    return { type, coordinates: isEmpty ? [] : list(coordinates) }
  }
  const list = <T>(read: () => T): T[] => {
    const items: T[] = []
    if (next() !== '(') throw new Error(`no bracket in ${text.slice(0, 60)}`)
    do items.push(read())
    while (next() === ',')
    return items
  }
  const coordinates = (): unknown => {
    if (/^EMPTY$/i.test(tokens[at] ?? '')) {
      at++
      return []
    }
    if (tokens[at] === '(') return list(coordinates)
    const position: number[] = []
    while (at < tokens.length && !/^[(),]$/.test(tokens[at]!)) position.push(Number(next()))
    return position.slice(0, 2)
  }
  return geometry()
}

const wkbNames = ['', 'Point', 'LineString', 'Polygon', 'MultiPoint', 'MultiLineString', 'MultiPolygon']

/** WKB and EWKB in either byte order. */
function readHex(hex: string): AnyGeometry {
  const bytes = Buffer.from(hex, 'hex')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  const geometry = (): AnyGeometry => {
    const little = view.getUint8(at++) === 1
    const uint = (): number => {
      at += 4
      return view.getUint32(at - 4, little)
    }
    const type = uint()
    if ((type & 0x20000000) !== 0) uint() // EWKB: a CRS number
    const axes = (type & 0x80000000) !== 0 || ((type & 0xffff) > 1000 && (type & 0xffff) < 2000) ? 3 : 2
    const position = (): number[] => {
      at += 8 * axes
      return [view.getFloat64(at - 8 * axes, little), view.getFloat64(at - 8 * axes + 8, little)]
    }
    const times = <T>(read: () => T): T[] => Array.from({ length: uint() }, read)
    const kind = (type & 0xffff) % 1000
    switch (kind) {
      case 1:
        return { type: 'Point', coordinates: position() }
      case 2:
        return { type: 'LineString', coordinates: times(position) }
      case 3:
        return { type: 'Polygon', coordinates: times(() => times(position)) }
      case 7:
        return { type: 'GeometryCollection', geometries: times(geometry) }
      default: {
        const parts = times(geometry).map((part) => ('coordinates' in part ? part.coordinates : []))
        return { type: wkbNames[kind] ?? 'unknown', coordinates: parts }
      }
    }
  }
  return geometry()
}
