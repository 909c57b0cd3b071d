import { describe, expect, test } from 'vitest'
import { GeometryError } from '../../server/geo/geometry-error.ts'
import proj4 from 'proj4'
import type { MultiPolygon, Position } from '../../server/geo/polygon.ts'
import {
  knownSrids,
  snapToGrid,
  toLonLat,
  toWorking,
  transform,
  transformPosition,
} from '../../server/geo/project.ts'
import official from '../fixtures/geo/official-areas.json' with { type: 'json' }
import { box, HERE } from './shapes.ts'

describe('coordinate systems', () => {
  test('the centre of Zhuzhou agrees with PROJ to a millimetre, east before north', () => {
    const { lon, lat, epsg4526_east, epsg4526_north } = official.projection[0]!
    const [east, north] = transformPosition([lon, lat], 4490, 4526)
    expect(east).toBeCloseTo(epsg4526_east, 3)
    expect(north).toBeCloseTo(epsg4526_north, 3)
    expect(transformPosition([lon, lat], 4490, 4547)[0]).toBeCloseTo(epsg4526_east - 38_000_000, 3)
  })

  test('every zone has its own meridian at 500 km', () => {
    // EPSG: 4513 is zone 25 at 75° E, 4533 zone 45 at 135° E; 4491 is the 6° zone 13 at 75° E, 4501 zone 23 at 135° E
    expect(transformPosition([75, 30], 4490, 4513)[0]).toBeCloseTo(25_500_000, 4)
    expect(transformPosition([135, 30], 4490, 4533)[0]).toBeCloseTo(45_500_000, 4)
    expect(transformPosition([75, 30], 4490, 4534)[0]).toBeCloseTo(500_000, 4)
    expect(transformPosition([135, 30], 4490, 4554)[0]).toBeCloseTo(500_000, 4)
    expect(transformPosition([75, 30], 4490, 4491)[0]).toBeCloseTo(13_500_000, 4)
    expect(transformPosition([135, 30], 4490, 4501)[0]).toBeCloseTo(23_500_000, 4)
    expect(transformPosition([111, 30], 4490, 4508)[0]).toBeCloseTo(500_000, 4)
    expect(knownSrids).toHaveLength(64 + 3)
  })

  test('between two systems come the numbers of proj4 to the last bit', () => {
    const definitions: [number, string][] = [
      [4490, '+proj=longlat +a=6378137 +rf=298.257222101 +no_defs'],
      ...[
        [4547, 114, 500_000],
        [4526, 114, 38_500_000],
        [4546, 111, 500_000],
        [4508, 111, 500_000],
      ].map(([srid, meridian, east]): [number, string] => [
        srid!,
        `+proj=tmerc +lat_0=0 +lon_0=${meridian} +k=1 +x_0=${east} +y_0=0 +a=6378137 +rf=298.257222101 +units=m +no_defs`,
      ]),
    ]
    for (const [from, source] of definitions)
      for (const [to, target] of definitions) {
        if (source === target) continue
        const way = proj4(source, target)
        for (let i = 0; i < 200; i++) {
          const lonLat: Position = [110 + ((i * 7.31) % 6), 24 + ((i * 3.17) % 6)]
          const start = from === 4490 ? lonLat : proj4(definitions[0]![1], source).forward(lonLat)
          expect(transformPosition(start as Position, from, to)).toEqual(way.forward([...start]))
        }
      }
  })

  test('there and back moves a corner by less than a tenth of a micrometre', () => {
    const back = toWorking(toLonLat(box(0, 0, 1000)))
    back[0]![0]!.forEach(([x, y], i) => {
      const [u, v] = box(0, 0, 1000)[0]![0]![i]!
      expect(Math.hypot(x - u, y - v)).toBeLessThan(1e-7)
    })
  })

  test('WGS 84 is taken as CGCS2000, and the same system changes nothing', () => {
    const lonLat = toLonLat(box(0, 0, 10))
    expect(transform(lonLat, 4326, 4490)).toBe(lonLat)
    expect(transform(lonLat, 4326, 4547)).toEqual(transform(lonLat, 4490, 4547))
  })

  test('Web Mercator: R·λ and R·ln tan(π/4 + φ/2)', () => {
    const [x, y] = transformPosition([113.134, 27.828], 4490, 3857)
    expect(x).toBeCloseTo((6378137 * 113.134 * Math.PI) / 180, 6)
    expect(y).toBeCloseTo(6378137 * Math.log(Math.tan(Math.PI / 4 + (27.828 * Math.PI) / 360)), 6)
  })

  test('Xian 80 and made-up systems are refused, with what to do', () => {
    expect(() => transform(box(0, 0, 1), 2383, 4547)).toThrow(GeometryError)
    expect(() => transform(box(0, 0, 1), 4547, 999_999)).toThrow(/CRS_UNKNOWN.*999999/)
  })
})

describe('the grid', () => {
  test('coordinates are rounded to 0.1 mm and corners that fall together become one', () => {
    const shape: MultiPolygon = [
      [
        [
          [0.00004, 0],
          [10, 0],
          [10.00004, 0.00004],
          [10, 10],
          [0, 0],
        ],
      ],
    ]
    expect(snapToGrid(shape)).toEqual([
      [
        [
          [0, 0],
          [10, 0],
          [10, 10],
          [0, 0],
        ],
      ],
    ])
  })

  test('a ring that was left open comes back closed', () => {
    const ring = box(0, 0, 10)[0]![0]!.slice(0, 4)
    expect(snapToGrid([[ring]])).toEqual(box(0, 0, 10))
  })

  test('rings too small for the grid go, an outer one with its holes', () => {
    const tiny = box(0, 0, 0.00002)[0]![0]!
    expect(snapToGrid([[tiny]])).toEqual([])
    expect(snapToGrid([[box(0, 0, 10)[0]![0]!, tiny]])).toEqual(box(0, 0, 10))
    expect(snapToGrid([[tiny, box(0, 0, 10)[0]![0]!], ...box(0, 0, 10)])).toEqual(box(0, 0, 10))
  })

  test('twice is once', () => {
    const once = snapToGrid(toWorking(toLonLat(box(0.12345, 0.6789, 33.3333))))
    expect(snapToGrid(once)).toEqual(once)
    expect(once[0]![0]![0]).toEqual(
      [HERE[0] + 0.1235, HERE[1] + 0.6789].map((v) => Math.round(v * 1e4) / 1e4),
    )
  })
})
