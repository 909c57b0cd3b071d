import { describe, expect, test } from 'vitest'
import { defaultPack } from '../../server/rule/pack.ts'
import { publishedBuild } from '../helpers/published.ts'
import { loadDemo } from '../../server/demo/load.ts'
import { transform } from '../../server/geo/project.ts'
import type { MultiPolygon, Position } from '../../server/geo/polygon.ts'
import { recordAreas } from '../../server/ledger/area-store.ts'
import { batchBooks, batchPieces, type BatchFigure } from '../../server/ledger/batch-store.ts'
import {
  CLOSURE_M2,
  elsewhereAccounts,
  endedAccounts,
  insideAccounts,
  SNAP_M2,
} from '../../server/ledger/batch.ts'
import { countAgain, listFigures, saveRates } from '../../server/ledger/figure-store.ts'
import { remainderList } from '../../server/ledger/remainder-list-store.ts'
import { rateLands, supplyRates } from '../../server/ledger/rate-store.ts'
import { areaSheet, batchSheet, figureSheet, rateSheet, remainderSheet } from '../../server/ledger/sheet.ts'
import type { Fields, RecordKind } from '../../server/record/record.ts'
import {
  approval,
  completion,
  deliver,
  district,
  parcelCode,
  rect,
  registration,
  supervisionNo,
  supply,
  zone,
  type Given,
} from '../build/given.ts'
import official from '../fixtures/geo/official-areas.json' with { type: 'json' }
import { eachBase } from '../helpers/database.ts'
import { startApp } from '../server/client.ts'

const HA = 10_000
const doc = '湘政地〔2022〕7号'
const older = '湘政地〔2018〕3号'
const ended = '湘政地〔2019〕9号'
const AS_OF = '2024-12-31'
const BUILT = '2024-12-31T08:00:00Z'

/** One hectare of the batch, 100 m further east each. */
const plot = (n: number, fields: Fields<'approval'>, statedHa = 1) =>
  approval(
    doc,
    rect(n * 100, 0, 100, 100),
    { plot_no: String(n), approved_on: '2022-06-30', ...fields },
    { key: `7|${n}`, areaDocumentM2: statedHa * HA },
  )
const other = <K extends RecordKind>(
  kind: K,
  key: string,
  shape: MultiPolygon,
  fields: Fields<K>,
): Given<K> => ({
  kind,
  layer: '',
  key,
  fields,
  shape,
  areaDocumentM2: null,
})
const done = { expropriation: 'done', compensated: true, site_used: false } as const

/**
 *   plot  0        1        2       3           4      5      6       7          8        9
 *         titled   supplied 2023    supplied    built  none   part    reserve    cannot   older has 0.2,
 *         2023              (2-3)   2025        upon                  not clean  supply   rest clean
 */
const town: Given[] = [
  district('430202', rect(-1000, -1000, 1500, 3000), '荷塘区'),
  district('430211', rect(500, -1000, 3000, 3000), '天元区'),
  zone('control_plan', 'K1', rect(400, -50, 260, 200), { use: '工业用地', status: 'in_force' }),
  zone('control_plan', 'K2', rect(660, -50, 840, 200), { use: '居住用地', status: 'in_force' }),
  zone('control_plan', 'K3', rect(900, -50, 900, 200), { use: '绿地', status: 'pending' }),
  plot(0, done),
  plot(1, done),
  plot(2, done),
  plot(3, done),
  plot(4, { ...done, site_used: undefined }),
  plot(5, { expropriation: 'none', compensated: false, site_used: false }),
  plot(6, { expropriation: 'none', compensated: false }), // the office that does it says: in part
  plot(7, { ...done, site_clean: false }),
  plot(8, { ...done, supply_possible: false }),
  plot(9, { ...done, site_clean: true }),
  approval(older, rect(900, 0, 20, 100), { approved_on: '2018-05-05' }),
  approval(ended, rect(1000, 0, 100, 100), { approved_on: '2019-05-05', status: 'withdrawn' }),
  supply(
    supervisionNo(1),
    rect(0, 0, 100, 100),
    { signed_on: '2023-02-01', source: '新增建设用地' },
    { areaDocumentM2: 0.99 * HA },
  ),
  supply(
    supervisionNo(2),
    rect(100, 0, 200, 100),
    { signed_on: '2023-05-01', source: '新增建设用地' },
    { areaDocumentM2: 2 * HA },
  ),
  supply(supervisionNo(3), rect(300, 0, 100, 100), { signed_on: '2024-12-01', source: '现有建设用地' }),
  registration(parcelCode(1), rect(0, 0, 100, 100), {
    registered_on: '2023-09-01',
    supervision_no: supervisionNo(1),
  }),
  completion('验1', rect(410, 10, 80, 80)),
  other('expropriation', '征1', rect(600, 0, 100, 100), { doc_no: '征1', state: 'part' }),
  other('reserve', '储1', rect(700, 0, 100, 100), { doc_no: '储1', in_on: '2023-01-01' }),
  other('reserve', '储2', rect(900, 0, 100, 100), {
    doc_no: '储2',
    in_on: '2022-07-01',
    out_on: '2024-01-01',
  }),
]

