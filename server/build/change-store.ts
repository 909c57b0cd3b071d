import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { Database } from '../db/schema.ts'
import type { Box } from '../geo/area.ts'
import { WORKING_SRID } from '../geo/polygon.ts'
import type { LandRecord } from '../record/record.ts'
import { nameKey } from '../record/names.ts'
import { landRecordColumns } from '../record/store.ts'
import type { Change } from './change.ts'
import type { RecordSource } from './neighbourhood.ts'
import { knownIn, type Standing } from './standing-store.ts'

type Day = Pick<Standing, 'asOf' | 'knownAt'>

/** The records of a base as a build of that day and knowledge reads them. */
export function recordsIn(db: Kysely<Database>, day: Day): RecordSource {
  const those = async (condition: RawBuilder<boolean>): Promise<LandRecord[]> =>
    // The table holds kind and fields as text and JSON; both were written by `recordDrafts` from the same types.
    (await db
      .selectFrom('record as r')
      .select(landRecordColumns)
      .where(knownIn(day))
      .where(condition)
      .orderBy('r.record_id')
      .execute()) as LandRecord[]
  return {
    documentsNear: async (boxes) =>
      boxes.length === 0 ? [] : those(sql`r.kind <> 'layer' and ${isNear(boxes)}`),
    zonesNear: async (boxes) =>
      boxes.length === 0 ? [] : those(sql`r.kind = 'layer' and r.layer <> 'district' and ${isNear(boxes)}`),
    named: async (names) => (names.length === 0 ? [] : those(isCalled(names))),
    districts: () => those(sql`r.kind = 'layer' and r.layer = 'district'`),
  }
}

/**
 * One look into the spatial index per box. The numbers are an array before anything else is asked: joined, they would be
 * guessed to be many, and the whole table be read.
 */
function isNear(boxes: readonly Box[]): RawBuilder<boolean> {
  const column = (at: 0 | 1 | 2 | 3) => boxes.map((box) => box[at])
  return sql`r.record_id = any(array(
    select near.record_id
    from unnest(${column(0)}::float8[], ${column(1)}::float8[], ${column(2)}::float8[], ${column(3)}::float8[])
         as box(west, south, east, north)
    join record as near on near.geom && st_makeenvelope(west, south, east, north, ${sql.lit(WORKING_SRID)})
  ))`
}

/** One look into the index of names per name: of a hundred at once the planner would rather read every record. */
function isCalled(names: readonly string[]): RawBuilder<boolean> {
  return sql`r.record_id = any(array(
    select called.record_id
    from unnest(${names}::text[], ${names.map(nameKey)}::bigint[]) as asked(name, key)
    join record as called on called.name_keys @> array[asked.key] and called.names @> array[asked.name]
  ))`
}

/** More changed records than this are as quickly built with everything else. */
const MOST_CHANGED = 2_000

/**
 * The records that have changed since a build, by the deliveries that came or were taken back: those it saw against those
 * that stand now. All that these records ever were counts as before. Null: too many.
 * @param seen deliveries that stand now
 */
export async function changeSince(
  db: Kysely<Database>,
  previous: Pick<Standing, 'asOf' | 'knownAt' | 'seen'>,
  seen: readonly number[],
  day: Day,
): Promise<Change | null> {
  const [before, now] = [new Set(previous.seen), new Set(seen)]
  const come = seen.filter((id) => !before.has(id))
  const deliveries = [...previous.seen.filter((id) => !now.has(id)), ...come]
  if (deliveries.length === 0) return { before: [], after: [], stood: [] }
  const { rows } = await sql<{ record_id: number }>`
    select distinct record_id from record where delivery_id = any(${deliveries}::bigint[])
    limit ${MOST_CHANGED + 1}`.execute(db)
  if (rows.length > MOST_CHANGED) return null
  const stood = sql<boolean>`(${knownIn(previous)} and not r.delivery_id = any(${come}::bigint[]))`
  const versions = (await db
    .selectFrom('record as r')
    .select(landRecordColumns)
    .select([sql<boolean>`(${knownIn(day)})`.as('stands'), stood.as('stood')])
    .where(sql<boolean>`r.record_id = any(${rows.map((row) => row.record_id)}::bigint[])`)
    .orderBy('r.record_id')
    .orderBy('r.version_no')
    .execute()) as (LandRecord & { stands: boolean; stood: boolean })[]
  const those = (wanted: (version: { stands: boolean; stood: boolean }) => boolean): LandRecord[] =>
    versions.filter(wanted)
  return {
    before: those(({ stands }) => !stands),
    after: those(({ stands }) => stands),
    stood: those((version) => version.stood),
  }
}
