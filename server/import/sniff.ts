import { Refusal, type Message } from '../refusal.ts'
import { fileTooLarge } from './delivered-file.ts'
import { MAX_FILE_BYTES } from './limits.ts'
import { decodeText, isBareUtf16 } from './text.ts'

/** What the first bytes tell; an archive may hold several things. */
export type Format = 'geojson' | 'zip' | 'geopackage' | 'kml' | 'dxf' | 'dbf' | 'boundary-txt' | 'csv'

/** A local file, the end of an empty archive, a split one. */
const zipStarts = ['PK\x03\x04', 'PK\x05\x06', 'PK\x07\x08']

/** Beginnings of files that are not ours, and what to do with them. Bytes are written in Latin-1. */
const strangers: readonly { readonly starts: string; readonly is: Message; readonly hint?: Message }[] = [
  { starts: '\x89PNG', is: { zh: 'PNG 图片', en: 'a PNG picture' } },
  { starts: '\xff\xd8\xff', is: { zh: 'JPEG 图片', en: 'a JPEG picture' } },
  { starts: 'GIF8', is: { zh: 'GIF 图片', en: 'a GIF picture' } },
  { starts: 'II*\0', is: { zh: 'TIFF 影像', en: 'a TIFF image' } },
  { starts: 'MM\0*', is: { zh: 'TIFF 影像', en: 'a TIFF image' } },
  { starts: '%PDF', is: { zh: 'PDF 文档', en: 'a PDF document' } },
  {
    starts: '\xd0\xcf\x11\xe0',
    is: { zh: '旧版 Office 文件（XLS、DOC）', en: 'an old Office file (XLS, DOC)' },
    hint: { zh: '请在 Excel 中另存为“CSV UTF-8”。', en: 'Save it from Excel as "CSV UTF-8".' },
  },
  {
    starts: '\0\x01\0\0Standard Jet DB',
    is: { zh: 'MDB 个人地理数据库', en: 'an MDB personal geodatabase' },
    hint: { zh: '请导出为 Shapefile（ZIP）。', en: 'Export it as a zipped Shapefile.' },
  },
  {
    starts: '\0\0\x27\x0a',
    is: { zh: '单个 .shp 或 .shx 文件', en: 'a lone .shp or .shx file' },
    hint: {
      zh: '请把 .shp、.shx、.dbf、.prj 一起打成一个 ZIP。',
      en: 'Put .shp, .shx, .dbf and .prj together into one ZIP.',
    },
  },
  {
    starts: 'AC10',
    is: { zh: 'DWG 图形', en: 'a DWG drawing' },
    hint: {
      zh: '请导出为 Shapefile（ZIP）或界址点 TXT。',
      en: 'Export it as a zipped Shapefile or boundary TXT.',
    },
  },
  {
    starts: 'Rar!',
    is: { zh: 'RAR 压缩包', en: 'a RAR archive' },
    hint: { zh: '请改用 ZIP。', en: 'Use ZIP instead.' },
  },
  {
    starts: '7z\xbc\xaf',
    is: { zh: '7z 压缩包', en: 'a 7z archive' },
    hint: { zh: '请改用 ZIP。', en: 'Use ZIP instead.' },
  },
  {
    starts: '\x1f\x8b',
    is: { zh: 'GZIP 压缩文件', en: 'a gzip file' },
    hint: { zh: '请解压后导入。', en: 'Unpack it first.' },
  },
  { starts: '\x7fELF', is: { zh: '可执行程序', en: 'a program' } },
  { starts: 'MZ', is: { zh: '可执行程序', en: 'a program' } },
]

/** So many bytes from the beginning tell what a file is. */
export const SNIFF_BYTES = 512 * 1024

/**
 * What a file is, by its content; its name is only believed where the content leaves a doubt.
 * @param bytes the file, or its first `SNIFF_BYTES`
 * @param size of the whole file, bytes
 * @throws Refusal FILE_EMPTY, FILE_TOO_LARGE, FILE_TYPE_MISMATCH (says what it is), ENCODING_INVALID
 */
export function sniffFormat(bytes: Uint8Array, fileName: string, size: number = bytes.length): Format {
  if (size === 0) throw emptyFile(fileName)
  if (size > MAX_FILE_BYTES) throw fileTooLarge(fileName, size, MAX_FILE_BYTES)
  const head = Buffer.from(bytes.subarray(0, 64)).toString('latin1')
  if (zipStarts.some((mark) => head.startsWith(mark))) return 'zip'
  if (head.startsWith('SQLite format 3\0')) return 'geopackage'
  if (head.startsWith('AutoCAD Binary DXF')) return 'dxf'
  const stranger = strangers.find(({ starts }) => head.startsWith(starts))
  if (stranger) throw typeMismatch(fileName, stranger.is, stranger.hint)
  if (looksLikeDbf(bytes)) return 'dbf'
  return sniffText(bytes, fileName)
}

