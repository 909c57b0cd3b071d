import { expect, test } from 'vitest'
import { readIssues } from '../../server/import/delivery-store.ts'
import type { Draft, Issue, IssueSeverity, Reading } from '../../server/record/draft.ts'
import { recordDrafts, type DeliveryInput } from '../../server/record/store.ts'
import { eachBase } from '../helpers/database.ts'

const ROWS = 33_000

const issue = (row: number | null, code: string, severity: IssueSeverity): Issue => ({
  row,
  field: null,
  code,
  severity,
  message: { zh: `第 ${row} 行 ${code}`, en: `row ${row} ${code}` },
  value: null,
})

const draft = (rowNo: number): Draft<'approval'> => ({
  rowNo,
  key: `K${rowNo}`,
  doc: null,
  fields: {},
  raw: {},
  geometry: null,
  areaDocumentM2: null,
  repaired: false,
})

/** A file of which every third row is refused; of the others the last of its batch is said first. */
function delivery(name: string): {
  input: DeliveryInput
  most: () => number
  drafts: () => AsyncGenerator<Draft[]>
} {
  const reading: Reading = { issues: [issue(null, 'OF_FILE', 'note')], refused: 0, repairs: [] }
  let most = 0
  return {
    input: {
      kind: 'approval',
      fileName: name,
      bytes: new TextEncoder().encode(name),
      receivedAt: '2024-05-01T08:00:00.000Z',
      reading,
    },
    most: () => most,
    async *drafts() {
      for (let first = 1; first <= ROWS; first += 100) {
        const rows = Array.from({ length: 100 }, (_, i) => first + i)
        const used = rows.filter((row) => row % 3 !== 0)
        for (const row of used.toReversed())
          reading.issues.push(issue(row, 'ODD', 'may_fix_later'), issue(row, 'SAID', 'note'))
        for (const row of rows.filter((row) => row % 3 === 0)) {
          reading.refused++
          reading.issues.push(issue(row, 'BAD', 'must_fix'))
        }
        most = Math.max(most, reading.issues.length)
        yield used.map(draft)
      }
      reading.issues.push(issue(null, 'CLOSING', 'note'))
    },
  }
}

const counted = [
  { code: 'BAD', severity: 'must_fix', count: 11_000 },
  { code: 'CLOSING', severity: 'note', count: 1 },
  { code: 'ODD', severity: 'may_fix_later', count: 22_000 },
  { code: 'OF_FILE', severity: 'note', count: 1 },
  { code: 'SAID', severity: 'note', count: 22_000 },
]

eachBase('a file with 55,002 complaints', (open) => {
  test('all are kept in the order of the file, ten thousand of each are told, few are held', async () => {
    const { input, drafts, most } = delivery('odd')
    const summary = await recordDrafts(open(), input, drafts)
    expect(summary).toMatchObject({ read: 33_000, used: 22_000, refused: 11_000 })
    expect(summary.issueCounts.toSorted((a, b) => (a.code < b.code ? -1 : 1))).toEqual(counted)
    // of the file itself, then rows 1 to 14,999 with their ODD and SAID, and the refused rows up to 30,000
    expect(summary.issues.length).toBe(2 + 3 * 10_000)
    expect(summary.issues.slice(0, 6).map(({ row, code }) => [row, code])).toEqual([
      [null, 'OF_FILE'],
      [null, 'CLOSING'],
      [1, 'ODD'],
      [1, 'SAID'],
      [2, 'ODD'],
      [2, 'SAID'],
    ])
    expect(summary.issues.at(-1)).toMatchObject({ row: 30_000, code: 'BAD' })
    expect(most()).toBeLessThan(10_400)

    const kept: Issue[] = []
    for (let after: number | null = 0; after !== null;) {
      const page: Awaited<ReturnType<typeof readIssues>> = await readIssues(open().db, summary.delivery!, {
        after,
        limit: 5_000,
      })
      kept.push(...page.issues)
      after = page.next
    }
    const expected = [issue(null, 'OF_FILE', 'note'), issue(null, 'CLOSING', 'note')]
    for (let row = 1; row <= ROWS; row++)
      if (row % 3 === 0) expected.push(issue(row, 'BAD', 'must_fix'))
      else expected.push(issue(row, 'ODD', 'may_fix_later'), issue(row, 'SAID', 'note'))
    expect(kept).toEqual(expected)
  })

  test('a dry run tells the same, and keeps none', async () => {
    const { input, drafts } = delivery('dry')
    const summary = await recordDrafts(open(), { ...input, kind: 'permit', dryRun: true }, drafts)
    expect(summary).toMatchObject({ delivery: null, read: 33_000, used: 22_000, refused: 11_000 })
    expect(summary.issueCounts.toSorted((a, b) => (a.code < b.code ? -1 : 1))).toEqual(counted)
    expect(summary.issues.length).toBe(30_002)
    const { n } = await open()
      .db.selectFrom('delivery_issue')
      .select(({ fn }) => fn.countAll<number>().as('n'))
      .where('message_en', '=', 'row 1 ODD')
      .executeTakeFirstOrThrow()
    expect(Number(n)).toBe(1) // that of the first test
  })

  test('a file of which no row can be used is not held whole either', async () => {
    const reading: Reading = { issues: [], refused: 0, repairs: [] }
    let most = 0
    async function* refusing(): AsyncGenerator<Draft[]> {
      for (let first = 1; first <= 30_000; first += 100) {
        for (let row = first; row < first + 100; row++) reading.issues.push(issue(row, 'BAD', 'must_fix'))
        reading.refused += 100
        most = Math.max(most, reading.issues.length)
        yield []
      }
    }
    const { input } = delivery('bad')
    const summary = await recordDrafts(open(), { ...input, reading }, refusing)
    expect(summary).toMatchObject({ read: 30_000, used: 0, refused: 30_000 })
    expect(summary.issueCounts).toEqual([{ code: 'BAD', severity: 'must_fix', count: 30_000 }])
    expect(most).toBe(10_000)
  })
})
