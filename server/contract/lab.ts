/** Shapes of the what-if lab: rule packs to try, previews, scenarios. Areas are planar m² unless they say 亩 (mu). */
import { z } from 'zod'
import { messageSchema } from './message.ts'

const packNameSchema = z.object({
  code: z.string(),
  version: z.string(),
  hash: z.string(),
  title: messageSchema,
})

/** What is tried in a pack: numbers by name (`idle_fee_after`, `min_supply_m2.IND`), conditions by strategy code. */
export const packChangesSchema = z
  .object({
    set: z
      .record(z.string().max(80), z.union([z.number(), z.string().max(10)]))
      .optional()
      .describe('参数名或“表名.用途”到数值或日期 parameter, or table.key, to a number or a day'),
    when: z
      .record(z.string().max(30), z.string().max(4000))
      .optional()
      .describe('策略代码到 CQL2 条件 strategy code to a CQL2 condition'),
  })
  .strict()
export type PackChanges = z.infer<typeof packChangesSchema>

/** A whole pack, or changes to one that is kept; without a base, changes to the one in use. */
export const previewRequestSchema = packChangesSchema
  .extend({
    pack: z.string().min(1).max(400_000).optional().describe('YAML of a whole rule pack'),
    base: z.string().max(64).optional().describe('规则包摘要 hash of a kept pack'),
    check: z
      .boolean()
      .optional()
      .describe('false: 不检查规则包 leave the checker out, which takes longer than the preview'),
  })
  .strict()
export type PreviewRequest = z.infer<typeof previewRequestSchema>

const landSchema = z.object({ parcels: z.number().int(), planarM2: z.number(), mu: z.number() })
const moveSchema = landSchema.extend({ from: z.string(), to: z.string() })

/** A number that is tried, beside what it was. */
const changedNumberSchema = z.object({
  name: z.string(),
  title: messageSchema,
  unit: z.string(),
  kind: z.enum(['law', 'mgmt']).nullable(),
  basis: z.string(),
  before: z.union([z.number(), z.string()]),
  after: z.union([z.number(), z.string()]),
})

export const packComplaintSchema = z.object({
  code: z.string(),
  severity: z.enum(['error', 'warning', 'note']),
  strategy: z.string().nullable(),
  text: messageSchema,
  example: z.record(z.string(), z.any()).nullable(),
})

export const previewSchema = z.object({
  id: z.string().describe('供换策略清单和地图切片使用 for the list of movers and for tiles'),
  asOf: z.string(),
  rulePack: packNameSchema.describe('试算的规则包 the pack tried'),
  current: packNameSchema.describe('在用的规则包 the pack in use'),
  parcels: z.number().int(),
  moved: landSchema,
  overridden: landSchema.describe('人工决定的宗地不随规则变动 decided by a person: rules do not move them'),
  counts: z
    .record(z.string(), z.number().int())
    .describe('试算后各策略宗数 parcels per strategy as they would be'),
  strategies: z.array(
    z.object({ code: z.string(), title: messageSchema, before: landSchema, after: landSchema }),
  ),
  moves: z.array(moveSchema).describe('换策略的矩阵 only real moves'),
  changes: z.object({ numbers: z.array(changedNumberSchema), conditions: z.array(z.string()) }),
  complaints: z.array(packComplaintSchema),
  bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]).nullable().optional(),
})
export type Preview = z.infer<typeof previewSchema>

export const moversQuerySchema = z.object({
  from: z.string().max(30).optional(),
  to: z.string().max(30).optional(),
  limit: z.coerce.number().int().min(1).max(500).optional(),
  cursor: z.string().max(200).optional(),
})
export const moverSchema = z.object({
  parcelId: z.number().int(),
  from: z.string(),
  to: z.string(),
  planarM2: z.number(),
  parcelCode: z.string().nullable(),
  project: z.string().nullable(),
  holder: z.string().nullable(),
  location: z.string().nullable(),
  district: z.string(),
  bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]),
})
export type Mover = z.infer<typeof moverSchema>
export const moversSchema = landSchema.extend({
  rows: z.array(moverSchema).describe('面积从大到小 largest first'),
  nextCursor: z.string().nullable(),
})
export type Movers = z.infer<typeof moversSchema>

