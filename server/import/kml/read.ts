import { kml } from '@tmcw/togeojson'
import { DOMParser, ParseError } from '@xmldom/xmldom'
import type { Geometry } from 'geojson'
import type { MultiPolygon } from '../../geo/polygon.ts'
import type { Issue, Json } from '../../record/draft.ts'
import { Refusal } from '../../refusal.ts'
import { LONLAT_BY_FORMAT } from '../crs.ts'
import { note } from '../issue.ts'
import { MAX_XML_BYTES } from '../limits.ts'
import { noPolygon, polygonsShape, unusable } from '../shape-of.ts'
import { emptyFile, typeMismatch } from '../sniff.ts'
import type { DeliveredShape, Source, SourceRow } from '../source.ts'
import { decodeText } from '../text.ts'
import { refuseDtd } from '../xml.ts'

/**
 * The placemarks of a KML in document order, lon/lat. Attributes are those of ExtendedData, and of the table programs
 * put into the description; styles and pictures are never looked at, and nothing a KML points to is fetched.
 * @throws Refusal XML_DTD_FORBIDDEN, REFERENCE_FORBIDDEN for a KML that is only a link, XML_INVALID, FILE_EMPTY
 */
export function readKml(bytes: Uint8Array, fileName: string): Source {
  if (bytes.length > MAX_XML_BYTES)
    throw typeMismatch(fileName, {
      zh: `超过 ${MAX_XML_BYTES} 字节的 KML`,
      en: `a KML of over ${MAX_XML_BYTES} bytes`,
    })
  const { text, encoding } = decodeText(bytes, fileName)
  refuseDtd(text, fileName)
  refuseLinks(text, fileName)
  const { features } = kml(parsed(text, fileName))
  if (features.length === 0) throw emptyFile(fileName)
  const hasHeights = /<coordinates>\s*-?[\d.]+,-?[\d.]+,-?0*[1-9]/.test(text)
  const issues: Issue[] = hasHeights
    ? [
        note('HEIGHTS_LEFT_OUT', {
          field: 'geometry',
          zh: '坐标带高程,只采用平面坐标。',
          en: 'Coordinates carry heights; only plane coordinates are used.',
        }),
      ]
    : []
  return {
    format: 'kml',
    encoding,
    crs: LONLAT_BY_FORMAT,
    issues,
    cutNames: new Map(),
    columns: null,
    about: {},
    rowCount: features.length,
    *rows() {
      for (const [i, feature] of features.entries()) {
        const properties = (feature.properties ?? {}) as Readonly<Record<string, Json>>
        yield readRow(properties, feature.geometry, i + 1)
      }
    },
  }
}

function parsed(text: string, fileName: string): ReturnType<DOMParser['parseFromString']> {
  let complaint: string | undefined
  try {
    const document = new DOMParser({
      onError: (level, message) => {
        if (level !== 'warning') complaint ??= message
      },
    }).parseFromString(text, 'text/xml')
    if (complaint === undefined) return document
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    complaint = error.message
  }
  throw new Refusal(
    'XML_INVALID',
    {
      zh: `“${fileName}”不是完整的 XML（${complaint.slice(0, 160)}）。`,
      en: `"${fileName}" is no well-formed XML (${complaint.slice(0, 160)}).`,
    },
    { zh: '请重新导出或重新取得文件。', en: 'Export it again or get it again.' },
    { file: fileName },
  )
}

/** A link in place of data: what it names is fetched by whoever opens it, and we fetch nothing. */
function refuseLinks(text: string, fileName: string): void {
  const link = /<(?:\w+:)?(NetworkLink|NetworkLinkControl|Model|PhotoOverlay)[\s>]/.exec(text)
  if (!link) return
  throw new Refusal(
    'REFERENCE_FORBIDDEN',
    {
      zh: `“${fileName}”含 ${link[1]!},引用了文件之外的内容,不予读取。`,
      en: `"${fileName}" holds a ${link[1]!}, which points outside the file, and is not read.`,
    },
    { zh: '请导出含实际图形的 KML 或 KMZ。', en: 'Export a KML or KMZ that holds the shapes themselves.' },
    { file: fileName },
  )
}

const styling =
  /^(?:styleUrl|styleHash|styleMapHash|stroke|fill|icon|label)(?:-.*)?$|^(?:visibility|icon|@geometry-type)$|^(?:stroke|fill|icon|label)[A-Z-].*$/

function readRow(
  properties: Readonly<Record<string, Json>>,
  geometry: Geometry | null,
  rowNo: number,
): SourceRow {
  const values = new Map<string, Json>()
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === '' || styling.test(name)) continue
    if (name === 'description') {
      for (const [key, cell] of describedTable(value)) if (!values.has(key)) values.set(key, cell)
    } else values.set(name, value)
  }
  const isOverlay = properties['@geometry-type'] === 'groundoverlay'
  const shape = isOverlay ? noPolygon('GroundOverlay') : shapeOf(geometry)
  return { rowNo, values, shape, issues: [], repaired: false }
}

/** Rows of two cells in an HTML description, as ArcGIS and others export attributes; else the description itself. */
function describedTable(description: Json): [string, Json][] {
  const text =
    typeof description === 'string'
      ? description
      : String((description as { readonly value?: Json })['value'] ?? '')
  const cells = [
    ...text.matchAll(/<tr[^>]*>\s*<t[dh][^>]*>([^<]*)<\/t[dh]>\s*<t[dh][^>]*>([^<]*)<\/t[dh]>\s*<\/tr>/gi),
  ]
  const pairs = cells
    .map(([, key, value]): [string, Json] => [unescaped(key!), unescaped(value!)])
    .filter(([key, value]) => key !== '' && value !== '' && value !== '<Null>')
  return pairs.length > 0 ? pairs : [['description', text.slice(0, 2_000)]]
}

const unescaped = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&amp;', '&')
    .trim()

function shapeOf(geometry: Geometry | null): DeliveredShape {
  if (geometry === null) return { kind: 'none' }
  if (geometry.type === 'Polygon') return polygonsShape(plain([geometry.coordinates]))
  if (geometry.type === 'MultiPolygon') return polygonsShape(plain(geometry.coordinates))
  if (geometry.type !== 'GeometryCollection') return noPolygon(geometry.type)
  const polygons: MultiPolygon = []
  for (const part of geometry.geometries) {
    const shape = shapeOf(part)
    if (shape.kind === 'unusable')
      return unusable(
        'GEOM_TYPE',
        `组合几何中含 ${part.type},不全是面。`,
        `The placemark combines polygons with a ${part.type}.`,
        part.type,
      )
    if (shape.kind === 'polygons') polygons.push(...shape.polygons)
  }
  return polygonsShape(polygons)
}

const plain = (polygons: readonly number[][][][]): MultiPolygon =>
  polygons.map((polygon) =>
    polygon.map((ring) => ring.map(([x, y]): [number, number] => [x ?? Number.NaN, y ?? Number.NaN])),
  )
