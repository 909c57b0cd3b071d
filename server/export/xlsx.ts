import { Readable } from 'node:stream'
import { ZipFile } from 'yazl'
import { Refusal } from '../refusal.ts'
import { zipped } from './folder.ts'
import type { Cell, ExportTable } from './row.ts'

/** Rows and characters of a cell that Excel has room for. */
const MAX_ROWS = 1_048_576
const MAX_CELL = 32_767
/** Rows joined before they are packed. */
const ROWS_AT_ONCE = 200

/**
 * XLSX with one sheet, written row by row: texts in place, never formulas, so that `=cmd` stays a text; numbers as
 * numbers; the head bold and in sight while scrolling. Shapes are left out.
 * @throws Refusal XLSX_TOO_MANY_ROWS; a text longer than a cell holds says how much of it is missing
 * @see ECMA-376 part 1, 18.3
 */
export async function* writeXlsx(table: ExportTable): AsyncGenerator<Uint8Array> {
  const zip = new ZipFile()
  const mtime = new Date(`${table.day}T00:00:00Z`)
  for (const [name, text] of Object.entries(parts(table.name)))
    zip.addBuffer(Buffer.from(text), name, { mtime })
  const sheet = Readable.from(bytes(sheetXml(table)))
  sheet.on('error', (error) => zip.emit('error', error)) // the archive does not look
  zip.addReadStream(sheet, 'xl/worksheets/sheet1.xml', { mtime, compressionLevel: 1 })
  try {
    yield* zipped(zip)
  } finally {
    sheet.destroy()
  }
}

async function* bytes(texts: AsyncIterable<string>): AsyncGenerator<Buffer> {
  for await (const text of texts) yield Buffer.from(text)
}

async function* sheetXml({ columns, rows, name }: ExportTable): AsyncGenerator<string> {
  yield `${HEAD}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>`
  const letters = columns.map((_, i) => columnLetters(i))
  yield `<row r="1">${columns.map((column, i) => cellXml(`${letters[i]}1`, column.name, 1)).join('')}</row>`
  let text = ''
  let rowNo = 1
  for await (const { cells } of rows) {
    rowNo++
    if (rowNo > MAX_ROWS) throw tooManyRows(name)
    text += `<row r="${rowNo}">`
    for (const [i, column] of columns.entries())
      text += cellXml(`${letters[i]}${rowNo}`, cells[column.name] ?? null, 0)
    text += '</row>'
    if (rowNo % ROWS_AT_ONCE === 0) {
      yield text
      text = ''
    }
  }
  yield `${text}</sheetData></worksheet>`
}

function cellXml(place: string, value: Cell, style: 0 | 1): string {
  if (value === null) return ''
  if (typeof value === 'number' && Number.isFinite(value)) return `<c r="${place}"><v>${value}</v></c>`
  if (typeof value === 'boolean') return `<c r="${place}" t="b"><v>${value ? 1 : 0}</v></c>`
  const text = String(value)
  const kept =
    text.length <= MAX_CELL
      ? text
      : `${text.slice(0, MAX_CELL - 60)}…（另有 ${text.length - MAX_CELL + 60} 字 more）`
  return `<c r="${place}" t="inlineStr"${style === 0 ? '' : ` s="${style}"`}><is><t xml:space="preserve">${escapeXml(kept)}</t></is></c>`
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' }
/** XML 1.0 has no place for control characters and halves of pairs; what reads like Excel's own escape is escaped. */
const escapeXml = (text: string): string =>
  text
    .replaceAll(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
    .replaceAll(/[&<>\r]/g, (sign) => entities[sign]!)
    // oxlint-disable-next-line no-control-regex
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, '\ufffd')

/** 0 → A, 26 → AA. */
function columnLetters(index: number): string {
  const rest = Math.floor(index / 26)
  return (rest > 0 ? columnLetters(rest - 1) : '') + String.fromCharCode(65 + (index % 26))
}

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006'
const PART = 'application/vnd.openxmlformats-officedocument.spreadsheetml'

const parts = (sheetName: string): Readonly<Record<string, string>> => ({
  '[Content_Types].xml': `${HEAD}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${PART}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${PART}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="${PART}.styles+xml"/></Types>`,
  '_rels/.rels': `${HEAD}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  'xl/workbook.xml': `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets><sheet name="${escapeXml(sheetName.replaceAll(/[[\]:*?/\\"']/g, ' ').slice(0, 31))}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  'xl/_rels/workbook.xml.rels': `${HEAD}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`,
  'xl/styles.xml': `${HEAD}<styleSheet xmlns="${MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf fontId="0"/><xf fontId="1" applyFont="1"/></cellXfs></styleSheet>`,
})

const tooManyRows = (name: string): Refusal =>
  new Refusal(
    'XLSX_TOO_MANY_ROWS',
    {
      zh: `“${name}”超过 Excel 一张表的 ${MAX_ROWS} 行。`,
      en: `"${name}" has more than the ${MAX_ROWS} rows a sheet of Excel holds.`,
    },
    { zh: '请加筛选条件,或导出为 CSV、GeoPackage。', en: 'Filter it, or export CSV or GeoPackage.' },
  )
