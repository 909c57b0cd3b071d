/**
 * Shapes of requests and responses, described once: the server checks with them, `/openapi.json` is made from them,
 * and the page takes its types from here. Areas are m² and say their kind; coordinates are lon/lat (EPSG:4490).
 */
import { z } from 'zod'
import { overrideSchema, parcelDeadlinesSchema } from './contract/decision.ts'
import { maturitySchema } from './contract/maturity.ts'
import { messageSchema } from './contract/message.ts'

export * from './contract/check.ts'
export * from './contract/decision.ts'
export * from './contract/delivery.ts'
export * from './contract/maturity.ts'
export * from './contract/rules.ts'
export { messageSchema }

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
const knownAtSchema = z.string()

export const areasSchema = z.object({
  documentM2: z.number().nullable(),
  planarM2: z.number(),
  ellipsoidM2: z.number(),
})

export const parcelRowSchema = z.object({
  parcelId: z.number().int(),
  parcelCode: z.string().nullable(),
  kind: z.enum(['titled', 'supplied', 'remainder']),
  stage: z.string(),
  strategy: z.string().nullable().describe('人工改定时为改定后的 what a person decided, where somebody did'),
  ruledStrategy: z.string().nullable().describe('规则的结论 what the rules alone say'),
  overrideId: z.number().int().nullable().describe('人工改定 a person decided on another strategy'),
  district: z.string(),
  holder: z.string().nullable(),
  project: z.string().nullable(),
  location: z.string().nullable(),
  useGroup: z.string().nullable(),
  useText: z.string().nullable(),
  areas: areasSchema,
  flags: z.array(z.string()),
  tags: z.array(z.string()),
  /** [west, south, east, north] in degrees. */
  bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]),
})
export type ParcelRow = z.infer<typeof parcelRowSchema>

/** Query of `/api/parcels` and `/api/stats`: plain filters, or CQL2 text over the same names. */
export const parcelQuerySchema = z.object({
  q: z.string().max(200).optional().describe('代码、项目、权利人 / code, project or holder'),
  district: z.string().max(200).optional().describe('comma separated county codes'),
  stage: z.string().max(200).optional(),
  kind: z.string().max(100).optional(),
  strategy: z.string().max(400).optional(),
  use: z.string().max(200).optional().describe('comma separated use groups'),
  flag: z.string().max(200).optional(),
  min_m2: z.coerce.number().nonnegative().optional(),
  max_m2: z.coerce.number().nonnegative().optional(),
  bbox: z.string().max(120).optional().describe('west,south,east,north in degrees'),
  filter: z.string().max(4000).optional().describe('CQL2 text'),
  sort: z.enum(['parcel', 'area', '-area', 'strategy', 'district']).optional(),
  limit: z.coerce.number().int().min(1).max(2000).optional(),
  cursor: z.string().max(200).optional(),
})
export type ParcelQuery = z.infer<typeof parcelQuerySchema>

export const parcelPageSchema = z.object({
  asOf: z.string(),
  knownAt: knownAtSchema,
  total: z.number().int(),
  totalPlanarM2: z.number(),
  rows: z.array(parcelRowSchema),
  nextCursor: z.string().nullable(),
})
export type ParcelPage = z.infer<typeof parcelPageSchema>

export const parcelCardSchema = parcelRowSchema.extend({
  asOf: z.string(),
  knownAt: knownAtSchema,
  unitCode: z.string().nullable(),
  holderCode: z.string().nullable(),
  useScheme: z.string().nullable(),
  useCode: z.string().nullable(),
  geometry: z.object({ type: z.literal('MultiPolygon'), coordinates: z.array(z.any()) }),
})
export type ParcelCard = z.infer<typeof parcelCardSchema>

