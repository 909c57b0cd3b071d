import { describe, expect, test } from 'vitest'
import type { Fields } from '../../../server/record/record.ts'
import { approval, parcelCode, rect, registration, supervisionNo, supply, zone } from '../given.ts'
import { found, gist } from './found.ts'

const homes = registration(parcelCode(1), rect(0, 0, 100, 100), { use: '城镇住宅用地' })
const planned = (width: number, fields: Fields<'layer'> = { use: '工业用地' }) =>
  zone('control_plan', 'A-01', rect(0, 0, width, 100), fields)

describe('P301 plan conflict', () => {
  test.each([
    [4.9, 0],
    [5.1, 1],
  ])('industry planned over %f m of 100 m of homes: %i findings', async (width, count) => {
    expect(await found('P301', [homes, planned(width)])).toHaveLength(count)
  })
  test('says which uses contradict, over which land', async () => {
    const [finding] = await found('P301', [homes, planned(40)])
    expect(gist([finding!])).toEqual([[`${parcelCode(1)} × A-01`, 4_000, false]])
    expect(finding!.detail).toMatchObject({ use: { group: 'RES' }, planned: { group: 'IND' } })
    expect(finding!.shareOfFirst).toBeCloseTo(0.4, 9)
  })
  test('the same group, a zone still pending, an unknown use: no conflict', async () => {
    expect(await found('P301', [homes, planned(100, { use: '居住用地' })])).toEqual([])
    expect(await found('P301', [homes, planned(100, { use: '工业用地', status: 'pending' })])).toEqual([])
    expect(await found('P301', [homes, planned(100, { use: '工业用地', status: 'in_force' })])).toHaveLength(
      1,
    )
    expect(await found('P301', [homes, planned(100, {})])).toEqual([])
    expect(await found('P301', [registration(parcelCode(1), rect(0, 0, 100, 100)), planned(100)])).toEqual([])
  })
  test('a title without a use is asked for the use of its contract', async () => {
    const title = registration(parcelCode(1), rect(0, 0, 100, 100), { supervision_no: supervisionNo(1) })
    const contract = supply(supervisionNo(1), rect(0, 0, 100, 100), { use: '城镇住宅用地' })
    expect(gist(await found('P301', [title, contract, planned(100)]))).toEqual([
      [`${supervisionNo(1)} × A-01`, 10_000, false],
    ])
  })
})

describe.each([
  ['P302', 'farmland'],
  ['P303', 'eco_redline'],
])('%s land on %s', (code, layer) => {
  test('counts real overlap, however small its share', async () => {
    expect(gist(await found(code, [homes, zone(layer, 'N1', rect(99.7, 0, 50, 50))]))).toEqual([
      [`${parcelCode(1)} × N1`, 15, false],
    ])
  })
  test('a border that surveys draw 0.1 m apart is none, nor an exempt or pending zone', async () => {
    expect(await found(code, [homes, zone(layer, 'N1', rect(99.9, 0, 50, 100))])).toEqual([])
    expect(await found(code, [homes, zone(layer, 'N1', rect(50, 0, 50, 100), { exempt: true })])).toEqual([])
    expect(
      await found(code, [homes, zone(layer, 'N1', rect(50, 0, 50, 100), { status: 'pending' })]),
    ).toEqual([])
  })
})

