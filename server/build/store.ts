import { sql, type Kysely } from 'kysely'
import type { Finding, Ledger } from '../contract.ts'
import { inBuild } from '../db/in-build.ts'
import { asWkb } from '../db/postgis.ts'
import type { Database } from '../db/schema.ts'
import { toLonLat } from '../geo/project.ts'
import { decodeMultiPolygon } from '../geo/wkb.ts'
import { districtOf } from '../identifier/district.ts'
import { accounts, type Account, type Accounts } from './account.ts'
import { NO_DISTRICT } from './faces.ts'
import { flagOf } from './findings/finding.ts'
import { closureOf, emptyAccounts } from './ledger.ts'
import { standingAt, type Moment, type Standing } from './standing-store.ts'

/** The land ledger, m² planar. @throws as `standingAt` */
export async function readLedger(db: Kysely<Database>, moment: Moment = {}): Promise<Ledger> {
  const build = await standingAt(db, moment)
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
  return {
    asOf: build.asOf,
    knownAt: build.knownAt,
    districts,
    total: { accounts: total, closureM2: closureOf(total) },
  }
}

export function districtName(code: string, build: Pick<Standing, 'summary'>): string {
  if (code === NO_DISTRICT) return '行政区之外 outside every district'
  return build.summary.districts?.[code] || districtOf(code)?.title.zh || code
}

export interface FindingQuery {
  readonly code?: string | undefined
  readonly parcelId?: number | undefined
  readonly includeNoise?: boolean | undefined
}

/** Findings by code and number, shapes as GeoJSON in lon/lat (EPSG:4490). @throws as `standingAt` */
export async function readFindings(
  db: Kysely<Database>,
  { code, parcelId, includeNoise }: FindingQuery = {},
  moment: Moment = {},
): Promise<Finding[]> {
  const { buildId } = await standingAt(db, moment)
  let query = db
    .selectFrom('finding')
    .select(({ ref }) => [
      'finding_id as findingNo',
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
    .where(inBuild('finding', buildId))
    .orderBy('code')
    .orderBy('finding_id')
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
