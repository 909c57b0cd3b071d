import { sql, type Kysely } from 'kysely'
import { compareText } from '../build/order.ts'
import type { ParcelState, PlaceChange, Places } from '../contract.ts'
import type { Database } from '../db/schema.ts'
import { LONLAT_SRID, WORKING_SRID } from '../geo/polygon.ts'
import { transformPosition } from '../geo/project.ts'
import { maskDoc, maskField } from '../record/mask-field.ts'
import { dateField } from './dossier.ts'
import { inHistory, knownIn, standingAt, standsIn, type Moment, type Standing } from './standing-store.ts'
import { stateColumns, toStates } from './state.ts'

const MOST_STATES = 500
const MOST_RECORDS = 200

/**
 * What lay at a point through time: every parcel with what became of it, the documents that spoke of the place, and the
 * zones there now. Newest first. Degrees, EPSG:4490.
 */
export async function places(
  db: Kysely<Database>,
  at: { lon: number; lat: number },
  moment: Moment = {},
): Promise<Places> {
  const standing = await standingAt(db, moment)
  const states = await statesAt(db, standing, at)
  const changes = await changesBetween(db, standing, states)
  return {
    lon: at.lon,
    lat: at.lat,
    asOf: standing.asOf,
    knownAt: standing.knownAt,
    versions: states.map((state) => ({
      ...state,
      came: changes.began(state),
      became: changes.ended(state),
    })),
    records: await documentsAt(db, standing, at),
    zones: await zonesAt(db, standing, at),
  }
}

/** Whether a shape of `v` or `r` covers the point. */
function covers(alias: 'v' | 'r', { lon, lat }: { lon: number; lat: number }) {
  const [x, y] = transformPosition([lon, lat], LONLAT_SRID, WORKING_SRID)
  const point = sql`st_setsrid(st_makepoint(${x}::float8, ${y}::float8), ${sql.lit(WORKING_SRID)})`
  const geom = sql.ref(`${alias}.geom`)
  return sql<boolean>`${geom} && ${point} and st_covers(${geom}, ${point})`
}

async function statesAt(
  db: Kysely<Database>,
  standing: Standing,
  at: { lon: number; lat: number },
): Promise<ParcelState[]> {
  const rows = await db
    .selectFrom('parcel_version as v')
    .select(stateColumns(standing))
    .where(covers('v', at))
    .where((eb) => eb.or([standsIn(standing.buildId), inHistory('v.from_build', standing)]))
    // what stands in a look-back is the newest there is for its day
    .orderBy(sql`v.from_build < 0`, 'desc')
    .orderBy('v.from_build', 'desc')
    .orderBy('v.parcel_id')
    .limit(MOST_STATES)
    .execute()
  return toStates(rows, standing)
}

/** How each state began and ended, and who the land came from and went to. */
async function changesBetween(db: Kysely<Database>, standing: Standing, states: readonly ParcelState[]) {
  const numbers = [...new Set(states.map(({ parcelId }) => parcelId))]
  if (numbers.length === 0) return { began: () => null, ended: () => null }
  const events = await db
    .selectFrom('parcel_event')
    .select(['build_id', 'parcel_id', 'kind', 'happened_on'])
    .where('parcel_id', 'in', numbers)
    .where(inHistory('build_id', standing))
    .execute()
  const edges = await db
    .selectFrom('parcel_edge as e')
    .select(['e.build_id', 'e.from_parcel_id', 'e.to_parcel_id', 'e.area_m2'])
    .where((eb) => eb.or([eb('e.from_parcel_id', 'in', numbers), eb('e.to_parcel_id', 'in', numbers)]))
    .where(inHistory('e.build_id', standing))
    .orderBy('e.area_m2', 'desc')
    .orderBy('e.from_parcel_id')
    .orderBy('e.to_parcel_id')
    .execute()
  const codeOf = await codesOf(db, standing, edges.flatMap((edge) => [edge.from_parcel_id, edge.to_parcel_id])) // prettier-ignore
  const change = (parcelId: number, build: number, way: 'from' | 'to'): PlaceChange | null => {
    const event = events.find((each) => each.build_id === build && each.parcel_id === parcelId)
    if (!event) return null
    const [self, other] = way === 'to' ? (['from', 'to'] as const) : (['to', 'from'] as const)
    return {
      buildId: build,
      kind: event.kind,
      on: event.happened_on,
      numbers: edges
        .filter((edge) => edge.build_id === build && edge[`${self}_parcel_id`] === parcelId)
        .map((edge) => {
          const otherId = edge[`${other}_parcel_id`]
          return {
            parcelId: otherId,
            parcelCode: codeOf.get(otherId) ?? null,
            planarM2: edge.area_m2,
            here: states.some(
              (state) =>
                state.parcelId === otherId && (way === 'to' ? state.fromBuild : state.toBuild) === build,
            ),
          }
        }),
    }
  }
  return {
    began: ({ parcelId, fromBuild }: ParcelState) => change(parcelId, fromBuild, 'from'),
    ended: ({ parcelId, toBuild }: ParcelState) =>
      toBuild === null ? null : change(parcelId, toBuild, 'to'),
  }
}

