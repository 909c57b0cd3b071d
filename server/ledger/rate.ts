import type { IsoDate } from '../units.ts'
import { sumOf } from './group.ts'

/**
 * Supply rates (domain 2.3), each with the window it was counted in: another task counts other years, so a rate without
 * its window says nothing.
 *
 *   ULAPI2      城市批次土地供应比率   batches of Y−3..Y−1, supplied to the base date ÷ approved
 *   SUPPLY_5Y   前五年供地率          the same over Y−5..Y−1
 *   SUPPLY_1Y   去年供地率            the same over Y−1
 *   UNSUPPLIED  批而未供率            of a window of any years, not supplied on the base date ÷ approved
 *   SUPPLY      供地率               of a window of any years, supplied to the base date ÷ approved
 *   ULAPI1      城市存量土地供应比率   supplies signed in Y−2..Y: existing construction land ÷ all of known source
 *
 * The spatial side (`planar`) counts land of the ledger, each square metre once; the document side what papers state,
 * divided as the land is. They never agree and neither replaces the other.
 */
export const rateCodes = ['ULAPI2', 'ULAPI1', 'SUPPLY_5Y', 'SUPPLY_1Y', 'UNSUPPLIED', 'SUPPLY'] as const
export type RateCode = (typeof rateCodes)[number]

/** Years counted, both included, and the day up to which supply counts. */
export interface RateWindow {
  readonly fromYear: number
  readonly toYear: number
  readonly baseDate: IsoDate
}

/** Land booked under the valid plots of one document in one district. */
export interface ApprovedLand {
  readonly batch: string
  readonly districtCode: string
  readonly approvedOn: IsoDate | null
  /** Planar. */
  readonly bookedM2: number
  readonly remainderM2: number
  readonly noiseM2: number
  /** The document's area, divided as its land is; null: it states none. */
  readonly documentM2: number | null
}

/** Supplied or titled land of one batch in one district, under one contract or title. */
export interface SuppliedLand {
  readonly batch: string
  /** The contract or title, and the parcel. */
  readonly recordId: number
  readonly parcelId: number | null
  readonly districtCode: string
  /** The day it was supplied: contract signed, else title registered; null is not known. */
  readonly suppliedOn: IsoDate | null
  /** Planar. */
  readonly areaM2: number
  /** The contract's (or title's) own area, divided as its land is; null: it states none. */
  readonly documentM2: number | null
}

/** 土地来源 of a contract: 现有建设用地, 新增建设用地(来自存量库), 新增建设用地; null where it is not said. */
export type LandSource = 'existing' | 'pool' | 'new'

export interface Supply {
  readonly recordId: number
  /** The county it was filed under. */
  readonly districtCode: string
  readonly signedOn: IsoDate | null
  readonly source: LandSource | null
  readonly planarM2: number | null
  readonly documentM2: number | null
}

export function landSource(text: string | undefined): LandSource | null {
  if (text === undefined) return null
  if (text.includes('存量库')) return 'pool'
  if (text.includes('新增')) return 'new'
  return /现有|存量/.test(text) ? 'existing' : null
}

/** A fraction and what it is a fraction of, m² of one area kind. */
export interface Fraction {
  readonly partM2: number
  readonly wholeM2: number
  /** Null where the whole is nothing. */
  readonly percent: number | null
}

export interface Rate {
  readonly code: RateCode
  readonly window: RateWindow
  readonly planar: Fraction
  readonly document: Fraction
  /** Land whose paper states no area, planar m²: on the document side it is in neither part nor whole. */
  readonly withoutDocumentM2: number
  /** Batches, or for ULAPI1 contracts, counted in the window. */
  readonly counted: number
  /** What else became of the whole, planar m²: the parts of it add up to `planar.wholeM2`. */
  readonly split: Readonly<Record<string, number>>
}

/** The windows of a base year, supply counting to the end of it or to the day asked about, whichever is earlier. */
export function windowsOf(year: number, asOf: IsoDate): Record<Exclude<RateCode, 'SUPPLY'>, RateWindow> {
  const end = `${year}-12-31`
  const baseDate = end < asOf ? end : asOf
  const window = (from: number, to: number): RateWindow => ({
    fromYear: year + from,
    toYear: year + to,
    baseDate,
  })
  return {
    ULAPI2: window(-3, -1),
    ULAPI1: window(-2, 0),
    SUPPLY_5Y: window(-5, -1),
    SUPPLY_1Y: window(-1, -1),
    UNSUPPLIED: window(-5, -1),
  }
}

export const isWithin = (day: IsoDate | null, { fromYear, toYear, baseDate }: RateWindow): boolean =>
  day !== null && day <= baseDate && Number(day.slice(0, 4)) >= fromYear && Number(day.slice(0, 4)) <= toYear

