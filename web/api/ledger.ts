/** The land ledger and its figures. */
import type { BatchBooks, FeatureCollection, Ledger, Remainders, SupplyRates } from '../../server/contract.ts'
import { type Ask, type Query, get } from './http.ts'

/** In a ledger cell: all districts together. */
export const totalDistrict = 'total'

/** The pieces a figure sums, largest first; the list may be cut, the totals are not. */
export type LedgerPieces = FeatureCollection & { readonly total: number; readonly totalPlanarM2: number }

export const fetchLedger = (ask: Ask) => get<Ledger>('/api/ledger', ask)
export const fetchLedgerPieces = (district: string, account: string, ask: Ask) =>
  get<LedgerPieces>('/api/ledger/pieces', ask, {
    district: district === totalDistrict ? undefined : district,
    account,
  })
export const fetchBatches = (query: Query, ask: Ask) => get<BatchBooks>('/api/ledger/batches', ask, query)

export const fetchBatchPieces = (query: Query, ask: Ask) =>
  get<LedgerPieces>('/api/ledger/batches/pieces', ask, query)
export const fetchRemainders = (query: Query, ask: Ask) =>
  get<Remainders>('/api/ledger/remainders', ask, query)
export const fetchRates = (query: Query, ask: Ask) => get<SupplyRates>('/api/ledger/rates', ask, query)
