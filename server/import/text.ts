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

const startsWith = (bytes: Uint8Array, ...mark: number[]): boolean =>
  mark.every((byte, i) => bytes[i] === byte)

/**
 * Text of unknown encoding, as survey offices send it: a BOM decides; else UTF-16 that shows by its zeros; else strict UTF-8; else GB18030, which GBK and
 * GB2312 are parts of, unless its characters are those of Big5 or of western text.
 * @throws Refusal ENCODING_INVALID for bytes that are none of these, ENCODING_UNKNOWN for text that reads as none of them
 */
export function decodeText(bytes: Uint8Array, fileName: string): DecodedText {
  if (startsWith(bytes, 0xef, 0xbb, 0xbf))
    return { text: strict('utf-8', bytes.subarray(3), fileName), encoding: 'UTF-8 BOM' }
  if (startsWith(bytes, 0xff, 0xfe))
    return { text: strict('utf-16le', bytes.subarray(2), fileName), encoding: 'UTF-16LE' }
  if (startsWith(bytes, 0xfe, 0xff))
    return { text: strict('utf-16be', bytes.subarray(2), fileName), encoding: 'UTF-16BE' }
  if (isBareUtf16(bytes)) return { text: strict('utf-16le', bytes, fileName), encoding: 'UTF-16LE' }
  if (isUtf8(bytes))
    return { text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes), encoding: 'UTF-8' }
  const score = scoreChinese([bytes])
  if (looksLikeBig5(score)) return { text: strict('big5', bytes, fileName), encoding: 'BIG5' }
  // Accents and curly quotes between ASCII letters; read as GB18030 they would swallow the letter behind them.
  if (looksWestern(score)) return { text: decoderOf('windows-1252').decode(bytes), encoding: 'WINDOWS-1252' }
  if (isHardlyGb(score)) throw encodingUnknown(fileName, score)
  return { text: strict('gb18030', bytes, fileName), encoding: 'GB18030' }
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

function strict(label: string, bytes: Uint8Array, fileName: string): string {
  try {
    return new TextDecoder(label, { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new Refusal(
      'ENCODING_INVALID',
      {
        zh: `文件“${fileName}”的文字编码无法识别（按 ${label} 读取失败）。`,
        en: `The text of "${fileName}" cannot be decoded (it is not valid ${label}).`,
      },
      { zh: '请另存为 UTF-8 或 GBK 编码后再导入。', en: 'Save it as UTF-8 or GBK and import it again.' },
      { file: fileName },
      { cause },
    )
  }
}
