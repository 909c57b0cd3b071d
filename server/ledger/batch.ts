import { AREA_LIMIT, areaLimitM2, batchDocumentArea, type BatchAreaBasis } from './document-area.ts'
import type { ApprovalRow, ApprovalState } from './approval-row.ts'
import type { EndedLand } from './ended-land.ts'
import { groupBy, sumOf } from './group.ts'
import { remainderStates, type RemainderState } from '../contract/remainder-state.ts'
import type { IsoDate } from '../units.ts'

/**
 * Closure per approval document (批次闭合, domain 2.1): where every square metre of a batch is booked. Areas are planar.
 *
 * Double entry. The left side is the land the ledger books under the document as approved; the right side sums the pieces
 * of what became of it, state by state. Held against both are the document's own shapes (each square metre once) and the
 * area the paper states. Beside the booked land stand the plots that ended, and land of the document that an earlier
 * document has: every square metre of the city is booked under one approval only.
 *
 *   shapes = booked + ended + elsewhere + snap       snap: what the 0.1 mm grid of the overlay moved, ≤ 0.05 m² a plot
 *   booked = supplied + titled + remainder by state + noise + closure       closure ≤ 0.01 m²
 */
export const insideAccounts = ['supplied', 'titled', ...remainderStates, 'noise'] as const
export type InsideAccount = (typeof insideAccounts)[number]
export const endedAccounts = ['withdrawn', 'lapsed', 'reduced'] as const satisfies readonly ApprovalState[]
export type EndedAccount = (typeof endedAccounts)[number]
export const elsewhereAccounts = [
  'approvedEarlier', // booked under an earlier document that is valid
  'endedEarlier', // of an ended plot: an earlier document that ended as well has it
  'approvedAgain', // of an ended plot: another document approves it today
] as const
export type ElsewhereAccount = (typeof elsewhereAccounts)[number]

/** What rounding may leave open between two sums of the ledger. */
export const CLOSURE_M2 = 0.01
/** What snapping to the grid may move, per plot; the build refuses to publish more. */
export const SNAP_M2 = 0.05

/** Pieces of one ledger account under one plot and in one district, summed. */
export interface LedgerSum {
  readonly account: 'approved' | 'suppliedInside' | 'titledInside' | 'remainder' | 'noise' | 'withdrawn'
  readonly districtCode: string
  /** The plot it is booked under. */
  readonly approvalId: number
  /** For remainder: the parcel, one piece each. */
  readonly parcelId: number | null
  readonly areaM2: number
}

/** Land under two or more valid plots, as the ledger books it. */
export interface TwiceApproved {
  readonly approvalIds: readonly number[]
  readonly areaM2: number
}

export interface BatchInput {
  readonly rows: ReadonlyMap<number, ApprovalRow>
  readonly sums: readonly LedgerSum[]
  readonly twice: readonly TwiceApproved[]
  readonly ended: readonly EndedLand[]
  readonly stateOf: (parcelId: number) => RemainderState
}

type Booked<Account extends string> = Record<Account, number>

/** The part of a batch in one district. */
export interface BatchInDistrict {
  readonly districtCode: string
  readonly bookedM2: number
  readonly inside: Booked<InsideAccount>
  readonly ended: Booked<EndedAccount>
  /** The document's area, divided as its land is; null where the document states none. */
  readonly documentM2: number | null
}

export interface BatchBook {
  readonly batch: string
  /** 批文号 as written on its first plot, else the name of the batch. */
  readonly docNo: string | null
  readonly kind: 'batch' | 'single' | null
  /** The earliest day of its plots. */
  readonly approvedOn: IsoDate | null
  readonly plots: number
  readonly plotsWithoutShape: number
  readonly plotsEnded: number
  readonly area: {
    readonly documentM2: number | null
    readonly documentBasis: BatchAreaBasis
    /** Of its own shapes, each square metre once. */
    readonly planarM2: number
    readonly ellipsoidM2: number
    /** Document minus the nearer of planar and ellipsoid; null where the document states none. */
    readonly documentDifferenceM2: number | null
    readonly documentLimitM2: number | null
  }
  readonly bookedM2: number
  readonly inside: Booked<InsideAccount>
  readonly ended: Booked<EndedAccount>
  readonly elsewhere: Booked<ElsewhereAccount>
  readonly closureM2: number
  readonly snapM2: number
  /** P615 面积不闭合; null where the document states no area and nothing else is wrong. */
  readonly p615: boolean | null
  readonly districts: BatchInDistrict[]
}

