import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { ParcelPage, ParcelQuery, Stats } from '../contract.ts'
import type { Database } from '../db/schema.ts'
import { asCursor, badCursor, cursorText } from './cursor.ts'
import { parcelsWhere, type ParcelConditions } from './query-store.ts'
import { boxColumns, rowColumns, toParcelRow } from './row.ts'
import { standingAt, versionOf, type Moment, type Standing } from './standing-store.ts'

const DEFAULT_LIMIT = 100

type Sort = NonNullable<ParcelQuery['sort']>

interface Order {
  readonly key: RawBuilder<unknown>
  readonly type: 'float8' | 'text' | 'bigint'
  readonly descending: boolean
}

/** What each order sorts by; the parcel number breaks ties, so that a page ends at one place only. */
const orders: Readonly<Record<Sort, Order>> = {
  parcel: { key: sql.ref('v.parcel_id'), type: 'bigint', descending: false },
  area: { key: sql.ref('v.area_planar_m2'), type: 'float8', descending: false },
  '-area': { key: sql.ref('v.area_planar_m2'), type: 'float8', descending: true },
  strategy: { key: sql`coalesce(a.strategy, '')`, type: 'text', descending: false },
  district: { key: sql.ref('v.district_code'), type: 'text', descending: false },
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
  const direction = sql.raw(order.descending ? 'desc' : 'asc') // one of two words of ours
  const rows = await parcelsWhere(db, standing, conditions)
    .select([...rowColumns, ...boxColumns, sql<string | number>`${order.key}`.as('sort_key')])
    .$if(cursor !== undefined, (query) => query.where(pastCursor(order, readCursor(cursor!, sort, standing))))
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
    nextCursor:
      rows.length > limit && last ? writeCursor(sort, standing, last.sort_key, last.parcel_id) : null,
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

/** Where the last page ended. Written for us alone, and only good for the order and the build it came from. */
function writeCursor(sort: Sort, standing: Standing, key: string | number, parcelId: number): string {
  return asCursor([sort, versionOf(standing), key, parcelId])
}

function readCursor(
  text: string,
  sort: Sort,
  standing: Standing,
): { key: string | number; parcelId: number } {
  let parts: unknown
  try {
    parts = JSON.parse(cursorText(text))
  } catch (cause) {
    throw badCursor({ cause })
  }
  if (!Array.isArray(parts)) throw badCursor()
  const [ofSort, version, key, parcelId] = parts as unknown[]
  const isKey = orders[sort].type === 'text' ? typeof key === 'string' : typeof key === 'number'
  if (ofSort !== sort || version !== versionOf(standing) || !isKey || !Number.isSafeInteger(parcelId))
    throw badCursor()
  return { key: key as string | number, parcelId: parcelId as number }
}

function pastCursor(
  order: Order,
  { key, parcelId }: { key: string | number; parcelId: number },
): RawBuilder<boolean> {
  const value = sql`${key}::${sql.raw(order.type)}`
  return order.descending
    ? sql`(${order.key}, v.parcel_id) < (${value}, ${parcelId}::bigint)`
    : sql`(${order.key}, v.parcel_id) > (${value}, ${parcelId}::bigint)`
}
