import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { ParcelQuery } from '../contract.ts'
import { inRun } from '../db/in-build.ts'
import type { Database } from '../db/schema.ts'
import type { LonLatBox } from './box.ts'
import { flagEntries, kindEntries, stageEntries, useGroupEntries } from './catalog.ts'
import { compileParcelFilter } from './filter.ts'
import { shapeToSql } from './shape-sql.ts'
import { standsIn, type Standing } from './standing-store.ts'
import { Refusal, type Message } from '../refusal.ts'

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

/** A list of values, each of which must be one there is; an unknown one would answer "none" to a question nobody asked. */
interface ListParameter {
  readonly name: 'district' | 'stage' | 'kind' | 'use' | 'flag'
  readonly isKnown: (value: string) => boolean
  readonly known: () => Message
}
const amongCodes = (
  name: ListParameter['name'],
  entries: () => readonly { readonly code: string }[],
): ListParameter => ({
  name,
  isKnown: (value) => entries().some(({ code }) => code === value),
  known: () => {
    const codes = entries().map(({ code }) => code)
    return { zh: `可用:${codes.join('、')}。`, en: `There are ${codes.join(', ')}.` }
  },
})
const parameters = {
  district: {
    name: 'district',
    isKnown: (value) => /^\d{6}$/.test(value),
    known: () => ({
      zh: '写六位行政区代码,如 430211。',
      en: 'Write county codes of six digits, such as 430211.',
    }),
  },
  stage: amongCodes('stage', () => stageEntries),
  kind: amongCodes('kind', () => kindEntries),
  use: amongCodes('use', () => useGroupEntries),
  flag: amongCodes('flag', flagEntries),
} as const satisfies Record<string, ListParameter>

function plainConditions(asked: ParcelConditions): RawBuilder<boolean>[] {
  const all: RawBuilder<boolean>[] = []
  const oneOf = (column: string, values: string[] | null): void => {
    if (values) all.push(sql`${sql.ref(column)} in (${sql.join(values)})`)
  }
  oneOf('v.district_code', readList(asked.district, parameters.district))
  oneOf('v.stage', readList(asked.stage, parameters.stage))
  oneOf('v.kind', readList(asked.kind, parameters.kind))
  oneOf('a.strategy', splitList(asked.strategy)) // whatever pack a past day was classified by
  oneOf('v.use_group', readList(asked.use, parameters.use))
  const flags = readList(asked.flag, parameters.flag)
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
 * Number, code, project, holder, place: the text itself, not a pattern. A start of a code (nine characters or more), with
 * or without the blanks certificates print, goes through the index of codes: they hold digits and capitals alone, and Z
 * sorts last in every collation. A 不动产单元号 begins with the parcel code.
 */
function textSearch(words: string): RawBuilder<boolean> {
  if (/^\d{13,16}$/.test(words)) return sql`v.parcel_id = ${Number(words)}::bigint`
  const code = words.replaceAll(/\s/g, '').toUpperCase()
  if (/^\d{6}[0-9A-Z]{13}[FW]\d{0,8}$/.test(code))
    return sql`(v.parcel_code = ${code.slice(0, 19)} and starts_with(v.unit_code, ${code}))`
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

/** @throws Refusal `PARAM_INVALID` naming the value that is unknown, and those there are. */
function readList(text: string | undefined, { name, isKnown, known }: ListParameter): string[] | null {
  const values = splitList(text)
  const unknown = values?.find((value) => !isKnown(value))
  if (unknown === undefined) return values
  const shown = unknown.slice(0, 40)
  throw new Refusal(
    'PARAM_INVALID',
    { zh: `“${name}”没有“${shown}”这个值。`, en: `"${name}" has no value "${shown}".` },
    known(),
    { field: name },
  )
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
