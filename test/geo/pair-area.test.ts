import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { perimeterM, planarAreaM2 } from '../../server/geo/area.ts'
import { differenceShape, overlapShape } from '../../server/geo/overlap-shape.ts'
import { overlappingPairs, pairAreaM2 } from '../../server/geo/pair-area.ts'
import type { MultiPolygon } from '../../server/geo/polygon.ts'
import { PolygonSet } from '../../server/geo/polygon-set.ts'
import cases from '../fixtures/geo/overlay-cases.json' with { type: 'json' }
import { box, boxRing, densified, HERE, manyStars, moved, ringOf, star } from './shapes.ts'

const common = (a: MultiPolygon, b: MultiPolygon): number =>
  pairAreaM2(PolygonSet.fromMultiPolygons([a]), 0, PolygonSet.fromMultiPolygons([b]), 0)

describe('land two shapes have in common', () => {
  const frame: MultiPolygon = [[boxRing(0, 0, 30), boxRing(10, 10, 10).toReversed()]]

  test.each<[string, MultiPolygon, MultiPolygon, number]>([
    ['the same shape', box(0, 0, 10), box(0, 0, 10), 100],
    ['a quarter of each', box(0, 0, 10), box(5, 5, 10), 25],
    ['one inside the other', box(0, 0, 10), box(2, 2, 3), 9],
    ['neighbours along a border', box(0, 0, 10), box(10, 0, 10), 0],
    ['neighbours with a corner on the middle of a border', box(0, 0, 10), box(10, 5, 10), 0],
    ['a corner in common', box(0, 0, 10), box(10, 10, 10), 0],
    ['far apart', box(0, 0, 10), box(100, 0, 10), 0],
    ['an encroachment of 0.5 m × 60 m', box(0, 0, 60, 40), box(0, 39.5, 60, 40), 30],
    ['a shape in the hole of another', frame, box(12, 12, 6), 0],
    ['a shape over the hole', frame, box(5, 5, 20), 300],
    ['frame and frame, shifted by half a width', frame, moved(frame, 15, 0), 350],
    ['two parts against one', [...box(0, 0, 4), ...box(8, 0, 4)], box(2, 2, 8), 8],
    ['nothing at all', [], box(0, 0, 10), 0],
    [
      'a triangle with a square',
      [
        [
          ringOf([
            [0, 0],
            [10, 0],
            [0, 10],
          ]),
        ],
      ],
      box(0, 0, 5),
      25,
    ],
    [
      'a triangle cut by a parallel of its long side',
      [
        [
          ringOf([
            [0, 0],
            [10, 0],
            [0, 10],
          ]),
        ],
      ],
      box(0, 0, 10, 4),
      32,
    ],
  ])('%s', (_, a, b, expected) => {
    expect(common(a, b)).toBeCloseTo(expected, 7)
    expect(common(b, a)).toBeCloseTo(expected, 7)
  })

  test('rings may turn either way', () => {
    const clockwise = frame.map((polygon) => polygon.map((ring) => ring.toReversed()))
    expect(common(clockwise, box(5, 5, 20))).toBeCloseTo(300, 7)
  })

  test.each(cases)('$source', ({ a, b, intersectionM2 }) => {
    const [p, q] = [a, b] as [MultiPolygon, MultiPolygon]
    expect(Math.abs(common(p, q) - intersectionM2)).toBeLessThan(1e-9)
    const far = (shape: MultiPolygon): MultiPolygon =>
      shape.map((polygon) => polygon.map((ring) => ring.map(([x, y]) => [x + HERE[0], y + HERE[1]])))
    expect(Math.abs(common(far(p), far(q)) - intersectionM2)).toBeLessThan(1e-7)
  })

  test('a coastline of 20,000 corners against a parcel on it', () => {
    // teeth of 1 m along y = 0: half of every metre lies above it
    const teeth = Array.from({ length: 20_000 }, (_, k): [number, number] => [10_000 - k / 2, k % 2])
    const coast: MultiPolygon = [[ringOf([[0, -100], [10_000, -100], ...teeth])]]
    expect(common(coast, box(5_000, 0, 40, 20))).toBeCloseTo(20, 6)
    expect(common(coast, coast)).toBeCloseTo(planarAreaM2(coast), 3)
  })
})

