import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { makeCity, type City } from '../../server/build/city.ts'
import type { LedgerPiece } from '../../server/build/ledger.ts'
import { makeCity as makeDemo } from '../../server/demo/city.ts'
import { planarAreaM2 } from '../../server/geo/area.ts'
import { ellipsoidAreaM2 } from '../../server/geo/ellipsoid-area.ts'
import { encodeMultiPolygon } from '../../server/geo/wkb.ts'
import { approvalRows } from '../../server/ledger/approval-row.ts'
import {
  CLOSURE_M2,
  closeBatches,
  SNAP_M2,
  sumByDistrictAndYear,
  type BatchBook,
  type LedgerSum,
} from '../../server/ledger/batch.ts'
import { endedLand } from '../../server/ledger/ended-land.ts'
import { remainderStates } from '../../server/contract/remainder-state.ts'
import { remainderState } from '../../server/ledger/remainder-state.ts'
import type { LandRecord } from '../../server/record/record.ts'
import {
  approval,
  district,
  parcelCode,
  parts,
  recordsOf,
  rect,
  registration,
  supervisionNo,
  supply,
  type Given,
} from '../build/given.ts'

const asOf = '2024-06-30'
const HA = 10_000

/** The books of a city that was built and not written: states follow from what approvals themselves say. */
function closed(city: City, records: readonly LandRecord[]): BatchBook[] {
  const rows = approvalRows(
    records.filter((record): record is LandRecord<'approval'> => record.kind === 'approval'),
    asOf,
  )
  const booked = ['approved', 'suppliedInside', 'titledInside', 'remainder', 'noise', 'withdrawn']
  const sums = city.ledger.pieces
    .filter(({ account }) => booked.includes(account))
    .map((piece) => ({
      account: piece.account as LedgerSum['account'],
      districtCode: piece.districtCode,
      approvalId: piece.records.at(-1)!.recordId,
      parcelId: piece.account === 'remainder' ? piece.parcel : null,
      areaM2: piece.areaM2,
    }))
  const twice = city.ledger.pieces
    .filter(({ account }) => account === 'approvedTwice')
    .map(({ records: all, areaM2 }: LedgerPiece) => ({ approvalIds: all.map((r) => r.recordId), areaM2 }))
  return closeBatches({
    rows,
    sums,
    twice,
    ended: endedLand([...rows.values()]),
    stateOf(parcel) {
      const { fields } = city.parcels[parcel]!.source as LandRecord<'approval'>
      return remainderState({
        siteUsed: fields.site_used ?? null,
        supplyPossible: fields.supply_possible ?? null,
        expropriation: fields.expropriation ?? null,
        compensated: fields.compensated ?? null,
        siteClean: fields.site_clean ?? null,
        inReserve: false,
      })
    },
  })
}

async function booksOf(documents: readonly Given[]): Promise<BatchBook[]> {
  const records = recordsOf(documents)
  return closed(await makeCity(asOf, records), records)
}

const whole = district('430211', rect(-1000, -1000, 5000, 5000))
const ha = (area: number) => ({ areaDocumentM2: area * HA })
const allOf = (booked: Readonly<Record<string, number>>): number =>
  Object.values(booked).reduce((sum, m2) => sum + m2, 0)