/** What P615 asks, as the answer says it. */
export const p615Rule = {
  zh: `状态合计与批文面积(取平面或椭球中较近者)相差超过 max(${AREA_LIMIT.m2} m², ${AREA_LIMIT.share * 100} %),或台账未闭合到 ${CLOSURE_M2} m²。批文未载面积时无法判定。`,
  en: `The states sum to other than the document's area by more than max(${AREA_LIMIT.m2} m², ${AREA_LIMIT.share * 100} %), against the nearer of planar and ellipsoid area; or the ledger is open by more than ${CLOSURE_M2} m². Unknown where the document states no area.`,
} as const

/** Every batch of the register, by day of approval, then number; undated ones last. */
export function closeBatches(input: BatchInput): BatchBook[] {
  const books = new Map<string, OpenBook>()
  const bookOf = (row: ApprovalRow): OpenBook => {
    const held = books.get(row.batch)
    if (held) return held
    const made = new OpenBook(row.batch)
    books.set(row.batch, made)
    return made
  }
  for (const row of input.rows.values()) bookOf(row).plots.push(row)
  for (const sum of input.sums) {
    const row = rowOf(input, sum.approvalId)
    bookOf(row).add(sum, row.state, input.stateOf)
  }
  for (const { approvalIds, areaM2 } of input.twice) {
    const rows = approvalIds.map((id) => rowOf(input, id))
    const owner = rows.reduce((first, row) => (row.rank < first.rank ? row : first))
    for (const [batch, plots] of groupBy(rows, (row) => row.batch)) {
      const book = books.get(batch)!
      book.countedTwiceM2 += (plots.length - 1) * areaM2
      if (batch !== owner.batch) book.elsewhere.approvedEarlier += areaM2
    }
  }
  for (const { batch, where, areaM2 } of input.ended) {
    const book = books.get(batch)!
    book.endedOwnM2 += areaM2
    if (where !== 'held') book.elsewhere[where] += areaM2 // what is held comes from the ledger itself
  }
  return [...books.values()].map((book) => book.close()).toSorted(byDayThenNumber)
}

function rowOf({ rows }: BatchInput, id: number): ApprovalRow {
  const row = rows.get(id)
  if (!row) throw new TypeError(`The ledger names record ${id}, which is no approval of its build.`)
  return row
}

const undated = '9999-12-31'
const byDayThenNumber = (a: BatchBook, b: BatchBook): number =>
  compare(a.approvedOn ?? undated, b.approvedOn ?? undated) || compare(a.batch, b.batch)
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

interface OpenDistrict {
  bookedM2: number
  inside: Booked<InsideAccount>
  ended: Booked<EndedAccount>
}

class OpenBook {
  readonly plots: ApprovalRow[] = []
  readonly elsewhere = zero(elsewhereAccounts)
  /** Land two plots of this document have in common. */
  countedTwiceM2 = 0
  endedOwnM2 = 0
  readonly #batch: string
  readonly #districts = new Map<string, OpenDistrict>()
  constructor(batch: string) {
    this.#batch = batch
  }

  add(sum: LedgerSum, state: ApprovalState, stateOf: BatchInput['stateOf']): void {
    const district = this.#district(sum.districtCode)
    switch (sum.account) {
      case 'approved':
        district.bookedM2 += sum.areaM2
        return
      case 'withdrawn':
        if (state === 'valid') throw new TypeError(`Plot ${sum.approvalId} is valid and booked as withdrawn.`)
        district.ended[state] += sum.areaM2
        return
      case 'remainder':
        if (sum.parcelId === null) throw new TypeError(`Remainder of plot ${sum.approvalId} is no parcel.`)
        district.inside[stateOf(sum.parcelId)] += sum.areaM2
        return
      case 'suppliedInside':
        district.inside.supplied += sum.areaM2
        return
      case 'titledInside':
        district.inside.titled += sum.areaM2
        return
      case 'noise':
        district.inside.noise += sum.areaM2
    }
  }

