import { sql } from 'kysely'
import type { Base } from '../../server/db/open.ts'
import { standingAt } from '../../server/parcel/store.ts'
import { encodeTile } from '../../server/tile/encode.ts'
import type { TileLayer } from '../../server/tile/layer.ts'
import { loadLayer } from '../../server/tile/store.ts'
import { tileSquare, type TileId } from '../../server/tile/world.ts'
import type { Figures } from './run.ts'

const TILES_A_LEVEL = 12
const ROUNDS = 5

/**
 * Our tile encoder against `ST_AsMVT` over a stored, indexed EPSG:3857 column: the same tiles with the same attributes, one
 * connection, best of five rounds each. Below level 13 ours gathers small parcels and theirs does not.
 */
export async function* benchTiles(base: Base): AsyncGenerator<Figures> {
  const standing = await standingAt(base.db)
  const layer = await loadLayer(base.db, standing, 'parcel', () => null)
  const rows = await base.transaction(async (tx) => {
    const measured: Figures[] = []
    await sql`CREATE TEMPORARY TABLE bench_tile ON COMMIT DROP AS
      SELECT v.parcel_id AS id, v.kind, v.stage, v.use_group, v.district_code, a.strategy, round(v.area_planar_m2)::int AS area, ST_Transform(v.geom, 3857) AS geom
      FROM parcel_version v LEFT JOIN assessment a ON a.parcel_id = v.parcel_id AND a.run_id = ${standing.runId} WHERE v.to_build IS NULL`.execute(
      tx,
    )
    await sql`CREATE INDEX ON bench_tile USING gist (geom)`.execute(tx)
    await sql`ANALYZE bench_tile`.execute(tx)
    for (const z of [10, 12, 13, 14, 15, 16]) {
      let ours = 0
      let theirs = 0
      let bytes = 0
      const tiles = someTiles(layer, z)
      for (const tile of tiles) {
        ours += await best(async () => void (bytes += (encodeTile(layer, tile)?.length ?? 0) / ROUNDS))
        theirs += await best(() =>
          sql`SELECT ST_AsMVT(t, 'parcel', 4096, 'mvt', 'id') FROM (
            SELECT id, kind, stage, use_group, district_code, strategy, area, ST_AsMVTGeom(geom, ST_TileEnvelope(${z}, ${tile.x}, ${tile.y}), 4096, 64, true) AS mvt
            FROM bench_tile WHERE geom && ST_TileEnvelope(${z}, ${tile.x}, ${tile.y}, margin => 64.0 / 4096)) AS t WHERE mvt IS NOT NULL`.execute(
            tx,
          ),
        )
      }
      measured.push({
        level: z,
        tiles: tiles.length,
        parcels: layer.count,
        meanKB: Math.round(bytes / tiles.length / 1024),
        oursMs: Number((ours / tiles.length).toFixed(2)),
        asMvtMs: Number((theirs / tiles.length).toFixed(2)),
        ratio: Number((ours / theirs).toFixed(3)),
      })
    }
    return measured
  })
  yield* rows
}

/** Tiles that hold parcels, spread evenly over the layer. */
function someTiles(layer: TileLayer, z: number): TileId[] {
  const { side } = tileSquare({ z, x: 0, y: 0 })
  const found = new Map<string, TileId>()
  for (let i = 0; i < layer.count; i++) {
    const [x, y] = [Math.floor(layer.boxes[4 * i]! / side), Math.floor(layer.boxes[4 * i + 1]! / side)]
    found.set(`${x}/${y}`, { z, x, y })
  }
  const all = [...found.values()].toSorted((a, b) => a.x - b.x || a.y - b.y)
  const every = Math.max(1, Math.floor(all.length / TILES_A_LEVEL))
  return all.filter((_, i) => i % every === 0).slice(0, TILES_A_LEVEL)
}

/** Milliseconds of the fastest round. */
async function best(work: () => Promise<unknown>): Promise<number> {
  let least = Infinity
  for (let i = 0; i < ROUNDS; i++) {
    const begun = performance.now()
    await work()
    least = Math.min(least, performance.now() - begun)
  }
  return least
}
