import { describe, expect, test } from 'vitest'
import { makeCity } from '../../server/build/city.ts'
import { perimeterM, planarAreaM2 } from '../../server/geo/area.ts'
import { realPart } from '../../server/geo/noise.ts'
import { overlapShape } from '../../server/geo/overlap-shape.ts'
import { pairAreaM2 } from '../../server/geo/pair-area.ts'
import type { MultiPolygon } from '../../server/geo/polygon.ts'
import { PolygonSet } from '../../server/geo/polygon-set.ts'
import { makeCity as makeDemoCity } from '../../server/demo/city.ts'
import { approval, completion, recordsOf, rect, supervisionNo, supply, type Given } from './given.ts'
import { differences, storyOf, type Story } from './metamorphic/story.ts'
import { makeTown, randomFrom } from './metamorphic/town.ts'
import { transforms, type Transform } from './metamorphic/transforms.ts'

const AS_OF = '2024-06-30'
/** How many transforms are tried; the goal of issue 3 is 10,000, which takes minutes. */
const COUNT = Number(process.env.TERRIER_METAMORPHIC ?? 360)
/** Transforms tried on one town before the next. */
const PER_TOWN = 24

const everything = ['findings', 'noise', 'parcels', 'ledger', 'links'] as const

/**
 * What two towns tell differently. Where points on borders move them by less than the grid, slivers of noise come and go
 * and areas change by what a plot's border of some hundred metres can move; nothing else does.
 */
function told(before: Story, after: Story, { borderM }: Transform, town: readonly Given[]): string[] {
  if (borderM === 0) return differences(before, after, 1e-6, everything)
  return [
    ...differences(before, after, 300 * borderM, ['findings', 'parcels', 'links']),
    ...differences(before, after, borderOf(town) * borderM, ['ledger']),
  ]
}

const storyOn = async (records: Parameters<typeof makeCity>[1]): Promise<Story> =>
  storyOf(await makeCity(AS_OF, records))

const borderOf = (town: readonly Given[]): number =>
  town.reduce((sum, { shape }) => sum + (shape === null ? 0 : perimeterM(shape)), 0)

describe('the same land told otherwise', () => {
  test.each(transforms)(
    '$name changes no finding, parcel, link or account',
    async (transform) => {
      const tries = Math.ceil(COUNT / transforms.length)
      let tried = 0
      let findings = 0
      for (let seed = 1; tried < tries; seed++) {
        const town = makeTown(seed)
        const before = await storyOn(recordsOf(town))
        findings += before.findings.length
        for (let k = 0; k < PER_TOWN && tried < tries; k++, tried++) {
          const after = await storyOn(transform.of(town, randomFrom(seed * 1000 + k)))
          expect(told(before, after, transform, town), `town ${seed}, try ${k}`).toEqual([])
        }
      }
      expect(findings).toBeGreaterThan(tried / 8) // there was something to lose
    },
    Math.max(120_000, COUNT * 200),
  )

  test('half of a plot is half of it wherever it lies', async () => {
    const town = [
      supply(supervisionNo(1), rect(0, 0, 30.3333, 40)),
      completion('验1', rect(0, 0, 60.6666, 40), { supervision_no: supervisionNo(1) }),
    ]
    const before = await storyOn(recordsOf(town))
    expect(before.links.some(({ words }) => words.includes('验1 certain'))).toBe(true)
    for (let k = 0; k < 50; k++) {
      const after = await storyOn(transforms[0]!.of(town, randomFrom(k)))
      expect(differences(before, after, 1e-6, everything)).toEqual([])
    }
  })

  test('a demo town', async () => {
    const city = makeDemoCity({ parcels: 500, seed: 2 })
    const town = city.deliveries.flatMap((delivery) =>
      [...delivery.records()].map(({ kind, key, fields, geometry, areaDocumentM2 }): Given => ({
        kind,
        layer: delivery.layer ?? '',
        key,
        fields,
        shape: geometry,
        areaDocumentM2,
      })),
    )
    const before = await storyOn(recordsOf(town))
    expect(before.findings.length).toBeGreaterThan(20)
    for (const [k, transform] of transforms.entries()) {
      const after = await storyOn(transform.of(town, randomFrom(k)))
      expect(told(before, after, transform, town), transform.name).toEqual([])
    }
  })
})

