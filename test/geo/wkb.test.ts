import { describe, expect, test } from 'vitest'
import { GeometryError } from '../../server/geo/geometry-error.ts'
import { decodeMultiPolygon, encodeMultiPolygon } from '../../server/geo/wkb.ts'
import { box, boxRing } from './shapes.ts'

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'))

const triangle = [
  [
    [
      [0, 0],
      [1, 0],
      [0, 1],
      [0, 0],
    ],
  ],
]

describe('reading and writing WKB', () => {
  test('a shape comes back with the very same numbers', () => {
    const shape = [[boxRing(0, 0, 30), boxRing(10, 10, 5).toReversed()], ...box(100.1234, 0, 7)]
    expect(decodeMultiPolygon(encodeMultiPolygon(shape))).toEqual(shape)
  })

  test('no parts is an empty multipolygon of nine bytes', () => {
    expect(encodeMultiPolygon([])).toEqual(bytes('01 06000000 00000000'))
    expect(decodeMultiPolygon(bytes('01 06000000 00000000'))).toEqual([])
  })

  test('a polygon with heights and an SRID, as PostGIS writes it', () => {
    const ewkb = `01 030000a0 c3110000 01000000 04000000
      0000000000000000 0000000000000000 0000000000001440
      000000000000f03f 0000000000000000 0000000000001440
      0000000000000000 000000000000f03f 0000000000001440
      0000000000000000 0000000000000000 0000000000001440`
    expect(decodeMultiPolygon(bytes(ewkb))).toEqual(triangle)
  })

  test('the other byte order, and heights by ISO number 1003', () => {
    const wkb = `00 000003eb 00000001 00000004
      0000000000000000 0000000000000000 4014000000000000
      3ff0000000000000 0000000000000000 4014000000000000
      0000000000000000 3ff0000000000000 4014000000000000
      0000000000000000 0000000000000000 4014000000000000`
    expect(decodeMultiPolygon(bytes(wkb))).toEqual(triangle)
  })

  test.each([
    ['a point', '01 01000000 0000000000000000 0000000000000000', /not a polygon/],
    ['a collection', '01 07000000 00000000', /not a polygon/],
    ['bytes that end early', '01 03000000 01000000 04000000 0000000000000000', /end early/],
    ['a ring of four thousand million corners', '01 03000000 01000000 ffffffff', /end early/],
    ['bytes after the shape', '01 06000000 00000000 00', /follow the shape/],
    ['no byte order', '07 06000000 00000000', /byte order/],
    ['nothing', '', /end early/],
  ])('%s is refused with a reason', (_, hex, reason) => {
    expect(() => decodeMultiPolygon(bytes(hex))).toThrow(GeometryError)
    expect(() => decodeMultiPolygon(bytes(hex))).toThrow(reason)
  })
})
