import { sql, type Kysely, type Transaction } from 'kysely'
import { precedence } from '../claim/precedence.ts'
import { nextNumbers } from '../db/counter.ts'
import { inBuild, inRun } from '../db/in-build.ts'
import { asJson } from '../db/json.ts'
import type { Database, IsoTime } from '../db/schema.ts'
import { standsIn, type Standing } from '../parcel/standing-store.ts'
import { Refusal } from '../refusal.ts'
import { loadPack, type RulePack } from '../rule/pack.ts'
import { deadlineSql } from '../rule/deadline-sql.ts'
import { tagsInForce, tagsToSql } from '../rule/tag-set.ts'
import { fittingCodes } from '../rule/to-sql.ts'
import type { IsoDate } from '../units.ts'
import { FACT_RULES } from './fact-number.ts'
import { currentRunId } from './fact-column-store.ts'
import { idList } from './input-store.ts'
import { overridesInForce } from './override-store.ts'
import { keepPack, keepRules } from './pack-store.ts'

/** One run at a time: another waits here, and then sees what this one left. */
export async function waitForRuns(tx: Transaction<Database>): Promise<void> {
  await sql`select last_value from counter where name = 'run' for update`.execute(tx)
}

/** Opens a run under the next number; its pack is kept for ever, known by the hash of its text. */
export async function startRun(
  tx: Transaction<Database>,
  run: {
    readonly buildId: number
    readonly asOf: IsoDate
    readonly pack: RulePack
    readonly startedAt: string
    /** The run whose strategies it continues; null: all are chosen anew. */
    readonly after: number | null
    /** Made for a past day, beside what readers see: its number is negative, and its rows stand in it alone. */
    readonly beside?: boolean
  },
): Promise<number> {
  const { pack, startedAt } = run
  await keepPack(tx, pack, startedAt)
  const { tags, flags } = tagsInForce()
  for (const set of [tags, flags]) await keepRules(tx, set, 'tags', startedAt)
  const number = await nextNumbers(tx, 'run', 1)
  const runId = run.beside ? -number : number
  await tx
    .insertInto('classify_run')
    .values({
      run_id: runId,
      build_id: run.buildId,
      as_of: run.asOf,
      pack_hash: pack.hash,
      tags_hash: tags.hash,
      flags_hash: flags.hash,
      started_at: startedAt,
      state: 'running',
      after_run: run.after,
      precedence_hash: precedence().hash,
      scope: run.after === null ? 'full' : 'changes',
      fact_rules: FACT_RULES,
    })
    .execute()
  return runId
}

/** How many parcels a build has. */
export async function countParcels(db: Kysely<Database>, { buildId }: Standing): Promise<number> {
  const { total } = await db
    .selectFrom('parcel_version as v')
    .select(({ fn }) => fn.countAll<number>().as('total'))
    .where(standsIn(buildId))
    .executeTakeFirstOrThrow()
  return Number(total)
}

/**
 * One statement: every fact row of the run, or where its facts are those that stood every one there is, gets the first strategy whose condition is true, the other true ones as
 * runners-up, what a person decided instead, its next deadline, the codes of its findings with the flags facts raise, and its
 * tags. The key of `assessment` allows one row per parcel.
 */
