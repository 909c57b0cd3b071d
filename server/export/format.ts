import { toLonLat } from '../geo/project.ts'
import { decodeMultiPolygon } from '../geo/wkb.ts'
import { Refusal } from '../refusal.ts'
import type { Cell, ExportTable } from './row.ts'

/** Formats we write; the file's ending names one. */
export const exportFormats = {
  geojson: { mediaType: 'application/geo+json; charset=utf-8', write: writeGeoJson },
  csv: { mediaType: 'text/csv; charset=utf-8', write: writeCsv },
} as const
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

/**
 * GeoJSON (RFC 7946): lon/lat in degrees, CGCS2000 (EPSG:4490), interchangeable with WGS 84 at this accuracy.
 * One feature per line, so that a large file can be read line by line.
 */
async function* writeGeoJson(table: ExportTable): AsyncGenerator<string> {
  yield `{"type":"FeatureCollection","name":${JSON.stringify(table.name)},"features":[\n`
  let isFirst = true
  for await (const { id, cells, wkb } of table.rows) {
    const geometry =
      wkb === null ? null : { type: 'MultiPolygon', coordinates: rounded(toLonLat(decodeMultiPolygon(wkb))) }
    const feature = JSON.stringify({
      type: 'Feature',
      id,
      geometry,
      properties: inOrder(table.columns, cells),
    })
    yield isFirst ? feature : `,\n${feature}`
    isFirst = false
  }
  yield '\n]}\n'
}

/**
 * CSV (RFC 4180), UTF-8 with a byte order mark, without which Excel garbles Chinese. Texts a spreadsheet would run as
 * a formula get an apostrophe in front.
 */
async function* writeCsv(table: ExportTable): AsyncGenerator<string> {
  yield `\ufeff${table.columns.map(csvCell).join(',')}\r\n`
  for await (const { cells } of table.rows) {
    yield `${table.columns.map((column) => csvCell(cells[column] ?? null)).join(',')}\r\n`
  }
}

/** @see https://owasp.org/www-community/attacks/CSV_Injection */
export function csvCell(value: Cell): string {
  if (value === null) return ''
  if (typeof value !== 'string') return String(value)
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

const inOrder = (columns: readonly string[], cells: Readonly<Record<string, Cell>>): Record<string, Cell> =>
  Object.fromEntries(
    columns.filter((column) => cells[column] !== undefined).map((column) => [column, cells[column]!]),
  )

/** Nine decimals of a degree are a tenth of a millimetre: the grid the shapes are stored on. */
const rounded = (shape: [number, number][][][]): [number, number][][][] =>
  shape.map((polygon) =>
    polygon.map((ring) => ring.map(([lon, lat]): [number, number] => [round9(lon), round9(lat)])),
  )
const round9 = (degrees: number): number => Math.round(degrees * 1e9) / 1e9
