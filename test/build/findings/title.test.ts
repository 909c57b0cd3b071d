import { describe, expect, test } from 'vitest'
import type { Fields } from '../../../server/record/record.ts'
import { parcelCode, rect, registration, supervisionNo, supply } from '../given.ts'
import { found, gist } from './found.ts'

const land = rect(0, 0, 100, 100)
const cert = (serial: number) => `湘(2022)株洲市不动产权第000000${serial}号`
const title = (serial: number, shape = land, fields: Fields<'registration'> = {}) =>
  registration(parcelCode(serial), shape, { cert_no: cert(serial), ...fields })

describe('P402 two certificates over one parcel', () => {
  test('is raised beside P401, with both certificates', async () => {
    const documents = [title(1), title(2, rect(40, 0, 100, 100))]
    const [finding] = await found('P402', documents)
    expect(gist([finding!])).toEqual([[`${parcelCode(1)} × ${parcelCode(2)}`, 6_000, false]])
    expect([finding!.shareOfFirst, finding!.shareOfSecond, finding!.parcels]).toEqual([0.6, 0.6, [0, 1]])
    expect(finding!.detail).toMatchObject({
      test: 'real', limitShare: 0.5, first: { cert_no: cert(1) }, second: { cert_no: cert(2) },
    }) // prettier-ignore
    expect(await found('P401', documents)).toHaveLength(1)
  })
  test.each([
    ['half of both', title(2, rect(50, 0, 100, 100)), 1],
    ['less than half', title(2, rect(51, 0, 100, 100)), 0],
    ['half of the smaller one only', title(2, rect(0, 0, 30, 100)), 0],
    ['the same certificate in full width', title(2, land, { cert_no: cert(1).replace('(', '（').replace(')', '）') }), 0],
    ['no certificate named', registration(parcelCode(2), land), 0],
  ])('%s: %#', async (_, other, count) => {
    expect(await found('P402', [title(1), other])).toHaveLength(count)
  }) // prettier-ignore
})

describe('P401 holds rights against their own kind', () => {
  const code = (letter: string, serial: number) => `430211001001G${letter}0000${serial}`
  test.each([
    ['B', 'X', 0],
    ['B', 'S', 0],
    ['S', 'X', 0],
    ['X', 'X', 1],
    ['B', 'W', 1],
  ])('feature letters %s and %s over the same land: %i', async (a, b, count) => {
    expect(
      await found('P401', [registration(code(a, 1), land), registration(code(b, 2), land)]),
    ).toHaveLength(count)
  })
})

describe('P403 registered to another holder than the contract', () => {
  const no = supervisionNo(1)
  const firm = '91350100M000100Y43'
  const other = '91430200MA4L0000XG'
  const pair = (
    contract: Fields<'supply'>,
    registered: Fields<'registration'>,
    { named = true, shape = land } = {},
  ) => [supply(no, land, contract), registration(parcelCode(1), shape, { ...(named && { supervision_no: no }), ...registered })] // prettier-ignore

  test('names title and contract, and no person', async () => {
    const findings = await found(
      'P403',
      pair({ holder: '甲公司' }, { holder: '乙公司' }, { shape: rect(0, 0, 100, 80) }),
    )
    expect(gist(findings)).toEqual([[`${parcelCode(1)} × ${no}`, 8_000, false]])
    expect([findings[0]!.shareOfFirst, findings[0]!.shareOfSecond, findings[0]!.parcels]).toEqual([
      1,
      0.8,
      [0],
    ])
    expect(findings[0]!.detail).toMatchObject({
      by: 'name', test: 'real', title: { registered_on: '2022-01-10' }, contract: { signed_on: '2021-06-01' },
    }) // prettier-ignore
    expect(JSON.stringify(findings[0]!.detail)).not.toMatch(/公司/)
  })
  test.each<[string, Fields<'supply'>, Fields<'registration'>, number]>([
    ['the same name, in full width and with a blank', { holder: '甲(株洲)公司' }, { holder: '甲（株洲） 公司' }, 0],
    ['another name, the same code', { holder: '甲公司', holder_code: firm }, { holder: '乙公司', holder_code: firm.toLowerCase() }, 0],
    ['the same name, another code', { holder: '甲公司', holder_code: firm }, { holder: '甲公司', holder_code: other }, 0],
    ['the older code of the same firm', { holder: '甲公司', holder_code: firm }, { holder: '乙公司', holder_code: 'M000100Y4' }, 0],
    ['a code with a wrong check decides nothing', { holder: '甲公司', holder_code: firm }, { holder: '甲公司', holder_code: '91350100M000100Y44' }, 0],
    ['one of several holders', { holder: '甲公司' }, { holder: '乙公司、甲公司' }, 0],
    ['a title without a holder', { holder: '甲公司', holder_code: firm }, {}, 0],
    ['a code here, a name there', { holder_code: firm }, { holder: '乙公司' }, 0],
    ['another name, one code blank', { holder: '甲公司', holder_code: firm }, { holder: '乙公司' }, 1],
  ])('%s', async (_, contract, registered, count) => {
    expect(await found('P403', pair(contract, registered))).toHaveLength(count)
  }) // prettier-ignore
  test('a contract that only lies here may be an older one', async () => {
    expect(await found('P403', pair({ holder: '甲公司' }, { holder: '乙公司' }, { named: false }))).toEqual(
      [],
    )
  })
  test('one contract that agrees is enough', async () => {
    const documents = [
      ...pair({ holder: '甲公司' }, { holder: '乙公司', project: '厂房' }),
      supply(supervisionNo(2), land, { holder: '乙公司', project: '厂房' }),
    ]
    expect(await found('P403', documents)).toEqual([])
  })
})