eachBase('figures of a batch of ten hectares', (open) => {
  test('closure: every square metre of the batch, its document and its shapes', async () => {
    const base = open()
    await deliver(base, town, '2024-01-01T00:00:00Z')
    await publishedBuild(base, { asOf: AS_OF, startedAt: BUILT })
    const books = await batchBooks(base.db, {})
    expect(books).toMatchObject({ asOf: AS_OF, batches: 3, open: 0, packHash: defaultPack().hash })
    expect(books.ledgerDifferenceM2).toBeLessThan(1e-6)
    expect(books.shapes).toMatchObject({
      planarM2: 11.2 * HA,
      elsewhere: { approvedEarlier: 0.2 * HA },
      snapM2: 0,
    })
    expect(books.rows.find(({ docNo }) => docNo === doc)).toMatchObject({
      plots: 10,
      area: { documentM2: 10 * HA, planarM2: 10 * HA, documentDifferenceM2: 0 },
      bookedM2: 9.8 * HA,
      inside: {
        titled: HA,
        supplied: 3 * HA,
        used: HA,
        notExpropriated: HA,
        partlyExpropriated: HA,
        inReserve: HA,
        notClean: 0,
        notSuppliable: HA,
        clean: 0.8 * HA,
      },
      elsewhere: { approvedEarlier: 0.2 * HA },
      closureM2: 0,
      snapM2: 0,
      p615: false,
    })
    expect(books.rows.find(({ docNo }) => docNo === older)).toMatchObject({
      inside: { unknown: 0.2 * HA },
      p615: null,
    })
    expect(books.rows.find(({ docNo }) => docNo === ended)).toMatchObject({
      ended: { withdrawn: HA },
      bookedM2: 0,
    })
    expect(books.districts).toMatchObject([
      {
        districtCode: '430202',
        name: '荷塘区',
        bookedM2: 5 * HA,
        documentM2: expect.closeTo((5 / 9.8) * 10 * HA, 6),
      },
      { districtCode: '430211', bookedM2: 5 * HA, ended: { withdrawn: HA } },
    ])
  })

  test('narrowed to a district, a year, a document, or to what is open', async () => {
    const { db } = open()
    expect(await batchBooks(db, { district: '430202' })).toMatchObject({
      batches: 1,
      total: { bookedM2: 5 * HA },
      ledgerDifferenceM2: null,
    })
    expect(await batchBooks(db, { fromYear: 2018, toYear: 2019 })).toMatchObject({ batches: 2 })
    expect(await batchBooks(db, { doc: '湘政地[2022]007号' })).toMatchObject({ rows: [{ docNo: doc }] })
    expect(await batchBooks(db, { open: true })).toMatchObject({ batches: 0, rows: [] })
    expect((await batchBooks(db, { limit: 1, offset: 1 })).rows.map(({ docNo }) => docNo)).toEqual([ended])
  })

  test('a figure opens into pieces that sum to it', async () => {
    const { db } = open()
    const { rows } = await batchBooks(db, {})
    for (const { docNo, bookedM2, inside, ended: gone, elsewhere } of rows) {
      const figures: Record<string, number> = { booked: bookedM2, ...inside, ...gone, ...elsewhere }
      for (const figure of [
        'booked',
        ...insideAccounts,
        ...endedAccounts,
        ...elsewhereAccounts,
      ] as BatchFigure[]) {
        const { totalPlanarM2, features } = await batchPieces(db, { doc: docNo!, figure, limit: 100 })
        expect(totalPlanarM2, `${docNo} ${figure}`).toBeCloseTo(figures[figure]!, 6)
        expect(features.length > 0).toBe(figures[figure]! > 0)
      }
    }
    await expect(batchPieces(db, { doc: '没有', figure: 'booked', limit: 1 })).rejects.toMatchObject({
      code: 'BATCH_UNKNOWN',
    })
  })

  test('remainders: what is left, why, for how long, and what for', async () => {
    const { db } = open()
    const list = await remainderList(db, {})
    expect(list).toMatchObject({
      planChecked: true,
      total: { parcels: 7, planarM2: 6 * HA },
      differenceM2: 0,
    })
    expect(list.ledgerRemainderM2).toBe(6 * HA)
    const seen = list.rows.map(({ plotNo, state, clock, plan, documentM2 }) => [
      plotNo,
      state,
      clock.state,
      plan?.useGroup ?? null,
      documentM2,
    ])
    expect(seen).toEqual([
      [null, 'unknown', 'unknown', 'RES', null], // the older document says nothing
      ['4', 'used', 'used', 'IND', HA],
      ['5', 'notExpropriated', 'lapseCandidate', 'IND', HA],
      ['6', 'partlyExpropriated', 'unknown', 'IND', HA], // whether used is not said
      ['7', 'inReserve', 'compensated', 'RES', HA],
      ['8', 'notSuppliable', 'compensated', 'RES', HA],
      ['9', 'clean', 'compensated', 'RES', 0.8 * HA],
    ])
    expect(list.rows[2]!.clock).toEqual({ state: 'lapseCandidate', lastDay: '2024-06-30', daysLeft: -184 })
    expect(list.rows[6]!.plan).toMatchObject({ useText: '居住用地', share: 1 }) // not the one still pending
    expect(list.states.find(({ state }) => state === 'clean')).toMatchObject({
      parcels: 1,
      planarM2: 0.8 * HA,
    })
    expect(await remainderList(db, { district: '430202' })).toMatchObject({
      total: { parcels: 1 },
      differenceM2: 0,
    })
    expect(await remainderList(db, { state: 'notExpropriated', doc })).toMatchObject({
      total: { planarM2: HA, documentM2: HA },
      differenceM2: null,
    })
    expect((await remainderList(db, { clock: 'compensated', limit: 1 })).rows).toHaveLength(1)
  })

  test('rates: supplied of what was approved, on paper and on the ground, with the window', async () => {
    const { total, districts, year } = await supplyRates(open().db, { year: 2023 })
    const rate = (code: string) => total.find((each) => each.code === code)!
    expect(year).toBe(2023)
    // titled 1 ha by the contract of 2023 and 2 ha; the contract of 2024 came too late
    expect(rate('SUPPLY_1Y')).toMatchObject({
      window: { fromYear: 2022, toYear: 2022, baseDate: '2023-12-31' },
      planar: { partM2: 3 * HA, wholeM2: 9.8 * HA },
      document: { partM2: expect.closeTo(2.99 * HA, 6), wholeM2: 10 * HA },
      split: { suppliedLaterM2: HA, suppliedUndatedM2: 0, remainderM2: 5.8 * HA, noiseM2: 0 },
    })
    expect(rate('SUPPLY_1Y').document.percent).toBeCloseTo(29.9, 9)
    expect(rate('ULAPI2').planar.wholeM2).toBe(9.8 * HA) // the withdrawn one is no approval any more
    expect(rate('SUPPLY_5Y').planar.wholeM2).toBe(10 * HA)
    expect(rate('UNSUPPLIED').planar.partM2).toBe(7 * HA)
    expect(rate('ULAPI1')).toMatchObject({ planar: { partM2: 0, wholeM2: 3 * HA }, counted: 2 })
    expect(districts.map(({ districtCode }) => districtCode)).toEqual(['430202', '430211'])
    expect(districts[1]!.rates.find(({ code }) => code === 'SUPPLY_1Y')!.planar).toMatchObject({
      partM2: 0,
      percent: 0,
    })
    const asked = await supplyRates(open().db, { fromYear: 2018, toYear: 2022, baseDate: '2023-03-31' })
    expect(asked.total.find(({ code }) => code === 'SUPPLY')).toMatchObject({
      window: { fromYear: 2018, toYear: 2022, baseDate: '2023-03-31' },
      planar: { partM2: HA, wholeM2: 10 * HA },
    })
    await expect(supplyRates(open().db, { baseDate: '2025-01-01' })).rejects.toMatchObject({
      code: 'WINDOW_INVALID',
    })
    await expect(supplyRates(open().db, { fromYear: 2022, toYear: 2020 })).rejects.toMatchObject({
      code: 'WINDOW_INVALID',
    })
  })

  test('a rate opens into the land it counted', async () => {
    const { db } = open()
    for (const code of ['ULAPI2', 'ULAPI1', 'SUPPLY_5Y', 'UNSUPPLIED'] as const) {
      const { rate, rows, lands } = await rateLands(db, { code, year: 2023 })
      expect(rows).toHaveLength(lands)
      for (const [part, m2] of Object.entries(rate.split)) {
        const sum = rows.filter((row) => row.part === part).reduce((all, row) => all + row.planarM2, 0)
        expect(sum, `${code} ${part}`).toBeCloseTo(m2, 6)
      }
    }
    await expect(rateLands(db, { code: 'SUPPLY' })).rejects.toMatchObject({ code: 'WINDOW_INVALID' })
  })

  test('the sheets of the command line name unit and area kind', async () => {
    const { db } = open()
    for (const text of [
      batchSheet(await batchBooks(db, {})),
      rateSheet(await supplyRates(db, {})),
      remainderSheet(await remainderList(db, {})),
      areaSheet(await recordAreas(db, {})),
    ]) {
      expect(text).toMatch(/ m² +[\d.]+ 亩/)
      expect(text).toMatch(/平面.*planar/)
      expect(text).toMatch(/document/)
    }
  })

  test('over HTTP every answer is as described', async () => {
    const client = await startApp(open())
    try {
      const books = await client.json<{ rows: unknown[] }>('/api/ledger/batches?fromYear=2022')
      expect(books.rows).toHaveLength(1)
      const pieces = await client.json<{ totalPlanarM2: number }>(
        `/api/ledger/batches/pieces?doc=${encodeURIComponent(doc)}&figure=clean`,
      )
      expect(pieces.totalPlanarM2).toBeCloseTo(0.8 * HA, 6)
      expect(await client.json('/api/ledger/remainders?state=used')).toMatchObject({ total: { parcels: 1 } })
      expect(await client.json('/api/ledger/areas?kind=supply')).toMatchObject({ records: 2 })
      expect(await client.json('/api/ledger/rates?year=2023')).toMatchObject({ year: 2023 })
      expect(await client.json('/api/ledger/rates/lands?code=ULAPI1&year=2023')).toMatchObject({ lands: 2 })
      const saved = await client.post('/api/ledger/figures', { year: 2023 })
      expect(saved.status).toBe(201)
      const { figureId, result } = (await saved.json()) as { figureId: number; result: unknown }
      expect(await client.json(`/api/ledger/figures/${figureId}`)).toMatchObject({ params: { year: 2023 } })
      expect(await client.json(`/api/ledger/figures/${figureId}/again`)).toEqual(result)
      expect(await client.json<unknown[]>('/api/ledger/figures')).toHaveLength(1)
      for (const [path, status] of [
        ['/api/ledger/figures/99', 404],
        ['/api/ledger/rates?baseDate=2024-02-30', 400],
        ['/api/ledger/batches?fromYear=soon', 400],
        ['/api/ledger/remainders?state=lost', 400],
        ['/api/ledger/batches/pieces?doc=x&figure=booked', 404],
      ] as const)
        expect([path, (await client.get(path)).status]).toEqual([path, status])
    } finally {
      await client.close()
    }
  })

  test('a figure kept is counted again from its own build, whatever came since', async () => {
    const base = open()
    const figure = await saveRates(base, { year: 2024 }, '2024-12-31T09:00:00.000Z')
    const before = await batchBooks(base.db, {})
    await deliver(
      base,
      [supply(supervisionNo(4), rect(500, 0, 100, 100), { signed_on: '2024-11-01' })],
      '2025-01-05T00:00:00Z',
    )
    await publishedBuild(base, { asOf: '2025-01-06', startedAt: '2025-01-06T08:00:00Z' })
    const now = await supplyRates(base.db, { year: 2024 })
    const last = (rates: typeof now) => rates.total.find(({ code }) => code === 'SUPPLY_5Y')!.planar.partM2
    expect(last(now) - last(figure.result)).toBeCloseTo(HA, 6)
    expect(await countAgain(base.db, figure.figureId)).toEqual(figure.result)
    expect((await listFigures(base.db))[0]).toEqual(JSON.parse(JSON.stringify(figure)))
    expect(figureSheet([figure])).toContain(`#${figure.figureId}`)
    expect(await batchBooks(base.db, {}, { asOf: AS_OF })).toEqual(before)
    expect(await remainderList(base.db, {}, { asOf: AS_OF })).toMatchObject({
      asOf: AS_OF,
      total: { parcels: 7 },
    })
    expect(await remainderList(base.db, {})).toMatchObject({ total: { parcels: 6 }, differenceM2: 0 })
  })
})

