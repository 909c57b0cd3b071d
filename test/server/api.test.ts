import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rect } from '../build/given.ts'
import { eachBase } from '../helpers/database.ts'
import type {
  AreaBrief,
  Catalog,
  Conflicts,
  DeadlinePage,
  Dossier,
  FeatureCollection,
  FindingPage,
  Job,
  Ledger,
  Lineage,
  OverlapPreview,
  ParcelCard,
  ParcelPage,
  Places,
  Problem,
  Stats,
} from '../../server/contract.ts'
import { toLonLat } from '../../server/geo/project.ts'
import { startApp, type Client } from './client.ts'
import { AS_OF, drawn, givenTown, titledCode } from './town.ts'

eachBase('the HTTP interface', (open) => {
  let client: Client
  beforeAll(async () => {
    await givenTown(open())
    client = await startApp(open())
  })
  afterAll(() => client?.close())

  const parcels = async (query = ''): Promise<ParcelPage> => client.json(`/api/parcels${query}`)
  const idOf = async (kind: string): Promise<number> => (await parcels(`?kind=${kind}`)).rows[0]!.parcelId
  const problem = async (response: Response): Promise<Problem> => {
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/)
    return (await response.json()) as Problem
  }

  describe('parcels', () => {
    test('are one titled, one supplied and one remainder, and their land adds up', async () => {
      const page = await parcels()
      expect(page.asOf).toBe(AS_OF)
      expect(page.rows.map((row) => row.kind).toSorted()).toEqual(['remainder', 'supplied', 'titled'])
      expect(page.total).toBe(3)
      expect(page.totalPlanarM2).toBeCloseTo(40_000, 2)
    })

    test('are answered for the day asked about, as far as there is a build for it', async () => {
      const now = await parcels()
      expect(await parcels('?asOf=2030-01-01')).toEqual(now)
      expect(await parcels(`?asOf=${AS_OF}&knownAt=2030-01-01T00:00:00Z`)).toEqual(now)
      const id = now.rows[0]!.parcelId
      for (const path of [
        '/api/parcels',
        '/api/stats',
        `/api/parcels/${id}`,
        `/api/parcels/${id}/dossier`,
        `/api/parcels/${id}/conflicts`,
        `/api/parcels/${id}/lineage`,
        `/api/parcels/${id}/strategy`,
        '/api/places?lon=113&lat=27',
        '/api/ledger',
        '/api/ledger/pieces?account=remainder',
        '/api/findings',
        '/api/export?kind=ledger&format=csv',
      ]) {
        const asked = (more: string) => client.get(`${path}${path.includes('?') ? '&' : '?'}${more}`)
        expect((await asked('asOf=2030-01-01')).status, path).toBe(200)
        const early = await asked('asOf=2025-01-31')
        expect(early.status, path).toBe(404)
        expect(await problem(early)).toMatchObject({ code: 'NOT_BUILT_FOR_DAY', field: 'asOf' })
        expect(await problem(await asked('asOf=2025-02-30')), path).toMatchObject({
          status: 400,
          code: 'BAD_DATE',
        })
        expect(await problem(await asked('knownAt=yesterday')), path).toMatchObject({
          status: 400,
          code: 'BAD_DATE',
        })
      }
    })

    test('come in pages that neither repeat nor skip, in every order', async () => {
      for (const sort of ['parcel', 'area', '-area', 'strategy', 'district']) {
        const seen: number[] = []
        let cursor: string | null = ''
        while (cursor !== null) {
          const page: ParcelPage = await parcels(`?sort=${sort}&limit=1${cursor && `&cursor=${cursor}`}`)
          expect(page.total).toBe(3)
          seen.push(...page.rows.map((row) => row.parcelId))
          cursor = page.nextCursor
        }
        expect(new Set(seen).size, sort).toBe(3)
        expect(seen.length, sort).toBe(3)
      }
      const byArea = await parcels('?sort=-area')
      expect(byArea.rows.map((row) => Math.round(row.areas.planarM2))).toEqual([20_000, 10_000, 10_000])
    })

    test('are found by code, by the start of a code, by project and by holder, never by a pattern', async () => {
      expect((await parcels(`?q=${titledCode}`)).rows[0]!.parcelCode).toBe(titledCode)
      expect((await parcels(`?q=${titledCode.slice(0, 12)}`)).total).toBe(1)
      expect((await parcels(`?q=${encodeURIComponent('星火')}`)).total).toBe(1)
      expect((await parcels(`?q=${encodeURIComponent('%')}`)).total).toBe(0)
      expect((await parcels('?q=_')).total).toBe(0)
    })

    test('narrow by what they are, where they lie and by CQL2', async () => {
      expect((await parcels('?stage=approved&min_m2=15000')).total).toBe(1)
      expect((await parcels('?use=IND')).total).toBe(1)
      expect((await parcels('?flag=P302')).total).toBe(1)
      const filter = encodeURIComponent("kind = 'supplied' AND area_planar_m2 BETWEEN 9000 AND 11000")
      expect((await parcels(`?filter=${filter}`)).total).toBe(1)
      const facts = encodeURIComponent("start.state = 'none' AND start.due < DATE('2023-01-01')")
      expect((await parcels(`?filter=${facts}`)).rows.map((row) => row.kind)).toEqual(['supplied'])
      const flagged = encodeURIComponent("has_flag('P302')")
      expect((await parcels(`?filter=${flagged}`)).rows.map((row) => row.kind)).toEqual(['remainder'])
      const [west, south, east, north] = (await parcels('?kind=titled')).rows[0]!.bbox
      const inside = `${west + 1e-4},${south + 1e-4},${east - 1e-4},${north - 1e-4}`
      expect((await parcels(`?bbox=${inside}`)).rows.map((row) => row.kind)).toEqual(['titled'])
      const spatial = encodeURIComponent(`S_INTERSECTS(geom, BBOX(${inside}))`)
      expect((await parcels(`?filter=${spatial}`)).rows.map((row) => row.kind)).toEqual(['titled'])
    })

    test('of a box are those that meet it, in a list, a filter and an export', async () => {
      const filtered = async (filter: string) =>
        (await parcels(`?filter=${encodeURIComponent(filter)}`)).rows.map(({ parcelId }) => parcelId)
      const listed = async (query: string) => (await parcels(query)).rows.map(({ parcelId }) => parcelId)
      const [west, south] = (await parcels('?kind=titled')).rows[0]!.bbox
      // 20 km wide, its northern edge 22 m south of all parcels; in the plane that edge rises and falls by more
      const below = `${west - 0.1},${south - 0.1},${west + 0.1},${south - 0.0002}`
      const round = `${west - 0.1},${south - 0.1},${west + 0.1},${south + 0.0002}`
      for (const [box, count] of [
        [below, 0],
        [round, 3],
        ['-180,-85,180,85', 3],
        ['60,0,150,55', 3],
        ['-10,35,30,60', 0],
      ] as const) {
        expect((await listed(`?bbox=${box}`)).length, box).toBe(count)
        expect(await filtered(`S_INTERSECTS(geom, BBOX(${box}))`), box).toEqual(await listed(`?bbox=${box}`))
        const csv = await (await client.get(`/api/export?kind=parcels&format=csv&bbox=${box}`)).text()
        expect(csv.trimEnd().split('\r\n'), box).toHaveLength(1 + count)
      }
    })

    test('go on with a cursor in the list it was given for, and nowhere else', async () => {
      const given = (await parcels('?limit=1&sort=area&min_m2=1')).nextCursor!
      expect((await parcels(`?limit=1&sort=area&min_m2=1&cursor=${given}`)).rows).toHaveLength(1)
      const [mark] = JSON.parse(Buffer.from(given, 'base64url').toString()) as [string]
      const forged = (...keys: unknown[]) =>
        Buffer.from(JSON.stringify([mark, ...keys])).toString('base64url')
      for (const query of [
        `sort=area&min_m2=2&cursor=${given}`,
        `sort=-area&min_m2=1&cursor=${given}`,
        `sort=area&cursor=${given}`,
        ...[['x', 1], [1, 1.5], [1, -1], [1, null], [1], [1, 1, 1]].map(
          (keys) => `sort=area&min_m2=1&cursor=${forged(...keys)}`,
        ),
      ]) {
        const response = await client.get(`/api/parcels?${query}`)
        expect(response.status, query).toBe(400)
        expect(await problem(response)).toMatchObject({ code: 'PARAM_INVALID', field: 'cursor' })
      }
    })

    test('of a class there is not are refused with the classes there are, not answered with none', async () => {
      for (const [query, field, hint] of [
        ['kind=title', 'kind', 'titled'],
        ['stage=approved,aproved', 'stage', 'approved'],
        ['use=ind', 'use', 'IND'],
        ['flag=P999', 'flag', 'P101'],
        ['district=4302', 'district', '430211'],
      ]) {
        for (const path of ['/api/parcels', '/api/stats']) {
          const response = await client.get(`${path}?${query}&lang=en`)
          expect(response.status, query).toBe(400)
          const told = await problem(response)
          expect(told).toMatchObject({ code: 'PARAM_INVALID', field })
          expect(told.hint).toContain(hint)
        }
      }
      expect((await parcels('?flag=P302,P101&district=430211')).total).toBe(1)
    })

    test('show an organisation as it is and of a person the surname', async () => {
      expect((await parcels('?kind=supplied')).rows[0]!.holder).toBe('星火装备有限公司')
      expect((await parcels('?kind=titled')).rows[0]!.holder).toBe('张*')
    })

    test('count the same in the statistics', async () => {
      const stats = await client.json<Stats>('/api/stats')
      expect(stats.parcels).toBe(3)
      expect(stats.planarM2).toBe((await parcels()).totalPlanarM2)
      expect(stats.planarM2).toBe((await client.json<DeadlinePage>('/api/deadlines')).totalPlanarM2)
      const none = await client.json<Stats>('/api/stats?min_m2=1000000')
      expect(none).toMatchObject({ parcels: 0, planarM2: 0, byStrategy: [], byKind: [] })
      for (const list of [stats.byStrategy, stats.byStage, stats.byDistrict, stats.byUse, stats.byKind]) {
        expect(list.reduce((sum, each) => sum + each.parcels, 0)).toBe(3)
        expect(list.reduce((sum, each) => sum + each.planarM2, 0)).toBeCloseTo(40_000, 2)
      }
      expect((await client.json<Stats>('/api/stats?kind=remainder')).planarM2).toBeCloseTo(20_000, 2)
    })
  })

  describe('one parcel', () => {
    test('answers by number and by code', async () => {
      const card = await client.json<ParcelCard>(`/api/parcels/${titledCode}`)
      expect(card.parcelId).toBe(await idOf('titled'))
      expect(card.areas.planarM2).toBeCloseTo(10_000, 4)
      expect(card.areas.documentM2).toBe(10_000)
      expect(card.areas.planarM2 / card.areas.ellipsoidM2 - 1).toBeCloseTo(0.00018, 4)
      expect(card.geometry.coordinates[0][0]).toHaveLength(5)
      expect(await client.json(`/api/parcels/${card.parcelId}`)).toEqual(card)
    })

    test('is refused by an unknown number or a text that is none', async () => {
      for (const id of ['430211099999999', '430211001001GB99999', "1' or 1=1", 'NaN', '-1', '1e3']) {
        const response = await client.get(`/api/parcels/${encodeURIComponent(id)}`)
        expect(response.status, id).toBe(404)
        expect((await problem(response)).code).toBe('PARCEL_UNKNOWN')
      }
    })

    test('has its papers in the order of life, and gaps where one is missing', async () => {
      const { entries } = await client.json<Dossier>(`/api/parcels/${titledCode}/dossier`)
      expect(entries.map(({ kind, present }) => [kind, present])).toEqual([
        ['plan', true],
        ['approval', true],
        ['expropriation', false],
        ['supply', true],
        ['permit', false], // works have started
        ['registration', true],
      ])
      const supply = entries.find((entry) => entry.kind === 'supply')!
      expect(supply.on).toBe('2021-06-01')
      expect(supply.facts.find((fact) => fact.field === 'holder')!.value).toBe('张*')
      expect(supply.areaInCommonM2).toBeCloseTo(10_000, 2)
      expect(supply.delivery!.fileName).toBe('supply.json')
    })

    test('has a dossier in the language of its reader', async () => {
      const id = await idOf('supplied')
      const start = async (lang: string) => {
        const { entries } = await client.json<Dossier>(`/api/parcels/${id}/dossier?lang=${lang}`)
        return entries
          .find((entry) => entry.kind === 'supply')!
          .facts.find((fact) => fact.field === 'start_state')!.value
      }
      expect(await start('zh')).toBe('未开工')
      expect(await start('en')).toBe('not started')
    })

    test('is in conflict, clean or not checked, layer by layer', async () => {
      const states = async (id: number | string) => {
        const { checks } = await client.json<Conflicts>(`/api/parcels/${id}/conflicts`)
        return Object.fromEntries(checks.map(({ check, state }) => [check, state]))
      }
      expect(await states(await idOf('remainder'))).toMatchObject({
        farmland: 'conflict',
        eco_redline: 'not_checked',
        approval: 'clean',
        clock: 'not_checked', // no supply, no clock
      })
      expect(await states(titledCode)).toMatchObject({ farmland: 'clean', title: 'clean', clock: 'clean' })
    })

    test('tells its lineage', async () => {
      const lineage = await client.json<Lineage>(`/api/parcels/${titledCode}/lineage`)
      expect(lineage.state).toBe('current')
      expect(lineage.events.map((event) => event.kind)).toEqual(['created'])
    })

    test('has exactly one strategy, with the conditions that were tried', async () => {
      const explanation = await client.json<{ strategy: { code: string }; tried: { code: string }[] }>(
        `/api/parcels/${titledCode}/strategy`,
      )
      expect(explanation.strategy.code).toBe((await parcels('?kind=titled')).rows[0]!.strategy)
      expect(explanation.tried.map((each) => each.code)).toContain(explanation.strategy.code)
    })
  })

  test('a place lists what ever lay there', async () => {
    const [[[[lon, lat]]]] = toLonLat(rect(150, 50, 1, 1)) as [[[[number, number]]]]
    const places = await client.json<Places>(`/api/places?lon=${lon}&lat=${lat}`)
    expect(places.versions.map((version) => [version.kind, version.current])).toEqual([['supplied', true]])
    expect(places.zones.map((zone) => zone.layer)).toEqual(['control_plan', 'district'])
  })

  test('the catalog names codes, extent and the kind of base', async () => {
    const catalog = await client.json<Catalog>('/api/catalog')
    expect(catalog.parcels).toBe(3)
    expect(catalog.trial).toBe(open().kind === 'embedded')
    expect(catalog.fictional).toBe(false)
    expect(catalog.districts).toEqual([{ code: '430211', title: { zh: '天元区', en: 'Tianyuan District' } }])
    expect(catalog.layers.map((layer) => layer.name).toSorted()).toEqual([
      'control_plan',
      'district',
      'farmland',
    ])
    expect(catalog.strategies.length).toBeGreaterThan(30)
    const [west, south, east, north] = catalog.bbox!
    expect(west < east && south < north && west > 113 && north < 28).toBe(true)
  })

  test('the ledger closes, and each figure is the sum of its pieces', async () => {
    const { total, districts } = await client.json<Ledger>('/api/ledger')
    expect(total.accounts).toMatchObject({
      approved: 40_000,
      titledInside: 10_000,
      suppliedInside: 10_000,
      remainder: 20_000,
      withdrawn: 10_000,
    })
    expect(Math.abs(total.closureM2)).toBeLessThan(0.01)
    for (const account of ['approved', 'remainder', 'withdrawn'] as const) {
      const pieces = await client.json<FeatureCollection & { totalPlanarM2: number }>(
        `/api/ledger/pieces?district=${districts[0]!.code}&account=${account}`,
      )
      const sum = pieces.features.reduce((m2, piece) => m2 + Number(piece.properties.planarM2), 0)
      expect(sum).toBeCloseTo(total.accounts[account], 2)
      expect(pieces.totalPlanarM2).toBeCloseTo(sum, 6)
    }
  })

  test('findings are listed by code and by parcel', async () => {
    const farmland = await client.json<FindingPage>('/api/findings?code=P302')
    expect(farmland).toMatchObject({ asOf: AS_OF, total: 1, nextCursor: null })
    expect(farmland.rows.map(({ planarM2 }) => Math.round(planarM2!))).toEqual([5_000]) // 350 to 400, 100 m high
    expect(await client.json(`/api/findings?code=P302&parcel=${await idOf('titled')}`)).toMatchObject({
      total: 0,
      rows: [],
      nextCursor: null,
    })
  })

  test('findings come in pages that neither repeat nor skip, in the order of the whole list', async () => {
    const whole = await client.json<FindingPage>('/api/findings?limit=1000')
    expect(whole.rows.length).toBe(whole.total)
    expect(whole.total).toBeGreaterThan(2)
    expect(whole.nextCursor).toBeNull()
    const seen: unknown[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page: FindingPage = await client.json(`/api/findings?limit=1${cursor && `&cursor=${cursor}`}`)
      expect(page.total).toBe(whole.total)
      expect(page.rows.length).toBe(1)
      seen.push(...page.rows)
      cursor = page.nextCursor
    }
    expect(seen).toEqual(whole.rows)
    const codes = whole.rows.map(({ code }) => code)
    expect(codes).toEqual(codes.toSorted())
  })

  describe('the brief of a drawn area', () => {
    const brief = async (shape: ReturnType<typeof rect>): Promise<AreaBrief> => {
      const response = await client.post('/api/areas/brief', { geometry: drawn(shape) })
      expect(response.status, await response.clone().text()).toBe(200)
      return (await response.json()) as AreaBrief
    }

    test('counts parcels by the part inside, and its accounts close', async () => {
      const half = await brief(rect(50, 0, 200, 100)) // half the title, all of the supply, a quarter of the rest
      expect(half.areaPlanarM2).toBeCloseTo(20_000, 1)
      expect(half.parcels).toBe(3)
      expect(half.parcelsPlanarM2).toBeCloseTo(20_000, 1)
      expect(half.overlapM2).toBeCloseTo(0, 2)
      expect(half.accounts.titledInside).toBeCloseTo(5_000, 1)
      expect(half.accounts.suppliedInside).toBeCloseTo(10_000, 1)
      expect(half.accounts.remainder).toBeCloseTo(5_000, 1)
      expect(half.accounts.noise).toBeCloseTo(0, 2)
      expect(Math.abs(half.closureM2)).toBeLessThan(0.01)
      expect(half.rows.map((row) => [row.kind, Math.round(row.insideM2)])).toEqual([
        ['supplied', 10_000],
        ...[
          ['titled', 5_000],
          ['remainder', 5_000],
        ].toSorted((a, b) => (half.rows[1]!.kind === a[0] ? -1 : half.rows[1]!.kind === b[0] ? 1 : 0)),
      ])
      expect(half.byKind.reduce((sum, each) => sum + each.planarM2, 0)).toBeCloseTo(20_000, 1)
    })

    test('of the whole town is the ledger', async () => {
      const whole = await brief(rect(-200, -200, 1_600, 700))
      const { total } = await client.json<Ledger>('/api/ledger')
      for (const [account, m2] of Object.entries(total.accounts))
        expect(whole.accounts[account], account).toBeCloseTo(m2, 2)
      expect(whole.findings).toContainEqual({ code: 'P302', title: expect.anything() as unknown, count: 1 })
    })

    test('of two halves adds up to the brief of the whole, though the cut runs through a parcel', async () => {
      const [left, right, whole] = await Promise.all([
        brief(rect(0, 0, 233.3, 100)),
        brief(rect(233.3, 0, 166.7, 100)),
        brief(rect(0, 0, 400, 100)),
      ])
      for (const account of Object.keys(whole.accounts)) {
        expect(left.accounts[account]! + right.accounts[account]!, account).toBeCloseTo(
          whole.accounts[account]!,
          1,
        )
      }
      expect(left.parcelsPlanarM2 + right.parcelsPlanarM2).toBeCloseTo(whole.parcelsPlanarM2, 1)
    })

    test('of a hair of remainder is remainder, not noise: the line is drawn, not surveyed', async () => {
      const hair = await brief(rect(300, 0, 0.1, 100))
      expect(hair.accounts.remainder).toBeCloseTo(10, 1)
      expect(hair.accounts.noise).toBe(0)
    })

    test('is refused for a shape that crosses itself, lies elsewhere or is none', async () => {
      const bad = [
        {
          type: 'Polygon',
          coordinates: [
            [
              [113.1, 27.8],
              [113.2, 27.9],
              [113.2, 27.8],
              [113.1, 27.9],
              [113.1, 27.8],
            ],
          ],
        },
        {
          type: 'Polygon',
          coordinates: [
            [
              [27.8, 113.1],
              [27.9, 113.1],
              [27.9, 113.2],
              [27.8, 113.1],
            ],
          ],
        },
        {
          type: 'Polygon',
          coordinates: [
            [
              [113.1, 27.8],
              [113.2, 27.8],
              [113.1, 27.8],
            ],
          ],
        },
        {
          type: 'Polygon',
          coordinates: [
            [
              ['a', 27.8],
              [113.2, 27.8],
              [113.2, 27.9],
              ['a', 27.8],
            ],
          ],
        },
        { type: 'Polygon', coordinates: [] },
        { type: 'Polygon', coordinates: [1, 2] },
      ]
      for (const geometry of bad) {
        const response = await client.post('/api/areas/brief', { geometry })
        expect(response.status, JSON.stringify(geometry)).toBe(400)
        expect((await problem(response)).code).toBe('GEOMETRY_INVALID')
      }
    })
  })

  test('a drawn plot is previewed against everything there', async () => {
    const response = await client.post('/api/overlaps/preview', {
      geometry: drawn(rect(150, 0, 300, 100)),
      as: 'approval',
    })
    const preview = (await response.json()) as OverlapPreview
    expect(preview.overlaps.map(({ kind, layer, planarM2 }) => [kind, layer, Math.round(planarM2)])).toEqual([
      ['approval', '', 25_000],
      ['supply', '', 5_000],
      ['layer', 'farmland', 10_000],
      ['layer', 'control_plan', 5_000],
    ])
    expect(preview.remainder.planarM2).toBeCloseTo(5_000, 1) // 400 to 450
    expect(preview.notChecked).toContain('eco_redline')
    expect(preview.notChecked).not.toContain('farmland')
  })

  describe('tiles', () => {
    test('hold the parcels, may be kept for good, and are not sent twice', async () => {
      const { tilesVersion, bbox } = await client.json<Catalog>('/api/catalog')
      const [west, , , north] = bbox!
      const n = 2 ** 14
      const x = Math.floor((west / 360 + 0.5) * n)
      const sin = Math.sin((north * Math.PI) / 180)
      const y = Math.floor((0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)) * n)
      const path = `/tiles/parcel/14/${x}/${y}.mvt?v=${tilesVersion}`
      const first = await client.get(path)
      expect(first.status).toBe(200)
      expect(first.headers.get('cache-control')).toContain('immutable')
      expect(first.headers.get('content-type')).toBe('application/vnd.mapbox-vector-tile')
      expect((await first.arrayBuffer()).byteLength).toBeGreaterThan(50)
      const again = await client.get(path, { 'if-none-match': first.headers.get('etag')! })
      expect(again.status).toBe(304)
      expect((await client.get('/tiles/parcel/14/0/0.mvt')).status).toBe(204)
      expect((await client.get('/tiles/parcel/0/0/0.mvt')).status).toBe(200)
    })

    test('are refused outside the world and for layers there are not', async () => {
      for (const [path, code] of [
        ['/tiles/parcel/9999/0/0.mvt', 'TILE_OUT_OF_RANGE'],
        ['/tiles/parcel/-1/0/0.mvt', 'TILE_OUT_OF_RANGE'],
        ['/tiles/parcel/1.5/0/0.mvt', 'TILE_OUT_OF_RANGE'],
        ['/tiles/parcel/2/4/0.mvt', 'TILE_OUT_OF_RANGE'],
        ['/tiles/parcel/2/1000000000/0.mvt', 'TILE_OUT_OF_RANGE'],
        ['/tiles/parcel,parcel/2/0/0.mvt', 'LAYER_UNKNOWN'],
        ["/tiles/parcel'/2/0/0.mvt", 'LAYER_UNKNOWN'],
        ['/tiles/parcel/2/0/0.mvt?layer=a', 'PARAM_UNKNOWN'],
      ] as const) {
        const response = await client.get(path)
        expect(response.status, path).toBe(400)
        expect((await problem(response)).code, path).toBe(code)
      }
    })
  })

  describe('a request that cannot be understood', () => {
    test('is answered in the language of its reader', async () => {
      const zh = await problem(await client.get('/api/parcels?nonsense=1'))
      const en = await problem(
        await client.get('/api/parcels?nonsense=1', { 'accept-language': 'en-GB,zh;q=0.3' }),
      )
      const asked = await problem(await client.get('/api/parcels?nonsense=1&lang=en'))
      expect(zh).toMatchObject({
        status: 400,
        code: 'PARAM_UNKNOWN',
        field: 'nonsense',
        detail: '没有名为“nonsense”的参数。',
      })
      expect(en.detail).toBe('There is no parameter "nonsense".')
      expect(asked.detail).toBe(en.detail)
    })

    test.each([
      ['/api/parcels?limit=1000000000', 'PARAM_INVALID'],
      ['/api/parcels?limit=-1', 'PARAM_INVALID'],
      ['/api/parcels?limit=10&limit=20', 'PARAM_DUPLICATE'],
      ['/api/parcels?a[b]=1', 'PARAM_UNKNOWN'],
      ['/api/parcels?__proto__[x]=1', 'PARAM_UNKNOWN'],
      ['/api/parcels?__proto__=1', 'PARAM_UNKNOWN'],
      ['/api/parcels?cursor=eyJ4IjoxfQ', 'PARAM_INVALID'],
      ['/api/parcels?bbox=1,2,3', 'PARAM_INVALID'],
      ['/api/parcels?bbox=a,b,c,d', 'PARAM_INVALID'],
      [`/api/parcels?filter=${encodeURIComponent("__proto__ = 'a'")}`, 'FIELD_UNKNOWN'],
      [`/api/parcels?filter=${encodeURIComponent("constructor = 'a'")}`, 'FIELD_UNKNOWN'],
      [`/api/parcels?filter=${encodeURIComponent("kind = 'a'; drop table record")}`, 'FILTER_SYNTAX'],
      [`/api/parcels?filter=${encodeURIComponent('exec(java.lang.Runtime)')}`, 'FIELD_UNKNOWN'],
      ['/api/places?lon=&lat=', 'PARAM_INVALID'],
      ['/api/parcels?max_m2=', 'PARAM_INVALID'],
      ['/api/parcels?limit=0x10', 'PARAM_INVALID'],
      ['/api/parcels?q=a%00b', 'PARAM_INVALID'],
      ['/api/parcels/a%00b', 'PARAM_INVALID'],
      ['/api/claims?district=%00', 'PARAM_INVALID'],
      ['/api/claims?district=4302', 'PARAM_INVALID'],
      ['/api/parcels?asOf=0000-01-01', 'BAD_DATE'],
      ['/api/parcels?knownAt=0000-01-01', 'BAD_DATE'],
      ['/api/parcels?knownAt=2024-06-30T08:00:00%2B20:00', 'BAD_DATE'],
      ['/api/rules/in-force?knownAt=2024-06-30T08:00:00%2B20:00', 'BAD_DATE'],
      ['/api/places?lon=999&lat=0', 'PARAM_INVALID'],
      ['/api/ledger/pieces?account=nonsense', 'PARAM_INVALID'],
      ['/api/export?kind=parcels&format=xlsb', 'FORMAT_UNKNOWN'],
      ['/api/export?kind=parcels&format=csv&filter=nonsense%20%3D%201', 'FIELD_UNKNOWN'],
      ['/api/jobs/abc', 'PARAM_INVALID'],
    ])('%s: %s', async (path, code) => {
      const response = await client.get(path)
      expect(response.status).toBe(400)
      expect((await problem(response)).code).toBe(code)
    })

    test('says what is not there and what is not done', async () => {
      expect((await problem(await client.get('/api/nothing'))).code).toBe('ROUTE_UNKNOWN')
      const wrongMethod = await client.post('/api/catalog', {})
      expect(wrongMethod.status).toBe(405)
      expect(wrongMethod.headers.get('allow')).toBe('GET')
    })

    test('is stopped before it is parsed when it is too deep or too large', async () => {
      const deep = `{"geometry":${'['.repeat(1600)}${']'.repeat(1600)}}`
      expect((await problem(await client.post('/api/areas/brief', deep))).code).toBe('BODY_TOO_DEEP')
      expect((await problem(await client.post('/api/areas/brief', `"${'x'.repeat(3_000_000)}"`))).code).toBe(
        'BODY_TOO_LARGE',
      )
      expect((await problem(await client.post('/api/areas/brief', '{"a":'))).code).toBe('BODY_INVALID')
      expect(
        (await problem(await client.post('/api/areas/brief', 'x', { 'content-type': 'text/plain' }))).code,
      ).toBe('BODY_TYPE')
    })

    test('is refused from a page of another site', async () => {
      const response = await client.post('/api/builds', {}, { origin: 'https://elsewhere.example' })
      expect(response.status).toBe(403)
      expect((await problem(response)).code).toBe('OTHER_SITE')
    })
  })

  test('nothing may come from another host', async () => {
    const response = await client.get('/api/catalog')
    const policy = response.headers.get('content-security-policy')!
    expect(policy).toContain("default-src 'self'")
    expect(policy).toContain("worker-src 'self' blob:")
    expect(policy).not.toMatch(/https?:/)
    expect(response.headers.get('x-powered-by')).toBeNull()
  })

  test('every route is described', async () => {
    const document = await client.json<{ openapi: string; paths: Record<string, unknown> }>('/openapi.json')
    expect(document.openapi).toBe('3.1.0')
    expect(new Set(Object.keys(document.paths))).toEqual(
      new Set(client.app.endpoints.map((endpoint) => endpoint.path)),
    )
  })

  describe('exports', () => {
    test('hold every parcel once, with the columns promised', async () => {
      const csv = await (await client.get('/api/export?kind=parcels&format=csv')).text()
      const [head, ...lines] = csv
        .trimEnd()
        .replace(/^\ufeff/, '')
        .split('\r\n')
      expect(head!.split(',').slice(0, 7)).toEqual([
        'parcel_id',
        'parcel_code',
        'kind',
        'stage',
        'strategy',
        'district',
        'holder',
      ])
      expect(lines).toHaveLength(3)
      const response = await client.get(
        `/api/export?kind=parcels&format=geojson&filter=${encodeURIComponent("kind = 'titled'")}`,
      )
      const { features } = (await response.json()) as FeatureCollection
      expect(features.map((feature) => feature.properties.parcel_code)).toEqual([titledCode])
      const ledger = await (await client.get('/api/export?kind=ledger&format=csv')).text()
      expect(ledger.trimEnd().split('\r\n')).toHaveLength(3) // head, one district, total
      for (const kind of ['records', 'findings']) {
        expect((await client.get(`/api/export?kind=${kind}&format=geojson`)).status).toBe(200)
      }
    })
  })

  test('a build runs as a job that tells how far it has come, and the map changes its version', async () => {
    const before = await client.json<Catalog>('/api/catalog')
    const started = (await (await client.post('/api/builds', {})).json()) as Job
    const events = await (
      await client.get(`/api/jobs/${started.jobId}`, { accept: 'text/event-stream' })
    ).text()
    const last = JSON.parse(/event: end\ndata: (.*)\n/.exec(events)![1]!) as Job
    expect(last.state, JSON.stringify(last.problem)).toBe('done')
    expect(last.progress).toBe(1)
    expect(await client.json<Job>(`/api/jobs/${started.jobId}`)).toMatchObject({ state: 'done' })
    expect((await client.json<Catalog>('/api/catalog')).tilesVersion).not.toBe(before.tilesVersion)
    const finished = await fetch(`${client.url}/api/jobs/${started.jobId}`, { method: 'DELETE' })
    expect(finished.status).toBe(409)
  })
})

eachBase('a base without a build', (open) => {
  let client: Client
  beforeAll(async () => {
    client = await startApp(open())
  })
  afterAll(() => client?.close())

  test('says so, and still answers what it can', async () => {
    const catalog = await client.json<Catalog>('/api/catalog')
    expect(catalog).toMatchObject({ asOf: null, bbox: null, parcels: 0, tilesVersion: '0' })
    const response = await client.get('/api/parcels')
    expect(response.status).toBe(409)
    expect(((await response.json()) as Problem).code).toBe('NOT_BUILT')
    expect((await client.get('/tiles/parcel/3/0/0.mvt')).status).toBe(204)
    expect((await client.get('/readyz')).status).toBe(200)
    expect((await client.get('/healthz')).status).toBe(200)
    expect(await (await client.get('/metrics')).text()).toContain('terrier_http_requests_total')
  })
})
