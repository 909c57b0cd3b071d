import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { ParcelQuery } from '../contract.ts'
import { inRun } from '../db/in-build.ts'
import type { Database } from '../db/schema.ts'
import type { LonLatBox } from './box.ts'
import { compileParcelFilter } from './filter.ts'
import { shapeToSql } from './shape-sql.ts'
import { standsIn, type Standing } from './standing-store.ts'
import { Refusal } from '../refusal.ts'

/** What narrows a list of parcels; the same for list, totals, statistics and export. */
export type ParcelConditions = Omit<ParcelQuery, 'sort' | 'limit' | 'cursor'>

/**
 * The parcels of a build that meet the conditions: `v` is the version that stands, `a` its assessment (null while
 * not classified), `f` its facts where a condition needs them.
 */
export function parcelsWhere(db: Kysely<Database>, standing: Standing, conditions: ParcelConditions) {
  const filter = conditions.filter === undefined ? null : compileParcelFilter(conditions.filter)
  return db
    .selectFrom('parcel_version as v')
    .leftJoin('assessment as a', (join) =>
      join
        .onRef('a.county_code', '=', 'v.county_code')
        .onRef('a.parcel_id', '=', 'v.parcel_id')
        .on(inRun('a', standing.runId)),
    )
    .$if(filter?.usesFacts === true, (query) =>
      query.leftJoin('fact as f', (join) =>
        join
          .onRef('f.county_code', '=', 'v.county_code')
          .onRef('f.parcel_id', '=', 'v.parcel_id')
          .on(factsOf(standing.runId)),
      ),
    )
    .where(standsIn(standing.buildId))
    .$call((query) => {
      let narrowed = query
      for (const condition of plainConditions(conditions)) narrowed = narrowed.where(condition)
      return filter ? narrowed.where(filter.condition) : narrowed
    })
}

/** Facts are kept for the last run alone: of an earlier one nothing is known. */
const factsOf = (runId: number | null) => sql<boolean>`${runId}::bigint = (select current_run from base)`

function plainConditions(asked: ParcelConditions): RawBuilder<boolean>[] {
  const all: RawBuilder<boolean>[] = []
  const oneOf = (column: string, list: string | undefined): void => {
    const values = splitList(list)
    if (values) all.push(sql`${sql.ref(column)} in (${sql.join(values)})`)
  }
  oneOf('v.district_code', asked.district)
  oneOf('v.stage', asked.stage)
  oneOf('v.kind', asked.kind)
  oneOf('a.strategy', asked.strategy)
  oneOf('v.use_group', asked.use)
  const flags = splitList(asked.flag)
  if (flags) all.push(sql`a.flags && array[${sql.join(flags)}]::text[]`)
  if (asked.min_m2 !== undefined) all.push(sql`v.area_planar_m2 >= ${asked.min_m2}::float8`)
  if (asked.max_m2 !== undefined) all.push(sql`v.area_planar_m2 <= ${asked.max_m2}::float8`)
  if (asked.bbox !== undefined)
    all.push(sql`st_intersects(v.geom, ${shapeToSql({ bbox: readBbox(asked.bbox) })})`)
  const words = asked.q?.trim()
  if (words) all.push(textSearch(words))
  return all
}

/**
 * Number, code, project, holder, place: the text itself, not a pattern. A start of a code (nine characters or more)
 * goes through the index of codes: they hold digits and capitals alone, and Z sorts last in every collation.
 */
function textSearch(words: string): RawBuilder<boolean> {
  if (/^\d{13,16}$/.test(words)) return sql`v.parcel_id = ${Number(words)}::bigint`
  const code = words.toUpperCase()
  if (/^\d{6}[0-9A-Z]{3,13}$/.test(code)) {
    return sql`(v.parcel_code between ${code} and ${code.padEnd(20, 'Z')} and starts_with(v.parcel_code, ${code}))`
  }
  const pattern = `%${words.replace(/[\\%_]/g, '\\$&')}%`
  return sql`(v.project ilike ${pattern} or v.holder ilike ${pattern} or v.location ilike ${pattern} or v.parcel_code ilike ${pattern})`
}

function splitList(text: string | undefined): string[] | null {
  const values = text?.split(',').filter((value) => value !== '')
  return values && values.length > 0 ? values : null
}

/** @throws Refusal `PARAM_INVALID`. */
export function readBbox(text: string): LonLatBox {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
  const [west, south, east, north] = numbers as [number, number, number, number]
  const isBox =
    numbers.length === 4 &&
    numbers.every(Number.isFinite) &&
    west <= east &&
    south <= north &&
    Math.abs(west) <= 180 &&
    Math.abs(east) <= 180 &&
    Math.abs(south) <= 90 &&
    Math.abs(north) <= 90
  if (isBox) return [west, south, east, north]
  throw new Refusal(
    'PARAM_INVALID',
    { zh: '“bbox”不是经纬度范围。', en: '"bbox" is not a box in degrees.' },
    {
      zh: '形如 113.0,27.7,113.2,27.9:西、南、东、北。',
      en: 'Write 113.0,27.7,113.2,27.9: west, south, east, north.',
    },
    { field: 'bbox' },
  )
}
