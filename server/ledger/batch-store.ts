import { sql, type Kysely } from 'kysely'
import { standingAt, type Moment, type Standing } from '../build/standing-store.ts'
import { readLedger } from '../build/store.ts'
import type { BatchBooks, FeatureCollection } from '../contract.ts'
import { exactSum } from '../db/exact-sum.ts'
import { inBuild } from '../db/in-build.ts'
import { asWkb } from '../db/postgis.ts'
import type { Database } from '../db/schema.ts'
import { toLonLat } from '../geo/project.ts'
import { decodeMultiPolygon } from '../geo/wkb.ts'
import { approvalNoKey } from '../identifier/approval-no.ts'
import { Refusal } from '../refusal.ts'
import { answersFor, districtTitle } from './answer.ts'
import type { ApprovalRow } from './approval-row.ts'
import { loadApprovals, loadEndedPlots } from './approval-store.ts'
import {
  closeBatches,
  p615Rule,
  sumByDistrictAndYear,
  sumShapes,
  yearOf,
  type BatchBook,
  type BatchSums,
  type ElsewhereAccount,
  type EndedAccount,
  type InsideAccount,
  type LedgerSum,
  type TwiceApproved,
} from './batch.ts'
import { endedLand, endedPieces } from './ended-land.ts'
import { loadRemainders, type RemainderLand } from './remainder-store.ts'
import { remainderStates, type RemainderState } from '../contract/remainder-state.ts'

export interface BatchQuery {
  readonly district?: string | undefined
  readonly fromYear?: number | undefined
  readonly toYear?: number | undefined
  /** 批文号 in any spelling. */
  readonly doc?: string | undefined
  /** Only batches whose books P615 complains of. */
  readonly open?: boolean | undefined
  readonly limit?: number | undefined
  readonly offset?: number | undefined
}

const DEFAULT_LIMIT = 500

/** Closure of every batch asked for, and totals per district and year. @throws as `standingAt` */
export async function batchBooks(
  db: Kysely<Database>,
  query: BatchQuery,
  moment: Moment = {},
): Promise<BatchBooks> {
  const standing = await standingAt(db, moment)
  const { books } = await loadBooks(db, standing)
  const asked = books.filter((book) => isAsked(book, query)).map((book) => within(book, query.district))
  const { limit = DEFAULT_LIMIT, offset = 0 } = query
  const sums = sumByDistrictAndYear(asked)
  return {
    ...answersFor(standing),
    p615Rule,
    batches: asked.length,
    open: asked.filter(({ p615 }) => p615 === true).length,
    total: sums.total,
    shapes: query.district === undefined ? sumShapes(asked) : null,
    districts: sums.districts.map((each) => ({ ...each, ...districtTitle(each.districtCode, standing) })),
    years: sums.years,
    districtYears: sums.districtYears,
    ledgerDifferenceM2: isWhole(query) ? await differenceFromLedger(db, standing, sums) : null,
    rows: asked.slice(offset, offset + limit),
  }
}

export interface LoadedBooks {
  readonly approvals: ReadonlyMap<number, ApprovalRow>
  readonly remainders: readonly RemainderLand[]
  readonly books: readonly BatchBook[]
}

export async function loadBooks(db: Kysely<Database>, standing: Standing): Promise<LoadedBooks> {
  const approvals = await loadApprovals(db, standing)
  const remainders = await loadRemainders(db, standing, approvals)
  const books = closeBatches({
    rows: approvals,
    sums: await loadSums(db, standing),
    twice: await loadTwice(db, standing),
    ended: endedLand(await loadEndedPlots(db, standing, approvals)),
    stateOf: statesOf(remainders),
  })
  return { approvals, remainders, books }
}

function statesOf(remainders: readonly RemainderLand[]): (parcelId: number) => RemainderState {
  const states = new Map(remainders.map(({ parcelId, state }) => [parcelId, state]))
  return (parcelId) => {
    const state = states.get(parcelId)
    if (state === undefined)
      throw new TypeError(`The ledger books parcel ${parcelId}, which is no remainder.`)
    return state
  }
}

/** The approval a piece is booked under is the last record it names; see server/build/ledger.ts. */
const approvalOf = sql<number>`p.record_ids[cardinality(p.record_ids)]`

