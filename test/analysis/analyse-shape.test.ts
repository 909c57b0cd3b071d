import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { analyseShape, type OtherShape, type ShapeAnalysis } from '../../server/analysis/analyse-shape.ts'
import { planarAreaM2 } from '../../server/geo/area.ts'
import { ellipsoidAreaM2 } from '../../server/geo/ellipsoid-area.ts'
import { differenceShape, overlapShape } from '../../server/geo/overlap-shape.ts'
import type { MultiPolygon } from '../../server/geo/polygon.ts'
import { box, boxRing, HERE, star } from '../geo/shapes.ts'

const approval = (recordId: number, shape: MultiPolygon): OtherShape => ({
  recordId,
  kind: 'approval',
  layer: '',
  doc: `湘政地〔2023〕${recordId}号`,
  shape,
})
const analyse = (shape: MultiPolygon, ...others: MultiPolygon[]): ShapeAnalysis =>
  analyseShape({ shape, others: others.map((other, i) => approval(i + 1, other)), asOf: '2024-06-30' })

describe('one shape against the base', () => {
  test('a quarter of a hectare is approved already, three quarters are left', () => {
    const { overlaps, remainder, ...areas } = analyse(box(0, 0, 100), box(50, 50, 100))
    expect(areas).toMatchObject({ asOf: '2024-06-30', areaPlanarM2: 10_000 })
    expect(areas.areaEllipsoidM2).toBeCloseTo(9998.1774, 4)
    expect(overlaps).toHaveLength(1)
    expect(overlaps[0]).toMatchObject({
      recordId: 1,
      doc: '湘政地〔2023〕1号',
      planarM2: 2500,
      noise: false,
      test: 'none',
    })
    expect(overlaps[0]!.shareOfDrawn).toBeCloseTo(0.25, 12)
    expect(overlaps[0]!.shareOfOther).toBeCloseTo(0.25, 12)
    expect(overlaps[0]!.geometry).toEqual(box(50, 50, 50))
    expect(remainder.planarM2).toBe(7500)
  })

  test('parts add up exactly in the plane, but on the ellipsoid only until a long border gets a new corner', () => {
    const { overlaps, remainder, ...areas } = analyse(box(0, 0, 100), box(50, 50, 100))
    expect(remainder.planarM2 + overlaps[0]!.planarM2).toBe(areas.areaPlanarM2)
    // Borders run straight in lon/lat there. A northern border of L = 100 m bends by L² tan φ / 8R = 0.103 mm from one
    // straight in the plane; a corner put on its middle takes that up: ½ · L · 0.103 mm = 0.0052 m².
    const gained = remainder.ellipsoidM2 + overlaps[0]!.ellipsoidM2 - areas.areaEllipsoidM2
    expect(Math.abs(gained - 0.0052)).toBeLessThan(0.0003)
  })

  test('neighbours and shapes far away are not listed, and nothing is cut off', () => {
    const { overlaps, remainder } = analyse(
      box(0, 0, 100),
      box(100, 0, 100),
      box(100, 100, 50),
      box(900, 0, 10),
    )
    expect(overlaps).toEqual([])
    expect(remainder.planarM2).toBe(10_000)
    expect(remainder.geometry).toEqual(box(0, 0, 100))
  })

  test('with no others at all, all of it is left', () => {
    const shape: MultiPolygon = [[boxRing(0, 0, 30), boxRing(10, 10, 10).toReversed()]]
    expect(analyse(shape)).toMatchObject({ overlaps: [], remainder: { planarM2: 800 } })
  })

  test('wholly covered, nothing is left', () => {
    expect(analyse(box(0, 0, 10), box(-5, -5, 30))).toMatchObject({
      overlaps: [{ planarM2: 100, shareOfDrawn: 1, shareOfOther: 100 / 900 }],
      remainder: { planarM2: 0, ellipsoidM2: 0, geometry: [] },
    })
  })

  test('the largest overlap comes first, and land covered twice is taken away once', () => {
    const { overlaps, remainder } = analyse(box(0, 0, 10), box(0, 0, 4, 10), box(2, 0, 5, 10))
    expect(overlaps.map(({ recordId, planarM2 }) => [recordId, planarM2])).toEqual([
      [2, 50],
      [1, 40],
    ])
    expect(remainder.planarM2).toBe(30)
  })

  test('noise is listed and called so, with the test it fails', () => {
    const { overlaps } = analyse(box(0, 0, 100), box(99.9, 0, 50, 100), box(-50, -50, 50.8, 50.8))
    expect(overlaps).toMatchObject([
      { recordId: 1, noise: true, test: 'mean_width' }, // 0.1 m × 100 m
      { recordId: 2, noise: true, test: 'area' }, // 0.8 m × 0.8 m
    ])
  })

  test('0.5 m × 60 m is real, and one real piece makes the whole overlap real', () => {
    expect(analyse(box(0, 0, 60, 40), box(0, 39.5, 60, 40)).overlaps[0]).toMatchObject({
      noise: false,
      test: 'none',
    })
    const sliverAndRoom: MultiPolygon = [...box(99.9, 0, 50, 40), ...box(90, 50, 50, 10)]
    expect(analyse(box(0, 0, 100), sliverAndRoom).overlaps[0]).toMatchObject({ noise: false, test: 'none' })
    const twoSlivers: MultiPolygon = [...box(99.9, 0, 50, 40), ...box(99.9, 50, 50, 10)]
    expect(analyse(box(0, 0, 100), twoSlivers).overlaps[0]).toMatchObject({ noise: true, test: 'mean_width' })
  })

  test('limits can be set', () => {
    const { overlaps } = analyseShape({
      shape: box(0, 0, 60, 40),
      others: [approval(1, box(0, 39.5, 60, 40))],
      asOf: '2024-06-30',
      noiseLimits: { meanWidthM: 1, areaM2: 1 },
    })
    expect(overlaps[0]).toMatchObject({ noise: true, test: 'mean_width' })
  })

  test('two parts that meet in a point are judged one by one', () => {
    const checker: MultiPolygon = [...box(0, 0, 0.9), ...box(0.9, 0.9, 0.9)]
    const { overlaps } = analyse(box(-5, -5, 20), checker)
    expect(overlaps[0]!.geometry).toHaveLength(2)
    expect(overlaps[0]).toMatchObject({ noise: true, test: 'area' })
  })

  test('corners that were there stay exactly where they were', () => {
    const shape = box(0.1234, 0.5678, 33.3333)
    const corner = analyse(shape, box(20, 20, 50)).remainder.geometry[0]![0]!
    for (const position of shape[0]![0]!.slice(0, 2)) expect(corner).toContainEqual(position)
  })
})

