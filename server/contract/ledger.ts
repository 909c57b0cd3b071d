/** Accounts of the land ledger and of approval batches. Areas are planar m² unless they say otherwise. */
import { z } from 'zod'
import { figureSchema, inDistrict } from './figure.ts'
import { messageSchema } from './message.ts'
import { knownAtSchema } from './moment.ts'

const accountsSchema = z.object({
  approved: z.number(),
  suppliedInside: z.number(),
  titledInside: z.number(),
  remainder: z.number(),
  noise: z.number(),
  approvedTwice: z.number(),
  suppliedOutside: z.number(),
  suppliedTwice: z.number(),
  titledOutside: z.number(),
  titleOverlap: z.number(),
  withdrawn: z.number(),
})
export const ledgerSchema = z.object({
  asOf: z.string(),
  knownAt: knownAtSchema,
  districts: z.array(
    z.object({ code: z.string(), name: z.string(), accounts: accountsSchema, closureM2: z.number() }),
  ),
  total: z.object({ accounts: accountsSchema, closureM2: z.number() }),
})
export type Ledger = z.infer<typeof ledgerSchema>

/** Where the land booked under a batch went, m² planar; the parts of `booked`. */
const batchInsideSchema = z.object({
  supplied: z.number(),
  titled: z.number(),
  used: z.number().describe('已用未供'),
  notSuppliable: z.number().describe('不可供'),
  notExpropriated: z.number().describe('批而未征'),
  partlyExpropriated: z.number().describe('部分征收'),
  inReserve: z.number().describe('征而未供,已入储备'),
  clean: z.number().describe('征而未供,净地'),
  notClean: z.number().describe('征而未供,非净地'),
  siteUnknown: z.number().describe('征而未供,是否净地未载'),
  unknown: z.number().describe('征收状态未载'),
  noise: z.number(),
})
const batchEndedSchema = z.object({ withdrawn: z.number(), lapsed: z.number(), reduced: z.number() })
const batchElsewhereSchema = z.object({
  approvedEarlier: z.number(),
  endedEarlier: z.number(),
  approvedAgain: z.number(),
})
const batchSumSchema = z.object({
  batches: z.number().int(),
  batchesWithoutDocumentArea: z.number().int(),
  documentM2: z.number().describe('of the batches that state an area'),
  bookedM2: z.number().describe('planar, each square metre of the city once'),
  inside: batchInsideSchema,
  ended: batchEndedSchema,
  closureM2: z.number(),
})
export const batchBooksSchema = figureSchema.extend({
  p615Rule: messageSchema,
  batches: z.number().int(),
  open: z.number().int().describe('batches with P615'),
  total: batchSumSchema,
  shapes: z
    .object({
      planarM2: z.number(),
      ellipsoidM2: z.number(),
      elsewhere: batchElsewhereSchema,
      snapM2: z.number(),
    })
    .nullable()
    .describe('planar = booked + ended + elsewhere + snap; null when one district was asked for'),
  districts: z.array(batchSumSchema.extend(inDistrict)),
  years: z.array(batchSumSchema.extend({ year: z.number().int().nullable() })),
  districtYears: z.array(
    batchSumSchema.extend({ districtCode: z.string(), year: z.number().int().nullable() }),
  ),
  ledgerDifferenceM2: z
    .number()
    .nullable()
    .describe(
      'largest difference from the accounts of the ledger; null when only some batches were asked for',
    ),
  rows: z.array(
    z.object({
      batch: z.string(),
      docNo: z.string().nullable(),
      kind: z.enum(['batch', 'single']).nullable(),
      approvedOn: z.string().nullable(),
      plots: z.number().int(),
      plotsWithoutShape: z.number().int(),
      plotsEnded: z.number().int(),
      area: z.object({
        documentM2: z.number().nullable(),
        documentBasis: z.enum(['sum', 'statedOnce', 'incomplete', 'none']),
        planarM2: z.number().describe('of its own shapes, each square metre once'),
        ellipsoidM2: z.number(),
        documentDifferenceM2: z.number().nullable().describe('document − the nearer of planar and ellipsoid'),
        documentLimitM2: z.number().nullable(),
      }),
      bookedM2: z.number(),
      inside: batchInsideSchema,
      ended: batchEndedSchema,
      elsewhere: batchElsewhereSchema,
      closureM2: z.number().describe('booked − inside'),
      snapM2: z.number().describe('planar − booked − ended − elsewhere: what the 0.1 mm grid moved'),
      p615: z.boolean().nullable().describe('null: unknown, the document states no area'),
      districts: z.array(
        z.object({
          districtCode: z.string(),
          bookedM2: z.number(),
          inside: batchInsideSchema,
          ended: batchEndedSchema,
          documentM2: z.number().nullable(),
        }),
      ),
    }),
  ),
})
export type BatchBooks = z.infer<typeof batchBooksSchema>