/** Supply ÷ approval, or what is left of it, of the batches approved in a window. */
export function batchRate(
  code: Exclude<RateCode, 'ULAPI1'>,
  window: RateWindow,
  approved: readonly ApprovedLand[],
  supplied: readonly SuppliedLand[],
): Rate {
  const counted = approved.filter(({ approvedOn }) => isWithin(approvedOn, window))
  const batches = new Set(counted.map(({ batch }) => batch))
  const lands = supplied.filter(({ batch }) => batches.has(batch))
  const inTime = lands.filter(({ suppliedOn }) => suppliedOn !== null && suppliedOn <= window.baseDate)
  const split = {
    suppliedM2: sumOf(inTime, planarOf),
    suppliedLaterM2: sumOf(
      lands.filter(({ suppliedOn }) => suppliedOn !== null && suppliedOn > window.baseDate),
      planarOf,
    ),
    suppliedUndatedM2: sumOf(
      lands.filter(({ suppliedOn }) => suppliedOn === null),
      planarOf,
    ),
    remainderM2: sumOf(counted, ({ remainderM2 }) => remainderM2),
    noiseM2: sumOf(counted, ({ noiseM2 }) => noiseM2),
  }
  const stating = new Set(counted.filter(({ documentM2 }) => documentM2 !== null).map(({ batch }) => batch))
  const onPaper = (some: readonly SuppliedLand[]): number =>
    sumOf(some, ({ batch, documentM2 }) => (stating.has(batch) ? (documentM2 ?? 0) : 0))
  const documentWhole = sumOf(counted, ({ documentM2 }) => documentM2 ?? 0)
  const documentSupplied = onPaper(inTime)
  const documentUndated = onPaper(lands.filter(({ suppliedOn }) => suppliedOn === null))
  const isLeft = code === 'UNSUPPLIED'
  return {
    code,
    window,
    planar: fraction(
      isLeft ? split.remainderM2 + split.suppliedLaterM2 : split.suppliedM2,
      sumOf(counted, ({ bookedM2 }) => bookedM2),
    ),
    document: fraction(
      isLeft ? documentWhole - documentSupplied - documentUndated : documentSupplied,
      documentWhole,
    ),
    withoutDocumentM2:
      sumOf(
        counted.filter(({ documentM2 }) => documentM2 === null),
        ({ bookedM2 }) => bookedM2,
      ) +
      sumOf(
        inTime.filter(({ documentM2 }) => documentM2 === null),
        planarOf,
      ),
    counted: batches.size,
    split,
  }
}

/**
 * ULAPI1: how much of what was supplied is existing construction land (现有建设用地). Land from the pool of earlier
 * approvals (来自存量库) is new construction land and counted so, but shown apart; a contract that does not name its source
 * is in neither part nor whole, and shown.
 */
export function stockRate(window: RateWindow, supplies: readonly Supply[]): Rate {
  const counted = supplies.filter(({ signedOn }) => isWithin(signedOn, window))
  const of = (source: LandSource | null): Supply[] => counted.filter((supply) => supply.source === source)
  const known = counted.filter(({ source }) => source !== null)
  const planar = ({ planarM2 }: Supply): number => planarM2 ?? 0
  const document = ({ documentM2 }: Supply): number => documentM2 ?? 0
  return {
    code: 'ULAPI1',
    window,
    planar: fraction(sumOf(of('existing'), planar), sumOf(known, planar)),
    document: fraction(sumOf(of('existing'), document), sumOf(known, document)),
    withoutDocumentM2: sumOf(
      known.filter(({ documentM2 }) => documentM2 === null),
      planar,
    ),
    counted: counted.length,
    split: {
      existingM2: sumOf(of('existing'), planar),
      poolM2: sumOf(of('pool'), planar),
      newM2: sumOf(of('new'), planar),
    },
  }
}

/** Contracts of the window that do not name their source, planar m²: beside the whole, not in it. */
export const sourceUnknownM2 = (window: RateWindow, supplies: readonly Supply[]): number =>
  sumOf(
    supplies.filter(({ signedOn, source }) => source === null && isWithin(signedOn, window)),
    ({ planarM2 }) => planarM2 ?? 0,
  )

/** A line of what a rate counted: which part of the split it is in, whose land it is. */
export interface RateLand {
  readonly part: string
  readonly districtCode: string
  readonly batch: string | null
  readonly recordId: number | null
  readonly parcelId: number | null
  /** The day it was supplied, where it was and the day is known. */
  readonly suppliedOn: IsoDate | null
  readonly planarM2: number
  readonly documentM2: number | null
}

/** Supplied land of the batches a rate counted, by the part of the split it is in. */
export function suppliedParts(
  window: RateWindow,
  batches: ReadonlySet<string>,
  supplied: readonly SuppliedLand[],
): RateLand[] {
  return supplied
    .filter(({ batch }) => batches.has(batch))
    .map(({ areaM2, ...land }) => ({ ...land, planarM2: areaM2, part: partOf(land.suppliedOn, window) }))
}

function partOf(suppliedOn: IsoDate | null, { baseDate }: RateWindow): string {
  if (suppliedOn === null) return 'suppliedUndatedM2'
  return suppliedOn <= baseDate ? 'suppliedM2' : 'suppliedLaterM2'
}

/** Contracts ULAPI1 counted, those of unknown source last. */
export function stockParts(window: RateWindow, supplies: readonly Supply[]): RateLand[] {
  return supplies
    .filter(({ signedOn }) => isWithin(signedOn, window))
    .map(({ recordId, districtCode, signedOn, source, planarM2, documentM2 }) => ({
      part: source === null ? 'sourceUnknownM2' : `${source}M2`,
      districtCode,
      batch: null,
      recordId,
      parcelId: null,
      suppliedOn: signedOn,
      planarM2: planarM2 ?? 0,
      documentM2,
    }))
}

const fraction = (partM2: number, wholeM2: number): Fraction => ({
  partM2,
  wholeM2,
  percent: wholeM2 > 0 ? (partM2 / wholeM2) * 100 : null,
})
const planarOf = ({ areaM2 }: SuppliedLand): number => areaM2