describe('a batch of ten hectares', () => {
  // ten plots of one hectare in a row, 100 m each, one document; the first 0.2 ha of plot 9 an older document has
  const doc = '湘政地〔2020〕7号'
  const plot = (n: number, fields: Parameters<typeof approval>[2]) =>
    approval(
      doc,
      rect(n * 100, 0, 100, 100),
      { plot_no: String(n), approved_on: '2020-03-01', ...fields },
      { key: `7|${n}`, ...ha(1) },
    )
  const documents: Given[] = [
    whole,
    plot(0, { expropriation: 'done', site_clean: true }),
    plot(1, { expropriation: 'done', site_clean: true }),
    plot(2, { expropriation: 'done', site_clean: true }),
    plot(3, { expropriation: 'done', site_clean: true }),
    plot(4, { expropriation: 'done', site_used: true }),
    plot(5, { expropriation: 'none' }),
    plot(6, { expropriation: 'none' }),
    plot(7, { expropriation: 'done', site_clean: false }),
    plot(8, { expropriation: 'done', site_clean: true, supply_possible: false }),
    plot(9, {}),
    supply(supervisionNo(1), rect(0, 0, 200, 100)),
    supply(supervisionNo(2), rect(200, 0, 200, 100)),
    registration(parcelCode(1), rect(0, 0, 100, 100)),
    approval('湘政地〔2018〕3号', rect(900, 0, 20, 100), {
      approved_on: '2018-05-05',
      expropriation: 'part',
    }),
  ]

  test('closes: three supplied, one titled, one used, two not expropriated, and so on to the last slice', async () => {
    const books = await booksOf(documents)
    expect(books.map(({ docNo }) => docNo)).toEqual(['湘政地〔2018〕3号', doc])
    const [older, book] = books as [BatchBook, BatchBook]
    expect(book).toMatchObject({
      plots: 10,
      plotsEnded: 0,
      area: { documentM2: 10 * HA, documentBasis: 'sum', planarM2: 10 * HA, documentDifferenceM2: 0 },
      bookedM2: 9.8 * HA,
      inside: {
        supplied: 3 * HA,
        titled: HA,
        used: HA,
        notExpropriated: 2 * HA,
        partlyExpropriated: 0,
        notClean: HA,
        clean: 0,
        notSuppliable: HA,
        unknown: 0.8 * HA, // blank is not "none"
        noise: 0,
      },
      ended: { withdrawn: 0, lapsed: 0, reduced: 0 },
      elsewhere: { approvedEarlier: 0.2 * HA, endedEarlier: 0, approvedAgain: 0 },
      closureM2: 0,
      snapM2: 0,
      p615: false,
    })
    expect(book.area.ellipsoidM2).toBeCloseTo(99_982, 0) // 180 ppm under the plane here
    expect(older).toMatchObject({ inside: { partlyExpropriated: 0.2 * HA }, p615: null })
  })

  test('P615: the paper may round, and may not lose a tenth of a hectare', async () => {
    const [, fits] = await booksOf(documents)
    expect(fits!.area.documentLimitM2).toBe(100)
    const short = documents.map((given) =>
      given.key === '7|0' ? { ...given, areaDocumentM2: 0.9 * HA } : given,
    )
    const [, open] = await booksOf(short)
    expect(open).toMatchObject({
      area: { documentM2: 9.9 * HA, documentLimitM2: 99 },
      p615: true,
      closureM2: 0,
    })
    expect(open!.area.documentDifferenceM2).toBeCloseTo(-982, 0) // the ellipsoid is nearer to 9.9 ha than the plane
  })

  test('sums to its district and year', async () => {
    const { total, districts, years, districtYears } = sumByDistrictAndYear(await booksOf(documents))
    expect(total).toMatchObject({
      batches: 2,
      batchesWithoutDocumentArea: 1,
      documentM2: 10 * HA,
      bookedM2: 10 * HA,
      closureM2: 0,
    })
    expect(districts).toMatchObject([{ districtCode: '430211', bookedM2: 10 * HA }])
    expect(years).toMatchObject([
      { year: 2018, bookedM2: 0.2 * HA },
      { year: 2020, bookedM2: 9.8 * HA },
    ])
    expect(districtYears).toMatchObject([{ year: 2018 }, { year: 2020, districtCode: '430211' }])
  })
})

