import { describe, expect, test } from 'vitest'
import type { Fields } from '../../../server/record/record.ts'
import {
  approval,
  parcelCode,
  parts,
  rect,
  registration,
  supervisionNo,
  supply,
  type Given,
} from '../given.ts'
import { found, gist } from './found.ts'

const land = rect(0, 0, 100, 100)

describe('P101 counts only for time in which both approvals are valid', () => {
  const ended = (status_on: string | undefined, status: 'withdrawn' | 'lapsed' | 'reduced' = 'withdrawn') =>
    approval('甲〔2019〕1号', land, { approved_on: '2019-04-08', status, ...(status_on && { status_on }) })
  const again = (approved_on: string) => approval('乙〔2020〕2号', land, { approved_on })

  test.each([
    ['approved again after the first was withdrawn', '2020-05-01', '2021-03-01', '2024-06-30', 0],
    ['approved again while the first still held, which was then withdrawn', '2022-05-01', '2021-03-01', '2024-06-30', 0], // prettier-ignore
    ['asked for a day on which both held', '2022-05-01', '2021-03-01', '2021-12-31', 1],
    ['the last day on which both hold', '2022-05-01', '2021-03-01', '2022-04-30', 1],
    ['the day of the end', '2022-05-01', '2021-03-01', '2022-05-01', 0],
    ['an end nobody dated', undefined, '2021-03-01', '2021-12-31', 0],
  ])('%s', async (_, end, approvedOn, asOf, count) => {
    for (const status of ['withdrawn', 'lapsed', 'reduced'] as const)
      expect(await found('P101', [ended(end, status), again(approvedOn)], asOf)).toHaveLength(count)
  })

  test('says since when both hold, and until when, where the end is decided', async () => {
    const [finding] = await found('P101', [ended('2024-07-15'), again('2021-03-01')], '2024-06-30')
    expect(finding!.detail).toMatchObject({
      bothValidFrom: '2021-03-01',
      bothValidUntil: '2024-07-15',
      first: {
        doc: '甲〔2019〕1号',
        approved_on: '2019-04-08',
        status: 'withdrawn',
        status_on: '2024-07-15',
      },
      second: { doc: '乙〔2020〕2号', approved_on: '2021-03-01', status: null, status_on: null },
    })
  })

  test('a day nobody wrote down leaves the period open, not the finding', async () => {
    const undated = approval('丙', land, { approved_on: undefined } as unknown as Fields<'approval'>)
    const [finding] = await found('P101', [again('2021-03-01'), undated])
    expect(finding!.detail).toMatchObject({ bothValidFrom: null, bothValidUntil: null })
  })
})

