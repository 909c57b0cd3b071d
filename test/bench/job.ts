import { runBuild } from '../../server/build/run.ts'
import type { Base } from '../../server/db/open.ts'
import { standingAt } from '../../server/parcel/store.ts'
import { runClassify } from '../../server/strategy/classify.ts'
import type { Figures } from './run.ts'

/** Seconds of a whole rebuild and a classification, step by step, and the memory of this process. */
export async function* benchJob(base: Base): AsyncGenerator<Figures> {
  const { asOf } = await standingAt(base.db)
  for (const [name, work] of [
    [
      'build',
      (onProgress: Progress) => runBuild(base, { asOf, startedAt: new Date().toISOString(), onProgress }),
    ],
    [
      'classify',
      (onProgress: Progress) => runClassify(base, { startedAt: new Date().toISOString(), onProgress }),
    ],
  ] as const) {
    const steps: { step: string; at: number }[] = []
    const begun = performance.now()
    await work((_, step) => {
      const text = step.en.replaceAll(/\d+/g, 'N') // one row for a step that counts
      if (steps.at(-1)?.step !== text) steps.push({ step: text, at: performance.now() })
    })
    const ended = performance.now()
    for (const [i, { step, at }] of steps.entries()) {
      yield row(`${name}: ${step}`, ((steps[i + 1]?.at ?? ended) - at) / 1000)
    }
    yield row(`${name}: all`, (ended - begun) / 1000)
  }
}

type Progress = (fraction: number, step: { en: string }) => void

const row = (what: string, seconds: number): Figures => ({
  what,
  seconds: Number(seconds.toFixed(2)),
  rssMB: Math.round(process.memoryUsage().rss / 1e6),
})