describe('one document', () => {
  test('spelt in two ways is one batch', async () => {
    const books = await booksOf([
      approval('湘政地〔2020〕7号', rect(0, 0, 100, 100)),
      approval('湘政地[2020]007号', rect(100, 0, 100, 100)),
    ])
    expect(books).toMatchObject([{ plots: 2, bookedM2: 2 * HA }])
  })

  test('with plots that overlap counts their common land once', async () => {
    const [book, ...rest] = await booksOf([
      approval('甲', rect(0, 0, 100, 100), {}, { key: '甲|1' }),
      approval('甲', rect(50, 0, 100, 100), {}, { key: '甲|2' }),
      approval('甲', rect(75, 0, 100, 100), {}, { key: '甲|3' }),
    ])
    expect(rest).toEqual([])
    expect(book).toMatchObject({ area: { planarM2: 17_500 }, bookedM2: 17_500, snapM2: 0, closureM2: 0 })
    expect(book!.elsewhere.approvedEarlier).toBe(0)
  })

  test('that repeats its whole area on every plot states it once', async () => {
    const plots = [rect(0, 0, 100, 100), rect(100, 0, 50, 100)]
    const [book] = await booksOf(
      plots.map((shape, i) => approval('甲', shape, {}, { key: `甲|${i}`, ...ha(1.5) })),
    )
    expect(book).toMatchObject({ area: { documentM2: 15_000, documentBasis: 'statedOnce' }, p615: false })
  })

  test('of which one plot states no area states none: the sum of the others is not its area', async () => {
    const [book] = await booksOf([
      approval('甲', rect(0, 0, 100, 100), {}, { key: '甲|1', ...ha(1) }),
      approval('甲', rect(100, 0, 100, 100), {}, { key: '甲|2' }),
    ])
    expect(book).toMatchObject({ area: { documentM2: null, documentBasis: 'incomplete' }, p615: null })
  })

  test('without a shape still stands in the list, with what it states', async () => {
    const [book] = await booksOf([whole, approval('甲', null, {}, ha(3))])
    expect(book).toMatchObject({
      plotsWithoutShape: 1,
      bookedM2: 0,
      area: { documentM2: 3 * HA },
      p615: true,
    })
    expect(book!.districts).toMatchObject([{ districtCode: '430211', documentM2: 3 * HA }])
  })

  test('across a border is divided as its land is', async () => {
    const [book] = await booksOf([
      district('430202', rect(0, 0, 30, 100)),
      district('430211', rect(30, 0, 70, 100)),
      approval('甲', rect(0, 0, 100, 100), { expropriation: 'none' }, ha(1)),
    ])
    expect(book!.districts).toMatchObject([
      { districtCode: '430202', bookedM2: 3_000, documentM2: 3_000, inside: { notExpropriated: 3_000 } },
      { districtCode: '430211', bookedM2: 7_000, documentM2: 7_000 },
    ])
  })
})

describe('plots that ended', () => {
  test('are shown as they ended, and where their land is now', async () => {
    const ended = (status: 'withdrawn' | 'reduced', plotNo: number) =>
      ({ status, plot_no: String(plotNo), approved_on: '2019-01-01' }) as const
    const books = await booksOf([
      approval('甲', rect(0, 0, 100, 100), { approved_on: '2019-01-01' }, { key: '甲|1' }),
      approval('甲', rect(100, 0, 100, 100), ended('withdrawn', 2), { key: '甲|2' }),
      approval('甲', rect(200, 0, 100, 100), ended('reduced', 3), { key: '甲|3' }),
      approval('乙', rect(250, 0, 100, 100), { approved_on: '2021-01-01' }),
      approval('丙', rect(150, 0, 40, 100), { approved_on: '2020-01-01', status: 'lapsed' }),
    ])
    const book = (doc: string) => books.find(({ docNo }) => docNo === doc)!
    expect(book('甲')).toMatchObject({
      plots: 3,
      plotsEnded: 2,
      area: { planarM2: 30_000 },
      bookedM2: 10_000,
      ended: { withdrawn: 10_000, lapsed: 0, reduced: 5_000 },
      elsewhere: { approvedEarlier: 0, endedEarlier: 0, approvedAgain: 5_000 },
      closureM2: 0,
      snapM2: 0,
    })
    expect(book('丙')).toMatchObject({
      bookedM2: 0,
      ended: { lapsed: 0 },
      elsewhere: { endedEarlier: 4_000 },
      snapM2: 0,
    })
    expect(book('乙')).toMatchObject({ bookedM2: 10_000, elsewhere: { approvedEarlier: 0 } })
  })

  test('give their land back to a plot of the same document that stands', async () => {
    const [book] = await booksOf([
      approval('甲', rect(0, 0, 100, 100), { status: 'reduced' }, { key: '甲|1' }),
      approval('甲', rect(0, 0, 80, 100), {}, { key: '甲|2' }),
    ])
    expect(book).toMatchObject({
      area: { planarM2: 10_000 },
      bookedM2: 8_000,
      ended: { reduced: 2_000 },
      snapM2: 0,
    })
  })
})

test('supplied land of two approvals answers for each: a contract and a title across their border', async () => {
  const books = await booksOf([
    approval('甲', rect(0, 0, 100, 100)),
    approval('乙', rect(100, 0, 100, 100)),
    supply(supervisionNo(1), rect(50, 0, 100, 100)),
    registration(parcelCode(1), rect(80, 0, 50, 50)),
    // a strip of 0.1 m that no survey can mean, and a title with such a strip inside 甲
    supply(supervisionNo(2), rect(0, 99.9, 40, 0.1)),
    registration(parcelCode(2), parts(rect(-50, 0, 50.1, 40))),
  ])
  const inside = Object.fromEntries(books.map((book) => [book.docNo, book.inside]))
  expect(inside['甲']).toMatchObject({ supplied: 4_000 })
  expect(inside['甲']!.titled).toBeCloseTo(1_000 + 4, 6)
  expect(inside['甲']!.noise).toBeCloseTo(4, 6)
  expect(inside['乙']).toMatchObject({ supplied: 5_000 - 1_500, titled: 1_500, noise: 0 })
  for (const { closureM2 } of books) expect(Math.abs(closureM2)).toBeLessThan(1e-6)
})

