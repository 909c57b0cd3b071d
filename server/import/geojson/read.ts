import type { MultiPolygon, Polygon, Position, Ring } from '../../geo/polygon.ts'
import type { Issue, Json } from '../../record/draft.ts'
import { Refusal } from '../../refusal.ts'
import { epsgOf, LONLAT_BY_FORMAT } from '../crs.ts'
import type { CrsHint } from '../crs-hint.ts'
import { mustFix, note } from '../issue.ts'
import { emptyFile, typeMismatch } from '../sniff.ts'
import type { DeliveredShape, Source, SourceRow } from '../source.ts'
import { isGb18030, isUtf8 } from '../text.ts'
import { asOneByteText, parseJson, scanJson, type ScannedJson, type Span } from './scan.ts'

type JsonObject = { readonly [name: string]: Json }

/**
 * GeoJSON (RFC 7946): a FeatureCollection, a single Feature or geometry, or one Feature per line (with or without the
 * record separators of RFC 8142). Features are parsed one at a time.
 *
 * Lon/lat unless the old member `crs` says otherwise, as GDAL and QGIS still write it; east first in either case.
 * @throws Refusal ENCODING_INVALID, ENCODING_UNSUPPORTED, FILE_TYPE_MISMATCH, FILE_EMPTY and those of `scanJson`
 */
export function readGeoJson(bytes: Uint8Array, fileName: string): Source {
  const { text, issues } = decode(bytes, fileName)
  const scanned = scanJson(text, fileName)
  const { rows, head } = parts(text, scanned, fileName)
  if (rows.length === 0) throw emptyFile(fileName)
  return {
    format: 'geojson',
    encoding: issues.length > 0 ? 'UTF-8 BOM' : 'UTF-8',
    crs: crsOf(head, fileName),
    issues: [...issues, ...displacedFrame(text, rows[0]!, fileName)],
    cutNames: new Map(),
    columns: null,
    about: {},
    rowCount: rows.length,
    *rows() {
      for (const [i, span] of rows.entries()) yield readRow(text, span, i + 1, fileName)
    },
  }
}

function decode(bytes: Uint8Array, fileName: string): { text: string; issues: Issue[] } {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw new Refusal(
      'ENCODING_UNSUPPORTED',
      {
        zh: `“${fileName}”是 UTF-16 编码;GeoJSON 应为 UTF-8。`,
        en: `"${fileName}" is UTF-16; GeoJSON is UTF-8.`,
      },
      { zh: '请另存为 UTF-8 后再导入。', en: 'Save it as UTF-8 and import it again.' },
      { file: fileName },
    )
  }
  if (!isUtf8(bytes)) throw notUtf8(bytes, fileName)
  const hasBom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  // RFC 8142 lines start with a record separator, which only stands between values.
  const text = asOneByteText(hasBom ? bytes.subarray(3) : bytes).replaceAll('\x1e', ' ')
  return {
    text,
    issues: hasBom ? [bomRemoved()] : [],
  }
}

export const bomRemoved = (): Issue =>
  note('BOM_REMOVED', {
    zh: '文件开头的 BOM 标记已略去。',
    en: 'The byte order mark at the start was left out.',
  })

function notUtf8(bytes: Uint8Array, fileName: string): Refusal {
  const asGbk = isGb18030(bytes)
  const preview = asGbk
    ? new TextDecoder('gb18030')
        .decode(bytes.subarray(0, 4_000))
        .split('\n')
        .slice(0, 3)
        .join(' ')
        .slice(0, 160)
    : ''
  return new Refusal(
    'ENCODING_INVALID',
    {
      zh: `“${fileName}”不是 UTF-8 编码。${asGbk ? `按 GBK 读为:${preview}…` : ''}`,
      en: `"${fileName}" is not UTF-8.${asGbk ? ` Read as GBK it starts: ${preview}…` : ''}`,
    },
    {
      zh: asGbk ? '看来是 GBK,请另存为 UTF-8 后再导入。' : '请另存为 UTF-8 后再导入。',
      en: asGbk
        ? 'It seems to be GBK; save it as UTF-8 and import it again.'
        : 'Save it as UTF-8 and import it again.',
    },
    { file: fileName },
  )
}

