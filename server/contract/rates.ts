/** Supply rates with their window, and the land each counted. */
import { z } from 'zod'
import { figureSchema, inDistrict } from './figure.ts'

const fractionSchema = z.object({ partM2: z.number(), wholeM2: z.number(), percent: z.number().nullable() })
const rateSchema = z.object({
  code: z.enum(['ULAPI2', 'ULAPI1', 'SUPPLY_5Y', 'SUPPLY_1Y', 'UNSUPPLIED', 'SUPPLY']),
  window: z.object({ fromYear: z.number().int(), toYear: z.number().int(), baseDate: z.string() }),
  planar: fractionSchema.describe('land of the ledger'),
  document: fractionSchema.describe('what papers state'),
  withoutDocumentM2: z.number().describe('planar, of land whose paper states no area'),
  counted: z.number().int().describe('batches, or contracts for ULAPI1'),
  split: z.record(z.string(), z.number()).describe('planar m²'),
})
export const supplyRatesSchema = figureSchema.extend({
  year: z.number().int(),
  total: z.array(rateSchema),
  districts: z.array(z.object({ ...inDistrict, rates: z.array(rateSchema) })),
})
export type SupplyRates = z.infer<typeof supplyRatesSchema>

/** The land one rate counted; planar areas sum to its split. */
export const rateLandsSchema = figureSchema.extend({
  rate: rateSchema,
  lands: z.number().int(),
  rows: z.array(
    z.object({
      part: z.string().describe('of the split of the rate'),
      districtCode: z.string(),
      batch: z.string().nullable(),
      recordId: z.number().int().nullable().describe('contract, title or approval'),
      parcelId: z.number().int().nullable(),
      suppliedOn: z.string().nullable(),
      planarM2: z.number(),
      documentM2: z.number().nullable(),
    }),
  ),
})
export type RateLands = z.infer<typeof rateLandsSchema>

/** What is asked of supply rates; the base date defaults to the end of the year, or the day asked about if earlier. */
export const rateQuerySchema = z.object({
  year: z.coerce.number().int().min(1900).max(2200).optional().describe('基准年 base year'),
  fromYear: z.coerce.number().int().min(1900).max(2200).optional().describe('自定窗口起始年'),
  toYear: z.coerce.number().int().min(1900).max(2200).optional().describe('自定窗口截止年'),
  baseDate: z.string().max(10).optional().describe('供应计至此日 supply counts to the end of this day'),
})
export const savedFigureSchema = z.object({
  figureId: z.number().int(),
  kind: z.enum(['rates']),
  params: rateQuerySchema,
  madeAt: z.string(),
  result: supplyRatesSchema,
})
export type SavedFigure = z.infer<typeof savedFigureSchema>
