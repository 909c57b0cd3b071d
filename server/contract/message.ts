import { z } from 'zod'

/** A sentence in both languages. In a file of its own, so that shapes of every area can be made of it. */
export const messageSchema = z.object({ zh: z.string(), en: z.string() })