describe('for any shapes', () => {
  test('the order of the two does not matter', () => {
    fc.assert(fc.property(star, star, (a, b) => Math.abs(common(a, b) - common(b, a)) < 1e-7))
  })

  test('a shape has its whole area in common with itself', () => {
    fc.assert(fc.property(star, (a) => Math.abs(common(a, a) - planarAreaM2(a)) < 1e-7))
  })

  test('cut in two, its halves add up', () => {
    fc.assert(
      fc.property(star, star, fc.integer({ min: -10, max: 50 }), (a, b, at) => {
        const west = box(-100, -100, 100 + at, 300)
        const east = box(at, -100, 200 - at, 300)
        expect(common(a, west) + common(a, east)).toBeCloseTo(planarAreaM2(a), 6)
        expect(common(b, west) + common(b, east)).toBeCloseTo(planarAreaM2(b), 6)
      }),
    )
  })

  test('nothing changes when both are moved', () => {
    const step = fc.integer({ min: -1_000_000, max: 1_000_000 })
    fc.assert(
      fc.property(star, star, step, step, (a, b, x, y) => {
        const [dx, dy] = [x / 10, y / 10]
        return Math.abs(common(moved(a, dx, dy), moved(b, dx, dy)) - common(a, b)) < 1e-6
      }),
    )
  })
})

describe('for any shapes, holes and parts included', () => {
  const any = fc.oneof(star, manyStars)
  const close = (a: number, b: number, size: number): boolean => Math.abs(a - b) <= 1e-9 * size + 1e-7

  test('symmetry', () => {
    fc.assert(
      fc.property(any, any, (a, b) => close(common(a, b), common(b, a), planarAreaM2(a) + planarAreaM2(b))),
    )
  })

  test('a line in any direction splits a shape into two that add up, with what each has in common with another', () => {
    const angle = fc.integer({ min: 0, max: 359 })
    fc.assert(
      fc.property(any, any, angle, fc.integer({ min: -20, max: 130 }), (a, b, degrees, at) => {
        const [west, east] = halfPlanes(degrees, at)
        expect(close(common(a, west) + common(a, east), planarAreaM2(a), planarAreaM2(west))).toBe(true)
        // the same with constructed halves: what b has of a is what it has of both halves
        const halves = [west, east].map((half) => overlapShape(a, half).flatMap((piece) => piece.geometry()))
        const ofHalves = halves.reduce((sum, half) => sum + common(half, b), 0)
        expect(Math.abs(ofHalves - common(a, b))).toBeLessThan(1e-5)
      }),
      { numRuns: 60 },
    )
  })

  test('turn, start and order of rings and parts do not matter', () => {
    fc.assert(
      fc.property(any, any, fc.nat(), fc.boolean(), (a, b, start, turn) => {
        const otherwise = a.toReversed().map((polygon) =>
          polygon.map((ring) => {
            const open = ring.slice(0, -1)
            const at = start % open.length
            const begun = [...open.slice(at), ...open.slice(0, at)]
            const closed = [...begun, begun[0]!]
            return turn ? closed.toReversed() : closed
          }),
        )
        return close(common(otherwise, b), common(a, b), planarAreaM2(a))
      }),
    )
  })

  test('points put on borders move them by less than the grid, and the area by less than their length times that', () => {
    fc.assert(
      fc.property(any, any, fc.integer({ min: 1, max: 9 }), (a, b, points) => {
        const dense = densified(a, points)
        return Math.abs(common(dense, b) - common(a, b)) <= perimeterM(a) * 0.71e-4
      }),
    )
  })

  test('points that lie exactly on borders change nothing', () => {
    const frame: MultiPolygon = [[boxRing(0, 0, 30), boxRing(10, 10, 10).toReversed()], ...box(40, 0, 20)]
    fc.assert(
      fc.property(any, fc.constantFrom(1, 3, 4, 9), (b, points) =>
        close(common(densified(frame, points), b), common(frame, b), planarAreaM2(frame)),
      ),
    )
  })

  test('a shape and what is left of it when another is taken away have nothing in common with it but the rest', () => {
    fc.assert(
      fc.property(any, any, (a, b) => {
        const left = differenceShape(a, [b]).flatMap((piece) => piece.geometry())
        expect(Math.abs(common(left, a) - (planarAreaM2(a) - common(a, b)))).toBeLessThan(1e-5)
        expect(Math.abs(common(left, b))).toBeLessThan(1e-5)
      }),
      { numRuns: 60 },
    )
  })

  /** Two squares of 2 km whose common border runs through the point `at` metres from HERE, in this direction. */
  function halfPlanes(degrees: number, at: number): [MultiPolygon, MultiPolygon] {
    const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]
    const turnedAt = (u: number, v: number): [number, number] => [at + c * u - s * v, at + s * u + c * v]
    const side = (sign: 1 | -1): MultiPolygon => [
      [
        ringOf([
          turnedAt(0, -1000),
          turnedAt(sign * 1000, -1000),
          turnedAt(sign * 1000, 1000),
          turnedAt(0, 1000),
        ]),
      ],
    ]
    return [side(-1), side(1)]
  }
})

