import { kml } from '@tmcw/togeojson'
import { DOMParser, ParseError } from '@xmldom/xmldom'
import type { Geometry } from 'geojson'
import type { MultiPolygon } from '../../geo/polygon.ts'
import type { Issue, Json } from '../../record/draft.ts'
import { Refusal } from '../../refusal.ts'
import { LONLAT_BY_FORMAT } from '../crs.ts'
import { note } from '../issue.ts'
import { fileTooLarge, type DeliveredFile } from '../delivered-file.ts'
import { MAX_AROUND_CHARS, MAX_FEATURE_BYTES } from '../limits.ts'
import { noPolygon, polygonsShape, unusable } from '../shape-of.ts'
import { emptyFile } from '../sniff.ts'
import type { DeliveredShape, Source, SourceRow } from '../source.ts'
import { openText, type TextFile } from '../text-file.ts'
import { refuseDtd } from '../xml.ts'
import { endOfTag, KmlCutter, type KmlPiece } from './cut.ts'

/** Placemarks parsed together, characters: a tree of them takes a hundred times as much memory. */
const BATCH_CHARS = 100_000
/** What a link, a DTD or a height may be cut into, characters. */
const OVERLAP_CHARS = 200

/**
 * The placemarks of a KML in document order, then its ground overlays, lon/lat. Attributes are those of ExtendedData, and
 * of the table programs put into the description; styles and pictures are never looked at, and nothing a KML points to is
 * fetched. Walked once for what is around the placemarks, and once for the rows, some placemarks in memory at a time.
 * @throws Refusal XML_DTD_FORBIDDEN, REFERENCE_FORBIDDEN for a KML that is only a link, XML_INVALID, FILE_EMPTY,
 * FEATURE_TOO_LARGE, FILE_TOO_LARGE; its rows XML_INVALID
 */
export async function readKml(file: DeliveredFile, pieceBytes?: number): Promise<Source> {
  const fileName = file.name
  const text = await openText(file, pieceBytes)
  const { around, counts, hasHeights } = await lookAround(text, fileName)
  parsed(around, fileName)
  if (counts.Placemark + counts.GroundOverlay === 0) throw emptyFile(fileName)
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
    encoding: text.encoding,
    crs: LONLAT_BY_FORMAT,
    issues,
    cutNames: new Map(),
    columns: null,
    about: {},
    rowCount: counts.Placemark + counts.GroundOverlay,
    async *rows() {
      let rowNo = 0
      const head = headOf(around)
      for (const name of ['Placemark', 'GroundOverlay'] as const) {
        if (counts[name] === 0) continue
        for await (const batch of batches(text, name, fileName)) {
          const { features } = kml(parsed(`${head}${batch}</Document></kml>`, fileName))
          for (const { properties, geometry } of features)
            yield readRow((properties ?? {}) as Readonly<Record<string, Json>>, geometry, ++rowNo)
        }
      }
    },
  }
}

interface Around {
  /** The document without its placemarks, overlays and styles. */
  readonly around: string
  readonly counts: { Placemark: number; GroundOverlay: number }
  readonly hasHeights: boolean
}

/** What is around the placemarks, and what forbids to read them. */
async function lookAround(text: TextFile, fileName: string): Promise<Around> {
  const counts = { Placemark: 0, GroundOverlay: 0 }
  let around = ''
  let link: string | null = null
  let hasHeights = false
  async function* looked(): AsyncGenerator<string> {
    let before = ''
    for await (const piece of text.pieces()) {
      const seen = before + piece
      refuseDtd(seen, fileName)
      link ??= linkIn(seen)
      hasHeights ||= /<coordinates>\s*-?[\d.]+,-?[\d.]+,-?0*[1-9]/.test(seen)
      before = seen.slice(-OVERLAP_CHARS)
      yield piece
    }
  }
  for await (const { name, text: cut } of cutPieces(looked(), () => counts.Placemark + 1, fileName)) {
    if (name === null) around += /\S/.test(cut) ? cut : ''
    else if (name === 'Placemark' || name === 'GroundOverlay') counts[name]++
    if (around.length > MAX_AROUND_CHARS) throw fileTooLarge(fileName, around.length, MAX_AROUND_CHARS)
  }
  if (link !== null) throw forbidden(link, fileName)
  return { around, counts, hasHeights }
}

