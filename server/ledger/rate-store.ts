import { sql, type Kysely } from 'kysely'
import { knownIn, standingAt, type Moment, type Standing } from '../build/standing-store.ts'
import type { RateLands, SupplyRates } from '../contract.ts'
import { exactSum } from '../db/exact-sum.ts'
import { inBuild } from '../db/in-build.ts'
import type { Database } from '../db/schema.ts'
import { Refusal } from '../refusal.ts'
import { isIsoDate, type IsoDate } from '../units.ts'
import { answersFor, districtTitle } from './answer.ts'
import type { ApprovalRow } from './approval-row.ts'
import { loadBooks } from './batch-store.ts'
import type { BatchBook, BatchInDistrict } from './batch.ts'
import { remainderStates } from '../contract/remainder-state.ts'
import type { RemainderLand } from './remainder-store.ts'
import {
  batchRate,
  isWithin,
  landSource,
  sourceUnknownM2,
  stockParts,
  stockRate,
  suppliedParts,
  windowsOf,
  type ApprovedLand,
  type Rate,
  type RateCode,
  type RateLand,
  type RateWindow,
  type SuppliedLand,
  type Supply,
} from './rate.ts'

/** What is asked of rates: the base year, and for `UNSUPPLIED` and `SUPPLY` other years than the usual five. */
export interface RateQuery {
  /** Default: the year of the day asked about. */
  readonly year?: number | undefined
  readonly fromYear?: number | undefined
  readonly toYear?: number | undefined
  /** Supply counts to the end of this day; default: the end of the base year, or the day asked about if earlier. */
  readonly baseDate?: IsoDate | undefined
}

/** Supply rates of the city and of every district, each with its window. @throws Refusal `WINDOW_INVALID`, as `standingAt` */
export async function supplyRates(
  db: Kysely<Database>,
  query: RateQuery,
  moment: Moment = {},
): Promise<SupplyRates> {
  const standing = await standingAt(db, moment)
  const windows = readWindows(query, standing.asOf)
  const lands = await loadLands(db, standing)
  const codes = new Set(lands.approved.map(({ districtCode }) => districtCode))
  return {
    ...answersFor(standing),
    year: windows.year,
    total: ratesOf(lands, windows),
    districts: [...codes].toSorted().map((code) => ({
      ...districtTitle(code, standing),
      rates: ratesOf(
        {
          approved: lands.approved.filter(({ districtCode }) => districtCode === code),
          supplied: lands.supplied.filter(({ districtCode }) => districtCode === code),
          supplies: lands.supplies.filter(({ districtCode }) => districtCode === code),
        },
        windows,
      ),
    })),
  }
}

interface Windows {
  readonly year: number
  readonly usual: ReturnType<typeof windowsOf>
  /** Years asked for, where they were. */
  readonly asked: RateWindow | null
}

function readWindows({ year: wanted, fromYear, toYear, baseDate }: RateQuery, asOf: IsoDate): Windows {
  const year = wanted ?? Number(asOf.slice(0, 4))
  if (baseDate !== undefined && !isIsoDate(baseDate)) throw windowInvalid('baseDate', baseDate)
  if (baseDate !== undefined && baseDate > asOf)
    throw windowInvalid('baseDate', baseDate, {
      zh: `基准日 ${baseDate} 晚于查询日 ${asOf},其后的供应尚不可知。`,
      en: `The base date ${baseDate} is later than the day asked about, ${asOf}; what was supplied after it is not known.`,
    })
  const usual = windowsOf(year, asOf)
  const dated = <W extends RateWindow>(window: W): W =>
    baseDate === undefined ? window : { ...window, baseDate }
  const asked =
    fromYear === undefined && toYear === undefined
      ? null
      : dated({
          fromYear: fromYear ?? toYear!,
          toYear: toYear ?? year,
          baseDate: usual.UNSUPPLIED.baseDate,
        })
  if (asked !== null && asked.fromYear > asked.toYear) throw windowInvalid('fromYear', String(asked.fromYear))
  return {
    year,
    usual: Object.fromEntries(
      Object.entries(usual).map(([code, window]) => [code, dated(window)]),
    ) as Windows['usual'],
    asked,
  }
}

function windowInvalid(
  field: string,
  value: string,
  text = { zh: `统计窗口的“${value}”不可用。`, en: `"${value}" makes no window to count in.` },
): Refusal {
  return new Refusal(
    'WINDOW_INVALID',
    text,
    {
      zh: '起始年不晚于截止年,基准日不晚于查询日。',
      en: 'The first year is not after the last, the base date not after the day asked about.',
    },
    { field },
  )
}

