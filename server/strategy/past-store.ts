import { sql, type Kysely, type Transaction } from 'kysely'
import { inRun } from '../db/in-build.ts'
import type { Database, IsoTime } from '../db/schema.ts'
import { loadPack, type RulePack } from '../rule/pack.ts'
import type { IsoDate } from '../units.ts'
import type { Counts } from './run-store.ts'
import { packInForce } from './pack-store.ts'

/** A parcel as a run assessed it. */
export interface Assessed {
  readonly parcel: number
  readonly strategy: string
  readonly runnersUp: readonly string[]
  readonly flags: readonly string[]
  readonly tags: readonly string[]
}

/**
 * The run that answers already: of this build, for this day, under these rules; null: none was made. First the one readers
 * had by the moment asked about, which rests on what people had decided by then; a later run of theirs may not, so else
 * only one made beside.
 * @param asked.runId the run of the standing that answers
 */
export async function keptRun(
  db: Kysely<Database>,
  asked: {
    readonly buildId: number
    readonly runId: number | null
    readonly asOf: IsoDate
    readonly packHash: string
  },
): Promise<number | null> {
  const row = await db
    .selectFrom('classify_run')
    .select('run_id')
    .where('build_id', '=', asked.buildId)
    .where('as_of', '=', asked.asOf)
    .where('pack_hash', '=', asked.packHash)
    .where('state', '=', 'complete')
    .where((eb) => eb.or([eb('run_id', '<', 0), eb('run_id', '=', asked.runId)]))
    .orderBy(sql`run_id = ${asked.runId}::bigint`, 'desc')
    .orderBy('run_id') // the last one made beside has the lowest number
    .executeTakeFirst()
  return row?.run_id ?? null
}

/**
 * The pack that answers for a past day: that of the run readers had of this build for this day, so that it comes out as
 * they saw it; else the one in force on the day, as known by the moment.
 */
export async function packThen(
  db: Kysely<Database>,
  asked: { readonly runId: number | null; readonly asOf: IsoDate; readonly knownAt: IsoTime },
): Promise<RulePack> {
  const row = await db
    .selectFrom('classify_run as run')
    .innerJoin('rule_pack as pack', 'pack.pack_hash', 'run.pack_hash')
    .select('pack.yaml')
    .where('run.state', '=', 'complete')
    .where('run.run_id', '=', asked.runId)
    .where('run.as_of', '=', asked.asOf)
    .executeTakeFirst()
  return row ? loadPack(row.yaml) : (await packInForce(db, asked.asOf, asked.knownAt)).pack
}

/**
 * From here to the end of the transaction `fact` is a table of its own, which goes with it: the facts of a past day must
 * not take the place of those that stand, and everything that chooses from facts works on it as on the other.
 */
export async function setFactsApart(tx: Transaction<Database>): Promise<void> {
  await sql`create temporary table fact (like public.fact including defaults) on commit drop`.execute(tx)
}

/** All assessments that stand in a run, counted and condensed to one hash. */
export async function digestOf(
  db: Kysely<Database>,
  runId: number,
): Promise<{ digest: string; parcels: number; counts: Counts }> {
  const { rows } = await sql<{ digest: string; parcels: number; counts: Counts | null }>`
    with standing as (
      select parcel_id, strategy, concat_ws('|', parcel_id, strategy, array_to_string(runners_up, ' '),
        array_to_string(flags, ' '), array_to_string(tags, ' ')) as line
      from assessment as a where ${inRun('a', runId)}
    )
    select encode(sha256(convert_to(coalesce(string_agg(line, E'\n' order by parcel_id), ''), 'UTF8')), 'hex') as digest,
      count(*)::int as parcels,
      (select json_object_agg(strategy, parcels order by strategy collate "C") from (
        select strategy, count(*)::int as parcels from standing group by strategy) as each) as counts
    from standing`.execute(db)
  const { digest, parcels, counts } = rows[0]!
  return { digest, parcels, counts: counts ?? {} }
}

/** The same, parcel by parcel in the order of their numbers. */
export async function assessmentsOf(db: Kysely<Database>, runId: number): Promise<Assessed[]> {
  return db
    .selectFrom('assessment as a')
    .select(['parcel_id as parcel', 'strategy', 'runners_up as runnersUp', 'flags', 'tags'])
    .where(inRun('a', runId))
    .orderBy('parcel_id')
    .execute()
}
