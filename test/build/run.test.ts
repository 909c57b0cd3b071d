import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { type BuildRequest } from '../../server/build/run.ts'
import { publishedBuild } from '../helpers/published.ts'
import { ledgerPieces } from '../../server/build/piece-store.ts'
import { readStanding, standsIn } from '../../server/build/standing-store.ts'
import { readFindings } from '../../server/build/finding-store.ts'
import { readLedger } from '../../server/build/store.ts'
import { eachBase, type FreshBase } from '../helpers/database.ts'
import {
  approval,
  deliver,
  district,
  parcelCode,
  parts,
  rect,
  registration,
  supervisionNo,
  supply,
  zone,
  type Given,
} from './given.ts'

const early = '2024-01-01T00:00:00Z'
const county = district('430211', rect(-1000, -1000, 5000, 5000), '天元区')

/** Each build a month after the last: day and hour of the nth. */
const month = (n: number): BuildRequest => {
  const day = `2024-${String(n + 1).padStart(2, '0')}-01`
  return { asOf: day, startedAt: `${day}T08:00:00Z` }
}
const hourBefore = (n: number) => month(n).startedAt.replace('T08', 'T07')

async function parcels(base: FreshBase) {
  return base.db
    .selectFrom('parcel_version')
    .innerJoin('record', 'record.record_id', 'parcel_version.source_record_id')
    .select([
      'parcel_id as id',
      'parcel_version.kind',
      'record.doc',
      'parcel_version.area_planar_m2 as m2',
      'stage',
    ])
    .where('to_build', 'is', null)
    .where('record.replaced_at', 'is', null)
    .orderBy('parcel_id')
    .execute()
}
async function history(base: FreshBase, buildId: number) {
  const events = await base.db
    .selectFrom('parcel_event')
    .selectAll()
    .where('build_id', '=', buildId)
    .orderBy('event_no')
    .execute()
  const edges = await base.db
    .selectFrom('parcel_edge')
    .selectAll()
    .where('build_id', '=', buildId)
    .orderBy('to_parcel_id')
    .execute()
  return {
    events: events.map(({ kind, parcel_id }) => `${kind} ${parcel_id % 1e8}`),
    edges: edges.map(({ from_parcel_id, to_parcel_id, area_m2 }) => [
      from_parcel_id % 1e8,
      to_parcel_id % 1e8,
      Math.round(area_m2 * 100) / 100,
    ]),
  }
}
const count = async (base: FreshBase, table: 'parcel' | 'parcel_version' | 'parcel_event' | 'parcel_edge') =>
  (
    await base.db
      .selectFrom(table)
      .select(sql<number>`count(*)::int`.as('n'))
      .executeTakeFirstOrThrow()
  ).n

