import type { Message } from '../refusal.ts'

/** What a parser of an identifier answers: its parts and its normal spelling, or why it is none. Never throws. */
export type Parsed<Parts> =
  ({ readonly ok: true; readonly normal: string; readonly warnings: readonly Message[] } & Parts) | Unparsed

export interface Unparsed {
  readonly ok: false
  readonly reason: Message
}

/**
 * The spelling identifiers are compared in: full-width characters made plain, blanks removed, letters upper case.
 * What cannot be seen (zero width, direction marks) is left in, so that a code hiding some is not taken for a good one.
 */
export const normalCode = (raw: string): string =>
  isNormalCode.test(raw) ? raw : raw.normalize('NFKC').replaceAll(/\s+/g, '').toUpperCase()

/** As most codes are written: nothing to change. */
const isNormalCode = /^[!-`{-~]*$/

/** Characters without a shape of their own, written as their code point so that a reader can see them. */
export const visible = (text: string): string =>
  text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Cs}]/gu,
    (char) => `<U+${char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}>`,
  )

export const unparsed = (zh: string, en: string): Unparsed => ({ ok: false, reason: { zh, en } })
