import { describe, expect, test } from 'vitest'
import { makeCity, type City } from '../../server/build/city.ts'
import type { Fields } from '../../server/record/record.ts'
import {
  approval,
  completion,
  district,
  parcelCode,
  parts,
  recordsOf,
  rect,
  registration,
  supervisionNo,
  supply,
  type Given,
} from './given.ts'

const asOf = '2024-06-30'
const cityOf = (documents: readonly Given[]): Promise<City> => makeCity(asOf, recordsOf(documents))
/** Kind, document, area to the square decimetre and district of every parcel. */
const land = (city: City) =>
  city.parcels.map((parcel) => [
    parcel.kind,
    parcel.source.doc,
    Math.round(parcel.areaPlanarM2 * 100) / 100,
    parcel.districtCode,
  ])
const totals = (city: City) => city.ledger.total.accounts

describe('land is divided', () => {
  test('an approval with a supply over half of it is supplied land and a remainder', async () => {
    const city = await cityOf([
      approval('甲〔2020〕1号', rect(0, 0, 200, 100)),
      supply(supervisionNo(1), rect(0, 0, 100, 100)),
    ])
    expect(land(city)).toEqual([
      ['supplied', supervisionNo(1), 10_000, '000000'],
      ['remainder', '甲〔2020〕1号', 10_000, '000000'],
    ])
    expect(totals(city)).toMatchObject({
      approved: 20_000,
      suppliedInside: 10_000,
      titledInside: 0,
      remainder: 10_000,
      noise: 0,
      suppliedOutside: 0,
      suppliedTwice: 0,
    })
  })

  test('land approved twice is remainder of the earlier approval and booked once', async () => {
    const city = await cityOf([
      approval('甲〔2021〕9号', rect(100, 0, 200, 100), { approved_on: '2021-05-01' }),
      approval('甲〔2020〕1号', rect(0, 0, 200, 100), { approved_on: '2020-05-01' }),
    ])
    expect(land(city)).toEqual([
      ['remainder', '甲〔2020〕1号', 20_000, '000000'],
      ['remainder', '甲〔2021〕9号', 10_000, '000000'],
    ])
    expect(totals(city)).toMatchObject({ approved: 30_000, remainder: 30_000, approvedTwice: 10_000 })
  })

  test('approvals of one day: the lesser number has the land; an undated one yields to any date', async () => {
    const both = rect(0, 0, 100, 100)
    const sameDay = await cityOf([approval('乙', both), approval('甲', both)])
    expect(land(sameDay).map(([, doc]) => doc)).toEqual([['乙', '甲'].toSorted()[0]])
    const undated = await cityOf([
      approval('甲', both, { approved_on: undefined } as Fields<'approval'>),
      approval('乙', both, { approved_on: '2023-01-01' }),
    ])
    expect(land(undated).map(([, doc]) => doc)).toEqual(['乙'])
  })

  test('a title in the middle of a supply leaves a supplied parcel on either side', async () => {
    const city = await cityOf([
      approval('甲', rect(0, 0, 100, 100)),
      supply(supervisionNo(1), rect(0, 0, 100, 100)),
      registration(parcelCode(1), rect(10, 0, 50, 100)),
    ])
    expect(land(city)).toEqual([
      ['titled', parcelCode(1), 5_000, '000000'],
      ['supplied', supervisionNo(1), 1_000, '000000'],
      ['supplied', supervisionNo(1), 4_000, '000000'],
    ])
    expect(totals(city)).toMatchObject({
      approved: 10_000,
      titledInside: 5_000,
      suppliedInside: 5_000,
      remainder: 0,
    })
  })

  test('land supplied twice belongs to the earlier contract', async () => {
    const city = await cityOf([
      supply(supervisionNo(1), rect(0, 0, 100, 100), { signed_on: '2022-01-01' }),
      supply(supervisionNo(2), rect(50, 0, 100, 100), { signed_on: '2021-01-01' }),
    ])
    expect(land(city)).toEqual([
      ['supplied', supervisionNo(1), 5_000, '000000'],
      ['supplied', supervisionNo(2), 10_000, '000000'],
    ])
  })

  test('pieces that meet only in a corner are two parcels', async () => {
    const city = await cityOf([approval('甲', parts(rect(0, 0, 50, 50), rect(50, 50, 50, 50)))])
    expect(land(city)).toEqual([
      ['remainder', '甲', 2_500, '000000'],
      ['remainder', '甲', 2_500, '000000'],
    ])
  })

  test('titles keep the shape the register gave them, also where two overlap', async () => {
    const city = await cityOf([
      registration(parcelCode(1), rect(0, 0, 100, 100)),
      registration(parcelCode(2), rect(90, 0, 100, 100)),
    ])
    expect(land(city)).toEqual([
      ['titled', parcelCode(1), 10_000, '000000'],
      ['titled', parcelCode(2), 10_000, '000000'],
    ])
    expect(totals(city)).toMatchObject({ titledOutside: 19_000, titleOverlap: 1_000, approved: 0 })
  })

  test('completions and plans make no land of their own', async () => {
    expect(land(await cityOf([completion('验1', rect(0, 0, 100, 100))]))).toEqual([])
  })
})

