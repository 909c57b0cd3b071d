/** What is left of approvals, piece by piece; areas on paper against areas of shapes. */
import { z } from 'zod'
import { clockStateSchema, figureSchema, inDistrict, remainderStateSchema } from './figure.ts'

const remainderSumSchema = z.object({
  parcels: z.number().int(),
  planarM2: z.number(),
  ellipsoidM2: z.number(),
  documentM2: z.number().describe('of the plots that state an area, by the part that remains'),
  withoutDocumentArea: z.number().int(),
})
const yesNoUnknown = z.boolean().nullable()
export const remaindersSchema = figureSchema.extend({
  planChecked: z.boolean().describe('false: no detailed plan was brought, so no plan use is known'),
  total: remainderSumSchema,
  ledgerRemainderM2: z
    .number()
    .nullable()
    .describe('the account of the ledger; null when only some were asked for'),
  differenceM2: z.number().nullable(),
  states: z.array(remainderSumSchema.extend({ state: remainderStateSchema })),
  clocks: z.array(remainderSumSchema.extend({ clock: clockStateSchema })),
  districts: z.array(remainderSumSchema.extend(inDistrict)),
  rows: z.array(
    z.object({
      parcelId: z.number().int(),
      districtCode: z.string(),
      recordId: z.number().int(),
      batch: z.string(),
      docNo: z.string().nullable(),
      plotNo: z.string().nullable(),
      approvedOn: z.string().nullable(),
      approvalKind: z.enum(['batch', 'single']).nullable(),
      planarM2: z.number(),
      ellipsoidM2: z.number(),
      documentM2: z.number().nullable(),
      state: remainderStateSchema,
      siteUsed: yesNoUnknown,
      supplyPossible: yesNoUnknown,
      expropriation: z.enum(['none', 'part', 'done']).nullable(),
      compensated: yesNoUnknown,
      siteClean: yesNoUnknown,
      inReserve: z.boolean(),
      clock: z.object({
        state: clockStateSchema,
        lastDay: z.string().nullable(),
        daysLeft: z.number().int().nullable(),
      }),
      plan: z
        .object({ useText: z.string().nullable(), useGroup: z.string().nullable(), share: z.number() })
        .nullable(),
    }),
  ),
})
export type Remainders = z.infer<typeof remaindersSchema>

const areaKindSchema = z.enum(['planar', 'ellipsoid', 'undecided', 'neither'])
const areaRegisterSchema = z.enum(['approval', 'supply', 'registration', 'preliminary', 'reserve', 'permit'])
export const recordAreasSchema = figureSchema.extend({
  registers: z.array(
    z.object({
      kind: areaRegisterSchema,
      ...inDistrict,
      records: z.number().int(),
      documentM2: z.number(),
      planarM2: z.number(),
      ellipsoidM2: z.number(),
      disagreeing: z.number().int().describe('off by more than max(2 m², 0.1 %) from either area'),
      counts: z.record(areaKindSchema, z.number().int()),
      means: z.enum(['planar', 'ellipsoid', 'undecided']),
      withoutDocumentArea: z.number().int(),
      withoutShape: z.number().int(),
    }),
  ),
  records: z.number().int(),
  rows: z.array(
    z.object({
      recordId: z.number().int(),
      kind: areaRegisterSchema,
      doc: z.string().nullable(),
      districtCode: z.string(),
      documentM2: z.number(),
      planarM2: z.number(),
      ellipsoidM2: z.number(),
      planarMinusDocumentM2: z.number(),
      planarMinusDocumentPpm: z.number(),
      ellipsoidMinusDocumentM2: z.number(),
      ellipsoidMinusDocumentPpm: z.number(),
      means: areaKindSchema,
      toleranceM2: z.number(),
      agrees: z.boolean(),
    }),
  ),
})
export type RecordAreas = z.infer<typeof recordAreasSchema>
