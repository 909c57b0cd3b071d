import type { Transaction } from 'kysely'
import type { Base } from '../db/open.ts'
import { asJson } from '../db/json.ts'
import type { Database, IsoTime } from '../db/schema.ts'
import type { Message } from '../refusal.ts'

/** What a restart found of the jobs the last process left unfinished. */
export interface Settled {
  /** Their work was kept: only the note of its end was missing. */
  readonly done: number
  /** Nothing of their work was kept. */
  readonly interrupted: number
}

/**
 * Settles jobs a stop or a crash left unfinished. Called once, before the first job of this process.
 *
 * An import writes its job's number into its delivery, in the transaction that records its rows. So a delivery that
 * stands proves that the whole import was kept, and its absence that nothing was: there is no third state.
 */
export function settleInterrupted(base: Base, at: IsoTime): Promise<Settled> {
  return base.transaction(async (tx) => {
    await waitForLastImport(tx)
    const left = await tx
      .selectFrom('job')
      .select(['job_id', 'kind'])
      .where('state', 'in', ['queued', 'running'])
      .orderBy('job_id')
      .execute()
    let done = 0
    for (const { job_id: jobId, kind } of left) {
      const kept = kind === 'import' ? await keptDelivery(tx, jobId) : null
      if (kept) done++
      const step = kept ? wasKept : (leftNothing[kind] ?? wasCutShort)
      await tx
        .updateTable('job')
        .set({
          state: kept ? 'done' : 'interrupted',
          ...(kept && { progress: 1, result: asJson(kept) }),
          step_zh: step.zh,
          step_en: step.en,
          finished_at: at,
        })
        .where('job_id', '=', jobId)
        .execute()
    }
    return { done, interrupted: left.length - done }
  })
}

/**
 * The server may still be finishing a statement, even a commit, of the process that died. Every import holds the counter
 * of deliveries until it ends, so whoever gets it sees the end of all of them.
 */
async function waitForLastImport(tx: Transaction<Database>): Promise<void> {
  await tx.selectFrom('counter').select('last_value').where('name', '=', 'delivery').forUpdate().execute()
}

const wasKept: Message = {
  zh: '已完成(服务在写下完成记录前中断,内容已整件写入)',
  en: 'done (the server stopped before it could note the end; everything was written)',
}
const leftNothing: Readonly<Record<string, Message>> = {
  import: {
    zh: '服务中断,整件未写入(已回滚);可重新导入',
    en: 'the server stopped; nothing was written (rolled back whole), import it again',
  },
  export: {
    zh: '服务中断,没有生成文件;可重新导出',
    en: 'the server stopped; no file was made, export it again',
  },
}
const wasCutShort: Message = { zh: '服务中断', en: 'the server stopped' }

/** The delivery a job brought, as its summary; null: it brought none. Issues are read from the delivery. */
async function keptDelivery(tx: Transaction<Database>, jobId: number) {
  const row = await tx
    .selectFrom('delivery')
    .selectAll()
    .where('job_id', '=', jobId)
    .orderBy('delivery_id', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!row) return null
  return {
    delivery: row.delivery_id,
    read: row.rows_read,
    used: row.rows_used,
    repaired: row.rows_repaired,
    unchanged: row.rows_unchanged,
    refused: row.rows_refused,
    missing: row.rows_missing,
    crs: row.crs,
    crsKnownBy: row.crs_known_by,
    issues: [],
  }
}