test('the comparison itself is not blind', async () => {
  const town = [approval('甲', rect(0, 0, 100, 100)), approval('乙', rect(50, 0, 100, 100))]
  const before = await storyOn(recordsOf(town))
  const moved = await storyOn(
    recordsOf([approval('甲', rect(0, 0, 100, 100)), approval('乙', rect(50.001, 0, 100, 100))]),
  )
  expect(before.findings.length).toBeGreaterThan(0)
  expect(differences(before, moved, 1e-6, ['findings']).length).toBeGreaterThan(0)
  const gone = await storyOn(recordsOf(town.slice(0, 1)))
  expect(differences(before, gone, 1e9, ['findings'])[0]).toContain('lost')
})

describe('chords of a long parallel', () => {
  // 4.9 km of the parallel of 27.83°: its bow over a straight line in the plane is L² tan φ / 8R = 0.248 m
  const [LENGTH, BOW] = [4_900, (4_900 ** 2 * Math.tan((27.83 * Math.PI) / 180)) / (8 * 6_371_000)]
  const parallel = (corners: number): [number, number][] =>
    Array.from({ length: corners }, (_, k) => {
      const share = k / (corners - 1)
      const [x, y] = [LENGTH * share, -4 * BOW * share * (1 - share)]
      return [414_000 + Math.round(x * 1e4) / 1e4, 3_079_000 + Math.round(y * 1e4) / 1e4]
    })
  const block = (corners: number, towards: 1 | -1): MultiPolygon => {
    const border = parallel(corners)
    const back = border.toReversed().map(([x]): [number, number] => [x, 3_079_000 + towards * 800])
    return [[[...border, back[0]!, back.at(-1)!, [...border[0]!]]]]
  }

  test.each([
    [2, 200],
    [3, 50],
    [2, 7],
    [12, 13],
    [5, 1000],
  ])('%i corners on one side, %i on the other: noise, no finding', async (few, many) => {
    const [north, south] = [block(few, 1), block(many, -1)]
    const set = PolygonSet.fromMultiPolygons([north, south])
    const commonM2 = pairAreaM2(set, 0, set, 1)
    const pieces = overlapShape(north, south)
    const totalM2 = pieces.reduce((sum, { areaM2 }) => sum + areaM2, 0)
    expect(Math.abs(totalM2 - commonM2)).toBeLessThan(1e-9 * planarAreaM2(north) + 1e-6)
    expect(realPart(pieces)).toEqual([])
    const city = await makeCity(AS_OF, recordsOf([approval('北', north), approval('南', south)]))
    expect(city.findings.filter(({ code, noise }) => code === 'P101' && !noise)).toEqual([])
    const booked = city.ledger.total.accounts.approvedTwice
    expect(Math.abs(booked - commonM2)).toBeLessThan((perimeterM(north) + perimeterM(south)) * 0.71e-4)
  })

  test('a sliver of hundreds of square metres is still told from an encroachment of 0.5 m × 60 m', async () => {
    const north = block(2, 1)
    const yard = rect(2_400, -20, 60, 20.5)
    const set = PolygonSet.fromMultiPolygons([north, yard])
    expect(pairAreaM2(set, 0, set, 1)).toBeCloseTo(30, 6)
    const city = await makeCity(AS_OF, recordsOf([approval('北', north), approval('院', yard)]))
    expect(city.findings.filter(({ code, noise }) => code === 'P101' && !noise)).toHaveLength(1)
  })
})
