import { MAX_FEATURE_BYTES, MAX_JSON_DEPTH } from '../limits.ts'
import { JsonFault } from './fault.ts'
import { Spans } from './spans.ts'
import { parseJson, readable, type Span } from './text.ts'

/** An object or array that is open. */
interface Level {
  readonly parent: Level | null
  readonly depth: number
  readonly isObject: boolean
  readonly start: number
  readonly keys: Set<string> | null
  key: string | null
}

/** A string that goes on in the next piece. */
interface OpenString {
  readonly start: number
  readonly isKey: boolean
  /** What was written of a key so far. */
  written: string
  /** The piece ended within an escape. */
  isEscaped: boolean
}

const sign = {
  quote: 0x22,
  backslash: 0x5c,
  open: 0x7b,
  close: 0x7d,
  openArray: 0x5b,
  closeArray: 0x5d,
  comma: 0x2c,
  colon: 0x3a,
} as const
const other = { blank: 0, plain: 1, mark: 2 } as const

/** Every byte by what it means outside strings; what means nothing of its own is part of a bare word or number. */
const meaning = Uint8Array.from({ length: 256 }, (_, byte) => {
  if ((Object.values(sign) as number[]).includes(byte) && byte !== sign.backslash && byte !== sign.colon)
    return byte
  if (byte === 0xef) return other.mark
  return byte <= 0x20 || byte === sign.colon ? other.blank : other.plain
})

/** Parts of a document this large need not be in memory to see what it is. */
const BULKY_BYTES = 1_000_000

/**
 * One walk over JSON before anything is parsed: finds the features, so that they can be parsed one at a time, and what
 * `JSON.parse` would hide or die of: keys written twice (the last would win), endless nesting, a cut end. Takes the text
 * piece by piece and keeps none of it.
 */
export class JsonScanner {
  /** Values at the outermost level: one, or one per line. */
  readonly roots: Spans
  /** Members of the array `features` of the first root. */
  readonly members: Spans
  /** That array, with its brackets. */
  features: Span | null = null
  /** Other large members of the first root. */
  readonly bulky: Span[] = []
  /** Bytes taken so far. */
  length = 0
  #level: Level | null = null
  #string: OpenString | null = null
  #inFeatures = false
  #memberStart = -1
  #rootStart = -1
  #afterComma = false

  /** @param bytes of features to be read together */
  constructor(bytes: number) {
    this.roots = new Spans(bytes)
    this.members = new Spans(bytes)
  }

  /**
   * @param text as `asOneByteText` gives it; ends where a character does
   * @throws JsonFault
   */
  push(text: string): void {
    const base = this.length
    for (let at = this.#string === null ? 0 : this.#goOn(text, 0, this.#string); at < text.length; at++) {
      switch (meaning[text.charCodeAt(at)]) {
        case other.blank:
          break
        case other.mark: // a byte order mark, at the start or where files were joined
          if (text.startsWith('\xbb\xbf', at + 1)) at += 2
          else this.#bare(base + at)
          break
        case sign.quote:
          at = this.#openString(text, at)
          break
        case sign.open:
        case sign.openArray:
          this.#open(base + at, text.charCodeAt(at) === sign.open)
          break
        case sign.close:
        case sign.closeArray:
          this.#close(base + at, text.charCodeAt(at) === sign.close)
          break
        case sign.comma:
          this.#comma(base + at)
          break
        default:
          if (this.#level === null || this.#level.depth <= 2) this.#bare(base + at)
      }
    }
    this.length = base + text.length
  }

  /** @throws JsonFault truncated */
  end(): void {
    if (this.#level !== null || this.#string !== null) throw this.#fault('truncated', this.length)
  }

  #fault(
    kind: JsonFault['kind'],
    at: number,
    more?: { readonly key?: string; readonly size?: number },
  ): JsonFault {
    return new JsonFault(kind, at, this.#inFeatures ? this.members.count + 1 : undefined, more)
  }

  /** A bare word or number; JSON.parse judges it when its value is read. */
  #bare(at: number): void {
    if (this.#level === null) throw this.#fault('invalid', at)
    this.#begin(at)
  }

  #begin(at: number): void {
    if (this.#inFeatures && this.#memberStart < 0 && this.#level!.depth === 2) this.#memberStart = at
  }

  #open(at: number, isObject: boolean): void {
    const parent = this.#level
    const depth = parent === null ? 1 : parent.depth + 1
    if (depth > MAX_JSON_DEPTH) throw this.#fault('too_deep', at)
    if (parent === null) this.#rootStart = at
    else this.#begin(at)
    if (!isObject && depth === 2 && parent!.isObject && parent!.key === 'features' && this.roots.count === 0)
      this.#inFeatures = true
    this.#level = { parent, depth, isObject, start: at, keys: isObject ? new Set() : null, key: null }
  }

  #close(at: number, isObject: boolean): void {
    const level = this.#level
    if (level === null || level.isObject !== isObject) throw this.#fault('invalid', at)
    this.#level = level.parent
    if (level.depth === 2 && this.roots.count === 0) {
      if (this.#inFeatures) {
        if (this.#memberStart >= 0) this.#member(at)
        else if (this.#afterComma) throw this.#fault('invalid', at)
        this.features = { start: level.start, end: at + 1 }
        this.#inFeatures = false
      } else if (at - level.start > BULKY_BYTES) this.bulky.push({ start: level.start, end: at + 1 })
    }
    if (level.depth === 1) this.#root(this.#rootStart, at + 1)
  }

  #comma(at: number): void {
    const level = this.#level
    if (level === null) throw this.#fault('invalid', at)
    if (level.isObject) level.key = null
    else if (this.#inFeatures && level.depth === 2) {
      if (this.#memberStart < 0) throw this.#fault('invalid', at)
      this.#member(at)
      this.#afterComma = true
    }
  }

  #member(end: number): void {
    const size = end - this.#memberStart
    if (size > MAX_FEATURE_BYTES) throw this.#fault('feature_too_large', this.#memberStart, { size })
    this.members.add(this.#memberStart, end)
    this.#memberStart = -1
  }

  #root(start: number, end: number): void {
    if (this.roots.count > 0 && this.features === null && end - start > MAX_FEATURE_BYTES)
      throw new JsonFault('feature_too_large', start, this.roots.count + 1, { size: end - start })
    this.roots.add(start, end)
  }

  /** Returns where the string ends in this piece, or its length where it goes on. */
  #openString(text: string, at: number): number {
    const level = this.#level
    const isKey = level !== null && level.isObject && level.key === null
    const start = this.length + at
    const end = closingQuote(text, at + 1)
    if (end < text.length) {
      this.#endString(start, this.length + end, isKey ? text.slice(at + 1, end) : null)
      return end
    }
    this.#string = { start, isKey, written: '', isEscaped: false }
    return this.#goOn(text, at + 1, this.#string)
  }

