import { describe, expect, test } from 'vitest'
import type { Fields } from '../../../server/record/record.ts'
import { approval, completion, parcelCode, rect, registration, supervisionNo, supply } from '../given.ts'
import { found } from './found.ts'

const land = rect(0, 0, 100, 100)
const no = undefined
const fieldsOf = async (code: string, documents: Parameters<typeof found>[1]) =>
  (await found(code, documents)).map(({ detail }) => detail.fields)

describe('P604 missing dates', () => {
  test.each<[string, Parameters<typeof found>[1], unknown[]]>([
    [
      'an approval without its day',
      [approval('甲', land, { approved_on: no } as Fields<'approval'>)],
      [['approved_on']],
    ],
    [
      'a title without its day',
      [registration(parcelCode(1), land, { registered_on: no } as Fields<'registration'>)],
      [['registered_on']],
    ],
    [
      'an acceptance without its day',
      [completion('验1', land, { accepted_on: no } as Fields<'completion'>)],
      [['accepted_on']],
    ],
    [
      'a contract without any date',
      [supply(supervisionNo(1), land, { signed_on: no, start_due: no, start_state: no } as Fields<'supply'>)],
      [['signed_on', 'start_due', 'start_state']],
    ],
    [
      'a contract whose start can be counted from handover',
      [
        supply(supervisionNo(1), land, {
          start_due: no,
          handover_on: '2022-01-01',
          start_state: 'none',
        } as Fields<'supply'>),
      ],
      [],
    ],
    [
      'a contract known to have started needs no agreed start',
      [supply(supervisionNo(1), land, { start_due: no, start_on: '2022-01-01' } as Fields<'supply'>)],
      [],
    ],
    [
      'a contract of which nobody says whether it started',
      [supply(supervisionNo(1), land, { start_state: no } as Fields<'supply'>)],
      [['start_state']],
    ],
    [
      'accepted works have started',
      [supply(supervisionNo(1), land, { start_state: no } as Fields<'supply'>), completion('验1', land)],
      [],
    ],
    [
      'complete papers',
      [
        approval('甲', land),
        supply(supervisionNo(1), land),
        registration(parcelCode(1), land),
        completion('验1', land),
      ],
      [],
    ],
  ])('%s', async (_, documents, expected) => expect(await fieldsOf('P604', documents)).toEqual(expected))
})

describe('P605 dates out of order', () => {
  const reversed = async (documents: Parameters<typeof found>[1]) =>
    (await found('P605', documents)).map(({ detail }) => detail.reversed)
  test('a start before the contract; the same day is in order', async () => {
    expect(
      await reversed([supply(supervisionNo(1), land, { signed_on: '2021-06-01', start_on: '2021-05-31' })]),
    ).toEqual([
      [
        [
          { field: 'signed_on', on: '2021-06-01' },
          { field: 'start_on', on: '2021-05-31' },
        ],
      ],
    ])
    expect(
      await reversed([supply(supervisionNo(1), land, { signed_on: '2021-06-01', start_on: '2021-06-01' })]),
    ).toEqual([])
  })
  test('an approval after the contract counts when number and place agree', async () => {
    const late = approval('湘政地〔2022〕1号', land, { approved_on: '2022-01-01' })
    expect(
      await reversed([late, supply(supervisionNo(1), land, { approval_doc_no: '湘政地〔2022〕1号' })]),
    ).toHaveLength(1)
    expect(await reversed([late, supply(supervisionNo(1), land)])).toEqual([])
  })
  test('an acceptance before the start', async () => {
    const findings = await found('P605', [
      supply(supervisionNo(1), land, { start_on: '2023-06-01' }),
      completion('验1', land, { accepted_on: '2023-05-01' }),
    ])
    expect(findings.map(({ records }) => records.map(({ doc }) => doc))).toEqual([[supervisionNo(1), '验1']])
  })
})

describe('P606 identifiers that fail their check', () => {
  test('names each failed field of a record, and repeats no code of a holder', async () => {
    const [finding] = await found('P606', [
      registration('430211001001GX00001', land, { unit_code: '12345', holder_code: '91430200MA4L00000X' }),
    ])
    expect(
      (finding!.detail.fields as { field: string; value?: string }[]).map(({ field, value }) => [
        field,
        value,
      ]),
    ).toEqual([
      ['unit_code', '12345'],
      ['holder_code', undefined],
    ])
  })
  test('good numbers, and holders known by other numbers, pass', async () => {
    expect(
      await found('P606', [supply(supervisionNo(1), land, { holder_code: '91350100M000100Y43' })]),
    ).toEqual([])
    expect(
      await found('P606', [supply(supervisionNo(1), land, { holder_code: '11010519491231002X' })]),
    ).toEqual([]) // a person
    expect(await found('P606', [supply('电监1号', land)])).toHaveLength(1)
  })
})

describe('P607 repeated identifiers', () => {
  const twice = (shape: ReturnType<typeof rect>) => [
    registration(parcelCode(1), land),
    registration(parcelCode(1), shape, {}, { key: `${parcelCode(1)}#2` }),
  ]
  test('one code on two pieces of land, apart or partly common', async () => {
    expect(await found('P607', twice(rect(500, 0, 100, 100)))).toHaveLength(1)
    expect(await found('P607', twice(rect(10, 0, 100, 100)))).toHaveLength(1)
  })
  test('one code twice on the same land is an overlap of titles, not a repeated code', async () => {
    expect(await found('P607', twice(land))).toEqual([])
    expect(await found('P401', twice(land))).toHaveLength(1)
  })
  test('several numbers repeated by the same records are one finding', async () => {
    const unit = `${parcelCode(1)}W00000000`
    const [first, second] = twice(rect(500, 0, 100, 100))
    const documents = [first!, second!].map((each) => ({
      ...each,
      fields: { ...each.fields, unit_code: unit },
    }))
    expect(await fieldsOf('P607', documents)).toEqual([{ parcel_code: parcelCode(1), unit_code: unit }])
  })
  test('kinds are told apart', async () => {
    expect(
      await found('P607', [
        registration(parcelCode(1), land),
        supply(supervisionNo(1), rect(500, 0, 100, 100), { parcel_code: parcelCode(1) }),
      ]),
    ).toEqual([])
  })
})

describe('P608 area mismatch', () => {
  test.each([
    [10_010, 0], // 0.1 % of the document
    [9_989, 1],
    [10_011, 1],
  ])('a document of %i m² for 10,000 m²: %i', async (areaDocumentM2, count) => {
    expect(await found('P608', [registration(parcelCode(1), land, {}, { areaDocumentM2 })])).toHaveLength(
      count,
    )
  })
  test.each([
    [98, 0],
    [97.9, 1],
  ])('a document of %f m² for 100 m²: %i', async (areaDocumentM2, count) => {
    expect(
      await found('P608', [registration(parcelCode(1), rect(0, 0, 10, 10), {}, { areaDocumentM2 })]),
    ).toHaveLength(count)
  })
})
