/** The page's questions to the server, kept and shared by what they ask. */
import { useInfiniteQuery, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query'
import { createContext, useContext, useEffect, useRef } from 'react'
import type { ParcelRow } from '../server/contract.ts'
import * as api from './api.ts'
import type { Bounds } from './map/geography.ts'
import { drawnGeometry } from './map/geography.ts'
import { useView } from './use-view.ts'
import { parcelQuery, type Filter } from './filter.ts'
import { type DrawnPurpose, type DrawnRing, type Language, type Sort } from './view.ts'

export const CatalogContext = createContext<api.Catalog | null>(null)

/** The catalog; only inside what `App` renders once it has arrived. */
export function useCatalog(): api.Catalog {
  const catalog = useContext(CatalogContext)
  if (!catalog) throw new Error('useCatalog is for panels rendered inside CatalogContext.')
  return catalog
}

/** It is asked every minute, and whenever the reader comes back, whether somebody else has built meanwhile. */
const watching = { refetchInterval: 60_000, refetchOnWindowFocus: 'always' } as const

export function useCatalogQuery(how: Partial<typeof watching> = {}) {
  const { lang, asOf } = useView()
  return useQuery({
    queryKey: ['catalog', asOf],
    queryFn: ({ signal }) => api.fetchCatalog({ lang, asOf, signal }),
    staleTime: 60_000,
    ...how,
  })
}

/**
 * The catalog, looked after: when what readers see has changed, by whomever, every other answer is asked for anew, or list,
 * map and card would speak of different builds.
 */
export function useWatchedCatalog() {
  const { asOf } = useView()
  const client = useQueryClient()
  const catalog = useCatalogQuery(watching)
  const version = catalog.data?.tilesVersion
  const shown = useRef<{ readonly asOf: string | null; readonly version: string | undefined } | null>(null)
  useEffect(() => {
    if (version === undefined) return
    const before = shown.current
    shown.current = { asOf, version }
    if (before !== null && before.asOf === asOf && before.version !== version)
      void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'catalog' })
  }, [asOf, version, client])
  return catalog
}

export function useStats(filter: Filter) {
  const { lang, asOf } = useView()
  const query = parcelQuery(filter)
  return useQuery({
    queryKey: ['stats', asOf, query],
    queryFn: ({ signal }) => api.fetchStats(query, { lang, asOf, signal }),
    placeholderData: (before, asked) => ofSameDay(before, asked, asOf),
  })
}

/** While the next answer loads the one before stays, unless it is another day's. @param asked its key names the day second */
export const ofSameDay = <T>(
  before: T | undefined,
  asked: { readonly queryKey: readonly unknown[] } | undefined,
  asOf: string | null,
): T | undefined => (asked?.queryKey[1] === asOf ? before : undefined)

const pageSize = 200

