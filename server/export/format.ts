import { Refusal } from '../refusal.ts'
import { writeBoundaryTxt } from './boundary-txt.ts'
import { writeCsv } from './csv.ts'
import { writeGeoJson, writeGeoJsonLines } from './geojson.ts'
import { writeGeoPackage } from './geopackage.ts'
import type { ExportTable } from './row.ts'
import { writeShapefile } from './shapefile/write.ts'
import { writeXlsx } from './xlsx.ts'

/** A format we write. @param crs EPSG number asked for, null: as the format and the table have it */
export interface ExportWriter {
  readonly mediaType: string
  write(table: ExportTable, crs?: number | null): AsyncGenerator<string | Uint8Array>
}

/** Formats we write; the file's ending names one. */
export const exportFormats = {
  geojson: { mediaType: 'application/geo+json; charset=utf-8', write: writeGeoJson },
  geojsonl: { mediaType: 'application/geo+json-seq; charset=utf-8', write: writeGeoJsonLines },
  gpkg: { mediaType: 'application/geopackage+sqlite3', write: writeGeoPackage },
  'shp.zip': { mediaType: 'application/zip', write: writeShapefile },
  csv: { mediaType: 'text/csv; charset=utf-8', write: writeCsv },
  xlsx: {
    mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    write: writeXlsx,
  },
  txt: { mediaType: 'text/plain; charset=gb18030', write: writeBoundaryTxt },
} as const satisfies Record<string, ExportWriter>
export type ExportFormat = keyof typeof exportFormats

/** @throws Refusal `FORMAT_UNKNOWN` naming the formats there are. */
export function exportFormat(name: string): ExportFormat {
  const found = (Object.keys(exportFormats) as ExportFormat[]).find((format) => format === name.toLowerCase())
  if (found) return found
  const list = Object.keys(exportFormats)
  throw new Refusal(
    'FORMAT_UNKNOWN',
    { zh: `不能写出“${name.slice(0, 20)}”格式。`, en: `The format "${name.slice(0, 20)}" is not written.` },
    {
      zh: `可用:${list.map((each) => `.${each}`).join('、')}。`,
      en: `There are: ${list.map((each) => `.${each}`).join(', ')}.`,
    },
    { field: 'format' },
  )
}

/** The format a file's name ends in, `.shp.zip` before `.zip`. @throws Refusal `FORMAT_UNKNOWN` */
export function formatOfFile(path: string): ExportFormat {
  const name = path.toLowerCase()
  const found = (Object.keys(exportFormats) as ExportFormat[]).find((format) => name.endsWith(`.${format}`))
  return found ?? exportFormat(/\.([^./\\]*)$/.exec(path)?.[1] ?? '')
}