function sniffText(bytes: Uint8Array, fileName: string): Format {
  // Half a megabyte tells; cut at a line so that no character is cut in two.
  const isUtf16 =
    (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff) || isBareUtf16(bytes)
  const sample =
    bytes.length <= 500_000
      ? bytes
      : bytes.subarray(0, isUtf16 ? 500_000 : bytes.lastIndexOf(0x0a, 500_000) + 1 || 500_000)
  if (!isUtf16 && sample.includes(0))
    throw typeMismatch(fileName, { zh: '无法识别的二进制文件', en: 'a binary file of no known kind' })
  // GeoJSON may be one endless line; its first character is enough and is the same in every encoding we read.
  const text = firstSign(bytes) === '{' ? '{' : decodeText(sample, fileName).text
  const start = text.trimStart()
  if (start === '') throw emptyFile(fileName)
  if (
    /^[[【［\s]*(?:属性描述|项目信息|地块坐标)/.test(start) ||
    /^(?:格式版本号|数据产生单位|数据产生日期|坐标系)\s*[=＝:：]/m.test(start.slice(0, 4_000)) ||
    /^[^\n]*[,，][^\n]*[@＠][\s,，;；]*$/m.test(start) ||
    isBarePoints(start)
  )
    return 'boundary-txt'
  if (start.startsWith('{') || start.startsWith('[') || start.startsWith('\x1e')) return 'geojson'
  if (start.startsWith('<') && /<(?:\w+:)?kml[\s>/]/i.test(start)) return 'kml'
  if (start.startsWith('<')) throw typeMismatch(fileName, xmlKind(start))
  // Group code 0 and a section, perhaps below comments (999).
  if (/^(?:999\r?\n[^\n]*\n\s*)*0\r?\n\s*SECTION\r?\n/.test(start)) return 'dxf'
  const firstLine = start.slice(0, start.search(/[\r\n]|$/))
  const isTable = /[,;\t|，]/.test(firstLine) || /\.(?:csv|tsv)$/i.test(fileName)
  // Any text with a comma in it reads as a table, so a name that promises something else is believed here.
  if (isTable && !/\.(?:geojson|geojsonl|ndjson|json|zip|shp|dbf|kml|gml|xml|xlsx?)$/i.test(fileName))
    return 'csv'
  throw typeMismatch(
    fileName,
    isTable ? { zh: '文本表格', en: 'a table of text' } : { zh: '纯文本', en: 'plain text' },
  )
}

/** Point lines and nothing else, as field books are exported: `J1,3079682.047,38414681.906`. */
function isBarePoints(start: string): boolean {
  const lines = start
    .slice(0, 2_000)
    .split(/\r\n|\r|\n/, 4)
    .filter(Boolean)
  return (
    lines.length >= 3 &&
    lines.every((line) =>
      /^\s*[A-Za-z]*\d+[\s,，]+(?:\d{0,3}[\s,，]+)?\d{5,9}(?:\.\d+)?[\s,，]+\d{5,9}(?:\.\d+)?/.test(line),
    )
  )
}

/** First character that is no blank and no BOM, for ASCII-compatible encodings. */
function firstSign(bytes: Uint8Array): string {
  let i = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  while (i < bytes.length && bytes[i]! <= 0x20) i++
  return String.fromCharCode(bytes[i] ?? 0)
}

function xmlKind(start: string): Message {
  if (/<OGRVRTDataSource/i.test(start)) return { zh: 'OGR VRT 描述文件', en: 'an OGR VRT description' }
  if (/<!doctype html|<html/i.test(start)) return { zh: 'HTML 网页', en: 'an HTML page' }
  if (/<(?:\w+:)?FeatureCollection|<gml:/i.test(start)) return { zh: 'GML 文件', en: 'a GML file' }
  return { zh: 'XML 文件', en: 'an XML file' }
}

/** Version byte, a plausible date and a header length that fits: dBase III as shapefiles use it. */
function looksLikeDbf(bytes: Uint8Array): boolean {
  if (bytes.length < 65 || (bytes[0] !== 0x03 && bytes[0] !== 0x83)) return false
  const headerLength = bytes[8]! | (bytes[9]! << 8)
  return (
    bytes[2]! >= 1 &&
    bytes[2]! <= 12 &&
    bytes[3]! >= 1 &&
    bytes[3]! <= 31 &&
    headerLength % 32 === 1 &&
    headerLength <= bytes.length &&
    bytes[headerLength - 1] === 0x0d
  )
}

export function typeMismatch(fileName: string, is: Message, hint?: Message): Refusal {
  return new Refusal(
    'FILE_TYPE_MISMATCH',
    {
      zh: `文件“${fileName}”是${is.zh},不是可导入的数据。`,
      en: `"${fileName}" is ${is.en}, not data that can be imported.`,
    },
    {
      zh: `${hint?.zh ?? ''}可导入:Shapefile、文件地理数据库（ZIP）、GeoPackage、GeoJSON、KML、DXF、界址点坐标 TXT、XLSX、CSV。`,
      en: `${hint ? `${hint.en} ` : ''}Can be imported: zipped Shapefile or file geodatabase, GeoPackage, GeoJSON, KML, DXF, boundary TXT, XLSX, CSV.`,
    },
    { file: fileName },
  )
}

export function emptyFile(fileName: string): Refusal {
  return new Refusal(
    'FILE_EMPTY',
    { zh: `文件“${fileName}”是空的。`, en: `"${fileName}" is empty.` },
    {
      zh: '请检查导出或传输是否中断,重新取得文件。',
      en: 'Check whether the export or the transfer broke off, and get the file again.',
    },
    { file: fileName },
  )
}
