import { Refusal } from '../../refusal.ts'
import { decodeText } from '../text.ts'

/** A group code and its value, the smallest piece of a DXF. */
export interface Pair {
  readonly code: number
  readonly value: string
}

/**
 * Text of an ASCII DXF: UTF-8 since AutoCAD 2007 (AC1021), before that the code page its head names.
 * @throws Refusal DXF_BINARY, ENCODING_INVALID
 */
export function decodeDxf(bytes: Uint8Array, fileName: string): { text: string; encoding: string } {
  const head = Buffer.from(bytes.subarray(0, 8_000)).toString('latin1')
  if (head.startsWith('AutoCAD Binary DXF')) {
    throw new Refusal(
      'DXF_BINARY',
      { zh: `“${fileName}”是二进制 DXF。`, en: `"${fileName}" is a binary DXF.` },
      { zh: '请另存为 ASCII DXF。', en: 'Save it as ASCII DXF.' },
      { file: fileName },
    )
  }
  const version = /\$ACADVER\s+1\s+AC(\d+)/.exec(head)?.[1]
  const page = /\$DWGCODEPAGE\s+3\s+(\S+)/.exec(head)?.[1]?.toUpperCase() ?? ''
  if (Number(version ?? 1021) < 1021 && /950|BIG5/.test(page))
    return { text: new TextDecoder('big5').decode(bytes), encoding: 'BIG5' }
  // Programs write UTF-8 into old versions and GBK into new ones, so the bytes have the last word.
  return decodeText(bytes, fileName)
}

/** @throws Refusal DXF_INVALID where a group code should stand and does not */
export function* pairsOf(text: string, fileName: string): Generator<Pair> {
  let at = 0
  let lineNo = 0
  const line = (): string | null => {
    if (at >= text.length) return null
    let end = text.indexOf('\n', at)
    if (end < 0) end = text.length
    const found = text.slice(at, text.charCodeAt(end - 1) === 13 ? end - 1 : end)
    at = end + 1
    lineNo++
    return found
  }
  for (;;) {
    const code = line()
    if (code === null || (code.trim() === '' && at >= text.length)) return
    const value = line()
    if (value === null || !/^\s*\d{1,4}\s*$/.test(code)) {
      throw new Refusal(
        'DXF_INVALID',
        {
          zh: `“${fileName}”第 ${lineNo} 行不是 DXF 组码,文件可能不完整。`,
          en: `Line ${lineNo} of "${fileName}" is no DXF group code; the file may be cut off.`,
        },
        { zh: '请重新导出或重新取得文件。', en: 'Export it again or get it again.' },
        { file: fileName, row: lineNo },
      )
    }
    yield { code: Number(code), value: unescaped(value) }
  }
}

/** `\U+5730` is 地, in files that keep to ASCII. */
const unescaped = (value: string): string =>
  value.includes('\\U+')
    ? value.replaceAll(/\\U\+([0-9A-F]{4})/gi, (_, hex: string) =>
        String.fromCharCode(Number.parseInt(hex, 16)),
      )
    : value
