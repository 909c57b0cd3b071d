/** An element that is cut out whole, or what stands between such elements. */
export interface KmlPiece {
  readonly name: string | null
  readonly text: string
}

interface OpenElement {
  readonly name: string
  depth: number
}

const skipped = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
] as const
const cutTag = /<(\/?)(Placemark|GroundOverlay|Style|StyleMap)(?=[\s>/])/y
/** A tag is told by so many characters. */
const TAG_CHARS = 24

/**
 * Cuts the text of a KML, piece by piece, into its placemarks, overlays and styles and what is around them. Looks at
 * tags alone; whether a piece is well-formed, its parser tells.
 */
export class KmlCutter {
  #text = ''
  /** Up to here it has been looked through. */
  #at = 0
  #open: OpenElement | null = null

  /** Characters that wait for the end of what they belong to. */
  get waiting(): number {
    return this.#text.length
  }

  *push(piece: string): Generator<KmlPiece> {
    this.#text += piece
    yield* this.#cut(false)
  }

  /** What is left; an element that does not end is no element. */
  *end(): Generator<KmlPiece> {
    yield* this.#cut(true)
    if (this.#text !== '') yield { name: null, text: this.#text }
    this.#text = ''
  }

  *#cut(isLast: boolean): Generator<KmlPiece> {
    for (;;) {
      const at = this.#text.indexOf('<', this.#at)
      if (at < 0) {
        this.#at = this.#text.length
        break
      }
      this.#at = at
      if (!isLast && this.#text.length - at < TAG_CHARS) break
      const skip = skipped.find(([start]) => this.#text.startsWith(start, at))
      if (skip) {
        const end = this.#text.indexOf(skip[1], at + skip[0].length)
        if (end < 0) break
        this.#at = end + skip[1].length
        continue
      }
      cutTag.lastIndex = at
      const tag = cutTag.exec(this.#text)
      if (tag === null) {
        this.#at = at + 1
        continue
      }
      const end = endOfTag(this.#text, cutTag.lastIndex)
      if (end < 0) break
      this.#at = end
      yield* this.#tag(tag[2]!, at, tag[1] === '/')
    }
    if (this.#open === null && this.#at > 0) yield { name: null, text: this.#take(this.#at) }
  }

  *#tag(name: string, at: number, isEnd: boolean): Generator<KmlPiece> {
    const isWhole = this.#text[this.#at - 2] === '/'
    if (this.#open === null) {
      if (isEnd) return
      const end = this.#at
      if (at > 0) yield { name: null, text: this.#take(at) }
      this.#at = end - at
      if (isWhole) yield { name, text: this.#take(this.#at) }
      else this.#open = { name, depth: 1 }
    } else if (name === this.#open.name && !isWhole) {
      this.#open.depth += isEnd ? -1 : 1
      if (this.#open.depth > 0) return
      this.#open = null
      yield { name, text: this.#take(this.#at) }
    }
  }

  #take(end: number): string {
    const taken = this.#text.slice(0, end)
    this.#text = this.#text.slice(end)
    this.#at = 0
    return taken
  }
}

/** Behind the `>` that ends a tag, for which quoted ones do not count; -1 where it does not end. */
export function endOfTag(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const sign = text[at]!
    if (sign === '>') return at + 1
    if (sign !== '"' && sign !== "'") continue
    at = text.indexOf(sign, at + 1)
    if (at < 0) return -1
  }
  return -1
}
