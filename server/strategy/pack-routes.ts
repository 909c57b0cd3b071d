import { z } from 'zod'
import { momentSchema, packDetailSchema, packInForceSchema, packLibrarySchema } from '../contract.ts'
import type { Base } from '../db/open.ts'
import type { Clock } from '../http/clock.ts'
import { endpoint, type Endpoint } from '../http/endpoint.ts'
import { instantOf } from '../parcel/standing-store.ts'
import { isIsoDate } from '../units.ts'
import { listPacks, namedInForce, onePack } from './packs.ts'

const day = z.string().refine(isIsoDate, 'not a calendar day')

/** Which rules there are, and which hold when. */
export function packRoutes({ db }: Base, clock: Clock): Endpoint[] {
  return [
    endpoint({
      method: 'get',
      path: '/api/rules/library',
      tag: 'strategy',
      summary: {
        zh: '规则库:随产品交付和用过的规则包,及各自生效时间',
        en: 'The rule packs there are, and when they hold',
      },
      query: z.object({ asOf: day.optional() }),
      answer: { json: packLibrarySchema },
      handle: ({ query }) => listPacks(db, query.asOf ?? clock.today()),
    }),
    endpoint({
      method: 'get',
      path: '/api/rules/library/{pack}',
      tag: 'strategy',
      summary: { zh: '一个规则包的全文和生效记录', en: 'One rule pack whole, and when it held' },
      params: z.object({ pack: z.string().min(1).max(64) }),
      answer: { json: packDetailSchema },
      handle: ({ params }) => onePack(db, params.pack),
    }),
    endpoint({
      method: 'get',
      path: '/api/rules/in-force',
      tag: 'strategy',
      summary: { zh: '某日生效的规则包', en: 'The rule pack in force on a day' },
      query: z.object({ asOf: day.optional(), knownAt: momentSchema.shape.knownAt }),
      answer: { json: packInForceSchema },
      handle: ({ query }) => namedInForce(db, query.asOf ?? clock.today(), instantOf(query.knownAt)),
    }),
  ]
}
