import iconv from 'iconv-lite'
import type { Cell, Column } from '../row.ts'
import { cut, dateDigits, encodeText, MAX_DECIMALS, withoutExponent, type DbfEncoding } from './dbf.ts'

/** Widest text a column holds, bytes. */
const MAX_TEXT = 254
/** Widest number, characters, as ArcGIS and GDAL write them. */
const MAX_NUMBER = 24
const NAME_BYTES = 10

/** A column as the file has it. */
export interface DbfField {
  readonly column: Column
  /** Ten bytes at most in the encoding of the file. */
  readonly name: string
  readonly type: 'C' | 'N' | 'L' | 'D'
  readonly length: number
  readonly decimals: number
}

/** What the values of one column need. */
interface Widths {
  /** Bytes in either encoding. */
  gbk: number
  utf8: number
  /** Characters before the point, with the sign, and digits behind it. */
  whole: number
  decimals: number
  /** A value the declared type has no place for, such as a code of 19 digits among numbers. */
  odd: boolean
}

/**
 * How wide the columns of an attribute table must be, and whether GBK holds all of its texts: known once it has seen
 * every row, and the format wants to know before the first is written.
 */
export class DbfPlan {
  readonly #columns: readonly Column[]
  readonly #widths: Widths[]
  #isGbk: boolean
  /** Rows seen. */
  rows = 0

  constructor(columns: readonly Column[]) {
    this.#columns = columns
    this.#widths = columns.map(() => ({ gbk: 0, utf8: 0, whole: 0, decimals: 0, odd: false }))
    this.#isGbk = columns.every(({ name }) => fitsGbk(name))
  }

  see(cells: readonly Cell[]): void {
    this.rows++
    for (const [i, value] of cells.entries())
      if (value !== null) this.#seeCell(this.#columns[i]!, this.#widths[i]!, value)
  }

  #seeCell({ type }: Column, widths: Widths, value: string | number | boolean): void {
    const text = typeof value === 'number' ? withoutExponent(value) : String(value)
    if (typeof value === 'number' || (type !== 'text' && isNumeral(text))) {
      const [whole, decimals = ''] = text.split('.')
      widths.whole = Math.max(widths.whole, whole!.length)
      widths.decimals = Math.max(widths.decimals, decimals.length)
    }
    if (!isOfType(value, type)) widths.odd = true
    // oxlint-disable-next-line no-control-regex
    if (/^[\u0000-\u007f]*$/.test(text)) {
      widths.gbk = Math.max(widths.gbk, text.length)
      widths.utf8 = Math.max(widths.utf8, text.length)
      return
    }
    widths.gbk = Math.max(widths.gbk, encodeText(text, 'gbk').length)
    widths.utf8 = Math.max(widths.utf8, Buffer.byteLength(text))
    this.#isGbk &&= fitsGbk(text)
  }

  /** GBK as desktop software in China expects it, unless a character would be lost. */
  get encoding(): DbfEncoding {
    return this.#isGbk ? 'gbk' : 'utf8'
  }

  fields(): DbfField[] {
    const names = shortNames(
      this.#columns.map(({ name }) => name),
      this.encoding,
    )
    return this.#columns.map((column, i) => ({
      column,
      name: names[i]!,
      ...this.#layout(column, this.#widths[i]!),
    }))
  }

  #layout(column: Column, widths: Widths): Pick<DbfField, 'type' | 'length' | 'decimals'> {
    if (column.type === 'text' || widths.odd) {
      const length = Math.max(1, column.width ?? 0, widths[this.encoding])
      return { type: 'C', length: Math.min(MAX_TEXT, length), decimals: 0 }
    }
    if (column.type === 'flag') return { type: 'L', length: 1, decimals: 0 }
    if (column.type === 'date') return { type: 'D', length: 8, decimals: 0 }
    const whole = Math.max(1, widths.whole)
    const wanted = Math.max(widths.decimals, column.decimals ?? 0)
    const decimals = Math.max(0, Math.min(MAX_DECIMALS, wanted, MAX_NUMBER - whole - 1))
    const length = Math.max(column.width ?? 0, whole + (decimals > 0 ? decimals + 1 : 0))
    return { type: 'N', length: Math.min(MAX_NUMBER, length), decimals }
  }
}

function isOfType(value: string | number | boolean, type: Column['type']): boolean {
  switch (type) {
    case 'text':
      return true
    case 'flag':
      return typeof value === 'boolean'
    case 'date':
      return typeof value === 'string' && dateDigits(value) !== null
    case 'integer':
    case 'real':
      return typeof value === 'number' || (typeof value === 'string' && isNumeral(value))
  }
}

/** More digits than a double has stay text, in a column of numbers too. */
const isNumeral = (text: string): boolean => /^-?\d+(?:\.\d+)?$/.test(text)

/** Whether GBK has every character; those it lacks are written as `?` by whoever does not ask. */
const fitsGbk = (text: string): boolean => iconv.decode(iconv.encode(text, 'gbk'), 'gbk') === text

/**
 * Names of ten bytes at most, no two alike whatever their case. A long one loses its end at a whole character; one
 * that would then be taken ends in a number.
 */
export function shortNames(names: readonly string[], encoding: DbfEncoding): string[] {
  const taken = new Set<string>()
  return names.map((name) => {
    const wanted = ours[name] ?? name
    let short = cut(wanted, NAME_BYTES, encoding)
    for (let n = 1; taken.has(short.toLowerCase()) || short === ''; n++)
      short = `${cut(wanted, NAME_BYTES - String(n).length - 1, encoding)}_${n}`
    taken.add(short.toLowerCase())
    return short
  })
}

/** Ours that would be cut to the same beginning, or to something nobody understands. */
const ours: Readonly<Record<string, string>> = {
  area_document_m2: 'area_doc',
  area_planar_m2: 'area_plan',
  area_ellipsoid_m2: 'area_ell',
  valid_during: 'valid',
  share_of_first: 'share_1st',
  share_of_second: 'share_2nd',
}
