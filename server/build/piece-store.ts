import { sql, type Kysely } from 'kysely'
import type { FeatureCollection } from '../contract.ts'
import { asWkb } from '../db/postgis.ts'
import type { Database } from '../db/schema.ts'
import { toLonLat } from '../geo/project.ts'
import { decodeMultiPolygon } from '../geo/wkb.ts'
import type { Account } from './account.ts'
import { currentBuild } from './store.ts'

/** The pieces a figure of the ledger sums, largest first, lon/lat. */
export interface PieceList extends FeatureCollection {
  /** Pieces behind the figure, and their sum: more than are listed when the list was cut. */
  readonly total: number
  readonly totalPlanarM2: number
}

/** @param district null: all of them. Slivers share a row without a shape. */
export async function ledgerPieces(
  db: Kysely<Database>,
  { district, account, limit }: { district: string | null; account: Account; limit: number },
): Promise<PieceList> {
  const build = await currentBuild(db)
  if (!build) return { type: 'FeatureCollection', features: [], total: 0, totalPlanarM2: 0 }
  const pieces = db
    .selectFrom('ledger_piece as p')
    .where('p.build_id', '=', build.buildId)
    .where('p.account', '=', account)
    .$if(district !== null, (query) => query.where('p.district_code', '=', district!))
  const { total, m2 } = await pieces
    .select([
      sql<number>`count(*)::int`.as('total'),
      sql<number>`coalesce(sum(p.area_m2), 0)::float8`.as('m2'),
    ])
    .executeTakeFirstOrThrow()
  const rows = await pieces
    .select((eb) => [
      'p.piece_no',
      'p.district_code',
      'p.record_ids',
      'p.parcel_id',
      'p.area_m2',
      asWkb(eb.ref('p.geom')).as('wkb'),
    ])
    .orderBy('p.area_m2', 'desc')
    .orderBy('p.piece_no')
    .limit(limit)
    .execute()
  return {
    type: 'FeatureCollection',
    total,
    totalPlanarM2: m2,
    features: rows.map((row) => ({
      type: 'Feature',
      id: row.piece_no,
      geometry: row.wkb && { type: 'MultiPolygon', coordinates: toLonLat(decodeMultiPolygon(row.wkb)) },
      properties: {
        pieceNo: row.piece_no,
        account,
        district: row.district_code,
        recordIds: row.record_ids,
        parcelId: row.parcel_id,
        planarM2: row.area_m2,
      },
    })),
  }
}