/** For a map of one's own: parcel numbers and the place of the new strategy in `strategies`, both little-endian, base64. */
export const moverArraysSchema = z.object({
  strategies: z.array(z.string()),
  parcelIds: z.string().describe('float64'),
  to: z.string().describe('uint8'),
})

const tableSchema = z.object({
  name: z.string(),
  title: messageSchema,
  unit: z.string(),
  basis: z.string(),
  values: z.record(z.string(), z.number()),
  otherwise: z.number(),
})
export const labPackSchema = packNameSchema.extend({
  validFrom: z.string(),
  parameters: z.array(
    z.object({
      name: z.string(),
      title: messageSchema,
      value: z.union([z.number(), z.string()]),
      unit: z.string(),
      kind: z.enum(['law', 'mgmt']).nullable(),
      basis: z.string(),
      readOn: z.string().nullable(),
      usedBy: z.array(z.string()).describe('用到它的策略 strategies whose condition speaks of it'),
    }),
  ),
  tables: z.array(tableSchema.extend({ usedBy: z.array(z.string()) })),
  strategies: z.array(z.object({ code: z.string(), title: messageSchema, when: z.string() })),
})
export type LabPack = z.infer<typeof labPackSchema>

export const packListSchema = z.object({
  asOf: z.string().nullable(),
  current: z.string().nullable().describe('在用规则包的摘要 hash of the pack in use'),
  packs: z.array(
    packNameSchema.extend({
      validFrom: z.string(),
      addedAt: z.string().nullable(),
      reason: z.string().nullable(),
    }),
  ),
})
export type PackList = z.infer<typeof packListSchema>

export const scenarioRequestSchema = packChangesSchema
  .extend({
    name: z.string().trim().min(1).max(80),
    by: z.string().trim().min(1).max(60).describe('谁保存 who saves it'),
    note: z.string().max(2000).optional(),
    base: z.string().max(64).optional(),
    pack: z.string().min(1).max(400_000).optional(),
  })
  .strict()
export type ScenarioRequest = z.infer<typeof scenarioRequestSchema>

export const scenarioSchema = z.object({
  scenarioId: z.number().int(),
  name: z.string(),
  by: z.string(),
  note: z.string(),
  base: packNameSchema,
  set: z.record(z.string(), z.union([z.number(), z.string()])),
  when: z.record(z.string(), z.string()),
  wholePack: z.boolean().describe('保存的是整个规则包 a whole pack was saved, not changes'),
  asOf: z.string().describe('保存时的查询日 the day it was tried for'),
  moved: landSchema.describe('保存时的结果 what it moved when it was saved'),
  savedAt: z.string(),
  closedAt: z.string().nullable(),
  closedBy: z.string().nullable(),
  adoptedAs: z.string().nullable().describe('采纳为哪个规则包 hash of the pack it became'),
})
export type Scenario = z.infer<typeof scenarioSchema>

export const closeRequestSchema = z.object({ by: z.string().trim().min(1).max(60) }).strict()

/** Two scenarios over the same facts: how many parcels each gives which strategy, and where they differ. */
export const comparisonSchema = z.object({
  asOf: z.string(),
  first: scenarioSchema,
  second: scenarioSchema,
  strategies: z.array(
    z.object({
      code: z.string(),
      title: messageSchema,
      now: landSchema,
      first: landSchema,
      second: landSchema,
    }),
  ),
  differ: landSchema,
  moves: z.array(moveSchema).describe('从第一个到第二个 from the first to the second'),
})
export type Comparison = z.infer<typeof comparisonSchema>

export const adoptRequestSchema = packChangesSchema
  .extend({
    base: z.string().max(64).optional(),
    pack: z.string().min(1).max(400_000).optional(),
    scenario: z.number().int().positive().optional().describe('采纳已保存的方案 a scenario that was saved'),
    version: z
      .string()
      .trim()
      .min(1)
      .max(40)
      .optional()
      .describe('缺省:原版本加一 absent: one more than before'),
    validFrom: z.string().max(10).optional().describe('缺省:今天 absent: today'),
    reason: z.string().trim().min(4).max(2000),
    by: z.string().trim().min(1).max(60),
  })
  .strict()
export type AdoptRequest = z.infer<typeof adoptRequestSchema>
