import { isUtf8 } from 'node:buffer'
import { Refusal } from '../../refusal.ts'
import type { DeliveredFile } from '../delivered-file.ts'
import { JsonFault } from './fault.ts'
import { JsonScanner } from './scan.ts'
import { asOneByteText } from './text.ts'
import { told } from './told.ts'

/** Read at once, bytes. */
export const STRETCH_BYTES = 1 << 20
const BOM_BYTES = 3

/** A file of JSON in UTF-8; places in it are counted from behind its byte order mark. */
export class JsonDocument {
  readonly fileName: string
  readonly hasBom: boolean
  readonly #file: DeliveredFile
  readonly #origin: number

  private constructor(file: DeliveredFile, hasBom: boolean) {
    this.fileName = file.name
    this.hasBom = hasBom
    this.#file = file
    this.#origin = hasBom ? BOM_BYTES : 0
  }

  /** @throws Refusal ENCODING_UNSUPPORTED */
  static async open(file: DeliveredFile): Promise<JsonDocument> {
    const [a, b, c] = await file.read(0, BOM_BYTES)
    if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) {
      throw new Refusal(
        'ENCODING_UNSUPPORTED',
        {
          zh: `“${file.name}”是 UTF-16 编码;GeoJSON 应为 UTF-8。`,
          en: `"${file.name}" is UTF-16; GeoJSON is UTF-8.`,
        },
        { zh: '请另存为 UTF-8 后再导入。', en: 'Save it as UTF-8 and import it again.' },
        { file: file.name },
      )
    }
    return new JsonDocument(file, a === 0xef && b === 0xbb && c === 0xbf)
  }

  /** One-byte text of a stretch. */
  async read(start: number, end: number): Promise<string> {
    return asOneByteText(await this.#file.read(this.#origin + start, end - start))
  }

  /** A fault in this document, in words. */
  told(fault: JsonFault): Promise<Refusal> {
    return told(fault, this.#file, this.#origin)
  }

  /** Does something with its text. @throws Refusal for a fault */
  async refusing<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw error instanceof JsonFault ? await this.told(error) : error
    }
  }

  /**
   * Walks all of it once. Text that is not UTF-8 is told before anything else that is wrong with it.
   * @throws Refusal ENCODING_INVALID and those of `told`
   */
  async scan(stretchBytes: number): Promise<JsonScanner> {
    const scanner = new JsonScanner(stretchBytes)
    let fault: JsonFault | null = null
    for await (const bytes of this.#pieces(stretchBytes)) {
      if (!isUtf8(bytes)) throw await notUtf8(this.#file)
      fault ??= faultOf(() => scanner.push(asOneByteText(bytes)))
    }
    fault ??= faultOf(() => scanner.end())
    if (fault !== null) throw await this.told(fault)
    return scanner
  }

  /** Cut where a character ends. */
  async *#pieces(bytes: number): AsyncGenerator<Uint8Array> {
    const LONGEST_CHARACTER = 4
    for (let at = this.#origin; at < this.#file.size;) {
      const piece = await this.#file.read(at, Math.max(bytes, LONGEST_CHARACTER))
      if (piece.length === 0) return // cut while it is read
      const isLast = at + piece.length >= this.#file.size
      const whole = isLast ? piece : piece.subarray(0, endOfCharacter(piece))
      yield whole
      at += whole.length
    }
  }
}

function faultOf(work: () => void): JsonFault | null {
  try {
    work()
    return null
  } catch (error) {
    if (error instanceof JsonFault) return error
    throw error
  }
}

/** Where the last whole character ends; all of it where there is none, for bytes that are not UTF-8. */
function endOfCharacter(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back < bytes.length; back++) {
    const byte = bytes[bytes.length - back]!
    if (byte < 0x80) return bytes.length
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
      return back < length ? bytes.length - back : bytes.length
    }
  }
  return bytes.length
}

/** Whether bytes read well as GB18030, the encoding proposed when a file that must be UTF-8 is not. */
async function isGb18030(file: DeliveredFile): Promise<boolean> {
  const decoder = new TextDecoder('gb18030', { fatal: true })
  try {
    for await (const piece of file.chunks()) decoder.decode(piece, { stream: true })
    decoder.decode()
    return true
  } catch (error) {
    if (error instanceof TypeError) return false
    throw error
  }
}

async function notUtf8(file: DeliveredFile): Promise<Refusal> {
  const fileName = file.name
  const asGbk = await isGb18030(file)
  const preview = asGbk
    ? new TextDecoder('gb18030')
        .decode(await file.read(0, 4_000))
        .split('\n')
        .slice(0, 3)
        .join(' ')
        .slice(0, 160)
    : ''
  return new Refusal(
    'ENCODING_INVALID',
    {
      zh: `“${fileName}”不是 UTF-8 编码。${asGbk ? `按 GBK 读为:${preview}…` : ''}`,
      en: `"${fileName}" is not UTF-8.${asGbk ? ` Read as GBK it starts: ${preview}…` : ''}`,
    },
    {
      zh: asGbk ? '看来是 GBK,请另存为 UTF-8 后再导入。' : '请另存为 UTF-8 后再导入。',
      en: asGbk
        ? 'It seems to be GBK; save it as UTF-8 and import it again.'
        : 'Save it as UTF-8 and import it again.',
    },
    { file: fileName },
  )
}
