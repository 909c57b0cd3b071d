/** The moment a question is asked for, and the one an answer stands for. */
import { z } from 'zod'

/** The day asked about, and the moment by which we must have known; without them: what readers see now. */
export const momentSchema = z.object({
  asOf: z.string().max(10).optional().describe('查询日 the day asked about, 2024-06-30'),
  knownAt: z
    .string()
    .max(40)
    .optional()
    .describe(
      '只用此刻之前所知 only what was known by then: 2024-06-30T08:00:00Z, or a day (its end, Beijing)',
    ),
})
/** Records known by then went into the answer. */
export const knownAtSchema = z.string()
