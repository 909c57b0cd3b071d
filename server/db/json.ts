import { sql, type RawBuilder } from 'kysely'

/**
 * A value for a jsonb column. The driver would write a bare array as a PostgreSQL array and a bare string as it
 * stands, so JSON always goes in as text with a cast.
 */
export function asJson(value: unknown): RawBuilder<string> {
  return sql`${JSON.stringify(value)}::jsonb`
}