eachBase('areas side by side', (open) => {
  test('match the official vectors to 0.0001 m², and each register shows which area it writes', async () => {
    const base = open()
    const shapes = official.area.map(({ rings }) =>
      transform([rings.map((ring) => [...ring, ring[0]!] as Position[])], 4526, 4547),
    )
    await deliver(
      base,
      [
        ...official.area.map(({ planarM2 }, i) =>
          registration(
            parcelCode(i + 1),
            shapes[i]!,
            {},
            { areaDocumentM2: Math.round(planarM2 * 100) / 100 },
          ),
        ),
        ...official.area.map(({ ellipsoidM2 }, i) =>
          approval(`椭球〔2020〕${i + 1}号`, shapes[i]!, {}, { areaDocumentM2: Math.round(ellipsoidM2) }),
        ),
        supply(supervisionNo(1), shapes[0]!, {}, { areaDocumentM2: 9_900 }),
        supply(supervisionNo(2), shapes[0]!),
        supply(supervisionNo(3), null, {}, { areaDocumentM2: 500 }),
      ],
      '2024-01-01T00:00:00Z',
    )
    await publishedBuild(base, { asOf: AS_OF, startedAt: BUILT })
    const titles = await recordAreas(base.db, { kind: 'registration' })
    expect(titles.rows).toHaveLength(5)
    for (const { doc: code, planarM2, ellipsoidM2, means, agrees } of titles.rows) {
      const vector = official.area[Number(code!.slice(-5)) - 1]!
      expect(Math.abs(planarM2 - vector.planarM2)).toBeLessThan(1e-4)
      expect(Math.abs(ellipsoidM2 - vector.ellipsoidM2)).toBeLessThan(1e-4)
      expect([means, agrees]).toEqual(['planar', true])
    }
    expect(titles.registers).toMatchObject([
      { kind: 'registration', records: 5, means: 'planar', disagreeing: 0 },
    ])
    const approvals = await recordAreas(base.db, { kind: 'approval' })
    expect(approvals.registers).toMatchObject([{ means: 'ellipsoid', counts: { planar: 0, neither: 0 } }])
    const supplies = await recordAreas(base.db, { kind: 'supply' })
    expect(supplies.registers.reduce((sum, each) => sum + each.withoutDocumentArea, 0)).toBe(1)
    expect(supplies.registers.reduce((sum, each) => sum + each.withoutShape, 0)).toBe(1)
    const off = await recordAreas(base.db, { agrees: false })
    expect(off.rows).toMatchObject([{ kind: 'supply', means: 'neither', documentM2: 9_900 }])
    expect(off.rows[0]!.planarMinusDocumentM2).toBeCloseTo(100, 4)
    expect(off.rows[0]!.planarMinusDocumentPpm).toBeCloseTo(10_101, 0)
    expect(await recordAreas(base.db, { means: 'ellipsoid', limit: 2 })).toMatchObject({
      records: 5,
      rows: [{}, {}],
    })
  })
})

