import { describe, expect, test } from 'vitest'
import { rect, supervisionNo, supply } from '../given.ts'
import { found, gist } from './found.ts'

const land = rect(0, 0, 100, 100)
const [one, two, three] = [supervisionNo(1), supervisionNo(2), supervisionNo(3)]

describe('P207 supplied twice', () => {
  test('names the earlier contract first, with the common land and its share of both', async () => {
    const later = supply(one, rect(75, 0, 100, 100), { signed_on: '2023-05-01', method: '挂牌出让' })
    const findings = await found('P207', [later, supply(two, land, { signed_on: '2021-05-01' })])
    expect(gist(findings)).toEqual([[`${two} × ${one}`, 2_500, false]])
    expect([findings[0]!.shareOfFirst, findings[0]!.shareOfSecond]).toEqual([0.25, 0.25])
    expect(findings[0]!.detail).toMatchObject({
      test: 'real',
      overlap: 'partial',
      first: { doc: two, signed_on: '2021-05-01' },
      second: { doc: one, signed_on: '2023-05-01', method: '挂牌出让' },
      sameProject: null,
      sameHolder: null,
    })
  })
  test('lies on the parcel of the earlier contract', async () => {
    const [finding] = await found('P207', [supply(one, land), supply(two, land, { signed_on: '2023-01-01' })])
    expect(finding!.parcels).toEqual([0])
  })
  test('a second contract of the same project and holder is one, and says so', async () => {
    const same = { project: '厂房一期', holder: '甲公司' }
    const [finding] = await found('P207', [
      supply(one, land, same),
      supply(two, land, { ...same, holder: '甲 公司' }),
    ])
    expect(finding!.detail).toMatchObject({
      sameProject: true,
      sameHolder: true,
      overlap: 'whole',
      wholeOf: 'both',
    })
  })
  test('three contracts are three pairs', async () => {
    const findings = await found(
      'P207',
      [one, two, three].map((no) => supply(no, land)),
    )
    expect(findings.map(({ detail }) => detail.alsoUnder)).toEqual([[three], [two], [one]])
  })
  test.each([
    ['the same number, written in small letters', one.toLowerCase()],
    ['a change of the contract', `${one}-1`],
  ])('%s is the same contract', async (_, number) => {
    const row = supply(number, rect(50, 0, 100, 100), {}, { key: 'row 2' })
    expect(await found('P207', [supply(one, land), row])).toEqual([])
  })
  test('rows without a number are not known to be one contract', async () => {
    const row = (key: string) => supply(one, land, { supervision_no: undefined } as never, { key })
    expect(await found('P207', [row('a'), row('b')])).toHaveLength(1)
  })
  test('contracts that share a border are none', async () => {
    expect(await found('P207', [supply(one, land), supply(two, rect(100, 0, 100, 100))])).toEqual([])
  })
})

describe('P511 a supplement that sets the start before its own signing', () => {
  test.each([
    ['2023-04-30', 1],
    ['2023-05-01', 0], // on that day it may be
    ['2023-05-02', 0],
  ])('start agreed for %s, signed on 2023-05-01: %i', async (start_due, count) => {
    const findings = await found('P511', [
      supply(one, land, { start_due, supplement_signed_on: '2023-05-01' }),
    ])
    expect(findings).toHaveLength(count)
    if (count === 1) {
      expect(gist(findings)).toEqual([[one, 10_000, false]])
      expect(findings[0]!.detail).toEqual({
        test: 'as_drawn', signed_on: '2021-06-01', supplement_signed_on: '2023-05-01', start_due: '2023-04-30',
      }) // prettier-ignore
    }
  })
  test('needs both days', async () => {
    expect(await found('P511', [supply(one, land, { start_due: '2023-04-30' })])).toEqual([])
    const undated = supply(one, land, { start_due: undefined, supplement_signed_on: '2023-05-01' } as never)
    expect(await found('P511', [undated])).toEqual([])
  })
})
