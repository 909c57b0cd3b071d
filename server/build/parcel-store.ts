import { sql, type Kysely, type Transaction } from 'kysely'
import { bulkInsert, insertItems, type BulkRow, type ColumnsOf } from '../db/bulk.ts'
import { nextNumbers } from '../db/counter.ts'
import { inBuild } from '../db/in-build.ts'
import { asWkb, envelope } from '../db/postgis.ts'
import type { Database } from '../db/schema.ts'
import type { Box } from '../geo/area.ts'
import type { IsoDate } from '../units.ts'
import type { ParcelEvent } from './history.ts'
import type { KnownParcel, NewVersion, ParcelChanges, ParcelKey } from './succession.ts'

/** Rows a page may bring: shapes are wide, and the embedded base holds an answer in memory twice. */
const PAGE = 20_000

/**
 * The numbers that stand, in order.
 * @param of.buildId the build they stand in; absent: as they stand now
 * @param of.owned only those that come from these records
 */
export async function loadStanding(
  db: Kysely<Database>,
  {
    buildId,
    owned,
  }: { readonly buildId?: number | undefined; readonly owned?: readonly number[] | undefined } = {},
): Promise<KnownParcel[]> {
  const known: KnownParcel[] = []
  let after = -1
  for (;;) {
    const page = await versions(db)
      .where(buildId === undefined ? sql<boolean>`to_build is null` : inBuild('parcel_version', buildId))
      .$if(owned !== undefined, (query) =>
        query.where(sql<boolean>`source_record_id = any(${owned!}::bigint[])`),
      )
      .where('parcel_version.parcel_id', '>', after)
      .limit(PAGE)
      .execute()
    for (const row of page) known.push(row as KnownParcel)
    if (page.length < PAGE) return known
    after = page.at(-1)!.parcelId
  }
}

/**
 * The last state of every retired number near a box, in order. Numbers that only a look-back knew are left out, so that
 * looking back changes nothing of what follows, unless they are asked for too.
 */
export async function loadRetired(
  db: Kysely<Database>,
  [west, south, east, north]: Box,
  { lookBacksToo = false } = {},
): Promise<KnownParcel[]> {
  const rows = await versions(db)
    .innerJoin('parcel', (join) =>
      join
        .onRef('parcel.county_code', '=', 'parcel_version.county_code')
        .onRef('parcel.parcel_id', '=', 'parcel_version.parcel_id'),
    )
    .where((eb) =>
      eb.or([
        eb.and([eb('retired_build', '>', 0), eb('to_build', '=', eb.ref('retired_build'))]),
        ...(lookBacksToo
          ? [eb.and([eb('retired_build', '<', 0), eb('from_build', '=', eb.ref('retired_build'))])]
          : []),
      ]),
    )
    .where(sql<boolean>`parcel_version.geom && ${envelope({ west, south, east, north })}`)
    .execute()
  return rows as KnownParcel[]
}

function versions(db: Kysely<Database>) {
  return db
    .selectFrom('parcel_version')
    .select(({ ref }) => [
      'parcel_version.parcel_id as parcelId',
      'parcel_version.county_code as countyCode',
      'kind',
      'source_record_id as sourceRecordId',
      'parcel_code as parcelCode',
      'unit_code as unitCode',
      'district_code as districtCode',
      'stage',
      'holder',
      'holder_code as holderCode',
      'project',
      'location',
      'use_text as useText',
      'use_scheme as useScheme',
      'use_code as useCode',
      'use_group as useGroup',
      'area_document_m2 as areaDocumentM2',
      asWkb(ref('geom')).as('wkb'),
    ])
    .orderBy('parcel_version.parcel_id')
}

/** A number stays below 2^53 with six digits of county before it. */
const SERIALS_PER_COUNTY = 100_000_000

/** New permanent numbers for land born in these counties, one each, in the order given. */
export async function takeParcelNumbers(
  tx: Transaction<Database>,
  counties: readonly string[],
): Promise<number[]> {
  const wanted = new Map<string, number[]>()
  counties.forEach((county, at) => {
    const places = wanted.get(county)
    if (places) places.push(at)
    else wanted.set(county, [at])
  })
  const numbers: number[] = Array.from({ length: counties.length }, () => 0)
  for (const [county, places] of [...wanted].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const first = await nextNumbers(tx, `parcel:${county}`, places.length)
    places.forEach((at, i) => {
      numbers[at] = Number(county) * SERIALS_PER_COUNTY + first + i
    })
  }
  return numbers
}

/** The build that writes, the day it is for, and when it learned what it says. */
export interface BuildMark {
  /** Negative for a look-back, whose parcels stand in it alone and were so on its day, as far as it can say. */
  readonly buildId: number
  readonly asOf: IsoDate
  readonly recordedAt: string
}

