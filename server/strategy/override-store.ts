import { sql, type Kysely, type RawBuilder, type Transaction } from 'kysely'
import { nextNumbers } from '../db/counter.ts'
import { asJson } from '../db/json.ts'
import type { Database, IsoTime, StrategyOverrideEndTable } from '../db/schema.ts'
import type { RulePack } from '../rule/pack.ts'
import type { IsoDate } from '../units.ts'
import { factsOfParcels } from './fact-store.ts'
import { idList } from './input-store.ts'
import { groundsHash, reopeningOf, type Grounds } from './override.ts'

/**
 * The overrides in force on a day: decided by then, and not ended by then. `county_code, parcel_id, override_id, strategy,
 * ruled_strategy, set_on, expires_on, facts`; the last one decided, should a parcel have two.
 * @param knownAt what was decided and ended by then; absent: so far
 */
export function overridesInForce(asOf: IsoDate, knownAt?: IsoTime): RawBuilder<unknown> {
  const by = (column: string) =>
    knownAt === undefined ? sql`true` : sql`${sql.ref(column)} <= ${knownAt}::timestamptz`
  return sql`
    select distinct on (o.county_code, o.parcel_id)
      o.county_code, o.parcel_id, o.override_id, o.strategy, o.ruled_strategy, o.set_on, o.expires_on, o.facts
    from strategy_override as o
    where o.set_on <= ${asOf}::date and ${by('o.set_at')} and not exists (
      select from strategy_override_end as e
      where e.county_code = o.county_code and e.override_id = o.override_id and e.ended_on <= ${asOf}::date and ${by('e.ended_at')}
    )
    order by o.county_code, o.parcel_id, o.override_id desc`
}

/** Parcels whose standing strategy does not follow from the override in force: it was set or ended since the last run. */
export async function parcelsDecidedAnew(db: Kysely<Database>, asOf: IsoDate): Promise<number[]> {
  const { rows } = await sql<{ parcel_id: number }>`
    select coalesce(a.parcel_id, o.parcel_id) as parcel_id
    from (
      select county_code, parcel_id, override_id from assessment where to_run is null and override_id is not null
    ) as a
    full join (${overridesInForce(asOf)}) as o on o.county_code = a.county_code and o.parcel_id = a.parcel_id
    where a.override_id is distinct from o.override_id`.execute(db)
  return rows.map((row) => row.parcel_id)
}

interface InForce {
  county_code: string
  parcel_id: number
  override_id: number
  strategy: string
  ruled_strategy: string
  set_on: IsoDate
  expires_on: IsoDate
  facts: Grounds
}

/**
 * Opens again every override whose grounds are no longer what they were: run after the facts were taken and before
 * strategies are chosen. How many it was.
 * @param run.only the parcels whose facts were taken; absent: all
 * @param run.ended parcels that stand no more
 */
export async function reopenOverrides(
  tx: Transaction<Database>,
  run: {
    readonly asOf: IsoDate
    readonly pack: RulePack
    readonly at: IsoTime
    readonly only?: readonly number[] | undefined
    readonly ended?: readonly number[] | undefined
  },
): Promise<number> {
  const { asOf, pack, at, only, ended = [] } = run
  const asked = only === undefined ? sql`true` : sql`parcel_id = any(${idList([...only, ...ended])})`
  const { rows } = await sql<InForce>`
    select * from (${overridesInForce(asOf)}) as o where ${asked} order by override_id`.execute(tx)
  const facts = await factsOfParcels(
    tx,
    rows.map((row) => row.parcel_id),
  )
  let reopened = 0
  for (const row of rows) {
    const reopening = reopeningOf(
      {
        strategy: row.strategy,
        ruledStrategy: row.ruled_strategy,
        expiresOn: row.expires_on,
        grounds: row.facts,
      },
      { pack, asOf, facts: facts.get(row.parcel_id) ?? null },
    )
    if (!reopening) continue
    await insertEnd(tx, row, { kind: 'reopened', ...reopening, by: null, reason: null, on: asOf, at })
    reopened++
  }
  return reopened
}

export interface NewOverride {
  readonly countyCode: string
  readonly parcelId: number
  readonly strategy: string
  readonly ruledStrategy: string
  readonly by: string
  readonly reason: string
  readonly document: string
  readonly setOn: IsoDate
  readonly expiresOn: IsoDate
  readonly grounds: Grounds
  readonly packHash: string
  readonly runId: number
  readonly setAt: IsoTime
}

/** Adds an override; the one in force until then is replaced by it. */
export async function insertOverride(tx: Transaction<Database>, decided: NewOverride): Promise<number> {
  const overrideId = await nextNumbers(tx, 'override', 1) // also keeps two deciders apart
  const { countyCode, parcelId, setOn, setAt } = decided
  for (const before of await inForce(tx, parcelId)) {
    const end = { kind: 'replaced', why: 'person', detail: { by: overrideId } } as const
    await insertEnd(tx, before, { ...end, by: decided.by, reason: null, on: setOn, at: setAt })
  }
  await tx
    .insertInto('strategy_override')
    .values({
      county_code: countyCode,
      override_id: overrideId,
      parcel_id: parcelId,
      strategy: decided.strategy,
      ruled_strategy: decided.ruledStrategy,
      by_person: decided.by,
      reason: decided.reason,
      document: decided.document,
      set_on: setOn,
      expires_on: decided.expiresOn,
      facts: asJson(decided.grounds),
      facts_hash: groundsHash(decided.grounds),
      pack_hash: decided.packHash,
      run_id: decided.runId,
      set_at: setAt,
    })
    .execute()
  return overrideId
}

