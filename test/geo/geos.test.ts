import fc from 'fast-check'
import { expect, test } from 'vitest'
import { overlappingPairs, pairAreaM2 } from '../../server/geo/pair-area.ts'
import type { MultiPolygon } from '../../server/geo/polygon.ts'
import { PolygonSet } from '../../server/geo/polygon-set.ts'
import { decodeMultiPolygon } from '../../server/geo/wkb.ts'
import { demoRecords } from '../build/edits.ts'
import { geosCommonM2, geosIsValid } from './geos.ts'
import { densified, manyStars } from './shapes.ts'

const kernelM2 = (a: MultiPolygon, b: MultiPolygon): number =>
  pairAreaM2(PolygonSet.fromMultiPolygons([a]), 0, PolygonSet.fromMultiPolygons([b]), 0)
/** A billionth of the larger shape. */
const allowed = (a: PolygonSet, i: number, b: PolygonSet, j: number): number =>
  Math.max(a.areaM2(i), b.areaM2(j)) * 1e-9

test('the area kernel agrees with GEOS on shapes of several parts, with holes and with corners on borders', () => {
  fc.assert(
    fc.property(manyStars, manyStars, fc.integer({ min: 0, max: 6 }), (a, b, points) => {
      const finer = densified(a, points)
      fc.pre(geosIsValid(finer) && geosIsValid(b))
      const [p, q] = [PolygonSet.fromMultiPolygons([finer]), PolygonSet.fromMultiPolygons([b])]
      expect(Math.abs(kernelM2(finer, b) - geosCommonM2(finer, b))).toBeLessThan(allowed(p, 0, q, 0))
      expect(Math.abs(kernelM2(finer, finer) - p.areaM2(0))).toBeLessThan(allowed(p, 0, p, 0))
    }),
    { numRuns: 1_500, seed: 3 },
  )
})

test('and on every pair of approvals, supplies and titles of the demo city, those it leaves out included', () => {
  const records = demoRecords(800, 1).filter(({ wkb }) => wkb !== null)
  const sides = ['approval', 'supply', 'registration'].map((kind) =>
    records.filter((record) => record.kind === kind).map(({ wkb }) => decodeMultiPolygon(wkb!)),
  )
  const sets = sides.map((shapes) => PolygonSet.fromMultiPolygons(shapes))
  let pairs = 0
  for (const [x, y] of [
    [0, 0],
    [0, 1],
    [1, 2],
    [0, 2],
  ] as const) {
    const [a, b] = [sets[x]!, sets[y]!]
    overlappingPairs(
      a,
      x === y ? null : b,
      (i, j, areaM2) => {
        pairs++
        const m2 = geosCommonM2(sides[x]![i]!, sides[y]![j]!)
        expect(Math.abs(areaM2 - m2), `${x} ${i} ${y} ${j}`).toBeLessThan(allowed(a, i, b, j))
      },
      -Infinity,
    )
  }
  expect(pairs).toBeGreaterThan(3_000)
})
