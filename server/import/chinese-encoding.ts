import iconv from 'iconv-lite'
import type { Message } from '../refusal.ts'
import { commonCharacters } from './common-characters.ts'

/** What double-byte text looks most like. */
export interface EncodingScore {
  /** Pairs of bytes of which the first is above 0x80. */
  readonly pairs: number
  /** Share of them that are everyday characters or signs of GB2312. */
  readonly gb: number
  /** Share that are frequent characters or signs of Big5; 0 where a pair is none of Big5 at all. */
  readonly big5: number
  /** Share that are Japanese kana, read as GB2312. */
  readonly kana: number
  /** Pairs that are characters, no signs; and share of them that are common in land records, read as GB2312. */
  readonly characters: number
  readonly common: number
  /** Share of high bytes that stand alone between ASCII, as accents in western text do. */
  readonly alone: number
}

/**
 * Counts how well bytes read as simplified (GB2312) and as traditional (Big5) text. The two encodings use the same bytes,
 * but Big5 puts half of its second bytes below 0x7F, where GB2312 has none, and keeps its everyday characters first.
 */
export function scoreChinese(texts: Iterable<Uint8Array>): EncodingScore {
  const tally = new EncodingTally()
  for (const bytes of texts) tally.add(bytes)
  return tally.score()
}

/** As `scoreChinese`, text by text. */
export class EncodingTally {
  /** Texts that were added. */
  texts = 0
  #pairs = 0
  #gb = 0
  #big5 = 0
  #isBig5 = true
  #kana = 0
  #signs = 0
  #common = 0
  #high = 0
  #alone = 0

  add(bytes: Uint8Array): void {
    this.texts++
    for (let i = 0; i < bytes.length; i++) {
      if (bytes[i]! < 0x80) continue
      this.#high++
      if ((bytes[i - 1] ?? 0) < 0x80 && (bytes[i + 1] ?? 0) < 0x80) this.#alone++
    }
    for (let i = 0; i < bytes.length; i++) {
      const lead = bytes[i]!
      if (lead < 0x80) continue
      const trail = bytes[i + 1]
      if (trail === undefined) continue // cut by the width of its field
      this.#pairs++
      i++
      if (
        trail >= 0xa1 &&
        trail <= 0xfe &&
        ((lead >= 0xb0 && lead <= 0xd7) || (lead >= 0xa1 && lead <= 0xa3))
      )
        this.#gb++
      if (lead === 0xa4 || lead === 0xa5) this.#kana++
      if (lead >= 0xa1 && lead <= 0xa3) this.#signs++
      else if (isCommon(lead, trail)) this.#common++
      const inBig5 =
        lead >= 0xa1 && lead <= 0xf9 && ((trail >= 0x40 && trail <= 0x7e) || (trail >= 0xa1 && trail <= 0xfe))
      if (!inBig5) this.#isBig5 = false
      else if (lead <= 0xc6) this.#big5++
    }
  }

  score(): EncodingScore {
    const of = (count: number, all: number): number => (all === 0 ? 0 : count / all)
    const pairs = this.#pairs
    const characters = pairs - this.#signs
    return {
      pairs,
      gb: of(this.#gb, pairs),
      big5: this.#isBig5 ? of(this.#big5, pairs) : 0,
      kana: of(this.#kana, pairs),
      characters,
      common: of(this.#common, characters),
      alone: of(this.#alone, this.#high),
    }
  }
}

/** By place in GB2312: rows and columns of 94. Made for the first text that is counted. */
let commonPlaces: ReadonlySet<number> | undefined
function isCommon(lead: number, trail: number): boolean {
  commonPlaces ??= new Set(
    [...commonCharacters].map((character) => iconv.encode(character, 'gbk').readUInt16BE(0)),
  )
  return commonPlaces.has((lead << 8) | trail)
}

/** Frequent in Big5 and rare in GB2312. */
export const looksLikeBig5 = ({ pairs, gb, big5 }: EncodingScore): boolean =>
  (pairs >= 6 && big5 > 0.85 && gb < 0.7) || (pairs >= 3 && big5 === 1 && gb < 0.7)
/** Enough of it to tell, and hardly anything but everyday characters. */
export const looksLikeGb = ({ pairs, gb }: EncodingScore): boolean => pairs >= 4 && gb > 0.85
export const looksWestern = ({ alone }: EncodingScore): boolean => alone > 0.8
/**
 * Enough of it to see that it is no simplified Chinese, whatever its bytes may be: kana, which Japanese is full of, or
 * characters of which too few are common.
 */
export const isHardlyGb = ({ pairs, gb, kana, characters, common }: EncodingScore): boolean =>
  (pairs >= 4 && (gb < 0.3 || kana > 0.1)) || (characters >= 12 && common < 0.4)

/** What speaks against simplified Chinese, for whoever has to say what it is instead. */
export function evidenceAgainstGb({ pairs, gb, kana, common }: EncodingScore): Message {
  const percent = (share: number): string => `${Math.round(share * 100)} %`
  return {
    zh: `按 GBK 读,${pairs} 个双字节字符中属简体常用区的占 ${percent(gb)},日文假名占 ${percent(kana)},用地资料常用字占 ${percent(common)}`,
    en: `read as GBK, of ${pairs} double-byte characters ${percent(gb)} lie where simplified Chinese has its everyday ones, ${percent(kana)} are Japanese kana, and ${percent(common)} are common in land records`,
  }
}