describe('what surveys merely disagree on', () => {
  test('a strip of 0.1 m along a supply is noise, not a remainder', async () => {
    const city = await cityOf([
      approval('甲', rect(0, 0, 100, 100)),
      supply(supervisionNo(1), rect(0, 0, 99.9, 100)),
    ])
    expect(land(city)).toEqual([['supplied', supervisionNo(1), 9_990, '000000']])
    expect(totals(city).noise).toBeCloseTo(10, 6)
    expect(totals(city)).toMatchObject({ approved: 10_000, remainder: 0 })
  })

  test('a strip of 0.5 m over 60 m is land', async () => {
    const city = await cityOf([
      approval('甲', rect(0, 0, 60.5, 60)),
      supply(supervisionNo(1), rect(0, 0, 60, 60)),
    ])
    expect(land(city)).toEqual([
      ['supplied', supervisionNo(1), 3_600, '000000'],
      ['remainder', '甲', 30, '000000'],
    ])
  })

  test('what a title leaves of its supply is noise inside approval and stays supplied outside it', async () => {
    const city = await cityOf([
      approval('甲', rect(0, 0, 100, 50)),
      supply(supervisionNo(1), rect(0, 0, 100, 100)),
      registration(parcelCode(1), rect(0, 0, 99.9, 100)),
    ])
    expect(land(city).map(([kind]) => kind)).toEqual(['titled'])
    expect(totals(city).noise).toBeCloseTo(5, 6) // 0.1 m × 50 m
    expect(totals(city).suppliedOutside).toBeCloseTo(5, 6)
    expect(totals(city)).toMatchObject({ approved: 5_000, suppliedInside: 0, remainder: 0 })
    expect(totals(city).titledInside).toBeCloseTo(4_995, 6)
  })

  test('noise has one row per document and district, and no shape', async () => {
    const city = await cityOf([
      approval('甲', rect(0, 0, 100, 100)),
      supply(supervisionNo(1), rect(0.1, 0, 99.8, 100)),
    ])
    const rows = city.ledger.pieces.filter(({ account }) => account === 'noise')
    expect(
      rows.map(({ records, areaM2, wkb }) => [records[0]!.doc, Math.round(areaM2 * 1e6) / 1e6, wkb]),
    ).toEqual([['甲', 20, null]])
  })
})

describe('districts', () => {
  const border = [
    district('430202', rect(-500, -500, 620, 1000), '甲区'),
    district('430211', rect(120, -500, 500, 1000), '乙区'),
  ]

  test('a remainder ends at the district border', async () => {
    const city = await cityOf([...border, approval('甲', rect(0, 0, 200, 100))])
    expect(land(city)).toEqual([
      ['remainder', '甲', 12_000, '430202'],
      ['remainder', '甲', 8_000, '430211'],
    ])
    expect(
      city.ledger.districts.map(({ code, accounts }) => [code, accounts.approved, accounts.remainder]),
    ).toEqual([
      ['430202', 12_000, 12_000],
      ['430211', 8_000, 8_000],
    ])
  })

  test('a supply across it is one parcel of the district with most of it, booked in both', async () => {
    const city = await cityOf([
      ...border,
      approval('甲', rect(0, 0, 200, 100)),
      supply(supervisionNo(1), rect(0, 0, 200, 100)),
    ])
    expect(land(city)).toEqual([['supplied', supervisionNo(1), 20_000, '430202']])
    expect(city.ledger.districts.map(({ code, accounts }) => [code, accounts.suppliedInside])).toEqual([
      ['430202', 12_000],
      ['430211', 8_000],
    ])
  })

  test('a title lies in the district with most of it, and land outside every district has a line of its own', async () => {
    const city = await cityOf([
      ...border,
      registration(parcelCode(1), rect(100, 0, 100, 100)),
      approval('外', rect(2000, 0, 10, 10)),
    ])
    expect(land(city)).toEqual([
      ['titled', parcelCode(1), 10_000, '430211'],
      ['remainder', '外', 100, '000000'],
    ])
    expect(city.ledger.districts.map(({ code }) => code)).toEqual(['000000', '430202', '430211'])
  })
})

describe('approvals that ended', () => {
  test('withdrawn, lapsed and reduced approvals make no remainder', async () => {
    const city = await cityOf([
      approval('甲', rect(0, 0, 100, 100), { status: 'withdrawn' }),
      approval('乙', rect(50, 0, 100, 100)),
      approval('丙', rect(300, 0, 10, 10), { status: 'lapsed' }),
      approval('丁', rect(400, 0, 10, 10), { status: 'reduced' }),
    ])
    expect(land(city)).toEqual([['remainder', '乙', 10_000, '000000']])
    expect(totals(city)).toMatchObject({ approved: 10_000, withdrawn: 5_200, approvedTwice: 0 })
  })

  test('an approval withdrawn after the day asked about was valid on it', async () => {
    const shape = rect(0, 0, 100, 100)
    expect(
      totals(await cityOf([approval('甲', shape, { status: 'withdrawn', status_on: '2024-07-01' })]))
        .remainder,
    ).toBe(10_000)
    expect(
      totals(await cityOf([approval('甲', shape, { status: 'withdrawn', status_on: '2024-06-30' })]))
        .remainder,
    ).toBe(0)
  })
})

test('an empty base is an empty city whose ledger closes', async () => {
  const city = await cityOf([])
  expect([city.parcels, city.findings, city.ledger.districts]).toEqual([[], [], []])
  expect(city.ledger.total.closureM2).toBe(0)
})
