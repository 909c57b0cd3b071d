import { LONLAT_SRID, type MultiPolygon, type Position } from '../geo/polygon.ts'
import { isLonLat, outgoing, type Outgoing } from './place.ts'
import type { Cell, ExportRow, ExportTable } from './row.ts'

/**
 * GeoJSON (RFC 7946): lon/lat in degrees, CGCS2000 (EPSG:4490), interchangeable with WGS 84 at this accuracy; another
 * CRS only where asked for, named in the old member `crs` as GDAL and QGIS do. One feature per line, so that a large
 * file can be read line by line.
 */
export async function* writeGeoJson(table: ExportTable, crs: number | null = null): AsyncGenerator<string> {
  const out = outgoing(table, crs, LONLAT_SRID)
  yield `{"type":"FeatureCollection","name":${JSON.stringify(table.name)},${crsMember(table, out)}"features":[\n`
  let isFirst = true
  for await (const row of table.rows) {
    const feature = featureOf(table, out, row)
    yield isFirst ? feature : `,\n${feature}`
    isFirst = false
  }
  yield '\n]}\n'
}

/** One feature per line and nothing around them, for files of any size; always lon/lat, because nothing could say otherwise. */
export async function* writeGeoJsonLines(table: ExportTable): AsyncGenerator<string> {
  const out = outgoing(table, table.srid === null ? null : LONLAT_SRID)
  for await (const row of table.rows) yield `${featureOf(table, out, row)}\n`
}

const crsMember = ({ srid }: ExportTable, out: Outgoing): string =>
  srid === null || isLonLat(out.srid)
    ? ''
    : `"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::${out.srid}"}},`

function featureOf(table: ExportTable, out: Outgoing, { id, cells, wkb }: ExportRow): string {
  const properties: Record<string, Cell> = {}
  for (const { name } of table.columns) {
    const value = cells[name]
    if (value !== undefined) properties[name] = value
  }
  const geometry = wkb === null ? null : { type: 'MultiPolygon', coordinates: coordinates(table, out, wkb) }
  return JSON.stringify({ type: 'Feature', id, geometry, properties })
}

function coordinates(table: ExportTable, out: Outgoing, wkb: Uint8Array): MultiPolygon {
  const shape = out.place(wkb)
  if (table.delivered && out.srid === table.srid) return shape
  const round = isLonLat(out.srid) ? round9 : round4
  return shape.map((polygon) => polygon.map((ring) => ring.map(([x, y]): Position => [round(x), round(y)])))
}

/** Nine decimals of a degree are a tenth of a millimetre: the grid the shapes are stored on. */
const round9 = (degrees: number): number => Math.round(degrees * 1e9) / 1e9
const round4 = (metres: number): number => Math.round(metres * 1e4) / 1e4
