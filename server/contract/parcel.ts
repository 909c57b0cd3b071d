/** Parcels as lists, cards and dossiers show them. Areas are m² and say their kind; boxes and coordinates are lon/lat (EPSG:4490). */
import { z } from 'zod'
import { messageSchema } from './message.ts'
import { knownAtSchema } from './moment.ts'

export const areasSchema = z.object({
  documentM2: z.number().nullable(),
  planarM2: z.number(),
  ellipsoidM2: z.number(),
})

export const parcelRowSchema = z.object({
  parcelId: z.number().int(),
  parcelCode: z.string().nullable(),
  kind: z.enum(['titled', 'supplied', 'remainder']),
  stage: z.string(),
  strategy: z.string().nullable().describe('人工改定时为改定后的 what a person decided, where somebody did'),
  ruledStrategy: z.string().nullable().describe('规则的结论 what the rules alone say'),
  overrideId: z.number().int().nullable().describe('人工改定 a person decided on another strategy'),
  district: z.string(),
  holder: z.string().nullable(),
  project: z.string().nullable(),
  location: z.string().nullable(),
  useGroup: z.string().nullable(),
  useText: z.string().nullable(),
  areas: areasSchema,
  flags: z.array(z.string()),
  tags: z.array(z.string()),
  /** [west, south, east, north] in degrees. */
  bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]),
})
export type ParcelRow = z.infer<typeof parcelRowSchema>

/** Query of `/api/parcels` and `/api/stats`: plain filters, or CQL2 text over the same names. */
export const parcelQuerySchema = z.object({
  q: z
    .string()
    .max(200)
    .optional()
    .describe('代码、编号、项目、权利人、坐落 / code, number, project, holder or location'),
  district: z.string().max(200).optional().describe('comma separated county codes'),
  stage: z.string().max(200).optional(),
  kind: z.string().max(100).optional(),
  strategy: z.string().max(400).optional(),
  use: z.string().max(200).optional().describe('comma separated use groups'),
  flag: z.string().max(200).optional(),
  min_m2: z.coerce.number().nonnegative().optional(),
  max_m2: z.coerce.number().nonnegative().optional(),
  bbox: z.string().max(120).optional().describe('west,south,east,north in degrees'),
  filter: z.string().max(4000).optional().describe('CQL2 text'),
  sort: z.enum(['parcel', 'area', '-area', 'strategy', 'district']).optional(),
  limit: z.coerce.number().int().min(1).max(2000).optional(),
  cursor: z.string().max(200).optional(),
})
export type ParcelQuery = z.infer<typeof parcelQuerySchema>

export const parcelPageSchema = z.object({
  asOf: z.string(),
  knownAt: knownAtSchema,
  total: z.number().int(),
  totalPlanarM2: z.number(),
  rows: z.array(parcelRowSchema),
  nextCursor: z.string().nullable(),
})
export type ParcelPage = z.infer<typeof parcelPageSchema>

export const parcelCardSchema = parcelRowSchema.extend({
  asOf: z.string(),
  knownAt: knownAtSchema,
  unitCode: z.string().nullable(),
  holderCode: z.string().nullable(),
  useScheme: z.string().nullable(),
  useCode: z.string().nullable(),
  geometry: z.object({ type: z.literal('MultiPolygon'), coordinates: z.array(z.any()) }),
})
export type ParcelCard = z.infer<typeof parcelCardSchema>

/** One paper in the life of a parcel, or the gap where one is expected and missing. */
export const dossierEntrySchema = z.object({
  kind: z.string(),
  present: z.boolean(),
  recordId: z.number().int().nullable(),
  doc: z.string().nullable(),
  on: z.string().nullable(),
  title: messageSchema,
  /** Fields worth reading, canonical name and value as recorded; personal names already masked. */
  facts: z.array(z.object({ field: z.string(), label: messageSchema, value: z.string() })),
  areaInCommonM2: z.number().nullable(),
  shareOfParcel: z.number().nullable(),
  evidence: z.array(z.string()),
  certainty: z.enum(['certain', 'probable']).nullable(),
  delivery: z
    .object({ deliveryId: z.number().int(), fileName: z.string(), row: z.number().int() })
    .nullable(),
})
export type DossierEntry = z.infer<typeof dossierEntrySchema>
export const dossierSchema = z.object({
  parcelId: z.number().int(),
  asOf: z.string(),
  knownAt: knownAtSchema,
  entries: z.array(dossierEntrySchema),
})
export type Dossier = z.infer<typeof dossierSchema>