eachBase('a build', (open) => {
  const plan = approval('湘政地〔2020〕1号', rect(0, 0, 400, 100))
  const contract = supply(supervisionNo(1), rect(0, 0, 200, 100), { project: '一号厂房', holder: '示例公司' })

  test('gives every piece of land a permanent number of its county', async () => {
    const base = open()
    await deliver(base, [county, plan, contract], early)
    const summary = await publishedBuild(base, month(1))
    expect(summary).toMatchObject({
      asOf: '2024-02-01',
      parcels: { titled: 0, supplied: 1, remainder: 1 },
      findings: {},
      closureM2: 0,
    })
    expect(await parcels(base)).toEqual([
      { id: 43021100000001, kind: 'supplied', doc: supervisionNo(1), m2: 20_000, stage: 'building' },
      { id: 43021100000002, kind: 'remainder', doc: '湘政地〔2020〕1号', m2: 20_000, stage: 'approved' },
    ])
    expect((await history(base, summary.build)).events).toEqual(['created 1', 'created 2'])
    expect(await readStanding(base.db)).toMatchObject({
      buildId: summary.build,
      asOf: '2024-02-01',
      layers: { district: 1 },
    })
  })

  test('keeps the books of every district, and a figure opens into its pieces', async () => {
    const { db } = open()
    const ledger = await readLedger(db)
    expect(ledger).toMatchObject({
      asOf: '2024-02-01',
      districts: [
        {
          code: '430211',
          name: '天元区',
          accounts: { approved: 40_000, suppliedInside: 20_000, remainder: 20_000, noise: 0 },
          closureM2: 0,
        },
      ],
      total: { accounts: { approved: 40_000 }, closureM2: 0 },
    })
    const pieces = await ledgerPieces(db, { account: 'remainder', district: '430211', limit: 10 })
    expect(pieces.features.map(({ properties }) => properties)).toMatchObject([
      { parcelId: 43021100000002, planarM2: 20_000 },
    ])
  })

  test('of the same records changes nothing', async () => {
    const base = open()
    const before = [
      await count(base, 'parcel'),
      await count(base, 'parcel_version'),
      await count(base, 'parcel_event'),
      await parcels(base),
    ]
    await publishedBuild(base, { ...month(1), startedAt: '2024-02-01T09:00:00Z' })
    await publishedBuild(base, month(2))
    expect([
      await count(base, 'parcel'),
      await count(base, 'parcel_version'),
      await count(base, 'parcel_event'),
      await parcels(base),
    ]).toEqual(before)
  })

  test('supplied land that is titled keeps its number, and the older state keeps its days', async () => {
    const base = open()
    await deliver(
      base,
      [registration(parcelCode(1), rect(0, 0, 200, 100), { supervision_no: supervisionNo(1) })],
      hourBefore(3),
    )
    const { build } = await publishedBuild(base, month(3))
    expect((await parcels(base)).map(({ id, kind }) => [id % 1e8, kind])).toEqual([
      [1, 'titled'],
      [2, 'remainder'],
    ])
    expect(await history(base, build)).toEqual({ events: [], edges: [] }) // the shape is the same: the number only changed its paper
    const states = await base.db
      .selectFrom('parcel_version')
      .select(['kind', 'valid_during'])
      .where('parcel_id', '=', 43021100000001)
      .orderBy('from_build')
      .execute()
    expect(states).toEqual([
      { kind: 'supplied', valid_during: '[2024-02-01,2024-04-01)' },
      { kind: 'titled', valid_during: '[2024-04-01,)' },
    ])
  })

  test('links a title to its contract by number, place and holder, and to the approval below it by place', async () => {
    const { db } = open()
    const links = await db.selectFrom('parcel_record').select(['record_kind', 'evidence', 'certainty', 'area_m2', 'share_of_parcel', 'share_of_record'])
      .where('parcel_id', '=', 43021100000001).where('to_build', 'is', null).orderBy('record_kind').execute() // prettier-ignore
    expect(links).toEqual([
      {
        record_kind: 'approval',
        evidence: ['shape'],
        certainty: 'probable',
        area_m2: 20_000,
        share_of_parcel: 1,
        share_of_record: 0.5,
      },
      {
        record_kind: 'layer',
        evidence: ['shape'],
        certainty: 'probable',
        area_m2: 20_000,
        share_of_parcel: 1,
        share_of_record: 20_000 / 25_000_000,
      },
      {
        record_kind: 'registration',
        evidence: ['code', 'shape'],
        certainty: 'certain',
        area_m2: 20_000,
        share_of_parcel: 1,
        share_of_record: 1,
      },
      {
        record_kind: 'supply',
        evidence: ['code', 'shape'],
        certainty: 'certain',
        area_m2: 20_000,
        share_of_parcel: 1,
        share_of_record: 1,
      },
    ])
  })

  test('land that is cut in two is split: the halves are its successors', async () => {
    const base = open()
    await deliver(base, [supply(supervisionNo(2), rect(200, 0, 80, 100))], hourBefore(4))
    const { build } = await publishedBuild(base, month(4))
    expect(await history(base, build)).toEqual({
      events: ['split 2', 'created 3', 'created 4'],
      edges: [
        [2, 3, 8_000],
        [2, 4, 12_000],
      ],
    })
    const { retired_build } = await base.db
      .selectFrom('parcel')
      .select('retired_build')
      .where('parcel_id', '=', 43021100000002)
      .executeTakeFirstOrThrow()
    expect(retired_build).toBe(build)
  })

  test('land that comes back as it was takes its old number, and the halves are merged into it', async () => {
    const base = open()
    // the contract is found to lie elsewhere
    await deliver(base, [supply(supervisionNo(2), rect(2000, 0, 80, 100))], hourBefore(5))
    const { build } = await publishedBuild(base, month(5))
    expect((await parcels(base)).map(({ id, kind }) => [id % 1e8, kind])).toEqual([
      [1, 'titled'],
      [2, 'remainder'],
      [5, 'supplied'],
    ])
    expect(await history(base, build)).toEqual({
      events: ['merged 3', 'merged 4', 'restored 2', 'created 5'],
      edges: [
        [3, 2, 8_000],
        [4, 2, 12_000],
      ],
    })
    const { retired_build } = await base.db
      .selectFrom('parcel')
      .select('retired_build')
      .where('parcel_id', '=', 43021100000002)
      .executeTakeFirstOrThrow()
    expect(retired_build).toBeNull()
  })

  test('of an earlier day is a look-back: the land of that day beside what readers see, which stays', async () => {
    const base = open()
    const before = await parcels(base)
    const now = await readStanding(base.db)
    const summary = await publishedBuild(base, {
      asOf: '2024-03-01',
      knownAt: hourBefore(3).replace('07', '06'),
      startedAt: '2024-06-02T08:00:00Z',
    })
    expect(summary).toMatchObject({ lookBack: true, parcels: { titled: 0, supplied: 1, remainder: 1 } })
    expect(summary.build).toBeLessThan(0)
    expect(await readStanding(base.db)).toEqual(now)
    expect(await parcels(base)).toEqual(before)
    const then = await base.db
      .selectFrom('parcel_version as v')
      .select(['parcel_id as id', 'kind', 'from_build', 'to_build', 'valid_during'])
      .where(standsIn(summary.build))
      .orderBy('parcel_id')
      .execute()
    const alone = {
      from_build: summary.build,
      to_build: summary.build + 1,
      valid_during: '[2024-03-01,2024-03-02)',
    }
    expect(then).toEqual([
      { id: 43021100000001, kind: 'supplied', ...alone },
      { id: 43021100000002, kind: 'remainder', ...alone },
    ])
    expect((await publishedBuild(base, month(6))).parcels).toEqual({ titled: 1, supplied: 1, remainder: 1 })
    expect((await parcels(base)).map(({ id, kind }) => [id % 1e8, kind])).toEqual([
      [1, 'titled'],
      [2, 'remainder'],
      [5, 'supplied'],
    ])
  })

  test('that is aborted publishes nothing and is marked as failed', async () => {
    const base = open()
    const before = await readStanding(base.db)
    await deliver(base, [registration(parcelCode(9), rect(300, 0, 50, 50))], hourBefore(7))
    const stop = new AbortController()
    const heard: number[] = []
    const attempt = publishedBuild(base, {
      ...month(7),
      signal: stop.signal,
      onProgress(fraction) {
        heard.push(fraction)
        if (fraction > 0.5) stop.abort()
      },
    })
    await expect(attempt).rejects.toThrow(/abort/i)
    expect(heard).toEqual(heard.toSorted((a, b) => a - b))
    expect(await readStanding(base.db)).toEqual(before)
    const last = await base.db
      .selectFrom('build')
      .select('state')
      .orderBy('build_id', 'desc')
      .executeTakeFirstOrThrow()
    expect(last.state).toBe('failed')
    expect((await parcels(base)).length).toBe(3)
  })

  test('writes only what is said otherwise, and every figure anew', async () => {
    const base = open()
    const { build, written } = await publishedBuild(base, month(8))
    expect(written.opened).toBeGreaterThan(0) // the delivery of the build that was aborted
    for (const table of ['parcel_record', 'ledger_piece'] as const) {
      const opened = await base.db.selectFrom(table).select('from_build').distinct().execute()
      expect(opened.length, table).toBeGreaterThan(1)
    }
    expect(
      (await publishedBuild(base, { ...month(8), startedAt: month(8).startedAt.replace('T08', 'T09') }))
        .written,
    ).toEqual({
      opened: 0,
      closed: 0,
    })
    expect((await readStanding(base.db))!.buildId).toBe(build + 1)
    expect(
      (await base.db.selectFrom('ledger_entry').select('build_id').distinct().execute()).length,
    ).toBeGreaterThan(5)
  })
})

