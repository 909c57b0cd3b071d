import type { Json } from '../../record/draft.ts'
import { Refusal } from '../../refusal.ts'
import { MAX_FIELDS } from '../limits.ts'
import {
  evidenceAgainstGb,
  isHardlyGb,
  looksLikeBig5,
  looksLikeGb,
  looksWestern,
  scoreChinese,
  type EncodingScore,
} from '../chinese-encoding.ts'
import type { ColumnDeclared, CutName } from '../source.ts'
import { decoderOf, isGb18030, isUtf8 } from '../text.ts'

// The attribute table of a shapefile, dBase III. Read here and not by the package that reads the shapes: that one
// turns 31 February into 3 March, cuts numbers to doubles, and stops in silence at the shorter of shapes and rows.

export interface DbfField {
  readonly name: string
  readonly type: string
  readonly start: number
  readonly length: number
  readonly decimals: number
}

export interface Dbf {
  readonly encoding: string
  /** How the encoding was learned. */
  readonly encodingBy: 'cpg' | 'language_byte' | 'content'
  /** What the .cpg claims when the bytes say otherwise. */
  readonly encodingDenied: string | null
  /** Neither said nor certain: told from which characters it would give. */
  readonly encodingAssumed: boolean
  /** Columns of kinds whose values lie elsewhere, and are not read. */
  readonly unread: readonly string[]
  readonly fields: readonly DbfField[]
  readonly cutNames: ReadonlyMap<string, CutName>
  readonly rowCount: number
  isDeleted(index: number): boolean
  /** Null for a row marked as deleted. Blank cells are left out. */
  row(index: number): ReadonlyMap<string, Json> | null
}

/** Names of ten bytes or more are cut by the format. */
const NAME_BYTES = 10
/** Code page marks worth believing; 0x00, 0x03 and 0x57 are what programs write when they have no opinion. */
const languageBytes: Readonly<Record<number, string>> = {
  0x4d: 'gb18030',
  0x7a: 'gb18030',
  0x4f: 'big5',
  0x78: 'big5',
  0x13: 'shift_jis',
  0x7b: 'shift_jis',
  0x4e: 'euc-kr',
  0x79: 'euc-kr',
  0xc9: 'windows-1251',
}

/**
 * @param cpg text of the .cpg beside it, if any
 * @throws Refusal SHP_CORRUPT, TOO_MANY_FIELDS, FIELD_DUPLICATE, ENCODING_UNKNOWN
 */
export function readDbf(bytes: Uint8Array, cpg: string | null, fileName: string): Dbf {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 33) throw corrupt(fileName, '.dbf 头部不完整', 'the head of the .dbf is cut off')
  const rowCount = view.getUint32(4, true)
  const headerLength = view.getUint16(8, true)
  const rowLength = view.getUint16(10, true)
  if (headerLength > bytes.length || rowLength === 0)
    throw corrupt(fileName, '.dbf 头部长度不符', 'the head of the .dbf gives a length that does not fit')
  if (headerLength + rowCount * rowLength > bytes.length) {
    const complete = Math.max(0, Math.floor((bytes.length - headerLength) / rowLength))
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
  const layout = fieldLayout(bytes, headerLength)
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
  const { encoding, by, denied, assumed } = settleEncoding(
    bytes,
    layout,
    headerLength,
    rowCount,
    rowLength,
    cpg,
    fileName,
  )
  const decoder = decoderOf(encoding)
  const { fields, cutNames } = nameFields(layout, encoding, fileName)
  return {
    encoding: encodingName(encoding),
    encodingBy: by,
    encodingDenied: denied,
    encodingAssumed: assumed ?? false,
    unread: fields.filter(({ type }) => 'MGP'.includes(type)).map(({ name }) => name),
    fields,
    cutNames,
    rowCount,
    isDeleted: (index) => bytes[headerLength + index * rowLength] === 0x2a, // '*'
    row(index) {
      const start = headerLength + index * rowLength
      if (bytes[start] === 0x2a) return null // '*': deleted
      const values = new Map<string, Json>()
      for (const field of fields) {
        const value = cell(
          bytes.subarray(start + field.start, start + field.start + field.length),
          field.type,
          decoder,
        )
        if (value !== null) values.set(field.name, value)
      }
      return values
    },
  }
}

