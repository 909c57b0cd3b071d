import { CsvError, parse } from 'csv-parse/sync'
import type { Issue } from '../../record/draft.ts'
import { Refusal } from '../../refusal.ts'
import { mayFixLater } from '../issue.ts'
import type { Source } from '../source.ts'
import { tableSource } from '../table/read.ts'
import { decodeText } from '../text.ts'

const delimiters = [',', ';', '\t', '|', '，'] as const

/**
 * A table with a heading: UTF-8, UTF-16 or GBK, any usual delimiter, quotes as in RFC 4180. Cells stay text, so that
 * codes keep their digits; what follows is the same for every table, see `tableSource`.
 * @throws Refusal ENCODING_INVALID, CSV_INVALID, FIELD_DUPLICATE, TOO_MANY_FIELDS, FILE_EMPTY
 */
export function readCsv(bytes: Uint8Array, fileName: string): Source {
  const { text, encoding } = decodeText(bytes, fileName)
  const { lines, issues } = parseTable(text, fileName)
  return tableSource({ format: 'csv', encoding, lines, issues }, fileName)
}

function parseTable(text: string, fileName: string): { lines: string[][]; issues: Issue[] } {
  const read = (relax_quotes: boolean): string[][] =>
    parse(text, {
      delimiter: delimiterOf(text),
      relax_column_count: true,
      relax_quotes,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
    })
  try {
    return { lines: read(false), issues: [] }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    // A quote inside a cell that is not quoted means itself, as spreadsheets take it; one that opens a cell must close.
    if (error.code !== 'INVALID_OPENING_QUOTE') throw invalid(error, fileName)
    const line = lineOf(error)
    try {
      return { lines: read(true), issues: [strayQuote(line)] }
    } catch (again) {
      throw again instanceof CsvError ? invalid(again, fileName) : again
    }
  }
}

const lineOf = (error: CsvError): number | null =>
  typeof error['lines'] === 'number' ? error['lines'] : null

const strayQuote = (line: number | null): Issue =>
  mayFixLater('CSV_STRAY_QUOTE', {
    zh: `第 ${line ?? '?'} 行附近有单独的引号,已按字面保留。`,
    en: `A quote stands alone near line ${line ?? '?'}; it was kept as it is.`,
    value: line,
  })

function invalid(cause: CsvError, fileName: string): Refusal {
  const line = lineOf(cause)
  return new Refusal(
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

/** The sign that cuts the heading into most parts. */
function delimiterOf(text: string): string {
  const start = text.trimStart()
  const heading = start.slice(0, start.search(/[\r\n]|$/)).replaceAll(/"[^"]*"/g, '')
  const counts = delimiters.map((sign) => ({ sign, count: heading.split(sign).length }))
  return counts.toSorted((a, b) => b.count - a.count)[0]!.sign
}