describe('the same answers as the build', () => {
  test('areas to a billionth of the larger shape, the same pieces, the same noise', () => {
    fc.assert(
      fc.property(star, fc.array(star, { minLength: 1, maxLength: 5 }), (shape, others) => {
        const { overlaps, remainder } = analyse(shape, ...others)
        const allowed = 1e-9 * Math.max(...[shape, ...others].map(planarAreaM2)) + 1e-6
        for (const [i, other] of others.entries()) {
          const pieces = overlapShape(shape, other)
          const core = pieces.reduce((sum, piece) => sum + piece.areaM2, 0)
          const mine = overlaps.find((overlap) => overlap.recordId === i + 1)
          expect(Math.abs((mine?.planarM2 ?? 0) - core)).toBeLessThan(allowed)
        }
        const left = differenceShape(shape, others)
        expect(
          Math.abs(remainder.planarM2 - left.reduce((sum, piece) => sum + piece.areaM2, 0)),
        ).toBeLessThan(allowed * others.length)
      }),
      { numRuns: 40 },
    )
  })

  test('what is left and what is shared add up to the shape; on the ellipsoid but for the bend of its borders', () => {
    fc.assert(
      fc.property(star, star, (a, b) => {
        const { overlaps, remainder, areaPlanarM2, areaEllipsoidM2 } = analyse(a, b)
        const [shared] = overlaps
        expect(remainder.planarM2 + (shared?.planarM2 ?? 0)).toBeCloseTo(areaPlanarM2, 5)
        expect(remainder.ellipsoidM2 + (shared?.ellipsoidM2 ?? 0)).toBeCloseTo(areaEllipsoidM2, 2)
      }),
      { numRuns: 40 },
    )
  })

  test('the area shown is never the one turf would measure on a sphere', () => {
    const shape = box(0, 0, 1000)
    const { areaPlanarM2, areaEllipsoidM2 } = analyse(shape)
    expect(areaPlanarM2).toBe(1_000_000)
    expect(areaEllipsoidM2).toBe(ellipsoidAreaM2(shape))
    expect(areaEllipsoidM2).toBeCloseTo(999_819.6386, 3)
    expect(shape[0]![0]![0]).toEqual(HERE)
  })
})
