import { sql } from 'kysely'

/**
 * Whether a row of a table kept by builds (`from_build`, `to_build`) stands in a build. The same for look-backs, whose
 * numbers are negative: see sql/migrations/0005_history.sql.
 * @param alias the table's alias in the query, from our own code
 */
export function inBuild(alias: string, buildId: number) {
  const from = sql.ref(`${alias}.from_build`)
  const to = sql.ref(`${alias}.to_build`)
  return sql<boolean>`${from} <= ${buildId}::bigint and (${to} is null or ${to} > ${buildId}::bigint)`
}

/** Whether an assessment stands in a run, see sql/migrations/0007_run_history.sql. No run, no row. */
export function inRun(alias: string, runId: number | null) {
  const from = sql.ref(`${alias}.run_id`)
  const to = sql.ref(`${alias}.to_run`)
  return sql<boolean>`${from} <= ${runId}::bigint and (${to} is null or ${to} > ${runId}::bigint)`
}
