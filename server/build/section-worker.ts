import { parentPort } from 'node:worker_threads'
import { Refusal } from '../refusal.ts'
import { makeCity } from './city.ts'
import { partOf } from './part.ts'
import { packAnswer, unpackTask, type SectionTask } from './section-wire.ts'

/** What went wrong, as far as it can be said across threads. */
export type SectionFailure =
  | { readonly refusal: Pick<Refusal, 'code' | 'text' | 'hint' | 'place'> }
  | { readonly error: { readonly message: string; readonly stack: string | undefined } }

parentPort!.on('message', (task: SectionTask) => {
  void build(task)
})

async function build(task: SectionTask): Promise<void> {
  try {
    const { asOf, known, owned, records } = unpackTask(task)
    const city = await makeCity(asOf, records, { known })
    const answer = packAnswer(partOf(city, new Set(owned)))
    parentPort!.postMessage({ answer }, [answer.shapes])
  } catch (thrown) {
    parentPort!.postMessage({ failure: failureOf(thrown) })
  }
}

function failureOf(thrown: unknown): SectionFailure {
  if (thrown instanceof Refusal) {
    const { code, text, hint, place } = thrown
    return { refusal: { code, text, hint, place } }
  }
  const error = thrown instanceof Error ? thrown : new Error(String(thrown))
  return { error: { message: error.message, stack: error.stack } }
}
