import { z } from 'zod'
import { polygonSchema } from './area.ts'

/** A document for people: one parcel as Word or PDF, or the brief of a drawn area as a workbook. */
export const reportRequestSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('parcel'),
    format: z.enum(['docx', 'pdf']),
    parcelIds: z.array(z.number().int()).length(1),
    lang: z.enum(['zh', 'en']).optional(),
  }),
  z.object({
    kind: z.literal('area'),
    format: z.enum(['xlsx']),
    geometry: polygonSchema,
    lang: z.enum(['zh', 'en']).optional(),
  }),
])
export type ReportRequest = z.infer<typeof reportRequestSchema>
