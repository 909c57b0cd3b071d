import { Refusal, type Message, type Place } from '../../refusal.ts'
import type { DeliveredFile } from '../delivered-file.ts'
import { MAX_FEATURE_BYTES, MAX_JSON_DEPTH } from '../limits.ts'
import type { JsonFault } from './fault.ts'
import { readable } from './text.ts'

/** A place in a text as editors count it, from 1, and what stands there. */
interface Spot {
  readonly line: number
  readonly column: number
  readonly near: string
}

const START = { line: 1, column: 1 } as const

/** Read at once where lines are counted. */
const CHUNK_BYTES = 1 << 20
/** Shown of what stands at a place, bytes; enough for twelve characters. */
const NEAR_BYTES = 48

/**
 * A fault in the words of a refusal. Walks the file up to the fault to count its lines, but for a feature that is too
 * large: its number says which it is.
 * @param origin where the text begins in the file, bytes
 */
export async function told(fault: JsonFault, file: DeliveredFile, origin: number): Promise<Refusal> {
  const spot =
    fault.kind === 'feature_too_large' ? { ...START, near: '' } : await spotIn(file, origin, fault.at)
  return refusalOf(fault, spot, file.name)
}

/** As `told`, of a text at hand with one character a byte. */
export const toldOf = (fault: JsonFault, text: string, fileName: string): Refusal =>
  refusalOf(
    fault,
    {
      ...lineOf(Buffer.from(text.slice(0, fault.at), 'latin1')),
      near: text.slice(fault.at, fault.at + NEAR_BYTES),
    },
    fileName,
  )

async function spotIn(file: DeliveredFile, origin: number, at: number): Promise<Spot> {
  let counted: { line: number; column: number } = START
  for await (const piece of file.chunks(CHUNK_BYTES, origin, origin + at)) counted = lineOf(piece, counted)
  const near = Buffer.from(await file.read(origin + at, NEAR_BYTES)).toString('latin1')
  return { ...counted, near }
}

/** Characters are counted as JavaScript counts them: those of four bytes twice. */
function lineOf(
  bytes: Uint8Array,
  from: { readonly line: number; readonly column: number } = START,
): { line: number; column: number } {
  let { line, column }: { line: number; column: number } = from
  for (const byte of bytes) {
    if (byte === 0x0a) {
      line++
      column = 1
    } else if ((byte & 0xc0) !== 0x80) column += byte >= 0xf0 ? 2 : 1
  }
  return { line, column }
}

const exportAgain: Message = {
  zh: '请由提供方重新导出为标准 GeoJSON（RFC 7946）。',
  en: 'Have the sender export it again as standard GeoJSON (RFC 7946).',
}

function refusalOf({ kind, at, row, key, size }: JsonFault, spot: Spot, fileName: string): Refusal {
  const { line, column } = spot
  const place: Place = row === undefined ? { file: fileName } : { file: fileName, row }
  switch (kind) {
    case 'invalid': {
      const near = readable(spot.near.replaceAll('\x1e', ' ')).split('\n')[0]!.slice(0, 12)
      return new Refusal(
        'JSON_INVALID',
        {
          zh: `“${fileName}”第 ${line} 行第 ${column} 列不是合法的 JSON（在“${near}”处）。`,
          en: `"${fileName}" is not valid JSON at line ${line}, column ${column} (near "${near}").`,
        },
        exportAgain,
        place,
      )
    }
    case 'truncated':
      return new Refusal(
        'JSON_TRUNCATED',
        {
          zh: `“${fileName}”在第 ${at} 字节（第 ${line} 行）处中断,文件不完整。`,
          en: `"${fileName}" breaks off after ${at} bytes (line ${line}); the file is not complete.`,
        },
        {
          zh: '多为下载或拷贝中断,请重新取得完整文件。',
          en: 'Usually a download or copy was cut short; get the whole file again.',
        },
        place,
      )
    case 'too_deep':
      return new Refusal(
        'JSON_TOO_DEEP',
        {
          zh: `“${fileName}”第 ${line} 行第 ${column} 列嵌套超过 ${MAX_JSON_DEPTH} 层。`,
          en: `"${fileName}" nests deeper than ${MAX_JSON_DEPTH} levels at line ${line}, column ${column}.`,
        },
        exportAgain,
        place,
      )
    case 'duplicate_key':
      return new Refusal(
        'JSON_DUPLICATE_KEY',
        {
          zh: `“${fileName}”第 ${line} 行第 ${column} 列:同一对象中“${key}”出现两次,无法判断以哪个为准。`,
          en: `"${fileName}", line ${line}, column ${column}: "${key}" stands twice in one object, and which is meant cannot be told.`,
        },
        {
          zh: '请由提供方删去其中一个后重新导出。',
          en: 'Have the sender remove one of them and export again.',
        },
        { ...place, field: key! },
      )
    case 'feature_too_large':
      return new Refusal(
        'FEATURE_TOO_LARGE',
        {
          zh: `“${fileName}”第 ${row} 个要素有 ${size} 字节,超过 ${MAX_FEATURE_BYTES}。`,
          en: `Feature ${row} of "${fileName}" has ${size} bytes, more than ${MAX_FEATURE_BYTES}.`,
        },
        {
          zh: '请拆分该图形,或检查是否把整个图层并成了一个要素。',
          en: 'Split the shape, or check whether a whole layer was merged into one feature.',
        },
        place,
      )
  }
}