/** The column as it was declared; types we do not read are none. */
export function declaredAs({ type, length, decimals }: DbfField): ColumnDeclared | null {
  switch (type) {
    case 'C':
      return { type: 'text', width: length }
    case 'N':
    case 'F':
      return { type: decimals > 0 ? 'real' : 'integer', width: length, decimals }
    case 'L':
      return { type: 'flag' }
    case 'D':
      return { type: 'date' }
    default:
      return null
  }
}

interface Layout {
  readonly nameBytes: Uint8Array
  readonly type: string
  readonly start: number
  readonly length: number
  readonly decimals: number
}

function fieldLayout(bytes: Uint8Array, headerLength: number): Layout[] {
  const layout: Layout[] = []
  let start = 1 // after the mark of deleted rows
  for (let at = 32; at + 32 <= headerLength && bytes[at] !== 0x0d; at += 32) {
    const name = bytes.subarray(at, at + 11)
    const end = name.indexOf(0)
    const length = bytes[at + 16]!
    layout.push({
      nameBytes: name.subarray(0, end < 0 ? 11 : end),
      type: String.fromCharCode(bytes[at + 11]!),
      start,
      length,
      decimals: bytes[at + 17]!,
    })
    start += length
  }
  return layout
}

function nameFields(
  layout: readonly Layout[],
  encoding: string,
  fileName: string,
): { fields: DbfField[]; cutNames: Map<string, CutName> } {
  const cutNames = new Map<string, CutName>()
  const seen = new Set<string>()
  const fields = layout.map(({ nameBytes, type, start, length, decimals }): DbfField => {
    const { text, stray } = decodeCut(nameBytes, encoding)
    const name = text.trim()
    const folded = name.toLowerCase()
    if (seen.has(folded)) {
      throw new Refusal(
        'FIELD_DUPLICATE',
        {
          zh: `“${fileName}”中有两个字段都叫“${name}”。`,
          en: `Two fields of "${fileName}" are called "${name}".`,
        },
        {
          zh: 'Shapefile 字段名最多 10 个字节（5 个汉字）,请改短使其不同后重新导出。',
          en: 'Names in a shapefile hold 10 bytes; shorten them so that they differ and export again.',
        },
        { file: fileName, field: name },
      )
    }
    seen.add(folded)
    if (nameBytes.length >= NAME_BYTES) cutNames.set(name, { name, stray })
    return { name, type, start, length, decimals }
  })
  return { fields, cutNames }
}

/** Text whose last character may be cut in the middle: what is whole, and the bytes left over. */
function decodeCut(bytes: Uint8Array, encoding: string): { text: string; stray: number[] } {
  const decoder = decoderOf(encoding)
  const text = decoder.decode(bytes, { stream: true })
  const rest = decoder.decode() // what the decoder still held back
  if (rest === '' || encoding !== 'utf-8') return { text, stray: [] }
  return { text, stray: [...bytes.subarray(Buffer.byteLength(text))] }
}

function settleEncoding(
  bytes: Uint8Array,
  layout: readonly Layout[],
  headerLength: number,
  rowCount: number,
  rowLength: number,
  cpg: string | null,
  fileName: string,
): { encoding: string; by: Dbf['encodingBy']; denied: string | null; assumed?: boolean } {
  const claimed = cpg === null ? null : codePage(cpg)
  const texts = [...foreignTexts(bytes, layout, headerLength, rowCount, rowLength)]
  const isAllUtf8 = texts.every((text) => isUtf8(text, { cut: true }))
  const score = scoreChinese(texts)
  if (claimed !== null) {
    if (texts.length === 0) return { encoding: claimed, by: 'cpg', denied: null }
    // UTF-8 is never text of another encoding by chance; programs write 8859-1 when they have no opinion.
    const found = isAllUtf8
      ? 'utf-8'
      : claimed === 'utf-8' || (isWestern(claimed) && looksLikeGb(score))
        ? 'gb18030'
        : claimed
    return {
      encoding: found,
      by: found === claimed ? 'cpg' : 'content',
      denied: found === claimed ? null : cpg!.trim(),
    }
  }
  const language = languageBytes[bytes[29]!]
  if (language !== undefined && !(isAllUtf8 && texts.length > 0))
    return { encoding: language, by: 'language_byte', denied: null }
  if (isAllUtf8) return { encoding: 'utf-8', by: 'content', denied: null }
  if (looksLikeBig5(score)) return { encoding: 'big5', by: 'content', denied: null, assumed: true }
  if (looksWestern(score)) return { encoding: 'windows-1252', by: 'content', denied: null, assumed: true }
  if (isHardlyGb(score) || !texts.every(isCutGb18030)) throw encodingUnknown(fileName, score)
  return { encoding: 'gb18030', by: 'content', denied: null, assumed: score.gb < 0.5 }
}

