/** Why a parcel has its strategy. */
import { z } from 'zod'
import { overrideSchema, packNumberSchema, parcelDeadlinesSchema } from './decision.ts'
import { maturitySchema } from './maturity.ts'
import { messageSchema } from './message.ts'

export const verdictSchema = z.enum(['true', 'false', 'unknown'])
/** A condition as a tree: the leaves are comparisons with the fact values they used. */
export interface ReasonNode {
  op: 'and' | 'or' | 'not' | 'test'
  /** CQL2. */
  text: string
  /** The same for a reader who has never seen CQL2. */
  words: { zh: string; en: string }
  verdict: 'true' | 'false' | 'unknown'
  facts: {
    name: string
    label: { zh: string; en: string }
    value: string | number | boolean | null
    shown: { zh: string; en: string }
    source: { zh: string; en: string } | null
  }[]
  children: ReasonNode[]
}
export const reasonNodeSchema: z.ZodType<ReasonNode> = z.lazy(() =>
  z.object({
    op: z.enum(['and', 'or', 'not', 'test']),
    text: z.string(),
    words: messageSchema,
    verdict: verdictSchema,
    facts: z.array(
      z.object({
        name: z.string(),
        label: messageSchema,
        value: z.union([z.string(), z.number(), z.boolean()]).nullable(),
        shown: messageSchema.describe('值与单位 the value in words, with its unit'),
        source: messageSchema.nullable().describe('出处 where it stands, or how it was worked out'),
      }),
    ),
    children: z.array(reasonNodeSchema),
  }),
)
export const strategyInfoSchema = z.object({
  code: z.string(),
  title: messageSchema,
  stage: z.string(),
  basis: z.array(z.string()),
  lead: z.string(),
  co: z.array(z.string()),
  actions: z.array(z.string()),
  deadline: z.string(),
  deadlineKind: z.enum(['law', 'mgmt']),
  condition: z.string(),
})
export type StrategyInfo = z.infer<typeof strategyInfoSchema>
export const explanationSchema = z.object({
  parcel: z.number().int(),
  asOf: z.string(),
  rulePack: z.object({ code: z.string(), version: z.string(), hash: z.string(), title: messageSchema }),
  strategy: strategyInfoSchema.describe('人工改定时为改定后的 what a person decided, where somebody did'),
  ruled: z.object({ code: z.string(), title: messageSchema }).describe('规则的结论 what the rules alone say'),
  override: overrideSchema.nullable(),
  deadlines: parcelDeadlinesSchema,
  maturity: maturitySchema.nullable().describe('空:土地已供应或已登记 null: the land is supplied or titled'),
  runnersUp: z.array(z.string()),
  tried: z.array(
    z.object({
      code: z.string(),
      title: messageSchema,
      verdict: verdictSchema,
      facts: z.array(z.object({ name: z.string(), value: z.any(), source: z.any() })),
      reason: reasonNodeSchema,
    }),
  ),
  flags: z
    .array(
      z.object({ code: z.string(), title: messageSchema, severity: z.string(), reason: reasonNodeSchema }),
    )
    .describe('由事实提出的问题及其事实 flags raised from facts, with the facts they rest on'),
  unknowns: z
    .array(
      z.object({
        name: z.string(),
        label: messageSchema,
        couldGive: z.array(z.string()),
        alone: z.boolean().describe('查明此项即可定 finding out this one alone can decide'),
        planarM2: z.number().nullable().describe('查明后可定的面积 land it would settle'),
      }),
    )
    .describe('能定的面积大者在前 the most land first'),
  nearestFlip: z
    .object({
      fact: z.string(),
      label: messageSchema,
      from: z.any(),
      to: z.any(),
      strategy: z.string(),
      step: messageSchema.describe(
        '变化多少,界限在哪一侧 how much it changes, and on which side the limit lies',
      ),
      shown: z.object({ from: messageSchema, to: messageSchema }),
      numbers: z
        .array(packNumberSchema)
        .describe('界限由规则包的哪些数字而来 the numbers of the pack the limit follows from'),
    })
    .nullable(),
})
export type Explanation = z.infer<typeof explanationSchema>
