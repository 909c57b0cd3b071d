import { VectorTile } from '@mapbox/vector-tile'
import { sql } from 'kysely'
import { PbfReader } from 'pbf'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { publishedBuild } from '../helpers/published.ts'
import { CITY_AS_OF } from '../../server/demo/city.ts'
import { loadDemo } from '../../server/demo/load.ts'
import { readStanding } from '../../server/parcel/store.ts'
import { COUNT_KEY, encodeTile } from '../../server/tile/encode.ts'
import type { TileLayer } from '../../server/tile/layer.ts'
import { loadLayer } from '../../server/tile/store.ts'
import { tileSquare, type TileId } from '../../server/tile/world.ts'
import { freshBase, type FreshBase } from '../helpers/database.ts'

const AT = '2026-07-01T00:00:00.000Z'

// PostGIS on a server is the second opinion: the same tiles by code that shares nothing with ours.
describe.skipIf(!process.env.TERRIER_TEST_DATABASE_URL)('our tiles and those of PostGIS', () => {
  let base: FreshBase
  let layer: TileLayer
  beforeAll(async () => {
    base = await freshBase('server')
    await loadDemo(base, { parcels: 1000, seed: 7, at: AT })
    await publishedBuild(base, { asOf: CITY_AS_OF, startedAt: AT })
    layer = await loadLayer(base.db, (await readStanding(base.db))!, 'parcel', () => null)
  })
  afterAll(() => base?.remove())

  const tilesAt = (z: number): TileId[] => {
    const { side } = tileSquare({ z, x: 0, y: 0 })
    const found = new Map<string, TileId>()
    for (let i = 0; i < layer.count; i++) {
      const x = Math.floor(layer.boxes[4 * i]! / side)
      const y = Math.floor(layer.boxes[4 * i + 1]! / side)
      found.set(`${x}/${y}`, { z, x, y })
    }
    return [...found.values()].toSorted((a, b) => a.x - b.x || a.y - b.y)
  }

  const byPostgis = async ({ z, x, y }: TileId): Promise<Uint8Array> => {
    const { rows } = await sql<{ mvt: Uint8Array }>`
      select st_asmvt(t, 'parcel', 4096, 'geom', 'id') as mvt
      from (
        select v.parcel_id as id, v.kind, v.stage,
          st_asmvtgeom(st_transform(v.geom, 3857), st_tileenvelope(${z}, ${x}, ${y}), 4096, 64, true) as geom
        from parcel_version as v where v.to_build is null
      ) as t where geom is not null`.execute(base.db)
    return rows[0]!.mvt
  }

  const read = (bytes: Uint8Array | null) => {
    const features = new Map<number, { kind: unknown; stage: unknown; area: number }>()
    const decoded = bytes && bytes.length > 0 ? new VectorTile(new PbfReader(bytes)).layers.parcel : undefined
    for (let i = 0; decoded && i < decoded.length; i++) {
      const feature = decoded.feature(i)
      let area = 0
      for (const ring of feature.loadGeometry()) {
        for (let k = 0, j = ring.length - 1; k < ring.length; j = k++)
          area += (ring[j]!.x * ring[k]!.y - ring[k]!.x * ring[j]!.y) / 2
      }
      features.set(feature.id!, { kind: feature.properties.kind, stage: feature.properties.stage, area })
    }
    return features
  }

  test.each([14, 16])('hold the same parcels with the same attributes and land at level %i', async (z) => {
    const tiles = tilesAt(z).slice(0, 12)
    expect(tiles.length).toBeGreaterThan(0)
    for (const tile of tiles) {
      const [ours, theirs] = [read(encodeTile(layer, tile)), read(await byPostgis(tile))]
      let difference = 0
      let net = 0
      let total = 0
      for (const [id, their] of theirs) {
        const our = ours.get(id)
        // a parcel that only touches the outer edge of the buffer is drawn by one and not by the other
        if (!our) expect(their.area, `${id} missing in ${z}/${tile.x}/${tile.y}`).toBeLessThan(64)
        else {
          expect([our.kind, our.stage]).toEqual([their.kind, their.stage])
          difference += Math.abs(our.area - their.area)
          net += our.area - their.area
        }
        total += their.area
      }
      for (const [id, our] of ours) if (!theirs.has(id)) expect(our.area, String(id)).toBeLessThan(64)
      // both round to one grid on different ways to it: corners differ by a unit here and there, land as a whole hardly
      expect(difference / total).toBeLessThan(0.005)
      expect(Math.abs(net) / total).toBeLessThan(0.0005)
    }
  })

  /** Which value a parcel has of an attribute, by its number. */
  const valueAt = (parcel: number, name: string) =>
    layer.valueOf[parcel * layer.attributes.length + layer.attributes.findIndex((each) => each.name === name)]

  test('from far away every parcel is counted once and every class is shown', () => {
    for (const z of [9, 10, 11, 12]) {
      const classes = new Set<unknown>()
      const ids = new Set<number>()
      let grouped = 0
      for (const tile of tilesAt(z)) {
        const bytes = encodeTile(layer, tile)
        const decoded = bytes && new VectorTile(new PbfReader(bytes)).layers.parcel
        for (let i = 0; decoded && i < decoded.length; i++) {
          const { id, properties } = decoded.feature(i)
          classes.add(`${String(properties.kind)} ${String(properties.stage)}`)
          if (id === undefined) grouped += Number(properties[COUNT_KEY])
          else ids.add(id)
        }
      }
      expect(ids.size + grouped, `level ${z}`).toBe(layer.count)
      expect(classes.size).toBe(
        new Set(Array.from({ length: layer.count }, (_, i) => `${valueAt(i, 'kind')} ${valueAt(i, 'stage')}`))
          .size,
      )
    }
  })
})
