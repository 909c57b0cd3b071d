import { sql, type Kysely } from 'kysely'
import type { Lineage } from '../contract.ts'
import type { Database } from '../db/schema.ts'
import { ParcelRetired, resolveParcel } from './card-store.ts'
import { inHistory, standingAt, standsIn, type Moment, type Standing } from './standing-store.ts'
import { stateColumns, toStates } from './state.ts'

/** Generations followed either way. */
const GENERATIONS = 8
/** Numbers told of at most: more make no picture. */
const MOST_NUMBERS = 120
/** Beyond its own neighbours a number's kin is followed along this much land, and this share of what either had. */
const KIN_M2 = 1
const KIN_SHARE = 0.01

/**
 * Where the land of a number came from and went to: ancestors and descendants, every state they had, what happened to
 * them in order, and the land that moved between them. Also for retired numbers.
 */
export async function lineage(db: Kysely<Database>, idOrCode: string, moment: Moment = {}): Promise<Lineage> {
  const standing = await standingAt(db, moment)
  const { parcelId, state, successors } = await findNumber(db, standing, idOrCode)
  const { generationOf, complete } = await kinOf(db, standing, parcelId)
  const numbers = [...generationOf.keys()]
  const [states, events, edges] = [
    await statesOf(db, standing, numbers),
    await eventsOf(db, standing, numbers),
    await edgesBetween(db, standing, numbers),
  ]
  return {
    asOf: standing.asOf,
    knownAt: standing.knownAt,
    parcelId,
    parcelCode: states.findLast((each) => each.parcelId === parcelId)?.parcelCode ?? null,
    state,
    successors: [...successors],
    nodes: states.map((each) => ({ ...each, generation: generationOf.get(each.parcelId)! })),
    events,
    edges,
    complete,
  }
}

async function findNumber(
  db: Kysely<Database>,
  standing: Standing,
  idOrCode: string,
): Promise<Pick<Lineage, 'parcelId' | 'state'> & { successors: readonly number[] }> {
  try {
    return { parcelId: await resolveParcel(db, standing, idOrCode), state: 'current', successors: [] }
  } catch (error) {
    if (!(error instanceof ParcelRetired)) throw error
    return { parcelId: error.parcelId, state: 'retired', successors: error.successors }
  }
}

/**
 * The numbers of a family with their generation: below 0 where land came from, above 0 where it went. Everyone it
 * exchanged land with directly belongs to it; beyond them only who had or got a good part, each step further back or on in
 * time. Then those who shared in what its parents gave and its children got, as long as there is room.
 */
