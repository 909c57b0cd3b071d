import { z } from 'zod'
import { explanationSchema, jobSchema, momentSchema } from '../contract.ts'
import type { Base } from '../db/open.ts'
import type { Clock } from '../http/clock.ts'
import { endpoint, type Endpoint } from '../http/endpoint.ts'
import type { JobRunner } from '../job/runner.ts'
import { parcelParams } from '../parcel/routes.ts'
import { resolveParcel, standingAt } from '../parcel/store.ts'
import { Refusal } from '../refusal.ts'
import { isIsoDate } from '../units.ts'
import { buildAndClassify } from './build-and-classify.ts'
import { explainParcel } from './explain.ts'
import { packRoutes } from './pack-routes.ts'

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
        return jobs.start('build', { asOf }, ({ signal, progress }) =>
          buildAndClassify(base, { asOf, now: () => clock.now(), signal, onProgress: progress }),
        )
      },
    }),
  ]
}

const badDay = (asOf: string): Refusal =>
  new Refusal(
    'BODY_INVALID',
    { zh: `“${asOf}”不是日期。`, en: `"${asOf}" is not a day.` },
    { zh: '请写作 2024-05-01。', en: 'Write it as 2024-05-01.' },
    { field: 'asOf' },
  )