async function loadSums(db: Kysely<Database>, { buildId }: Standing): Promise<LedgerSum[]> {
  const rows = await db
    .selectFrom('ledger_piece as p')
    .select([
      'p.account',
      'p.district_code as districtCode',
      approvalOf.as('approvalId'),
      sql<number | null>`case when p.account = 'remainder' then p.parcel_id end`.as('parcelId'),
      exactSum(sql.ref('p.area_m2')).as('areaM2'),
    ])
    .where(inBuild('p', buildId))
    .where('p.account', 'in', [
      'approved',
      'suppliedInside',
      'titledInside',
      'remainder',
      'noise',
      'withdrawn',
    ])
    .groupBy(sql`1, 2, 3, 4`)
    .orderBy(sql`1, 2, 3, 4`)
    .execute()
  return rows as LedgerSum[]
}

async function loadTwice(db: Kysely<Database>, { buildId }: Standing): Promise<TwiceApproved[]> {
  return db
    .selectFrom('ledger_piece as p')
    .select(['p.record_ids as approvalIds', 'p.area_m2 as areaM2'])
    .where(inBuild('p', buildId))
    .where('p.account', '=', 'approvedTwice')
    .orderBy('p.piece_id')
    .execute()
}

function isAsked(book: BatchBook, { district, fromYear, toYear, doc, open }: BatchQuery): boolean {
  const year = yearOf(book.approvedOn)
  if (fromYear !== undefined && (year === null || year < fromYear)) return false
  if (toYear !== undefined && (year === null || year > toYear)) return false
  if (doc !== undefined && book.batch !== approvalNoKey(doc) && book.batch !== doc) return false
  if (open === true && book.p615 !== true) return false
  return district === undefined || book.districts.some(({ districtCode }) => districtCode === district)
}

const within = (book: BatchBook, district: string | undefined): BatchBook =>
  district === undefined
    ? book
    : { ...book, districts: book.districts.filter(({ districtCode }) => districtCode === district) }

const isWhole = ({ district, fromYear, toYear, doc, open }: BatchQuery): boolean =>
  [district, fromYear, toYear, doc, open].every((each) => each === undefined)

/** The largest difference between the sums of the batches and the accounts of the ledger, over all districts, m². */
async function differenceFromLedger(
  db: Kysely<Database>,
  standing: Standing,
  { districts }: BatchSums,
): Promise<number> {
  const ledger = await readLedger(db, standing)
  const byCode = new Map(districts.map((each) => [each.districtCode, each]))
  const differences = ledger.districts.flatMap(({ code, accounts }) => {
    const sums = byCode.get(code)
    const remainder = remainderStates.reduce((all, state) => all + (sums?.inside[state] ?? 0), 0)
    const { withdrawn = 0, lapsed = 0, reduced = 0 } = sums?.ended ?? {}
    return [
      accounts.approved - (sums?.bookedM2 ?? 0),
      accounts.suppliedInside - (sums?.inside.supplied ?? 0),
      accounts.titledInside - (sums?.inside.titled ?? 0),
      accounts.remainder - remainder,
      accounts.noise - (sums?.inside.noise ?? 0),
      accounts.withdrawn - (withdrawn + lapsed + reduced),
    ]
  })
  return differences.reduce((most, each) => Math.max(most, Math.abs(each)), 0)
}

/** A figure of a batch book: what it sums can be asked for. */
export type BatchFigure = 'booked' | InsideAccount | EndedAccount | ElsewhereAccount

/** A piece of a batch figure; shape WKB in the working plane, null where slivers are summed. */
interface BatchPiece {
  readonly id: number | string
  readonly districtCode: string | null
  readonly recordIds: readonly number[]
  readonly parcelId: number | null
  readonly areaM2: number
  readonly wkb: Uint8Array | null
}

/**
 * The pieces one figure of one batch sums, largest first, lon/lat.
 * @throws Refusal `BATCH_UNKNOWN`, and as `standingAt`
 */
