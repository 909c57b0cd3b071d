import fc from 'fast-check'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { inscribedRadiusM } from '../../server/analysis/inscribed-circle.ts'
import { subtractShapes } from '../../server/analysis/clip.ts'
import {
  unusedShare,
  type SiteInput,
  type SiteWorks,
  type Surveyed,
} from '../../server/analysis/unused-share.ts'
import { asWkb, fromWkb } from '../../server/db/postgis.ts'
import { planarAreaM2 } from '../../server/geo/area.ts'
import type { MultiPolygon, Polygon } from '../../server/geo/polygon.ts'
import { decodeMultiPolygon, encodeMultiPolygon } from '../../server/geo/wkb.ts'
import { box, boxRing, ringOf, star } from '../geo/shapes.ts'
import { eachBase } from '../helpers/database.ts'

/** One hectare. */
const hectare = box(0, 0, 100)
const drawn = (layer: Surveyed['layer'], shape: MultiPolygon): Surveyed => ({
  layer,
  groundM2: planarAreaM2(shape),
  shape,
})
const site = (more: Partial<SiteInput>) =>
  unusedShare({ parcel: { areaM2: 10_000, shape: hectare }, works: [], surveyed: [], yardsWereSurveyed: false, ...more }) // prettier-ignore
/** A completion whose shape is the whole parcel. */
const works = (more: Partial<SiteWorks>): SiteWorks => ({ shareOfRecord: 1, groundM2: 10_000, shape: hectare, ...more }) // prettier-ignore

describe('drawn ground', () => {
  test('half built, three tenths yard: a fifth is left along the eastern border, and can be split off', () => {
    const found = site({
      surveyed: [drawn('footprint', box(0, 0, 50, 100)), drawn('yard', box(50, 0, 30, 100))],
      works: [works({ floorAreaM2: 15_000 })],
    })
    expect(found).toMatchObject({
      footprint: { areaM2: 5000, by: 'survey' },
      yard: { areaM2: 3000, by: 'survey' },
      unusedM2: 2000,
      unusedRatio: 0.2,
      atMostM2: null,
      density: 0.5,
      coefficient: 0.8,
      farActual: 1.5,
      unknown: [],
    })
    expect(found.geometry).toEqual(box(80, 0, 20, 100))
    expect(found.largest).toMatchObject({ areaM2: 2000, frontageM: 140, canBeSplitOff: true })
    expect(found.largest!.widthM).toBeCloseTo(20, 0)
  })

  test('ground drawn twice counts once, ground beyond the parcel not at all', () => {
    const found = site({
      surveyed: [drawn('footprint', box(-20, 0, 70, 100)), drawn('yard', box(40, 0, 40, 100))],
    })
    expect(found.unusedM2).toBe(2000) // x from 80 to 100
  })

  test('roads and green are used ground, but neither buildings nor yards', () => {
    const found = site({
      surveyed: [
        drawn('footprint', box(0, 0, 40, 100)),
        drawn('yard', box(40, 0, 20, 100)),
        drawn('site_road', box(60, 0, 10, 100)),
        drawn('site_green', box(70, 0, 15, 100)),
      ],
    })
    expect(found).toMatchObject({ unusedM2: 1500, otherM2: 2500, coefficient: 0.6 })
  })

  test('of two pieces the larger is looked at: 100 m long and 6 m wide is too narrow to be a plot', () => {
    const found = site({
      surveyed: [drawn('footprint', box(5, 0, 89, 100)), drawn('yard', box(0, 0, 0.1, 100))],
    })
    expect(found.unusedM2).toBeCloseTo(490 + 600, 6)
    expect(found.largest).toMatchObject({ frontageM: 112, canBeSplitOff: false })
    expect(found.largest!.areaM2).toBeCloseTo(600, 6)
    expect(found.largest!.widthM).toBeCloseTo(6, 0)
  })

  test('a courtyard has room and no way in', () => {
    const ring: MultiPolygon = [[boxRing(0, 0, 100), boxRing(30, 30, 40).toReversed()]]
    const found = site({ surveyed: [drawn('footprint', ring)], works: [works({ yardM2: 0 })] })
    expect(found).toMatchObject({ unusedM2: 1600, yard: { areaM2: 0, by: 'figure' } })
    expect(found.largest).toMatchObject({ frontageM: 0, canBeSplitOff: false })
    expect(found.largest!.widthM).toBeCloseTo(40, 0)
  })

  test('what survey and parcel merely disagree on is not unused land', () => {
    const found = site({ surveyed: [drawn('footprint', box(0.1, 0.1, 99.8)), drawn('yard', box(0, 0, 5))] })
    expect(found).toMatchObject({ unusedM2: 0, geometry: [], largest: null })
  })

  test('a completion drawn as its building', () => {
    const building = box(0, 0, 60, 100)
    const found = site({
      works: [works({ shape: building, groundM2: 6000, footprintM2: 5900, yardM2: 0 })], // within 5 % of its paper
    })
    expect(found).toMatchObject({ footprint: { areaM2: 6000, by: 'completion' }, unusedM2: 4000 })
    expect(found.geometry).toEqual(box(60, 0, 40, 100))
  })
})

