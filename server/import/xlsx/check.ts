import { Refusal } from '../../refusal.ts'
import { MAX_FIELDS, MAX_SHEET_CELLS, MAX_SHEET_CHARS, MAX_SHEET_ROWS, MAX_XML_BYTES } from '../limits.ts'
import { refuseDtd } from '../xml.ts'
import type { MergedCells } from '../table/read.ts'
import type { ZipEntry } from '../zip/unzip.ts'
import { columnNumber, mergedCells, sheetLayouts, type SheetLayout } from './layout.ts'

/**
 * Looks through the parts of a workbook before a library unfolds them: no DTD, no sheet that claims a cell a million rows
 * down, no more cells than a table of plots can have. What the library leaves out is read on the way: which cells are
 * merged, which sheets hidden, by the name of the sheet.
 * @throws Refusal XLSX_TOO_LARGE, XML_DTD_FORBIDDEN
 */
export async function checkWorkbook(
  entries: readonly ZipEntry[],
  fileName: string,
): Promise<{ formulasWithoutValue: number; layouts: Map<string, SheetLayout> }> {
  const merged = new Map<string, MergedCells[]>()
  let workbook = ''
  let relations = ''
  let bytes = 0
  let formulasWithoutValue = 0
  let texts: readonly number[] = []
  const parts = entries.filter(({ name }) =>
    /^xl\/(?:worksheets\/[^/]+\.xml|(?:sharedStrings|styles|workbook)\.xml|_rels\/workbook\.xml\.rels)$/i.test(
      name,
    ),
  )
  for (const entry of parts.toSorted((a, b) => Number(isTexts(b)) - Number(isTexts(a)))) {
    const part = await entry.unpacked()
    let text: string
    try {
      bytes += part.size
      if (bytes > MAX_XML_BYTES)
        throw tooLarge(
          fileName,
          `解压后超过 ${MAX_XML_BYTES} 字节`,
          `unpacks to more than ${MAX_XML_BYTES} bytes`,
        )
      text = Buffer.from(await part.whole()).toString('utf8')
    } finally {
      await part.close()
    }
    refuseDtd(text, fileName)
    if (/workbook\.xml$/i.test(entry.name)) workbook = text
    else if (/workbook\.xml\.rels$/i.test(entry.name)) relations = text
    if (isTexts(entry)) texts = textLengths(text)
    else if (entry.name.startsWith('xl/worksheets/')) {
      formulasWithoutValue += checkSheet(text, entry.name, fileName)
      refuseRepetition(text, texts, fileName)
      merged.set(entry.name, mergedCells(text))
    }
  }
  return { formulasWithoutValue, layouts: sheetLayouts({ workbook, relations }, merged) }
}

const isTexts = ({ name }: ZipEntry): boolean => /^xl\/sharedStrings\.xml$/i.test(name)

/** How long each text is that cells share, with its markup. */
const textLengths = (xml: string): number[] =>
  [...xml.matchAll(/<si\b[^>]*?(?:\/>|>([\s\S]*?)<\/si>)/g)].map(([, inner]) => inner?.length ?? 0)

/** The least a cell that shows a shared text can be written in. */
const LEAST_CELL = '<c t="s"><v>0</v></c>'.length

/** A text of a megabyte that thousands of cells point at is small in the file and endless to read. */
function refuseRepetition(xml: string, texts: readonly number[], fileName: string): void {
  const longest = texts.reduce((most, length) => Math.max(most, length), 0)
  if ((xml.length / LEAST_CELL) * longest <= MAX_SHEET_CHARS) return // however often each is shown
  let characters = 0
  for (const [, at] of xml.matchAll(
    /<c\b[^>]*?\st="s"[^>]*>(?:\s*<f\b[^>]*(?:\/>|>[^<]*<\/f>))?\s*<v>(\d+)<\/v>/g,
  )) {
    characters += texts[Number(at)] ?? 0
    if (characters > MAX_SHEET_CHARS)
      throw tooLarge(
        fileName,
        `各单元格合计超过 ${MAX_SHEET_CHARS} 个字符`,
        `has more than ${MAX_SHEET_CHARS} characters in its cells taken together`,
      )
  }
}

function checkSheet(xml: string, part: string, fileName: string): number {
  let cells = 0
  let lastRow = 0
  let lastColumn = 0
  for (const [, column, row] of xml.matchAll(/<c\b[^>]*?\sr="([A-Z]{1,3})(\d{1,7})"/g)) {
    cells++
    lastRow = Math.max(lastRow, Number(row))
    lastColumn = Math.max(lastColumn, columnNumber(column!))
  }
  // A library lays out the whole rectangle up to the last cell, so one stray cell far out is as bad as a full sheet.
  if (
    cells > MAX_SHEET_CELLS ||
    lastRow > MAX_SHEET_ROWS ||
    lastRow * Math.max(lastColumn, 1) > 4 * MAX_SHEET_CELLS
  )
    throw tooLarge(
      fileName,
      `工作表 ${part} 有 ${cells} 个单元格,末行 ${lastRow}、末列 ${lastColumn}`,
      `has ${cells} cells in ${part}, the last in row ${lastRow}, column ${lastColumn}`,
    )
  return [...xml.matchAll(/<c\b[^>]*>\s*<f\b[^>]*(?:\/>|>[^<]*<\/f>)\s*(?:<v\s*\/>|<v><\/v>)?\s*<\/c>/g)]
    .length
}

const tooLarge = (fileName: string, zh: string, en: string): Refusal =>
  new Refusal(
    'XLSX_TOO_LARGE',
    { zh: `工作簿“${fileName}”${zh},过大。`, en: `The workbook "${fileName}" ${en}, which is too large.` },
    {
      zh: `请删去多余的行列（每表最多 ${MAX_SHEET_ROWS} 行、${MAX_FIELDS} 列）,或另存为 CSV。`,
      en: `Remove stray rows and columns (at most ${MAX_SHEET_ROWS} rows and ${MAX_FIELDS} columns a sheet), or save it as CSV.`,
    },
    { file: fileName },
  )
