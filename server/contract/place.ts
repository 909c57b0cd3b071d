/** What ever lay at a place. */
import { z } from 'zod'
import { parcelStateSchema } from './lineage.ts'
import { knownAtSchema } from './moment.ts'

/** How a state began or ended, and the numbers its land came from or went to, largest first. */
const placeChangeSchema = z.object({
  buildId: z.number().int(),
  kind: z.string(),
  on: z.string(),
  numbers: z.array(
    z.object({
      parcelId: z.number().int(),
      parcelCode: z.string().nullable(),
      planarM2: z.number(),
      here: z.boolean().describe('该宗地亦覆盖此点 that number has the land at this very point'),
    }),
  ),
})
export type PlaceChange = z.infer<typeof placeChangeSchema>

/** What ever lay at a place, newest first, and the zones there. */
export const placesSchema = z.object({
  lon: z.number(),
  lat: z.number(),
  asOf: z.string(),
  knownAt: knownAtSchema,
  versions: z.array(
    parcelStateSchema.extend({
      came: placeChangeSchema.nullable().describe('空:仅登记内容变化 null: only its description changed'),
      became: placeChangeSchema
        .nullable()
        .describe('空:至今,或仅登记内容变化 null: stands, or only its description changed'),
    }),
  ),
  records: z
    .array(
      z.object({
        recordId: z.number().int(),
        kind: z.string(),
        doc: z.string().nullable(),
        on: z.string().nullable().describe('文件自身的日期 the day the document gives itself'),
        holder: z.string().nullable(),
        project: z.string().nullable(),
        planarM2: z.number().nullable(),
        validFrom: z.string().nullable(),
        validTo: z.string().nullable(),
        current: z.boolean().describe('查询日有效 in force on the day asked about'),
      }),
    )
    .describe('历次文件 documents of this place through time'),
  zones: z.array(
    z.object({
      recordId: z.number().int(),
      layer: z.string(),
      name: z.string().nullable(),
      fields: z.record(z.string(), z.any()),
    }),
  ),
})
export type Places = z.infer<typeof placesSchema>
