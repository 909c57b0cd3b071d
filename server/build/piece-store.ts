import { sql, type Kysely } from 'kysely'
import type { FeatureCollection } from '../contract.ts'
import { exactSum } from '../db/exact-sum.ts'
import { inBuild } from '../db/in-build.ts'
import { asWkb } from '../db/postgis.ts'
import type { Database } from '../db/schema.ts'
import { toLonLat } from '../geo/project.ts'
import { decodeMultiPolygon } from '../geo/wkb.ts'
import type { Account } from './account.ts'
import { standingAt, type Moment } from './standing-store.ts'

/** The pieces a figure of the ledger sums, largest first, lon/lat. */
export interface PieceList extends FeatureCollection {
  /** Pieces behind the figure, and their sum: more than are listed when the list was cut. */
  readonly total: number
  readonly totalPlanarM2: number
}

/**
 * @param district null: all of them. Slivers share a row without a shape.
 * @throws as `standingAt`
 */
export async function ledgerPieces(
  db: Kysely<Database>,
  { district, account, limit }: { district: string | null; account: Account; limit: number },
  moment: Moment = {},
): Promise<PieceList> {
  const { buildId } = await standingAt(db, moment)
  const pieces = db
    .selectFrom('ledger_piece as p')
    .where(inBuild('p', buildId))
    .where('p.account', '=', account)
    .$if(district !== null, (query) => query.where('p.district_code', '=', district!))
  const { total, m2 } = await pieces
    .select([sql<number>`count(*)::int`.as('total'), exactSum(sql.ref('p.area_m2')).as('m2')])
    .executeTakeFirstOrThrow()
  const rows = await pieces
    .select((eb) => [
      'p.piece_id',
      'p.district_code',
      'p.record_ids',
      'p.parcel_id',
      'p.area_m2',
      asWkb(eb.ref('p.geom')).as('wkb'),
    ])
    .orderBy('p.area_m2', 'desc')
    .orderBy('p.piece_id')
    .limit(limit)
    .execute()
  return {
    type: 'FeatureCollection',
    total,
    totalPlanarM2: m2,
    features: rows.map((row) => ({
      type: 'Feature',
      id: row.piece_id,
      geometry: row.wkb && { type: 'MultiPolygon', coordinates: toLonLat(decodeMultiPolygon(row.wkb)) },
      properties: {
        pieceNo: row.piece_id,
        account,
        district: row.district_code,
        recordIds: row.record_ids,
        parcelId: row.parcel_id,
        planarM2: row.area_m2,
      },
    })),
  }
}
