/** Every error is said in this shape. */
import { z } from 'zod'

/** RFC 9457. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.string(),
  hint: z.string().optional(),
  file: z.string().optional(),
  row: z.number().int().optional(),
  field: z.string().optional(),
  choices: z.array(z.string()).optional().describe('其中之一须指明 one of these must be named'),
  instance: z.string().optional(),
})
export type Problem = z.infer<typeof problemSchema>
