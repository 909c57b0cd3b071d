import { Refusal } from '../../refusal.ts'
import {
  EncodingTally,
  evidenceAgainstGb,
  isHardlyGb,
  looksLikeBig5,
  looksLikeGb,
  looksWestern,
  type EncodingScore,
} from '../chinese-encoding.ts'
import { isGb18030, isUtf8 } from '../text.ts'

interface DbfEncoding {
  /** Label as TextDecoder knows it. */
  readonly encoding: string
  /** What the .cpg claims when the bytes say otherwise. */
  readonly denied: string | null
  /** Neither said nor certain: told from which characters it would give. */
  readonly assumed?: boolean
}

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

/** What names and texts with a byte above ASCII tell of their encoding; each is given without the padding behind it. */
export class ForeignTexts {
  readonly #tally = new EncodingTally()
  #isAllUtf8 = true

  add(text: Uint8Array): void {
    this.#tally.add(text)
    this.#isAllUtf8 &&= isUtf8(text, { cut: true })
  }

  /**
   * @param cpg text of the .cpg beside the table, if any
   * @param languageByte of its head
   * @param isAll whether something holds for all texts; walks them again
   * @throws Refusal ENCODING_UNKNOWN
   */
  async settle(
    cpg: string | null,
    languageByte: number,
    isAll: (holds: (text: Uint8Array) => boolean) => Promise<boolean>,
    fileName: string,
  ): Promise<DbfEncoding> {
    const claimed = cpg === null ? null : codePage(cpg)
    const isAllUtf8 = this.#isAllUtf8
    const score = this.#tally.score()
    if (claimed !== null) {
      if (this.#tally.texts === 0) return { encoding: claimed, denied: null }
      // UTF-8 is never text of another encoding by chance; programs write 8859-1 when they have no opinion.
      const found = isAllUtf8
        ? 'utf-8'
        : claimed === 'utf-8' || (isWestern(claimed) && looksLikeGb(score))
          ? 'gb18030'
          : claimed
      return {
        encoding: found,
        denied: found === claimed ? null : cpg!.trim(),
      }
    }
    const language = languageBytes[languageByte]
    if (language !== undefined && !(isAllUtf8 && this.#tally.texts > 0))
      return { encoding: language, denied: null }
    if (isAllUtf8) return { encoding: 'utf-8', denied: null }
    if (looksLikeBig5(score)) return { encoding: 'big5', denied: null, assumed: true }
    if (looksWestern(score)) return { encoding: 'windows-1252', denied: null, assumed: true }
    if (isHardlyGb(score) || !(await isAll(isCutGb18030))) throw encodingUnknown(fileName, score)
    return { encoding: 'gb18030', denied: null, assumed: score.gb < 0.5 }
  }
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
