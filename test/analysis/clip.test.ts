import { beforeEach, describe, expect, test, vi } from 'vitest'
import { analyseShape } from '../../server/analysis/analyse-shape.ts'
import { intersectShapes, subtractShapes } from '../../server/analysis/clip.ts'
import { planarAreaM2 } from '../../server/geo/area.ts'
import type { MultiPolygon } from '../../server/geo/polygon.ts'
import { box, boxRing, ringOf } from '../geo/shapes.ts'

const turf = vi.hoisted(() => ({ giveUp: false, asked: 0 }))
vi.mock('@turf/turf', async (original) => {
  const real = await original<typeof import('@turf/turf')>()
  const unlessGivenUp =
    <A extends readonly unknown[], R>(clip: (...args: A) => R) =>
    (...args: A): R => {
      turf.asked++
      if (turf.giveUp) throw new Error('Unable to complete output ring starting at [0, 0]')
      return clip(...args)
    }
  return {
    ...real,
    intersect: unlessGivenUp(real.intersect),
    difference: unlessGivenUp(real.difference),
    union: unlessGivenUp(real.union),
  }
})
beforeEach(() => {
  turf.giveUp = false
  turf.asked = 0
})

const other = (recordId: number, shape: MultiPolygon) =>
  ({ recordId, kind: 'approval', layer: '', doc: null, shape }) as const

describe('when turf gives up', () => {
  test('the core answers the same, and what turf said is kept with the record', () => {
    const input = {
      shape: box(0, 0, 100),
      others: [other(7, box(50, 50, 100)), other(8, box(-50, -50, 60))],
      asOf: '2024-06-30',
    }
    const usual = analyseShape(input)
    turf.giveUp = true
    const { givenUp, ...rest } = analyseShape(input)
    expect({ ...rest, givenUp: [] }).toEqual(usual)
    expect(givenUp).toEqual([
      { recordId: 7, reason: 'Unable to complete output ring starting at [0, 0]' },
      { recordId: 8, reason: 'Unable to complete output ring starting at [0, 0]' },
      { recordId: null, reason: 'Unable to complete output ring starting at [0, 0]' },
    ])
  })

  test('whoever clips without listening still gets an answer', () => {
    turf.giveUp = true
    expect(intersectShapes(box(0, 0, 10), box(5, 5, 10))).toEqual(box(5, 5, 5))
    expect(planarAreaM2(subtractShapes(box(0, 0, 10), [box(5, 5, 10)]))).toBe(75)
  })
})

describe('a shape is constructed only where borders cross', () => {
  test('neighbours, shapes inside and shapes around are answered by the kernel', () => {
    const { overlaps } = analyseShape({
      shape: box(0, 0, 100),
      others: [
        other(1, box(100, 0, 50)), // a neighbour
        other(2, box(10, 10, 20)), // inside
        other(3, box(-10, -10, 200)), // around
      ],
      asOf: '2024-06-30',
    })
    expect(overlaps.map(({ recordId, planarM2, geometry }) => [recordId, planarM2, geometry])).toEqual([
      [3, 10_000, box(0, 0, 100)],
      [2, 400, box(10, 10, 20)],
    ])
    expect(turf.asked).toBe(1) // for the remainder
  })

  test('a shape in the hole of another has nothing in common with it', () => {
    const frame: MultiPolygon = [[boxRing(0, 0, 30), boxRing(10, 10, 10).toReversed()]]
    const { overlaps, remainder } = analyseShape({
      shape: box(10, 10, 10),
      others: [other(1, frame)],
      asOf: '2024-06-30',
    })
    expect(overlaps).toEqual([])
    expect(remainder.planarM2).toBe(100)
  })

  test('shapes of a thousand corners go to the core at once, with the same area', () => {
    const round = (corners: number, x: number): MultiPolygon => [
      [
        ringOf(
          Array.from({ length: corners }, (_, k): [number, number] => {
            const angle = (2 * Math.PI * k) / corners
            return [x + 100 * Math.cos(angle), 100 * Math.sin(angle)]
          }),
        ),
      ],
    ]
    const [few, many] = [round(400, 0), round(1200, 90)]
    const common = planarAreaM2(intersectShapes(few, many))
    const left = planarAreaM2(subtractShapes(few, [many]))
    expect(turf.asked).toBe(0)
    expect(common + left).toBeCloseTo(planarAreaM2(few), 4)
    // two circles of radius 100 m, 90 m apart: 2 r² acos(d/2r) − d/2 √(4r² − d²)
    const lens = 2 * 100 ** 2 * Math.acos(0.45) - 45 * Math.sqrt(40_000 - 8_100)
    expect(Math.abs(common - lens)).toBeLessThan(2)
  })
})