export async function batchPieces(
  db: Kysely<Database>,
  { doc, figure, limit }: { doc: string; figure: BatchFigure; limit: number },
  moment: Moment = {},
): Promise<FeatureCollection & { total: number; totalPlanarM2: number }> {
  const standing = await standingAt(db, moment)
  const approvals = await loadApprovals(db, standing)
  const key = approvalNoKey(doc)
  const plots = [...approvals.values()].filter(({ batch }) => batch === key || batch === doc)
  if (plots.length === 0) throw batchUnknown(doc)
  const all = await piecesOf(db, standing, approvals, plots, figure)
  const pieces = all.toSorted((a, b) => b.areaM2 - a.areaM2 || String(a.id).localeCompare(String(b.id)))
  return {
    type: 'FeatureCollection',
    total: pieces.length,
    totalPlanarM2: pieces.reduce((sum, { areaM2 }) => sum + areaM2, 0),
    features: pieces.slice(0, limit).map(({ id, districtCode, recordIds, parcelId, areaM2, wkb }) => ({
      type: 'Feature',
      id,
      geometry: wkb && { type: 'MultiPolygon', coordinates: toLonLat(decodeMultiPolygon(wkb)) },
      properties: { figure, district: districtCode, recordIds, parcelId, planarM2: areaM2 },
    })),
  }
}

const batchUnknown = (doc: string): Refusal =>
  new Refusal(
    'BATCH_UNKNOWN',
    {
      zh: `报批登记中没有批文“${doc.slice(0, 60)}”。`,
      en: `No approval document is called "${doc.slice(0, 60)}".`,
    },
    {
      zh: '批文号见 /api/ledger/batches。',
      en: 'See /api/ledger/batches for the numbers there are.',
    },
    { field: 'doc' },
  )

async function piecesOf(
  db: Kysely<Database>,
  standing: Standing,
  approvals: ReadonlyMap<number, ApprovalRow>,
  plots: readonly ApprovalRow[],
  figure: BatchFigure,
): Promise<BatchPiece[]> {
  const { batch } = plots[0]!
  const ids = plots.map(({ record }) => record.recordId)
  const ownPieces = (account: string): Promise<BatchPiece[]> => ledgerPieces(db, standing, account, ids)
  switch (figure) {
    case 'booked':
      return ownPieces('approved')
    case 'supplied':
      return ownPieces('suppliedInside')
    case 'titled':
      return ownPieces('titledInside')
    case 'noise':
      return ownPieces('noise')
    case 'withdrawn':
    case 'lapsed':
    case 'reduced': {
      const pieces = await ownPieces('withdrawn')
      return pieces.filter(({ recordIds }) => approvals.get(recordIds[0]!)?.state === figure)
    }
    case 'approvedEarlier': {
      const pieces = await ledgerPieces(db, standing, 'approvedTwice', ids)
      return pieces.filter(({ recordIds }) => ownerOf(recordIds, approvals).batch !== batch)
    }
    case 'endedEarlier':
    case 'approvedAgain': {
      const near = await loadEndedPlots(db, standing, approvals)
      return endedPieces(near, { batch, where: figure }).map(({ areaM2, wkb }, i) => ({
        id: i + 1,
        districtCode: null,
        recordIds: ids,
        parcelId: null,
        areaM2,
        wkb,
      }))
    }
    default: {
      const stateOf = statesOf(await loadRemainders(db, standing, approvals, ids))
      const pieces = await ownPieces('remainder')
      return pieces.filter(({ parcelId }) => parcelId !== null && stateOf(parcelId) === figure)
    }
  }
}

function ownerOf(recordIds: readonly number[], approvals: ReadonlyMap<number, ApprovalRow>): ApprovalRow {
  return recordIds
    .map((id) => approvals.get(id)!)
    .reduce((first, row) => (row.rank < first.rank ? row : first))
}

/** Pieces of an account booked under any of these plots; of `approvedTwice`, those any of them covers. */
async function ledgerPieces(
  db: Kysely<Database>,
  { buildId }: Standing,
  account: string,
  ids: readonly number[],
): Promise<BatchPiece[]> {
  const rows = await db
    .selectFrom('ledger_piece as p')
    .select(({ ref }) => [
      'p.piece_id as id',
      'p.district_code as districtCode',
      'p.record_ids as recordIds',
      'p.parcel_id as parcelId',
      'p.area_m2 as areaM2',
      asWkb(ref('p.geom')).as('wkb'),
    ])
    .where(inBuild('p', buildId))
    .where('p.account', '=', account)
    .where(
      account === 'approvedTwice'
        ? sql<boolean>`p.record_ids && ${ids}::bigint[]`
        : sql<boolean>`${approvalOf} = any(${ids}::bigint[])`,
    )
    .execute()
  return rows
}
