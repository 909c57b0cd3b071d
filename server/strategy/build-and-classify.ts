import { runBuild, type BuildRequest, type BuildSummary } from '../build/run.ts'
import type { Base } from '../db/open.ts'
import { standingOf } from '../parcel/standing-store.ts'
import type { Message } from '../refusal.ts'
import { runClassify, type ClassifySummary } from './classify.ts'
import { classifyPast, type PastClassification } from './classify-past.ts'

/** Share of the whole that is the build; the rest is the classification. */
const BUILD_SHARE = 0.7

export interface BuiltAndClassified {
  readonly build: BuildSummary
  readonly classify: ClassifySummary | PastClassification
}

/**
 * Builds a day and gives every parcel its strategy; readers see both at once. Stopped in between, the build is kept and
 * readers go on seeing what they saw: the next one, or `terrier classify`, goes on from there.
 *
 * After a look-back readers go on seeing their day; the strategies of the past day are kept beside it.
 * @param now ISO instant, asked when each half begins
 * @throws as `runBuild` and `runClassify`
 */
export async function buildAndClassify(
  base: Base,
  { now, ...request }: Omit<BuildRequest, 'startedAt'> & { readonly now: () => string },
): Promise<BuiltAndClassified> {
  const { asOf, signal, onProgress } = request
  const build = await runBuild(base, {
    ...request,
    startedAt: now(),
    onProgress(fraction, step) {
      if (fraction < 1) onProgress?.(fraction * BUILD_SHARE, step) // what follows is still to come
    },
  })
  const order = {
    startedAt: now(),
    signal,
    onProgress: (fraction: number, step: Message) =>
      onProgress?.(BUILD_SHARE + fraction * (1 - BUILD_SHARE), step),
  }
  const classify = build.lookBack
    ? await classifyPast(base, (await standingOf(base.db, build.build))!, order)
    : await runClassify(base, { ...order, asOf })
  return { build, classify }
}