  #goOn(text: string, at: number, string: OpenString): number {
    const from = string.isEscaped ? at + 1 : at
    const end = closingQuote(text, from)
    if (string.isKey) {
      string.written += text.slice(at, end)
      if (string.written.length > MAX_FEATURE_BYTES)
        throw new JsonFault('feature_too_large', string.start, this.members.count + 1, {
          size: string.written.length,
        })
    }
    if (end < text.length) {
      this.#string = null
      this.#endString(string.start, this.length + end, string.isKey ? string.written : null)
      return end + 1
    }
    string.isEscaped = endsInEscape(text, from)
    return end
  }

  #endString(start: number, end: number, key: string | null): void {
    if (key !== null) this.#noteKey(start, key)
    if (this.#level === null) this.#root(start, end + 1)
    else this.#begin(start)
  }

  #noteKey(start: number, written: string): void {
    const level = this.#level!
    // keys are told apart as they are written, byte for byte; what escapes is brought to that form
    const row = this.#inFeatures ? this.members.count + 1 : undefined
    const key = written.includes('\\')
      ? oneByteKey(parseJson<string>(`"${written}"`, { start: 0, end: written.length + 2 }, start, row))
      : written
    level.key = key
    if (this.#isTooLarge(start)) return // refused at its end: its keys need no room
    if (level.keys!.has(key)) throw this.#fault('duplicate_key', start, { key: readable(key) })
    level.keys!.add(key)
  }

  /** Whether a feature, or what stands beside the features, is past what is taken. */
  #isTooLarge(at: number): boolean {
    const beside =
      at - this.#rootStart - (this.features === null ? 0 : this.features.end - this.features.start)
    return (this.#memberStart >= 0 ? at - this.#memberStart : beside) > MAX_FEATURE_BYTES
  }
}

/** Halves of surrogate pairs have no bytes of their own: a key with one stays as it is. */
const oneByteKey = (key: string): string => (key.isWellFormed() ? Buffer.from(key).toString('latin1') : key)

/** Index of the closing quote, or the length of the text. */
function closingQuote(text: string, from: number): number {
  for (let at = from; ; at++) {
    const end = text.indexOf('"', at)
    if (end < 0) return text.length
    if (slashesBefore(text, end, from) % 2 === 0) return end
    at = end
  }
}

const endsInEscape = (text: string, from: number): boolean => slashesBefore(text, text.length, from) % 2 === 1

function slashesBefore(text: string, end: number, from: number): number {
  let at = end
  while (at > from && text.charCodeAt(at - 1) === sign.backslash) at--
  return end - at
}
