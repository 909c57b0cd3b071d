import { Refusal } from '../refusal.ts'
import type { SectionAnswer, SectionTask } from './section-wire.ts'
import type { SectionFailure } from './section-worker.ts'
import { inThreads } from './threads.ts'

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
  await inThreads<SectionTask, Reply>(tasks, {
    script: new URL('./section-worker.mjs', import.meta.url),
    threads,
    transferOf: ({ shapes }) => [shapes],
    take: (reply) => {
      if ('failure' in reply) throw errorOf(reply.failure)
      take(reply.answer)
    },
    signal,
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
