import { Worker } from 'node:worker_threads'
import { Refusal } from '../refusal.ts'
import type { SectionAnswer, SectionTask } from './section-wire.ts'
import type { SectionFailure } from './section-worker.ts'

type Reply = { readonly answer: SectionAnswer } | { readonly failure: SectionFailure }

/**
 * Has sections built by several threads at once. Tasks are taken from the list as threads become free, so that no more of
 * them exist than are being built; answers come in the order they are ready.
 * @throws what a section threw, Refusals with their code and texts; the reason of `signal` when aborted
 */
export async function buildSections(
  tasks: Iterator<SectionTask>,
  threads: number,
  take: (answer: SectionAnswer) => void,
  signal?: AbortSignal,
): Promise<void> {
  const workers = Array.from(
    { length: threads },
    () => new Worker(new URL('./section-worker.mjs', import.meta.url), { execArgv: [] }),
  )
  try {
    signal?.throwIfAborted()
    await Promise.all(workers.map((worker) => serve(worker, tasks, take, signal)))
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}

function serve(
  worker: Worker,
  tasks: Iterator<SectionTask>,
  take: (answer: SectionAnswer) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = (): void => {
      const { done, value } = tasks.next()
      if (done) resolve()
      else worker.postMessage(value, [value.shapes])
    }
    signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
    worker.on('error', reject)
    worker.on('exit', (code) => reject(new Error(`A thread of the build ended with code ${code}.`)))
    worker.on('message', (reply: Reply) => {
      try {
        if ('failure' in reply) throw errorOf(reply.failure)
        take(reply.answer)
        next()
      } catch (error) {
        reject(error as Error)
      }
    })
    next()
  })
}

function errorOf(failure: SectionFailure): Error {
  if ('refusal' in failure) {
    const { code, text, hint, place } = failure.refusal
    return new Refusal(code, text, hint, place)
  }
  const error = new Error(failure.error.message)
  error.stack = failure.error.stack ?? error.stack
  return error
}
