import { setImmediate as nextTurn } from 'node:timers/promises'
import { CompiledQuery, sql, type Kysely, type RawBuilder } from 'kysely'
import type { BinaryRows } from './copy-binary.ts'
import { CopyRows } from './copy.ts'
import { copyValue, type BulkType } from './copy-text.ts'
import type { Database } from './schema.ts'

export type { BulkType }
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
  const readers = Object.entries(columns).map(([name, [type, read]]) => [name, read, type] as const)
  const under = new OneAtATime()
  const send = (text: string) => under.start(() => copyRows(tx, table, names, text))
  let text = ''
  let rows = 0
  let at = 0
  try {
    for (const item of items) {
      let separator = ''
      for (const [name, read, type] of readers) {
        const value = read(item, at)
        text += separator
        separator = '\t'
        if (value === null || value === undefined) {
          text += '\\N'
          continue
        }
        text += copyValue(name, type, value)
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

/** Sends rows that are COPY text already: values by `copyValue`, tabs between, each row ended by a line feed. */
export async function copyRows(
  tx: Kysely<Database>,
  table: keyof Database,
  columns: readonly string[],
  text: string,
): Promise<void> {
  await copy(tx, table, columns, new CopyRows(text))
}

/** Sends rows written already; they are not to be touched until this is done. */
export async function copyBinary(
  tx: Kysely<Database>,
  table: keyof Database,
  columns: readonly string[],
  rows: BinaryRows,
): Promise<void> {
  await copy(tx, table, columns, new CopyRows(rows.finished()), sql` with (format binary)`)
}

async function copy(
  tx: Kysely<Database>,
  table: keyof Database,
  columns: readonly string[],
  rows: CopyRows,
  form: RawBuilder<unknown> = sql``,
): Promise<void> {
  const names = sql.join(columns.map((name) => sql.ref(name)))
  const statement = sql`copy ${sql.table(table)} (${names}) from stdin${form}`.compile(tx).sql
  await tx.executeQuery(CompiledQuery.raw(statement, [rows]))
}

/** A statement under way, while its successor is being prepared. */
export class OneAtATime {
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
