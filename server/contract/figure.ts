/** What every figure of the ledger carries, and the closed lists they are split by. */
import { z } from 'zod'
import { knownAtSchema } from './moment.ts'
import { clockStates, remainderStates } from './remainder-state.ts'

/** What a figure is a sum of: the build, and the rule pack that was in force on it. */
export const figureSchema = z.object({
  asOf: z.string(),
  knownAt: knownAtSchema,
  buildId: z.number().int(),
  packHash: z.string().nullable(),
})
/** A district, as rows of figures name it. */
export const inDistrict = { districtCode: z.string(), name: z.string() }

export const remainderStateSchema = z.enum(remainderStates)
export const clockStateSchema = z.enum(clockStates)