  #district(code: string): OpenDistrict {
    const held = this.#districts.get(code)
    if (held) return held
    const made = { bookedM2: 0, inside: zero(insideAccounts), ended: zero(endedAccounts) }
    this.#districts.set(code, made)
    return made
  }

  close(): BatchBook {
    const { plots, elsewhere } = this
    const parts = [...this.#districts].toSorted(([a], [b]) => compare(a, b))
    const inside = addAccounts(
      insideAccounts,
      parts.map(([, part]) => part.inside),
    )
    const ended = addAccounts(
      endedAccounts,
      parts.map(([, part]) => part.ended),
    )
    const bookedM2 = sumOf(parts, ([, part]) => part.bookedM2)
    const area = this.#area()
    const closureM2 = bookedM2 - total(inside)
    const snapM2 = area.planarM2 - bookedM2 - total(ended) - total(elsewhere)
    const days = plots.flatMap(({ record }) => record.fields.approved_on ?? [])
    const { fields } = plots[0]!.record
    return {
      batch: this.#batch,
      docNo: fields.doc_no ?? fields.batch_name ?? null,
      kind: plots.map(({ record }) => record.fields.approval_kind).find((kind) => kind !== undefined) ?? null,
      approvedOn: days.toSorted(compare)[0] ?? null,
      plots: plots.length,
      plotsWithoutShape: plots.filter(({ record }) => record.areaPlanarM2 === null).length,
      plotsEnded: plots.filter(({ state }) => state !== 'valid').length,
      area,
      bookedM2,
      inside,
      ended,
      elsewhere,
      closureM2,
      snapM2,
      p615: isOpen(area, closureM2),
      districts: this.#divide(parts, area.documentM2),
    }
  }

  /** Plots that overlap within the document count once; the ellipsoid follows in the proportion of its plots. */
  #area(): BatchBook['area'] {
    const shaped = this.plots.filter(({ record }) => record.areaPlanarM2 !== null)
    const valid = shaped.filter(({ state }) => state === 'valid')
    const planarM2 = sumOf(valid, planarOf) - this.countedTwiceM2 + this.endedOwnM2
    const ofPlots = sumOf(shaped, planarOf)
    const ellipsoidM2 =
      ofPlots === 0 ? 0 : planarM2 * (sumOf(shaped, ({ record }) => record.areaEllipsoidM2 ?? 0) / ofPlots)
    const hasAllShapes = shaped.length === this.plots.length
    const document = batchDocumentArea(
      this.plots.map(({ record }) => record.areaDocumentM2),
      hasAllShapes ? planarM2 : null,
    )
    return {
      documentM2: document.m2,
      documentBasis: document.basis,
      planarM2,
      ellipsoidM2,
      documentDifferenceM2: document.m2 === null ? null : nearest(document.m2, planarM2, ellipsoidM2),
      documentLimitM2: document.m2 === null ? null : areaLimitM2(document.m2),
    }
  }

  /** A document without land in any district still states an area: it is counted where its first plot says it lies. */
  #divide(parts: readonly (readonly [string, OpenDistrict])[], documentM2: number | null): BatchInDistrict[] {
    const land = ({ bookedM2, ended }: OpenDistrict): number => bookedM2 + total(ended)
    const all = sumOf(parts, ([, part]) => land(part))
    if (all === 0) {
      const districtCode = this.plots[0]!.record.countyCode
      return [
        { districtCode, bookedM2: 0, inside: zero(insideAccounts), ended: zero(endedAccounts), documentM2 },
      ]
    }
    return parts.map(([districtCode, part]) => ({
      districtCode,
      ...part,
      documentM2: documentM2 === null ? null : documentM2 * (land(part) / all),
    }))
  }
}

function isOpen(area: BatchBook['area'], closureM2: number): boolean | null {
  if (!(Math.abs(closureM2) <= CLOSURE_M2)) return true
  if (area.documentDifferenceM2 === null || area.documentLimitM2 === null) return null
  return Math.abs(area.documentDifferenceM2) > area.documentLimitM2
}

function nearest(documentM2: number, planarM2: number, ellipsoidM2: number): number {
  const [a, b] = [documentM2 - planarM2, documentM2 - ellipsoidM2]
  return Math.abs(a) <= Math.abs(b) ? a : b
}

