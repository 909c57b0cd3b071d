import { z } from 'zod'
import {
  featureCollectionSchema,
  findingPageSchema,
  findingQuerySchema,
  ledgerSchema,
  momentSchema,
} from '../contract.ts'
import type { Base } from '../db/open.ts'
import { endpoint, type Endpoint } from '../http/endpoint.ts'
import { accounts } from './account.ts'
import { findFindings } from './finding-store.ts'
import { ledgerPieces } from './piece-store.ts'
import { readLedger } from './store.ts'

export function buildRoutes(base: Base): Endpoint[] {
  return [
    endpoint({
      method: 'get',
      path: '/api/ledger',
      tag: 'ledger',
      summary: { zh: '土地台账:按行政区与合计', en: 'The land ledger, by district and in total' },
      query: momentSchema,
      answer: { json: ledgerSchema },
      handle: ({ query }) => readLedger(base.db, query),
    }),
    endpoint({
      method: 'get',
      path: '/api/ledger/pieces',
      tag: 'ledger',
      summary: { zh: '台账数字由哪些地块合成', en: 'The pieces a figure of the ledger sums' },
      query: z.object({
        district: z
          .string()
          .regex(/^\d{6}$/)
          .optional(),
        account: z.enum(accounts),
        limit: z.coerce.number().int().min(1).max(5_000).optional(),
        ...momentSchema.shape,
      }),
      answer: {
        json: featureCollectionSchema.extend({ total: z.number().int(), totalPlanarM2: z.number() }),
      },
      handle: ({ query }) =>
        ledgerPieces(
          base.db,
          { district: query.district ?? null, account: query.account, limit: query.limit ?? 2_000 },
          query,
        ),
    }),
    endpoint({
      method: 'get',
      path: '/api/findings',
      tag: 'findings',
      summary: { zh: '问题清单,逐页', en: 'Findings, page by page' },
      query: findingQuerySchema.extend(momentSchema.shape),
      answer: { json: findingPageSchema },
      handle: ({ query: { asOf, knownAt, ...query } }) => findFindings(base.db, query, { asOf, knownAt }),
    }),
  ]
}
