/** A drawn area. */
import type { AreaBrief, OverlapPreview } from '../../server/contract.ts'
import type * as GeoJSON from 'geojson'
import { type Ask, post } from './http.ts'

export type DrawnGeometry = GeoJSON.Polygon | GeoJSON.MultiPolygon

export const briefArea = (geometry: DrawnGeometry, ask: Ask) =>
  post<AreaBrief>('/api/areas/brief', { geometry }, ask)
export const previewOverlaps = (
  geometry: DrawnGeometry,
  as: 'approval' | 'supply' | 'registration',
  ask: Ask,
) => post<OverlapPreview>('/api/overlaps/preview', { geometry, as }, ask)
