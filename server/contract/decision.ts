/** Shapes around the strategy of a parcel: its deadlines, what a person decided instead, and what is still to find out. */
import { z } from 'zod'
import { messageSchema } from './message.ts'

export const lightSchema = z.enum(['red', 'yellow', 'green', 'grey'])
export type TrafficLight = z.infer<typeof lightSchema>
const deadlineKindSchema = z.enum(['law', 'contract', 'mgmt'])
const warningSchema = z.union([z.literal(90), z.literal(30), z.literal(7)]).nullable()

/** A number of the rule pack: a parameter, or `table.key`. */
export const packNumberSchema = z.object({
  name: z.string(),
  title: messageSchema,
  value: z.union([z.number(), z.string()]),
  shown: messageSchema.describe('含单位 with its unit'),
  basis: z.string(),
})

export const deadlineSchema = z.object({
  rule: z.string().describe('钟的代码,或策略时限 C5.1 code of the clock, or of a term of the strategy'),
  title: messageSchema,
  kind: deadlineKindSchema,
  basis: z.string(),
  due: z.string().nullable().describe('空:起算之日没有记录 null: what it counts from is not on record'),
  daysLeft: z.number().int().nullable().describe('负:已过期 negative: passed'),
  state: z.enum(['open', 'unsure', 'undated']),
  recurring: z.boolean(),
  limitDays: z.number().int().nullable(),
  warning: warningSchema.describe('90、30、7 日内提醒'),
  counted: messageSchema.describe('如何起算 what it was counted from'),
  facts: z.array(
    z.object({
      name: z.string(),
      label: messageSchema,
      value: z.string().nullable(),
      source: messageSchema.nullable(),
    }),
  ),
})
export type DeadlineLine = z.infer<typeof deadlineSchema>

export const parcelDeadlinesSchema = z.object({
  light: lightSchema,
  since: z.string().nullable().describe('列入本策略之日 the day the parcel came to have this strategy'),
  next: deadlineSchema.nullable(),
  all: z.array(deadlineSchema),
})
export type ParcelDeadlines = z.infer<typeof parcelDeadlinesSchema>

export const overrideSchema = z.object({
  overrideId: z.number().int(),
  parcelId: z.number().int(),
  state: z.enum(['in_force', 'reopened', 'ended', 'replaced']),
  needsAttention: z.boolean().describe('已重新打开,尚无人处理 reopened, and nobody has dealt with it'),
  strategy: z.string(),
  ruledStrategy: z.string().describe('改定时规则的结论 what the rules gave when it was decided'),
  by: z.string().describe('personal names are masked'),
  reason: z.string(),
  document: z.string(),
  setOn: z.string(),
  expiresOn: z.string(),
  setAt: z.string(),
  end: z
    .object({
      why: z.enum(['person', 'facts', 'ruled', 'expired', 'parcel', 'rules']),
      text: messageSchema,
      on: z.string(),
      at: z.string(),
      by: z.string().nullable(),
      reason: z.string().nullable(),
    })
    .nullable(),
  seen: z.object({ by: z.string(), note: z.string(), at: z.string() }).nullable(),
})
export type Override = z.infer<typeof overrideSchema>

export const parcelOverrideSchema = z.object({
  parcelId: z.number().int(),
  strategy: z.string().describe('effective'),
  ruledStrategy: z.string(),
  current: overrideSchema.nullable(),
  history: z.array(overrideSchema).describe('最近在前 the latest first, the current one too'),
})
export type ParcelOverride = z.infer<typeof parcelOverrideSchema>

const person = z.string().trim().min(1).max(80)
const sentence = z.string().trim().min(1).max(2000)
export const setOverrideSchema = z
  .object({
    strategy: z.string().trim().min(1).max(20),
    by: person.describe('改定人 who decides'),
    reason: sentence,
    document: z.string().trim().min(1).max(200).describe('依据文件 the paper it rests on'),
    expiresOn: z.string().max(10).describe('失效日 last day it is in force, 2025-12-31'),
  })
  .strict()
export type SetOverride = z.infer<typeof setOverrideSchema>
export const endOverrideSchema = z.object({ by: person, reason: sentence }).strict()

export const overrideQuerySchema = z.object({
  state: z.enum(['in_force', 'attention', 'reopened', 'ended', 'replaced']).optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(1000).optional(),
})
export const overridePageSchema = z.object({
  rows: z.array(overrideSchema),
  nextCursor: z.string().nullable(),
})
export type OverridePage = z.infer<typeof overridePageSchema>

export const deadlineQuerySchema = z.object({
  office: z.string().max(100).optional().describe('牵头单位 lead office, as the rule pack writes it'),
  light: z.string().max(60).optional().describe('comma separated: red, yellow, green, grey'),
  within: z.coerce
    .number()
    .int()
    .min(0)
    .max(36_500)
    .optional()
    .describe('只列此后若干日内到期的 only what is due in the next so many days'),
  overdue: z
    .enum(['true', 'false'])
    .optional()
    .describe('只列或不列已过期的 only, or none of, those that passed'),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(1000).optional(),
})
export type DeadlineQuery = z.infer<typeof deadlineQuerySchema>

export const deadlineRowSchema = z.object({
  parcelId: z.number().int(),
  parcelCode: z.string().nullable(),
  name: z.string().nullable().describe('project or place'),
  holder: z.string().nullable(),
  district: z.string(),
  planarM2: z.number(),
  strategy: z.string(),
  ruledStrategy: z.string(),
  overrideId: z.number().int().nullable(),
  office: z.string(),
  light: lightSchema,
  due: z.string().nullable(),
  daysLeft: z.number().int().nullable(),
  warning: warningSchema,
  rule: z.string().nullable(),
  title: messageSchema.nullable(),
  kind: deadlineKindSchema.nullable(),
  basis: z.string().nullable(),
})
export type DeadlineRow = z.infer<typeof deadlineRowSchema>
export const deadlinePageSchema = z.object({
  asOf: z.string(),
  total: z.number().int(),
  totalPlanarM2: z.number(),
  lights: z.array(z.object({ light: lightSchema, parcels: z.number().int(), planarM2: z.number() })),
  offices: z.array(z.object({ office: z.string(), parcels: z.number().int() })),
  rows: z.array(deadlineRowSchema),
  nextCursor: z.string().nullable(),
})
export type DeadlinePage = z.infer<typeof deadlinePageSchema>

export const unknownsSchema = z.object({
  asOf: z.string(),
  parcels: z
    .number()
    .int()
    .describe('宗数,其策略取决于至少一项未知 parcels whose strategy hangs on an unknown'),
  planarM2: z.number(),
  rows: z.array(
    z.object({
      name: z.string(),
      label: messageSchema,
      parcels: z.number().int(),
      planarM2: z.number(),
      couldGive: z.array(z.string()),
      now: z.array(z.object({ strategy: z.string(), parcels: z.number().int() })),
    }),
  ),
})
export type Unknowns = z.infer<typeof unknownsSchema>