const encodingUnknown = (fileName: string, score: EncodingScore): Refusal => {
  const evidence = evidenceAgainstGb(score)
  return new Refusal(
    'ENCODING_UNKNOWN',
    {
      zh: `“${fileName}”的 .dbf 没有说明文字编码,内容既不像 UTF-8、GBK,也不像 Big5（${evidence.zh}）。`,
      en: `The .dbf of "${fileName}" names no encoding, and its text looks like none of UTF-8, GBK and Big5 (${evidence.en}).`,
    },
    {
      zh: '请在同名 .cpg 文件中写明编码（如 GBK、UTF-8、BIG5）后一起打包。',
      en: 'Put a .cpg of the same name beside it that names the encoding (GBK, UTF-8, BIG5, …) and pack them together.',
    },
    { file: fileName },
  )
}

const isWestern = (label: string): boolean => /^(?:windows-1252|iso-8859-\d+)$/.test(label)

/** Names and texts with a byte above ASCII, each without the padding behind it. */
function* foreignTexts(
  bytes: Uint8Array,
  layout: readonly Layout[],
  headerLength: number,
  rowCount: number,
  rowLength: number,
): Generator<Uint8Array> {
  for (const { nameBytes } of layout) if (nameBytes.some((byte) => byte > 0x7f)) yield nameBytes
  const texts = layout.filter(({ type }) => type === 'C')
  for (let row = 0; row < rowCount; row++) {
    const start = headerLength + row * rowLength
    for (const { start: offset, length } of texts) {
      const cell = bytes.subarray(start + offset, start + offset + length)
      if (!cell.some((byte) => byte > 0x7f)) continue
      let end = cell.indexOf(0)
      if (end < 0) end = cell.length
      while (end > 0 && cell[end - 1] === 0x20) end--
      if (end > 0) yield cell.subarray(0, end)
    }
  }
}

/** GB18030, but for a last character the width of its field may have cut. */
function isCutGb18030(bytes: Uint8Array): boolean {
  return isGb18030(bytes) || isGb18030(bytes.subarray(0, -1))
}

function codePage(cpg: string): string | null {
  const name = cpg
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_-]/g, '')
  if (name === 'utf8' || name === '65001') return 'utf-8'
  if (/^(?:cp|ansi|ms|oem)?(?:936|gbk|gb2312|gb18030|54936)$/.test(name)) return 'gb18030'
  if (/^(?:cp|ansi|ms|oem)?(?:950|big5)$/.test(name)) return 'big5'
  const windows = /^(?:cp|win|windows|ansi|ms)?(125\d|874)$/.exec(name)
  try {
    if (windows) return new TextDecoder(`windows-${windows[1]}`).encoding
    if (/^koi8[ru]$/.test(name)) return `koi8-${name.at(-1)}`
    if (name === 'shiftjis' || name === 'cp932' || name === '932') return 'shift_jis'
    return new TextDecoder(cpg.trim()).encoding
  } catch (error) {
    if (error instanceof RangeError) return null // no encoding we know: the content decides
    throw error
  }
}

const encodingName = (label: string): string => (label === 'utf-8' ? 'UTF-8' : label.toUpperCase())

function cell(bytes: Uint8Array, type: string, decoder: Pick<TextDecoder, 'decode'>): Json {
  switch (type) {
    case 'N':
    case 'F': {
      const text = Buffer.from(bytes).toString('latin1').replaceAll('\0', ' ').trim()
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
      const text = Buffer.from(bytes).toString('latin1').replaceAll('\0', ' ').trim()
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
