import { z } from 'zod'
import {
  batchBooksSchema,
  featureCollectionSchema,
  momentSchema,
  rateLandsSchema,
  rateQuerySchema,
  recordAreasSchema,
  remaindersSchema,
  savedFigureSchema,
  supplyRatesSchema,
} from '../contract.ts'
import type { Base } from '../db/open.ts'
import type { Clock } from '../http/clock.ts'
import { endpoint, type Endpoint } from '../http/endpoint.ts'
import { KeptAnswers } from '../kept-answers.ts'
import { standingAt, versionOf, type Moment, type Question } from '../parcel/standing-store.ts'
import { areaRegisters, recordAreas } from './area-store.ts'
import { batchBooks, batchPieces } from './batch-store.ts'
import { elsewhereAccounts, endedAccounts, insideAccounts } from './batch.ts'
import { areaKinds } from './document-area.ts'
import { countAgain, listFigures, readFigure, saveRates } from './figure-store.ts'
import { remainderList } from './remainder-list-store.ts'
import { clockStates, remainderStates } from '../contract/remainder-state.ts'
import { rateLands, supplyRates } from './rate-store.ts'
import { rateCodes } from './rate.ts'

const district = z
  .string()
  .regex(/^\d{6}$/)
  .optional()
  .describe('行政区代码 county code')
const doc = z
  .string()
  .min(1)
  .max(80)
  .describe('批文号,写法不限 number of an approval document, in any spelling')
const year = z.coerce.number().int().min(1900).max(2200).optional()
const yesNo = z.enum(['true', 'false']).optional()
const page = {
  limit: z.coerce.number().int().min(1).max(5_000).optional(),
  offset: z.coerce.number().int().min(0).optional(),
}
const isTrue = (text: 'true' | 'false' | undefined): boolean | undefined =>
  text === undefined ? undefined : text === 'true'

/** Books, rates and lists kept: those of the districts and years somebody is going through. */
const KEPT = 24

