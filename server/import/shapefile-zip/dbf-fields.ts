import { Refusal } from '../../refusal.ts'
import type { ColumnDeclared, CutName } from '../source.ts'
import { decoderOf } from '../text.ts'

export interface DbfField {
  readonly name: string
  readonly type: string
  readonly start: number
  readonly length: number
  readonly decimals: number
}

/** A column before the encoding of its name is known. */
export interface Layout {
  readonly nameBytes: Uint8Array
  readonly type: string
  readonly start: number
  readonly length: number
  readonly decimals: number
}

/** The columns a head lists. */
export function fieldLayout(bytes: Uint8Array, headerLength: number): Layout[] {
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

/** Names of ten bytes or more are cut by the format. */
const NAME_BYTES = 10

/** @throws Refusal FIELD_DUPLICATE */
export function nameFields(
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
