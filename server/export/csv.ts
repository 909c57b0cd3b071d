import type { Cell, ExportTable } from './row.ts'

/**
 * CSV (RFC 4180), UTF-8 with a byte order mark, without which Excel garbles Chinese. Texts a spreadsheet would run as
 * a formula get an apostrophe in front. Shapes are left out.
 */
export async function* writeCsv(table: ExportTable): AsyncGenerator<string> {
  const names = table.columns.map(({ name }) => name)
  yield `\ufeff${csvLine(names)}`
  for await (const { cells } of table.rows) yield csvLine(names.map((name) => cells[name] ?? null))
}

export const csvLine = (cells: readonly Cell[]): string => `${cells.map(csvCell).join(',')}\r\n`

/** @see https://owasp.org/www-community/attacks/CSV_Injection */
export function csvCell(value: Cell): string {
  if (value === null) return ''
  if (typeof value !== 'string') return String(value)
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