/** The list, page after page by cursor. @param within degrees; null: everywhere. */
export function useParcelPages(filter: Filter, sort: Sort, within: Bounds | null) {
  const { lang, asOf } = useView()
  const query: api.Query = {
    ...parcelQuery(filter, within),
    sort,
    limit: String(pageSize),
  }
  return useInfiniteQuery({
    queryKey: ['parcels', asOf, query],
    queryFn: ({ signal, pageParam }) =>
      api.fetchParcels({ ...query, cursor: pageParam }, { lang, asOf, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    placeholderData: (before, asked) => ofSameDay(before, asked, asOf),
  })
}

export interface Matches {
  readonly rows: readonly ParcelRow[]
  /** Of all that match, sent or not. */
  readonly total: number
}

/**
 * Text and CQL2 are beyond what a tile can tell: the parcels that match, as many as a page can well hold.
 * Null: the filter has no such part.
 */
export function useMatches(filter: Filter): Matches | null {
  const { lang, asOf } = useView()
  const beyondTiles = filter.q.trim() !== '' || filter.cql.trim() !== ''
  const query = parcelQuery(filter)
  const { data } = useQuery({
    queryKey: ['matching', asOf, query],
    queryFn: ({ signal }) => fetchMatches(query, { lang, asOf, signal }),
    enabled: beyondTiles,
    placeholderData: (before, asked) => ofSameDay(before, asked, asOf),
  })
  return beyondTiles ? (data ?? noMatches) : null
}
const noMatches: Matches = { rows: [], total: 0 }
const mostMatches = 10_000

async function fetchMatches(
  query: api.Query,
  ask: { lang: Language; asOf: string | null; signal: AbortSignal },
): Promise<Matches> {
  const rows: ParcelRow[] = []
  let cursor: string | undefined
  for (;;) {
    const page = await api.fetchParcels({ ...query, limit: '2000', cursor }, ask)
    rows.push(...page.rows)
    if (page.nextCursor === null || rows.length >= mostMatches) return { rows, total: page.total }
    cursor = page.nextCursor
  }
}

export function useSuggestions(text: string) {
  const { lang, asOf } = useView()
  return useQuery({
    queryKey: ['suggestions', asOf, text],
    queryFn: ({ signal }) => api.fetchParcels({ q: text, limit: '8' }, { lang, asOf, signal }),
    enabled: text.trim().length >= 2,
    placeholderData: (before, asked) => ofSameDay(before, asked, asOf),
  })
}

/** One question about one parcel. */
export function useAboutParcel<T>(
  what: string,
  id: number | null,
  ask: (id: number, ask: { lang: Language; asOf: string | null; signal: AbortSignal }) => Promise<T>,
) {
  const { lang, asOf } = useView()
  return useQuery({
    queryKey: ['parcel', id, what, asOf, lang],
    queryFn: ({ signal }) => ask(id as number, { lang, asOf, signal }),
    enabled: id !== null,
    staleTime: 60_000,
  })
}
export const useParcel = (id: number | null) => useAboutParcel('card', id, api.fetchParcel)
export const useDossier = (id: number | null) => useAboutParcel('dossier', id, api.fetchDossier)
export const useLineage = (id: number | null) => useAboutParcel('lineage', id, api.fetchLineage)
export const useConflicts = (id: number | null) => useAboutParcel('conflicts', id, api.fetchConflicts)
export const useStrategy = (id: number | null) => useAboutParcel('strategy', id, api.fetchStrategy)

/**
 * A question to the ledger as of the day the view looks from. The day is part of what the answer is kept under, so one
 * day's answer never stands in for another's; so is the language, in which a refusal is worded.
 * @param steady while a next page loads, the one before stays, as long as it is of the same day
 */
function useLedgerAnswer<T>(
  what: string,
  query: api.Query,
  fetch: (query: api.Query, ask: { lang: Language; asOf: string | null; signal: AbortSignal }) => Promise<T>,
  { enabled = true, steady = false }: { enabled?: boolean; steady?: boolean } = {},
): UseQueryResult<T> {
  const { lang, asOf } = useView()
  return useQuery({
    queryKey: ['ledger', asOf, what, lang, query],
    queryFn: ({ signal }) => fetch(query, { lang, asOf, signal }),
    enabled,
    placeholderData: (before, asked) => (steady ? ofSameDay(before, asked, asOf) : undefined),
  })
}

export function useLedger() {
  return useLedgerAnswer('districts', {}, (_, ask) => api.fetchLedger(ask))
}

/** The pieces of the figure the ledger page has open, by district or by document; none on another page. */
export function useLedgerPieces() {
  const { page, book, cell, batchFigure } = useView()
  const ofCell = page === 'ledger' && book === 'districts' ? cell : null
  const ofDoc = page === 'ledger' && book === 'batches' ? batchFigure : null
  const ofDistrict = useLedgerAnswer(
    'pieces',
    { ...ofCell },
    (_, ask) => api.fetchLedgerPieces(ofCell!.district, ofCell!.account, ask),
    { enabled: ofCell !== null },
  )
  const ofBatch = useLedgerAnswer('batch-pieces', { ...ofDoc }, api.fetchBatchPieces, {
    enabled: ofDoc !== null,
  })
  return book === 'batches' ? ofBatch : ofDistrict
}

/** Rows of one page of a long list. */
export const ledgerPageSize = 20
const pageOf = (page: number): api.Query => ({
  limit: String(ledgerPageSize),
  offset: String((page - 1) * ledgerPageSize),
})

export function useBatches() {
  const { onlyOpen, bookPage } = useView()
  const query = { ...pageOf(bookPage), open: onlyOpen ? 'true' : undefined }
  return useLedgerAnswer('batches', query, api.fetchBatches, { steady: true })
}

export function useRemainders() {
  const { landState, clock, bookPage } = useView()
  const query = { ...pageOf(bookPage), state: landState ?? undefined, clock: clock ?? undefined }
  return useLedgerAnswer('remainders', query, api.fetchRemainders, { steady: true })
}

export function useRates() {
  const { rateYear } = useView()
  return useLedgerAnswer('rates', { year: rateYear === null ? undefined : String(rateYear) }, api.fetchRates)
}

export function useAreaBrief(drawn: DrawnRing | null) {
  const { lang, asOf } = useView()
  return useQuery({
    queryKey: ['area-brief', asOf, drawn],
    queryFn: ({ signal }) => api.briefArea(drawnGeometry(drawn!), { lang, asOf, signal }),
    enabled: drawn !== null,
    staleTime: 60_000,
  })
}

export function useOverlapPreview(drawn: DrawnRing | null, purpose: DrawnPurpose) {
  const { lang } = useView()
  return useQuery({
    queryKey: ['overlap-preview', drawn, purpose],
    queryFn: ({ signal }) =>
      api.previewOverlaps(drawnGeometry(drawn!), purpose as Exclude<DrawnPurpose, 'brief'>, { lang, signal }),
    enabled: drawn !== null && purpose !== 'brief',
    staleTime: 60_000,
  })
}

export function useDeliveries() {
  const { lang } = useView()
  return useQuery({
    queryKey: ['deliveries'],
    queryFn: ({ signal }) => api.fetchDeliveries({ lang, signal }),
  })
}

export function useProfiles() {
  const { lang } = useView()
  return useQuery({
    queryKey: ['profiles'],
    queryFn: ({ signal }) => api.fetchProfiles({ lang, signal }),
  })
}

export function useProfile(id: number) {
  const { lang } = useView()
  return useQuery({
    queryKey: ['profiles', id],
    queryFn: ({ signal }) => api.fetchProfile(id, { lang, signal }),
  })
}

export function usePlaces(at: { readonly lon: number; readonly lat: number } | null) {
  const { lang, asOf } = useView()
  return useQuery({
    queryKey: ['places', asOf, at],
    queryFn: ({ signal }) => api.fetchPlaces(at!.lon, at!.lat, { lang, asOf, signal }),
    enabled: at !== null,
  })
}

export function useIssues(delivery: number) {
  const { lang } = useView()
  return useQuery({
    queryKey: ['issues', delivery],
    queryFn: ({ signal }) => api.fetchIssues(delivery, { lang, signal }),
    staleTime: 300_000,
  })
}

/** Findings of a delivery by type, and its repairs, where it is opened. */
export function useIssueGroups(delivery: number) {
  const { lang } = useView()
  return useQuery({
    queryKey: ['issue-groups', delivery],
    queryFn: ({ signal }) => api.fetchIssueGroups(delivery, { lang, signal }),
  })
}

export function useRepairs(delivery: number) {
  const { lang } = useView()
  return useQuery({
    queryKey: ['repairs', delivery],
    queryFn: ({ signal }) => api.fetchRepairs(delivery, { lang, signal }),
  })
}

/** Jobs asked for lately, with how each ended; one a crash cut short says what was kept. */
export function useJobs() {
  const { lang } = useView()
  return useQuery({
    queryKey: ['jobs'],
    queryFn: ({ signal }) => api.fetchJobs({ lang, signal }),
  })
}

/** Exports that ran as jobs, with the files still kept; asked for again when one is started or ends. */
export function useExports() {
  const { lang } = useView()
  return useQuery({
    queryKey: ['exports'],
    queryFn: ({ signal }) => api.fetchExports({ lang, signal }),
    // one that ends between the list and the look at it is not missed
    refetchInterval: ({ state }) => (state.data?.every((job) => api.isOver(job)) === false ? 3_000 : false),
  })
}

export function useBasemap() {
  const { lang } = useView()
  return useQuery({
    queryKey: ['basemap'],
    queryFn: ({ signal }) => api.fetchBasemap({ lang, signal }),
    staleTime: Infinity,
    retry: false,
  })
}

/** Deadlines of the office and light the view asks for, soonest first, page after page. */
export function useDeadlinePages() {
  const { lang, office, light } = useView()
  const query: api.Query = { office: office ?? undefined, light: light ?? undefined, limit: String(pageSize) }
  return useInfiniteQuery({
    queryKey: ['deadlines', query],
    queryFn: ({ signal, pageParam }) => api.fetchDeadlines({ ...query, cursor: pageParam }, { lang, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    placeholderData: (before) => before,
  })
}

export function useUnknowns() {
  const { lang } = useView()
  return useQuery({
    queryKey: ['unknowns'],
    queryFn: ({ signal }) => api.fetchUnknowns({ lang, signal }),
    staleTime: 300_000,
  })
}

export function useOverrides(state: string) {
  const { lang } = useView()
  return useInfiniteQuery({
    queryKey: ['overrides', state],
    queryFn: ({ signal, pageParam }) =>
      api.fetchOverrides({ state, cursor: pageParam, limit: '100' }, { lang, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  })
}
