import type { Json } from '../../record/draft.ts'
import { Refusal } from '../../refusal.ts'
import type { DeliveredFile } from '../delivered-file.ts'
import { FileWindow } from '../file-window.ts'
import { MAX_FIELDS } from '../limits.ts'
import type { CutName } from '../source.ts'
import { decoderOf } from '../text.ts'
import { ForeignTexts } from './dbf-encoding.ts'
import { fieldLayout, nameFields, type DbfField, type Layout } from './dbf-fields.ts'

// The attribute table of a shapefile, dBase III. Read here and not by a package: the usual one turns 31 February into
// 3 March, cuts numbers to doubles, and stops in silence at the shorter of shapes and rows.

export interface Dbf {
  readonly encoding: string
  /** What the .cpg claims when the bytes say otherwise. */
  readonly encodingDenied: string | null
  /** Neither said nor certain: told from which characters it would give. */
  readonly encodingAssumed: boolean
  /** Columns of kinds whose values lie elsewhere, and are not read. */
  readonly unread: readonly string[]
  readonly fields: readonly DbfField[]
  readonly cutNames: ReadonlyMap<string, CutName>
  readonly rowCount: number
  /** Numbers of the rows marked as deleted, from 1. */
  readonly deleted: readonly number[]
  /** All rows in their order: null for one marked as deleted. Blank cells are left out. */
  rows(): AsyncIterable<ReadonlyMap<string, Json> | null>
}

/** Where the rows of a table lie. */
interface Grid {
  readonly file: DeliveredFile
  readonly windowBytes: number | undefined
  readonly headerLength: number
  readonly rowLength: number
  /** What the columns take together; more than a row where the head is wrong. */
  readonly width: number
  readonly rowCount: number
}

const DELETED = 0x2a // '*'
const LANGUAGE_AT = 29

/**
 * @param cpg text of the .cpg beside it, if any
 * @param windowBytes how much of it is in memory at a time
 * @throws Refusal SHP_CORRUPT, TOO_MANY_FIELDS, FIELD_DUPLICATE, ENCODING_UNKNOWN
 */
export async function openDbf(file: DeliveredFile, cpg: string | null, windowBytes?: number): Promise<Dbf> {
  const { name: fileName, size } = file
  const head = await file.read(0, 0xffff)
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  if (head.length < 33) throw corrupt(fileName, '.dbf 头部不完整', 'the head of the .dbf is cut off')
  const rowCount = view.getUint32(4, true)
  const headerLength = view.getUint16(8, true)
  const rowLength = view.getUint16(10, true)
  if (headerLength > head.length || rowLength === 0)
    throw corrupt(fileName, '.dbf 头部长度不符', 'the head of the .dbf gives a length that does not fit')
  if (headerLength + rowCount * rowLength > size) {
    const complete = Math.max(0, Math.floor((size - headerLength) / rowLength))
    throw new Refusal(
      'SHP_CORRUPT',
      {
        zh: `“${fileName}”的 .dbf 应有 ${rowCount} 行,实际到第 ${complete} 行中断。`,
        en: `The .dbf of "${fileName}" should have ${rowCount} rows but breaks off after row ${complete}.`,
      },
      { zh: '请重新导出或重新取得文件。', en: 'Export it again or get it again.' },
      { file: fileName, row: complete + 1 },
    )
  }
  const layout = fieldLayout(head, headerLength)
  if (layout.length > MAX_FIELDS) {
    throw new Refusal(
      'TOO_MANY_FIELDS',
      {
        zh: `“${fileName}”有 ${layout.length} 个字段,超过 ${MAX_FIELDS} 个。`,
        en: `"${fileName}" has ${layout.length} fields, more than ${MAX_FIELDS}.`,
      },
      { zh: '请只保留需要的字段。', en: 'Keep only the fields that are needed.' },
      { file: fileName },
    )
  }
  const width = Math.max(rowLength, ...layout.map(({ start, length }) => start + length))
  const grid = { file, windowBytes, headerLength, rowLength, width, rowCount }
  const { texts, deleted } = await survey(grid, layout)
  const { encoding, denied, assumed } = await texts.settle(
    cpg,
    head[LANGUAGE_AT]!,
    (holds) => isAll(grid, layout, holds),
    fileName,
  )
  const { fields, cutNames } = nameFields(layout, encoding, fileName)
  return {
    encoding: encodingName(encoding),
    encodingDenied: denied,
    encodingAssumed: assumed ?? false,
    unread: fields.filter(({ type }) => 'MGP'.includes(type)).map(({ name }) => name),
    fields,
    cutNames,
    rowCount,
    deleted,
    rows: () => valuesOf(grid, fields, encoding),
  }
}