/** One paper in the life of a parcel, or the gap where one is expected and missing. */
export const dossierEntrySchema = z.object({
  kind: z.string(),
  present: z.boolean(),
  recordId: z.number().int().nullable(),
  doc: z.string().nullable(),
  on: z.string().nullable(),
  title: messageSchema,
  /** Fields worth reading, canonical name and value as recorded; personal names already masked. */
  facts: z.array(z.object({ field: z.string(), label: messageSchema, value: z.string() })),
  areaInCommonM2: z.number().nullable(),
  shareOfParcel: z.number().nullable(),
  evidence: z.array(z.string()),
  certainty: z.enum(['certain', 'probable']).nullable(),
  delivery: z
    .object({ deliveryId: z.number().int(), fileName: z.string(), row: z.number().int() })
    .nullable(),
})
export type DossierEntry = z.infer<typeof dossierEntrySchema>
export const dossierSchema = z.object({
  parcelId: z.number().int(),
  asOf: z.string(),
  knownAt: knownAtSchema,
  entries: z.array(dossierEntrySchema),
})
export type Dossier = z.infer<typeof dossierSchema>

export const findingSchema = z.object({
  findingNo: z.number().int(),
  code: z.string(),
  title: messageSchema,
  severity: z.enum(['block', 'high', 'mid', 'low']),
  noise: z.boolean(),
  parcels: z.array(z.number().int()),
  records: z.array(
    z.object({
      recordId: z.number().int(),
      kind: z.string(),
      doc: z.string().nullable(),
      date: z.string().nullable(),
    }),
  ),
  detail: z.record(z.string(), z.any()),
  planarM2: z.number().nullable(),
  ellipsoidM2: z.number().nullable(),
  shareOfFirst: z.number().nullable(),
  shareOfSecond: z.number().nullable(),
  geometry: z.any().nullable(),
})
export type Finding = z.infer<typeof findingSchema>

/** One line per layer and per register question: conflict, checked and clean, or not checked (no data). */
export const conflictsSchema = z.object({
  parcelId: z.number().int(),
  asOf: z.string(),
  knownAt: knownAtSchema,
  checks: z.array(
    z.object({
      check: z.string().describe('layer name, or finding group: approval, supply, title, clock, quality'),
      title: messageSchema,
      state: z.enum(['conflict', 'clean', 'not_checked']),
      findings: z.array(findingSchema),
    }),
  ),
})
export type Conflicts = z.infer<typeof conflictsSchema>

export const verdictSchema = z.enum(['true', 'false', 'unknown'])
/** A condition as a tree: the leaves are comparisons with the fact values they used. */
export interface ReasonNode {
  op: 'and' | 'or' | 'not' | 'test'
  /** CQL2. */
  text: string
  /** The same for a reader who has never seen CQL2. */
  words: { zh: string; en: string }
  verdict: 'true' | 'false' | 'unknown'
  facts: {
    name: string
    label: { zh: string; en: string }
    value: string | number | boolean | null
    shown: { zh: string; en: string }
    source: string | null
  }[]
  children: ReasonNode[]
}
export const reasonNodeSchema: z.ZodType<ReasonNode> = z.lazy(() =>
  z.object({
    op: z.enum(['and', 'or', 'not', 'test']),
    text: z.string(),
    words: messageSchema,
    verdict: verdictSchema,
    facts: z.array(
      z.object({
        name: z.string(),
        label: messageSchema,
        value: z.union([z.string(), z.number(), z.boolean()]).nullable(),
        shown: messageSchema.describe('值与单位 the value in words, with its unit'),
        source: z.string().nullable(),
      }),
    ),
    children: z.array(reasonNodeSchema),
  }),
)
export const strategyInfoSchema = z.object({
  code: z.string(),
  title: messageSchema,
  stage: z.string(),
  basis: z.array(z.string()),
  lead: z.string(),
  co: z.array(z.string()),
  actions: z.array(z.string()),
  deadline: z.string(),
  deadlineKind: z.enum(['law', 'mgmt']),
  condition: z.string(),
})
export type StrategyInfo = z.infer<typeof strategyInfoSchema>
export const explanationSchema = z.object({
  parcel: z.number().int(),
  asOf: z.string(),
  rulePack: z.object({ code: z.string(), version: z.string(), hash: z.string(), title: messageSchema }),
  strategy: strategyInfoSchema.describe('人工改定时为改定后的 what a person decided, where somebody did'),
  ruled: z.object({ code: z.string(), title: messageSchema }).describe('规则的结论 what the rules alone say'),
  override: overrideSchema.nullable(),
  deadlines: parcelDeadlinesSchema,
  maturity: maturitySchema.nullable().describe('空:土地已供应或已登记 null: the land is supplied or titled'),
  runnersUp: z.array(z.string()),
  tried: z.array(
    z.object({
      code: z.string(),
      title: messageSchema,
      verdict: verdictSchema,
      facts: z.array(z.object({ name: z.string(), value: z.any(), source: z.any() })),
      reason: reasonNodeSchema,
    }),
  ),
  unknowns: z
    .array(
      z.object({
        name: z.string(),
        label: messageSchema,
        couldGive: z.array(z.string()),
        alone: z.boolean().describe('查明此项即可定 finding out this one alone can decide'),
        planarM2: z.number().nullable().describe('查明后可定的面积 land it would settle'),
      }),
    )
    .describe('能定的面积大者在前 the most land first'),
  nearestFlip: z
    .object({
      fact: z.string(),
      label: messageSchema,
      from: z.any(),
      to: z.any(),
      strategy: z.string(),
      step: messageSchema.describe(
        '变化多少,界限在哪一侧 how much it changes, and on which side the limit lies',
      ),
      shown: z.object({ from: messageSchema, to: messageSchema }),
    })
    .nullable(),
})
export type Explanation = z.infer<typeof explanationSchema>