export function ledgerRoutes(base: Base, clock: Clock): Endpoint[] {
  const { db } = base
  const answers = new KeptAnswers<unknown>(KEPT)
  /** A figure of a build and its run stays what it is: it is worked out once. */
  const kept = async <Q, T>(
    workOut: (of: typeof db, query: Q, moment: Moment) => Promise<T>,
    query: Q,
    question: Question,
  ): Promise<T> => {
    const standing = await standingAt(db, question)
    const asked = JSON.stringify([workOut.name, versionOf(standing), query])
    return (await answers.of(asked, () => workOut(db, query, standing))) as T
  }
  return [
    endpoint({
      method: 'get',
      path: '/api/ledger/batches',
      tag: 'ledger',
      summary: {
        zh: '批次闭合:每件批文的土地去向,按行政区与年度合计(平面面积,旁列批文面积与椭球面积)',
        en: 'Closure per approval document, with totals by district and year (planar, document and ellipsoid beside)',
      },
      query: momentSchema.extend({
        district,
        fromYear: year,
        toYear: year,
        doc: doc.optional(),
        open: yesNo.describe('只列面积不闭合的批次 only batches with P615'),
        ...page,
      }),
      answer: { json: batchBooksSchema },
      handle: ({ query: { asOf, knownAt, open, ...query } }) =>
        kept(batchBooks, { ...query, open: isTrue(open) }, { asOf, knownAt }),
    }),
    endpoint({
      method: 'get',
      path: '/api/ledger/batches/pieces',
      tag: 'ledger',
      summary: { zh: '批次的一个数字由哪些地块合成', en: 'The pieces one figure of a batch sums' },
      query: momentSchema.extend({
        doc,
        figure: z.enum(['booked', ...insideAccounts, ...endedAccounts, ...elsewhereAccounts]),
        limit: page.limit,
      }),
      answer: {
        json: featureCollectionSchema.extend({ total: z.number().int(), totalPlanarM2: z.number() }),
      },
      handle: ({ query: { asOf, knownAt, limit, ...query } }) =>
        batchPieces(db, { ...query, limit: limit ?? 2_000 }, { asOf, knownAt }),
    }),
    endpoint({
      method: 'get',
      path: '/api/ledger/rates',
      tag: 'ledger',
      summary: {
        zh: '供地率:批次土地供应比率、存量土地供应比率、前五年与去年供地率、批而未供率,各附统计窗口',
        en: 'Supply rates, each with the window it was counted in',
      },
      query: momentSchema.extend(rateQuerySchema.shape),
      answer: { json: supplyRatesSchema },
      handle: ({ query: { asOf, knownAt, ...query } }) => kept(supplyRates, query, { asOf, knownAt }),
    }),
    endpoint({
      method: 'get',
      path: '/api/ledger/rates/lands',
      tag: 'ledger',
      summary: { zh: '一项供地率由哪些土地算成', en: 'The land one supply rate counted' },
      query: momentSchema.extend({ ...rateQuerySchema.shape, ...page, code: z.enum(rateCodes) }),
      answer: { json: rateLandsSchema },
      handle: ({ query: { asOf, knownAt, ...query } }) => rateLands(db, query, { asOf, knownAt }),
    }),
    endpoint({
      method: 'get',
      path: '/api/ledger/remainders',
      tag: 'ledger',
      summary: {
        zh: '批而未供清单:批文、状态、两年期限、规划用途',
        en: 'Approved and not supplied: document, state, two-year clock, plan use',
      },
      query: momentSchema.extend({
        district,
        state: z.enum(remainderStates).optional(),
        clock: z.enum(clockStates).optional(),
        doc: doc.optional(),
        ...page,
      }),
      answer: { json: remaindersSchema },
      handle: ({ query: { asOf, knownAt, ...query } }) => kept(remainderList, query, { asOf, knownAt }),
    }),
    endpoint({
      method: 'get',
      path: '/api/ledger/areas',
      tag: 'ledger',
      summary: {
        zh: '档案面积对照:证载、平面、椭球(三调公式)',
        en: 'Areas side by side: document, planar and ellipsoid, and which the document means',
      },
      query: momentSchema.extend({
        kind: z.enum(areaRegisters).optional(),
        district,
        means: z.enum(areaKinds).optional(),
        agrees: yesNo.describe('false: 只列相差超过 max(2 m², 0.1 %) 的 only those off by more'),
        ...page,
      }),
      answer: { json: recordAreasSchema },
      handle: ({ query: { asOf, knownAt, agrees, ...query } }) =>
        recordAreas(db, { ...query, agrees: isTrue(agrees) }, { asOf, knownAt }),
    }),
    endpoint({
      method: 'post',
      path: '/api/ledger/figures',
      tag: 'ledger',
      summary: {
        zh: '计算供地率并连同统计窗口存档',
        en: 'Counts supply rates and keeps them with their windows',
      },
      body: rateQuerySchema.extend(momentSchema.shape).strict(),
      answer: { json: savedFigureSchema, status: 201 },
      handle: ({ body: { asOf, knownAt, ...query } }) =>
        saveRates(base, query, clock.now(), { asOf, knownAt }),
    }),
    endpoint({
      method: 'get',
      path: '/api/ledger/figures',
      tag: 'ledger',
      summary: { zh: '已存档的指标', en: 'Figures that were kept' },
      answer: { json: z.array(savedFigureSchema) },
      handle: () => listFigures(db),
    }),
    endpoint({
      method: 'get',
      path: '/api/ledger/figures/{id}',
      tag: 'ledger',
      summary: { zh: '一项存档的指标', en: 'One figure that was kept' },
      params: z.object({ id: z.coerce.number().int().positive() }),
      answer: { json: savedFigureSchema },
      handle: ({ params }) => readFigure(db, params.id),
    }),
    endpoint({
      method: 'get',
      path: '/api/ledger/figures/{id}/again',
      tag: 'ledger',
      summary: { zh: '按原窗口、原成果重算', en: 'The same question to the same build, counted again' },
      params: z.object({ id: z.coerce.number().int().positive() }),
      answer: { json: supplyRatesSchema },
      handle: ({ params }) => countAgain(db, params.id),
    }),
  ]
}
