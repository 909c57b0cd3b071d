/** What the page needs once, and the counts beside the map. Areas are planar m². */
import { z } from 'zod'
import { strategyInfoSchema } from './explanation.ts'
import { messageSchema } from './message.ts'
import { knownAtSchema } from './moment.ts'

const notCheckedMeans =
  '没有数据能说明此项:从不给出,也不表示“否”,此为原因 nobody’s data can state it: never given, never denied; why'

/** What the page needs once: names of codes, colours of strategies, extent, and what kind of base this is. */
export const catalogSchema = z.object({
  asOf: z.string().nullable(),
  trial: z.boolean().describe('embedded trial base, not a production server'),
  fictional: z.boolean().describe('the demo city: places and people are invented'),
  bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]).nullable(),
  parcels: z.number().int(),
  tilesVersion: z.string().describe('changes when the base changes; part of tile URLs'),
  strategies: z.array(strategyInfoSchema),
  districts: z.array(z.object({ code: z.string(), title: messageSchema })),
  stages: z.array(z.object({ code: z.string(), title: messageSchema })),
  useGroups: z.array(z.object({ code: z.string(), title: messageSchema })),
  kinds: z.array(z.object({ code: z.string(), title: messageSchema })),
  flags: z.array(
    z.object({
      code: z.string(),
      title: messageSchema,
      severity: z.string(),
      raisedBy: z
        .enum(['fact', 'build', 'import', 'none'])
        .describe('由何提出:事实、建库、导入,或无数据 what raises it; none: nobody’s data can'),
      notChecked: messageSchema.nullable().describe(notCheckedMeans),
    }),
  ),
  tags: z.array(
    z.object({
      code: z.string(),
      title: messageSchema,
      notChecked: messageSchema.nullable().describe(notCheckedMeans),
    }),
  ),
  layers: z.array(z.object({ name: z.string(), title: messageSchema, zones: z.number().int() })),
})
export type Catalog = z.infer<typeof catalogSchema>

export const countAndArea = z.object({ key: z.string(), parcels: z.number().int(), planarM2: z.number() })
export const statsSchema = z.object({
  asOf: z.string(),
  knownAt: knownAtSchema,
  parcels: z.number().int(),
  planarM2: z.number(),
  byStrategy: z.array(countAndArea),
  byStage: z.array(countAndArea),
  byDistrict: z.array(countAndArea),
  byUse: z.array(countAndArea),
  byKind: z.array(countAndArea),
})
export type Stats = z.infer<typeof statsSchema>
