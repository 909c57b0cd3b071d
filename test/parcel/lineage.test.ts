import { afterAll, beforeAll, expect, test } from 'vitest'
import { runBuild } from '../../server/build/run.ts'
import type { Lineage, ParcelPage, Places } from '../../server/contract.ts'
import { toLonLat } from '../../server/geo/project.ts'
import { deliver, parcelCode, rect, registration } from '../build/given.ts'
import { eachBase } from '../helpers/database.ts'
import { startApp, type Client } from '../server/client.ts'
import { givenTown } from '../server/town.ts'

const LATER = '2025-06-01'

eachBase('a parcel whose land was divided', (open) => {
  let client: Client
  let divided: number
  beforeAll(async () => {
    await givenTown(open())
    client = await startApp(open())
    divided = (await client.json<ParcelPage>('/api/parcels?kind=supplied')).rows[0]!.parcelId
    // the supplied hectare is registered as two titles of half a hectare
    await deliver(
      open(),
      [
        registration(parcelCode(2), rect(100, 0, 50, 100)),
        registration(parcelCode(3), rect(150, 0, 50, 100)),
      ],
      '2025-05-30T00:00:00.000Z',
    )
    await runBuild(open(), { asOf: LATER, startedAt: '2025-06-01T02:00:00.000Z' })
  })
  afterAll(() => client?.close())

  test('answers 410 with its successors', async () => {
    const heirs = (await client.json<ParcelPage>(`/api/parcels?q=${parcelCode(2).slice(0, 17)}`)).rows
      .filter((row) => [parcelCode(2), parcelCode(3)].includes(row.parcelCode!))
      .map((row) => row.parcelId)
    expect(heirs).toHaveLength(2)
    const response = await client.get(`/api/parcels/${divided}`)
    expect(response.status).toBe(410)
    expect(await response.json()).toMatchObject({ code: 'PARCEL_RETIRED', successors: heirs })
    for (const part of ['dossier', 'conflicts', 'strategy']) {
      expect((await client.get(`/api/parcels/${divided}/${part}`)).status, part).toBe(410)
    }
  })

  test('still tells its lineage, with the land that moved', async () => {
    const lineage = await client.json<Lineage>(`/api/parcels/${divided}/lineage`)
    expect(lineage.state).toBe('retired')
    expect(lineage.successors).toHaveLength(2)
    expect(lineage.edges.map(({ from, planarM2 }) => [from, Math.round(planarM2)])).toEqual([
      [divided, 5_000],
      [divided, 5_000],
    ])
    expect(lineage.events.some((event) => event.kind === 'split' || event.kind === 'retired')).toBe(true)
  })

  test('is still found at its place, as history', async () => {
    const [[[[lon, lat]]]] = toLonLat(rect(120, 50, 1, 1)) as [[[[number, number]]]]
    const { versions } = await client.json<Places>(`/api/places?lon=${lon}&lat=${lat}`)
    expect(versions.map(({ kind, current }) => [kind, current])).toEqual([
      ['titled', true],
      ['supplied', false],
    ])
    expect(versions[1]!.parcelId).toBe(divided)
  })

  test('has no strategy while the new build is not classified', async () => {
    const { rows } = await client.json<ParcelPage>('/api/parcels')
    expect(rows.every((row) => row.strategy === null)).toBe(true)
  })
})
