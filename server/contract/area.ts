/** A drawn area: what lies in it, and what it would overlap. Coordinates are lon/lat (EPSG:4490), areas m². */
import { z } from 'zod'
import { countAndArea } from './catalog.ts'
import { messageSchema } from './message.ts'
import { knownAtSchema } from './moment.ts'
import { parcelRowSchema } from './parcel.ts'

export const polygonSchema = z.object({
  type: z.enum(['Polygon', 'MultiPolygon']),
  coordinates: z.array(z.any()),
})

export const areaBriefRequestSchema = z.object({ geometry: polygonSchema })
/**
 * What lies in a drawn area. Parcels count by the part inside; `accounts` is the land ledger clipped to the area, so
 * the totals tie: approved = suppliedInside + titledInside + remainder + noise.
 */
export const areaBriefSchema = z.object({
  asOf: z.string(),
  knownAt: knownAtSchema,
  areaPlanarM2: z.number(),
  areaEllipsoidM2: z.number(),
  parcels: z.number().int(),
  parcelsPlanarM2: z.number().describe('land in parcels inside the area, each square metre once'),
  overlapM2: z
    .number()
    .optional()
    .describe('land the rows count twice because titles overlap: sum of insideM2 − parcelsPlanarM2'),
  accounts: z.record(z.string(), z.number()),
  closureM2: z.number(),
  byStrategy: z.array(countAndArea),
  byKind: z.array(countAndArea),
  byUse: z.array(countAndArea),
  findings: z.array(z.object({ code: z.string(), title: messageSchema, count: z.number().int() })),
  rows: z.array(parcelRowSchema.extend({ insideM2: z.number() })),
})
export type AreaBrief = z.infer<typeof areaBriefSchema>

export const overlapPreviewRequestSchema = z.object({
  geometry: polygonSchema,
  as: z.enum(['approval', 'supply', 'registration']).default('approval'),
})
/** One shape against the base: what it would overlap, and what would be left of it. No database write. */
export const overlapPreviewSchema = z.object({
  asOf: z.string(),
  areaPlanarM2: z.number(),
  areaEllipsoidM2: z.number(),
  overlaps: z.array(
    z.object({
      recordId: z.number().int(),
      kind: z.string(),
      layer: z.string(),
      doc: z.string().nullable(),
      planarM2: z.number(),
      ellipsoidM2: z.number(),
      shareOfDrawn: z.number(),
      shareOfOther: z.number(),
      noise: z.boolean(),
      test: z.string(),
      geometry: z.any(),
    }),
  ),
  remainder: z.object({ planarM2: z.number(), ellipsoidM2: z.number(), geometry: z.any() }),
  notChecked: z.array(z.string()),
})
export type OverlapPreview = z.infer<typeof overlapPreviewSchema>
