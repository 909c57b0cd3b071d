import { z } from 'zod'
import { explanationSchema, jobSchema, momentSchema, type Job } from '../contract.ts'
import { runBuild } from '../build/run.ts'
import type { Base } from '../db/open.ts'
import type { Clock } from '../http/clock.ts'
import { endpoint, type Endpoint } from '../http/endpoint.ts'
import type { JobRunner } from '../job/runner.ts'
import { parcelParams } from '../parcel/routes.ts'
import { resolveParcel, standingAt } from '../parcel/store.ts'
import { standingOf } from '../parcel/standing-store.ts'
import { Refusal, type Message } from '../refusal.ts'
import { isIsoDate, type IsoDate } from '../units.ts'
import { runClassify } from './classify.ts'
import { classifyPast } from './classify-past.ts'
import { explainParcel } from './explain.ts'
import { packRoutes } from './pack-routes.ts'

/** Share of a build job that is the build; the rest is the classification. */
const BUILD_SHARE = 0.7

export function strategyRoutes(base: Base, jobs: JobRunner, clock: Clock): Endpoint[] {
  return [
    ...packRoutes(base, clock),
    endpoint({
      method: 'get',
      path: '/api/parcels/{id}/strategy',
      tag: 'strategy',
      summary: { zh: '策略与理由', en: 'The strategy and why' },
      params: parcelParams,
      query: momentSchema,
      answer: { json: explanationSchema },
      handle: async ({ params, query }) => {
        const standing = await standingAt(base.db, query)
        const parcelId = await resolveParcel(base.db, standing, params.id)
        return explainParcel(base, String(parcelId), standing)
      },
    }),
    endpoint({
      method: 'post',
      path: '/api/builds',
      tag: 'jobs',
      summary: { zh: '重建宗地与台账并重新分类', en: 'Build parcels and ledger, then classify' },
      body: z.object({ asOf: z.string().max(10).optional() }).strict(),
      answer: { json: jobSchema, status: 202 },
      handle: async ({ body }) => {
        const asOf = body.asOf ?? clock.today()
        if (!isIsoDate(asOf)) throw badDay(asOf)
        return startBuild(base, jobs, clock, asOf)
      },
    }),
  ]
}

/** Build and classification as one job. */
function startBuild(base: Base, jobs: JobRunner, clock: Clock, asOf: IsoDate): Promise<Job> {
  return jobs.start('build', { asOf }, async ({ signal, progress }) => {
    const build = await runBuild(base, {
      asOf,
      startedAt: clock.now(),
      signal,
      onProgress: (fraction, step) => progress(fraction * BUILD_SHARE, step),
    })
    const common = {
      startedAt: clock.now(),
      signal,
      onProgress: (fraction: number, step: Message) =>
        progress(BUILD_SHARE + fraction * (1 - BUILD_SHARE), step),
    }
    // after a look-back readers go on seeing their day and its strategies; those of the past day are kept beside
    const classify = build.lookBack
      ? await classifyPast(base, (await standingOf(base.db, build.build))!, common)
      : await runClassify(base, { ...common, asOf })
    return { build, classify }
  })
}

const badDay = (asOf: string): Refusal =>
  new Refusal(
    'BODY_INVALID',
    { zh: `“${asOf}”不是日期。`, en: `"${asOf}" is not a day.` },
    { zh: '请写作 2024-05-01。', en: 'Write it as 2024-05-01.' },
    { field: 'asOf' },
  )