eachBase('findings', (open) => {
  test('are read with titles, documents and shapes in lon/lat; noise only when asked for', async () => {
    const base = open()
    await deliver(
      base,
      [
        county,
        approval('湘政地〔2020〕1号', rect(0, 0, 100, 100), { approved_on: '2020-01-01' }),
        approval('湘政地〔2021〕2号', rect(50, 0, 100, 100), { approved_on: '2021-01-01' }),
        approval('湘政地〔2022〕3号', rect(149.9, 0, 100, 100), { approved_on: '2022-01-01' }),
        zone('eco_redline', 'E1', rect(0, 0, 20, 100)),
      ],
      early,
    )
    const summary = await publishedBuild(base, month(1))
    expect(summary.findings).toEqual({ P101: 1, P303: 1 })
    const [twice, line, ...others] = await readFindings(base.db)
    expect(others).toEqual([])
    expect(twice).toMatchObject({
      findingNo: 1,
      code: 'P101',
      severity: 'high',
      title: { zh: '重复报批', en: 'Approved twice' },
      noise: false,
      records: [
        { kind: 'approval', doc: '湘政地〔2020〕1号', date: '2020-01-01' },
        { kind: 'approval', doc: '湘政地〔2021〕2号', date: '2021-01-01' },
      ],
      planarM2: 5_000,
      shareOfFirst: 0.5,
      geometry: { type: 'MultiPolygon' },
    })
    const [lon, lat] = (twice!.geometry as { coordinates: number[][][][] }).coordinates[0]![0]![0]!
    expect([Math.round(lon! * 10) / 10, Math.round(lat! * 10) / 10]).toEqual([113.1, 27.8])
    expect(line).toMatchObject({ code: 'P303', planarM2: 2_000, parcels: [expect.any(Number)] })
    expect((await readFindings(base.db, { code: 'P101', noise: 'true' })).map(({ noise }) => noise)).toEqual([
      false,
      true,
    ])
    expect((await readFindings(base.db, { parcel: line!.parcels[0]! })).map(({ code }) => code)).toEqual([
      'P101',
      'P303',
    ])
    expect(await readFindings(base.db, { parcel: 1 })).toEqual([])
  })
})