interface Lands {
  readonly approved: readonly ApprovedLand[]
  readonly supplied: readonly SuppliedLand[]
  readonly supplies: readonly Supply[]
  readonly remainders: readonly RemainderLand[]
}

async function loadLands(db: Kysely<Database>, standing: Standing): Promise<Lands> {
  const { approvals, books, remainders } = await loadBooks(db, standing)
  const deeds = await loadDeeds(db, standing)
  return {
    approved: books.flatMap(approvedLands),
    supplied: await loadSupplied(db, standing, approvals, deeds),
    supplies: suppliesOf(deeds),
    remainders,
  }
}

/**
 * The land one rate counted, largest first; planar areas of the rows sum to its split.
 * @throws Refusal `WINDOW_INVALID`, as `standingAt`
 */
export async function rateLands(
  db: Kysely<Database>,
  {
    code,
    limit = 500,
    offset = 0,
    ...query
  }: RateQuery & { code: RateCode; limit?: number | undefined; offset?: number | undefined },
  moment: Moment = {},
): Promise<RateLands> {
  const standing = await standingAt(db, moment)
  const lands = await loadLands(db, standing)
  const windows = readWindows(query, standing.asOf)
  const rate = ratesOf(lands, windows).find((each) => each.code === code)
  if (!rate) throw windowInvalid('code', code)
  const rows = (
    code === 'ULAPI1' ? stockParts(rate.window, lands.supplies) : batchParts(rate.window, lands)
  ).toSorted((a, b) => b.planarM2 - a.planarM2 || (a.recordId ?? 0) - (b.recordId ?? 0))
  return { ...answersFor(standing), rate, lands: rows.length, rows: rows.slice(offset, offset + limit) }
}

function batchParts(window: RateWindow, { approved, supplied, remainders }: Lands): RateLand[] {
  const counted = approved.filter(({ approvedOn }) => isWithin(approvedOn, window))
  const batches = new Set(counted.map(({ batch }) => batch))
  const left = remainders.filter(({ approval }) => batches.has(approval.batch))
  const noise = counted.filter(({ noiseM2 }) => noiseM2 > 0)
  return [
    ...suppliedParts(window, batches, supplied),
    ...left.map(({ approval, districtCode, parcelId, planarM2, documentM2 }) => ({
      part: 'remainderM2',
      districtCode,
      batch: approval.batch,
      recordId: approval.record.recordId,
      parcelId,
      suppliedOn: null,
      planarM2,
      documentM2,
    })),
    ...noise.map(({ batch, districtCode, noiseM2 }) => ({
      part: 'noiseM2',
      districtCode,
      batch,
      recordId: null,
      parcelId: null,
      suppliedOn: null,
      planarM2: noiseM2,
      documentM2: null,
    })),
  ]
}

function ratesOf(
  { approved, supplied, supplies }: Omit<Lands, 'remainders'>,
  { usual, asked }: Windows,
): Rate[] {
  const stock = stockRate(usual.ULAPI1, supplies)
  return [
    batchRate('ULAPI2', usual.ULAPI2, approved, supplied),
    { ...stock, split: { ...stock.split, sourceUnknownM2: sourceUnknownM2(usual.ULAPI1, supplies) } },
    batchRate('SUPPLY_5Y', usual.SUPPLY_5Y, approved, supplied),
    batchRate('SUPPLY_1Y', usual.SUPPLY_1Y, approved, supplied),
    batchRate('UNSUPPLIED', asked ?? usual.UNSUPPLIED, approved, supplied),
    ...(asked === null ? [] : [batchRate('SUPPLY', asked, approved, supplied)]),
  ]
}

/** Land under plots that are valid; of a document with ended plots the area stated is divided as its land is. */
function approvedLands(book: BatchBook): ApprovedLand[] {
  if (book.plotsEnded === book.plots) return []
  return book.districts.map((part) => ({
    batch: book.batch,
    districtCode: part.districtCode,
    approvedOn: book.approvedOn,
    bookedM2: part.bookedM2,
    remainderM2: remainderStates.reduce((sum, state) => sum + part.inside[state], 0),
    noiseM2: part.inside.noise,
    documentM2: part.documentM2 === null ? null : part.documentM2 * shareStanding(part),
  }))
}

