import { Kysely, PostgresDialect, sql, type RawBuilder } from 'kysely'
import pg from 'pg'
import type { IsoDate } from '../../../server/units.ts'
import type { Figures } from '../run.ts'
import { questions, type Side } from './pairs.ts'

/**
 * The raw floor: the area of every pair whose boxes meet, by one bare `ST_Intersection` statement over a plain indexed
 * table, with as many parallel workers as there are cores. No links, no noise, nothing written.
 */
export async function* rawFloor(databaseUrl: string, asOf: IsoDate, cores: number): AsyncGenerator<Figures> {
  // a connection of its own: the product's may not make tables
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1 })
  const db = new Kysely<never>({ dialect: new PostgresDialect({ pool }) })
  await sql`drop table if exists bench_shape`.execute(db)
  await sql`
    create unlogged table bench_shape as
    select record_id as id, kind, layer, geom from record
    where replaced_at is null and geom is not null and valid_during @> ${asOf}::date`.execute(db)
  await sql`create index on bench_shape using gist (geom)`.execute(db)
  await sql`create index on bench_shape (kind, layer)`.execute(db)
  await sql`analyze bench_shape`.execute(db)
  try {
    for (const workers of [cores - 1, 0]) {
      const statement = sql`
        select count(*)::int as pairs, sum(area)::float8 as m2
        from (${sql.join(
          questions.map(([a, b]) => pairs(a, b)),
          sql` union all `,
        )}) as every_pair`
      const begun = performance.now()
      const { pairs: count, m2 } = await db.transaction().execute(async (tx) => {
        await sql`select set_config('jit', 'off', true), set_config('max_parallel_workers_per_gather', ${String(workers)}, true),
          set_config('parallel_setup_cost', '0', true), set_config('parallel_tuple_cost', '0', true),
          set_config('min_parallel_table_scan_size', '0', true)`.execute(tx)
        return (await sql<{ pairs: number; m2: number }>`${statement}`.execute(tx)).rows[0]!
      })
      yield {
        what: `raw floor, ST_Intersection, ${workers + 1} process${workers > 0 ? 'es' : ''}`,
        seconds: (performance.now() - begun) / 1000,
        pairs: count,
        note: `${Math.round(m2)} m2`,
      }
    }
  } finally {
    await sql`drop table if exists bench_shape`.execute(db)
    await db.destroy()
  }
}

/** `offset 0` keeps the planner from evaluating the overlay once per use. */
function pairs(a: Side, b: Side | null): RawBuilder<unknown> {
  const other = b ?? a
  const once = b === null ? sql`and a.id < b.id` : sql``
  return sql`(select st_area(st_intersection(a.geom, b.geom)) as area
    from bench_shape as a join bench_shape as b on a.geom && b.geom ${once}
    where a.kind = ${a.kind} and a.layer = ${a.layer ?? ''} and b.kind = ${other.kind} and b.layer = ${other.layer ?? ''} offset 0)`
}
