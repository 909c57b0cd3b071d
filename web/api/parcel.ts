/** Parcels, and what is known of each. */
import type {
  Catalog,
  Conflicts,
  Dossier,
  Explanation,
  Lineage,
  ParcelCard,
  ParcelPage,
  Places,
  Stats,
} from '../../server/contract.ts'
import { type Ask, type Query, get } from './http.ts'

export const fetchCatalog = (ask: Ask) => get<Catalog>('/api/catalog', ask)

export const fetchStats = (query: Query, ask: Ask) => get<Stats>('/api/stats', ask, query)
export const fetchParcels = (query: Query, ask: Ask) => get<ParcelPage>('/api/parcels', ask, query)

export const fetchParcel = (id: number, ask: Ask) => get<ParcelCard>(`/api/parcels/${id}`, ask)
export const fetchDossier = (id: number, ask: Ask) => get<Dossier>(`/api/parcels/${id}/dossier`, ask)

export const fetchLineage = (id: number, ask: Ask) => get<Lineage>(`/api/parcels/${id}/lineage`, ask)
export const fetchConflicts = (id: number, ask: Ask) => get<Conflicts>(`/api/parcels/${id}/conflicts`, ask)

export const fetchStrategy = (id: number, ask: Ask) => get<Explanation>(`/api/parcels/${id}/strategy`, ask)
export const fetchPlaces = (lon: number, lat: number, ask: Ask) =>
  get<Places>('/api/places', ask, { lon: String(lon), lat: String(lat) })