function shareStanding({ bookedM2, ended }: BatchInDistrict): number {
  const land = bookedM2 + ended.withdrawn + ended.lapsed + ended.reduced
  return land === 0 ? 1 : bookedM2 / land
}

interface Deed {
  readonly recordId: number
  readonly signedOn: IsoDate | null
  readonly registeredOn: IsoDate | null
  readonly source: string | null
  readonly countyCode: string
  readonly kind: string
  readonly documentM2: number | null
  readonly planarM2: number | null
}

async function loadDeeds(db: Kysely<Database>, standing: Standing): Promise<Deed[]> {
  return db
    .selectFrom('record as r')
    .select([
      'r.record_id as recordId',
      'r.kind',
      'r.county_code as countyCode',
      sql<IsoDate | null>`r.fields ->> 'signed_on'`.as('signedOn'),
      sql<IsoDate | null>`r.fields ->> 'registered_on'`.as('registeredOn'),
      sql<string | null>`r.fields ->> 'source'`.as('source'),
      'r.area_document_m2 as documentM2',
      'r.area_planar_m2 as planarM2',
    ])
    .where('r.kind', 'in', ['supply', 'registration'])
    .where(knownIn(standing))
    .orderBy('r.record_id')
    .execute()
}

function suppliesOf(deeds: readonly Deed[]): Supply[] {
  return deeds
    .filter(({ kind }) => kind === 'supply')
    .map(({ recordId, countyCode, signedOn, source, planarM2, documentM2 }) => ({
      recordId,
      districtCode: countyCode,
      signedOn,
      source: landSource(source ?? undefined),
      planarM2,
      documentM2,
    }))
}

/**
 * Supplied and titled land inside approval, by contract or title. Titled land was supplied on the day of the contract
 * that speaks for the parcel, where there is one, else on the day it was registered.
 */
async function loadSupplied(
  db: Kysely<Database>,
  standing: Standing,
  approvals: ReadonlyMap<number, ApprovalRow>,
  deeds: readonly Deed[],
): Promise<SuppliedLand[]> {
  const pieces = await db
    .selectFrom('ledger_piece as p')
    .select([
      'p.district_code as districtCode',
      sql<number>`p.record_ids[1]`.as('ownerId'),
      sql<number>`p.record_ids[cardinality(p.record_ids)]`.as('approvalId'),
      'p.parcel_id as parcelId',
      exactSum(sql.ref('p.area_m2')).as('areaM2'),
    ])
    .where(inBuild('p', standing.buildId))
    .where('p.account', 'in', ['suppliedInside', 'titledInside'])
    .groupBy(sql`1, 2, 3, 4`)
    .orderBy(sql`1, 2, 3, 4`)
    .execute()
  const byId = new Map(deeds.map((deed) => [deed.recordId, deed]))
  const contracts = await loadContracts(db, standing)
  return pieces.map(({ districtCode, ownerId, approvalId, parcelId, areaM2 }) => {
    const owner = byId.get(ownerId)!
    const contract = parcelId === null ? undefined : byId.get(contracts.get(parcelId) ?? -1)
    const deed = owner.kind === 'supply' ? owner : (contract ?? owner)
    return {
      batch: approvals.get(approvalId)!.batch,
      recordId: ownerId,
      parcelId,
      districtCode,
      suppliedOn: deed.signedOn ?? owner.signedOn ?? owner.registeredOn,
      areaM2,
      documentM2: onPaper(deed, areaM2) ?? onPaper(owner, areaM2),
    }
  })
}

const onPaper = ({ documentM2, planarM2 }: Deed, areaM2: number): number | null =>
  documentM2 === null || planarM2 === null || planarM2 === 0 ? null : documentM2 * (areaM2 / planarM2)

/** The contract that speaks for each titled parcel: certain before probable, more common land before less. */
async function loadContracts(
  db: Kysely<Database>,
  { buildId }: Standing,
): Promise<ReadonlyMap<number, number>> {
  const { rows } = await sql<{ parcelId: number; recordId: number }>`
    select distinct on (l.parcel_id) l.parcel_id as "parcelId", l.record_id as "recordId"
    from parcel_record as l
    where l.record_kind = 'supply' and ${inBuild('l', buildId)}
      and (l.certainty = 'certain' or greatest(l.share_of_parcel, l.share_of_record) >= 0.5)
    order by l.parcel_id, l.certainty = 'certain' desc, l.area_m2 desc nulls last, l.record_id`.execute(db)
  return new Map(rows.map(({ parcelId, recordId }) => [parcelId, recordId]))
}
