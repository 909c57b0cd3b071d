import { Refusal, type Message, type Place } from '../../refusal.ts'
import { MAX_FEATURE_BYTES, MAX_JSON_DEPTH } from '../limits.ts'

/** A stretch of the text, `[start, end)`. */
export interface Span {
  readonly start: number
  readonly end: number
}

export interface ScannedJson {
  /** Values at the outermost level: one, or one per line. */
  readonly roots: readonly Span[]
  /** Members of the array `features` of the first root, and the array itself with its brackets. */
  readonly features: { readonly array: Span; readonly members: readonly Span[] } | null
}

interface Level {
  readonly isObject: boolean
  readonly start: number
  readonly keys: Set<string> | null
  key: string | null
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

/**
 * UTF-8 as a string of one character per byte: half the memory of the text itself, and a place in it is one in the file.
 * What JSON is made of is ASCII, so it can be scanned so; `parseJson` gives the text back.
 */
export const asOneByteText = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')

const readable = (oneByte: string): string =>
  // oxlint-disable-next-line no-control-regex
  /^[\u0000-\u007f]*$/.test(oneByte) ? oneByte : Buffer.from(oneByte, 'latin1').toString('utf8')

/**
 * One walk over JSON text before anything is parsed: finds the features, so that they can be parsed one at a time,
 * and what `JSON.parse` would hide or die of: keys written twice (the last would win), endless nesting, a cut end.
 * @param text as `asOneByteText` gives it
 * @throws Refusal JSON_TRUNCATED, JSON_TOO_DEEP, JSON_DUPLICATE_KEY, JSON_INVALID, FEATURE_TOO_LARGE with the place
 */
export function scanJson(text: string, fileName: string): ScannedJson {
  const stack: Level[] = []
  const roots: Span[] = []
  const members: Span[] = []
  let array: Span | null = null
  let inFeatures = false
  let memberStart = -1
  let rootStart = -1
  let afterComma = false

  const place = (): Place => (inFeatures ? { file: fileName, row: members.length + 1 } : { file: fileName })

  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at)
    if (char === sign.quote) {
      const end = stringEnd(text, at)
      if (end < 0) throw truncated(text, fileName, place())
      const level = stack.at(-1)
      if (level?.isObject && level.key === null) noteKey(text, at, end, level, fileName, place())
      if (inFeatures && memberStart < 0 && stack.length === 2) memberStart = at
      if (stack.length === 0) roots.push({ start: at, end: end + 1 })
      at = end
    } else if (char === sign.open || char === sign.openArray) {
      if (stack.length === MAX_JSON_DEPTH) throw tooDeep(text, at, fileName, place())
      if (stack.length === 0) rootStart = at
      const parent = stack.at(-1)
      const isObject = char === sign.open
      if (inFeatures && memberStart < 0 && stack.length === 2) memberStart = at
      if (
        !isObject &&
        stack.length === 1 &&
        parent!.isObject &&
        parent!.key === 'features' &&
        roots.length === 0
      )
        inFeatures = true
      stack.push({ isObject, start: at, keys: isObject ? new Set() : null, key: null })
    } else if (char === sign.close || char === sign.closeArray) {
      const level = stack.pop()
      if (level === undefined || level.isObject !== (char === sign.close))
        throw invalid(text, at, fileName, place())
      if (inFeatures && stack.length === 1) {
        if (memberStart >= 0) members.push({ start: memberStart, end: at })
        else if (afterComma) throw invalid(text, at, fileName, place())
        array = { start: level.start, end: at + 1 }
        inFeatures = false
        memberStart = -1
      }
      if (stack.length === 0) roots.push({ start: rootStart, end: at + 1 })
    } else if (char === sign.comma) {
      const level = stack.at(-1)
      if (level?.isObject) level.key = null
      if (inFeatures && stack.length === 2) {
        if (memberStart < 0) throw invalid(text, at, fileName, place())
        if (at - memberStart > MAX_FEATURE_BYTES)
          throw featureTooLarge(fileName, members.length + 1, at - memberStart)
        members.push({ start: memberStart, end: at })
        memberStart = -1
        afterComma = true
      }
      if (stack.length === 0) throw invalid(text, at, fileName, place())
    } else if (char === 0xef && text.startsWith('\xbb\xbf', at + 1)) {
      at += 2 // a byte order mark, at the start or where files were joined
    } else if (char > 0x20 && char !== sign.colon) {
      // A bare word or number; JSON.parse judges it when its value is read.
      if (inFeatures && memberStart < 0 && stack.length === 2) memberStart = at
      if (stack.length === 0) throw invalid(text, at, fileName, place())
    }
  }
  if (stack.length > 0)
    throw truncated(
      text,
      fileName,
      inFeatures ? { file: fileName, row: members.length + 1 } : { file: fileName },
    )
  return { roots, features: array === null ? null : { array, members } }
}

