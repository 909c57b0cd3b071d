/** What is wrong with JSON, at a byte of its text; `told` gives it its line, and its words. */
export class JsonFault extends Error {
  override readonly name = 'JsonFault'
  readonly kind: 'invalid' | 'truncated' | 'too_deep' | 'duplicate_key' | 'feature_too_large'
  /** Byte of the text; of a feature that is too large, where it begins. */
  readonly at: number
  /** Which feature, from 1, where it is one. */
  readonly row: number | undefined
  readonly key: string | undefined
  /** Bytes of a feature that is too large. */
  readonly size: number | undefined
  constructor(
    kind: JsonFault['kind'],
    at: number,
    row?: number,
    { key, size }: { readonly key?: string; readonly size?: number } = {},
  ) {
    super(`JSON: ${kind} at byte ${at}.`)
    this.kind = kind
    this.at = at
    this.row = row
    this.key = key
    this.size = size
  }
}
