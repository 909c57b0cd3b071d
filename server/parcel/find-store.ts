import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { ParcelPage, ParcelQuery, Stats } from '../contract.ts'
import { listMark, readCursor, writeCursor } from '../cursor.ts'
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
    .select([
      sql<number>`count(*)::int`.as('parcels'),
      sql<number>`coalesce(sum(v.area_planar_m2), 0)::float8`.as('planar'),
    ])
    .executeTakeFirstOrThrow()
  return { parcels: row.parcels, planarM2: row.planar }
}

/** Parcels and land by each of the ways they are told apart. One pass; the lists tie with the totals. */
export async function stats(
  db: Kysely<Database>,
  conditions: ParcelConditions,
  moment: Moment = {},
): Promise<Stats> {
  const standing = await standingAt(db, moment)
  const rows = await parcelsWhere(db, standing, conditions)
    .select([
      sql<string>`coalesce(a.strategy, '')`.as('strategy'),
      'v.stage',
      'v.district_code',
      sql<string>`coalesce(v.use_group, '')`.as('use_group'),
      'v.kind',
      sql<number>`count(*)::int`.as('parcels'),
      sql<number>`sum(v.area_planar_m2)::float8`.as('planar'),
    ])
    .groupBy([
      sql`coalesce(a.strategy, '')`,
      'v.stage',
      'v.district_code',
      sql`coalesce(v.use_group, '')`,
      'v.kind',
    ])
    .execute()
  const by = (keyOf: (row: (typeof rows)[number]) => string): Stats['byStage'] => {
    const sums = new Map<string, { parcels: number; planarM2: number }>()
    for (const row of rows) {
      const sum = sums.get(keyOf(row)) ?? { parcels: 0, planarM2: 0 }
      sum.parcels += row.parcels
      sum.planarM2 += row.planar
      sums.set(keyOf(row), sum)
    }
    return [...sums].map(([key, sum]) => ({ key, ...sum })).toSorted((a, b) => (a.key < b.key ? -1 : 1))
  }
  return {
    asOf: standing.asOf,
    knownAt: standing.knownAt,
    parcels: rows.reduce((sum, row) => sum + row.parcels, 0),
    planarM2: rows.reduce((sum, row) => sum + row.planar, 0),
    byStrategy: by((row) => row.strategy),
    byStage: by((row) => row.stage),
    byDistrict: by((row) => row.district_code),
    byUse: by((row) => row.use_group),
    byKind: by((row) => row.kind),
  }
}

function pastCursor(order: Order, cursor: string, mark: string): RawBuilder<boolean> {
  const [key, parcelId] = readCursor(cursor, mark, [order.kind, 'number_of_ours'])
  const value = sql`${key}::${sql.raw(order.type)}`
  return order.descending
    ? sql`(${order.key}, v.parcel_id) < (${value}, ${parcelId}::bigint)`
    : sql`(${order.key}, v.parcel_id) > (${value}, ${parcelId}::bigint)`
}
