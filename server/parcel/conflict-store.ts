import type { Kysely } from 'kysely'
import { readFindings } from '../build/finding-store.ts'
import type { Conflicts } from '../contract.ts'
import { inBuild } from '../db/in-build.ts'
import type { Database } from '../db/schema.ts'
import { resolveParcel } from './card-store.ts'
import { listChecks } from './conflict.ts'
import { standingAt, type Moment } from './standing-store.ts'

/**
 * What is wrong with a parcel, what was checked and is clean, and what could not be checked.
 * Throws as `standingAt` and `resolveParcel`.
 */
export async function conflicts(
  db: Kysely<Database>,
  idOrCode: string,
  moment: Moment = {},
): Promise<Conflicts> {
  const standing = await standingAt(db, moment)
  const parcelId = await resolveParcel(db, standing, idOrCode)
  const findings = await readFindings(db, { parcel: parcelId }, standing)
  const read = standing.summary.records ?? {}
  const ownSupply = await db
    .selectFrom('parcel_record')
    .select('record_id')
    .where(inBuild('parcel_record', standing.buildId))
    .where('parcel_id', '=', parcelId)
    .where('record_kind', '=', 'supply')
    .limit(1)
    .executeTakeFirst()
  return {
    parcelId,
    asOf: standing.asOf,
    knownAt: standing.knownAt,
    checks: listChecks(findings, {
      layers: standing.layers,
      hasApprovals: (read.approval ?? 0) > 0,
      hasSupplies: (read.supply ?? 0) > 0,
      hasTitles: (read.registration ?? 0) > 0,
      hasSupplyOfItsOwn: ownSupply !== undefined,
    }),
  }
}
