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
  instance: z.string().optional(),
})
export type Problem = z.infer<typeof problemSchema>
