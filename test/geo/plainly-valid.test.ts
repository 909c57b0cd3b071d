import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import * as fc from 'fast-check'
import { isPlainlyValid } from '../../server/geo/plainly-valid.ts'
import type { MultiPolygon, Position, Ring } from '../../server/geo/polygon.ts'
import { encodeMultiPolygon } from '../../server/geo/wkb.ts'
import { eachBase } from '../helpers/database.ts'

const [EAST, NORTH] = [410_000, 3_078_000]
const ring = (...corners: readonly (readonly [number, number])[]): Ring =>
  [...corners, corners[0]!].map(([x, y]): Position => [EAST + x, NORTH + y])
const square = (x: number, y: number, side: number): Ring =>
  ring([x, y], [x + side, y], [x + side, y + side], [x, y + side])
const circle = (x: number, y: number, radius: number, corners: number): Ring =>
  ring(
    ...Array.from({ length: corners }, (_, i): [number, number] => {
      const angle = (i / corners) * 2 * Math.PI
      return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)]
    }),
  )

describe('plainly valid', () => {
  test.each<[string, MultiPolygon]>([
    ['a triangle', [[ring([0, 0], [10, 0], [0, 10])]]],
    ['a square', [[square(0, 0, 10)]]],
    ['a corner on a straight side', [[ring([0, 0], [5, 0], [10, 0], [10, 10], [0, 10])]]],
    ['a comb', [[ring([0, 0], [9, 0], [9, 9], [6, 9], [6, 1], [3, 1], [3, 9], [0, 9])]]],
    ['a ring of 2,000 corners', [[circle(0, 0, 500, 2000)]]],
    ['a hole', [[square(0, 0, 10), square(2, 2, 3)]]],
    ['two holes', [[square(0, 0, 10), square(1, 1, 3), square(5, 5, 3)]]],
    ['two parts', [[square(0, 0, 10)], [square(20, 0, 10)]]],
    ['a wedge of a hundredth of a degree', [[ring([0, 0], [100, 0], [100, 0.02])]]],
  ])('%s', (_, shape) => expect(isPlainlyValid(shape)).toBe(true))

  test.each<[string, MultiPolygon]>([
    ['nothing', []],
    ['a bow-tie', [[ring([0, 0], [10, 10], [10, 0], [0, 10])]]],
    ['a spike', [[ring([0, 0], [10, 0], [20, 0], [10, 0], [10, 10], [0, 10])]]],
    ['a corner on a far side', [[ring([0, 0], [10, 0], [10, 10], [5, 0], [0, 10])]]],
    ['a corner that touches another', [[ring([0, 0], [5, 5], [10, 0], [10, 10], [5, 5], [0, 10])]]],
    [
      'a tenth of a millimetre less than touching',
      [[ring([0, 0], [10, 0], [10, 10], [5, 0.000001], [0, 10])]],
    ],
    ['a hole outside', [[square(0, 0, 10), square(20, 20, 3)]]],
    ['a hole that touches its outer ring', [[square(0, 0, 10), square(0, 2, 3)]]],
    ['a hole in a hole', [[square(0, 0, 20), square(2, 2, 10), square(4, 4, 2)]]],
    ['parts that overlap', [[square(0, 0, 10)], [square(5, 5, 10)]]],
    ['a part in a part', [[square(0, 0, 10)], [square(2, 2, 3)]]],
    ['the same part twice', [[square(0, 0, 10)], [square(0, 0, 10)]]],
    ['an open ring', [[square(0, 0, 10).slice(0, 4)]]],
    ['a number that is none', [[ring([0, 0], [Number.NaN, 0], [10, 10])]]],
  ])('not: %s', (_, shape) => expect(isPlainlyValid(shape)).toBe(false))
})

/** Rings on a coarse or a fine grid: most are invalid, many touch, some are good. */
const someRing = fc
  .tuple(
    fc.constantFrom(1, 0.0001),
    fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 })), {
      minLength: 3,
      maxLength: 7,
    }),
  )
  .map(([step, corners]) => ring(...corners.map(([x, y]): [number, number] => [x * step, y * step])))
/** Around a centre, so that more are good. */
const starRing = fc
  .tuple(
    fc.integer({ min: -20, max: 20 }),
    fc.integer({ min: -20, max: 20 }),
    fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 3, maxLength: 60 }),
  )
  .map(([x, y, radii]) =>
    ring(
      ...radii.map((radius, i): [number, number] => {
        const angle = (i / radii.length) * 2 * Math.PI
        return [
          Math.round((x + radius * Math.cos(angle)) * 1e4) / 1e4,
          Math.round((y + radius * Math.sin(angle)) * 1e4) / 1e4,
        ]
      }),
    ),
  )
const anyRing = fc.oneof(someRing, starRing)
const shapes = fc.array(fc.array(anyRing, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 2 })

eachBase('what is plainly valid', (open) => {
  test('PostGIS calls valid, and few that it calls valid are left to it', async () => {
    const given = fc.sample(shapes, { numRuns: 4000, seed: 20_240_315 })
    const hex = given.map((shape) => Buffer.from(encodeMultiPolygon(shape)).toString('hex'))
    const { rows } = await sql<{ n: number; valid: boolean }>`
      select n::int4 as n, st_isvalid(st_geomfromwkb(decode(wkb, 'hex'), 4547)) as valid
      from unnest(${hex}::text[]) with ordinality as given(wkb, n) order by n
    `.execute(open().db)
    const plain = given.map(isPlainlyValid)
    expect(rows.filter(({ valid }, i) => plain[i] && !valid)).toEqual([])
    const valid = rows.filter(({ valid }) => valid).length
    expect(valid).toBeGreaterThan(500)
    expect(plain.filter(Boolean).length).toBeGreaterThan(0.8 * valid)
  })
})
