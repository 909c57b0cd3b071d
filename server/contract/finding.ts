/** What is wrong with land, and what was not checked. Areas are m². */
import { z } from 'zod'
import { messageSchema } from './message.ts'
import { knownAtSchema } from './moment.ts'

export const findingSchema = z.object({
  findingNo: z.number().int(),
  code: z.string(),
  title: messageSchema,
  severity: z.enum(['block', 'high', 'mid', 'low']),
  noise: z.boolean(),
  parcels: z.array(z.number().int()),
  records: z.array(
    z.object({
      recordId: z.number().int(),
      kind: z.string(),
      doc: z.string().nullable(),
      date: z.string().nullable(),
    }),
  ),
  detail: z.record(z.string(), z.any()),
  planarM2: z.number().nullable(),
  ellipsoidM2: z.number().nullable(),
  shareOfFirst: z.number().nullable(),
  shareOfSecond: z.number().nullable(),
  geometry: z.any().nullable(),
})
export type Finding = z.infer<typeof findingSchema>

/** Query of `/api/findings`. */
export const findingQuerySchema = z.object({
  code: z
    .string()
    .regex(/^P\d{3}$/)
    .optional(),
  parcel: z.coerce.number().int().positive().optional(),
  noise: z.enum(['true', 'false']).optional().describe('include what surveys merely disagree on'),
  limit: z.coerce.number().int().min(1).max(1000).optional(),
  cursor: z.string().max(200).optional(),
})
export type FindingQuery = z.infer<typeof findingQuerySchema>

export const findingPageSchema = z.object({
  asOf: z.string(),
  knownAt: knownAtSchema,
  total: z.number().int(),
  rows: z.array(findingSchema).describe('by code, then by number'),
  nextCursor: z.string().nullable(),
})
export type FindingPage = z.infer<typeof findingPageSchema>

/** One line per layer and per register question: conflict, checked and clean, or not checked (no data). */
export const conflictsSchema = z.object({
  parcelId: z.number().int(),
  asOf: z.string(),
  knownAt: knownAtSchema,
  checks: z.array(
    z.object({
      check: z.string().describe('layer name, or finding group: approval, supply, title, clock, quality'),
      title: messageSchema,
      state: z.enum(['conflict', 'clean', 'not_checked']),
      findings: z.array(findingSchema),
    }),
  ),
})
export type Conflicts = z.infer<typeof conflictsSchema>
