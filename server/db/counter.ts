import { sql, type Kysely } from 'kysely'
import type { Database } from './schema.ts'

/**
 * Takes `count` consecutive numbers from a named counter and returns the first of them.
 *
 * Counters are rows, not sequences, so that a base distributed by county needs no number all shards share
 * (sql/migrations/0001). The row stays locked until the transaction ends, and a rolled-back transaction gives its
 * numbers back.
 */
export async function nextNumbers(tx: Kysely<Database>, name: string, count: number): Promise<number> {
  if (!Number.isSafeInteger(count) || count < 1)
    throw new RangeError(`Cannot take ${count} numbers from "${name}".`)
  const { last_value: last } = await tx
    .insertInto('counter')
    .values({ name, last_value: count })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet({ last_value: sql`counter.last_value + excluded.last_value` }),
    )
    .returning('last_value')
    .executeTakeFirstOrThrow()
  return last - count + 1
}

/**
 * Consecutive numbers of several counters, taken as they are needed by one transaction that alone uses them: each counter
 * costs a statement at its first number, which locks it, and one in `settle`.
 */
export class NumbersAsNeeded {
  readonly #tx: Kysely<Database>
  readonly #counters = new Map<string, { next: number; taken: number }>()

  constructor(tx: Kysely<Database>) {
    this.#tx = tx
  }

  /** The first of `count` numbers. */
  async take(name: string, count: number): Promise<number> {
    const known = this.#counters.get(name)
    if (known === undefined) {
      const first = await nextNumbers(this.#tx, name, count)
      this.#counters.set(name, { next: first + count, taken: 0 })
      return first
    }
    const first = known.next
    known.next += count
    known.taken += count
    return first
  }

  /** Writes down how far the counters are. Without it the numbers would be given again. */
  async settle(): Promise<void> {
    for (const [name, counter] of this.#counters) {
      if (counter.taken > 0) await nextNumbers(this.#tx, name, counter.taken)
      counter.taken = 0
    }
  }
}