eachBase('a base', (open) => {
  test('that was never built says so', async () => {
    const base = open()
    await expect(readLedger(base.db)).rejects.toThrow('NOT_BUILT')
    await expect(readFindings(base.db)).rejects.toThrow('NOT_BUILT')
    expect(await readStanding(base.db)).toBeNull()
  })

  test('without any record can be built', async () => {
    expect((await publishedBuild(open(), month(1))).parcels).toEqual({ titled: 0, supplied: 0, remainder: 0 })
  })
})

describe('deliveries in another order', () => {
  const documents: Given[] = [
    county,
    approval('湘政地〔2020〕1号', parts(rect(0, 0, 300, 300), rect(400, 0, 50, 50))),
    approval('湘政地〔2020〕2号', rect(200, 0, 300, 300)),
    supply(supervisionNo(1), rect(0, 0, 120, 300)),
    supply(supervisionNo(2), rect(100, 0, 150, 200)),
    registration(parcelCode(1), rect(0, 0, 60, 300)),
    registration(parcelCode(2), rect(50, 0, 60, 100)),
  ]
  const numbers = new Map<string, unknown>()
  for (const [name, order] of [
    ['as written', documents],
    ['turned round', documents.toReversed()],
  ] as const) {
    eachBase(name, (open) => {
      test('give the same numbers to the same land', async () => {
        const base = open()
        for (const document of order) await deliver(base, [document], early)
        await publishedBuild(base, month(1))
        const seen = {
          parcels: await parcels(base),
          ledger: await readLedger(base.db),
          findings: (await readFindings(base.db)).map(({ records, ...finding }) => ({
            ...finding,
            docs: records.map(({ doc }) => doc),
          })),
        }
        const first = numbers.get('any') ?? seen
        numbers.set('any', first)
        expect(seen).toEqual(first) // on either base, in either order
      })
    })
  }
})
