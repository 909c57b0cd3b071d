import type { Issue, Json } from '../../record/draft.ts'
import { Refusal } from '../../refusal.ts'
import { epsgOf, LONLAT_BY_FORMAT } from '../crs.ts'
import type { CrsHint } from '../crs-hint.ts'
import type { DeliveredFile } from '../delivered-file.ts'
import { note } from '../issue.ts'
import { MAX_FEATURE_BYTES } from '../limits.ts'
import { emptyFile, typeMismatch } from '../sniff.ts'
import type { Source, SourceRow } from '../source.ts'
import { JsonDocument, STRETCH_BYTES } from './document.ts'
import { JsonFault } from './fault.ts'
import { isObject, isPolygonal, readRow, type JsonObject } from './feature.ts'
import type { JsonScanner } from './scan.ts'
import type { Spans } from './spans.ts'
import { parseJson, type Span } from './text.ts'
import { toldOf } from './told.ts'

/**
 * GeoJSON (RFC 7946) in any layout: a FeatureCollection, a single Feature or geometry, or one Feature per line (with or
 * without the record separators of RFC 8142). Walked once to see that all of it is well written, and once for the rows;
 * never more of it in memory than some features.
 *
 * Lon/lat unless the old member `crs` says otherwise, as GDAL and QGIS still write it; east first in either case.
 * @param stretchBytes read at once
 * @throws Refusal ENCODING_INVALID, ENCODING_UNSUPPORTED, FILE_TYPE_MISMATCH, FILE_EMPTY and those of `told`
 */
export async function readGeoJson(
  file: DeliveredFile,
  stretchBytes: number = STRETCH_BYTES,
): Promise<Source> {
  const document = await JsonDocument.open(file)
  const { rows, head } = await parts(document, await document.scan(stretchBytes))
  if (rows.count === 0) throw emptyFile(file.name)
  const first = await document.refusing(async () => {
    const { start, end } = rows.first!
    return readRow(await document.read(start, end), { start: 0, end: end - start }, start, 1)
  })
  return {
    format: 'geojson',
    encoding: document.hasBom ? 'UTF-8 BOM' : 'UTF-8',
    crs: crsOf(head, file.name),
    issues: [...(document.hasBom ? [bomRemoved()] : []), ...displacedFrame(first)],
    cutNames: new Map(),
    columns: null,
    about: {},
    rowCount: rows.count,
    rows: () => rowsOf(document, rows),
  }
}

async function* rowsOf(document: JsonDocument, rows: Spans): AsyncGenerator<SourceRow> {
  let rowNo = 0
  try {
    for (const { start, end, spans } of rows.stretches()) {
      const text = await document.read(start, end)
      for (let i = 0; i < spans.length; i += 2)
        yield readRow(text, { start: spans[i]!, end: spans[i + 1]! }, start, ++rowNo)
    }
  } catch (error) {
    throw error instanceof JsonFault ? await document.told(error) : error
  }
}

const bomRemoved = (): Issue =>
  note('BOM_REMOVED', {
    zh: '文件开头的 BOM 标记已略去。',
    en: 'The byte order mark at the start was left out.',
  })

/** Which stretches are rows, and what the document says beside its features. */
async function parts(
  document: JsonDocument,
  { roots, members, features, bulky }: JsonScanner,
): Promise<{ rows: Spans; head: JsonObject | null }> {
  const { first } = roots
  const { fileName } = document
  if (first === null) throw emptyFile(fileName)
  if (features !== null) {
    if (roots.count > 1)
      throw typeMismatch(fileName, {
        zh: '几个 JSON 文档连在一起的文件',
        en: 'several JSON documents in one',
      })
    const head = parsed<JsonObject>(await without(document, first, [features]), fileName)
    if (head['type'] === 'FeatureCollection') return { rows: members, head }
    throw typeMismatch(fileName, describeJson(head))
  }
  const size = first.end - first.start
  const isTooLarge = size > MAX_FEATURE_BYTES
  const tooLarge = (): Promise<Refusal> =>
    document.told(new JsonFault('feature_too_large', first.start, 1, { size }))
  if (roots.count > 1) {
    if (isTooLarge) throw await tooLarge()
    return { rows: roots, head: null }
  }
  const only = isTooLarge
    ? parsed<Json>(await without(document, first, bulky), fileName)
    : await document.refusing(async () =>
        parseJson<Json>(await document.read(first.start, first.end), { start: 0, end: size }, first.start),
      )
  if (isObject(only) && (only['type'] === 'Feature' || isPolygonal(only))) {
    if (isTooLarge) throw await tooLarge()
    return { rows: roots, head: only['type'] === 'Feature' ? only : null }
  }
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

/**
 * The text of a value with some of its parts emptied.
 * @throws Refusal FEATURE_TOO_LARGE where too much is left
 */
async function without(document: JsonDocument, whole: Span, emptied: readonly Span[]): Promise<string> {
  const left = emptied.reduce((sum, { start, end }) => sum - (end - start), whole.end - whole.start)
  if (left > MAX_FEATURE_BYTES) throw besideTooLarge(left, document.fileName)
  let text = ''
  let from = whole.start
  for (const { start, end } of emptied) {
    text += await document.read(from, start + 1)
    from = end - 1
  }
  return text + (await document.read(from, whole.end))
}

function parsed<Value>(text: string, fileName: string): Value {
  try {
    return parseJson<Value>(text, { start: 0, end: text.length })
  } catch (error) {
    throw error instanceof JsonFault ? toldOf(error, text, fileName) : error
  }
}

const besideTooLarge = (bytes: number, fileName: string): Refusal =>
  new Refusal(
    'FEATURE_TOO_LARGE',
    {
      zh: `“${fileName}”在要素之外还有 ${bytes} 字节,超过 ${MAX_FEATURE_BYTES}。`,
      en: `"${fileName}" has ${bytes} bytes beside its features, more than ${MAX_FEATURE_BYTES}.`,
    },
    {
      zh: '请由提供方重新导出为标准 GeoJSON（RFC 7946）,只含要素。',
      en: 'Have the sender export it again as standard GeoJSON (RFC 7946), with features only.',
    },
    { file: fileName },
  )

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
function displacedFrame({ values }: SourceRow): Issue[] {
  if (!values.has('adcode') || !['parent', 'parent_adcode', 'centroid'].some((name) => values.has(name)))
    return []
  return [
    note('GCJ02_SUSPECTED', {
      zh: '属性结构与高德/DataV 边界一致,其坐标通常为 GCJ-02（火星坐标）,在株洲约偏 671 米。若是,请用 --crs GCJ-02 重新导入。',
      en: 'The attributes are those of AMap/DataV boundaries, whose coordinates are usually GCJ-02, about 671 m off at Zhuzhou. If so, import again with --crs GCJ-02.',
    }),
  ]
}
