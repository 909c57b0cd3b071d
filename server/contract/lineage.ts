/** What a number was through time, where its land came from and went to. Areas are planar m². */
import { z } from 'zod'
import { knownAtSchema } from './moment.ts'

/** What a number was from one build up to another. */
export const parcelStateSchema = z.object({
  parcelId: z.number().int(),
  parcelCode: z.string().nullable(),
  kind: z.string(),
  stage: z.string(),
  holder: z.string().nullable(),
  project: z.string().nullable(),
  planarM2: z.number(),
  validFrom: z.string().nullable(),
  validTo: z
    .string()
    .nullable()
    .describe('首个不再如此之日;空:至今 first day it was no longer so; null: so far'),
  fromBuild: z.number().int(),
  toBuild: z.number().int().nullable(),
  current: z.boolean(),
})
export type ParcelState = z.infer<typeof parcelStateSchema>

export const lineageSchema = z.object({
  asOf: z.string(),
  knownAt: knownAtSchema,
  parcelId: z.number().int(),
  parcelCode: z.string().nullable(),
  state: z.enum(['current', 'retired']),
  successors: z.array(z.number().int()).describe('现有其土地的宗地 parcels that hold its land now'),
  nodes: z
    .array(
      parcelStateSchema.extend({
        generation: z
          .number()
          .int()
          .describe(
            '0 本宗或同辈,负为来源,正为去向 0: itself or beside it; below: came from; above: went to',
          ),
      }),
    )
    .describe('按编号、再按时间 by number, then by time'),
  events: z
    .array(
      z.object({
        buildId: z.number().int(),
        eventNo: z.number().int(),
        kind: z.string(),
        on: z.string(),
        parcelId: z.number().int(),
        beforeM2: z.number().nullable(),
        cameM2: z.number().nullable(),
        wentM2: z.number().nullable(),
        correctionM2: z
          .number()
          .nullable()
          .describe('更正 = 现 − 原 − 划入 + 划出 correction = after − before − came + went'),
        afterM2: z.number().nullable(),
      }),
    )
    .describe('依发生次序;平面面积 in the order they happened; planar areas, null: not kept then'),
  edges: z.array(
    z.object({
      buildId: z.number().int(),
      on: z.string(),
      from: z.number().int(),
      to: z.number().int(),
      planarM2: z.number(),
    }),
  ),
  complete: z
    .boolean()
    .describe('否:还有更早或更晚的编号未列出 false: there are more numbers than are listed'),
})
export type Lineage = z.infer<typeof lineageSchema>
