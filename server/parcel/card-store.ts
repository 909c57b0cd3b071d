import { sql, type Kysely } from 'kysely'
import type { Lineage, ParcelCard, Places } from '../contract.ts'
import { asWkb } from '../db/postgis.ts'
import type { Database } from '../db/schema.ts'
import { toLonLat, transformPosition } from '../geo/project.ts'
import { LONLAT_SRID, WORKING_SRID } from '../geo/polygon.ts'
import { decodeMultiPolygon } from '../geo/wkb.ts'
import { Refusal } from '../refusal.ts'
import { boxColumns, masked, rowColumns, toParcelRow } from './row.ts'
import { standingOrRefuse, standsIn, type Standing } from './standing-store.ts'

/** A number that has ended answers with what became of its land. */
export class ParcelRetired extends Refusal {
  override readonly name = 'ParcelRetired'
  readonly parcelId: number
  readonly successors: readonly number[]
  constructor(parcelId: number, successors: readonly number[]) {
    super(
      'PARCEL_RETIRED',
      { zh: `宗地 ${parcelId} 已终止。`, en: `Parcel ${parcelId} has ended.` },
      successors.length > 0
        ? { zh: `其土地现属:${successors.join('、')}。`, en: `Its land is now in: ${successors.join(', ')}.` }
        : { zh: '其土地现不属任何宗地。', en: 'Its land is in no parcel now.' },
    )
    this.parcelId = parcelId
    this.successors = successors
  }
}

/**
 * The parcel a reader names, by our number or by 宗地代码.
 * @throws Refusal `PARCEL_UNKNOWN`, `PARCEL_AMBIGUOUS` where two parcels carry one code, `PARCEL_RETIRED`.
 */
export async function resolveParcel(
  db: Kysely<Database>,
  standing: Standing,
  idOrCode: string,
): Promise<number> {
  const wanted = idOrCode.trim().toUpperCase()
  const isNumber = /^\d{1,16}$/.test(wanted)
  if (!isNumber && !/^[0-9A-Z]{19}$/.test(wanted)) throw unknownParcel(wanted)
  const rows = await db
    .selectFrom('parcel_version as v')
    .select(['v.parcel_id', standsIn(standing.buildId).as('stands')])
    .distinct()
    .where((eb) => (isNumber ? eb('v.parcel_id', '=', Number(wanted)) : eb('v.parcel_code', '=', wanted)))
    .where('v.from_build', '<=', standing.buildId)
    .orderBy('v.parcel_id')
    .execute()
  const current = rows.filter((row) => row.stands)
  if (current.length > 1)
    throw ambiguous(
      wanted,
      current.map((row) => row.parcel_id),
    )
  if (current.length === 1) return current[0]!.parcel_id
  const ended = rows.at(-1)
  if (!ended) throw unknownParcel(wanted)
  throw new ParcelRetired(ended.parcel_id, await successorsOf(db, standing, ended.parcel_id))
}

/** Standing parcels that hold land of this one now, however many builds later. */
export async function successorsOf(
  db: Kysely<Database>,
  standing: Standing,
  parcelId: number,
): Promise<number[]> {
  const { rows } = await sql<{ parcel_id: number }>`
    with recursive heir as (
      select ${parcelId}::bigint as parcel_id
      union
      select e.to_parcel_id
      from heir join parcel_edge as e on e.from_parcel_id = heir.parcel_id and e.build_id <= ${standing.buildId}::bigint
    )
    select distinct v.parcel_id
    from heir join parcel_version as v on v.parcel_id = heir.parcel_id
    where v.parcel_id <> ${parcelId}::bigint and ${standsIn(standing.buildId)}
    order by v.parcel_id`.execute(db)
  return rows.map((row) => row.parcel_id)
}

/** The identity card of a parcel as it stands. Throws as `resolveParcel`. */
export async function parcelCard(db: Kysely<Database>, idOrCode: string): Promise<ParcelCard> {
  const standing = await standingOrRefuse(db)
  const parcelId = await resolveParcel(db, standing, idOrCode)
  const row = await standingVersion(db, standing, parcelId)
    .select((eb) => [
      ...rowColumns,
      ...boxColumns,
      'v.unit_code',
      'v.holder_code',
      'v.use_scheme',
      'v.use_code',
      asWkb(eb.ref('v.geom')).as('wkb'),
    ])
    .executeTakeFirstOrThrow()
  return {
    ...toParcelRow(row),
    asOf: standing.asOf,
    unitCode: row.unit_code,
    holderCode: masked(row.holder_code),
    useScheme: row.use_scheme,
    useCode: row.use_code,
    geometry: { type: 'MultiPolygon', coordinates: toLonLat(decodeMultiPolygon(row.wkb)) },
  }
}

/** The version of a parcel that stands, `v`, with its assessment, `a`. */
export function standingVersion(db: Kysely<Database>, standing: Standing, parcelId: number) {
  return db
    .selectFrom('parcel_version as v')
    .leftJoin('assessment as a', (join) =>
      join
        .onRef('a.county_code', '=', 'v.county_code')
        .onRef('a.parcel_id', '=', 'v.parcel_id')
        .on('a.run_id', '=', standing.runId ?? -1),
    )
    .where('v.parcel_id', '=', parcelId)
    .where(standsIn(standing.buildId))
}

