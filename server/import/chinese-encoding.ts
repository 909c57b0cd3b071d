/** What double-byte text looks most like. */
export interface EncodingScore {
  /** Pairs of bytes of which the first is above 0x80. */
  readonly pairs: number
  /** Share of them that are everyday characters or signs of GB2312. */
  readonly gb: number
  /** Share that are frequent characters or signs of Big5; 0 where a pair is none of Big5 at all. */
  readonly big5: number
  /** Share of high bytes that stand alone between ASCII, as accents in western text do. */
  readonly alone: number
}

/**
 * Counts how well bytes read as simplified (GB2312) and as traditional (Big5) text. The two encodings use the same bytes,
 * but Big5 puts half of its second bytes below 0x7F, where GB2312 has none, and keeps its everyday characters first.
 */
export function scoreChinese(texts: Iterable<Uint8Array>): EncodingScore {
  let pairs = 0
  let gb = 0
  let big5 = 0
  let isBig5 = true
  let high = 0
  let alone = 0
  for (const bytes of texts) {
    for (let i = 0; i < bytes.length; i++) {
      if (bytes[i]! < 0x80) continue
      high++
      if ((bytes[i - 1] ?? 0) < 0x80 && (bytes[i + 1] ?? 0) < 0x80) alone++
    }
    for (let i = 0; i < bytes.length; i++) {
      const lead = bytes[i]!
      if (lead < 0x80) continue
      const trail = bytes[i + 1]
      if (trail === undefined) continue // cut by the width of its field
      pairs++
      i++
      if (
        trail >= 0xa1 &&
        trail <= 0xfe &&
        ((lead >= 0xb0 && lead <= 0xd7) || (lead >= 0xa1 && lead <= 0xa3))
      )
        gb++
      const inBig5 =
        lead >= 0xa1 && lead <= 0xf9 && ((trail >= 0x40 && trail <= 0x7e) || (trail >= 0xa1 && trail <= 0xfe))
      if (!inBig5) isBig5 = false
      else if (lead <= 0xc6) big5++
    }
  }
  const of = (count: number, all: number): number => (all === 0 ? 0 : count / all)
  return { pairs, gb: of(gb, pairs), big5: isBig5 ? of(big5, pairs) : 0, alone: of(alone, high) }
}

/** Frequent in Big5 and rare in GB2312. */
export const looksLikeBig5 = ({ pairs, gb, big5 }: EncodingScore): boolean =>
  (pairs >= 6 && big5 > 0.85 && gb < 0.7) || (pairs >= 3 && big5 === 1 && gb < 0.7)
/** Enough of it to tell, and hardly anything but everyday characters. */
export const looksLikeGb = ({ pairs, gb }: EncodingScore): boolean => pairs >= 4 && gb > 0.85
export const looksWestern = ({ alone }: EncodingScore): boolean => alone > 0.8
/** Enough of it to see that it is no simplified Chinese. */
export const isHardlyGb = ({ pairs, gb }: EncodingScore): boolean => pairs >= 4 && gb < 0.3