/** One look at every row: which are deleted, and the texts that tell the encoding. */
async function survey(
  grid: Grid,
  layout: readonly Layout[],
): Promise<{ texts: ForeignTexts; deleted: number[] }> {
  const texts = new ForeignTexts()
  const deleted: number[] = []
  for (const { nameBytes } of layout) if (isForeign(nameBytes, 0, nameBytes.length)) texts.add(nameBytes)
  const columns = layout.filter(({ type }) => type === 'C')
  let rowNo = 0
  for await (const { bytes, at } of rowsOf(grid)) {
    rowNo++
    if (bytes[at] === DELETED) deleted.push(rowNo)
    for (const text of foreignTexts(bytes, at, columns)) texts.add(text)
  }
  return { texts, deleted }
}

async function isAll(
  grid: Grid,
  layout: readonly Layout[],
  holds: (text: Uint8Array) => boolean,
): Promise<boolean> {
  for (const { nameBytes } of layout)
    if (isForeign(nameBytes, 0, nameBytes.length) && !holds(nameBytes)) return false
  const columns = layout.filter(({ type }) => type === 'C')
  for await (const { bytes, at } of rowsOf(grid))
    if (!foreignTexts(bytes, at, columns).every(holds)) return false
  return true
}

/** Where each row begins in the bytes at hand. */
async function* rowsOf(grid: Grid): AsyncGenerator<{ readonly bytes: Buffer; readonly at: number }> {
  const { file, windowBytes, headerLength, rowLength, width, rowCount } = grid
  const window = new FileWindow(file, windowBytes)
  for (let row = 0; row < rowCount; row++) {
    const at = headerLength + row * rowLength
    const length = Math.min(width, file.size - at)
    if (!window.covers(at, length)) await window.move(at, length)
    yield { bytes: window.bytes, at: at - window.start }
  }
}

/** Texts of a row with a byte above ASCII, each without the padding behind it. */
function foreignTexts(bytes: Uint8Array, row: number, columns: readonly Layout[]): Uint8Array[] {
  const texts: Uint8Array[] = []
  for (const { start, length } of columns) {
    const [from, to] = [row + start, Math.min(row + start + length, bytes.length)]
    if (!isForeign(bytes, from, to)) continue
    let end = from
    while (end < to && bytes[end] !== 0) end++
    while (end > from && bytes[end - 1] === 0x20) end--
    if (end > from) texts.push(bytes.subarray(from, end))
  }
  return texts
}

function isForeign(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (bytes[at]! > 0x7f) return true
  return false
}

async function* valuesOf(
  grid: Grid,
  fields: readonly DbfField[],
  encoding: string,
): AsyncGenerator<ReadonlyMap<string, Json> | null> {
  const decoder = decoderOf(encoding)
  for await (const { bytes, at } of rowsOf(grid)) {
    if (bytes[at] === DELETED) {
      yield null
      continue
    }
    const values = new Map<string, Json>()
    for (const { name, type, start, length } of fields) {
      const value = cell(bytes.subarray(at + start, at + start + length), type, decoder)
      if (value !== null) values.set(name, value)
    }
    yield values
  }
}

const encodingName = (label: string): string => (label === 'utf-8' ? 'UTF-8' : label.toUpperCase())

function cell(bytes: Buffer, type: string, decoder: Pick<TextDecoder, 'decode'>): Json {
  switch (type) {
    case 'N':
    case 'F': {
      const text = bytes.toString('latin1').replaceAll('\0', ' ').trim()
      if (text === '' || /^\*+$/.test(text)) return null
      const number = Number(text)
      // More digits than a double holds: a code typed as a number. Kept as text so that none is lost.
      return Number.isFinite(number) && text.replaceAll(/\D/g, '').length <= 15 ? number : text
    }
    case 'L': {
      const sign = String.fromCharCode(bytes[0] ?? 0x3f)
      return /[TtYy]/.test(sign) ? true : /[FfNn]/.test(sign) ? false : null
    }
    case 'D': {
      const text = bytes.toString('latin1').replaceAll('\0', ' ').trim()
      return text === '' || /^0+$/.test(text) ? null : text // an empty date is written 00000000
    }
    case 'C': {
      const end = bytes.indexOf(0)
      const text = decoder.decode(end < 0 ? bytes : bytes.subarray(0, end)).trim()
      return text === '' ? null : text
    }
    case 'I': // Visual FoxPro: whole numbers, little end first
      return bytes.length === 4 ? new DataView(bytes.buffer, bytes.byteOffset, 4).getInt32(0, true) : null
    case 'B':
    case 'O': {
      const number =
        bytes.length === 8 ? new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, true) : null
      return number !== null && Number.isFinite(number) ? number : null
    }
    default:
      return null // memo fields live in another file, which shapefiles do not carry; `unread` names them
  }
}

const corrupt = (fileName: string, zh: string, en: string): Refusal =>
  new Refusal(
    'SHP_CORRUPT',
    { zh: `“${fileName}”已损坏:${zh}。`, en: `"${fileName}" is damaged: ${en}.` },
    { zh: '请重新导出或重新取得文件。', en: 'Export it again or get it again.' },
    { file: fileName },
  )
