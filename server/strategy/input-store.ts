import { sql, type Kysely, type RawBuilder } from 'kysely'
import { siteLayers } from '../analysis/unused-share.ts'
import { inBuild } from '../db/in-build.ts'
import type { Database } from '../db/schema.ts'
import { knownIn, standsIn, type Standing } from '../parcel/standing-store.ts'
import { recordKinds } from '../record/record.ts'
import type { PageText, RunText } from './input-text.ts'

/** Layers whose zones say something about a parcel; others are shown on the map only. */
const layersWithFacts = [
  'control_plan',
  'growth_boundary',
  'farmland',
  'eco_redline',
  'park',
  'renewal',
  'soil',
  'reserve',
  ...siteLayers,
] as const

/**
 * Findings, yearly lists and what was checked at all.
 * @param only the parcels asked about; absent: all of the build
 */
export async function readRun(
  db: Kysely<Database>,
  build: Standing,
  only?: readonly number[],
): Promise<Pick<RunText, 'layers' | 'registers' | 'findings' | 'lists'>> {
  const { rows } = await sql<{ findings: string | null; lists: string | null }>`
    select
      (select json_agg(json_build_array(code, severity, area_planar_m2, parcel_ids, record_ids) order by code, finding_id)::text
       from finding where ${inBuild('finding', build.buildId)} and not noise
         and ${only === undefined ? sql`true` : sql`parcel_ids && ${idList(only)}`}) as findings,
      (select json_agg(${recordRow} order by record_id)::text
       from record as r where ${knownIn(build)} and kind in ('performance', 'firm', 'firm_land_use') and ${listedFor(build, only)}) as lists`.execute(
    db,
  )
  return {
    ...rows[0]!,
    layers: Object.keys(build.layers),
    registers: recordKinds.filter((kind) => (build.summary.records?.[kind] ?? 0) > 0),
  }
}

/** A few parcels ask only for the rows that name them, their holders and the firms on them, and those firms' other land. */
function listedFor(build: Standing, only: readonly number[] | undefined): RawBuilder<boolean> {
  if (only === undefined) return sql<boolean>`true`
  const named = (column: string) => sql`
    select ${sql.ref(column)} from parcel_version as v
    where ${standsIn(build.buildId)} and parcel_id = any(${idList(only)})`
  const firms = (field: 'holder_code' | 'holder') => sql`
    select used.fields->>${field} from record as used
    where used.kind = 'firm_land_use' and used.fields->>'parcel_code' in (${named('parcel_code')})`
  return sql<boolean>`(r.fields->>'parcel_code' in (${named('parcel_code')})
    or r.fields->>'holder_code' in (${named('holder_code')}) or r.fields->>'holder_code' in (${firms('holder_code')})
    or (r.kind <> 'performance' and (
      r.fields->>'holder' in (${named('holder')}) or r.fields->>'holder' in (${firms('holder')}))))`
}

const recordRow = sql`json_build_array(r.record_id, r.kind, r.layer, r.doc, r.fields)`

/** Parcels of a page: enough to keep a thread busy, few enough for a statement of the embedded base. */
const PAGE = 2000

/** The parcels of a build, some thousands at a time, in the order of their numbers. */
export async function* parcelPages(
  db: Kysely<Database>,
  build: Standing,
  only?: readonly number[],
): AsyncGenerator<PageText & { readonly count: number }> {
  let after = -1
  for (;;) {
    const chosen = only === undefined ? sql<boolean>`true` : sql<boolean>`parcel_id = any(${idList(only)})`
    const { rows } = await sql<{ parcels: string | null; last: number; count: number }>`
      select json_agg(json_build_array(
          county_code, parcel_id, kind, stage, source_record_id, parcel_code, holder, holder_code, project, use_group,
          area_planar_m2, st_perimeter(geom)) order by parcel_id)::text as parcels,
        max(parcel_id) as last, count(*)::int as count
      from (
        select * from parcel_version as v
        where ${standsIn(build.buildId)} and parcel_id > ${after}::bigint and ${chosen}
        order by parcel_id limit ${PAGE}
      ) as page`.execute(db)
    const { parcels, last, count } = rows[0]!
    if (parcels === null) return
    const ofPage = sql<boolean>`link.parcel_id > ${after}::bigint and link.parcel_id <= ${last}::bigint
      and ${only === undefined ? sql`true` : sql`link.parcel_id = any(${idList(only)})`}
      and ${inBuild('link', build.buildId)}`
    yield { parcels, count, ...(await linksAndRecords(db, build, ofPage)) }
    if (count < PAGE) return
    after = last
  }
}

async function linksAndRecords(
  db: Kysely<Database>,
  build: Standing,
  ofPage: RawBuilder<boolean>,
): Promise<Pick<PageText, 'links' | 'records'>> {
  const { rows } = await sql<{ links: string | null; records: string | null }>`
    with link as materialized (
      select parcel_id, record_id, area_m2, share_of_parcel, share_of_record, certainty
      from parcel_record as link where ${ofPage}
    )
    select
      (select json_agg(json_build_array(
          parcel_id, record_id, area_m2, share_of_parcel, share_of_record, certainty = 'certain'
        ) order by parcel_id, record_id)::text from link) as links,
      (select json_agg(${recordRow})::text from (select distinct record_id from link) as linked
       join record as r on r.record_id = linked.record_id and ${knownIn(build)}
       where r.kind <> 'layer' or r.layer = any(${[...layersWithFacts]}::text[])) as records`.execute(db)
  return rows[0]!
}

/** Numbers above 2^31 as an array the server takes. */
export const idList = (ids: readonly number[]) => sql`${ids.map(String)}::text[]::bigint[]`
