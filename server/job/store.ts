import type { Kysely, Selectable } from 'kysely'
import type { Job, ListedJob } from '../contract.ts'
import { nextNumbers } from '../db/counter.ts'
import { asJson } from '../db/json.ts'
import type { Base } from '../db/open.ts'
import type { Database, IsoTime, JobTable } from '../db/schema.ts'

/** Writes down that a job was asked for, and returns its number. */
export function insertJob(base: Base, kind: string, params: unknown, createdAt: IsoTime): Promise<number> {
  return base.transaction(async (tx) => {
    const jobId = await nextNumbers(tx, 'job', 1)
    await tx
      .insertInto('job')
      .values({ job_id: jobId, kind, state: 'queued', params: asJson(params), created_at: createdAt })
      .execute()
    return jobId
  })
}

/** Writes down how far a job has come; `finishedAt` once it is over. */
export async function saveJob(db: Kysely<Database>, job: Job, finishedAt: IsoTime | null): Promise<void> {
  await db
    .updateTable('job')
    .set({
      state: job.state,
      progress: job.progress,
      step_zh: job.step.zh,
      step_en: job.step.en,
      result: job.result === null ? null : asJson(storable(job.result)),
      problem: job.problem === null ? null : asJson(storable(job.problem)),
      finished_at: finishedAt,
    })
    .where('job_id', '=', job.jobId)
    .execute()
}

/**
 * What a job says, without NUL and halves of characters: it quotes what files hold, jsonb takes neither, and a job whose
 * end cannot be written would stay unfinished for ever.
 */
function storable(value: unknown): unknown {
  const text = JSON.stringify(value)
  if (!/\\u(?:0000|d[89a-f])/.test(text)) return value
  return JSON.parse(text, (_key, each: unknown) =>
    // oxlint-disable-next-line no-control-regex
    typeof each === 'string' ? each.replaceAll(/\u0000|\p{Surrogate}/gu, '\ufffd') : each,
  )
}

export async function readJob(db: Kysely<Database>, jobId: number): Promise<Job | null> {
  const row = await db.selectFrom('job').selectAll().where('job_id', '=', jobId).executeTakeFirst()
  return row ? toJob(row) : null
}

/** Jobs, newest first. */
export async function listJobs(
  db: Kysely<Database>,
  { kind, limit }: { kind?: string | undefined; limit: number },
): Promise<ListedJob[]> {
  let query = db.selectFrom('job').selectAll().orderBy('job_id', 'desc').limit(limit)
  if (kind !== undefined) query = query.where('kind', '=', kind)
  const rows = await query.execute()
  return rows.map((row) => ({
    ...toJob(row),
    fileName: fileNameOf(row.params),
    createdAt: row.created_at,
    finishedAt: row.finished_at,
  }))
}

const fileNameOf = (params: unknown): string | null => {
  const name = (params as { fileName?: unknown } | null)?.fileName
  return typeof name === 'string' ? name : null
}

function toJob(row: Selectable<JobTable>): Job {
  return {
    jobId: row.job_id,
    kind: row.kind,
    state: row.state,
    progress: row.progress,
    step: { zh: row.step_zh, en: row.step_en },
    result: row.result,
    problem: row.problem,
  }
}
