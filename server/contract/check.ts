import { z } from 'zod'
import { messageSchema } from './message.ts'

/** What the checker says of the text of a rule pack. */
export const ruleCheckSchema = z.object({
  /** Whether the pack could be used: it was read, and nothing in it is an error. */
  usable: z.boolean(),
  pack: z
    .object({ code: z.string(), version: z.string(), hash: z.string(), title: messageSchema })
    .nullable(),
  complaints: z.array(
    z.object({
      code: z.string().describe('DEAD, SHADOWED, CONTRADICTORY, GAP, UNDECIDED …'),
      severity: z.enum(['error', 'warning', 'note']),
      /** Code of the strategy, or grade.class. */
      strategy: z.string().nullable(),
      about: z.string().nullable().describe('the clause, parameter, table or field'),
      /** Row of the text, from 1. */
      row: z.number().int().nullable(),
      text: messageSchema,
      /** Facts of a parcel that show it, by name; what is not here is unknown. */
      example: z.record(z.string(), z.union([z.boolean(), z.number(), z.string()])).nullable(),
    }),
  ),
  /** Per strategy the facts of a parcel that gets it. */
  witnesses: z.record(z.string(), z.record(z.string(), z.union([z.boolean(), z.number(), z.string()]))),
})
export type RuleCheck = z.infer<typeof ruleCheckSchema>
