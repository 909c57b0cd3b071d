import type { QueryResult, QueryResultRow } from 'pg'

/** One connection of the owner, outside the pool: what migrations and grants need of it. */
export interface Session {
  query<Row extends QueryResultRow = QueryResultRow>(
    text: string,
    values?: unknown[],
  ): Promise<QueryResult<Row>>
}
