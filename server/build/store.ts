import { sql, type Kysely } from 'kysely'
import type { Finding, Ledger } from '../contract.ts'
import { asWkb } from '../db/postgis.ts'
import type { Database } from '../db/schema.ts'
import { toLonLat } from '../geo/project.ts'
import { decodeMultiPolygon } from '../geo/wkb.ts'
import { districtOf } from '../identifier/district.ts'
import { Refusal } from '../refusal.ts'
import type { IsoDate } from '../units.ts'
import { accounts, type Account, type Accounts } from './account.ts'
import { NO_DISTRICT } from './faces.ts'
import { flagOf } from './findings/finding.ts'
import { closureOf, emptyAccounts } from './ledger.ts'

/** The build readers see. */
export interface CurrentBuild {
  readonly buildId: number
  readonly asOf: IsoDate
  readonly knownAt: string
  /** Zones seen per layer; a layer missing here was not checked. */
  readonly layers: Readonly<Record<string, number>>
  readonly summary: BuildNotes
}

/** What a build keeps about itself beside its rows. */
export interface BuildNotes {
  readonly parcels?: Readonly<Record<string, number>>
  readonly findings?: Readonly<Record<string, number>>
  readonly closureM2?: number
  readonly conservationErrorM2?: number
  /** Records read, by kind: a register missing here could not be checked against. */
  readonly records?: Readonly<Record<string, number>>
  /** Names of districts as their layer gives them, by code. */
  readonly districts?: Readonly<Record<string, string>>
}

/** Null before the first build. */
export async function currentBuild(db: Kysely<Database>): Promise<CurrentBuild | null> {
  const row = await db
    .selectFrom('base')
    .innerJoin('build', 'build.build_id', 'base.current_build')
    .select([
      'build.build_id as buildId',
      'build.as_of as asOf',
      'build.known_at as knownAt',
      'build.layers',
      'build.summary',
    ])
    .executeTakeFirst()
  return row ? { ...row, summary: row.summary as BuildNotes } : null
}

/** @throws Refusal `NOT_BUILT` */
export async function requireBuild(db: Kysely<Database>): Promise<CurrentBuild> {
  const build = await currentBuild(db)
  if (build) return build
  throw new Refusal(
    'NOT_BUILT',
    {
      zh: '还没有成果:数据已入库但尚未构建。',
      en: 'There is nothing to answer from yet: no build has been made.',
    },
    { zh: '请先运行 terrier build。', en: 'Run terrier build first.' },
  )
}

/** The land ledger of the current build, m² planar. @throws Refusal `NOT_BUILT` */
export async function readLedger(db: Kysely<Database>): Promise<Ledger> {
  const build = await requireBuild(db)
  const entries = await db
    .selectFrom('ledger_entry')
    .select(['district_code', 'account', 'area_m2'])
    .where('build_id', '=', build.buildId)
    .execute()
  const byDistrict = new Map<string, Accounts>()
  for (const { district_code, account, area_m2 } of entries) {
    const booked = byDistrict.get(district_code) ?? emptyAccounts()
    booked[account as Account] = area_m2
    byDistrict.set(district_code, booked)
  }
  const total = emptyAccounts()
  const districts = [...byDistrict]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, booked]) => {
      for (const account of accounts) total[account] += booked[account]
      return { code, name: districtName(code, build), accounts: booked, closureM2: closureOf(booked) }
    })
  return { asOf: build.asOf, districts, total: { accounts: total, closureM2: closureOf(total) } }
}

function districtName(code: string, build: CurrentBuild): string {
  if (code === NO_DISTRICT) return '行政区之外 outside every district'
  return build.summary.districts?.[code] || districtOf(code)?.title.zh || code
}

export interface FindingQuery {
  readonly code?: string | undefined
  readonly parcelId?: number | undefined
  readonly includeNoise?: boolean | undefined
}

/** Findings of the current build in their fixed order, shapes as GeoJSON in lon/lat (EPSG:4490). @throws Refusal `NOT_BUILT` */
export async function readFindings(
  db: Kysely<Database>,
  { code, parcelId, includeNoise }: FindingQuery = {},
): Promise<Finding[]> {
  const build = await requireBuild(db)
  let query = db
    .selectFrom('finding')
    .select(({ ref }) => [
      'finding_no as findingNo',
      'code',
      'severity',
      'noise',
      'parcel_ids as parcels',
      'records',
      'detail',
      'area_planar_m2 as planarM2',
      'area_ellipsoid_m2 as ellipsoidM2',
      'share_of_first as shareOfFirst',
      'share_of_second as shareOfSecond',
      asWkb(ref('geom')).as('wkb'),
    ])
    .where('build_id', '=', build.buildId)
    .orderBy('finding_no')
  if (code !== undefined) query = query.where('code', '=', code)
  if (parcelId !== undefined) query = query.where(sql<boolean>`parcel_ids @> array[${parcelId}::bigint]`)
  if (includeNoise !== true) query = query.where('noise', '=', false)
  return (await query.execute()).map(({ wkb, records, detail, ...row }) => ({
    ...row,
    title: flagOf(row.code).title,
    records: records as Finding['records'],
    detail: detail as Finding['detail'],
    geometry: wkb === null ? null : { type: 'MultiPolygon', coordinates: toLonLat(decodeMultiPolygon(wkb)) },
  }))
}
