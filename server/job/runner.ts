import { EventEmitter } from 'node:events'
import type { Job, ListedJob } from '../contract.ts'
import type { Base } from '../db/open.ts'
import { Refusal, type Message } from '../refusal.ts'
import { insertJob, listJobs, readJob, saveJob } from './store.ts'

/** What the work of a job is given. */
export interface JobContext {
  /** Written by the work into what it keeps, so that a restart can tell whether it was kept. */
  readonly jobId: number
  readonly signal: AbortSignal
  /** @param fraction 0 to 1 */
  progress(fraction: number, step: Message): void
}

export type Work = (context: JobContext) => Promise<unknown>

interface LiveJob {
  job: Job
  readonly work: Work
  readonly abort: AbortController
  readonly done: Promise<Job>
  readonly settle: (job: Job) => void
}

/** Jobs waiting or running at a time; the next one is refused, not piled up. */
const QUEUE_LIMIT = 8

export const isOver = (job: Job): boolean => !['queued', 'running'].includes(job.state)

/**
 * Long work, one job after the other, because each of them writes the whole base.
 *
 * Progress lives in memory and only beginning and end are written down: on the embedded base the job's own
 * transaction holds the one connection, and a progress row would wait for it to end.
 */
export class JobRunner {
  readonly #base: Base
  readonly #now: () => string
  readonly #problemOf: (error: unknown, job: Job) => unknown
  readonly #live = new Map<number, LiveJob>()
  readonly #queue: LiveJob[] = []
  readonly #changes = new EventEmitter().setMaxListeners(0)
  /** Jobs that are being written down. */
  #starting = 0
  #running: Promise<void> | null = null
  #stopped = false

  /** @param problemOf what readers are told of an error; logs it whole where it is our fault */
  constructor(base: Base, now: () => string, problemOf: (error: unknown, job: Job) => unknown) {
    this.#base = base
    this.#now = now
    this.#problemOf = problemOf
  }

  /**
   * Queues work and returns at once.
   * @throws Refusal `JOB_QUEUE_FULL`.
   */
  async start(kind: string, params: unknown, work: Work): Promise<Job> {
    const waiting = this.#live.size + this.#starting
    if (waiting >= QUEUE_LIMIT || this.#stopped) throw queueFull(waiting)
    this.#starting++
    try {
      const jobId = await insertJob(this.#base, kind, params, this.#now())
      // what was written stays as a job cut short
      if (this.#stopped) throw queueFull(waiting)
      return this.#enqueue(jobId, kind, work)
    } finally {
      this.#starting--
    }
  }

  #enqueue(jobId: number, kind: string, work: Work): Job {
    const { promise, resolve } = withResolvers<Job>()
    const job: Job = {
      jobId,
      kind,
      state: 'queued',
      progress: 0,
      step: { zh: '排队中', en: 'waiting' },
      result: null,
      problem: null,
    }
    const live: LiveJob = { job, work, abort: new AbortController(), done: promise, settle: resolve }
    this.#live.set(jobId, live)
    this.#queue.push(live)
    this.#running ??= this.#runAll()
    return job
  }

  /** As it stands now: from memory while it lives, from the base afterwards. Null: no such job. */
  async read(jobId: number): Promise<Job | null> {
    return this.#live.get(jobId)?.job ?? (await readJob(this.#base.db, jobId))
  }

  /** As `read`. @throws Refusal `JOB_UNKNOWN` */
  async required(jobId: number): Promise<Job> {
    const job = await this.read(jobId)
    if (job) return job
    throw new Refusal(
      'JOB_UNKNOWN',
      { zh: `没有编号为 ${jobId} 的任务。`, en: `There is no job ${jobId}.` },
      { zh: '请检查编号。', en: 'Check the number.' },
    )
  }

  /** Newest first; those that live as they stand now. */
  async list(which: { kind?: string | undefined; limit: number }): Promise<ListedJob[]> {
    for (;;) {
      const before = [...this.#live.keys()]
      const written = await listJobs(this.#base.db, which)
      if (before.some((jobId) => !this.#live.has(jobId))) continue // one ended meanwhile: its end is written now
      return written.map((job) => (isOver(job) ? job : { ...job, ...this.#live.get(job.jobId)?.job }))
    }
  }

  /** Resolves when the job is over, with its last state. */
  async finished(jobId: number): Promise<Job | null> {
    return this.#live.get(jobId)?.done ?? (await readJob(this.#base.db, jobId))
  }

  /** Calls back on every change until the returned function is called. */
  watch(jobId: number, onChange: (job: Job) => void): () => void {
    const name = String(jobId)
    this.#changes.on(name, onChange)
    return () => this.#changes.off(name, onChange)
  }

  /** Asks a job to stop. Whether it lived. */
  cancel(jobId: number): boolean {
    const live = this.#live.get(jobId)
    if (!live) return false
    live.abort.abort()
    return true
  }

  /** Whether anything is waiting or running. */
  get busy(): boolean {
    return this.#live.size > 0
  }

  /** Cancels what runs and waits for it to end. */
  async stop(): Promise<void> {
    this.#stopped = true
    for (const live of this.#live.values()) live.abort.abort()
    await this.#running
  }

  async #runAll(): Promise<void> {
    try {
      for (let live = this.#queue.shift(); live; live = this.#queue.shift()) {
        let last: Job
        try {
          last = await this.#run(live)
        } catch (error) {
          // the job itself never throws here: its end could not be written down
          last = { ...live.job, state: 'failed', problem: this.#problemOf(error, live.job) }
        }
        this.#live.delete(last.jobId)
        this.#change(live, last)
        live.settle(last)
      }
    } finally {
      this.#running = null // at once: a job queued from here on begins by itself
    }
  }

  async #run(live: LiveJob): Promise<Job> {
    if (live.abort.signal.aborted) return this.#end({ ...live.job, state: 'cancelled' })
    this.#change(live, { ...live.job, state: 'running', step: { zh: '开始', en: 'started' } })
    await saveJob(this.#base.db, live.job, null)
    try {
      const result = await live.work({
        jobId: live.job.jobId,
        signal: live.abort.signal,
        progress: (fraction, step) => {
          this.#change(live, { ...live.job, progress: Math.max(0, Math.min(1, fraction)), step })
        },
      })
      return await this.#end({
        ...live.job,
        state: 'done',
        progress: 1,
        step: { zh: '完成', en: 'done' },
        result: result ?? null,
      })
    } catch (error) {
      if (live.abort.signal.aborted) return this.#end({ ...live.job, state: 'cancelled' })
      return this.#end({ ...live.job, state: 'failed', problem: this.#problemOf(error, live.job) })
    }
  }

  async #end(job: Job): Promise<Job> {
    await saveJob(this.#base.db, job, this.#now())
    return job
  }

  #change(live: LiveJob, job: Job): void {
    live.job = job
    this.#changes.emit(String(job.jobId), job)
  }
}

const queueFull = (waiting: number): Refusal =>
  new Refusal(
    'JOB_QUEUE_FULL',
    { zh: `已有 ${waiting} 个任务在排队。`, en: `${waiting} jobs are waiting already.` },
    { zh: '请等前面的任务完成后再试。', en: 'Try again when they are done.' },
  )

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve!: (value: T) => void
  const promise = new Promise<T>((settle) => (resolve = settle))
  return { promise, resolve }
}
