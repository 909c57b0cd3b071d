import { sql, type Kysely } from 'kysely'
import { precedence } from '../claim/precedence.ts'
import { inBuild } from '../db/in-build.ts'
import type { Database } from '../db/schema.ts'
import { standsIn, type Standing } from '../parcel/standing-store.ts'
import { loadPack, type RulePack } from '../rule/pack.ts'
import { tagsInForce } from '../rule/tag-set.ts'
import type { IsoDate } from '../units.ts'
import { parcelsChosenSince } from './choice-store.ts'
import { FACT_RULES, factNumbers } from './fact-number.ts'
import { parcelsDecidedAnew } from './override-store.ts'

/** The run before, and the parcels whose facts may differ from what it took. */
export interface Changes {
  readonly after: number
  readonly counts: Readonly<Record<string, number>>
  /** Standing parcels to ask again. */
  readonly changed: readonly number[]
  /** Parcels that stand no more. */
  readonly ended: readonly number[]
}

/** What a row of these changes is not the land it names alone. */
const yearlyLists: ReadonlySet<string> = new Set(['performance', 'firm', 'firm_land_use'])

/** More than this and going through all of them is as quick. */
const MOST = 20_000

/**
 * What has changed since the last run: parcels with another shape, another link or another finding, and those linked to a
 * record that says something else, whose override is not the one they stand under, or about which a person chose a statement.
 * Null where everything has to be asked again: no run yet, another pack, day, precedence of statements or tags, a full
 * build since, another set of registers or layers, or a yearly list, which speaks of firms.
 * @param asking parcels to ask again in any case, though nothing was built since
 */
export async function changesSince(
  db: Kysely<Database>,
  now: Standing,
  { pack, asOf, asking }: { pack: RulePack; asOf: IsoDate; asking?: readonly number[] | undefined },
): Promise<Changes | null> {
  const before = await runBefore(db)
  if (!before || before.pack_hash !== pack.hash || !sameFactRules(before, asOf)) return null
  const { tags, flags } = tagsInForce()
  if (before.tags_hash !== tags.hash || before.flags_hash !== flags.hash) return null
  const kinds = (records: unknown): string =>
    Object.keys((records as object | undefined) ?? {})
      .toSorted()
      .join()
  if (kinds(before.layers) !== kinds(now.layers)) return null
  if (kinds(before.summary.records) !== kinds(now.summary.records)) return null
  const [from, to] = [before.build_id, now.buildId]
  const isSameBuild = from === to && asking !== undefined
  if (!isSameBuild && !(await onlyChangesBetween(db, from, to))) return null
  const records = await recordsBetween(db, from, to)
  if (records.some(({ kind }) => yearlyLists.has(kind))) return null
  const parcels = await parcelsBetween(
    db,
    from,
    to,
    records.map(({ record_id }) => record_id),
    [
      ...(asking ?? []),
      ...(await parcelsDecidedAnew(db, asOf)),
      ...(await parcelsChosenSince(db, before.started_at)),
    ],
  )
  if (parcels.length > MOST) return null
  const split = (stands: boolean): number[] =>
    parcels.filter((each) => each.stands === stands).map((each) => each.parcel_id)
  return {
    after: before.run_id,
    counts: before.counts,
    changed: split(true),
    ended: split(false),
  }
}

function runBefore(db: Kysely<Database>) {
  return db
    .selectFrom('base')
    .innerJoin('classify_run as run', 'run.run_id', 'base.current_run')
    .innerJoin('build', 'build.build_id', 'run.build_id')
    .innerJoin('rule_pack', 'rule_pack.pack_hash', 'run.pack_hash')
    .select([
      'run.run_id',
      'run.build_id',
      'run.as_of',
      'run.pack_hash',
      'run.tags_hash',
      'run.flags_hash',
      'run.counts',
      'run.started_at',
      'run.precedence_hash',
      'run.fact_rules',
      'build.layers',
      'build.summary',
      'rule_pack.yaml',
    ])
    .executeTakeFirst()
}