/** What the page needs once: names of codes, colours of strategies, extent, and what kind of base this is. */
export const catalogSchema = z.object({
  asOf: z.string().nullable(),
  trial: z.boolean().describe('embedded trial base, not a production server'),
  fictional: z.boolean().describe('the demo city: places and people are invented'),
  bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]).nullable(),
  parcels: z.number().int(),
  tilesVersion: z.string().describe('changes when the base changes; part of tile URLs'),
  strategies: z.array(strategyInfoSchema),
  districts: z.array(z.object({ code: z.string(), title: messageSchema })),
  stages: z.array(z.object({ code: z.string(), title: messageSchema })),
  useGroups: z.array(z.object({ code: z.string(), title: messageSchema })),
  kinds: z.array(z.object({ code: z.string(), title: messageSchema })),
  flags: z.array(z.object({ code: z.string(), title: messageSchema, severity: z.string() })),
  tags: z.array(z.object({ code: z.string(), title: messageSchema })),
  layers: z.array(z.object({ name: z.string(), title: messageSchema, zones: z.number().int() })),
})
export type Catalog = z.infer<typeof catalogSchema>

const countAndArea = z.object({ key: z.string(), parcels: z.number().int(), planarM2: z.number() })
export const statsSchema = z.object({
  asOf: z.string(),
  knownAt: knownAtSchema,
  parcels: z.number().int(),
  planarM2: z.number(),
  byStrategy: z.array(countAndArea),
  byStage: z.array(countAndArea),
  byDistrict: z.array(countAndArea),
  byUse: z.array(countAndArea),
  byKind: z.array(countAndArea),
})
export type Stats = z.infer<typeof statsSchema>

export const polygonSchema = z.object({
  type: z.enum(['Polygon', 'MultiPolygon']),
  coordinates: z.array(z.any()),
})

export const areaBriefRequestSchema = z.object({ geometry: polygonSchema })
/**
 * What lies in a drawn area. Parcels count by the part inside; `accounts` is the land ledger clipped to the area, so
 * the totals tie: approved = suppliedInside + titledInside + remainder + noise.
 */
export const areaBriefSchema = z.object({
  asOf: z.string(),
  knownAt: knownAtSchema,
  areaPlanarM2: z.number(),
  areaEllipsoidM2: z.number(),
  parcels: z.number().int(),
  parcelsPlanarM2: z.number().describe('land in parcels inside the area, each square metre once'),
  overlapM2: z
    .number()
    .optional()
    .describe('land the rows count twice because titles overlap: sum of insideM2 − parcelsPlanarM2'),
  accounts: z.record(z.string(), z.number()),
  closureM2: z.number(),
  byStrategy: z.array(countAndArea),
  byKind: z.array(countAndArea),
  byUse: z.array(countAndArea),
  findings: z.array(z.object({ code: z.string(), title: messageSchema, count: z.number().int() })),
  rows: z.array(parcelRowSchema.extend({ insideM2: z.number() })),
})
export type AreaBrief = z.infer<typeof areaBriefSchema>

