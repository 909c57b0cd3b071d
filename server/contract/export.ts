/** Exports: what is asked for, and the file of one that was made as a job. */
import { z } from 'zod'
import { listedJobSchema } from './delivery.ts'
import { momentSchema } from './moment.ts'

export const exportKinds = ['parcels', 'records', 'findings', 'ledger'] as const

export const exportOrderSchema = z.object({
  kind: z.enum(exportKinds),
  format: z.string().max(20),
  filter: z.string().max(4000).optional().describe('CQL2 text, for parcels'),
  q: z.string().max(200).optional().describe('for parcels: words, as in /api/parcels'),
  bbox: z.string().max(120).optional().describe('for parcels: west,south,east,north, as in /api/parcels'),
  register: z.string().max(40).optional().describe('for records: of this register'),
  delivery: z.coerce.number().int().positive().optional().describe('for records: of this delivery'),
  crs: z.string().max(40).optional().describe('EPSG:n'),
  ...momentSchema.shape,
})
export type ExportOrder = z.infer<typeof exportOrderSchema>

export const exportFileSchema = z.object({
  fileName: z.string(),
  mediaType: z.string(),
  rows: z.number().int(),
  size: z.number().int().describe('bytes'),
  sha256: z.string(),
  day: z.string().describe('数据所属的日期 the day the data speak of'),
  keptUntil: z
    .string()
    .describe('保留至 the file is removed after this, or earlier to make room for newer ones'),
})
export type ExportFile = z.infer<typeof exportFileSchema>

export const exportJobSchema = listedJobSchema.extend({
  file: exportFileSchema.nullable().describe('null: not made, or no longer kept'),
})
export type ExportJob = z.infer<typeof exportJobSchema>