/** Overrides of a parcel that nothing has ended yet; one, or none. */
export function inForce(db: Kysely<Database>, parcelId: number) {
  return db
    .selectFrom('strategy_override as o')
    .leftJoin('strategy_override_end as e', (join) =>
      join.onRef('e.county_code', '=', 'o.county_code').onRef('e.override_id', '=', 'o.override_id'),
    )
    .select(['o.county_code', 'o.override_id'])
    .where('o.parcel_id', '=', parcelId)
    .where('e.override_id', 'is', null)
    .execute()
}

export interface End {
  readonly kind: StrategyOverrideEndTable['kind']
  readonly why: StrategyOverrideEndTable['why']
  readonly detail: Readonly<Record<string, unknown>>
  readonly by: string | null
  readonly reason: string | null
  readonly on: IsoDate
  readonly at: IsoTime
}

export async function insertEnd(
  tx: Transaction<Database>,
  { county_code, override_id }: { readonly county_code: string; readonly override_id: number },
  end: End,
): Promise<void> {
  await tx
    .insertInto('strategy_override_end')
    .values({
      county_code,
      override_id,
      kind: end.kind,
      why: end.why,
      detail: asJson(end.detail),
      by_person: end.by,
      reason: end.reason,
      ended_on: end.on,
      ended_at: end.at,
    })
    .execute()
}

/** Notes that somebody has dealt with a reopened override. */
export async function insertSeen(
  tx: Transaction<Database>,
  { override_id }: { readonly override_id: number },
  { by, note, at }: { readonly by: string; readonly note: string; readonly at: IsoTime },
): Promise<void> {
  await sql`
    insert into strategy_override_seen (county_code, override_id, by_person, note, seen_at)
    select county_code, override_id, ${by}, ${note}, ${at}::timestamptz from strategy_override where override_id = ${override_id}`.execute(
    tx,
  )
}

export interface OverrideQuery {
  readonly parcelId?: number | undefined
  readonly overrideId?: number | undefined
  /** `attention`: reopened, and nobody has looked at it or decided anew since. */
  readonly state?: 'in_force' | 'attention' | 'reopened' | 'ended' | 'replaced' | undefined
  /** Override number to go on before. */
  readonly before?: number | undefined
  readonly limit?: number | undefined
}

/** Overrides with what became of them, the latest first. */
export async function selectOverrides(db: Kysely<Database>, query: OverrideQuery) {
  const decidedSince = sql<boolean>`exists (
    select from strategy_override as later where later.parcel_id = o.parcel_id and later.override_id > o.override_id)`
  return db
    .selectFrom('strategy_override as o')
    .leftJoin('strategy_override_end as e', (join) =>
      join.onRef('e.county_code', '=', 'o.county_code').onRef('e.override_id', '=', 'o.override_id'),
    )
    .leftJoin('strategy_override_seen as s', (join) =>
      join.onRef('s.county_code', '=', 'o.county_code').onRef('s.override_id', '=', 'o.override_id'),
    )
    .select([
      'o.override_id',
      'o.parcel_id',
      'o.strategy',
      'o.ruled_strategy',
      'o.by_person',
      'o.reason',
      'o.document',
      'o.set_on',
      'o.expires_on',
      'o.set_at',
      'o.facts_hash',
      'e.kind',
      'e.why',
      'e.detail',
      'e.by_person as ended_by',
      'e.reason as end_reason',
      'e.ended_on',
      'e.ended_at',
      's.by_person as seen_by',
      's.note as seen_note',
      's.seen_at',
      decidedSince.as('decided_since'),
    ])
    .$if(query.parcelId !== undefined, (asked) => asked.where('o.parcel_id', '=', query.parcelId!))
    .$if(query.overrideId !== undefined, (asked) => asked.where('o.override_id', '=', query.overrideId!))
    .$if(query.before !== undefined, (asked) => asked.where('o.override_id', '<', query.before!))
    .$if(query.state === 'in_force', (asked) => asked.where('e.kind', 'is', null))
    .$if(query.state === 'attention', (asked) =>
      asked
        .where('e.kind', '=', 'reopened')
        .where('s.seen_at', 'is', null)
        .where(sql<boolean>`not ${decidedSince}`),
    )
    .$if(query.state !== undefined && query.state !== 'in_force' && query.state !== 'attention', (asked) =>
      asked.where('e.kind', '=', query.state as End['kind']),
    )
    .orderBy('o.override_id', 'desc')
    .limit(query.limit ?? 200)
    .execute()
}
export type OverrideRow = Awaited<ReturnType<typeof selectOverrides>>[number]
