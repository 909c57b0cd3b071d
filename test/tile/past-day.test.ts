import { VectorTile } from '@mapbox/vector-tile'
import { PbfReader } from 'pbf'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deliver, parcelCode, rect, registration } from '../build/given.ts'
import { eachBase } from '../helpers/database.ts'
import { startApp, type Client } from '../server/client.ts'
import { AS_OF, givenTown } from '../server/town.ts'
import { publishedBuild } from '../helpers/published.ts'
import type { Catalog } from '../../server/contract.ts'
import { runClassify } from '../../server/strategy/classify.ts'

const LATER = '2025-03-01'

eachBase('the map of a past day', (open) => {
  let client: Client
  beforeAll(async () => {
    await givenTown(open())
    await deliver(
      open(),
      [registration(parcelCode(2), rect(2000, 0, 100, 100), { holder: '李四' })],
      `${LATER}T01:00:00.000Z`,
    )
    const at = { asOf: LATER, startedAt: `${LATER}T02:00:00.000Z` }
    await publishedBuild(open(), at)
    await runClassify(open(), at)
    client = await startApp(open())
  })
  afterAll(() => client?.close())

  /** The catalog for a day, and the parcels its tiles hold, from far away. */
  const mapOf = async (query: string) => {
    const catalog = await client.json<Catalog>(`/api/catalog${query}`)
    const response = await client.get(`/tiles/parcel/8/208/107.mvt?v=${catalog.tilesVersion}`)
    const bytes = new Uint8Array(await response.arrayBuffer())
    const layer = bytes.length === 0 ? undefined : new VectorTile(new PbfReader(bytes)).layers.parcel
    let parcels = 0
    for (let i = 0; i < (layer?.length ?? 0); i++)
      parcels += Number(layer!.feature(i).properties.parcels ?? 1)
    return { catalog, parcels, cache: response.headers.get('cache-control') }
  }

  test('shows the parcels of that day beside those of now, each under an address of its own', async () => {
    const [now, then] = [await mapOf(''), await mapOf(`?asOf=${AS_OF}`)]
    expect(now.catalog).toMatchObject({ asOf: LATER, parcels: 4 })
    expect(then.catalog).toMatchObject({ asOf: AS_OF, parcels: 3 })
    expect(then.catalog.tilesVersion).not.toBe(now.catalog.tilesVersion)
    expect([now.parcels, then.parcels]).toEqual([4, 3])
    expect(then.cache).toContain('immutable')
    // asked again in the other order: neither has taken the place of the other
    expect([(await mapOf(`?asOf=${AS_OF}`)).parcels, (await mapOf('')).parcels]).toEqual([3, 4])
  })

  test('of a version nobody has kept is the map of now, and may not be kept under that address', async () => {
    const response = await client.get('/tiles/parcel/8/208/107.mvt?v=77-77')
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toBe('no-cache')
  })
})
