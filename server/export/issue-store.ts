import type { Kysely } from 'kysely'
import type { Database } from '../db/schema.ts'
import { readDelivery, readIssues } from '../import/delivery-store.ts'
import { issueType } from '../import/issue-type.ts'
import { columnsOf, type ExportRow, type ExportTable } from './row.ts'

const columns = columnsOf(
  [
    'row',
    'field',
    'code',
    'severity',
    'title_zh',
    'title_en',
    'message_zh',
    'message_en',
    'value',
    'advice_zh',
    'advice_en',
  ],
  { row: 'integer' },
)
const ROWS_PER_READ = 5_000

/** What was found wrong in a delivery, to be sent back with it: one line per issue. @throws Refusal DELIVERY_UNKNOWN */
export async function exportIssues(db: Kysely<Database>, deliveryId: number): Promise<ExportTable> {
  const { receivedAt } = await readDelivery(db, deliveryId)
  return {
    name: `issues-${deliveryId}`,
    columns,
    srid: null,
    day: receivedAt.slice(0, 10),
    rows: rows(db, deliveryId),
  }
}

async function* rows(db: Kysely<Database>, deliveryId: number): AsyncGenerator<ExportRow> {
  let id = 0
  for (let after: number | null = 0; after !== null;) {
    const page: Awaited<ReturnType<typeof readIssues>> = await readIssues(db, deliveryId, {
      after,
      limit: ROWS_PER_READ,
    })
    for (const { row, field, code, severity, message, value } of page.issues) {
      const { title, advice } = issueType(code)
      yield {
        id: ++id,
        wkb: null,
        cells: {
          row,
          field,
          code,
          severity,
          title_zh: title.zh,
          title_en: title.en,
          message_zh: message.zh,
          message_en: message.en,
          value,
          advice_zh: advice.zh,
          advice_en: advice.en,
        },
      }
    }
    after = page.next
  }
}