/** Index of the closing quote, or -1. */
function stringEnd(text: string, open: number): number {
  for (let at = open + 1; ; at++) {
    const end = text.indexOf('"', at)
    if (end < 0) return -1
    let slashes = 0
    while (text.charCodeAt(end - 1 - slashes) === sign.backslash) slashes++
    if (slashes % 2 === 0) return end
    at = end
  }
}

/** Halves of surrogate pairs have no bytes of their own: a key with one stays as it is. */
const oneByteKey = (key: string): string => (key.isWellFormed() ? asOneByteText(Buffer.from(key)) : key)

function noteKey(
  text: string,
  open: number,
  close: number,
  level: Level,
  fileName: string,
  place: Place,
): void {
  const written = text.slice(open + 1, close)
  // keys are told apart as they are written, byte for byte; what escapes is brought to that form
  const key = written.includes('\\')
    ? oneByteKey(parseJson<string>(text, { start: open, end: close + 1 }, fileName, place))
    : written
  level.key = key
  if (!level.keys!.has(key)) {
    level.keys!.add(key)
    return
  }
  const shown = readable(key)
  const { line, column } = lineOf(text, open)
  throw new Refusal(
    'JSON_DUPLICATE_KEY',
    {
      zh: `“${fileName}”第 ${line} 行第 ${column} 列:同一对象中“${shown}”出现两次,无法判断以哪个为准。`,
      en: `"${fileName}", line ${line}, column ${column}: "${shown}" stands twice in one object, and which is meant cannot be told.`,
    },
    { zh: '请由提供方删去其中一个后重新导出。', en: 'Have the sender remove one of them and export again.' },
    { ...place, field: shown },
  )
}

/** Parses one stretch. @throws Refusal JSON_INVALID with line and column in the whole text */
export function parseJson<Value>(text: string, { start, end }: Span, fileName: string, place: Place): Value {
  try {
    return JSON.parse(readable(text.slice(start, end))) as Value
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    const within = /position (\d+)/.exec(error.message)
    const before = readable(text.slice(start, end)).slice(0, within ? Number(within[1]) : 0)
    throw invalid(text, start + Buffer.byteLength(before), fileName, place)
  }
}

/** Counts from 1, as editors do. */
function lineOf(text: string, at: number): { line: number; column: number } {
  const before = text.slice(0, at)
  const lastBreak = before.lastIndexOf('\n')
  return { line: before.split('\n').length, column: readable(before.slice(lastBreak + 1)).length + 1 }
}

const exportAgain: Message = {
  zh: '请由提供方重新导出为标准 GeoJSON（RFC 7946）。',
  en: 'Have the sender export it again as standard GeoJSON (RFC 7946).',
}

function invalid(text: string, at: number, fileName: string, place: Place): Refusal {
  const { line, column } = lineOf(text, at)
  const near = readable(text.slice(at, at + 48))
    .split('\n')[0]!
    .slice(0, 12)
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

function truncated(text: string, fileName: string, place: Place): Refusal {
  const { line } = lineOf(text, text.length)
  const bytes = text.length
  return new Refusal(
    'JSON_TRUNCATED',
    {
      zh: `“${fileName}”在第 ${bytes} 字节（第 ${line} 行）处中断,文件不完整。`,
      en: `"${fileName}" breaks off after ${bytes} bytes (line ${line}); the file is not complete.`,
    },
    {
      zh: '多为下载或拷贝中断,请重新取得完整文件。',
      en: 'Usually a download or copy was cut short; get the whole file again.',
    },
    place,
  )
}

function tooDeep(text: string, at: number, fileName: string, place: Place): Refusal {
  const { line, column } = lineOf(text, at)
  return new Refusal(
    'JSON_TOO_DEEP',
    {
      zh: `“${fileName}”第 ${line} 行第 ${column} 列嵌套超过 ${MAX_JSON_DEPTH} 层。`,
      en: `"${fileName}" nests deeper than ${MAX_JSON_DEPTH} levels at line ${line}, column ${column}.`,
    },
    exportAgain,
    place,
  )
}

function featureTooLarge(fileName: string, row: number, bytes: number): Refusal {
  return new Refusal(
    'FEATURE_TOO_LARGE',
    {
      zh: `“${fileName}”第 ${row} 个要素有 ${bytes} 字节,超过 ${MAX_FEATURE_BYTES}。`,
      en: `Feature ${row} of "${fileName}" has ${bytes} bytes, more than ${MAX_FEATURE_BYTES}.`,
    },
    {
      zh: '请拆分该图形,或检查是否把整个图层并成了一个要素。',
      en: 'Split the shape, or check whether a whole layer was merged into one feature.',
    },
    { file: fileName, row },
  )
}
