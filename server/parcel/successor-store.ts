import { sql, type Kysely } from 'kysely'
import { asWkb } from '../db/postgis.ts'
import type { Database } from '../db/schema.ts'
import { pairAreaM2 } from '../geo/pair-area.ts'
import { PolygonSet } from '../geo/polygon-set.ts'
import { inHistory, standsIn, type Standing } from './standing-store.ts'

/** Less land of a number is a border drawn anew: whoever has it did not succeed. */
const SUCCESSOR_M2 = 1

/**
 * Parcels that hold land of a number as a build sees it, however many builds later: those its land was handed to, one
 * after the other, that lie where it last lay.
 */
export async function successorsOf(
  db: Kysely<Database>,
  standing: Standing,
  parcelId: number,
): Promise<number[]> {
  const heirs = await sql<{ parcel_id: number; wkb: Uint8Array }>`
    with recursive heir (parcel_id, since) as (
      select ${parcelId}::bigint, 0::bigint
      union
      select e.to_parcel_id, e.build_id
      from heir join parcel_edge as e on e.from_parcel_id = heir.parcel_id and e.build_id > heir.since
      where ${inHistory('e.build_id', standing)} and e.area_m2 >= ${SUCCESSOR_M2}::float8
    )
    select v.parcel_id, ${asWkb(sql.ref('v.geom'))} as wkb
    from parcel_version as v
    where v.parcel_id in (select parcel_id from heir) and v.parcel_id <> ${parcelId}::bigint
      and ${standsIn(standing.buildId)}
    order by v.parcel_id`.execute(db)
  const last = await db
    .selectFrom('parcel_version as v')
    .select(({ ref }) => asWkb(ref('v.geom')).as('wkb'))
    .where('v.parcel_id', '=', parcelId)
    .where(inHistory('v.from_build', standing))
    .orderBy('v.from_build', 'desc')
    .executeTakeFirst()
  if (!last) return []
  const shapes = PolygonSet.fromWkb([last.wkb, ...heirs.rows.map(({ wkb }) => wkb)])
  return heirs.rows
    .filter((_, at) => pairAreaM2(shapes, 0, shapes, at + 1) >= SUCCESSOR_M2)
    .map(({ parcel_id }) => parcel_id)
}
