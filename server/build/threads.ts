import { Worker } from 'node:worker_threads'

/** How tasks are handed to threads: what a message takes along, and what is done with each reply. */
export interface ThreadWork<Task, Reply> {
  /** Beside the caller, a `.mjs` that registers tsx and imports the sources. */
  readonly script: URL
  readonly workerData?: unknown
  readonly threads: number
  /** What moves to the thread instead of being copied. */
  transferOf?(task: Task): readonly ArrayBuffer[]
  /** May throw, which ends the work. */
  take(reply: Reply): void
  readonly signal?: AbortSignal | undefined
}

/**
 * Has tasks done by several threads at once. They are taken from the list as threads become free, so that no more of them
 * exist than are being worked on; replies come in the order they are ready.
 * @throws what a thread or `take` threw; the reason of `signal` when aborted
 */
export async function inThreads<Task, Reply>(
  tasks: Iterator<Task>,
  work: ThreadWork<Task, Reply>,
): Promise<void> {
  const { script, workerData, threads, signal } = work
  const workers = Array.from({ length: threads }, () => new Worker(script, { execArgv: [], workerData }))
  try {
    signal?.throwIfAborted()
    await Promise.all(workers.map((worker) => serve(worker, tasks, work)))
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}

function serve<Task, Reply>(
  worker: Worker,
  tasks: Iterator<Task>,
  { transferOf, take, signal }: ThreadWork<Task, Reply>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = (): void => {
      const { done, value } = tasks.next()
      if (done) resolve()
      else worker.postMessage(value, [...(transferOf?.(value) ?? [])])
    }
    signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
    worker.on('error', reject)
    worker.on('exit', (code) => reject(new Error(`A thread of the build ended with code ${code}.`)))
    worker.on('message', (reply: Reply) => {
      try {
        take(reply)
        next()
      } catch (error) {
        reject(error as Error)
      }
    })
    next()
  })
}
