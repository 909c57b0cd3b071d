import { sql, type Expression, type RawBuilder } from 'kysely'

/**
 * A sum of numbers with decimals, rounded once at its end: the same rows give the same digits in whatever order, and by
 * however many workers, they are read. A plain sum of `float8` differs in the last digit from one reading to the next.
 */
export const exactSum = (column: Expression<unknown>): RawBuilder<number> =>
  sql<number>`coalesce(sum(${column}::numeric), 0)::float8`
