/** The page's questions to the server, kept and shared by what they ask. */
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { createContext, useContext } from 'react'
import type { ParcelRow } from '../server/contract.ts'
import * as api from './api.ts'
import type { Bounds } from './map/geography.ts'
import { drawnGeometry } from './map/geography.ts'
import { useView } from './use-view.ts'
import { parcelQuery, type DrawnPurpose, type DrawnRing, type Filter, type Sort } from './view.ts'

export const CatalogContext = createContext<api.Catalog | null>(null)

/** The catalog; only inside what `App` renders once it has arrived. */
export function useCatalog(): api.Catalog {
  const catalog = useContext(CatalogContext)
  if (!catalog) throw new Error('useCatalog is for panels rendered inside CatalogContext.')
  return catalog
}

export function useCatalogQuery() {
  const { lang } = useView()
  return useQuery({
    queryKey: ['catalog'],
    queryFn: ({ signal }) => api.fetchCatalog({ lang, signal }),
    staleTime: 60_000,
  })
}

export function useStats(filter: Filter) {
  const { lang } = useView()
  const query = parcelQuery(filter)
  return useQuery({
    queryKey: ['stats', query],
    queryFn: ({ signal }) => api.fetchStats(query, { lang, signal }),
    placeholderData: keepPreviousData,
  })
}

const pageSize = 200

/** The list, page after page by cursor. @param within degrees; null: everywhere. */
export function useParcelPages(filter: Filter, sort: Sort, within: Bounds | null) {
  const { lang } = useView()
  const query: api.Query = {
    ...parcelQuery(filter),
    sort,
    limit: String(pageSize),
    bbox: within ? within.map((d) => d.toFixed(6)).join(',') : undefined,
  }
  return useInfiniteQuery({
    queryKey: ['parcels', query],
    queryFn: ({ signal, pageParam }) => api.fetchParcels({ ...query, cursor: pageParam }, { lang, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
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
  const { lang } = useView()
  const beyondTiles = filter.q.trim() !== '' || filter.cql.trim() !== ''
  const query = parcelQuery(filter)
  const { data } = useQuery({
    queryKey: ['matching', query],
    queryFn: ({ signal }) => fetchMatches(query, { lang, signal }),
    enabled: beyondTiles,
    placeholderData: keepPreviousData,
  })
  return beyondTiles ? (data ?? noMatches) : null
}
const noMatches: Matches = { rows: [], total: 0 }
const mostMatches = 10_000

async function fetchMatches(
  query: api.Query,
  ask: { lang: 'zh' | 'en'; signal: AbortSignal },
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
  const { lang } = useView()
  return useQuery({
    queryKey: ['suggestions', text],
    queryFn: ({ signal }) => api.fetchParcels({ q: text, limit: '8' }, { lang, signal }),
    enabled: text.trim().length >= 2,
    placeholderData: keepPreviousData,
  })
}

/** One question about one parcel. */
function useAboutParcel<T>(
  what: string,
  id: number | null,
  ask: (id: number, ask: { lang: 'zh' | 'en'; signal: AbortSignal }) => Promise<T>,
) {
  const { lang } = useView()
  return useQuery({
    queryKey: ['parcel', id, what, lang],
    queryFn: ({ signal }) => ask(id as number, { lang, signal }),
    enabled: id !== null,
    staleTime: 60_000,
  })
}
export const useParcel = (id: number | null) => useAboutParcel('card', id, api.fetchParcel)
export const useDossier = (id: number | null) => useAboutParcel('dossier', id, api.fetchDossier)
export const useLineage = (id: number | null) => useAboutParcel('lineage', id, api.fetchLineage)
export const useConflicts = (id: number | null) => useAboutParcel('conflicts', id, api.fetchConflicts)
export const useStrategy = (id: number | null) => useAboutParcel('strategy', id, api.fetchStrategy)

export function useLedger() {
  const { lang } = useView()
  return useQuery({ queryKey: ['ledger'], queryFn: ({ signal }) => api.fetchLedger({ lang, signal }) })
}

export function useLedgerPieces(cell: { district: string; account: string } | null) {
  const { lang } = useView()
  return useQuery({
    queryKey: ['ledger-pieces', cell],
    queryFn: ({ signal }) => api.fetchLedgerPieces(cell!.district, cell!.account, { lang, signal }),
    enabled: cell !== null,
  })
}

export function useAreaBrief(drawn: DrawnRing | null) {
  const { lang } = useView()
  return useQuery({
    queryKey: ['area-brief', drawn],
    queryFn: ({ signal }) => api.briefArea(drawnGeometry(drawn!), { lang, signal }),
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

export function usePlaces(at: { readonly lon: number; readonly lat: number } | null) {
  const { lang } = useView()
  return useQuery({
    queryKey: ['places', at],
    queryFn: ({ signal }) => api.fetchPlaces(at!.lon, at!.lat, { lang, signal }),
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

export function useBasemap() {
  const { lang } = useView()
  return useQuery({
    queryKey: ['basemap'],
    queryFn: ({ signal }) => api.fetchBasemap({ lang, signal }),
    staleTime: Infinity,
    retry: false,
  })
}