/** What became of a number: its events in order and the land that moved to and from it. Also for retired numbers. */
export async function lineage(db: Kysely<Database>, idOrCode: string): Promise<Lineage> {
  const standing = await standingOrRefuse(db)
  let state: Lineage['state'] = 'current'
  let successors: readonly number[] = []
  let parcelId: number
  try {
    parcelId = await resolveParcel(db, standing, idOrCode)
  } catch (error) {
    if (!(error instanceof ParcelRetired)) throw error
    parcelId = error.parcelId
    successors = error.successors
    state = 'retired'
  }
  const edges = await db
    .selectFrom('parcel_edge')
    .selectAll()
    .where('build_id', '<=', standing.buildId)
    .where((eb) => eb.or([eb('from_parcel_id', '=', parcelId), eb('to_parcel_id', '=', parcelId)]))
    .orderBy('build_id')
    .orderBy('from_parcel_id')
    .orderBy('to_parcel_id')
    .execute()
  const family = [
    ...new Set([parcelId, ...edges.flatMap((edge) => [edge.from_parcel_id, edge.to_parcel_id])]),
  ]
  const events = await db
    .selectFrom('parcel_event')
    .selectAll()
    .where('parcel_id', 'in', family)
    .where('build_id', '<=', standing.buildId)
    .orderBy('build_id')
    .orderBy('event_no')
    .execute()
  return {
    parcelId,
    state,
    successors: [...successors],
    events: events.map((event) => ({
      buildId: event.build_id,
      eventNo: event.event_no,
      kind: event.kind,
      on: event.happened_on,
      parcelId: event.parcel_id,
    })),
    edges: edges.map((edge) => ({
      buildId: edge.build_id,
      from: edge.from_parcel_id,
      to: edge.to_parcel_id,
      planarM2: edge.area_m2,
    })),
  }
}

/** Every parcel version that ever covered a point, and the zones that do now. Degrees, EPSG:4490. */
export async function places(
  db: Kysely<Database>,
  { lon, lat }: { lon: number; lat: number },
): Promise<Places> {
  const standing = await standingOrRefuse(db)
  const [x, y] = transformPosition([lon, lat], LONLAT_SRID, WORKING_SRID)
  const point = sql`st_setsrid(st_makepoint(${x}::float8, ${y}::float8), ${sql.lit(WORKING_SRID)})`
  const versions = await db
    .selectFrom('parcel_version as v')
    .select([
      'v.parcel_id',
      'v.parcel_code',
      'v.kind',
      'v.stage',
      'v.holder',
      'v.project',
      'v.area_planar_m2',
      'v.from_build',
      'v.to_build',
      sql<string | null>`lower(v.valid_during)`.as('valid_from'),
      sql<string | null>`upper(v.valid_during)`.as('valid_to'),
      standsIn(standing.buildId).as('stands'),
    ])
    .where(sql<boolean>`v.geom && ${point} and st_covers(v.geom, ${point})`)
    .where('v.from_build', '<=', standing.buildId)
    .orderBy('v.from_build', 'desc')
    .orderBy('v.parcel_id')
    .limit(500)
    .execute()
  const zones = await db
    .selectFrom('record as r')
    .select(['r.record_id', 'r.layer', 'r.fields'])
    .where('r.kind', '=', 'layer')
    .where(sql<boolean>`r.geom && ${point} and st_covers(r.geom, ${point})`)
    .where(knownIn(standing))
    .orderBy('r.layer')
    .orderBy('r.record_id')
    .limit(200)
    .execute()
  return {
    lon,
    lat,
    asOf: standing.asOf,
    versions: versions.map((row) => ({
      parcelId: row.parcel_id,
      parcelCode: row.parcel_code,
      kind: row.kind,
      stage: row.stage,
      holder: masked(row.holder),
      project: masked(row.project),
      planarM2: row.area_planar_m2,
      validFrom: row.valid_from,
      validTo: row.valid_to,
      fromBuild: row.from_build,
      toBuild: row.to_build,
      current: row.stands,
    })),
    zones: zones.map((row) => ({
      recordId: row.record_id,
      layer: row.layer,
      name: typeof row.fields.name === 'string' ? row.fields.name : null,
      fields: row.fields,
    })),
  }
}

/** Record versions (`r`) that went into a build: true on its day, known by its time. */
export function knownIn({ asOf, knownAt }: Standing) {
  return sql<boolean>`r.valid_during @> ${asOf}::date and r.recorded_at <= ${knownAt}::timestamptz
    and (r.replaced_at is null or r.replaced_at > ${knownAt}::timestamptz)`
}

const unknownParcel = (wanted: string): Refusal =>
  new Refusal(
    'PARCEL_UNKNOWN',
    { zh: `没有宗地“${wanted.slice(0, 40)}”。`, en: `There is no parcel "${wanted.slice(0, 40)}".` },
    { zh: '请用系统编号或 19 位宗地代码。', en: 'Give our number or the 19 characters of a parcel code.' },
  )

const ambiguous = (code: string, ids: readonly number[]): Refusal =>
  new Refusal(
    'PARCEL_AMBIGUOUS',
    { zh: `有 ${ids.length} 宗地使用代码 ${code}。`, en: `${ids.length} parcels carry the code ${code}.` },
    { zh: `请用系统编号:${ids.join('、')}。`, en: `Use our numbers: ${ids.join(', ')}.` },
  )