type RunBefore = NonNullable<Awaited<ReturnType<typeof runBefore>>>

/** Whether its facts were taken for the day, by the program and the precedence of statements of now. */
const sameFactRules = (before: RunBefore, asOf: IsoDate): boolean =>
  before.as_of === asOf && before.precedence_hash === precedence().hash && before.fact_rules === FACT_RULES

/**
 * Whether the facts of the last run are those of a run over this build: of the same one, day and program, worked out with
 * the same numbers, and no statement chosen since.
 */
export async function factsStand(
  db: Kysely<Database>,
  now: Standing,
  { pack, asOf }: { readonly pack: RulePack; readonly asOf: IsoDate },
): Promise<boolean> {
  const before = await runBefore(db)
  if (!before || before.build_id !== now.buildId || !sameFactRules(before, asOf)) return false
  const isSamePack = before.pack_hash === pack.hash
  if (!isSamePack && !sameNumbers(loadPack(before.yaml), pack, asOf)) return false
  return (await parcelsChosenSince(db, before.started_at)).length === 0
}

const sameNumbers = (a: RulePack, b: RulePack, asOf: IsoDate): boolean =>
  JSON.stringify(factNumbers(a, asOf)) === JSON.stringify(factNumbers(b, asOf))

async function onlyChangesBetween(db: Kysely<Database>, from: number, to: number): Promise<boolean> {
  if (from >= to || from < 1) return false
  const { full } = await db
    .selectFrom('build')
    .select(sql<number>`count(*) filter (where scope = 'full')::int`.as('full'))
    .where('build_id', '>', from)
    .where('build_id', '<=', to)
    .where('state', '=', 'complete')
    .executeTakeFirstOrThrow()
  return full === 0
}

/** Records of the deliveries one of the two builds had seen and the other not. */
async function recordsBetween(
  db: Kysely<Database>,
  from: number,
  to: number,
): Promise<{ record_id: number; kind: string }[]> {
  const { rows } = await sql<{ record_id: number; kind: string }>`
    with seen as (
      select unnest(seen) as delivery_id, build_id from build where build_id in (${from}, ${to})
    ), differing as (
      select delivery_id from seen group by delivery_id having count(*) = 1
    )
    select distinct record_id, kind from record where delivery_id in (select delivery_id from differing)
    limit ${MOST + 1}`.execute(db)
  return rows
}

async function parcelsBetween(
  db: Kysely<Database>,
  from: number,
  to: number,
  records: readonly number[],
  also: readonly number[],
): Promise<{ parcel_id: number; stands: boolean }[]> {
  const between = (column: string) =>
    sql`${sql.ref(column)} > ${from}::bigint and ${sql.ref(column)} <= ${to}::bigint`
  const changedIn = (table: string, parcelId: ReturnType<typeof sql>) => sql`
    select ${parcelId} as parcel_id from ${sql.table(table)} where ${between('from_build')}
    union select ${parcelId} from ${sql.table(table)} where to_build is not null and ${between('to_build')}`
  const { rows } = await sql<{ parcel_id: number; stands: boolean }>`
    select parcel_id, exists (
      select from parcel_version as v where v.parcel_id = changed.parcel_id and ${standsIn(to)}
    ) as stands
    from (
      ${changedIn('parcel_version', sql`parcel_id`)}
      union ${changedIn('parcel_record', sql`parcel_id`)}
      union ${changedIn('finding', sql`unnest(parcel_ids)`)}
      union select parcel_id from parcel_record
      where ${inBuild('parcel_record', to)} and record_id = any(${records.map(String)}::text[]::bigint[])
      union select unnest(${also.map(String)}::text[]::bigint[])
    ) as changed
    order by parcel_id
    limit ${MOST + 1}`.execute(db)
  return rows
}