describe('P101 says how much of which approval', () => {
  const over = async (shape: ReturnType<typeof rect>) =>
    (await found('P101', [approval('甲', land), approval('乙', shape, { approved_on: '2021-01-01' })]))[0]!

  test.each([
    ['both, drawn alike', rect(0, 0, 100, 100), { overlap: 'whole', wholeOf: 'both' }, [1, 1]],
    [
      'the later inside the earlier',
      rect(20, 20, 10, 10),
      { overlap: 'whole', wholeOf: 'second' },
      [0.01, 1],
    ],
    [
      'the earlier inside the later',
      rect(-50, -50, 200, 200),
      { overlap: 'whole', wholeOf: 'first' },
      [1, 0.25],
    ],
    [
      'all but a border 0.1 m wide',
      rect(0.1, 0, 100, 100),
      { overlap: 'whole', wholeOf: 'both' },
      [0.999, 0.999],
    ],
    ['all but a strip of 0.5 m', rect(0.5, 0, 100, 100), { overlap: 'partial' }, [0.995, 0.995]],
    ['a fifth', rect(80, 0, 100, 100), { overlap: 'partial' }, [0.2, 0.2]],
  ])('%s', async (_, shape, said, shares) => {
    const { detail, shareOfFirst, shareOfSecond } = await over(shape)
    expect(detail).toMatchObject(said)
    expect('wholeOf' in detail).toBe('wholeOf' in said)
    expect(shareOfFirst).toBeCloseTo(shares[0]!, 9)
    expect(shareOfSecond).toBeCloseTo(shares[1]!, 9)
  })

  test('three over one piece are three findings, each naming the third', async () => {
    const documents = [
      approval('甲', rect(0, 0, 60, 100), { approved_on: '2020-01-01' }),
      approval('乙', rect(30, 0, 50, 100), { approved_on: '2021-01-01' }),
      approval('丙', rect(50, 0, 50, 100), { approved_on: '2022-01-01' }),
    ]
    const findings = await found('P101', documents)
    const said = findings.map(({ records, planarM2, detail }) => [
      records.map(({ doc }) => doc).join(' × '),
      Math.round(planarM2!),
      detail.alsoUnder,
    ])
    // 甲 30-60 with 乙, 50-60 with 丙; 乙 50-80 with 丙: every pair has 50-60 in common with the third
    expect(new Set(said.map((each) => JSON.stringify(each)))).toEqual(
      new Set(['["甲 × 丙",1000,["乙"]]', '["甲 × 乙",3000,["丙"]]', '["乙 × 丙",3000,["甲"]]']),
    )
  })

  test('a third that meets both, but their common land by noise alone, is not named', async () => {
    const documents = [
      approval('甲', rect(0, 0, 60, 100), { approved_on: '2020-01-01' }),
      approval('乙', rect(30, 0, 60, 100), { approved_on: '2021-01-01' }),
      // over 甲 alone, over 乙 alone, and 0.1 m over both
      approval('丙', parts(rect(0, 0, 30.1, 50), rect(60, 0, 20, 50)), { approved_on: '2022-01-01' }),
    ]
    const [finding] = (await found('P101', documents)).filter(({ records }) => records[1]!.doc === '乙')
    expect(finding!.detail.alsoUnder).toEqual([])
  })

  test('further plots of one document are not further approvals', async () => {
    const documents = [
      approval('湘政地〔2020〕1号', land, { approved_on: '2020-01-01' }, { key: '1|1' }),
      approval('湘政地〔2020〕1号', land, { approved_on: '2020-01-01' }, { key: '1|2' }),
      approval('乙', land, { approved_on: '2021-01-01' }),
    ]
    const findings = await found('P101', documents)
    expect(findings.map(({ detail }) => detail.alsoUnder)).toEqual([[], []])
  })
})

describe('P102 and P103, the two years of an approval', () => {
  const waiting = (fields: Fields<'approval'> = {}) =>
    approval('甲', land, {
      approved_on: '2022-06-30', compensated: false, expropriation: 'none', site_used: false, ...fields,
    }) // prettier-ignore
  const codes = async (documents: readonly Given[], asOf: string) =>
    (await Promise.all(['P102', 'P103'].map((code) => found(code, documents, asOf))))
      .flat()
      .map(({ code }) => code)

  // approved 2022-06-30: last day 2024-06-30, lapses from 2024-07-01 (test-vectors.json); 180 days before: 2024-01-02
  test.each([
    ['2024-01-01', []],
    ['2024-01-02', ['P102']],
    ['2024-06-30', ['P102']],
    ['2024-07-01', ['P103']],
  ])('on %s: %j', async (asOf, expected) => expect(await codes([waiting()], asOf)).toEqual(expected))

  test('approved on 29 February: two years later the month ends on the 28th', async () => {
    const leap = waiting({ approved_on: '2020-02-29' })
    expect(await codes([leap], '2022-02-28')).toEqual(['P102'])
    expect(await codes([leap], '2022-03-01')).toEqual(['P103'])
  })

  test.each<[string, Fields<'approval'>, string[]]>([
    ['compensated', { compensated: true }, []],
    ['in use', { site_used: true }, []],
    ['ended', { status: 'lapsed', status_on: '2024-08-01' }, []],
    ['not known whether it is used', { site_used: undefined } as unknown as Fields<'approval'>, ['P102']],
    ['not known whether it is compensated', { compensated: undefined } as unknown as Fields<'approval'>, ['P102']],
    ['neither compensation nor expropriation known', { compensated: undefined, expropriation: undefined } as unknown as Fields<'approval'>, []],
    ['without a day', { approved_on: undefined } as unknown as Fields<'approval'>, []],
    ['expropriated, compensation owing', { expropriation: 'done' }, ['P103']],
  ])('past the last day, %s: %j', async (_, fields, expected) =>
    expect(await codes([waiting(fields)], '2024-09-01')).toEqual(expected),
  ) // prettier-ignore

  test('is said of what is left of it, and of none that is supplied whole', async () => {
    const half = [waiting(), supply(supervisionNo(1), rect(0, 0, 100, 60))]
    const findings = await found('P103', half, '2024-07-01')
    expect(gist(findings)).toEqual([['甲', 4_000, false]])
    expect(findings[0]!.shareOfFirst).toBeCloseTo(0.4, 9)
    expect(findings[0]!.detail).toMatchObject({ two_year_last_day: '2024-06-30', daysLeft: -1, test: 'real' })
    expect(await found('P103', [waiting(), supply(supervisionNo(1), land)], '2024-07-01')).toEqual([])
  })

  test('the office that expropriates knows best, piece by piece', async () => {
    const done: Given = {
      kind: 'expropriation', layer: '', key: '征1', shape: land, areaDocumentM2: null,
      fields: { doc_no: '征1', state: 'done', compensated: true },
    } // prettier-ignore
    expect(await codes([waiting(), done], '2024-07-01')).toEqual([])
  })
})

