import { describe, expect, test } from 'vitest'
import { perimeterM, planarAreaM2 } from '../../server/geo/area.ts'
import { withoutHair } from '../../server/geo/hair.ts'
import { noiseTest, realPart } from '../../server/geo/noise.ts'
import { differenceShape, unionShape } from '../../server/geo/overlap-shape.ts'
import type { MultiPolygon } from '../../server/geo/polygon.ts'
import { box, ringOf, turned } from './shapes.ts'

const asPiece = (shape: MultiPolygon) => ({
  areaM2: planarAreaM2(shape),
  perimeterM: perimeterM(shape),
  geometry: () => shape,
})

/** A strip of 0.5 m × 30 m with a tail 200 m long. */
const strip = (tailM: number): MultiPolygon => [
  [
    ringOf([
      [0, 0],
      [230, 0],
      [230, tailM],
      [30, tailM],
      [30, 0.5],
      [0, 0.5],
    ]),
  ],
]

describe('a hair on a real piece', () => {
  test.each([0.0001, 0.0005, 0.0019])('%f m wide does not make it noise', (tailM) => {
    const piece = asPiece(strip(tailM))
    expect((2 * piece.areaM2) / piece.perimeterM).toBeLessThan(0.07) // by its size alone it would be
    const [core, ...more] = withoutHair(piece.geometry())!
    expect(more).toEqual([])
    expect(core!.areaM2).toBeCloseTo(15, 1)
    expect((2 * core!.areaM2) / core!.perimeterM).toBeCloseTo(30 / 61, 2)
    expect(noiseTest(piece)).toBeNull()
    expect(realPart([piece])).toEqual([piece])
  })

  test('in any direction', () => {
    // turned, it is five times as large
    const hairy = turned(strip(0.0001))
    expect(noiseTest(asPiece(hairy))).toBeNull()
  })

  test('a tail of centimetres is a sliver, and counts', () => {
    expect(noiseTest(asPiece(strip(0.05)))).toBe('mean_width')
  })

  test('two real pieces on one hair are both seen', () => {
    const both = unionShape([strip(0.0001), box(229, 0, 30, 0.5)]).flatMap((piece) => piece.geometry())
    expect(both).toHaveLength(1)
    expect(withoutHair(both)).toHaveLength(2)
    expect(noiseTest(asPiece(both))).toBeNull()
  })

  test('a hole one drawing leaves beside another is a hair between them', () => {
    const frame = differenceShape(box(0, 0, 60, 1), [box(0.5, 0.9995, 59, 0.0004)]).flatMap((piece) =>
      piece.geometry(),
    )
    expect(noiseTest(asPiece(frame))).toBeNull()
  })
})

describe('what is noise without a hair stays noise', () => {
  const lens = (corners: number): MultiPolygon => {
    const bow = Array.from({ length: corners }, (_, k): [number, number] => {
      const share = k / (corners - 1)
      return [4_900 * share, -4 * 0.248 * share * (1 - share)]
    })
    return [[ringOf(bow)]]
  }

  test.each([3, 12, 50, 400])('the bow of 4.9 km of a parallel, drawn with %i corners', (corners) => {
    expect(noiseTest(asPiece(lens(corners)))).toBe('mean_width')
  })

  test('a strip of 0.1 m × 60 m, a hair alone, and half a square metre on a hair', () => {
    expect(noiseTest(asPiece(box(0, 0, 60, 0.1)))).toBe('mean_width')
    expect(noiseTest(asPiece(box(0, 0, 600, 0.001)))).toBe('mean_width')
    expect(
      noiseTest(
        asPiece([
          [
            ringOf([
              [0, 0],
              [230, 0],
              [230, 0.0001],
              [1, 0.0001],
              [1, 0.5],
              [0, 0.5],
            ]),
          ],
        ]),
      ),
    ).toBe('mean_width')
  })

  test('a plain rectangle is not looked at twice', () => {
    expect(withoutHair(box(0, 0, 60, 0.1))).toBeNull()
  })

  test('at the limit itself a piece is real', () => {
    // 2 · 20.4 · w / (2 · (20.4 + w)) = 0.2
    expect(noiseTest({ areaM2: 2.02, perimeterM: 20.2 })).toBeNull()
    expect(noiseTest({ areaM2: 2.02, perimeterM: 20.21 })).toBe('mean_width')
    expect(noiseTest({ areaM2: 1, perimeterM: 4 })).toBeNull()
    expect(noiseTest({ areaM2: 0.999, perimeterM: 4 })).toBe('area')
  })
})
