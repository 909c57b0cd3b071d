/** Deadlines, what is still to find out, and what people decided. */
import type {
  DeadlinePage,
  OverridePage,
  ParcelOverride,
  SetOverride,
  Unknowns,
} from '../../server/contract.ts'
import { type Ask, type Query, get, post } from './http.ts'

export const fetchDeadlines = (query: Query, ask: Ask) => get<DeadlinePage>('/api/deadlines', ask, query)

/** The deadlines of an office for its calendar program. */
export const calendarUrl = (office: string): string => `/api/deadlines/${encodeURIComponent(office)}.ics`
export const fetchUnknowns = (ask: Ask) => get<Unknowns>('/api/unknowns', ask)

export const fetchOverrides = (query: Query, ask: Ask) => get<OverridePage>('/api/overrides', ask, query)
export const setOverride = (id: number, decided: SetOverride, ask: Ask) =>
  post<ParcelOverride>(`/api/parcels/${id}/override`, decided, ask)
export const endOverride = (id: number, words: { by: string; reason: string }, ask: Ask) =>
  post<ParcelOverride>(`/api/parcels/${id}/override`, words, ask, 'DELETE')
