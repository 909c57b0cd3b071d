import { isUtf8 as isWholeUtf8 } from 'node:buffer'
import iconv from 'iconv-lite'
import { Refusal } from '../refusal.ts'
import {
  evidenceAgainstGb,
  isHardlyGb,
  looksLikeBig5,
  looksWestern,
  scoreChinese,
  type EncodingScore,
} from './chinese-encoding.ts'

/** A file of text, with the encoding it turned out to be in. */
export interface DecodedText {
  readonly text: string
  readonly encoding: 'UTF-8' | 'UTF-8 BOM' | 'UTF-16LE' | 'UTF-16BE' | 'GB18030' | 'BIG5' | 'WINDOWS-1252'
}

/** How the bytes of a text are to be read. */
export interface TextEncoding {
  readonly encoding: DecodedText['encoding']
  /** As TextDecoder knows it. */
  readonly label: string
  /** Length of the mark in front of the text, bytes. */
  readonly mark: number
}

const startsWith = (bytes: Uint8Array, ...mark: number[]): boolean =>
  mark.every((byte, i) => bytes[i] === byte)

/** The encoding the first bytes tell: a mark, or UTF-16 that shows by its zeros. */
export function encodingOfStart(bytes: Uint8Array): TextEncoding | null {
  if (startsWith(bytes, 0xef, 0xbb, 0xbf)) return { encoding: 'UTF-8 BOM', label: 'utf-8', mark: 3 }
  if (startsWith(bytes, 0xff, 0xfe)) return { encoding: 'UTF-16LE', label: 'utf-16le', mark: 2 }
  if (startsWith(bytes, 0xfe, 0xff)) return { encoding: 'UTF-16BE', label: 'utf-16be', mark: 2 }
  if (isBareUtf16(bytes)) return { encoding: 'UTF-16LE', label: 'utf-16le', mark: 0 }
  return null
}

/** The encoding of a text without a mark. @throws Refusal ENCODING_UNKNOWN */
export function encodingOfContent(
  isAllUtf8: boolean,
  score: () => EncodingScore,
  fileName: string,
): TextEncoding {
  if (isAllUtf8) return { encoding: 'UTF-8', label: 'utf-8', mark: 0 }
  const scored = score()
  if (looksLikeBig5(scored)) return { encoding: 'BIG5', label: 'big5', mark: 0 }
  // Accents and curly quotes between ASCII letters; read as GB18030 they would swallow the letter behind them.
  if (looksWestern(scored)) return { encoding: 'WINDOWS-1252', label: 'windows-1252', mark: 0 }
  if (isHardlyGb(scored)) throw encodingUnknown(fileName, scored)
  return { encoding: 'GB18030', label: 'gb18030', mark: 0 }
}

/**
 * Text of unknown encoding, as survey offices send it: a BOM decides; else UTF-16 that shows by its zeros; else strict UTF-8; else GB18030, which GBK and
 * GB2312 are parts of, unless its characters are those of Big5 or of western text.
 * @throws Refusal ENCODING_INVALID for bytes that are none of these, ENCODING_UNKNOWN for text that reads as none of them
 */
export function decodeText(bytes: Uint8Array, fileName: string): DecodedText {
  const { encoding, label, mark } =
    encodingOfStart(bytes) ?? encodingOfContent(isUtf8(bytes), () => scoreChinese([bytes]), fileName)
  const decode = strictDecoder(label, fileName)
  return { text: decode(bytes.subarray(mark), true), encoding }
}

function encodingUnknown(fileName: string, score: EncodingScore): Refusal {
  const evidence = evidenceAgainstGb(score)
  return new Refusal(
    'ENCODING_UNKNOWN',
    {
      zh: `文件“${fileName}”没有说明文字编码,内容既不像 UTF-8、GBK,也不像 Big5（${evidence.zh}）。`,
      en: `"${fileName}" names no encoding, and its text looks like none of UTF-8, GBK and Big5 (${evidence.en}).`,
    },
    { zh: '请另存为 UTF-8 编码后再导入。', en: 'Save it as UTF-8 and import it again.' },
    { file: fileName },
  )
}

/** A decoder by label, as TextDecoder; Node 20's own takes Windows-1252 for ISO-8859-1 and loses its quotation marks. */
export function decoderOf(label: string): Pick<TextDecoder, 'encoding' | 'decode'> {
  if (label !== 'windows-1252') return new TextDecoder(label)
  return {
    encoding: label,
    decode: (bytes) => (bytes === undefined ? '' : iconv.decode(Buffer.from(bytes as Uint8Array), 'win1252')),
  }
}

/** UTF-16 of little end without a mark: it starts with signs of ASCII, each with a zero behind it. */
export const isBareUtf16 = (bytes: Uint8Array): boolean =>
  bytes.length >= 4 && [0, 2].every((i) => bytes[i]! >= 0x09 && bytes[i]! < 0x7f && bytes[i + 1] === 0)

/** Whether the bytes are UTF-8; with `cut`, a last character may be cut off, as fields of fixed width do. */
export function isUtf8(bytes: Uint8Array, { cut = false }: { readonly cut?: boolean } = {}): boolean {
  if (isWholeUtf8(bytes)) return true
  if (!cut) return false
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
    return true
  } catch (error) {
    if (error instanceof TypeError) return false
    throw error
  }
}

/** Whether bytes read well as GB18030, the encoding proposed when a file that must be UTF-8 is not. */
export function isGb18030(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('gb18030', { fatal: true }).decode(bytes)
    return true
  } catch (error) {
    if (error instanceof TypeError) return false
    throw error
  }
}

/**
 * Decodes a text piece by piece; a character may be cut between two of them, but not behind the last.
 * @throws Refusal ENCODING_INVALID
 */
export function strictDecoder(
  label: string,
  fileName: string,
): (bytes: Uint8Array, isLast: boolean) => string {
  if (label === 'windows-1252') {
    const { decode } = decoderOf(label)
    return (bytes) => decode(bytes)
  }
  const decoder = new TextDecoder(label, { fatal: true, ignoreBOM: true })
  return (bytes, isLast) => {
    try {
      return decoder.decode(bytes, { stream: !isLast })
    } catch (cause) {
      throw invalid(label, fileName, cause)
    }
  }
}

const invalid = (label: string, fileName: string, cause: unknown): Refusal =>
  new Refusal(
    'ENCODING_INVALID',
    {
      zh: `文件“${fileName}”的文字编码无法识别（按 ${label} 读取失败）。`,
      en: `The text of "${fileName}" cannot be decoded (it is not valid ${label}).`,
    },
    { zh: '请另存为 UTF-8 或 GBK 编码后再导入。', en: 'Save it as UTF-8 or GBK and import it again.' },
    { file: fileName },
    { cause },
  )
