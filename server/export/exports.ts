import type { Base } from '../db/open.ts'
import type { IsoTime } from '../db/schema.ts'
import {
  exportFileSchema,
  type ExportFile,
  type ExportJob,
  type ExportOrder,
  type Job,
  type ListedJob,
} from '../contract.ts'
import { isOver, type JobRunner } from '../job/runner.ts'
import type { RecordKind } from '../record/record.ts'
import { Refusal, type Message } from '../refusal.ts'
import { exportFormat } from './format.ts'
import { exportFileName, makeExport } from './job.ts'
import { sridAsked } from './place.ts'
import { worthKeeping, type ExportShelf } from './shelf.ts'
import { openExport } from './table.ts'

/** Of this many jobs at most files are kept. */
const JOBS_LOOKED_AT = 200

/** Exports that run as jobs: ordered, followed, fetched as a file, cleared away. */
export class Exports {
  readonly #base: Base
  readonly #jobs: JobRunner
  readonly #shelf: ExportShelf
  readonly #now: () => IsoTime

  constructor(base: Base, jobs: JobRunner, shelf: ExportShelf, now: () => IsoTime) {
    this.#base = base
    this.#jobs = jobs
    this.#shelf = shelf
    this.#now = now
  }

  /**
   * Queues an export. What it holds is settled now, however long it waits: the bytes are those of a direct export asked
   * for at this moment.
   * @throws as `openExport`; Refusal `FORMAT_UNKNOWN`, `CRS_UNKNOWN`, `FILTER_INVALID`, `JOB_QUEUE_FULL`
   */
  async start(order: ExportOrder & { readonly register?: RecordKind | undefined }): Promise<Job> {
    const format = exportFormat(order.format)
    const crs = sridAsked(order.crs)
    const table = await openExport(this.#base.db, order.kind, order, order)
    const total = (await table.count?.()) ?? 0
    const params = { ...order, fileName: exportFileName(table, format) }
    return this.#jobs.start('export', params, async (job) => {
      await this.tidy() // makes room
      return makeExport(this.#shelf, { table, format, crs, total }, { ...job, now: this.#now })
    })
  }

  /** The newest first, each with its file while that is kept. */
  async list(): Promise<ExportJob[]> {
    const jobs = await this.#read()
    const kept = new Set(worthKeeping(filesOf(jobs), this.#now()).map(({ jobId }) => jobId))
    return Promise.all(
      jobs.map(async (job) => {
        const file = kept.has(job.jobId) ? fileOf(job) : null
        return { ...job, file: file && (await this.#shelf.has({ ...file, jobId: job.jobId })) ? file : null }
      }),
    )
  }

  /**
   * The file of a job that ended well, and where it lies.
   * @throws Refusal `JOB_UNKNOWN`, `EXPORT_UNKNOWN`, `EXPORT_NOT_READY`, `EXPORT_NOT_MADE`, `EXPORT_GONE`
   */
  async file(jobId: number): Promise<ExportFile & { readonly path: string }> {
    const job = await this.#jobs.required(jobId)
    if (job.kind !== 'export') throw unlike(jobId, 'EXPORT_UNKNOWN')
    if (!isOver(job)) throw unlike(jobId, 'EXPORT_NOT_READY')
    const file = fileOf(job)
    if (file === null) throw unlike(jobId, 'EXPORT_NOT_MADE')
    const isInTime = file.keptUntil > this.#now()
    if (!isInTime || !(await this.#shelf.has({ ...file, jobId }))) throw unlike(jobId, 'EXPORT_GONE')
    return { ...file, path: this.#shelf.path(jobId) }
  }

  /** Clears away files that have had their time, those there is no room for, and what a crash left. */
  async tidy(): Promise<void> {
    await this.#shelf.tidy(async () => {
      const jobs = await this.#read()
      const live = new Set(jobs.filter((job) => !isOver(job)).map(({ jobId }) => jobId))
      return { made: filesOf(jobs), live }
    }, this.#now())
  }

  #read(): Promise<ListedJob[]> {
    return this.#jobs.list({ kind: 'export', limit: JOBS_LOOKED_AT })
  }
}

/** What a job that ended well noted of its file; null: none, or nothing that can be read. */
function fileOf({ state, result }: Job): ExportFile | null {
  return state === 'done' ? (exportFileSchema.safeParse(result).data ?? null) : null
}

const filesOf = (jobs: readonly ListedJob[]) =>
  jobs.flatMap((job) => {
    const file = fileOf(job)
    return file === null ? [] : [{ ...file, jobId: job.jobId }]
  })

const refusals = {
  EXPORT_UNKNOWN: [
    { zh: '不是导出', en: 'is no export' },
    {
      zh: '请检查编号;导出任务见 GET /api/exports。',
      en: 'Check the number; GET /api/exports lists exports.',
    },
  ],
  EXPORT_NOT_READY: [
    { zh: '还没有完成', en: 'is not finished' },
    {
      zh: '请等它完成后再取文件;进度见 GET /api/jobs/{id}。',
      en: 'Fetch the file when it is; GET /api/jobs/{id} tells how far it is.',
    },
  ],
  EXPORT_NOT_MADE: [
    { zh: '没有生成文件(已取消、失败或中断)', en: 'made no file: it was cancelled, failed or was cut short' },
    { zh: '请重新导出。', en: 'Export again.' },
  ],
  EXPORT_GONE: [
    { zh: '的文件已清除', en: 'has no file any more' },
    { zh: '文件只保留一段时间,请重新导出。', en: 'Files are kept for a time; export again.' },
  ],
} as const satisfies Record<string, readonly [Message, Message]>

function unlike(jobId: number, code: keyof typeof refusals): Refusal {
  const [what, hint] = refusals[code]
  return new Refusal(code, { zh: `任务 ${jobId} ${what.zh}。`, en: `Job ${jobId} ${what.en}.` }, hint)
}
