import { sql, type Kysely, type Transaction } from 'kysely'
import { bulkInsert, type BulkColumns } from '../db/bulk.ts'
import { nextNumbers } from '../db/counter.ts'
import { asWkb, envelope } from '../db/postgis.ts'
import type { Database } from '../db/schema.ts'
import type { Box } from '../geo/area.ts'
import type { IsoDate } from '../units.ts'
import { mapRows } from './rows.ts'
import type { KnownParcel, ParcelChanges, ParcelKey } from './succession.ts'

/** Rows a page may bring: shapes are wide, and the embedded base holds an answer in memory twice. */
const PAGE = 20_000

/** Every number that stands, in order. */
export async function loadStanding(db: Kysely<Database>): Promise<KnownParcel[]> {
  const known: KnownParcel[] = []
  let after = -1
  for (;;) {
    const page = await versions(db)
      .where('to_build', 'is', null)
      .where('parcel_version.parcel_id', '>', after)
      .limit(PAGE)
      .execute()
    for (const row of page) known.push(row as KnownParcel)
    if (page.length < PAGE) return known
    after = page.at(-1)!.parcelId
  }
}

/** The last state of every retired number near a box, in order. */
export async function loadRetired(
  db: Kysely<Database>,
  [west, south, east, north]: Box,
): Promise<KnownParcel[]> {
  const rows = await versions(db)
    .innerJoin('parcel', (join) =>
      join
        .onRef('parcel.county_code', '=', 'parcel_version.county_code')
        .onRef('parcel.parcel_id', '=', 'parcel_version.parcel_id'),
    )
    .where('parcel.retired_build', 'is not', null)
    .whereRef('parcel_version.to_build', '=', 'parcel.retired_build')
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

/** Writes what changed about parcels; history is added to, never edited, but for the day a version ceased to be. */
export async function writeParcels(
  tx: Transaction<Database>,
  { buildId, asOf, recordedAt }: { buildId: number; asOf: IsoDate; recordedAt: string },
  changes: ParcelChanges,
): Promise<void> {
  await bulkInsert(
    tx,
    'parcel',
    changes.born.map((key) => ({ ...keyColumns(key), born_build: buildId })),
    { county_code: 'text', parcel_id: 'int8', born_build: 'int8' },
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
  await bulkInsert(
    tx,
    'parcel_version',
    mapRows(changes.versions, ({ attributes: known, ...version }) => ({
      ...keyColumns(version),
      from_build: buildId,
      valid_during: `[${asOf},)`,
      recorded_at: recordedAt,
      kind: known.kind,
      source_record_id: known.sourceRecordId,
      parcel_code: known.parcelCode,
      unit_code: known.unitCode,
      district_code: known.districtCode,
      stage: known.stage,
      holder: known.holder,
      holder_code: known.holderCode,
      project: known.project,
      location: known.location,
      use_text: known.useText,
      use_scheme: known.useScheme,
      use_code: known.useCode,
      use_group: known.useGroup,
      area_document_m2: known.areaDocumentM2,
      area_planar_m2: version.areaPlanarM2,
      area_ellipsoid_m2: version.areaEllipsoidM2,
      geom: version.wkb,
    })),
    versionColumns,
  )
  await bulkInsert(
    tx,
    'parcel_event',
    changes.events.map((event, at) => ({
      ...keyColumns(event),
      build_id: buildId,
      event_no: at + 1,
      kind: event.kind,
      happened_on: asOf,
    })),
    {
      build_id: 'int8',
      event_no: 'int4',
      kind: 'text',
      county_code: 'text',
      parcel_id: 'int8',
      happened_on: 'date',
    },
  )
  await bulkInsert(
    tx,
    'parcel_edge',
    changes.edges.map(({ from, to, areaM2 }) => ({
      build_id: buildId,
      from_parcel_id: from,
      to_parcel_id: to,
      area_m2: areaM2,
    })),
    { build_id: 'int8', from_parcel_id: 'int8', to_parcel_id: 'int8', area_m2: 'float8' },
  )
}

const versionColumns: BulkColumns = {
  county_code: 'text',
  parcel_id: 'int8',
  from_build: 'int8',
  valid_during: 'daterange',
  recorded_at: 'timestamptz',
  kind: 'text',
  source_record_id: 'int8',
  parcel_code: 'text',
  unit_code: 'text',
  district_code: 'text',
  stage: 'text',
  holder: 'text',
  holder_code: 'text',
  project: 'text',
  location: 'text',
  use_text: 'text',
  use_scheme: 'text',
  use_code: 'text',
  use_group: 'text',
  area_document_m2: 'float8',
  area_planar_m2: 'float8',
  area_ellipsoid_m2: 'float8',
  geom: 'geometry',
}

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
