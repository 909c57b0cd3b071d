import { sql, type Kysely } from 'kysely'
import type { IssueGroup } from '../contract.ts'
import type { Database } from '../db/schema.ts'
import type { Issue } from '../record/draft.ts'
import { readDelivery } from './delivery-store.ts'
import { issueType } from './issue-type.ts'

/** What was found wrong in a delivery by type, the gravest and most frequent first. @throws Refusal DELIVERY_UNKNOWN */
export async function readIssueGroups(db: Kysely<Database>, deliveryId: number): Promise<IssueGroup[]> {
  await readDelivery(db, deliveryId)
  const { rows } = await sql<{
    code: string
    severity: Issue['severity']
    field: string | null
    count: number
    row_no: number | null
    message_zh: string
    message_en: string
    value: string | null
  }>`
    select distinct on (code, severity)
      code, severity, row_no, field, message_zh, message_en, value,
      (count(*) over same)::int4 as count
    from delivery_issue
    where delivery_id = ${deliveryId}
    window same as (partition by code, severity)
    order by code, severity, issue_no
  `.execute(db)
  return rows
    .map(({ code, severity, field, count, row_no: row, message_zh: zh, message_en: en, value }) => ({
      code,
      severity,
      field: count === 1 ? field : null,
      ...issueType(code),
      count,
      first: { row, field, code, severity, message: { zh, en }, value },
    }))
    .toSorted((a, b) => rank[a.severity] - rank[b.severity] || b.count - a.count)
}

const rank: Readonly<Record<Issue['severity'], number>> = { must_fix: 0, may_fix_later: 1, note: 2 }
