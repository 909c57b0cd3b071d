/** How ready land is to be used: the score with every part shown, and where it lies while parts are unknown. */
import { z } from 'zod'
import { messageSchema } from './message.ts'

export const horizonSchema = z.enum(['near', 'mid', 'far'])

export const maturitySchema = z.object({
  least: z.number().describe('已证实的分数:未知项计 0 what is proven: unknown parts earn nothing'),
  most: z.number().describe('未知项全部满足时 if every unknown part were fulfilled'),
  max: z.number(),
  horizon: z
    .object({ code: horizonSchema, title: messageSchema })
    .nullable()
    .describe('空:取决于未知项 null: it hangs on what is unknown'),
  horizons: z.array(z.object({ code: horizonSchema, title: messageSchema, from: z.number() })),
  unknown: z.number().int().describe('未知的项数 parts nobody can tell'),
  parts: z.array(
    z.object({
      code: z.string(),
      title: messageSchema,
      score: z.number().nullable().describe('空:未知 null: unknown'),
      max: z.number(),
      why: messageSchema,
      facts: z.array(z.string()),
    }),
  ),
})
export type Maturity = z.infer<typeof maturitySchema>
