import { z } from 'zod'
import { featureCollectionSchema, findingSchema, ledgerSchema, momentSchema } from '../contract.ts'
import type { Base } from '../db/open.ts'
import { endpoint, type Endpoint } from '../http/endpoint.ts'
import { accounts } from './account.ts'
import { ledgerPieces } from './piece-store.ts'
import { readFindings, readLedger } from './store.ts'

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
      summary: { zh: '问题清单', en: 'Findings' },
      query: z.object({
        code: z
          .string()
          .regex(/^P\d{3}$/)
          .optional(),
        parcel: z.coerce.number().int().positive().optional(),
        noise: z.enum(['true', 'false']).optional().describe('include what surveys merely disagree on'),
        ...momentSchema.shape,
      }),
      answer: { json: z.array(findingSchema) },
      handle: ({ query }) =>
        readFindings(
          base.db,
          { code: query.code, parcelId: query.parcel, includeNoise: query.noise === 'true' },
          query,
        ),
    }),
  ]
}
