import type { Kysely } from 'kysely'
import type { Job } from '../contract.ts'
import { nextNumbers } from '../db/counter.ts'
import { asJson } from '../db/json.ts'
import type { Base } from '../db/open.ts'
import type { Database, IsoTime } from '../db/schema.ts'

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
      result: job.result === null ? null : asJson(job.result),
      problem: job.problem === null ? null : asJson(job.problem),
      finished_at: finishedAt,
    })
    .where('job_id', '=', job.jobId)
    .execute()
}

export async function readJob(db: Kysely<Database>, jobId: number): Promise<Job | null> {
  const row = await db.selectFrom('job').selectAll().where('job_id', '=', jobId).executeTakeFirst()
  if (!row) return null
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

/** Jobs a stop or a crash left unfinished. Called once, before the first job of this process. */
export async function markInterrupted(db: Kysely<Database>, at: IsoTime): Promise<number> {
  const result = await db
    .updateTable('job')
    .set({ state: 'interrupted', finished_at: at })
    .where('state', 'in', ['queued', 'running'])
    .executeTakeFirst()
  return Number(result.numUpdatedRows)
}
