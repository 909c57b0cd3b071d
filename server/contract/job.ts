/** A job, as the one who started it asks for it. */
import { z } from 'zod'
import { messageSchema } from './message.ts'

export const jobSchema = z.object({
  jobId: z.number().int(),
  kind: z.string(),
  state: z.enum(['queued', 'running', 'done', 'failed', 'cancelled', 'interrupted']),
  progress: z.number().min(0).max(1),
  step: messageSchema,
  result: z.any().nullable(),
  problem: z.any().nullable(),
})
export type Job = z.infer<typeof jobSchema>
