import type { MultiPolygon } from '../geo/polygon.ts'
import { knownSrids, transform } from '../geo/project.ts'
import { decodeMultiPolygon, encodeMultiPolygon } from '../geo/wkb.ts'
import { Refusal } from '../refusal.ts'
import type { ExportTable } from './row.ts'

/** Shapes of a table on their way out, in the CRS of the file. */
export interface Outgoing {
  /** EPSG number of the file. */
  readonly srid: number
  place(wkb: Uint8Array): MultiPolygon
  /** As WKB, untouched where the file has the CRS of the table. */
  placeWkb(wkb: Uint8Array): Uint8Array
}

/**
 * @param asked EPSG number the reader asked for
 * @param usual that of the format where nothing is asked; null: the table's own
 * @throws Refusal CRS_NOT_FOR_TABLE for a table without shapes of which a CRS is asked; GeometryError CRS_UNKNOWN
 */
export function outgoing(table: ExportTable, asked: number | null, usual: number | null = null): Outgoing {
  if (table.srid === null && asked !== null) {
    throw new Refusal(
      'CRS_NOT_FOR_TABLE',
      {
        zh: `“${table.name}”没有图形,不能指定坐标系。`,
        en: `"${table.name}" has no shapes to put in a CRS.`,
      },
      { zh: '请去掉 --crs。', en: 'Leave out --crs.' },
      { field: 'crs' },
    )
  }
  const from = table.srid ?? 0
  const srid = asked ?? (table.delivered ? from : (usual ?? from))
  const isSame = srid === from
  return {
    srid,
    place(wkb) {
      const shape = decodeMultiPolygon(wkb)
      return isSame ? shape : transform(shape, from, srid)
    },
    placeWkb: (wkb) => (isSame ? wkb : encodeMultiPolygon(transform(decodeMultiPolygon(wkb), from, srid))),
  }
}

/** Degrees, not metres. */
export const isLonLat = (srid: number): boolean => srid === 4490 || srid === 4326

/** `EPSG:4526` or `4526`; null where nothing is asked. @throws Refusal CRS_UNKNOWN */
export function sridAsked(crs: string | undefined): number | null {
  if (crs === undefined) return null
  const srid = Number(/^(?:EPSG:)?(\d{4,6})$/i.exec(crs.trim())?.[1] ?? Number.NaN)
  if (knownSrids.includes(srid)) return srid
  throw new Refusal(
    'CRS_UNKNOWN',
    {
      zh: `不支持坐标系“${crs.slice(0, 40)}”。`,
      en: `The coordinate system "${crs.slice(0, 40)}" is not supported.`,
    },
    {
      zh: '请写 EPSG 编号:经纬度 EPSG:4490,株洲 3 度带 EPSG:4547（不带带号）或 EPSG:4526（带带号）。',
      en: 'Give an EPSG number: EPSG:4490 for lon/lat, for Zhuzhou EPSG:4547 (no zone in front) or EPSG:4526 (zone in front).',
    },
    { field: 'crs' },
  )
}
