import { afterAll, beforeAll, expect, test } from 'vitest'
import { publishedBuild } from '../helpers/published.ts'
import type { Lineage, ParcelPage, Places } from '../../server/contract.ts'
import { toLonLat } from '../../server/geo/project.ts'
import { approval, deliver, parcelCode, rect, registration } from '../build/given.ts'
import { eachBase } from '../helpers/database.ts'
import { startApp, type Client } from '../server/client.ts'
import { AS_OF, givenTown } from '../server/town.ts'

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
    await publishedBuild(open(), { asOf: LATER, startedAt: '2025-06-01T02:00:00.000Z' })
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
    expect(lineage).toMatchObject({ state: 'retired', asOf: LATER, parcelId: divided, complete: true })
    expect(lineage.successors).toHaveLength(2)
    expect(lineage.edges.map(({ from, planarM2 }) => [from, Math.round(planarM2)])).toEqual([
      [divided, 5_000],
      [divided, 5_000],
    ])
    expect(
      lineage.nodes.map(
        ({ parcelId, parcelCode, kind, planarM2, generation, validFrom, validTo, current }) => [
          parcelId === divided ? 'divided' : parcelCode,
          kind,
          Math.round(planarM2),
          generation,
          validFrom,
          validTo,
          current,
        ],
      ),
    ).toEqual([
      ['divided', 'supplied', 10_000, 0, AS_OF, LATER, false],
      [parcelCode(2), 'titled', 5_000, 1, LATER, null, true],
      [parcelCode(3), 'titled', 5_000, 1, LATER, null, true],
    ])
  })

  test('balances in every event, in order even within a day', async () => {
    const { events } = await client.json<Lineage>(`/api/parcels/${divided}/lineage`)
    expect(
      events.map((event) => [
        event.kind,
        ...[event.beforeM2, event.cameM2, event.wentM2, event.correctionM2, event.afterM2].map((m2) =>
          Math.round(m2!),
        ),
      ]),
    ).toEqual([
      ['created', 0, 0, 0, 10_000, 10_000],
      ['split', 10_000, 0, 10_000, 0, 0],
      ['created', 0, 5_000, 0, 0, 5_000],
      ['created', 0, 5_000, 0, 0, 5_000],
    ])
    for (const { beforeM2, cameM2, wentM2, correctionM2, afterM2 } of events)
      expect(beforeM2! + cameM2! - wentM2! + correctionM2! - afterM2!).toBeCloseTo(0, 6)
  })

  test('of an heir is told back to where its land came from', async () => {
    const lineage = await client.json<Lineage>(`/api/parcels/${parcelCode(2)}/lineage`)
    expect(lineage).toMatchObject({ state: 'current', parcelCode: parcelCode(2), successors: [] })
    // the other half stands beside it: it shared in what the parent gave
    expect(lineage.nodes.map(({ parcelCode, generation }) => [parcelCode, generation])).toEqual([
      [null, -1],
      [parcelCode(2), 0],
      [parcelCode(3), 0],
    ])
    expect(lineage.edges).toHaveLength(2)
  })

  test('was still whole on an earlier day', async () => {
    const { events, edges, ...lineage } = await client.json<Lineage>(
      `/api/parcels/${divided}/lineage?asOf=2025-05-31`,
    )
    expect(lineage).toMatchObject({ state: 'current', asOf: AS_OF, successors: [] })
    expect(lineage.nodes).toMatchObject([{ parcelId: divided, validTo: null, toBuild: null, current: true }])
    expect(events.map(({ kind }) => kind)).toEqual(['created'])
    expect(edges).toEqual([])
    expect((await client.get(`/api/parcels/${parcelCode(2)}/lineage?asOf=2025-05-31`)).status).toBe(404)
  })

  const [[[[lon, lat]]]] = toLonLat(rect(120, 50, 1, 1)) as [[[[number, number]]]]

  test('is still found at its place, as history, with what became of it', async () => {
    const { versions, records } = await client.json<Places>(`/api/places?lon=${lon}&lat=${lat}`)
    expect(versions.map(({ kind, current }) => [kind, current])).toEqual([
      ['titled', true],
      ['supplied', false],
    ])
    const [now, then] = versions
    expect(then).toMatchObject({ parcelId: divided, validTo: LATER, came: { kind: 'created', numbers: [] } })
    expect(then!.became).toMatchObject({ kind: 'split', on: LATER })
    expect(then!.became!.numbers.map(({ parcelCode, planarM2, here }) => [parcelCode, Math.round(planarM2), here])) // prettier-ignore
      .toEqual([
        [parcelCode(2), 5_000, true],
        [parcelCode(3), 5_000, false],
      ])
    expect(now!.came).toMatchObject({ kind: 'created', numbers: [{ parcelId: divided, here: true }] })
    expect(now!.became).toBeNull()
    expect(records.map(({ kind, current }) => [kind, current])).toEqual([
      ['registration', true],
      ['supply', true],
      ['approval', true],
    ])
  })

  test('has its place to itself on an earlier day', async () => {
    const { asOf, versions, records } = await client.json<Places>(
      `/api/places?lon=${lon}&lat=${lat}&asOf=2025-05-31`,
    )
    expect(asOf).toBe(AS_OF)
    expect(versions).toMatchObject([{ parcelId: divided, current: true, validTo: null, became: null }])
    expect(records.map(({ kind }) => kind)).toEqual(['supply', 'approval'])
  })

  test('and every other has its strategy in what readers see', async () => {
    const { rows } = await client.json<ParcelPage>('/api/parcels')
    expect(rows.every((row) => row.strategy !== null)).toBe(true)
  })
})

