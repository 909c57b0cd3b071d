/** Ledger figures that can be worked out by hand. */
import type { BatchBooks, Ledger, ParcelRow, Remainders, SupplyRates } from '../../../server/contract.ts'
import { asOf, districts, knownAt, parcelM2 } from './base.ts'

export function ledger(): Ledger {
  const accounts = {
    approved: 57_600,
    suppliedInside: 24_000,
    titledInside: 19_200,
    remainder: 14_390,
    noise: 10,
    approvedTwice: 1200,
    suppliedOutside: 480,
    suppliedTwice: 0,
    titledOutside: 0,
    titleOverlap: 96,
    withdrawn: 4800,
  }
  const total = Object.fromEntries(
    Object.entries(accounts).map(([name, m2]) => [name, m2 * districts.length]),
  ) as typeof accounts
  return {
    asOf,
    knownAt,
    districts: districts.map(({ code, title }) => ({ code, name: title.zh, accounts, closureM2: 0 })),
    total: { accounts: total, closureM2: 0 },
  }
}

/** The invented city was built for the end of 2025 as well. */
export const momentOf = (query: URLSearchParams) =>
  query.has('asOf') ? { asOf: '2025-12-31', knownAt: '2026-01-05T08:00:00.000Z' } : { asOf, knownAt }
const build = { asOf, knownAt, buildId: 7, packHash: null }

const inside = {
  supplied: 4800,
  titled: 0,
  used: 0,
  notSuppliable: 0,
  notExpropriated: 0,
  partlyExpropriated: 0,
  inReserve: 0,
  clean: 9590,
  notClean: 0,
  siteUnknown: 0,
  unknown: 0,
  noise: 10,
}
const ended = { withdrawn: 0, lapsed: 0, reduced: 0 }
const elsewhere = { approvedEarlier: 0, endedEarlier: 0, approvedAgain: 0 }

/** 45 documents of 14,400 m², 21.6 亩, each: 4,800 supplied, 9,590 clean, 10 of noise. The first does not close. */
export function batches(offset: number, onlyOpen: boolean): BatchBooks {
  const count = onlyOpen ? 1 : 45
  const times = <T extends Record<string, number>>(figures: T): T =>
    Object.fromEntries(Object.entries(figures).map(([name, m2]) => [name, m2 * count])) as T
  const bookedM2 = 14_400
  return {
    ...build,
    p615Rule: { zh: '状态合计与批文面积相差超过允许值。', en: 'The states sum to other than the document.' },
    batches: count,
    open: 1,
    total: {
      batches: count,
      batchesWithoutDocumentArea: 0,
      documentM2: bookedM2 * count,
      bookedM2: bookedM2 * count,
      inside: times(inside),
      ended,
      closureM2: 0,
    },
    shapes: { planarM2: bookedM2 * count, ellipsoidM2: bookedM2 * count, elsewhere, snapM2: 0 },
    districts: [],
    years: [],
    districtYears: [],
    ledgerDifferenceM2: onlyOpen ? null : 0,
    rows: Array.from({ length: count }, (_, i) => ({
      batch: `湘政地2020${i + 1}`,
      docNo: `湘政地〔2020〕${i + 1}号`,
      kind: 'batch' as const,
      approvedOn: '2020-06-30',
      plots: 1,
      plotsWithoutShape: 0,
      plotsEnded: 0,
      area: {
        documentM2: bookedM2 + (i === 0 ? 960 : 0),
        documentBasis: 'sum' as const,
        planarM2: bookedM2,
        ellipsoidM2: bookedM2,
        documentDifferenceM2: i === 0 ? 960 : 0,
        documentLimitM2: 14.4,
      },
      bookedM2,
      inside,
      ended,
      elsewhere,
      closureM2: 0,
      snapM2: 0,
      p615: i === 0,
      districts: [],
    })).slice(offset, offset + 20),
  }
}

export function remainders(rows: readonly ParcelRow[]): Remainders {
  const total = {
    parcels: 2,
    planarM2: 2 * parcelM2,
    ellipsoidM2: 2 * parcelM2,
    documentM2: parcelM2,
    withoutDocumentArea: 1,
  }
  const row = (i: number): Remainders['rows'][number] => ({
    parcelId: rows[i]!.parcelId,
    districtCode: districts[0]!.code,
    recordId: i + 1,
    batch: `湘政地2020${i + 1}`,
    docNo: `湘政地〔2020〕${i + 1}号`,
    plotNo: `${i + 1}`,
    approvedOn: i === 0 ? '2024-04-30' : null,
    approvalKind: 'batch',
    planarM2: parcelM2,
    ellipsoidM2: parcelM2,
    documentM2: i === 0 ? parcelM2 : null,
    state: i === 0 ? 'clean' : 'unknown',
    siteUsed: i === 0 ? false : null,
    supplyPossible: null,
    expropriation: i === 0 ? 'done' : null,
    compensated: i === 0 ? false : null,
    siteClean: i === 0 ? true : null,
    inReserve: false,
    clock:
      i === 0
        ? { state: 'lapseCandidate', lastDay: '2026-04-30', daysLeft: -61 }
        : { state: 'unknown', lastDay: null, daysLeft: null },
    plan: null,
  })
  return {
    ...build,
    planChecked: true,
    total,
    ledgerRemainderM2: total.planarM2,
    differenceM2: 0,
    states: [],
    clocks: [],
    districts: [],
    rows: [row(0), row(1)],
  }
}

/** 4,800 of 14,400 m² supplied is a third; of contracts that name no source there is no share. */
export function rates(year: number): SupplyRates {
  const window = { fromYear: year - 3, toYear: year - 1, baseDate: asOf }
  const third = { partM2: 4800, wholeM2: 14_400, percent: 100 / 3 }
  const nothing = { partM2: 0, wholeM2: 0, percent: null }
  const rest = { withoutDocumentM2: 0, counted: 3, split: {} }
  const total: SupplyRates['total'] = [
    { code: 'ULAPI2', window, planar: third, document: third, ...rest },
    { code: 'ULAPI1', window, planar: nothing, document: nothing, ...rest },
  ]
  return {
    ...build,
    year,
    total,
    districts: districts.map(({ code, title }) => ({ districtCode: code, name: title.zh, rates: total })),
  }
}
