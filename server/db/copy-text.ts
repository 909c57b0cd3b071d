/**
 * Column types that rows can be written to. `numeric` is text, for digits a double does not have; `geometry` takes WKB
 * in the working plane (EPSG:4547), `bytea` any bytes.
 */
export type BulkType =
  | 'text'
  | 'int4'
  | 'int8'
  | 'float8'
  | 'numeric'
  | 'bool'
  | 'date'
  | 'timestamptz'
  | 'jsonb'
  | 'daterange'
  | 'text[]'
  | 'int8[]'
  | 'geometry'
  | 'bytea'

/**
 * A value in the text format of COPY.
 * @throws TypeError naming the column, for a value of another type or an integer JavaScript cannot hold exactly
 */
export function copyValue(column: string, type: BulkType, value: unknown): string {
  const written = writers[type](value)
  if (written === null) throw new TypeError(`Column ${column} takes ${type}, not ${shown(value)}.`)
  return written
}

/** By type the text of a value; null for one that does not belong in the column. */
const writers: Readonly<Record<BulkType, (value: unknown) => string | null>> = {
  text: escapedText,
  int4: wholeNumber,
  int8: wholeNumber,
  float8: (value) => (typeof value === 'number' ? String(value) : null),
  numeric: escapedText,
  bool: (value) => (typeof value === 'boolean' ? String(value) : null),
  date: escapedText,
  timestamptz: escapedText,
  jsonb: (value) => escaped(JSON.stringify(value)),
  daterange: escapedText,
  'text[]': (value) =>
    isListOf(value, (item) => typeof item === 'string')
      ? escaped(`{${Array.from(value as string[], quoted).join()}}`)
      : null,
  'int8[]': (value) =>
    isListOf(value, Number.isSafeInteger) ? `{${(value as ArrayLike<number> as number[]).join()}}` : null,
  geometry: hexOf,
  bytea(value) {
    const hex = hexOf(value)
    return hex === null ? null : `\\\\x${hex}`
  },
}

const NEEDS_ESCAPE = /[\\\n\r\t]/
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }
const escaped = (text: string): string =>
  NEEDS_ESCAPE.test(text) ? text.replaceAll(/[\\\n\r\t]/g, (character) => escapes[character]!) : text

function escapedText(value: unknown): string | null {
  return typeof value === 'string' ? escaped(value) : null
}

/** A text in an array literal. */
const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`

function wholeNumber(value: unknown): string | null {
  return Number.isSafeInteger(value) ? String(value) : null
}

function hexOf(value: unknown): string | null {
  if (!(value instanceof Uint8Array)) return null
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')
}

function isListOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  if (!Array.isArray(value) && !ArrayBuffer.isView(value)) return false
  const items = value as unknown as ArrayLike<unknown>
  for (let i = 0; i < items.length; i++) if (!isItem(items[i])) return false
  return true
}

function shown(value: unknown): string {
  const text =
    typeof value === 'object' ? (value?.constructor.name ?? 'null') : `${String(value)} (${typeof value})`
  return text.slice(0, 80)
}