export async function assess(
  tx: Transaction<Database>,
  run: {
    readonly runId: number
    /** The run in which what it says stands no more; null: it stands. */
    readonly toRun: number | null
    readonly build: Standing
    readonly asOf: IsoDate
    readonly pack: RulePack
    readonly only?: readonly number[] | undefined
    readonly factsStand?: boolean | undefined
  },
): Promise<void> {
  const { only, pack } = run
  const { tags, flags } = tagsInForce()
  const concerned = only === undefined ? sql`true` : sql`finding.parcel_ids && ${idList(only)}`
  const closedNow = only === undefined ? sql`true` : sql`before.parcel_id = any(${idList(only)})`
  const last = pack.strategies.at(-1)!.code
  const deadline = deadlineSql(pack, {
    facts: 'f',
    strategy: sql.ref('held.strategy'),
    since: sql.ref('held.since'),
    setOn: sql.ref('decided.set_on'),
    expiresOn: sql.ref('decided.expires_on'),
  })
  if (only === undefined) await planForFreshRows(tx)
  await sql`
    insert into assessment (run_id, to_run, county_code, parcel_id, strategy, ruled_strategy, override_id, since, due_on, due_rule,
                            light, runners_up, flags, tags)
    select ${run.runId}::bigint, ${run.toRun}::bigint, f.county_code, f.parcel_id, held.strategy, held.ruled, decided.override_id, held.since,
           deadline.due_on, deadline.due_rule, deadline.light, fitting.codes[2:],
           case when raised.codes = '{}' then coalesce(flag.codes, '{}')
             else array(select distinct code collate "C" from unnest(flag.codes || raised.codes) as code order by 1) end,
           ${tagsToSql(tags, 'f')}
    from fact as f
    cross join lateral (select ${fittingCodes(pack, 'f')} as codes offset 0) as fitting
    left join (${overridesInForce(run.asOf, run.toRun === null ? undefined : run.build.knownAt)}) as decided
      on decided.county_code = f.county_code and decided.parcel_id = f.parcel_id
    left join (
      select county_code, parcel_id, strategy, since from assessment as before
      where before.to_run = ${run.runId} and ${closedNow}
    ) as before on before.county_code = f.county_code and before.parcel_id = f.parcel_id
    cross join lateral (
      select ruled, strategy, case when before.strategy = strategy then least(before.since, f.as_of) else f.as_of end as since
      from (
        select ruled, coalesce(decided.strategy, ruled) as strategy
        from (select coalesce(fitting.codes[1], ${last}::text) as ruled) as by_rules
      ) as effective
      offset 0
    ) as held
    cross join lateral (${deadline}) as deadline
    left join (
      select named.parcel_id, array_agg(distinct finding.code order by finding.code) as codes
      from finding cross join unnest(finding.parcel_ids) as named(parcel_id)
      where ${inBuild('finding', run.build.buildId)} and not finding.noise and ${concerned}
      group by named.parcel_id
    ) as flag on flag.parcel_id = f.parcel_id
    cross join lateral (select ${tagsToSql(flags, 'f')} as codes offset 0) as raised
    where ${run.factsStand ? sql`true` : sql`f.run_id = ${run.runId}`}`.execute(tx)
}

/**
 * The rows were written in this very transaction, so the planner believes there are none of them and would look up
 * each finding again for every parcel. Without nested loops it joins whole tables, whatever it believes; and
 * the cost it then imagines must not make it compile the statement.
 */
async function planForFreshRows(tx: Transaction<Database>): Promise<void> {
  await sql`select set_config('enable_nestloop', 'off', true), set_config('jit', 'off', true)`.execute(tx)
}

/** Closes what stood of these parcels, or of all; how many had which strategy. */
export async function closeAssessments(
  tx: Transaction<Database>,
  runId: number,
  only?: readonly number[],
): Promise<Counts> {
  const { rows } = await sql<{ strategy: string; parcels: number }>`
    with closed as (
      update assessment set to_run = ${runId}
      where to_run is null and ${only === undefined ? sql`true` : sql`parcel_id = any(${idList(only)})`}
      returning strategy
    )
    select strategy, count(*)::int as parcels from closed group by strategy`.execute(tx)
  return Object.fromEntries(rows.map(({ strategy, parcels }) => [strategy, parcels]))
}

/** How many parcels this run itself gave each strategy. */
export async function countStrategies(tx: Kysely<Database>, runId: number): Promise<Counts> {
  const rows = await tx
    .selectFrom('assessment')
    .select(({ fn }) => ['strategy', fn.countAll<number>().as('parcels')])
    .where('run_id', '=', runId)
    .groupBy('strategy')
    .orderBy('strategy')
    .execute()
  return Object.fromEntries(rows.map((row) => [row.strategy, Number(row.parcels)]))
}

/** Parcels per strategy. */
export type Counts = Readonly<Record<string, number>>

/** Makes a complete run, and the build it is of, what readers see. */
export async function publishRun(
  tx: Transaction<Database>,
  { runId, buildId }: { readonly runId: number; readonly buildId: number },
  counts: Counts,
): Promise<void> {
  await finishRun(tx, runId, counts)
  await tx.updateTable('base').set({ current_run: runId, current_build: buildId }).execute()
}

export async function finishRun(tx: Transaction<Database>, runId: number, counts: Counts): Promise<void> {
  await tx
    .updateTable('classify_run')
    .set({ state: 'complete', finished_at: sql`clock_timestamp()`, counts: asJson(counts) })
    .where('run_id', '=', runId)
    .execute()
}

/** A complete run. */
export interface CurrentRun {
  readonly runId: number
  readonly buildId: number
  readonly asOf: IsoDate
  /** When it was started, ISO instant. */
  readonly madeAt: string
  /** Statements people chose by then went into it: for a run beside, made for a past day, what was known of that day. */
  readonly choicesBy: IsoTime
  readonly pack: RulePack
}

