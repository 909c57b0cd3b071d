import { describe, expect, test } from 'vitest'
import {
  bboxOf,
  canonicalShape,
  perimeterM,
  planarAreaM2,
  signedDoubleArea,
  windRings,
} from '../../server/geo/area.ts'
import { ellipsoidAreaLonLatM2, ellipsoidAreaM2 } from '../../server/geo/ellipsoid-area.ts'
import { noiseTest, realPart } from '../../server/geo/noise.ts'
import type { MultiPolygon, Position, Ring } from '../../server/geo/polygon.ts'
import { PolygonSet } from '../../server/geo/polygon-set.ts'
import { transform } from '../../server/geo/project.ts'
import { encodeMultiPolygon } from '../../server/geo/wkb.ts'
import official from '../fixtures/geo/official-areas.json' with { type: 'json' }
import { box, boxRing, HERE } from './shapes.ts'

const closed = (ring: number[][]): Position[] => [...ring, ring[0]!] as Position[]

describe('the plane', () => {
  test('a hole is taken away, whichever way the rings turn', () => {
    const outer = boxRing(0, 0, 30)
    const hole = boxRing(10, 10, 10)
    expect(planarAreaM2([[outer, hole]])).toBe(800)
    expect(planarAreaM2([[outer.toReversed(), hole.toReversed()]])).toBe(800)
    expect(perimeterM([[outer, hole]])).toBe(160)
  })

  test('counter-clockwise is positive', () => {
    expect(signedDoubleArea(boxRing(0, 0, 30))).toBe(1800)
    expect(signedDoubleArea(boxRing(0, 0, 30).toReversed())).toBe(-1800)
    const [polygon] = windRings([[boxRing(0, 0, 30).toReversed(), boxRing(5, 5, 5)]])
    expect(polygon!.map((ring) => Math.sign(signedDoubleArea(ring)))).toEqual([1, -1])
  })

  test('a box counts outer rings; nothing has a box that meets no other', () => {
    expect(bboxOf([...box(0, 0, 10), ...box(50, -5, 10)])).toEqual([
      HERE[0],
      HERE[1] - 5,
      HERE[0] + 60,
      HERE[1] + 10,
    ])
    expect(bboxOf([])).toEqual([Infinity, Infinity, -Infinity, -Infinity])
  })

  test('a set measures shapes as they are measured one by one', () => {
    const shapes: MultiPolygon[] = [
      [[boxRing(0, 0, 30).toReversed(), boxRing(10, 10, 10)]],
      [],
      [...box(0, 0, 3), ...box(9, 9, 1)],
    ]
    for (const set of [
      PolygonSet.fromMultiPolygons(shapes),
      PolygonSet.fromWkb(shapes.map((s) => encodeMultiPolygon(s))),
    ]) {
      expect(set.count).toBe(3)
      expect([0, 1, 2].map((i) => set.areaM2(i))).toEqual([800, 0, 10])
      expect([0, 1, 2].map((i) => set.box(i))).toEqual(shapes.map((s) => bboxOf(s)))
    }
  })
})

