import { setImmediate as nextTurn } from 'node:timers/promises'
import { CompiledQuery, sql, type Kysely } from 'kysely'
import { CopyText } from './copy.ts'
import type { Database } from './schema.ts'

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

export type BulkColumns = Readonly<Record<string, BulkType>>
export type BulkRow = Readonly<Record<string, unknown>>

/** By column its type, and what an item says there. */
export type ColumnsOf<Item> = Readonly<
  Record<string, readonly [BulkType, (item: Item, at: number) => unknown]>
>

const ROWS_PER_STATEMENT = 5_000
/**
 * Small enough to leave at once, so that the base works on one statement while the next is made here; and WASM memory
 * never shrinks, so a statement of the embedded base stays well below it.
 */
const CHARACTERS_PER_STATEMENT = 1_000_000

/**
 * Inserts many rows, in the order given, in few statements.
 *
 * A value missing from a row is null, so a column with a default must be left out of `columns` or be given.
 * @param columns every column written, with its PostgreSQL type
 * @returns how many rows went in
 * @throws TypeError naming the column, for a value of another type or an integer JavaScript cannot hold exactly
 */
export async function bulkInsert(
  tx: Kysely<Database>,
  table: keyof Database,
  rows: Iterable<BulkRow>,
  columns: BulkColumns,
): Promise<number> {
  const read = Object.entries(columns).map(([name, type]) => [name, [type, (row: BulkRow) => row[name]]])
  return insertItems(tx, table, rows, Object.fromEntries(read) as ColumnsOf<BulkRow>)
}

/**
 * As `bulkInsert`, with the columns read from the items themselves: rows of their own would be made and thrown away.
 *
 * While a statement is under way the next is made, so `items` and `columns` are read while `tx` is busy: they must not
 * use it.
 */
export async function insertItems<Item>(
  tx: Kysely<Database>,
  table: keyof Database,
  items: Iterable<Item>,
  columns: ColumnsOf<Item>,
): Promise<number> {
  const names = Object.keys(columns)
  const statement =
    sql`copy ${sql.table(table)} (${sql.join(names.map((name) => sql.ref(name)))}) from stdin`.compile(tx).sql
  const readers = Object.entries(columns).map(
    ([name, [type, read]]) => [name, read, type, writers[type]] as const,
  )
  const under = new OneAtATime()
  const send = (text: string) =>
    under.start(() => tx.executeQuery(CompiledQuery.raw(statement, [new CopyText(text)])))
  let text = ''
  let rows = 0
  let at = 0
  try {
    for (const item of items) {
      let separator = ''
      for (const [name, read, type, write] of readers) {
        const value = read(item, at)
        text += separator
        separator = '\t'
        if (value === null || value === undefined) {
          text += '\\N'
          continue
        }
        const written = write(value)
        if (written === null) throw new TypeError(`Column ${name} takes ${type}, not ${shown(value)}.`)
        text += written
      }
      text += '\n'
      rows++
      at++
      if (rows < ROWS_PER_STATEMENT && text.length < CHARACTERS_PER_STATEMENT) continue
      await send(text)
      text = ''
      rows = 0
    }
    if (rows > 0) await send(text)
  } finally {
    await under.settled() // nothing is under way once this returns or throws
  }
  return at
}

/** A statement under way, while its successor is being prepared. */
class OneAtATime {
  #current: Promise<unknown> = Promise.resolve()

  /** Waits for the one before, which may throw, then sends this one off. */
  async start(statement: () => Promise<unknown>): Promise<void> {
    await this.#current
    this.#current = statement()
    this.#current.catch(() => undefined) // told to whoever waits for it
    await nextTurn() // lets it leave before the thread is busy with the next
  }

  async settled(): Promise<void> {
    await this.#current
  }
}

/** A value in the text format of COPY; null for one that does not belong in the column. */
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