export const overlapPreviewRequestSchema = z.object({
  geometry: polygonSchema,
  as: z.enum(['approval', 'supply', 'registration']).default('approval'),
})
/** One shape against the base: what it would overlap, and what would be left of it. No database write. */
export const overlapPreviewSchema = z.object({
  asOf: z.string(),
  areaPlanarM2: z.number(),
  areaEllipsoidM2: z.number(),
  overlaps: z.array(
    z.object({
      recordId: z.number().int(),
      kind: z.string(),
      layer: z.string(),
      doc: z.string().nullable(),
      planarM2: z.number(),
      ellipsoidM2: z.number(),
      shareOfDrawn: z.number(),
      shareOfOther: z.number(),
      noise: z.boolean(),
      test: z.string(),
      geometry: z.any(),
    }),
  ),
  remainder: z.object({ planarM2: z.number(), ellipsoidM2: z.number(), geometry: z.any() }),
  notChecked: z.array(z.string()),
})
export type OverlapPreview = z.infer<typeof overlapPreviewSchema>

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

/** What a figure is a sum of: the build, and the rule pack that was in force on it. */
const figureSchema = z.object({
  asOf: z.string(),
  knownAt: knownAtSchema,
  buildId: z.number().int(),
  packHash: z.string().nullable(),
})
const inDistrict = { districtCode: z.string(), name: z.string() }

const remainderStateSchema = z.enum([
  'used',
  'notSuppliable',
  'notExpropriated',
  'partlyExpropriated',
  'inReserve',
  'clean',
  'notClean',
  'siteUnknown',
  'unknown',
])
const clockStateSchema = z.enum(['running', 'lapseCandidate', 'compensated', 'used', 'unknown'])

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

/** What a number was from one build up to another. */
export const parcelStateSchema = z.object({
  parcelId: z.number().int(),
  parcelCode: z.string().nullable(),
  kind: z.string(),
  stage: z.string(),
  holder: z.string().nullable(),
  project: z.string().nullable(),
  planarM2: z.number(),
  validFrom: z.string().nullable(),
  validTo: z
    .string()
    .nullable()
    .describe('首个不再如此之日;空:至今 first day it was no longer so; null: so far'),
  fromBuild: z.number().int(),
  toBuild: z.number().int().nullable(),
  current: z.boolean(),
})
export type ParcelState = z.infer<typeof parcelStateSchema>

export const lineageSchema = z.object({
  asOf: z.string(),
  knownAt: knownAtSchema,
  parcelId: z.number().int(),
  parcelCode: z.string().nullable(),
  state: z.enum(['current', 'retired']),
  successors: z.array(z.number().int()).describe('现有其土地的宗地 parcels that hold its land now'),
  nodes: z
    .array(
      parcelStateSchema.extend({
        generation: z
          .number()
          .int()
          .describe(
            '0 本宗或同辈,负为来源,正为去向 0: itself or beside it; below: came from; above: went to',
          ),
      }),
    )
    .describe('按编号、再按时间 by number, then by time'),
  events: z
    .array(
      z.object({
        buildId: z.number().int(),
        eventNo: z.number().int(),
        kind: z.string(),
        on: z.string(),
        parcelId: z.number().int(),
        beforeM2: z.number().nullable(),
        cameM2: z.number().nullable(),
        wentM2: z.number().nullable(),
        correctionM2: z
          .number()
          .nullable()
          .describe('更正 = 现 − 原 − 划入 + 划出 correction = after − before − came + went'),
        afterM2: z.number().nullable(),
      }),
    )
    .describe('依发生次序;平面面积 in the order they happened; planar areas, null: not kept then'),
  edges: z.array(
    z.object({
      buildId: z.number().int(),
      on: z.string(),
      from: z.number().int(),
      to: z.number().int(),
      planarM2: z.number(),
    }),
  ),
  complete: z
    .boolean()
    .describe('否:还有更早或更晚的编号未列出 false: there are more numbers than are listed'),
})
export type Lineage = z.infer<typeof lineageSchema>

