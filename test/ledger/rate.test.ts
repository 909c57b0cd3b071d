import { describe, expect, test } from 'vitest'
import {
  batchRate,
  landSource,
  sourceUnknownM2,
  stockRate,
  windowsOf,
  type ApprovedLand,
  type SuppliedLand,
} from '../../server/ledger/rate.ts'

const HA = 10_000
const asOf = '2025-06-30'

/** A batch and what was supplied of it, hectares; documents state what the land measures unless said otherwise. */
const batch = (
  approvedOn: string,
  approvedHa: number,
  suppliedHa: number,
  documentHa: number | null = approvedHa,
) => {
  const approved: ApprovedLand = {
    batch: approvedOn,
    districtCode: '430211',
    approvedOn,
    bookedM2: approvedHa * HA,
    remainderM2: (approvedHa - suppliedHa) * HA,
    noiseM2: 0,
    documentM2: documentHa === null ? null : documentHa * HA,
  }
  return { approved, supplied: supplied(approvedOn, '2023-05-01', suppliedHa) }
}
const supplied = (of: string, suppliedOn: string | null, ha: number): SuppliedLand => ({
  batch: of,
  recordId: 1,
  parcelId: null,
  districtCode: '430211',
  suppliedOn,
  areaM2: ha * HA,
  documentM2: ha * HA,
})

describe('supply of batches', () => {
  // test-vectors.json, supply_rate: base year 2024
  const batches = [batch('2021-04-01', 100, 80), batch('2022-04-01', 120, 60), batch('2023-04-01', 80, 10)]
  const outside = [batch('2020-12-31', 500, 500), batch('2024-01-01', 500, 0)]
  const all = [...batches, ...outside]
  const approved = all.map((each) => each.approved)
  const lands = all.map((each) => each.supplied)

  test('ULAPI2: three years before the base year, 150 of 300 ha', () => {
    const window = windowsOf(2024, asOf).ULAPI2
    expect(window).toEqual({ fromYear: 2021, toYear: 2023, baseDate: '2024-12-31' })
    expect(batchRate('ULAPI2', window, approved, lands)).toMatchObject({
      planar: { partM2: 150 * HA, wholeM2: 300 * HA, percent: 50 },
      document: { percent: 50 },
      counted: 3,
    })
  })

  test('the five years before, the year before, and what is left', () => {
    const { SUPPLY_5Y, SUPPLY_1Y, UNSUPPLIED } = windowsOf(2024, asOf)
    expect(batchRate('SUPPLY_5Y', SUPPLY_5Y, approved, lands).planar.percent).toBeCloseTo(
      (650 / 800) * 100,
      9,
    )
    expect(batchRate('SUPPLY_1Y', SUPPLY_1Y, approved, lands).planar.percent).toBe(12.5)
    expect(batchRate('UNSUPPLIED', UNSUPPLIED, approved, lands).planar).toMatchObject({
      partM2: 150 * HA,
      wholeM2: 800 * HA,
    })
  })

  test('land supplied after the base date is still unsupplied on it; land without a date is neither', () => {
    const { approved: of } = batch('2022-01-01', 10, 6)
    const deeds = [
      supplied('2022-01-01', '2024-12-31', 1),
      supplied('2022-01-01', '2025-01-01', 2),
      supplied('2022-01-01', null, 3),
    ]
    const { ULAPI2, UNSUPPLIED } = windowsOf(2024, asOf)
    const rate = batchRate('ULAPI2', ULAPI2, [of], deeds)
    expect(rate.planar).toEqual({ partM2: HA, wholeM2: 10 * HA, percent: 10 })
    expect(rate.split).toEqual({
      suppliedM2: HA,
      suppliedLaterM2: 2 * HA,
      suppliedUndatedM2: 3 * HA,
      remainderM2: 4 * HA,
      noiseM2: 0,
    })
    const left = batchRate('UNSUPPLIED', UNSUPPLIED, [of], deeds)
    expect(left.planar.partM2).toBe(6 * HA)
    expect(left.document.partM2).toBe(6 * HA)
  })

  test('a paper without an area is in neither side of the document rate, and said so', () => {
    const silent = batch('2022-04-01', 100, 60, null)
    const other = batch('2023-04-01', 100, 20, 90)
    const rate = batchRate(
      'ULAPI2',
      windowsOf(2024, asOf).ULAPI2,
      [silent.approved, other.approved],
      [silent.supplied, other.supplied],
    )
    expect(rate.planar.percent).toBe(40)
    expect(rate.document).toMatchObject({ partM2: 20 * HA, wholeM2: 90 * HA })
    expect(rate.withoutDocumentM2).toBe(100 * HA)
  })

  test('nothing approved gives no rate, not nought', () => {
    expect(batchRate('ULAPI2', windowsOf(1990, asOf).ULAPI2, approved, lands).planar).toEqual({
      partM2: 0,
      wholeM2: 0,
      percent: null,
    })
  })

  test('the base date is the end of the year, or the day asked about if that is earlier', () => {
    expect(windowsOf(2025, asOf).ULAPI2.baseDate).toBe(asOf)
    expect(windowsOf(2024, asOf).ULAPI2.baseDate).toBe('2024-12-31')
  })
})

describe('stock land', () => {
  const contract = (
    signedOn: string | null,
    source: string | undefined,
    ha: number,
    documentHa: number | null = ha,
  ) => ({
    recordId: 1,
    districtCode: '430211',
    signedOn,
    source: landSource(source),
    planarM2: ha * HA,
    documentM2: documentHa === null ? null : documentHa * HA,
  })

  test('ULAPI1: existing construction land of all whose source is known, over three years', () => {
    const supplies = [
      contract('2022-01-01', '现有建设用地', 3, 2.9),
      contract('2023-01-01', '新增建设用地(来自存量库)', 5),
      contract('2024-12-31', '新增建设用地', 2, null),
      contract('2024-06-01', undefined, 7),
      contract('2021-12-31', '现有建设用地', 100),
      contract(null, '现有建设用地', 100),
    ]
    const window = windowsOf(2024, asOf).ULAPI1
    expect(window).toMatchObject({ fromYear: 2022, toYear: 2024 })
    const rate = stockRate(window, supplies)
    expect(rate.planar).toEqual({ partM2: 3 * HA, wholeM2: 10 * HA, percent: 30 })
    expect(rate.document).toMatchObject({ partM2: 2.9 * HA, wholeM2: 7.9 * HA })
    expect(rate.split).toEqual({ existingM2: 3 * HA, poolM2: 5 * HA, newM2: 2 * HA })
    expect(rate.withoutDocumentM2).toBe(2 * HA)
    expect(sourceUnknownM2(window, supplies)).toBe(7 * HA)
  })

  test.each([
    ['现有建设用地', 'existing'],
    ['存量建设用地', 'existing'],
    ['新增建设用地（来自存量库）', 'pool'],
    ['新增建设用地', 'new'],
    ['其他', null],
    [undefined, null],
  ])('%s is %s', (text, source) => expect(landSource(text)).toBe(source))
})