describe('figures', () => {
  test('an outline is not a building: its paper says how much is built', () => {
    const found = site({ works: [works({ footprintM2: 3000, yardM2: 2000, floorAreaM2: 9000 })] })
    expect(found).toMatchObject({
      footprint: { areaM2: 3000, by: 'figure' },
      unusedM2: 5000,
      unusedRatio: 0.5,
      geometry: null,
      largest: null,
      farActual: 0.9,
    })
  })

  test('works on two parcels are shared out by their ground', () => {
    const found = site({ works: [works({ shareOfRecord: 0.25, footprintM2: 8000, yardM2: 4000 })] })
    expect(found.unusedM2).toBe(7000)
  })

  test('works that cover more than the parcel leave nothing, never less', () => {
    expect(site({ works: [works({ footprintM2: 9000, yardM2: 4000 })] }).unusedM2).toBe(0)
  })

  test('drawn buildings and a yard known by size: how much, but not where', () => {
    const found = site({
      surveyed: [drawn('footprint', box(0, 0, 50, 100))],
      works: [works({ yardM2: 1000 })],
    })
    expect(found).toMatchObject({ unusedM2: 4000, geometry: null, largest: null })
  })
})

describe('unknown is not zero', () => {
  test('nothing known of the site', () => {
    expect(site({})).toMatchObject({
      footprint: null, yard: null, unusedM2: null, unusedRatio: null, atMostM2: null, farActual: null, far: null,
      unknown: ['footprint', 'yard', 'floor_area'],
    }) // prettier-ignore
  })
  test('a blank yard: at most what is not built upon', () => {
    const found = site({ works: [works({ footprintM2: 3000 })] })
    expect(found).toMatchObject({ unusedM2: null, atMostM2: 7000, unknown: ['yard', 'floor_area'] })
  })
  test('one of two completions is silent', () => {
    const two = [works({ footprintM2: 3000, yardM2: 0 }), works({ yardM2: 0 })]
    expect(site({ works: two })).toMatchObject({ unusedM2: null, unknown: ['footprint', 'floor_area'] })
  })
  test('an outline without a figure says nothing of buildings', () => {
    expect(site({ works: [works({ yardM2: 0 })] }).unusedM2).toBeNull()
  })
  test('no yard on a surveyed site where yards were surveyed is none', () => {
    const surveyed = [drawn('footprint', box(0, 0, 50, 100))]
    expect(site({ surveyed }).unusedM2).toBeNull()
    expect(site({ surveyed, yardsWereSurveyed: true }).unusedM2).toBe(5000)
  })
})

test.each([
  [0.99, 'below'],
  [1, 'within'],
  [2, 'within'],
  [2.01, 'above'],
] as const)('a floor-area ratio of %f, agreed from 1 to 2: %s', (ratio, far) => {
  expect(site({ works: [works({ floorAreaM2: ratio * 10_000 })], far: { min: 1, max: 2 } }).far).toBe(far)
})