describe('P105 the number says one thing, the place another', () => {
  const here = approval('甲〔2020〕1号', land)
  const elsewhere = approval('乙〔2020〕2号', rect(500, 0, 100, 100))
  const contract = (shape = land, approval_doc_no = '乙〔2020〕2号') =>
    supply(supervisionNo(1), shape, { approval_doc_no })

  test('names the document, the approval on its land and the one it names', async () => {
    const [finding, ...others] = await found('P105', [here, elsewhere, contract()])
    expect(others).toEqual([])
    expect(gist([finding!])).toEqual([[`${supervisionNo(1)} × 甲〔2020〕1号 × 乙〔2020〕2号`, 10_000, false]])
    expect([finding!.shareOfFirst, finding!.shareOfSecond]).toEqual([1, 1])
    expect(finding!.detail).toMatchObject({
      test: 'real',
      meanWidthM: 50, // 2 × 10,000 / 400
      document: { signed_on: '2021-06-01' },
      named: { doc: '乙〔2020〕2号', approved_on: '2020-03-01', plots: 1 },
      onTheLand: [{ doc: '甲〔2020〕1号', planarM2: 10_000 }],
    })
  })
  test('a title is held to the number it names as well', async () => {
    const title = registration(parcelCode(1), land, { approval_doc_no: '乙〔2020〕2号' })
    expect(gist(await found('P105', [here, elsewhere, title]))).toEqual([
      [`${parcelCode(1)} × 甲〔2020〕1号 × 乙〔2020〕2号`, 10_000, false],
    ])
  })
  test.each<[string, Given[]]>([
    ['the number written in other brackets', [here, contract(land, '甲[2020]1号')]],
    ['a named approval that covers a tenth', [approval('甲〔2020〕1号', rect(10, 0, 90, 100)), approval('乙〔2020〕2号', rect(0, 0, 10, 100)), contract()]],
    ['one plot of the named approval here, another elsewhere', [elsewhere, approval('乙〔2020〕2号', rect(0, 0, 40, 100)), here, contract()]],
    ['a named approval of which a plot has no shape', [here, elsewhere, approval('乙〔2020〕2号', null, {}, { key: '乙2' }), contract()]],
    ['a named approval that was never delivered', [here, contract()]],
    ['a named approval that lies here and has ended', [here, approval('乙〔2020〕2号', land, { status: 'withdrawn' }), contract()]],
    ['no approval on the land at all', [elsewhere, contract()]],
    ['only an ended approval on the land', [elsewhere, approval('甲〔2020〕1号', land, { status: 'lapsed' }), contract()]],
    ['no number named', [here, elsewhere, supply(supervisionNo(1), land)]],
  ])('%s: nothing', async (_, documents) => expect(await found('P105', documents)).toEqual([])) // prettier-ignore
  test('a named approval that touches by 0.1 m does not lie here', async () => {
    const next = approval('乙〔2020〕2号', rect(99.9, 0, 100, 100))
    expect(await found('P105', [here, next, contract()])).toHaveLength(1)
  })
  test.each([
    [49, 0],
    [51, 1],
  ])('other approvals over %i of 100 m: %i findings', async (width, count) => {
    expect(
      await found('P105', [approval('甲〔2020〕1号', rect(0, 0, width, 100)), elsewhere, contract()]),
    ).toHaveLength(count)
  })
})
