import { beforeAll, expect, test } from 'vitest'
import { publishedBuild } from '../helpers/published.ts'
import type { Lineage } from '../../server/contract.ts'
import { asWkb } from '../../server/db/postgis.ts'
import { makeCity } from '../../server/demo/city.ts'
import { loadDemo } from '../../server/demo/load.ts'
import type { Truth } from '../../server/demo/truth.ts'
import { pairAreaM2 } from '../../server/geo/pair-area.ts'
import { PolygonSet } from '../../server/geo/polygon-set.ts'
import type { MultiPolygon } from '../../server/geo/polygon.ts'
import { toLonLat } from '../../server/geo/project.ts'
import { lineage, places } from '../../server/parcel/store.ts'
import { eachBase } from '../helpers/database.ts'

const AT = '2025-07-01T08:00:00Z'
/** Surveys of one boundary may differ by this much a passage. */
const SURVEY_M2 = 0.05

eachBase('what happened to the fictional city between two builds', (open) => {
  let truth: Truth
  let latest: number
  beforeAll(async () => {
    const base = open()
    const size = { parcels: 1200, seed: 2 }
    const city = makeCity(size)
    await loadDemo(base, { ...size, at: AT, step: 'first' })
    await publishedBuild(base, { asOf: city.beforeAsOf, startedAt: AT })
    await loadDemo(base, { ...size, at: AT, step: 'later' })
    latest = (await publishedBuild(base, { asOf: city.asOf, startedAt: AT })).build
    truth = city.truth()
  })

  /** The number that last carried a code. */
  async function numberOf(code: string): Promise<number> {
    const row = await open()
      .db.selectFrom('parcel_version')
      .select('parcel_id')
      .where('parcel_code', '=', code)
      .orderBy('from_build', 'desc')
      .executeTakeFirstOrThrow()
    return row.parcel_id
  }

  test('land that was planted to be split, merged and renumbered moved whole', async () => {
    expect(truth.events.map(({ kind }) => kind).toSorted()).toEqual(
      expect.arrayContaining(['merged', 'renumbered', 'split']),
    )
    for (const { kind, from, to, areaM2 } of truth.events) {
      const [olds, news] = [await Promise.all(from.map(numberOf)), await Promise.all(to.map(numberOf))]
      if (kind === 'renumbered') {
        // the land decides: it has the same number under another code, and nothing moved
        expect(news).toEqual(olds)
        continue
      }
      const told: Lineage = await lineage(open().db, String(olds[0]))
      const passages = told.edges.filter((edge) => olds.includes(edge.from) && news.includes(edge.to))
      const passedM2 = passages.reduce((sum, { planarM2 }) => sum + planarM2, 0)
      expect(Math.abs(passedM2 - areaM2), `${kind} ${from.join()}`).toBeLessThanOrEqual(
        SURVEY_M2 * passages.length,
      )
      expect(passages.length).toBe(Math.max(from.length, to.length))
    }
  })

  test('every event balances with its edges, and with the shapes of its number', async () => {
    const { db } = open()
    const events = await db.selectFrom('parcel_event').selectAll().execute()
    const edges = await db.selectFrom('parcel_edge').selectAll().execute()
    const versions = await db
      .selectFrom('parcel_version')
      .select(['parcel_id', 'from_build', 'to_build', 'area_planar_m2'])
      .execute()
    const sum = (build: number, end: 'from_parcel_id' | 'to_parcel_id', id: number): number =>
      edges.reduce((all, edge) => all + (edge.build_id === build && edge[end] === id ? edge.area_m2 : 0), 0)
    for (const event of events) {
      const { build_id: build, parcel_id: id, kind } = event
      const [before, after] = [
        versions.find((each) => each.parcel_id === id && each.to_build === build)?.area_planar_m2 ?? 0,
        versions.find((each) => each.parcel_id === id && each.from_build === build)?.area_planar_m2 ?? 0,
      ]
      const text = `${kind} ${id}`
      expect(event.before_m2, text).toBeCloseTo(before, 4)
      expect(event.after_m2, text).toBeCloseTo(after, 4)
      expect(event.came_m2, text).toBeCloseTo(sum(build, 'to_parcel_id', id), 6)
      expect(event.went_m2, text).toBeCloseTo(sum(build, 'from_parcel_id', id), 6)
      const gap = before + event.came_m2! - event.went_m2! + event.correction_m2! - after
      expect(Math.abs(gap), text).toBeLessThanOrEqual(0.01)
    }
    expect(events.filter(({ build_id }) => build_id === latest).length).toBeGreaterThan(0)
    expect(edges.length).toBeGreaterThan(0)
  })

  test('a place has exactly the parcels whose shapes ever covered it', async () => {
    const { db } = open()
    const versions = await db
      .selectFrom('parcel_version')
      .select((eb) => ['parcel_id', 'from_build', asWkb(eb.ref('geom')).as('wkb')])
      .execute()
    const shapes = PolygonSet.fromWkb(versions.map(({ wkb }) => wkb))
    for (let i = 0; i < 60; i++) {
      // a square of a tenth of a millimetre beside a corner of every so-many-th shape: inside one, outside, or in several
      const at = Math.floor((i * versions.length) / 60)
      const [west, south, east, north] = shapes.box(at)
      const [x, y] = [
        west + (east - west) * (((i * 7) % 11) / 11),
        south + (north - south) * (((i * 5) % 13) / 13),
      ]
      const here = square(x, y, 1e-4)
      const [[[[lon, lat]]]] = toLonLat(here) as [[[[number, number]]]]
      const probe = PolygonSet.fromMultiPolygons([square(x - 5e-5, y - 5e-5, 1e-4)])
      const covering = versions.filter((_, v) => pairAreaM2(probe, 0, shapes, v) > 0.99e-8)
      const touching = versions.filter((_, v) => pairAreaM2(probe, 0, shapes, v) > 1e-10)
      if (covering.length !== touching.length) continue // on a border
      const { versions: found } = await places(db, { lon, lat })
      expect(found.map(({ parcelId, fromBuild }) => `${parcelId} ${fromBuild}`).toSorted()).toEqual(
        covering.map((row) => `${row.parcel_id} ${row.from_build}`).toSorted(),
      )
    }
  })
})

const square = (x: number, y: number, side: number): MultiPolygon => [
  [
    [
      [x, y],
      [x + side, y],
      [x + side, y + side],
      [x, y + side],
      [x, y],
    ],
  ],
]