describe('all overlapping pairs', () => {
  const pairsOf = (a: PolygonSet, b: PolygonSet | null): string[] => {
    const found: string[] = []
    overlappingPairs(a, b, (i, j, areaM2) => found.push(`${i}-${j}: ${areaM2.toFixed(3)}`))
    return found.sort()
  }

  test('each once, touching ones not at all', () => {
    const set = PolygonSet.fromMultiPolygons([
      box(0, 0, 10),
      box(5, 5, 10),
      box(15, 5, 10),
      [],
      box(-50, -50, 200),
    ])
    expect(pairsOf(set, null)).toEqual(['0-1: 25.000', '0-4: 100.000', '1-4: 100.000', '2-4: 100.000'])
  })

  test('between two sets', () => {
    const a = PolygonSet.fromMultiPolygons([box(0, 0, 10), box(20, 0, 10)])
    const b = PolygonSet.fromMultiPolygons([box(25, 0, 10), box(5, 0, 20), box(100, 100, 1)])
    expect(pairsOf(a, b)).toEqual(['0-1: 50.000', '1-0: 50.000', '1-1: 50.000'])
  })

  test('from a least area on', () => {
    const set = PolygonSet.fromMultiPolygons([box(0, 0, 10), box(9, 0, 10), box(-9.9, 0, 10)])
    const areas: number[] = []
    overlappingPairs(set, null, (_, __, areaM2) => areas.push(areaM2), 1)
    expect(areas).toHaveLength(1)
    expect(areas[0]).toBeCloseTo(10, 6)
  })

  test('the same pairs as trying them all, small and huge shapes mixed', () => {
    fc.assert(
      fc.property(fc.array(star, { minLength: 2, maxLength: 25 }), (shapes) => {
        const set = PolygonSet.fromMultiPolygons([box(-100, -100, 300), ...shapes, box(500, 500, 0.5)])
        const tried: string[] = []
        for (let i = 0; i < set.count; i++) {
          for (let j = i + 1; j < set.count; j++) {
            const areaM2 = pairAreaM2(set, i, set, j)
            if (areaM2 > 1e-6) tried.push(`${i}-${j}: ${areaM2.toFixed(3)}`)
          }
        }
        expect(pairsOf(set, null)).toEqual(tried.sort())
      }),
      { numRuns: 40 },
    )
  })
})
