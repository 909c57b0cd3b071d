import { CsvError, parse } from 'csv-parse/sync'
import type { Json } from '../../record/draft.ts'
import { Refusal } from '../../refusal.ts'
import { mustFix } from '../issue.ts'
import { MAX_FIELDS } from '../limits.ts'
import { emptyFile } from '../sniff.ts'
import type { Source, SourceRow } from '../source.ts'
import { decodeText } from '../text.ts'

const delimiters = [',', ';', '\t', '|', '，'] as const

/**
 * A table with a heading: UTF-8, UTF-16 or GBK, any usual delimiter, quotes as in RFC 4180. Cells stay text, so that
 * codes keep their digits; blank cells are left out. Row 1 is the first row below the heading.
 * @throws Refusal ENCODING_INVALID, CSV_INVALID, FIELD_DUPLICATE, TOO_MANY_FIELDS, FILE_EMPTY
 */
export function readCsv(bytes: Uint8Array, fileName: string): Source {
  const { text, encoding } = decodeText(bytes, fileName)
  const table = parseTable(text, fileName)
  const [heading, ...lines] = table
  if (heading === undefined || lines.length === 0) throw emptyFile(fileName)
  const columns = checkedHeading(heading, fileName)
  return {
    format: 'csv',
    encoding,
    crs: null,
    issues: [],
    cutNames: new Map(),
    columns,
    about: {},
    rowCount: lines.length,
    *rows() {
      for (const [i, line] of lines.entries()) yield readRow(line, columns, i + 1)
    },
  }
}

function parseTable(text: string, fileName: string): string[][] {
  try {
    return parse(text, {
      delimiter: delimiterOf(text),
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
    }) as string[][]
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause
    const line = typeof cause['lines'] === 'number' ? cause['lines'] : null
    throw new Refusal(
      'CSV_INVALID',
      {
        zh: `“${fileName}”${line === null ? '' : `第 ${line} 行附近`}不是合法的 CSV:引号不成对。`,
        en: `"${fileName}" is not valid CSV${line === null ? '' : ` near line ${line}`}: ${cause.message}`,
      },
      {
        zh: '含引号的内容须整格加引号,格内引号写两遍;请在 Excel 中另存为“CSV UTF-8”。',
        en: 'A cell with quotes in it is quoted whole and its quotes are doubled; save it from Excel as "CSV UTF-8".',
      },
      { file: fileName, ...(line === null ? {} : { row: line }) },
      { cause },
    )
  }
}

/** The sign that cuts the heading into most parts. */
function delimiterOf(text: string): string {
  const start = text.trimStart()
  const heading = start.slice(0, start.search(/[\r\n]|$/)).replaceAll(/"[^"]*"/g, '')
  const counts = delimiters.map((sign) => ({ sign, count: heading.split(sign).length }))
  return counts.toSorted((a, b) => b.count - a.count)[0]!.sign
}

function checkedHeading(heading: readonly string[], fileName: string): string[] {
  if (heading.length > MAX_FIELDS) {
    throw new Refusal(
      'TOO_MANY_FIELDS',
      {
        zh: `“${fileName}”有 ${heading.length} 列,超过 ${MAX_FIELDS} 列。`,
        en: `"${fileName}" has ${heading.length} columns, more than ${MAX_FIELDS}.`,
      },
      { zh: '请只保留需要的列。', en: 'Keep only the columns that are needed.' },
      { file: fileName },
    )
  }
  const seen = new Set<string>()
  return heading.map((cell, i) => {
    const name = cell.trim() === '' ? `第 ${i + 1} 列` : cell.trim()
    const folded = name.toLowerCase()
    if (seen.has(folded)) {
      throw new Refusal(
        'FIELD_DUPLICATE',
        {
          zh: `“${fileName}”有两列都叫“${name}”。`,
          en: `Two columns of "${fileName}" are called "${name}".`,
        },
        { zh: '请改名或删去其中一列。', en: 'Rename or remove one of them.' },
        { file: fileName, field: name },
      )
    }
    seen.add(folded)
    return name
  })
}

function readRow(line: readonly string[], columns: readonly string[], rowNo: number): SourceRow {
  const values = new Map<string, Json>()
  for (const [i, column] of columns.entries()) {
    const cell = line[i]?.trim() ?? ''
    if (cell !== '') values.set(column, cell)
  }
  const row = { rowNo, values, shape: { kind: 'none' }, repaired: false } as const
  // Cells left off at the end are blank; cells too many mean that a comma stands unquoted and columns have shifted.
  const surplus = line.slice(columns.length).filter((cell) => cell.trim() !== '')
  if (surplus.length === 0) return { ...row, issues: [] }
  return {
    ...row,
    refused: true,
    issues: [
      mustFix('CSV_COLUMNS', {
        row: rowNo,
        zh: `该行有 ${line.length} 格,表头只有 ${columns.length} 列,内容可能错位。`,
        en: `The row has ${line.length} cells under a heading of ${columns.length}; its columns may have shifted.`,
        value: surplus[0],
      }),
    ],
  }
}
