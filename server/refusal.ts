/** A sentence in both languages of the product. Chinese is what most readers see. */
export interface Message {
  readonly zh: string
  readonly en: string
}

/** The reader's half of a text that carries both languages in one line, `中文 / English`; other texts as they are. */
export function ownLanguage(text: string, lang: keyof Message): string {
  const parts = text.split(' / ')
  return parts.length === 2 ? parts[lang === 'zh' ? 0 : 1]! : text
}

/** Where in a file the trouble lies, as far as it is known. Rows count from 1, as the reader counts them. */
export interface Place {
  readonly file?: string
  readonly row?: number
  readonly field?: string
}

/**
 * Something we were asked to do and will not do, in words its reader can act on.
 *
 * `message` names the file, row and field; `hint` says what to do. Classes that extend it sit beside the code
 * that throws them; `http-error.ts` pairs codes with statuses, `cli.ts` prints them with exit code 1.
 */
export class Refusal extends Error {
  override readonly name: string = 'Refusal'
  readonly code: string
  readonly text: Message
  readonly hint: Message
  readonly place: Place
  constructor(code: string, text: Message, hint: Message, place: Place = {}, options?: ErrorOptions) {
    super(`${code}: ${text.en}`, options)
    this.code = code
    this.text = text
    this.hint = hint
    this.place = place
  }
}
