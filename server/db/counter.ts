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
