/** Exports: the small ones a browser fetches, the large ones that run as jobs. */
import type { ExportJob, ExportOrder, Job } from '../../server/contract.ts'
import { type Ask, get, post, withQuery } from './http.ts'

/** What parcels can be saved as, by the name of the format and as people call it. */
export const exportFormats = {
  xlsx: 'XLSX',
  csv: 'CSV',
  gpkg: 'GeoPackage',
  'shp.zip': 'Shapefile (GBK)',
  geojson: 'GeoJSON',
  txt: 'TXT (GBK)',
} as const
export type ExportFormat = keyof typeof exportFormats

/** Beyond this many parcels an export is a job: it would hold the browser for longer than people wait. */
export const LARGE_EXPORT = 10_000

/** Which parcels: nothing given, all of them. `filter` is CQL2; words and box are as the list is asked for. */
export type ExportedParcels = Pick<ExportOrder, 'filter' | 'q' | 'bbox'>

/** Where the browser fetches an export of parcels. */
export const exportUrl = (format: ExportFormat, parcels: ExportedParcels, asOf: string | null): string =>
  withQuery('/api/export', { kind: 'parcels', format, ...parcels, asOf: asOf ?? undefined })

/** The same as a job. */
export const startExport = (
  format: ExportFormat,
  parcels: ExportedParcels,
  { asOf, ...ask }: Ask,
): Promise<Job> => {
  const order: ExportOrder = { kind: 'parcels', format, ...parcels, ...(asOf && { asOf }) }
  return post<Job>('/api/exports', order, ask)
}

export const fetchExports = (ask: Ask) => get<ExportJob[]>('/api/exports', ask)
export const exportFileUrl = (jobId: number): string => `/api/exports/${jobId}/file`