/** @param row the placemark that is waited for, from 1 */
async function* cutPieces(
  pieces: AsyncIterable<string>,
  row: () => number,
  fileName: string,
): AsyncGenerator<KmlPiece> {
  const cutter = new KmlCutter()
  for await (const piece of pieces) {
    yield* cutter.push(piece)
    if (cutter.waiting > MAX_FEATURE_BYTES) throw placemarkTooLarge(row(), cutter.waiting, fileName)
  }
  yield* cutter.end()
}

async function* batches(text: TextFile, wanted: string, fileName: string): AsyncGenerator<string> {
  let batch = ''
  for await (const { name, text: cut } of cutPieces(text.pieces(), () => 1, fileName)) {
    if (name !== wanted) continue
    batch += cut
    if (batch.length < BATCH_CHARS) continue
    yield batch
    batch = ''
  }
  if (batch !== '') yield batch
}

/** What placemarks need around them to be read: the namespaces of the document, and the types of its columns. */
function headOf(around: string): string {
  const plain = around.replaceAll(/<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>/g, '')
  const spaces = new Map(
    [...plain.matchAll(/\s(xmlns(?::[\w.-]+)?)\s*=\s*("[^"]*"|'[^']*')/g)].map(([, name, value]) => [
      name,
      value,
    ]),
  )
  const declared = [...spaces].map(([name, value]) => ` ${name}=${value}`).join('')
  return `<kml${declared}><Document>${schemasIn(plain).join('')}`
}

/** Elements, each from its tag to the next that closes one; a tag that closes itself holds no types. One walk, whatever there is. */
function schemasIn(plain: string): string[] {
  const schemas: string[] = []
  const opening = /<Schema(?=[\s>])/g
  const closing = /<\/Schema\s*>/g
  for (let tag = opening.exec(plain); tag !== null; tag = opening.exec(plain)) {
    const inside = endOfTag(plain, opening.lastIndex)
    if (inside < 0) break
    opening.lastIndex = inside
    if (plain[inside - 2] === '/') continue
    closing.lastIndex = inside
    if (!closing.test(plain)) break
    schemas.push(plain.slice(tag.index, closing.lastIndex))
    opening.lastIndex = closing.lastIndex
  }
  return schemas
}

const placemarkTooLarge = (row: number, chars: number, fileName: string): Refusal =>
  new Refusal(
    'FEATURE_TOO_LARGE',
    {
      zh: `“${fileName}”第 ${row} 个地标超过 ${MAX_FEATURE_BYTES} 个字符（已读 ${chars}）。`,
      en: `Placemark ${row} of "${fileName}" has more than ${MAX_FEATURE_BYTES} characters (${chars} so far).`,
    },
    {
      zh: '请拆分该图形,或检查是否把整个图层并成了一个要素。',
      en: 'Split the shape, or check whether a whole layer was merged into one feature.',
    },
    { file: fileName, row },
  )

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
const linkIn = (text: string): string | null =>
  /<(?:\w+:)?(NetworkLink|NetworkLinkControl|Model|PhotoOverlay)[\s>]/.exec(text)?.[1] ?? null

const forbidden = (link: string, fileName: string): Refusal =>
  new Refusal(
    'REFERENCE_FORBIDDEN',
    {
      zh: `“${fileName}”含 ${link},引用了文件之外的内容,不予读取。`,
      en: `"${fileName}" holds a ${link}, which points outside the file, and is not read.`,
    },
    { zh: '请导出含实际图形的 KML 或 KMZ。', en: 'Export a KML or KMZ that holds the shapes themselves.' },
    { file: fileName },
  )

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
    ...text.matchAll(
      /<tr[^>]*>\s*<t[dh][^>]*>((?:(?!<\/?t[dhr][\s>])[^])*)<\/t[dh]>\s*<t[dh][^>]*>((?:(?!<\/?t[dhr][\s>])[^])*)<\/t[dh]>\s*<\/tr>/gi,
    ),
  ]
  const pairs = cells
    .map(([, key, value]): [string, Json] => [unescaped(key!), unescaped(value!)])
    .filter(([key, value]) => key !== '' && value !== '' && value !== '<Null>')
  return pairs.length > 0 ? pairs : [['description', text.slice(0, 2_000)]]
}

/** The text of a cell; what only formats it is left out. */
const unescaped = (html: string): string =>
  html
    .replaceAll(/<br\s*\/?>/gi, '\n')
    .replaceAll(/<\/?[a-z][^<>]*>/gi, '')
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