/** Writes what changed about parcels; history is added to, never edited, but for the day a version ceased to be. */
export async function writeParcels(
  tx: Transaction<Database>,
  mark: BuildMark,
  changes: ParcelChanges,
): Promise<void> {
  const { buildId, asOf } = mark
  await bulkInsert(
    tx,
    'parcel',
    changes.born.map((key) => ({
      ...keyColumns(key),
      born_build: buildId,
      retired_build: buildId < 0 ? buildId : null,
    })),
    { county_code: 'text', parcel_id: 'int8', born_build: 'int8', retired_build: 'int8' },
  )
  await setRetired(tx, changes.ended, buildId)
  await setRetired(tx, changes.restored, null)
  if (changes.closed.length > 0) {
    // a build for an earlier day than the version's own leaves it no day at all: the range is empty, not reversed
    await sql`
      update parcel_version as v
      set to_build = ${buildId}, valid_during = daterange(lower(v.valid_during), greatest(lower(v.valid_during), ${asOf}::date))
      from ${keys(changes.closed)}
      where v.county_code = k.county_code and v.parcel_id = k.parcel_id and v.to_build is null
    `.execute(tx)
  }
  await insertItems(tx, 'parcel_version', changes.versions, versionColumns(mark))
  await bulkInsert(
    tx,
    'parcel_event',
    changes.events.map((event, at) => ({
      ...keyColumns(event),
      build_id: buildId,
      event_no: at + 1,
      kind: event.kind,
      happened_on: asOf,
      ...balanceOf(event as ParcelEvent & Balance),
    })),
    {
      build_id: 'int8',
      event_no: 'int4',
      kind: 'text',
      county_code: 'text',
      parcel_id: 'int8',
      happened_on: 'date',
      before_m2: 'float8',
      after_m2: 'float8',
      came_m2: 'float8',
      went_m2: 'float8',
      correction_m2: 'float8',
    },
  )
  await bulkInsert(
    tx,
    'parcel_edge',
    changes.edges.map(({ from, to, areaM2 }) => ({
      build_id: buildId,
      from_county_code: countyOf(from),
      from_parcel_id: from,
      to_parcel_id: to,
      area_m2: areaM2,
    })),
    {
      build_id: 'int8',
      from_county_code: 'text',
      from_parcel_id: 'int8',
      to_parcel_id: 'int8',
      area_m2: 'float8',
    },
  )
}

function versionColumns({ buildId, asOf, recordedAt }: BuildMark): ColumnsOf<NewVersion> {
  const toBuild = buildId < 0 ? buildId + 1 : null
  const days = buildId < 0 ? `[${asOf},${asOf}]` : `[${asOf},)`
  return {
    county_code: ['text', (version) => version.countyCode],
    parcel_id: ['int8', (version) => version.parcelId],
    from_build: ['int8', () => buildId],
    to_build: ['int8', () => toBuild],
    valid_during: ['daterange', () => days],
    recorded_at: ['timestamptz', () => recordedAt],
    kind: ['text', ({ attributes }) => attributes.kind],
    source_record_id: ['int8', ({ attributes }) => attributes.sourceRecordId],
    parcel_code: ['text', ({ attributes }) => attributes.parcelCode],
    unit_code: ['text', ({ attributes }) => attributes.unitCode],
    district_code: ['text', ({ attributes }) => attributes.districtCode],
    stage: ['text', ({ attributes }) => attributes.stage],
    holder: ['text', ({ attributes }) => attributes.holder],
    holder_code: ['text', ({ attributes }) => attributes.holderCode],
    project: ['text', ({ attributes }) => attributes.project],
    location: ['text', ({ attributes }) => attributes.location],
    use_text: ['text', ({ attributes }) => attributes.useText],
    use_scheme: ['text', ({ attributes }) => attributes.useScheme],
    use_code: ['text', ({ attributes }) => attributes.useCode],
    use_group: ['text', ({ attributes }) => attributes.useGroup],
    area_document_m2: ['float8', ({ attributes }) => attributes.areaDocumentM2],
    area_planar_m2: ['float8', (version) => version.areaPlanarM2],
    area_ellipsoid_m2: ['float8', (version) => version.areaEllipsoidM2],
    geom: ['geometry', (version) => version.wkb],
  }
}

/** The balance of an event, planar m², where it was struck. */
interface Balance {
  readonly beforeM2?: number | null
  readonly afterM2?: number | null
  readonly cameM2?: number | null
  readonly wentM2?: number | null
  readonly correctionM2?: number | null
}

function balanceOf(event: Balance): BulkRow {
  return {
    before_m2: event.beforeM2 ?? null,
    after_m2: event.afterM2 ?? null,
    came_m2: event.cameM2 ?? null,
    went_m2: event.wentM2 ?? null,
    correction_m2: event.correctionM2 ?? null,
  }
}

/** Where a number was born: its first digits say so. */
const countyOf = (parcelId: number): string =>
  String(Math.floor(parcelId / SERIALS_PER_COUNTY)).padStart(6, '0')

async function setRetired(
  tx: Transaction<Database>,
  parcels: readonly ParcelKey[],
  build: number | null,
): Promise<void> {
  if (parcels.length === 0) return
  await sql`
    update parcel as p set retired_build = ${build}::bigint from ${keys(parcels)}
    where p.county_code = k.county_code and p.parcel_id = k.parcel_id
  `.execute(tx)
}

function keys(parcels: readonly ParcelKey[]) {
  const counties = parcels.map(({ countyCode }) => countyCode)
  const ids = parcels.map(({ parcelId }) => parcelId)
  return sql`unnest(${counties}::text[], ${ids}::bigint[]) as k (county_code, parcel_id)`
}

const keyColumns = ({ countyCode, parcelId }: ParcelKey) => ({ county_code: countyCode, parcel_id: parcelId })