const planarOf = ({ record }: ApprovalRow): number => record.areaPlanarM2 ?? 0
const total = (booked: Readonly<Record<string, number>>): number => sumOf(Object.values(booked), (m2) => m2)

function zero<Account extends string>(accounts: readonly Account[]): Booked<Account> {
  return Object.fromEntries(accounts.map((account) => [account, 0])) as Booked<Account>
}

function addAccounts<Account extends string>(
  accounts: readonly Account[],
  parts: readonly Booked<Account>[],
): Booked<Account> {
  const all = zero(accounts)
  for (const part of parts) for (const account of accounts) all[account] += part[account]
  return all
}

/** Batches of one district, year or both, or of all, summed. */
export interface BatchSum {
  readonly batches: number
  /** Batches whose document states no area: theirs is missing in `documentM2`. */
  readonly batchesWithoutDocumentArea: number
  readonly documentM2: number
  readonly bookedM2: number
  readonly inside: Booked<InsideAccount>
  readonly ended: Booked<EndedAccount>
  readonly closureM2: number
}

/** Sums parts of batches; each batch counts once however many parts it has. */
export function sumBatches(parts: readonly { batch: string; part: BatchInDistrict }[]): BatchSum {
  const inside = addAccounts(
    insideAccounts,
    parts.map(({ part }) => part.inside),
  )
  const bookedM2 = sumOf(parts, ({ part }) => part.bookedM2)
  return {
    batches: new Set(parts.map(({ batch }) => batch)).size,
    batchesWithoutDocumentArea: new Set(
      parts.filter(({ part }) => part.documentM2 === null).map(({ batch }) => batch),
    ).size,
    documentM2: sumOf(parts, ({ part }) => part.documentM2 ?? 0),
    bookedM2,
    inside,
    ended: addAccounts(
      endedAccounts,
      parts.map(({ part }) => part.ended),
    ),
    closureM2: bookedM2 - total(inside),
  }
}

/** Shapes of many batches, and where their land lies beside what is booked. Land of two documents is in both. */
export type ShapeSum = Pick<BatchBook, 'elsewhere' | 'snapM2'> & {
  readonly planarM2: number
  readonly ellipsoidM2: number
}

/** planar = booked + ended + elsewhere + snap, over all of them. */
export const sumShapes = (books: readonly BatchBook[]): ShapeSum => ({
  planarM2: sumOf(books, ({ area }) => area.planarM2),
  ellipsoidM2: sumOf(books, ({ area }) => area.ellipsoidM2),
  elsewhere: addAccounts(
    elsewhereAccounts,
    books.map(({ elsewhere }) => elsewhere),
  ),
  snapM2: sumOf(books, ({ snapM2 }) => snapM2),
})

export interface BatchSums {
  readonly total: BatchSum
  readonly districts: (BatchSum & { readonly districtCode: string })[]
  /** Null: batches without a date. */
  readonly years: (BatchSum & { readonly year: number | null })[]
  readonly districtYears: (BatchSum & {
    readonly districtCode: string
    readonly year: number | null
  })[]
}

/** Totals per district, per year of approval, and both. */
export function sumByDistrictAndYear(books: readonly BatchBook[]): BatchSums {
  const parts = books.flatMap(({ batch, approvedOn, districts }) =>
    districts.map((part) => ({ batch, part, year: yearOf(approvedOn), districtCode: part.districtCode })),
  )
  const grouped = <Key extends object>(keyOf: (part: (typeof parts)[number]) => Key): (BatchSum & Key)[] =>
    [...groupBy(parts, (part) => JSON.stringify(keyOf(part)))]
      .toSorted(([a], [b]) => compare(a, b))
      .map(([, group]) => ({ ...keyOf(group[0]!), ...sumBatches(group) }))
  return {
    total: sumBatches(parts),
    districts: grouped(({ districtCode }) => ({ districtCode })),
    years: grouped(({ year }) => ({ year })),
    districtYears: grouped(({ districtCode, year }) => ({ districtCode, year })),
  }
}

export const yearOf = (day: IsoDate | null): number | null => (day === null ? null : Number(day.slice(0, 4)))
