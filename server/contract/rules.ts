import { z } from 'zod'
import { messageSchema } from './message.ts'

/** From a day on, by whom and why; when it was said. */
export const adoptionSchema = z.object({
  from: z.string(),
  adoptedBy: z.string(),
  reason: z.string(),
  adoptedAt: z.string(),
})
export type Adoption = z.infer<typeof adoptionSchema>

/** A rule pack one can choose: kept in the base, delivered with the product, or both. */
export const packEntrySchema = z.object({
  /** sha256 of its text. */
  hash: z.string(),
  code: z.string(),
  version: z.string(),
  title: messageSchema,
  /** The day it is meant from; whether it holds is said by `inForce`. */
  validFrom: z.string(),
  /** `land`, or the code of a pack that speaks of something else and cannot classify parcels. */
  dictionary: z.string(),
  /** File in data/rules, for those delivered with the product. */
  file: z.string().nullable(),
  /** When the base first met it; null: not yet. */
  keptSince: z.string().nullable(),
  inForce: z.array(adoptionSchema),
})
export type PackEntry = z.infer<typeof packEntrySchema>

export const packLibrarySchema = z.object({
  asOf: z.string(),
  /** The hash of the pack in force on that day. */
  current: z.string(),
  packs: z.array(packEntrySchema),
})
export type PackLibrary = z.infer<typeof packLibrarySchema>

const amount = z.union([z.number(), z.string()])
export const packDetailSchema = packEntrySchema.extend({
  yaml: z.string(),
  parameters: z.array(
    z.object({
      name: z.string(),
      title: messageSchema,
      value: amount,
      changes: z.array(z.object({ from: z.string(), value: amount })),
      unit: z.string(),
      kind: z.enum(['law', 'mgmt']).nullable(),
      basis: z.string(),
      readOn: z.string().nullable(),
    }),
  ),
  strategies: z.array(z.object({ code: z.string(), title: messageSchema, condition: z.string() })),
  grades: z.array(
    z.object({
      name: z.string(),
      title: messageSchema,
      classes: z.array(z.object({ code: z.string(), title: messageSchema, condition: z.string() })),
    }),
  ),
})
export type PackDetail = z.infer<typeof packDetailSchema>

export const packInForceSchema = z.object({
  asOf: z.string(),
  pack: packEntrySchema.pick({ hash: true, code: true, version: true, title: true }),
  from: z.string(),
  adoption: adoptionSchema.nullable(),
  /** The day lies before any pack held: the earliest answers. */
  early: z.boolean(),
})
