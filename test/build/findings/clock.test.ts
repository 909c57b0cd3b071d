import { describe, expect, test } from 'vitest'
import type { Fields } from '../../../server/record/record.ts'
import { completion, parcelCode, rect, registration, supervisionNo, supply } from '../given.ts'
import { found } from './found.ts'

const land = rect(0, 0, 100, 100)
const contract = (fields: Fields<'supply'>) =>
  supply(supervisionNo(1), land, {
    start_due: undefined,
    start_state: undefined,
    ...fields,
  } as Fields<'supply'>)
const count = async (code: string, fields: Fields<'supply'>, asOf: string) =>
  (await found(code, [contract(fields)], asOf)).length

test.each<[string, Fields<'supply'>, string, number]>([
  ['P501', { handover_due: '2023-03-15', handover_state: 'none' }, '2023-03-15', 0],
  ['P501', { handover_due: '2023-03-15', handover_state: 'none' }, '2023-03-16', 1],
  ['P501', { handover_due: '2023-03-15' }, '2024-01-01', 0], // nobody says it was not handed over
  [
    'P501',
    { handover_due: '2023-03-15', handover_state: 'none', handover_on: '2023-04-01' },
    '2024-01-01',
    0,
  ],
  ['P502', { start_due: '2023-03-15', start_state: 'none' }, '2023-03-15', 0],
  ['P502', { start_due: '2023-03-15', start_state: 'none' }, '2023-03-16', 1],
  ['P502', { start_due: '2023-03-15' }, '2024-01-01', 0],
  ['P502', { start_due: '2023-03-15', start_state: 'started' }, '2024-01-01', 0],
  ['P502', { handover_on: '2022-03-15', start_state: 'none' }, '2023-03-15', 0], // no date agreed: a year after handover
  ['P502', { handover_on: '2022-03-15', start_state: 'none' }, '2023-03-16', 1],
  ['P503', { start_due: '2023-03-15', start_state: 'none' }, '2024-03-15', 0], // the anniversary belongs to the first year
  ['P503', { start_due: '2023-03-15', start_state: 'none' }, '2024-03-16', 1],
  [
    'P503',
    { start_due: '2023-03-15', start_state: 'none', idle_recognised_on: '2024-05-01' },
    '2024-04-30',
    1,
  ],
  [
    'P503',
    { start_due: '2023-03-15', start_state: 'none', idle_recognised_on: '2024-05-01' },
    '2024-05-01',
    0,
  ],
  [
    'P504',
    { start_due: '2023-03-15', start_state: 'none', idle_recognised_on: '2024-05-01' },
    '2024-04-30',
    0,
  ],
  [
    'P504',
    { start_due: '2023-03-15', start_state: 'none', idle_recognised_on: '2024-05-01' },
    '2024-05-01',
    1,
  ],
  [
    'P503',
    { start_state: 'started', halted_since: '2022-01-01', developed_m2: 100, should_develop_m2: 1000 },
    '2023-01-02',
    1,
  ],
  [
    'P503',
    {
      start_state: 'started',
      halted_since: '2022-01-01',
      developed_m2: 400,
      should_develop_m2: 1000,
      invested_wan: 30,
      total_invest_wan: 100,
    },
    '2023-01-02',
    0,
  ],
  ['P505', { finish_due: '2023-03-15', finish_state: 'none' }, '2023-03-15', 0],
  ['P505', { finish_due: '2023-03-15', finish_state: 'none' }, '2023-03-16', 1],
  ['P505', { finish_due: '2023-03-15' }, '2024-01-01', 0],
])('%s with %o on %s: %i', async (code, fields, asOf, expected) =>
  expect(await count(code, fields, asOf)).toBe(expected),
)

describe('which contracts are asked', () => {
  const overdue = { start_due: '2022-01-01', start_state: 'none' } as const
  test('one whose land is all titled answers for the title', async () => {
    const findings = await found('P502', [
      supply(supervisionNo(1), land, overdue),
      registration(parcelCode(1), land, { supervision_no: supervisionNo(1) }),
    ])
    expect(findings.map(({ parcels, planarM2 }) => [parcels, planarM2])).toEqual([[[0], 10_000]])
  })
  test('one without land is not asked', async () => {
    expect(await found('P502', [supply(supervisionNo(1), null, overdue)])).toEqual([])
  })
  test('one whose works were accepted has started and finished, whatever it states', async () => {
    const documents = [
      supply(supervisionNo(1), land, { ...overdue, finish_due: '2023-01-01', finish_state: 'none' }),
      completion('验1', land),
    ]
    for (const code of ['P502', 'P503', 'P505']) expect(await found(code, documents)).toEqual([])
  })
})