describe('the largest circle that fits', () => {
  test.each<[string, Polygon, number]>([
    ['a square', box(0, 0, 30)[0]!, 15],
    ['a strip', box(0, 0, 200, 4)[0]!, 2],
    ['a 30-40-50 triangle: r = (a + b - c) / 2', [ringOf([[0, 0], [40, 0], [0, 30]])], 10],
    ['an L of two 20 m arms: its inner corner, 20 √2 / (1 + √2)', [ringOf([[0, 0], [100, 0], [100, 20], [20, 20], [20, 100], [0, 100]])], 11.7157],
    ['a frame of 10 m round a court: the same, in each corner', [boxRing(0, 0, 100), boxRing(10, 10, 80).toReversed()], 5.8579],
  ])('%s', (_, polygon, radius) => {
    expect(Math.abs(inscribedRadiusM(polygon) - radius)).toBeLessThanOrEqual(0.05)
  }) // prettier-ignore
})

const used = fc.tuple(star, fc.array(star, { minLength: 1, maxLength: 3 }))
/** By geometry: unused land may be a sliver, which is left out. */
const unusedOf = (parcel: MultiPolygon, footprints: readonly MultiPolygon[]) =>
  unusedShare({
    parcel: { areaM2: planarAreaM2(parcel), shape: parcel },
    works: [],
    surveyed: footprints.map((shape) => drawn('footprint', shape)),
    yardsWereSurveyed: true,
  })

test('unused land lies within the parcel, beside the buildings, and turf draws the same', () => {
  fc.assert(
    fc.property(used, ([parcel, footprints]) => {
      const { geometry, unusedM2, largest } = unusedOf(parcel, footprints)
      expect(planarAreaM2(geometry!)).toBeCloseTo(unusedM2!, 6)
      expect(planarAreaM2(subtractShapes(geometry!, [parcel]))).toBeLessThan(1e-3)
      expect(unusedM2! - planarAreaM2(subtractShapes(geometry!, footprints))).toBeLessThan(1e-3)
      const turfM2 = planarAreaM2(subtractShapes(parcel, footprints))
      expect(unusedM2! - turfM2).toBeLessThan(1e-3)
      expect(turfM2 - unusedM2!).toBeLessThan(20) // noise: a few pieces of at most 1 m² or 0.2 m width
      if (largest) expect(Math.PI * (largest.widthM / 2) ** 2).toBeLessThanOrEqual(largest.areaM2)
    }),
    { numRuns: 60, seed: 11 },
  )
})

eachBase('unused land and PostGIS', (open) => {
  const samples = fc.sample(used, { seed: 5, numRuns: 12 })

  test('agree on what is left of a parcel, to a hundredth of a square metre', async () => {
    for (const [parcel, footprints] of samples) {
      const { geometry } = unusedOf(parcel, footprints)
      const union = sql.join(
        footprints.map((shape) => fromWkb(encodeMultiPolygon(shape))),
        sql`, `,
      )
      const { rows } = await sql<{ pieces: Uint8Array; onlyOurs: number }>`
        with left_over as (
          select overlay_difference(${fromWkb(encodeMultiPolygon(parcel))}, st_unaryunion(st_collect(array[${union}]))) as geom
        )
        select ${asWkb(sql`st_multi(st_collectionextract(geom, 3))`)} as pieces,
          st_area(overlay_difference(${fromWkb(encodeMultiPolygon(geometry!))}, geom)) as "onlyOurs"
        from left_over`.execute(open().db)
      const theirs = decodeMultiPolygon(rows[0]!.pieces)
      const real = theirs.filter((polygon) => {
        const [m2, m] = [planarAreaM2([polygon]), perimeterOf(polygon)]
        return m2 >= 1 && (2 * m2) / m >= 0.2
      })
      expect(Math.abs(planarAreaM2(real) - planarAreaM2(geometry!))).toBeLessThan(0.01)
      expect(rows[0]!.onlyOurs).toBeLessThan(0.01)
    }
  })

  test('agree on how wide it is', async () => {
    for (const [parcel, footprints] of samples) {
      const { largest } = unusedOf(parcel, footprints)
      if (!largest) continue
      const { rows } = await sql<{ radius: number }>`
        select radius from st_maximuminscribedcircle(${fromWkb(encodeMultiPolygon(largest.geometry))})`.execute(
        open().db,
      )
      expect(Math.abs(largest.widthM / 2 - rows[0]!.radius)).toBeLessThan(0.1)
    }
  })
})

const perimeterOf = (polygon: Polygon): number =>
  polygon.reduce((sum, ring) => sum + ring.slice(1).reduce((m, p, i) => m + Math.hypot(p[0] - ring[i]![0], p[1] - ring[i]![1]), 0), 0) // prettier-ignore
