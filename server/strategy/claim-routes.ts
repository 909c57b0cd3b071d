import {
  chooseClaimSchema,
  conflictPageSchema,
  conflictQuerySchema,
  momentSchema,
  parcelClaimsSchema,
} from '../contract.ts'
import type { Base } from '../db/open.ts'
import type { Clock } from '../http/clock.ts'
import { endpoint, type Endpoint } from '../http/endpoint.ts'
import { parcelParams } from '../parcel/routes.ts'
import { findConflicts } from './claim-list-store.ts'
import { chooseClaim, parcelClaims } from './claims.ts'

/** What records say about one thing of a parcel, where they differ, and which of it is used. */
export function claimRoutes(base: Base, clock: Clock): Endpoint[] {
  return [
    endpoint({
      method: 'get',
      path: '/api/claims',
      tag: 'claims',
      summary: {
        zh: '各方说法相互矛盾的清单:按字段、来源、行政区、是否已择定筛选与合计',
        en: 'Contradicting statements over the city, by field, registers, district and whether a person chose',
      },
      query: conflictQuerySchema,
      answer: { json: conflictPageSchema },
      handle: ({ query, language }) => findConflicts(base.db, query, language),
    }),
    endpoint({
      method: 'get',
      path: '/api/parcels/{id}/claims',
      tag: 'claims',
      summary: {
        zh: '一宗地的各方说法:来源、日期、采用哪一个及依据',
        en: 'What each record says about a parcel: sources, dates, which is used and why',
      },
      params: parcelParams,
      query: momentSchema,
      answer: { json: parcelClaimsSchema },
      handle: ({ params, query, language }) => parcelClaims(base, params.id, language, query),
    }),
    endpoint({
      method: 'post',
      path: '/api/parcels/{id}/claims',
      tag: 'claims',
      summary: {
        zh: '择定采信哪一说法(或回到规则):须有择定人、理由、依据文件与日期',
        en: 'Chooses which statement is right, or goes back to the rule: with person, reason, document and day',
      },
      params: parcelParams,
      body: chooseClaimSchema,
      answer: { json: parcelClaimsSchema, status: 201 },
      handle: ({ params, body, language }) =>
        chooseClaim(base, params.id, body, { at: clock.now(), today: clock.today() }, language),
    }),
  ]
}
