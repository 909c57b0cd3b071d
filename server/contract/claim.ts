/** Shapes of what records say about one thing of a parcel, where they differ, and what a person chose (各方说法). */
import { z } from 'zod'
import { conflictStates } from './conflict-state.ts'
import { messageSchema } from './message.ts'
import { momentSchema } from './moment.ts'

const conflictStateSchema = z.enum(conflictStates)
export type ConflictState = z.infer<typeof conflictStateSchema>

export const statementSchema = z.object({
  recordId: z.number().int(),
  register: z.string().describe('registration, supply, approval … control_plan'),
  registerTitle: messageSchema,
  from: z.string().describe('字段 field of the record'),
  value: z
    .union([z.string(), z.number(), z.boolean()])
    .describe('面积为平方米 areas in m²; persons are masked'),
  text: z.string().describe('in the language of the reader'),
  side: z.number().int().describe('同号者说法一致 statements of one number say the same'),
  used: z.boolean(),
  doc: z.string().nullable(),
  on: z.string().nullable().describe('文件日期 day of the document'),
  recordedAt: z.string().describe('入库时间 when this version came to us'),
  delivery: z.object({ deliveryId: z.number().int(), fileName: z.string(), row: z.number().int() }),
})
export type Statement = z.infer<typeof statementSchema>

export const claimChoiceSchema = z.object({
  choiceNo: z.number().int(),
  recordId: z.number().int().nullable().describe('空:回到规则 null: back to the rule'),
  value: z.union([z.string(), z.number(), z.boolean()]).nullable(),
  text: z.string().nullable(),
  by: z.string().describe('personal names are masked'),
  reason: z.string(),
  document: z.string(),
  decidedOn: z.string(),
  chosenAt: z.string(),
  state: z
    .enum(['standing', 'reopened', 'replaced'])
    .describe('reopened: 所见说法已变 a statement it was made on has changed'),
})
export type ClaimChoice = z.infer<typeof claimChoiceSchema>

export const claimRuleSchema = z.object({
  rule: z.string(),
  title: messageSchema,
  text: messageSchema,
  basis: z.string(),
})

export const fieldClaimsSchema = z.object({
  field: z.string(),
  title: messageSchema,
  unit: z.enum(['m2', 'wan', 'ratio']).nullable(),
  areaKind: z.enum(['document']).nullable(),
  rule: claimRuleSchema,
  state: z.enum(['agreed', ...conflictStates]),
  pairs: z.array(z.string()).describe('相互矛盾的来源 registers that contradict each other'),
  usedBy: z.enum(['rule', 'person']),
  used: z.number().int().nullable().describe('采用的记录;空:未知 record used; null: unknown'),
  statements: z.array(statementSchema),
  seen: z.string().describe('这些说法的指纹,择定时附上 hash of these statements, sent along with a choice'),
  choices: z.array(claimChoiceSchema).describe('最近在前 the latest first'),
})
export type FieldStatements = z.infer<typeof fieldClaimsSchema>

export const parcelClaimsSchema = z.object({
  parcelId: z.number().int(),
  asOf: z.string(),
  knownAt: z.string(),
  precedence: z.object({ version: z.string(), hash: z.string() }),
  conflicts: z.number().int(),
  fields: z.array(fieldClaimsSchema).describe('相互矛盾者在前 contradictions first'),
})
export type ParcelClaims = z.infer<typeof parcelClaimsSchema>

export const chooseClaimSchema = z
  .object({
    field: z.string().trim().min(1).max(30),
    recordId: z
      .number()
      .int()
      .positive()
      .nullable()
      .describe('采信的记录;空:回到规则 the record believed; null: back to the rule'),
    by: z.string().trim().min(1).max(80).describe('择定人 who chooses'),
    reason: z.string().trim().min(1).max(2000),
    document: z.string().trim().min(1).max(200).describe('依据文件 the paper it rests on'),
    decidedOn: z.string().max(10).describe('决定日期 day of the decision, 2025-06-30'),
    seen: z
      .string()
      .regex(/^[0-9a-f]{32}$/)
      .optional()
      .describe('所见说法的指纹;已变则拒绝 hash of the statements seen; refused when they have changed'),
  })
  .strict()
export type ChooseClaim = z.infer<typeof chooseClaimSchema>

/** What narrows the list of contradictions. */
export const conflictFilterSchema = z.object({
  field: z.string().max(30).optional().describe('holder, area …; see /openapi.json of a parcel'),
  pair: z
    .string()
    .max(60)
    .optional()
    .describe('两类来源 two registers, registration|supply, in either order'),
  district: z
    .string()
    .regex(/^(?:\d{6})?$/)
    .optional()
    .describe('county code'),
  state: conflictStateSchema.optional(),
  ...momentSchema.shape,
})
export type ConflictFilter = z.infer<typeof conflictFilterSchema>
export const conflictQuerySchema = conflictFilterSchema.extend({
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(1000).optional(),
})
export type ConflictQuery = z.infer<typeof conflictQuerySchema>

export const conflictRowSchema = z.object({
  parcelId: z.number().int(),
  parcelCode: z.string().nullable(),
  name: z.string().nullable().describe('project or place'),
  district: z.string(),
  planarM2: z.number(),
  field: z.string(),
  title: messageSchema,
  unit: z.enum(['m2', 'wan', 'ratio']).nullable(),
  rule: z.string(),
  state: conflictStateSchema,
  pairs: z.array(z.string()),
  usedBy: z.enum(['rule', 'person']),
  statements: z.array(statementSchema),
})
export type ConflictRow = z.infer<typeof conflictRowSchema>

const countedSchema = z.object({
  key: z.string(),
  conflicts: z.number().int(),
  parcels: z.number().int(),
  planarM2: z.number().describe('涉及地块平面面积,一宗只计一次 planar area of the parcels, each once'),
})
export const conflictPageSchema = z.object({
  asOf: z.string(),
  total: z.number().int(),
  parcels: z.number().int(),
  totalPlanarM2: z.number(),
  counts: z
    .object({
      field: z.array(countedSchema),
      pair: z.array(countedSchema),
      district: z.array(countedSchema),
      state: z.array(countedSchema),
    })
    .describe('按每一条件分别合计,该条件自身不计 by each condition, that condition itself left out'),
  titles: z.record(z.string(), messageSchema).describe('fields and registers'),
  rows: z.array(conflictRowSchema),
  nextCursor: z.string().nullable(),
})
export type ConflictPage = z.infer<typeof conflictPageSchema>
