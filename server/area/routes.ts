import { areaBriefRequestSchema, areaBriefSchema, momentSchema } from '../contract.ts'
import type { Base } from '../db/open.ts'
import { readDrawn } from '../http/drawn.ts'
import { endpoint, type Endpoint } from '../http/endpoint.ts'
import { areaBrief } from './store.ts'

export function areaRoutes(base: Base): Endpoint[] {
  return [
    endpoint({
      method: 'post',
      path: '/api/areas/brief',
      tag: 'areas',
      summary: { zh: '圈画范围内的宗地、台账与问题', en: 'Parcels, ledger and findings inside a drawn area' },
      query: momentSchema,
      body: areaBriefRequestSchema,
      answer: { json: areaBriefSchema },
      handle: ({ body, query }) => areaBrief(base.db, readDrawn(body.geometry), query),
    }),
  ]
}
