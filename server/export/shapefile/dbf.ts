import iconv from 'iconv-lite'
import type { Cell } from '../row.ts'
import type { DbfField } from './plan.ts'

// dBase III as shapefiles carry it.

export type DbfEncoding = 'gbk' | 'utf8'

export const encodeText = (text: string, encoding: DbfEncoding): Buffer => iconv.encode(text, encoding)

/** The beginning of a text, in whole characters, of so many bytes at most. */
export function cut(text: string, bytes: number, encoding: DbfEncoding): string {
  let kept = ''
  let length = 0
  for (const character of text) {
    length += encodeText(character, encoding).length
    if (length > bytes) break
    kept += character
  }
  return kept
}

/** Version, day, counts, fields: the head of the file. @param day `2024-06-30` */
export function dbfHeader(
  fields: readonly DbfField[],
  rows: number,
  day: string,
  encoding: DbfEncoding,
): Buffer {
  const header = Buffer.alloc(32 + 32 * fields.length + 1)
  const [year = 2000, month = 1, date = 1] = day.split('-').map(Number)
  header.set([0x03, Math.max(0, year - 1900), month, date])
  header.writeUInt32LE(rows, 4)
  header.writeUInt16LE(header.length, 8)
  header.writeUInt16LE(rowLength(fields), 10)
  header[29] = encoding === 'gbk' ? 0x4d : 0 // the code page, for software that does not look at the .cpg
  for (const [i, field] of fields.entries()) {
    const at = 32 + 32 * i
    encodeText(field.name, encoding).copy(header, at)
    header[at + 11] = field.type.charCodeAt(0)
    header[at + 16] = field.length
    header[at + 17] = field.decimals
  }
  header[header.length - 1] = 0x0d
  return header
}

const rowLength = (fields: readonly DbfField[]): number =>
  1 + fields.reduce((sum, { length }) => sum + length, 0)

/** One row. `isCut` is told of every text that did not fit, by the place of its column. */
export function dbfRow(
  fields: readonly DbfField[],
  cells: readonly Cell[],
  encoding: DbfEncoding,
  isCut: (column: number) => void,
): Buffer {
  const row = Buffer.alloc(rowLength(fields), 0x20)
  let at = 1
  for (const [i, field] of fields.entries()) {
    const value = cells[i] ?? null
    if (value !== null || field.type === 'L') {
      const bytes = encodeText(cellText(value, field), encoding)
      if (bytes.length <= field.length)
        bytes.copy(row, field.type === 'N' ? at + field.length - bytes.length : at)
      else {
        isCut(i)
        encodeText(cut(String(value), field.length, encoding), encoding).copy(row, at)
      }
    }
    at += field.length
  }
  return row
}

function cellText(value: Cell, { type, decimals }: DbfField): string {
  if (type === 'L') return value === null ? '?' : value === true ? 'T' : 'F'
  if (type === 'N' && typeof value === 'number')
    return decimals > 0 ? value.toFixed(decimals) : withoutExponent(value)
  if (type === 'D') return dateDigits(String(value)) ?? ''
  return String(value)
}

/** Decimals of a number, as ArcGIS and GDAL write them at most. */
export const MAX_DECIMALS = 15

/** Every digit of a number, without an exponent. */
export function withoutExponent(value: number): string {
  const text = String(value)
  if (!text.includes('e')) return text
  return Math.abs(value) < 1 ? value.toFixed(MAX_DECIMALS) : BigInt(Math.round(value)).toString()
}

/** `2024-06-30` or `20240630` → `20240630`; null for anything else. */
export function dateDigits(text: string): string | null {
  const match = /^(\d{4})-?(\d{2})-?(\d{2})$/.exec(text)
  return match ? match.slice(1).join('') : null
}

export const DBF_END = Buffer.of(0x1a)
