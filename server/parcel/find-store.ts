import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { ParcelPage, ParcelQuery, Stats } from '../contract.ts'
import { listMark, readCursor, writeCursor } from '../cursor.ts'
import { exactSum } from '../db/exact-sum.ts'
import type { Database } from '../db/schema.ts'
import { parcelsWhere, type ParcelConditions } from './query-store.ts'
import { boxColumns, rowColumns, toParcelRow } from './row.ts'
import { standingAt, versionOf, type Moment, type Standing } from './standing-store.ts'

const DEFAULT_LIMIT = 100

type Sort = NonNullable<ParcelQuery['sort']>

interface Order {
  readonly key: RawBuilder<unknown>
  readonly type: 'float8' | 'text' | 'bigint'
  readonly kind: 'number' | 'text' | 'number_of_ours'
  readonly descending: boolean
}

/** What each order sorts by; the parcel number breaks ties, so that a page ends at one place only. */
const orders: Readonly<Record<Sort, Order>> = {
  parcel: { key: sql.ref('v.parcel_id'), type: 'bigint', kind: 'number_of_ours', descending: false },
  area: { key: sql.ref('v.area_planar_m2'), type: 'float8', kind: 'number', descending: false },
  '-area': { key: sql.ref('v.area_planar_m2'), type: 'float8', kind: 'number', descending: true },
  strategy: { key: sql`coalesce(a.strategy, '')`, type: 'text', kind: 'text', descending: false },
  district: { key: sql.ref('v.district_code'), type: 'text', kind: 'text', descending: false },
}

/**
 * A page of the parcels that meet the conditions, and the totals of all of them.
 * @throws as `standingAt`; Refusal `PARAM_INVALID` for a cursor of another list, and those of `compileParcelFilter`.
 */
export async function findParcels(
  db: Kysely<Database>,
  asked: ParcelQuery,
  moment: Moment = {},
): Promise<ParcelPage> {
  const standing = await standingAt(db, moment)
  const { sort = 'parcel', limit = DEFAULT_LIMIT, cursor, ...conditions } = asked
  const order = orders[sort]
  const mark = listMark('parcels', versionOf(standing), { sort, ...conditions })
  const direction = sql.raw(order.descending ? 'desc' : 'asc') // one of two words of ours
  const rows = await parcelsWhere(db, standing, conditions)
    .select([...rowColumns, ...boxColumns, sql<string | number>`${order.key}`.as('sort_key')])
    .$if(cursor !== undefined, (query) => query.where(pastCursor(order, cursor!, mark)))
    .orderBy(sql`${order.key} ${direction}, v.parcel_id ${direction}`)
    .limit(limit + 1)
    .execute()
  const totals = await totalsOf(db, standing, conditions)
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    asOf: standing.asOf,
    knownAt: standing.knownAt,
    total: totals.parcels,
    totalPlanarM2: totals.planarM2,
    rows: shown.map(toParcelRow),
    nextCursor: rows.length > limit && last ? writeCursor(mark, [last.sort_key, last.parcel_id]) : null,
  }
}

interface Totals {
  readonly parcels: number
  readonly planarM2: number
}

async function totalsOf(
  db: Kysely<Database>,
  standing: Standing,
  conditions: ParcelConditions,
): Promise<Totals> {
  const row = await parcelsWhere(db, standing, conditions)
    .select([sql<number>`count(*)::int`.as('parcels'), exactSum(sql.ref('v.area_planar_m2')).as('planar')])
    .executeTakeFirstOrThrow()
  return { parcels: row.parcels, planarM2: row.planar }
}

const classes = ['strategy', 'stage', 'district', 'use', 'kind'] as const
type Class = (typeof classes)[number]

/**
 * Parcels and land by each of the ways they are told apart. One pass over the parcels; the lists tie with the totals, and
 * those with the list of the same parcels, to the last digit.
 */
export async function stats(
  db: Kysely<Database>,
  conditions: ParcelConditions,
  moment: Moment = {},
): Promise<Stats> {
  const standing = await standingAt(db, moment)
  const together = parcelsWhere(db, standing, conditions)
    .select([
      sql<string>`coalesce(a.strategy, '')`.as('strategy'),
      'v.stage as stage',
      'v.district_code as district',
      sql<string>`coalesce(v.use_group, '')`.as('use'),
      'v.kind as kind',
      sql<number>`count(*)`.as('parcels'),
      sql`sum(v.area_planar_m2::numeric)`.as('m2'),
    ])
    .groupBy([
      sql`coalesce(a.strategy, '')`,
      'v.stage',
      'v.district_code',
      sql`coalesce(v.use_group, '')`,
      'v.kind',
    ])
  const { rows } = await sql<{ [name in Class]: string | null } & { parcels: number; planarM2: number }>`
    select ${sql.join(classes.map((name) => sql.ref(name)))},
      coalesce(sum(parcels), 0)::int as parcels, ${exactSum(sql.ref('m2'))} as "planarM2"
    from (${together}) as together
    group by grouping sets (${sql.join(classes.map((name) => sql`(${sql.ref(name)})`))}, ())`.execute(db)
  const by = (name: Class): Stats['byStage'] =>
    rows
      .flatMap(({ [name]: key, parcels, planarM2 }) => (key === null ? [] : [{ key, parcels, planarM2 }]))
      .toSorted((a, b) => (a.key < b.key ? -1 : 1))
  const whole = rows.find((row) => classes.every((name) => row[name] === null))!
  return {
    asOf: standing.asOf,
    knownAt: standing.knownAt,
    parcels: whole.parcels,
    planarM2: whole.planarM2,
    byStrategy: by('strategy'),
    byStage: by('stage'),
    byDistrict: by('district'),
    byUse: by('use'),
    byKind: by('kind'),
  }
}

function pastCursor(order: Order, cursor: string, mark: string): RawBuilder<boolean> {
  const [key, parcelId] = readCursor(cursor, mark, [order.kind, 'number_of_ours'])
  const value = sql`${key}::${sql.raw(order.type)}`
  return order.descending
    ? sql`(${order.key}, v.parcel_id) < (${value}, ${parcelId}::bigint)`
    : sql`(${order.key}, v.parcel_id) > (${value}, ${parcelId}::bigint)`
}