describe('any land at all', () => {
  const shape = fc
    .tuple(...[1500, 1500, 900, 900].map((max) => fc.integer({ min: 5, max })))
    .map(([x, y, width, height]) => parts(rect(x! / 10, y! / 10, width! / 10, height! / 10)))
  const day = fc.constantFrom('2019-03-01', '2020-03-01', undefined)
  const documents = fc
    .tuple(
      fc.array(
        fc.tuple(
          shape,
          day,
          fc.constantFrom('valid', 'withdrawn', 'lapsed', undefined),
          fc.integer({ min: 1, max: 4 }),
        ),
        { minLength: 1, maxLength: 8 },
      ),
      fc.array(shape, { maxLength: 4 }),
      fc.array(shape, { maxLength: 4 }),
    )
    .map(([approvals, supplies, titles]): Given[] => [
      district('430202', rect(-500, -500, 560, 2000)),
      ...approvals.map(([land, approved_on, status, number], i) =>
        approval(
          `湘政地〔2020〕${number}号`,
          land,
          { plot_no: String(i), ...(status && { status }), approved_on },
          { key: `${number}|${i}` },
        ),
      ),
      ...supplies.map((land, i) => supply(supervisionNo(i + 1), land)),
      ...titles.map((land, i) => registration(parcelCode(i + 1), land)),
    ])

  test('every batch closes, and its shapes are booked, ended or elsewhere', async () => {
    await fc.assert(
      fc.asyncProperty(documents, async (given) => {
        for (const book of await booksOf(given)) {
          expect(Math.abs(book.closureM2)).toBeLessThan(1e-6)
          expect(Math.abs(book.snapM2)).toBeLessThan(1e-6)
        }
      }),
      { numRuns: 150 },
    )
  })
})

test('the demo city: every batch closes to 0.01 m², and batches sum to the accounts of their districts', async () => {
  const demo = makeDemo({ parcels: 700, seed: 2 })
  const records = [...demo.deliveries, ...demo.later]
    .flatMap((delivery) => [...delivery.records()])
    .map(({ countyCode, kind, layer, key, doc, fields, geometry, areaDocumentM2 }, at): LandRecord => ({
      recordId: at + 1,
      countyCode: countyCode ?? '430211',
      kind,
      layer,
      key,
      doc,
      fields,
      wkb: geometry && encodeMultiPolygon(geometry),
      areaDocumentM2,
      areaPlanarM2: geometry && planarAreaM2(geometry),
      areaEllipsoidM2: geometry && ellipsoidAreaM2(geometry),
      deliveryId: 1,
      rowNo: 1,
    }))
  const city = await makeCity(asOf, records)
  const books = closed(city, records)
  expect(books.length).toBeGreaterThan(100)
  for (const { batch, closureM2, snapM2, plots } of books) {
    expect(Math.abs(closureM2), batch).toBeLessThan(CLOSURE_M2)
    expect(Math.abs(snapM2), batch).toBeLessThan(SNAP_M2 * plots)
  }
  const { districts } = sumByDistrictAndYear(books)
  for (const { code, accounts } of city.ledger.districts) {
    const sums = districts.find(({ districtCode }) => districtCode === code)
    if (!sums) {
      expect(accounts.approved, code).toBe(0)
      continue
    }
    const remainder = remainderStates.reduce((sum, state) => sum + sums.inside[state], 0)
    expect(sums.bookedM2).toBeCloseTo(accounts.approved, 4)
    expect(sums.inside.supplied).toBeCloseTo(accounts.suppliedInside, 6)
    expect(sums.inside.titled).toBeCloseTo(accounts.titledInside, 6)
    expect(remainder).toBeCloseTo(accounts.remainder, 6)
    expect(sums.inside.noise).toBeCloseTo(accounts.noise, 6)
    expect(allOf(sums.ended)).toBeCloseTo(accounts.withdrawn, 6)
  }
})