/** Which stretches are rows, and what the collection says beside its features. */
function parts(
  text: string,
  { roots, features }: ScannedJson,
  fileName: string,
): { rows: readonly Span[]; head: JsonObject | null } {
  const [first] = roots
  if (first === undefined) throw emptyFile(fileName)
  if (features !== null) {
    if (roots.length > 1)
      throw typeMismatch(fileName, {
        zh: '几个 JSON 文档连在一起的文件',
        en: 'several JSON documents in one',
      })
    const { array } = features
    const without = `${text.slice(first.start, array.start)}[]${text.slice(array.end, first.end)}`
    const head = parseJson<JsonObject>(without, { start: 0, end: without.length }, fileName, {
      file: fileName,
    })
    if (head['type'] === 'FeatureCollection') return { rows: features.members, head }
    throw typeMismatch(fileName, describeJson(head))
  }
  if (roots.length > 1) return { rows: roots, head: null }
  const only = parseJson<Json>(text, first, fileName, { file: fileName })
  if (isObject(only) && (only['type'] === 'Feature' || isPolygonal(only)))
    return { rows: [first], head: only['type'] === 'Feature' ? only : null }
  if (isObject(only) && only['type'] === 'FeatureCollection') {
    throw new Refusal(
      'JSON_INVALID',
      {
        zh: `“${fileName}”是 FeatureCollection,但没有 features 数组。`,
        en: `"${fileName}" is a FeatureCollection without an array of features.`,
      },
      {
        zh: '请由提供方重新导出为标准 GeoJSON（RFC 7946）。',
        en: 'Have the sender export it again as standard GeoJSON (RFC 7946).',
      },
      { file: fileName, field: 'features' },
    )
  }
  throw typeMismatch(fileName, describeJson(only))
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isPolygonal = (value: JsonObject): boolean =>
  value['type'] === 'Polygon' || value['type'] === 'MultiPolygon'

const nonPolygons = new Set(['Point', 'MultiPoint', 'LineString', 'MultiLineString', 'GeometryCollection'])

function describeJson(value: Json): { zh: string; en: string } {
  if (isObject(value)) {
    if (value['type'] === 'Topology') return { zh: 'TopoJSON', en: 'TopoJSON' }
    if ('geometryType' in value || 'rings' in value || 'spatialReference' in value)
      return { zh: 'Esri JSON', en: 'Esri JSON' }
    if (typeof value['type'] === 'string' && nonPolygons.has(value['type']))
      return {
        zh: `${value['type']} 类型的 GeoJSON,不是面`,
        en: `GeoJSON of type ${value['type']}, not polygons`,
      }
    if (typeof value['type'] === 'string')
      return {
        zh: `类型为“${value['type'].slice(0, 40)}”的 JSON`,
        en: `JSON of type "${value['type'].slice(0, 40)}"`,
      }
  }
  return { zh: 'JSON,但不是 GeoJSON', en: 'JSON, but not GeoJSON' }
}

function crsOf(head: JsonObject | null, fileName: string): CrsHint {
  const crs = head?.['crs']
  if (!isObject(crs)) return LONLAT_BY_FORMAT
  const properties = crs['properties']
  const name = isObject(properties) ? properties['name'] : undefined
  if (typeof name !== 'string') return LONLAT_BY_FORMAT
  if (/CRS84/i.test(name)) return LONLAT_BY_FORMAT
  return { by: 'header', label: name, srid: epsgOf(name), fileName }
}

/**
 * DataV and AMap files of districts are in GCJ-02 and do not say so: their attributes give them away. Worth a word,
 * not a guess.
 */
export function displacedFrame(text: string, first: Span, fileName: string): Issue[] {
  const row = readRow(text, first, 1, fileName)
  if (
    !row.values.has('adcode') ||
    !['parent', 'parent_adcode', 'centroid'].some((name) => row.values.has(name))
  )
    return []
  return [
    note('GCJ02_SUSPECTED', {
      zh: '属性结构与高德/DataV 边界一致,其坐标通常为 GCJ-02（火星坐标）,在株洲约偏 671 米。若是,请用 --crs GCJ-02 重新导入。',
      en: 'The attributes are those of AMap/DataV boundaries, whose coordinates are usually GCJ-02, about 671 m off at Zhuzhou. If so, import again with --crs GCJ-02.',
    }),
  ]
}

export function readRow(text: string, span: Span, rowNo: number, fileName: string): SourceRow {
  const member = parseJson<Json>(text, span, fileName, { file: fileName, row: rowNo })
  const none = { rowNo, values: new Map<string, Json>(), shape: { kind: 'none' }, repaired: false } as const
  if (!isObject(member) || (member['type'] !== 'Feature' && !isPolygonal(member))) {
    return {
      ...none,
      refused: true,
      issues: [
        mustFix('GEOJSON_FEATURE', {
          row: rowNo,
          zh: '这一项不是 GeoJSON 要素（Feature）。',
          en: 'This is not a GeoJSON Feature.',
          value: member,
        }),
      ],
    }
  }
  if (isPolygonal(member)) return { ...none, shape: shapeOf(member), issues: [] }
  const values = new Map<string, Json>()
  const id = member['id']
  if (typeof id === 'string' || typeof id === 'number') values.set('id', id)
  const properties = member['properties']
  if (isObject(properties)) {
    for (const [name, value] of Object.entries(properties))
      if (value !== null && value !== '') values.set(name, value)
  }
  return { ...none, values, shape: shapeOf(member['geometry']), issues: [] }
}

function shapeOf(geometry: Json | undefined): DeliveredShape {
  if (geometry === null || geometry === undefined) return { kind: 'none' }
  if (!isObject(geometry))
    return unusable('GEOM_TYPE', '几何不是对象。', 'The geometry is not an object.', geometry)
  const { type, coordinates } = geometry as { type?: Json; coordinates?: Json }
  if (type !== 'Polygon' && type !== 'MultiPolygon') {
    return unusable(
      'GEOM_TYPE',
      `几何类型 ${String(type)} 不是面。`,
      `Geometry type ${String(type)} is not a polygon.`,
      type,
    )
  }
  if (!Array.isArray(coordinates))
    return unusable(
      'GEOM_TYPE',
      '几何没有坐标数组。',
      'The geometry has no array of coordinates.',
      coordinates,
    )
  if (coordinates.length === 0) return { kind: 'none' }
  const polygons: MultiPolygon = []
  for (const part of type === 'Polygon' ? [coordinates] : coordinates) {
    const polygon = polygonOf(part)
    if (polygon === null)
      return unusable(
        'COORD_NOT_FINITE',
        '坐标不是成对的数。',
        'Coordinates are not pairs of numbers.',
        undefined,
      )
    if (polygon.length > 0) polygons.push(polygon)
  }
  return polygons.length === 0 ? { kind: 'none' } : { kind: 'polygons', polygons }
}

/** Null where something is no number; heights and further ordinates are left out. */
function polygonOf(part: Json): Polygon | null {
  if (!Array.isArray(part)) return null
  const polygon: Polygon = []
  for (const line of part as readonly Json[]) {
    if (!Array.isArray(line)) return null
    const ring: Ring = []
    for (const position of line as readonly Json[]) {
      if (!Array.isArray(position)) return null
      const [x, y] = position as readonly Json[]
      if (typeof x !== 'number' || typeof y !== 'number' || !Number.isFinite(x) || !Number.isFinite(y))
        return null
      const point: Position = [x, y]
      ring.push(point)
    }
    polygon.push(ring)
  }
  return polygon
}

const unusable = (code: string, zh: string, en: string, value: Json | undefined): DeliveredShape => ({
  kind: 'unusable',
  issue: mustFix(code, { field: 'geometry', zh, en, value }),
})