/**
 * The run readers see, whose facts are in the base; or the run of the build asked about, whose facts can be taken again.
 * @throws Refusal `NOT_CLASSIFIED` while there is none.
 */
export async function currentRun(db: Kysely<Database>, standing?: Standing): Promise<CurrentRun> {
  const row = await db
    .selectFrom('classify_run')
    .innerJoin('rule_pack', 'rule_pack.pack_hash', 'classify_run.pack_hash')
    .innerJoin('build', 'build.build_id', 'classify_run.build_id')
    .select([
      // runs that were asked for at one time may finish in another order: what the latest of them rests on counts
      sql<IsoTime>`case when classify_run.run_id < 0 then build.known_at else (
        select max(before.started_at) from classify_run as before
        where before.run_id between 1 and classify_run.run_id and before.state = 'complete') end`.as(
        'choicesBy',
      ),
      'classify_run.run_id as runId',
      'classify_run.build_id as buildId',
      'classify_run.as_of as asOf',
      'classify_run.started_at as madeAt',
      'rule_pack.yaml as yaml',
    ])
    .where('classify_run.run_id', '=', (eb) =>
      standing === undefined ? eb.selectFrom('base').select('current_run') : eb.val(standing.runId),
    )
    .executeTakeFirst()
  if (!row) throw notClassified(standing)
  const { yaml, ...run } = row
  return { ...run, pack: loadPack(yaml) }
}

/**
 * The number of the run readers see.
 * @throws Refusal `NOT_CLASSIFIED` while there is none
 */
export async function requireRunId(db: Kysely<Database>): Promise<number> {
  const runId = await currentRunId(db)
  if (runId === null) throw notClassified(undefined)
  return runId
}

function notClassified(standing: Standing | undefined): Refusal {
  const command = standing === undefined ? 'terrier classify' : `terrier classify --as-of ${standing.asOf}`
  return new Refusal(
    'NOT_CLASSIFIED',
    { zh: '地块尚未判定策略。', en: 'Parcels have no strategies yet.' },
    { zh: `请先运行 ${command}。`, en: `Run ${command} first.` },
  )
}

/** The number of the parcel meant: its own, or that of the parcel with this 宗地代码 then; null when there is none. */
export async function parcelNumber(
  db: Kysely<Database>,
  { buildId }: Standing,
  idOrCode: number | string,
): Promise<number | null> {
  const text = String(idOrCode).trim()
  const query = db.selectFrom('parcel_version as v').select('parcel_id as parcelId').where(standsIn(buildId))
  const byCode = await query
    .where('parcel_code', '=', text.toUpperCase())
    .orderBy('parcel_id')
    .executeTakeFirst()
  if (byCode) return byCode.parcelId
  if (!/^\d{1,15}$/.test(text)) return null
  return (await query.where('parcel_id', '=', Number(text)).executeTakeFirst())?.parcelId ?? null
}

/** As `parcelNumber`. @throws Refusal `PARCEL_NOT_FOUND` */
export async function requireParcel(
  db: Kysely<Database>,
  standing: Standing,
  idOrCode: number | string,
): Promise<number> {
  const parcelId = await parcelNumber(db, standing, idOrCode)
  if (parcelId === null) throw parcelNotFound(idOrCode)
  return parcelId
}

export const parcelNotFound = (idOrCode: number | string): Refusal =>
  new Refusal(
    'PARCEL_NOT_FOUND',
    {
      zh: `没有编号或宗地代码为“${idOrCode}”的现状地块。`,
      en: `There is no current parcel with the number or code "${idOrCode}".`,
    },
    { zh: '请核对代码;新建库后需重新判定。', en: 'Check the code; after a new build, classify again.' },
  )

/** The county a standing parcel lies in. */
export async function countyOf(
  db: Kysely<Database>,
  { buildId }: Standing,
  parcelId: number,
): Promise<string> {
  const row = await db
    .selectFrom('parcel_version as v')
    .select('county_code')
    .where('parcel_id', '=', parcelId)
    .where(standsIn(buildId))
    .executeTakeFirstOrThrow()
  return row.county_code
}

/** What a parcel was given in a run; null: it was not part of it. */
export async function heldBy(db: Kysely<Database>, parcelId: number, runId: number | null) {
  const row = await db
    .selectFrom('assessment as a')
    .select([
      'a.strategy',
      'a.ruled_strategy as ruledStrategy',
      'a.override_id as overrideId',
      'a.since',
      'a.due_on as dueOn',
      'a.due_rule as dueRule',
      'a.light',
    ])
    .where('a.parcel_id', '=', parcelId)
    .where(inRun('a', runId))
    .executeTakeFirst()
  return row ?? null
}
