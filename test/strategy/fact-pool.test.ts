import { afterAll, expect, test } from 'vitest'
import { lawfulNumbers } from '../../server/strategy/fact-number.ts'
import { factTaker } from '../../server/strategy/fact-pool.ts'
import type { FactOrder } from '../../server/strategy/fact-work.ts'
import type { LinkRow, PageText, ParcelRow, RecordRow } from '../../server/strategy/input-text.ts'

const order: FactOrder = {
  withConflicts: true,
  runId: 7,
  run: {
    asOf: '2025-01-31',
    layers: ['farmland'],
    registers: ['supply'],
    findings: JSON.stringify([['P302', 'high', 350, [43021100000001], [11]]]),
    lists: JSON.stringify([[90, 'performance', '', null, { holder_code: '91430200MA4L0000XX', year: 2024 }]]),
    choices: null,
    numbers: lawfulNumbers,
  },
}

/** A page of one supplied hectare, its name with everything COPY has to escape. */
function page(parcelId: number): PageText {
  const parcels: ParcelRow[] = [
    [
      '430211',
      parcelId,
      'supplied',
      'supplied',
      1,
      null,
      null,
      '91430200MA4L0000XX',
      null,
      'IND',
      10_000,
      400,
    ],
  ]
  const links: LinkRow[] = [[parcelId, 1, 10_000, 1, 1, true]]
  const records: RecordRow[] = [
    [1, 'supply', '', 'S-1', { supervision_no: 'S\t1\\\n', start_due: '2025-06-30', start_state: 'none' }],
  ]
  return { parcels: JSON.stringify(parcels), links: JSON.stringify(links), records: JSON.stringify(records) }
}

const here = factTaker(order, 1)
const threads = factTaker(order, 1_000_000, 2)
afterAll(() => threads.close())

test('threads take the same facts as one thread does, and give pages back in order', async () => {
  const pages = Array.from({ length: 9 }, (_, i) => page(43021100000001 + i))
  const inThreads = await Promise.all(pages.map((each) => threads.take(each)))
  const inTurn = []
  for (const each of pages) inTurn.push(await here.take(each))
  expect(inThreads).toEqual(inTurn)
  expect(inTurn[0]!.rows).toMatch(/^7\t430211\t43021100000001\t\{1/)
  expect(inTurn[0]!.rows).toContain('S\\t1\\\\\\n')
})

test('a thread that cannot read a page says why, and goes on with the next', async () => {
  await expect(threads.take({ parcels: 'no JSON', links: null, records: null })).rejects.toThrow(/JSON/)
  expect((await threads.take(page(43021100000001))).count).toBe(1)
  await expect(threads.take(page(43021100000002))).resolves.toMatchObject({ count: 1 })
})
