/** What records say about one thing of a parcel, where they differ, and what people chose. */
import type { ChooseClaim, ConflictPage, ParcelClaims } from '../../server/contract.ts'
import { type Ask, type Query, get, post, withQuery } from './http.ts'

export const fetchClaims = (id: number, ask: Ask) => get<ParcelClaims>(`/api/parcels/${id}/claims`, ask)
export const chooseClaim = (id: number, chosen: ChooseClaim, ask: Ask) =>
  post<ParcelClaims>(`/api/parcels/${id}/claims`, chosen, ask)
export const fetchClaimConflicts = (query: Query, ask: Ask) => get<ConflictPage>('/api/claims', ask, query)
/** The list as a table, one line for each statement. */
export const claimsFileUrl = (format: 'csv' | 'xlsx', query: Query, asOf: string | null): string =>
  withQuery('/api/claims/export', { ...query, asOf: asOf ?? undefined, format })
