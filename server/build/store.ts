import type { Kysely } from 'kysely'
import type { Ledger } from '../contract.ts'
import type { Database } from '../db/schema.ts'
import { districtOf } from '../identifier/district.ts'
import { accounts, type Account, type Accounts } from './account.ts'
import { NO_DISTRICT } from './faces.ts'
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
