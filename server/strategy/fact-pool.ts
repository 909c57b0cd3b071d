import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { FactWork, type FactOrder, type FactsTaken } from './fact-work.ts'
import type { PageText } from './input-text.ts'

/** Fewer parcels than this are quicker done here than in threads that have to be started. */
const WORTH_THREADS = 6_000
const MOST_THREADS = 4

type Reply =
  | { readonly taken: FactsTaken }
  | { readonly failure: { readonly message: string; readonly stack: string | undefined } }

/** Whoever takes facts: pages are given one after the other, and come back in that order. */
export interface FactTaker {
  take(page: PageText): Promise<FactsTaken>
  /** How many pages are worth giving before the first is asked for. */
  readonly ahead: number
  close(): Promise<void>
}

/** Takes facts in this thread, or for many parcels in as many threads as there are cores. */
export function factTaker(
  order: FactOrder,
  parcels: number,
  threads: number = Math.min(MOST_THREADS, availableParallelism()),
): FactTaker {
  if (parcels >= WORTH_THREADS && threads > 1) return new FactPool(order, threads)
  const work = new FactWork(order)
  return { ahead: 1, take: async (page) => work.take(page), close: async () => undefined }
}

class FactPool implements FactTaker {
  readonly ahead: number
  readonly #threads: Thread[]
  #next = 0

  constructor(order: FactOrder, threads: number) {
    this.ahead = 2 * threads
    this.#threads = Array.from({ length: threads }, () => new Thread(order))
  }

  /** Threads have their turn one after the other: pages are alike. */
  take(page: PageText): Promise<FactsTaken> {
    return this.#threads[this.#next++ % this.#threads.length]!.take(page)
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()))
  }
}

class Thread {
  readonly #worker: Worker
  readonly #waiting: { resolve: (taken: FactsTaken) => void; reject: (error: Error) => void }[] = []
  #failed: Error | undefined

  constructor(order: FactOrder) {
    this.#worker = new Worker(new URL('./fact-worker.mjs', import.meta.url), {
      execArgv: [],
      workerData: order,
    })
    this.#worker.on('message', (reply: Reply) => {
      const asked = this.#waiting.shift()!
      if ('taken' in reply) asked.resolve(reply.taken)
      else asked.reject(Object.assign(new Error(reply.failure.message), { stack: reply.failure.stack }))
    })
    this.#worker.on('error', (error: Error) => this.#fail(error))
    this.#worker.on('exit', (code) => this.#fail(new Error(`A thread taking facts ended with code ${code}.`)))
  }

  take(page: PageText): Promise<FactsTaken> {
    const taken = new Promise<FactsTaken>((resolve, reject) => {
      if (this.#failed) return reject(this.#failed)
      this.#waiting.push({ resolve, reject })
      this.#worker.postMessage(page)
    })
    taken.catch(() => undefined) // told to whoever waits for it, perhaps after another has failed
    return taken
  }

  #fail(error: Error): void {
    this.#failed ??= error
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failed)
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }
}
