import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { CsvError, parse } from 'csv-parse'
import type { Issue } from '../../record/draft.ts'
import { Refusal } from '../../refusal.ts'
import type { DeliveredFile } from '../delivered-file.ts'
import { mayFixLater } from '../issue.ts'
import { MAX_FEATURE_BYTES } from '../limits.ts'
import type { Source } from '../source.ts'
import { tableSource } from '../table/read.ts'
import { openText, type TextFile } from '../text-file.ts'

const delimiters = [',', ';', '\t', '|', '，'] as const

/**
 * A table with a heading: UTF-8, UTF-16 or GBK, any usual delimiter, quotes as in RFC 4180. Cells stay text, so that
 * codes keep their digits; what follows is the same for every table, see `tableSource`.
 * @throws Refusal ENCODING_INVALID, CSV_INVALID and those of `tableSource`
 */
export async function readCsv(file: DeliveredFile, pieceBytes?: number): Promise<Source> {
  const text = await openText(file, pieceBytes)
  const delimiter = await delimiterOf(text)
  const read = (relaxed: boolean, issues: readonly Issue[]): Promise<Source> =>
    tableSource(
      { format: 'csv', encoding: text.encoding, lines: () => records(text, delimiter, relaxed), issues },
      file.name,
    )
  try {
    return await read(false, [])
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    // A quote inside a cell that is not quoted means itself, as spreadsheets take it; one that opens a cell must close.
    if (error.code !== 'INVALID_OPENING_QUOTE') throw invalid(error, file.name)
    try {
      return await read(true, [strayQuote(lineOf(error))])
    } catch (again) {
      throw again instanceof CsvError ? invalid(again, file.name) : again
    }
  }
}

async function* records(text: TextFile, delimiter: string, relaxed: boolean): AsyncGenerator<string[]> {
  const parser = parse({
    delimiter,
    relax_column_count: true,
    relax_quotes: relaxed,
    skip_empty_lines: true,
    skip_records_with_empty_values: true,
    max_record_size: MAX_FEATURE_BYTES,
  })
  const fed = pipeline(Readable.from(text.pieces()), parser)
  fed.catch(() => undefined) // the parser throws it too; left early, it only says that
  for await (const cells of parser as AsyncIterable<string[]>) yield cells.map(withoutFormula)
}

/** `="0012"` is how a code is kept a text on its way through a spreadsheet; what is written between the quotes is meant. */
const withoutFormula = (cell: string): string =>
  cell.startsWith('="')
    ? cell.replace(/^="((?:[^"]|"")*)"\s*$/, (_, text: string) => text.replaceAll('""', '"'))
    : cell

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

/** Lines that tell which sign cuts a table: a title above its heading may have none. */
const LOOKED_LINES = 20

/** The sign that cuts most lines, and of those the one that cuts them into most parts; in texts between quotes it is none. */
async function delimiterOf(text: TextFile): Promise<string> {
  let start = ''
  for await (const piece of text.pieces()) {
    start = (start + piece).trimStart()
    if (start.split(/[\r\n]+/, LOOKED_LINES + 1).length > LOOKED_LINES || start.length > MAX_FEATURE_BYTES)
      break
  }
  const lines = start
    .replaceAll(/"[^"]*"/g, '')
    .split(/[\r\n]+/, LOOKED_LINES)
    .filter((line) => line !== '')
  const counts = delimiters.map((sign) => {
    const parts = lines.map((line) => line.split(sign).length)
    return {
      sign,
      cut: parts.filter((count) => count > 1).length,
      widest: Math.max(...parts, 0),
    }
  })
  return counts.toSorted((a, b) => b.cut - a.cut || b.widest - a.widest)[0]!.sign
}