describe('the fictional city', () => {
  eachBase('figures', (open) => {
    test('every batch closes to 0.01 m², sums tie to the accounts, remainders to theirs', async () => {
      const base = open()
      const { asOf } = await loadDemo(base, { parcels: 500, seed: 3, at: '2025-07-01T08:00:00Z' })
      await publishedBuild(base, { asOf, startedAt: '2025-07-01T09:00:00Z' })
      const books = await batchBooks(base.db, {}, { asOf })
      expect(books.batches).toBeGreaterThan(50)
      expect(books.ledgerDifferenceM2).toBeLessThan(CLOSURE_M2)
      for (const { batch, closureM2, snapM2, plots } of books.rows) {
        expect(Math.abs(closureM2), batch).toBeLessThan(CLOSURE_M2)
        expect(Math.abs(snapM2), batch).toBeLessThan(SNAP_M2 * plots)
      }
      const list = await remainderList(base.db, {})
      expect(Math.abs(list.differenceM2!)).toBeLessThan(CLOSURE_M2)
      const { total } = await supplyRates(base.db, {})
      for (const { code, planar, split } of total) {
        if (code === 'ULAPI1') continue
        const parts = Object.values(split).reduce((sum, m2) => sum + m2, 0)
        expect(parts, code).toBeCloseTo(planar.wholeM2, 2)
      }
      const areas = await recordAreas(base.db, { kind: 'registration' })
      expect(new Set(areas.registers.map(({ means }) => means))).toEqual(new Set(['planar']))
    })
  })
})