describe.each([
  ['P301', 'control_plan', { use: '工业用地' }],
  ['P302', 'farmland', {}],
  ['P303', 'eco_redline', {}],
])('%s counts only versions in force on the day', (code, layer, fields: Fields<'layer'>) => {
  test.each<[string, Fields<'layer'>, string, number]>([
    ['said to be in force', { status: 'in_force' }, '2024-06-30', 1],
    ['nothing said', {}, '2024-06-30', 1],
    ['being decided', { status: 'pending' }, '2024-06-30', 0],
    [
      'being decided, although a day is given',
      { status: 'pending', in_force_on: '2020-01-01' },
      '2024-06-30',
      0,
    ],
    ['in force from tomorrow', { status: 'in_force', in_force_on: '2024-07-01' }, '2024-06-30', 0],
    ['in force from tomorrow, no state given', { in_force_on: '2024-07-01' }, '2024-06-30', 0],
    ['in force from today', { in_force_on: '2024-07-01' }, '2024-07-01', 1],
  ])('%s', async (_, version, asOf, count) => {
    const zones = [zone(layer, 'N1', rect(50, 0, 50, 100), { ...fields, ...version })]
    const findings = await found(code, [homes, ...zones], asOf)
    expect(findings).toHaveLength(count)
    if (count > 0) {
      expect([findings[0]!.planarM2, findings[0]!.shareOfFirst, findings[0]!.shareOfSecond]).toEqual([
        5_000, 0.5, 1,
      ])
      expect(findings[0]!.detail).toMatchObject({
        test: 'real',
        meanWidthM: 33.3333, // 2 × 5,000 / 300
        in_force_on: version.in_force_on ?? null,
        document: { doc: parcelCode(1), registered_on: '2022-01-10' },
      })
    }
  })

  test('the version in force counts beside one that is not', async () => {
    const documents = [
      homes,
      zone(layer, 'old', rect(90, 0, 10, 100), { ...fields, status: 'in_force' }),
      zone(layer, 'new', rect(0, 0, 100, 100), { ...fields, status: 'pending' }),
    ]
    expect(gist(await found(code, documents))).toEqual([[`${parcelCode(1)} × old`, 1_000, false]])
  })
})

describe('P304 outside the growth boundary', () => {
  const contract = supply(supervisionNo(1), rect(0, 0, 100, 100))
  const boundary = (width: number, fields: Fields<'layer'> = {}) =>
    zone('growth_boundary', 'U1', rect(-500, -500, 500 + width, 1000), fields)

  test('counts the part outside, and names the boundary', async () => {
    const [finding] = await found('P304', [contract, boundary(70)])
    expect(gist([finding!])).toEqual([[`${supervisionNo(1)} × U1`, 3_000, false]])
    expect([finding!.shareOfFirst, finding!.parcels]).toEqual([0.3, [0]])
    expect(finding!.detail).toMatchObject({ test: 'real', limitShare: 0.001, boundary: { doc: 'U1' } })
  })
  test('land wholly outside names no boundary', async () => {
    expect(gist(await found('P304', [contract, boundary(-50)]))).toEqual([[supervisionNo(1), 10_000, false]])
  })
  test.each([
    [99.7, 1], // 0.3 m, 0.3 %
    [99.85, 0], // 0.15 m wide: noise
    [100, 0],
    [200, 0],
  ])('a boundary at %f m of 100 m: %i findings', async (width, count) => {
    expect(await found('P304', [contract, boundary(width)])).toHaveLength(count)
  })
  test('a strip of a tenth of a percent is drawn a little differently, however wide', async () => {
    const long = supply(supervisionNo(1), rect(0, 0, 1000, 20))
    const until = (width: number) => zone('growth_boundary', 'U1', rect(-500, -500, 500 + width, 1000))
    expect(await found('P304', [long, until(999)])).toEqual([]) // 20 m² of 20,000 m², 1 m wide
    expect(await found('P304', [long, until(998.9)])).toHaveLength(1) // 22 m²
  })
  test('is not asked while the layer is not there', async () => {
    expect(await found('P304', [contract])).toEqual([])
  })
  test('a boundary that is pending takes nothing in; one that is in force since does', async () => {
    const more = (fields: Fields<'layer'>) => zone('growth_boundary', 'U2', rect(60, 0, 100, 100), fields)
    const pair = (fields: Fields<'layer'>) => [contract, boundary(70), more(fields)]
    expect(await found('P304', pair({ status: 'pending' }))).toHaveLength(1)
    expect(await found('P304', pair({ in_force_on: '2024-07-01' }), '2024-06-30')).toHaveLength(1)
    expect(await found('P304', pair({ in_force_on: '2024-07-01' }), '2024-07-01')).toEqual([])
  })
  test('farm land, collective land and old houses are not asked; new titles and approvals are', async () => {
    const outside = boundary(-50)
    const land = rect(0, 0, 100, 100)
    const title = (code: string, fields: Fields<'registration'> = {}) => registration(code, land, fields)
    expect(await found('P304', [outside, title(parcelCode(1))])).toHaveLength(1)
    expect(await found('P304', [outside, approval('甲', land)])).toHaveLength(1)
    expect(await found('P304', [outside, title(parcelCode(1), { legacy_built: true })])).toEqual([])
    expect(await found('P304', [outside, title('430211001001JC00001')])).toEqual([])
    expect(await found('P304', [outside, title(parcelCode(1), { use: '耕地' })])).toEqual([])
  })
})