eachBase('land that was divided and joined again', (open) => {
  let client: Client
  const codes: Record<string, number> = {}
  const told = async (path: string) => client.json<Lineage>(`/api/parcels/${path}`)
  beforeAll(async () => {
    const base = open()
    await deliver(
      base,
      [
        approval('湘政地〔2020〕1号', rect(0, 0, 200, 100)),
        registration(parcelCode(1), rect(0, 0, 100, 100)),
        registration(parcelCode(9), rect(100, 0, 100, 100)),
      ],
      '2025-01-01T00:00:00Z',
    )
    await publishedBuild(base, { asOf: '2025-01-01', startedAt: '2025-01-01T02:00:00Z' })
    await deliver(
      base,
      [
        registration(parcelCode(1), null),
        registration(parcelCode(2), rect(0, 0, 50, 100)),
        registration(parcelCode(3), rect(50, 0, 50, 100)),
      ],
      '2025-02-01T00:00:00Z',
    )
    await publishedBuild(base, { asOf: '2025-02-01', startedAt: '2025-02-01T02:00:00Z' })
    await deliver(
      base,
      [
        registration(parcelCode(2), null),
        registration(parcelCode(3), null),
        // takes 40 m of its neighbour as well: too much to be number 1 come back
        registration(parcelCode(4), rect(0, 0, 140, 100)),
        registration(parcelCode(9), rect(140, 0, 60, 100)),
      ],
      '2025-03-01T00:00:00Z',
    )
    await publishedBuild(base, { asOf: '2025-03-01', startedAt: '2025-03-01T02:00:00Z' })
    client = await startApp(base)
    const rows = await base.db.selectFrom('parcel_version').select(['parcel_code', 'parcel_id']).execute()
    for (const row of rows) codes[row.parcel_code?.slice(-1) ?? ''] = row.parcel_id
  })
  afterAll(() => client?.close())

  test('has its ancestors of two generations, and the neighbour that gave a strip', async () => {
    const { nodes, edges, events } = await told(`${parcelCode(4)}/lineage`)
    const generations = new Map(nodes.map((node) => [node.parcelCode?.slice(-1), node.generation]))
    expect(Object.fromEntries(generations)).toEqual({ 1: -2, 2: -1, 3: -1, 4: 0, 9: -1 })
    expect(edges.map(({ on, from, to, planarM2 }) => [on, from, to, Math.round(planarM2)])).toEqual(
      [
        ['2025-02-01', codes[1], codes[2], 5_000],
        ['2025-02-01', codes[1], codes[3], 5_000],
        ['2025-03-01', codes[2], codes[4], 5_000],
        ['2025-03-01', codes[3], codes[4], 5_000],
        ['2025-03-01', codes[9], codes[4], 4_000],
      ].toSorted((a, b) => String(a[0]).localeCompare(String(b[0])) || Number(a[1]) - Number(b[1])),
    )
    const joined = events.find((event) => event.parcelId === codes[4])!
    expect([joined.kind, joined.cameM2, joined.correctionM2].map((v) => (typeof v === 'number' ? Math.round(v) : v))) // prettier-ignore
      .toEqual(['created', 14_000, 0])
    expect(events.filter(({ on }) => on === '2025-03-01').map(({ kind }) => kind)).toEqual([
      'merged',
      'merged',
      'created',
      'redrawn',
    ])
  })

  test('the first number is answered for by who has its land now, and by nobody else', async () => {
    const { successors, nodes } = await told(`${codes[1]}/lineage`)
    expect(successors).toEqual([codes[4]])
    expect(nodes.find(({ parcelId }) => parcelId === codes[4])!.generation).toBe(2)
  })

  test('a look-back tells the history up to its day', async () => {
    await publishedBuild(open(), { asOf: '2025-02-15', startedAt: '2025-03-02T02:00:00Z' })
    const lookedBack = await told(`${parcelCode(9)}/lineage?asOf=2025-02-20`)
    expect(lookedBack).toMatchObject({ asOf: '2025-02-15', state: 'current', edges: [] })
    expect(lookedBack.events.map(({ on, kind }) => [on, kind])).toEqual([['2025-01-01', 'created']])
    expect(lookedBack.nodes.filter(({ current }) => current)).toHaveLength(1)
  })

  test('its place lists every number, the newest first', async () => {
    const [[[[lon, lat]]]] = toLonLat(rect(20, 50, 1, 1)) as [[[[number, number]]]]
    const { versions } = await client.json<Places>(`/api/places?lon=${lon}&lat=${lat}`)
    expect(
      versions.map(({ parcelCode, validFrom, validTo, became }) => [
        parcelCode?.slice(-1),
        validFrom,
        validTo,
        became?.kind ?? null,
        became?.numbers.filter(({ here }) => here).map(({ parcelId }) => parcelId) ?? [],
      ]),
    ).toEqual([
      ['4', '2025-03-01', null, null, []],
      ['2', '2025-02-01', '2025-03-01', 'merged', [codes[4]]],
      ['1', '2025-01-01', '2025-02-01', 'split', [codes[2]]],
    ])
  })
})
