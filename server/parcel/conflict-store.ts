import type { Kysely } from 'kysely'
import { currentBuild, readFindings } from '../build/store.ts'
import type { Conflicts } from '../contract.ts'
import type { Database } from '../db/schema.ts'
import { resolveParcel } from './card-store.ts'
import { listChecks } from './conflict.ts'
import { standingOrRefuse } from './standing-store.ts'

/** What is wrong with a parcel, what was checked and is clean, and what could not be checked. As `resolveParcel`. */
export async function conflicts(db: Kysely<Database>, idOrCode: string): Promise<Conflicts> {
  const standing = await standingOrRefuse(db)
  const parcelId = await resolveParcel(db, standing, idOrCode)
  const findings = await readFindings(db, { parcelId })
  const read = (await currentBuild(db))?.summary.records ?? {}
  const ownSupply = await db
    .selectFrom('parcel_record')
    .select('record_id')
    .where('build_id', '=', standing.buildId)
    .where('parcel_id', '=', parcelId)
    .where('record_kind', '=', 'supply')
    .limit(1)
    .executeTakeFirst()
  return {
    parcelId,
    asOf: standing.asOf,
    checks: listChecks(findings, {
      layers: standing.layers,
      hasApprovals: (read.approval ?? 0) > 0,
      hasSupplies: (read.supply ?? 0) > 0,
      hasTitles: (read.registration ?? 0) > 0,
      hasSupplyOfItsOwn: ownSupply !== undefined,
    }),
  }
}
