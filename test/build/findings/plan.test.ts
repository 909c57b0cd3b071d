import { describe, expect, test } from 'vitest'
import type { Fields } from '../../../server/record/record.ts'
import { parcelCode, rect, registration, supervisionNo, supply, zone } from '../given.ts'
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
