import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { accounts } from '../../server/build/account.ts'
import { makeCity, type City } from '../../server/build/city.ts'
import { emptyAccounts, requireClosed } from '../../server/build/ledger.ts'
import type { MultiPolygon } from '../../server/geo/polygon.ts'
import {
  approval,
  completion,
  district,
  parcelCode,
  recordsOf,
  rect,
  registration,
  supervisionNo,
  supply,
  zone,
  type Given,
} from './given.ts'

const asOf = '2024-06-30'

/** A few documents of every register over the same few hectares, at odd places and angles. */
const shape = fc
  .tuple(
    fc.integer({ min: 0, max: 1500 }),
    fc.integer({ min: 0, max: 1500 }),
    fc.integer({ min: 2, max: 900 }),
    fc.integer({ min: 2, max: 900 }),
    fc.integer({ min: -300, max: 300 }),
  )
  .map(([x, y, width, height, lean]) => leaning(rect(x / 10, y / 10, width / 10, height / 10), lean / 1000))
const day = fc.constantFrom('2019-03-01', '2020-03-01', '2021-03-01')
const documents = fc
  .tuple(
    fc.array(fc.tuple(shape, day, fc.constantFrom('valid', 'withdrawn', undefined)), {
      minLength: 1,
      maxLength: 6,
    }),
    fc.array(fc.tuple(shape, day), { maxLength: 5 }),
    fc.array(fc.tuple(shape, day), { maxLength: 5 }),
    fc.array(shape, { maxLength: 3 }),
  )
  .map(([approvals, supplies, titles, works]): Given[] => [
    district('430202', rect(-500, -500, 560, 2000)),
    district('430211', rect(60, -500, 45, 2000)),
    ...approvals.map(([land, approved_on, status], i) =>
      approval(`湘政地〔2020〕${i + 1}号`, land, { approved_on, ...(status && { status }) }),
    ),
    ...supplies.map(([land, signed_on], i) => supply(supervisionNo(i + 1), land, { signed_on })),
    ...titles.map(([land, registered_on], i) => registration(parcelCode(i + 1), land, { registered_on })),
    ...works.map((land, i) => completion(`验${i + 1}`, land)),
    zone('farmland', 'N1', rect(20, 20, 40, 40)),
  ])

function leaning(land: MultiPolygon, lean: number): MultiPolygon {
  const [x0, y0] = land[0]![0]![0]!
  const round = (n: number) => Math.round(n * 1e4) / 1e4
  return land.map((polygon) =>
    polygon.map((ring) => ring.map(([x, y]) => [round(x + lean * (y - y0)), round(y - lean * (x - x0))])),
  )
}

/** Everything a reader sees, with documents by their numbers: record ids follow the order of arrival. */
const seen = (city: City) => ({
  parcels: city.parcels.map((parcel) => [
    parcel.kind,
    parcel.source.doc,
    Buffer.from(parcel.wkb).toString('hex'),
    parcel.districtCode,
  ]),
  ledger: city.ledger.districts,
  findings: city.findings.map(({ records, wkb, ...finding }) => ({
    ...finding,
    records: records.map(({ doc }) => doc),
    wkb: wkb && Buffer.from(wkb).toString('hex'),
  })),
  links: city.links.map((links) =>
    links.map(({ record, evidence, certainty, areaM2, shareOfParcel, shareOfRecord }) => [
      record.doc,
      evidence,
      certainty,
      areaM2,
      shareOfParcel,
      shareOfRecord,
    ]),
  ),
})

describe('any land at all', () => {
  test('closes in every district, and every figure is the sum of its pieces', async () => {
    await fc.assert(
      fc.asyncProperty(documents, async (given) => {
        const { ledger } = await makeCity(asOf, recordsOf(given))
        for (const { code, accounts: booked, closureM2 } of ledger.districts) {
          expect(Math.abs(closureM2)).toBeLessThan(1e-6)
          for (const account of accounts) {
            const pieces = ledger.pieces.filter(
              (piece) => piece.account === account && piece.districtCode === code,
            )
            expect(pieces.reduce((sum, piece) => sum + piece.areaM2, 0)).toBeCloseTo(booked[account], 6)
          }
        }
      }),
      { numRuns: 40 },
    )
  })

  test('is the same city in whatever order its documents arrived', async () => {
    const shuffled = documents.chain((given) =>
      fc.tuple(
        fc.constant(given),
        fc.shuffledSubarray(given, { minLength: given.length, maxLength: given.length }),
      ),
    )
    await fc.assert(
      fc.asyncProperty(shuffled, async ([given, other]) => {
        expect(seen(await makeCity(asOf, recordsOf(other)))).toEqual(
          seen(await makeCity(asOf, recordsOf(given))),
        )
      }),
      { numRuns: 20 },
    )
  })

  test('rows of one number swap places without a trace', async () => {
    const twins = (a: string, b: string) => [
      approval('甲', rect(0, 0, 200, 200)),
      supply(supervisionNo(1), rect(0, 0, 100, 100), { project: '东' }, { key: a }),
      supply(supervisionNo(1), rect(50, 0, 100, 100), { project: '西' }, { key: b }),
    ]
    const no = supervisionNo(1)
    expect(seen(await makeCity(asOf, recordsOf(twins(no, `${no}#2`))))).toEqual(
      seen(await makeCity(asOf, recordsOf(twins(`${no}#2`, no)))),
    )
  })
})

describe('books that do not close', () => {
  const sheet = (closureM2: number) => ({
    districts: [{ code: '430211', accounts: emptyAccounts(), closureM2 }],
    total: { accounts: emptyAccounts(), closureM2 },
  })
  test('refuse to be published, and say where', () => {
    const [record] = recordsOf([approval('湘政地〔2020〕1号', rect(0, 0, 10, 10))])
    const moved = (errorM2: number) => ({ record: record!, errorM2 })
    expect(() => requireClosed(sheet(0.0099), moved(0.05))).not.toThrow()
    expect(() => requireClosed(sheet(-0.0101), moved(0))).toThrow(/LEDGER_OPEN.*430211/)
    expect(() => requireClosed(sheet(Number.NaN), null)).toThrow(/LEDGER_OPEN/)
    expect(() => requireClosed(sheet(0), moved(0.051))).toThrow(/LEDGER_OPEN.*湘政地〔2020〕1号/)
  })
})
