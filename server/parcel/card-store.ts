import type { Kysely } from 'kysely'
import type { ParcelCard } from '../contract.ts'
import { asWkb } from '../db/postgis.ts'
import { inRun } from '../db/in-build.ts'
import type { Database } from '../db/schema.ts'
import { toLonLat } from '../geo/project.ts'
import { decodeMultiPolygon } from '../geo/wkb.ts'
import { maskField } from '../record/mask-field.ts'
import { Refusal } from '../refusal.ts'
import { boxColumns, rowColumns, toParcelRow } from './row.ts'
import { inHistory, standingAt, standsIn, type Moment, type Standing } from './standing-store.ts'
import { successorsOf } from './successor-store.ts'

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
    .where((eb) => eb.or([standsIn(standing.buildId), inHistory('v.from_build', standing)]))
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

/** The identity card of a parcel as it stands, or stood. Throws as `standingAt` and `resolveParcel`. */
export async function parcelCard(
  db: Kysely<Database>,
  idOrCode: string,
  moment: Moment = {},
): Promise<ParcelCard> {
  const standing = await standingAt(db, moment)
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
    knownAt: standing.knownAt,
    unitCode: row.unit_code,
    holderCode: maskField('holder_code', row.holder_code),
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
        .on(inRun('a', standing.runId)),
    )
    .where('v.parcel_id', '=', parcelId)
    .where(standsIn(standing.buildId))
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
