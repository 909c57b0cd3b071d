import { JsonFault } from './fault.ts'

/** A stretch of a text, `[start, end)`, bytes. */
export interface Span {
  readonly start: number
  readonly end: number
}

/**
 * UTF-8 as a string of one character per byte: half the memory of the text itself, and a place in it is one in the file.
 * What JSON is made of is ASCII, so it can be scanned so; `parseJson` gives the text back. The record separators of
 * RFC 8142, which only stand between values, are blanks.
 */
export const asOneByteText = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1').replaceAll('\x1e', ' ')

export const readable = (oneByte: string): string =>
  // oxlint-disable-next-line no-control-regex
  /^[\u0000-\u007f]*$/.test(oneByte) ? oneByte : Buffer.from(oneByte, 'latin1').toString('utf8')

/**
 * Parses one stretch of a one-byte text.
 * @param base where that text begins in the whole, bytes
 * @param row the feature it is, from 1
 * @throws JsonFault invalid
 */
export function parseJson<Value>(text: string, { start, end }: Span, base = 0, row?: number): Value {
  const written = readable(text.slice(start, end))
  try {
    return JSON.parse(written) as Value
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    const within = /position (\d+)/.exec(error.message)
    const before = written.slice(0, within ? Number(within[1]) : 0)
    throw new JsonFault('invalid', base + start + Buffer.byteLength(before), row)
  }
}
