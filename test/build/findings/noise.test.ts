import { describe, expect, test } from 'vitest'
import { snapToGrid, toWorking } from '../../../server/geo/project.ts'
import type { MultiPolygon, Position } from '../../../server/geo/polygon.ts'
import { approval, parcelCode, rect, registration, supervisionNo, supply } from '../given.ts'
import { found, gist } from './found.ts'

/**
 * Land between two parallels, from 113.10°E to 113.15°E: 4.9 km at 27.8°N. Both are straight in degrees; in the plane
 * a parallel is a curve, and only a border of many corners follows it (domain.md 7.1, design section 3).
 */
function between(
  southLat: number,
  northLat: number,
  cornersOf: { south: number; north: number },
): MultiPolygon {
  const line = (lat: number, n: number): Position[] =>
    Array.from({ length: n + 1 }, (_, i): Position => [113.1 + (0.05 * i) / n, lat])
  const ring = [...line(southLat, cornersOf.south), ...line(northLat, cornersOf.north).toReversed()]
  return snapToGrid(toWorking([[[...ring, ring[0]!]]])) // as an import does
}

describe('a border along a parallel, drawn by two offices with different corners', () => {
  const detailed = between(27.8, 27.82, { south: 64, north: 1 })
  const coarse = between(27.78, 27.8, { south: 1, north: 1 })

  test.each([
    ['P101', approval('北〔2020〕1号', detailed), approval('南〔2021〕2号', coarse)],
    ['P207', supply(supervisionNo(1), detailed), supply(supervisionNo(2), coarse)],
    ['P401', registration(parcelCode(1), detailed), registration(parcelCode(2), coarse)],
  ])('%s: 823 m² of overlap are noise, because they are 17 cm wide', async (code, north, south) => {
    const [finding, ...others] = await found(code, [north, south])
    expect(others).toEqual([])
    expect(finding!.noise).toBe(true)
    expect(finding!.detail.test).toBe('mean_width')
    // a chord of c = 4,927 m under an arc of radius R = 6,383 km / tan 27.8° = 12,107 km: c³ / 12 R = 823 m², and its mean
    // width is two thirds of the sagitta c² / 8 R = 0.251 m
    expect(Math.abs(finding!.planarM2! - 823)).toBeLessThan(2)
    expect(finding!.detail.meanWidthM).toBeCloseTo(0.167, 3)
  })

  test('the other way round there is a gap, and nothing is found at all', async () => {
    const north = approval('北〔2020〕1号', between(27.8, 27.82, { south: 1, north: 1 }))
    const south = approval('南〔2021〕2号', between(27.78, 27.8, { south: 1, north: 64 }))
    expect(await found('P101', [north, south])).toEqual([])
  })

  test('drawn alike they only touch', async () => {
    const south = approval('南〔2021〕2号', between(27.78, 27.8, { south: 1, north: 64 }))
    expect(await found('P101', [approval('北〔2020〕1号', detailed), south])).toEqual([])
  })
})

describe('an encroachment of 0.5 m along 60 m', () => {
  const land = rect(0, 0, 100, 60)
  const next = rect(99.5, 0, 100, 60)
  test.each([
    ['P101', approval('甲', land), approval('乙', next)],
    ['P207', supply(supervisionNo(1), land), supply(supervisionNo(2), next)],
    ['P401', registration(parcelCode(1), land), registration(parcelCode(2), next)],
  ])('%s: is real: 30 m², 2 × 30 / 121 = 0.4959 m wide', async (code, a, b) => {
    const findings = await found(code, [a, b])
    expect(gist(findings).map(([, ...rest]) => rest)).toEqual([[30, false]])
    expect(findings[0]!.detail).toMatchObject({ test: 'real', meanWidthM: 0.4959, overlap: 'partial' })
    expect([findings[0]!.shareOfFirst, findings[0]!.shareOfSecond]).toEqual([
      expect.closeTo(0.005, 9),
      expect.closeTo(0.005, 9),
    ])
  })
})