/** The last code each number carried; numbers without one are left out. */
async function codesOf(
  db: Kysely<Database>,
  standing: Standing,
  numbers: readonly number[],
): Promise<Map<number, string>> {
  if (numbers.length === 0) return new Map()
  const rows = await db
    .selectFrom('parcel_version as v')
    .select(['v.parcel_id', 'v.parcel_code'])
    .where('v.parcel_id', 'in', [...new Set(numbers)])
    .where('v.parcel_code', 'is not', null)
    .where(inHistory('v.from_build', standing))
    .orderBy('v.from_build')
    .execute()
  return new Map(rows.map((row) => [row.parcel_id, row.parcel_code!]))
}

/** Every document whose land covers the point, whether it still holds or not, as it was known. */
async function documentsAt(
  db: Kysely<Database>,
  standing: Standing,
  at: { lon: number; lat: number },
): Promise<Places['records']> {
  const rows = await db
    .selectFrom('record as r')
    .select([
      'r.record_id',
      'r.kind',
      'r.doc',
      'r.fields',
      'r.area_planar_m2',
      sql<string | null>`lower(r.valid_during)`.as('valid_from'),
      sql<string | null>`upper(r.valid_during)`.as('valid_to'),
      knownIn(standing).as('holds'),
    ])
    .where(covers('r', at))
    .where('r.kind', '<>', 'layer')
    .where(wasKnown(standing))
    .orderBy('r.record_id', 'desc')
    .limit(MOST_RECORDS)
    .execute()
  const documents = rows.map((row) => ({
    recordId: row.record_id,
    kind: row.kind,
    doc: maskDoc(row.kind, row.doc),
    on: textOf(row.fields[dateField[row.kind as keyof typeof dateField]]),
    holder: maskField('holder', textOf(row.fields.holder)),
    project: maskField('project', textOf(row.fields.project)) ?? textOf(row.fields.batch_name),
    planarM2: row.area_planar_m2,
    validFrom: row.valid_from,
    validTo: row.valid_to,
    current: row.holds,
  }))
  const dayOf = (each: (typeof documents)[number]): string => each.on ?? each.validFrom ?? ''
  return documents.toSorted((a, b) => compareText(dayOf(b), dayOf(a)) || b.recordId - a.recordId)
}

async function zonesAt(
  db: Kysely<Database>,
  standing: Standing,
  at: { lon: number; lat: number },
): Promise<Places['zones']> {
  const rows = await db
    .selectFrom('record as r')
    .select(['r.record_id', 'r.layer', 'r.fields'])
    .where('r.kind', '=', 'layer')
    .where(covers('r', at))
    .where(knownIn(standing))
    .orderBy('r.layer')
    .orderBy('r.record_id')
    .limit(MOST_RECORDS)
    .execute()
  return rows.map((row) => ({
    recordId: row.record_id,
    layer: row.layer,
    name: textOf(row.fields.name),
    fields: row.fields,
  }))
}

/** Record versions (`r`) that were known by then and not replaced, whatever day they hold for. */
const wasKnown = ({ knownAt }: Standing) =>
  sql<boolean>`r.recorded_at <= ${knownAt}::timestamptz and (r.replaced_at is null or r.replaced_at > ${knownAt}::timestamptz)`

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)
