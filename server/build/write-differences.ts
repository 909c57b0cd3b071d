import { sql, type RawBuilder, type Transaction } from 'kysely'
import { insertItems, type ColumnsOf } from '../db/bulk.ts'
import { nextNumbers } from '../db/counter.ts'
import type { Database } from '../db/schema.ts'
import { HASH_LENGTH } from './content-hash.ts'

/** Which build writes, what it is compared with, and whose rows it speaks for. */
export interface Span {
  /** Negative for a look-back. */
  readonly buildId: number
  /** The build whose rows stand; null: none does, or a look-back, which is kept whole beside the others. */
  readonly previous: number | null
  /** Records whose rows are all asked again; null: every row. */
  readonly owned: readonly number[] | null
}

/** The rows of a look-back stand in it alone. */
export const toBuildOf = ({ buildId }: Span): number | null => (buildId < 0 ? buildId + 1 : null)

/** A table whose rows stand in the builds `[from_build, to_build)`. */
export interface KeptTable<Item> {
  readonly name: 'parcel_record' | 'finding' | 'ledger_piece'
  /** The two numbers that tell its standing rows apart. */
  readonly key: readonly [string, string]
  /** All but those of history. */
  readonly columns: ColumnsOf<Item>
  /** The record an item belongs to. */
  ownerOf(item: Item): number
  /** Which of the standing rows belong to these records. The parcels of this build are written already. */
  belongsTo(owned: readonly number[], previous: number): RawBuilder<boolean>
  /** Of everything a reader can see. Rows that hash alike are alike. */
  hashOf(item: Item): string
  /** The column and counter of its rows' own numbers, where they have them. */
  readonly numbered?: { readonly column: string; readonly counter: string }
}

/** What was written: places of the items that are new, and the keys of rows that stand no longer. */
export interface Written {
  readonly opened: readonly number[]
  readonly closed: readonly (readonly [number, number])[]
}

/**
 * Writes what is said otherwise than before: rows that are gone are closed, rows that are new opened, equal ones left
 * alone. Several rows may be alike; as many of them stand afterwards as were given.
 */
export async function writeDifferences<Item>(
  tx: Transaction<Database>,
  span: Span,
  table: KeptTable<Item>,
  items: readonly Item[],
): Promise<Written> {
  const standing = span.previous === null ? null : await loadStandingRows(tx, span, span.previous, table)
  const owned = span.owned && new Set(span.owned)
  const hashes: string[] = []
  const opened: number[] = []
  for (const [at, item] of items.entries()) {
    if (owned && !owned.has(table.ownerOf(item))) continue // met at the edge; another document answers for it
    if (standing === null) {
      opened.push(at) // its hash is made while the base writes the rows before it
      continue
    }
    const hash = table.hashOf(item)
    if (standing.take(hash)) continue
    opened.push(at)
    hashes.push(hash)
  }
  const closed = standing?.left() ?? []
  await closeRows(tx, span, table, closed)
  if (opened.length > 0) {
    const { numbered } = table
    const first = numbered ? await nextNumbers(tx, numbered.counter, opened.length) : 0
    const toBuild = toBuildOf(span)
    await insertItems(
      tx,
      table.name,
      opened.map((at) => items[at]!),
      {
        ...(numbered && { [numbered.column]: ['int8', (_: Item, at: number) => first + at] as const }),
        ...table.columns,
        from_build: ['int8', () => span.buildId],
        to_build: ['int8', () => toBuild],
        owner_record_id: ['int8', (item) => table.ownerOf(item)],
        content_hash: ['text', (item, at) => hashes[at] ?? table.hashOf(item)],
      },
    )
  }
  return { opened, closed }
}

/** Rows that stand, by their hash. */
class StandingRows {
  readonly #keys: (readonly [number, number])[] = []
  /** The next row of a hash, and the one after it in `#next`; -1: no more. */
  readonly #first = new Map<string, number>()
  readonly #next: number[] = []
  readonly #taken: boolean[] = []

  /** In descending order of keys: the lowest is taken first. */
  add(hash: string, key: readonly [number, number]): void {
    this.#next.push(this.#first.get(hash) ?? -1)
    this.#first.set(hash, this.#keys.length)
    this.#keys.push(key)
    this.#taken.push(false)
  }

  /** Whether a row with this hash stands that nothing has answered to yet. */
  take(hash: string): boolean {
    const at = this.#first.get(hash) ?? -1
    if (at < 0) return false
    this.#first.set(hash, this.#next[at]!)
    this.#taken[at] = true
    return true
  }

  /** What nothing answered to. */
  left(): (readonly [number, number])[] {
    return this.#keys.filter((_, at) => !this.#taken[at])
  }
}

/** Rows a page brings: a hundred bytes each, in one text. */
const PAGE = 100_000

async function loadStandingRows<Item>(
  tx: Transaction<Database>,
  { owned }: Span,
  previous: number,
  table: KeptTable<Item>,
): Promise<StandingRows> {
  const rows = new StandingRows()
  const [first, second] = table.key.map((name) => sql.raw(name)) // names of ours
  const whose = owned === null ? sql`true` : table.belongsTo(owned, previous)
  let before: readonly [number, number] | null = null
  for (;;) {
    const start: RawBuilder<unknown> = before
      ? sql`(${first}, ${second}) < (${before[0]}::bigint, ${before[1]}::bigint)`
      : sql`true`
    // one text for a page: a hundred thousand rows of their own would take ten times as long to read
    const page = await sql<{ keys: string | null; hashes: string | null }>`
      select string_agg(first || ',' || second, ';' order by first desc, second desc) as keys,
             string_agg(hash, '' order by first desc, second desc) as hashes
      from (
        select ${first} as first, ${second} as second, rpad(coalesce(content_hash, ''), ${HASH_LENGTH}::int) as hash
        from ${sql.table(table.name)}
        where to_build is null and ${whose} and ${start}
        order by 1 desc, 2 desc limit ${PAGE}::int
      ) as page`.execute(tx)
    const { keys, hashes } = page.rows[0]!
    const found = keys === null ? [] : keys.split(';')
    for (const [at, key] of found.entries()) {
      const comma = key.indexOf(',')
      before = [Number(key.slice(0, comma)), Number(key.slice(comma + 1))]
      rows.add(hashes!.slice(at * HASH_LENGTH, (at + 1) * HASH_LENGTH), before)
    }
    if (found.length < PAGE) return rows
  }
}

async function closeRows<Item>(
  tx: Transaction<Database>,
  { buildId }: Span,
  { name, key }: KeptTable<Item>,
  closed: readonly (readonly [number, number])[],
): Promise<void> {
  if (closed.length === 0) return
  const [first, second] = key.map((column) => sql.raw(`t.${column}`))
  await sql`
    update ${sql.table(name)} as t set to_build = ${buildId}::bigint
    from unnest(${closed.map(([a]) => a)}::bigint[], ${closed.map(([, b]) => b)}::bigint[]) as gone(a, b)
    where ${first} = gone.a and ${second} = gone.b and t.to_build is null`.execute(tx)
}