export const deliverySchema = z.object({
  deliveryId: z.number().int(),
  kind: z.string(),
  layer: z.string().nullable(),
  fileName: z.string(),
  sha256: z.string(),
  crs: z.string().nullable(),
  crsKnownBy: z.string().nullable(),
  encoding: z.string().nullable(),
  read: z.number().int(),
  used: z.number().int(),
  repaired: z.number().int(),
  unchanged: z.number().int(),
  refused: z.number().int(),
  missing: z.number().int(),
  proposals: z.number().int().describe('refused rows whose repair waits for a person'),
  receivedAt: z.string(),
  undoneAt: z.string().nullable(),
  follows: z.number().int().nullable().describe('rows of that delivery a person has decided since'),
  profile: z.object({ profileId: z.number().int(), version: z.number().int() }).nullable(),
})
export type Delivery = z.infer<typeof deliverySchema>

export const importIssueSchema = z.object({
  row: z.number().int().nullable(),
  field: z.string().nullable(),
  code: z.string(),
  severity: z.enum(['must_fix', 'may_fix_later', 'note']),
  message: messageSchema,
  value: z.string().nullable(),
})
export const importSummarySchema = z.object({
  delivery: z.number().int().nullable().describe('null for a dry run or when nothing changed'),
  read: z.number().int(),
  used: z.number().int(),
  repaired: z.number().int(),
  unchanged: z.number().int(),
  refused: z.number().int(),
  missing: z.number().int().describe('rows of the same source that stand and are not in this file'),
  crs: z.string().nullable(),
  crsKnownBy: z.string().nullable(),
  issues: z.array(importIssueSchema),
})
export type ImportSummary = z.infer<typeof importSummarySchema>

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

/** How a state began or ended, and the numbers its land came from or went to, largest first. */
const placeChangeSchema = z.object({
  buildId: z.number().int(),
  kind: z.string(),
  on: z.string(),
  numbers: z.array(
    z.object({
      parcelId: z.number().int(),
      parcelCode: z.string().nullable(),
      planarM2: z.number(),
      here: z.boolean().describe('该宗地亦覆盖此点 that number has the land at this very point'),
    }),
  ),
})
export type PlaceChange = z.infer<typeof placeChangeSchema>

/** What ever lay at a place, newest first, and the zones there. */
export const placesSchema = z.object({
  lon: z.number(),
  lat: z.number(),
  asOf: z.string(),
  knownAt: knownAtSchema,
  versions: z.array(
    parcelStateSchema.extend({
      came: placeChangeSchema.nullable().describe('空:仅登记内容变化 null: only its description changed'),
      became: placeChangeSchema
        .nullable()
        .describe('空:至今,或仅登记内容变化 null: stands, or only its description changed'),
    }),
  ),
  records: z
    .array(
      z.object({
        recordId: z.number().int(),
        kind: z.string(),
        doc: z.string().nullable(),
        on: z.string().nullable().describe('文件自身的日期 the day the document gives itself'),
        holder: z.string().nullable(),
        project: z.string().nullable(),
        planarM2: z.number().nullable(),
        validFrom: z.string().nullable(),
        validTo: z.string().nullable(),
        current: z.boolean().describe('查询日有效 in force on the day asked about'),
      }),
    )
    .describe('历次文件 documents of this place through time'),
  zones: z.array(
    z.object({
      recordId: z.number().int(),
      layer: z.string(),
      name: z.string().nullable(),
      fields: z.record(z.string(), z.any()),
    }),
  ),
})
export type Places = z.infer<typeof placesSchema>

/** GeoJSON, lon/lat in degrees (EPSG:4490). */
export const featureCollectionSchema = z.object({
  type: z.literal('FeatureCollection'),
  features: z.array(
    z.object({
      type: z.literal('Feature'),
      id: z.union([z.number(), z.string()]).optional(),
      geometry: z.any().nullable(),
      properties: z.record(z.string(), z.any()),
    }),
  ),
})
export type FeatureCollection = z.infer<typeof featureCollectionSchema>

/** A document for people: one parcel as Word or PDF, or the brief of a drawn area as a workbook. */
export const reportRequestSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('parcel'),
    format: z.enum(['docx', 'pdf']),
    parcelIds: z.array(z.number().int()).length(1),
    lang: z.enum(['zh', 'en']).optional(),
  }),
  z.object({
    kind: z.literal('area'),
    format: z.enum(['xlsx']),
    geometry: polygonSchema,
    lang: z.enum(['zh', 'en']).optional(),
  }),
])
export type ReportRequest = z.infer<typeof reportRequestSchema>

export * from './contract/lab.ts'