describe('against PROJ', () => {
  test.each(official.area)(
    '$name: planar and ellipsoidal area to 0.0001 m²',
    ({ rings, planarM2, ellipsoidM2 }) => {
      const prefixed: MultiPolygon = [rings.map(closed)]
      const working = transform(prefixed, 4526, 4547)
      expect(Math.abs(planarAreaM2(prefixed) - planarM2)).toBeLessThan(1e-4)
      expect(Math.abs(planarAreaM2(working) - planarM2)).toBeLessThan(1e-4)
      expect(Math.abs(ellipsoidAreaM2(working) - ellipsoidM2)).toBeLessThan(1e-4)
    },
  )

  // the series ends at e⁸: good to 1e-10 over China (3° to 54° N), a little less at the pole
  test.each([3, 18, 27, 53])(
    'a degree square at %i° N: the series against the closed form between two parallels',
    (lat) => {
      // area between the equator and φ per radian of longitude: b²/2 · (sin φ / (1 − e² sin² φ) + artanh(e sin φ) / e)
      const f = 1 / 298.257222101
      const e2 = f * (2 - f)
      const e = Math.sqrt(e2)
      const b = 6378137 * (1 - f)
      const upTo = (degrees: number): number => {
        const sin = Math.sin((degrees * Math.PI) / 180)
        return ((b * b) / 2) * (sin / (1 - e2 * sin * sin) + Math.atanh(e * sin) / e)
      }
      const exact = (Math.PI / 180) * (upTo(lat + 1) - upTo(lat))
      const ring = [
        [113, lat],
        [114, lat],
        [114, lat + 1],
        [113, lat + 1],
      ]
      expect(ellipsoidAreaLonLatM2([[closed(ring)]]) / exact - 1).toBeCloseTo(0, 10)
    },
  )

  test('in central Zhuzhou the plane shows 0.018 % more than the ellipsoid', () => {
    const shape = box(0, 0, 1000)
    expect(planarAreaM2(shape) / ellipsoidAreaM2(shape) - 1).toBeCloseTo(0.00018, 5)
  })
})

describe('noise', () => {
  const rectangle = (width: number, length: number) => ({
    areaM2: width * length,
    perimeterM: 2 * (width + length),
  })

  test.each([
    ['a 0.5 m × 60 m encroachment', rectangle(0.5, 60), null],
    ['a 0.1 m × 100 m sliver', rectangle(0.1, 100), 'mean_width'],
    ['a 0.9 m × 0.9 m corner', rectangle(0.9, 0.9), 'area'],
    ['exactly one square metre', rectangle(1, 1), null],
    ['a mean width of exactly 0.2 m', { areaM2: 10, perimeterM: 100 }, null],
    ['a hair under it', { areaM2: 9.999, perimeterM: 100 }, 'mean_width'],
    ['nothing', { areaM2: 0, perimeterM: 0 }, 'mean_width'],
  ])('%s', (_, piece, expected) => expect(noiseTest(piece)).toBe(expected))

  test('limits can be set', () => {
    expect(noiseTest(rectangle(0.5, 60), { meanWidthM: 1, areaM2: 1 })).toBe('mean_width')
    expect(noiseTest(rectangle(3, 3), { meanWidthM: 0.2, areaM2: 10 })).toBe('area')
  })

  test('ten slivers do not add up to an encroachment', () => {
    const pieces = Array.from({ length: 10 }, () => rectangle(0.1, 100))
    expect(realPart(pieces)).toEqual([])
    expect(realPart([...pieces, rectangle(0.5, 60)])).toEqual([rectangle(0.5, 60)])
  })
})

describe('the one way to write a shape', () => {
  const hole: Ring = [
    [2, 2],
    [2, 4],
    [4, 4],
    [4, 2],
    [2, 2],
  ]
  test('begins every ring in the west, turns holes the other way, and sorts holes and parts', () => {
    const outer: Ring = [
      [10, 0],
      [0, 0],
      [0, 10],
      [10, 10],
      [10, 0],
    ]
    const other: Ring = hole.map(([x, y]) => [x + 4, y])
    const far: Ring = hole.map(([x, y]) => [x + 20, y])
    expect(canonicalShape([[far], [outer, other, hole.toReversed()]])).toEqual([
      [
        [
          [0, 0],
          [10, 0],
          [10, 10],
          [0, 10],
          [0, 0],
        ],
        hole,
        other,
      ],
      [far.toReversed()],
    ])
  })
  test('a ring that touches itself in its westernmost corner goes on the way that lies further west', () => {
    const [a, b] = [
      [
        [0, 5],
        [4, 0],
        [8, 3],
        [0, 5],
        [8, 7],
        [4, 10],
        [0, 5],
      ],
      [
        [0, 5],
        [8, 7],
        [4, 10],
        [0, 5],
        [4, 0],
        [8, 3],
        [0, 5],
      ],
    ] as [Ring, Ring]
    expect(canonicalShape([[a]])).toEqual(canonicalShape([[b]]))
  })
})