async function kinOf(
  db: Kysely<Database>,
  standing: Standing,
  parcelId: number,
): Promise<{ generationOf: Map<number, number>; complete: boolean }> {
  const { rows } = await sql<{ parcel_id: number; generation: number }>`
    with recursive
    passage as not materialized (
      select e.build_id, e.from_parcel_id, e.to_parcel_id, e.area_m2 >= ${KIN_M2}::float8 and e.area_m2 >= ${KIN_SHARE}::float8
        * coalesce(least(gave.before_m2, got.after_m2), 0) as is_kin
      from parcel_edge as e
      left join parcel_event as gave on gave.parcel_id = e.from_parcel_id and gave.build_id = e.build_id
      left join parcel_event as got on got.parcel_id = e.to_parcel_id and got.build_id = e.build_id
      where ${inHistory('e.build_id', standing)}
    ),
    older (parcel_id, build_id, generation) as (
      select ${parcelId}::bigint, null::bigint, 0
      union
      select p.from_parcel_id, p.build_id, older.generation - 1
      from older join passage as p on p.to_parcel_id = older.parcel_id
        and (older.build_id is null or p.build_id < older.build_id and p.is_kin)
      where older.generation > ${-GENERATIONS}
    ),
    younger (parcel_id, build_id, generation) as (
      select ${parcelId}::bigint, null::bigint, 0
      union
      select p.to_parcel_id, p.build_id, younger.generation + 1
      from younger join passage as p on p.from_parcel_id = younger.parcel_id
        and (younger.build_id is null or p.build_id > younger.build_id and p.is_kin)
      where younger.generation < ${GENERATIONS}
    ),
    beside (parcel_id, generation) as (
      select p.to_parcel_id, 0 from older join passage as p on older.generation = -1
        and p.from_parcel_id = older.parcel_id and p.build_id = older.build_id and p.is_kin
      union
      select p.from_parcel_id, 0 from younger join passage as p on younger.generation = 1
        and p.to_parcel_id = younger.parcel_id and p.build_id = younger.build_id and p.is_kin
    )
    select parcel_id, generation from older
    union all select parcel_id, generation from younger
    union all select parcel_id, generation from beside`.execute(db)
  const generationOf = new Map<number, number>([[parcelId, 0]])
  // the nearest first; of two equally near, the older; those beside last
  const near = (generation: number): number => (generation === 0 ? GENERATIONS + 1 : Math.abs(generation))
  for (const row of rows.toSorted(
    (a, b) =>
      near(a.generation) - near(b.generation) || a.generation - b.generation || a.parcel_id - b.parcel_id,
  ))
    if (!generationOf.has(row.parcel_id)) generationOf.set(row.parcel_id, row.generation)
  const kept = new Map([...generationOf].slice(0, MOST_NUMBERS))
  const isCut = rows.some(({ generation }) => Math.abs(generation) === GENERATIONS)
  return { generationOf: kept, complete: kept.size === generationOf.size && !isCut }
}

async function statesOf(db: Kysely<Database>, standing: Standing, numbers: readonly number[]) {
  const rows = await db
    .selectFrom('parcel_version as v')
    .select(stateColumns(standing))
    .where('v.parcel_id', 'in', [...numbers])
    .where((eb) => eb.or([standsIn(standing.buildId), inHistory('v.from_build', standing)]))
    .orderBy('v.parcel_id')
    .orderBy(sql`v.from_build < 0`)
    .orderBy('v.from_build')
    .execute()
  return toStates(rows, standing)
}

async function eventsOf(
  db: Kysely<Database>,
  standing: Standing,
  numbers: readonly number[],
): Promise<Lineage['events']> {
  const rows = await db
    .selectFrom('parcel_event')
    .selectAll()
    .where('parcel_id', 'in', [...numbers])
    .where(inHistory('build_id', standing))
    .orderBy('build_id')
    .orderBy('event_no')
    .execute()
  return rows.map((row) => ({
    buildId: row.build_id,
    eventNo: row.event_no,
    kind: row.kind,
    on: row.happened_on,
    parcelId: row.parcel_id,
    beforeM2: row.before_m2,
    cameM2: row.came_m2,
    wentM2: row.went_m2,
    correctionM2: row.correction_m2,
    afterM2: row.after_m2,
  }))
}

async function edgesBetween(
  db: Kysely<Database>,
  standing: Standing,
  numbers: readonly number[],
): Promise<Lineage['edges']> {
  const rows = await db
    .selectFrom('parcel_edge as e')
    .innerJoin('build', 'build.build_id', 'e.build_id')
    .select(['e.build_id', 'e.from_parcel_id', 'e.to_parcel_id', 'e.area_m2', 'build.as_of'])
    .where('e.from_parcel_id', 'in', [...numbers])
    .where('e.to_parcel_id', 'in', [...numbers])
    .where(inHistory('e.build_id', standing))
    .orderBy('e.build_id')
    .orderBy('e.from_parcel_id')
    .orderBy('e.to_parcel_id')
    .execute()
  return rows.map((row) => ({
    buildId: row.build_id,
    on: row.as_of,
    from: row.from_parcel_id,
    to: row.to_parcel_id,
    planarM2: row.area_m2,
  }))
}
