/**
 * A small invented city for tests of the page: answers shaped by `server/contract.ts`, tiles made by the real encoder.
 * Rectangles of 80 × 60 m in a grid of streets, so that every area can be worked out by hand: 4,800 m², 7.2 亩.
 */
import { readFileSync } from 'node:fs'
import type {
  AreaBrief,
  BatchBooks,
  Catalog,
  Conflicts,
  DeadlineLine,
  DeliveredRow,
  DeadlinePage,
  DeadlineRow,
  Delivery,
  DeliveryPreview,
  Dossier,
  Explanation,
  Finding,
  IssueGroup,
  Job,
  Ledger,
  Lineage,
  OverlapPreview,
  Override,
  OverridePage,
  ParcelCard,
  ParcelDeadlines,
  ParcelOverride,
  ParcelPage,
  ParcelRow,
  Places,
  Remainders,
  Repair,
  SourceProfile,
  Stats,
  StrategyInfo,
  SupplyRates,
  Unknowns,
} from '../../server/contract.ts'
import { toLonLat } from '../../server/geo/project.ts'
import type { Position } from '../../server/geo/polygon.ts'
import { encodeTile } from '../../server/tile/encode.ts'
import { TileLayerBuilder, type TileLayer } from '../../server/tile/layer.ts'
import { worldX, worldY } from '../../server/tile/world.ts'

const asOf = '2026-06-30'
const knownAt = '2026-06-30T08:00:00.000Z'
const [width, height, street] = [80, 60, 20]
export const parcelM2 = width * height
/** South-west corner of the grid in the working plane, somewhere in the fictional 天元区. */
const [eastM, northM] = [413_000, 3_078_000]

const strategies: StrategyInfo[] = readFileSync(
  new URL('../../data/codes/strategies.csv', import.meta.url),
  'utf8',
)
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => {
    const [, code, stage, zh, en] = line.split(',') as [string, string, string, string, string]
    return {
      code,
      stage,
      title: { zh, en: en.replaceAll('"', '') },
      basis: ['土地管理法38', '闲置办法14'],
      lead: '自然资源局·开发利用',
      co: ['属地政府', '税务局'],
      actions: ['认定书', '告知听证', '报本级政府批准', '征缴决定书'],
      deadline: '30 days',
      deadlineKind: 'law',
      condition: "idle.kind = 'not_started'",
    }
  })

const districts = [
  { code: '430202', title: { zh: '荷塘区', en: 'Hetang' } },
  { code: '430203', title: { zh: '芦淞区', en: 'Lusong' } },
  { code: '430211', title: { zh: '天元区', en: 'Tianyuan' } },
]
const stages = ['approved', 'supplied', 'building', 'completed', 'built'] as const
const stageNames = {
  approved: ['已批', 'approved'],
  supplied: ['已供', 'supplied'],
  building: ['在建', 'building'],
  completed: ['竣工', 'completed'],
  built: ['已建', 'built'],
} as const
const uses = [
  ['RES', '住宅', 'residential'],
  ['COM', '商服', 'commercial'],
  ['IND', '工业', 'industry'],
  ['PUB', '公共服务', 'public service'],
  ['TRA', '交通运输', 'transport'],
] as const
const kinds = ['remainder', 'supplied', 'titled'] as const

export const layerNames = [
  'district',
  'control_plan',
  'growth_boundary',
  'farmland',
  'eco_redline',
  'park',
  'renewal',
  'soil',
] as const

export interface City {
  readonly rows: readonly ParcelRow[]
  readonly catalog: Catalog
  /** What one address answers; null where there is nothing. */
  answer(method: string, url: URL, body: unknown): unknown
  tile(layer: string, z: number, x: number, y: number): Uint8Array | null
}

/** @param count parcels; the grid is as square as it can be. */
export function makeCity(count: number): City {
  const columns = Math.ceil(Math.sqrt(count))
  const rings = Array.from({ length: count }, (_, i) =>
    rectangle(
      eastM + (i % columns) * (width + street),
      northM + Math.floor(i / columns) * (height + street),
      width,
      height,
    ),
  )
  const rows = rings.map((ring, i): ParcelRow => {
    const strategy = strategies[(i * 7) % (strategies.length - 1)]!
    const stage = strategy.code < 'C' && strategy.code > 'B' ? 'approved' : stages[i % stages.length]!
    const use = uses[i % uses.length]!
    const lons = ring.map(([lon]) => lon)
    const lats = ring.map(([, lat]) => lat)
    return {
      parcelId: Number(`430211${String(i + 1).padStart(8, '0')}`),
      parcelCode: i % 4 === 0 ? null : `430211001002GB${String(i).padStart(5, '0')}`,
      kind: kinds[i % 3]!,
      stage,
      strategy: strategy.code,
      ruledStrategy: i === 3 ? 'C4' : strategy.code,
      overrideId: i === 3 ? 7 : null,
      district: districts[i % 3]!.code,
      holder: i % 5 === 0 ? null : `湘虚构第${i}置业有限公司`,
      project: i % 2 === 0 ? `新马片区${i}号地块项目` : null,
      location: `天元区虚构大道${i}号`,
      useGroup: use[0],
      useText: use[1],
      areas: {
        documentM2: i % 6 === 0 ? null : parcelM2 + 3,
        planarM2: parcelM2,
        ellipsoidM2: parcelM2 * 0.99982,
      },
      flags: i % 9 === 0 ? ['P101', 'P503'] : [],
      tags: ['OWN_G', 'ZON_PARK'],
      bbox: [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)],
    }
  })
  const bbox: Catalog['bbox'] = [
    Math.min(...rows.map((row) => row.bbox[0])),
    Math.min(...rows.map((row) => row.bbox[1])),
    Math.max(...rows.map((row) => row.bbox[2])),
    Math.max(...rows.map((row) => row.bbox[3])),
  ]
  const catalog: Catalog = {
    asOf,
    trial: true,
    fictional: true,
    bbox,
    parcels: count,
    tilesVersion: 'test-1',
    strategies,
    districts,
    stages: stages.map((code) => ({ code, title: { zh: stageNames[code][0], en: stageNames[code][1] } })),
    useGroups: uses.map(([code, zh, en]) => ({ code, title: { zh, en } })),
    kinds: [
      { code: 'titled', title: { zh: '已登记', en: 'titled' } },
      { code: 'supplied', title: { zh: '已供应', en: 'supplied' } },
      { code: 'remainder', title: { zh: '批而未供', en: 'remainder' } },
    ],
    flags: [
      { code: 'P101', title: { zh: '重复报批', en: 'Approved twice' }, severity: 'high' },
      { code: 'P503', title: { zh: '疑似闲置', en: 'Suspected idle' }, severity: 'high' },
    ],
    tags: [
      { code: 'OWN_G', title: { zh: '国有土地', en: 'State-owned' } },
      { code: 'ZON_PARK', title: { zh: '园区内', en: 'Inside development zone' } },
    ],
    layers: layerNames.map((name, i) => ({
      name,
      title: {
        zh: [
          '行政区',
          '控制性详细规划',
          '城镇开发边界',
          '永久基本农田',
          '生态保护红线',
          '园区',
          '更新片区',
          '污染地块',
        ][i]!,
        en: name,
      },
      zones: name === 'soil' ? 0 : 1,
    })),
  }
  const layers = makeLayers(rows, rings, columns)
  return {
    rows,
    catalog,
    answer: (method, url, body) => answer(rows, rings, catalog, method, url, body),
    tile: (layer, z, x, y) => (layers[layer] ? encodeTile(layers[layer], { z, x, y }) : null),
  }
}

function rectangle(east: number, north: number, w: number, h: number): Position[] {
  const ring: Position[] = [
    [east, north],
    [east + w, north],
    [east + w, north + h],
    [east, north + h],
    [east, north],
  ]
  return toLonLat([[ring]])[0]![0]!
}

function makeLayers(
  rows: readonly ParcelRow[],
  rings: readonly Position[][],
  columns: number,
): Record<string, TileLayer> {
  const world = (ring: readonly Position[]) =>
    Int32Array.from(ring.slice(0, -1).flatMap(([lon, lat]) => [worldX(lon), worldY(lat)]))
  const parcels = new TileLayerBuilder('parcel', [
    { name: 'strategy', role: 'group' },
    { name: 'stage', role: 'group' },
    { name: 'kind', role: 'group' },
    { name: 'district', role: 'group' },
    { name: 'use_group', role: 'group' },
    { name: 'area', role: 'largest' },
    { name: 'flags', role: 'union' },
  ])
  rows.forEach((row, i) => {
    parcels.add({
      id: row.parcelId,
      polygons: [[world(rings[i]!)]],
      attributes: [
        row.strategy,
        row.stage,
        row.kind,
        row.district,
        row.useGroup,
        row.areas.planarM2,
        row.flags.join(',') || null,
      ],
    })
  })
  const side = columns * (width + street)
  const zone = (layer: string, name: string, x: number, y: number, w: number, h: number) => {
    const builder = new TileLayerBuilder(layer, [
      { name: 'use_group', role: 'group' },
      { name: 'name', role: 'single' },
      { name: 'code', role: 'single' },
    ])
    builder.add({
      id: 1,
      polygons: [[world(rectangle(eastM + x * side, northM + y * side, w * side, h * side))]],
      attributes: [null, name, null],
    })
    return builder.finish()
  }
  // number 7, the one every parcel's conflicts tell of, lies over the whole of one parcel near the middle
  const findings = new TileLayerBuilder('finding', [{ name: 'code', role: 'group' }])
  findings.add({
    id: 7,
    polygons: [[world(rings[Math.floor(rings.length / 2) + 25] ?? rings[0]!)]],
    attributes: ['P101'],
  })
  return {
    parcel: parcels.finish(),
    district: zone('district', '天元区', -0.1, -0.1, 1.2, 1),
    control_plan: zone('control_plan', '控规单元', 0.1, 0.1, 0.5, 0.3),
    farmland: zone('farmland', '基本农田', 0.6, 0.1, 0.3, 0.2),
    eco_redline: zone('eco_redline', '生态红线', 0.05, 0.5, 0.25, 0.25),
    growth_boundary: zone('growth_boundary', '开发边界', 0, 0, 0.95, 0.75),
    park: zone('park', '虚构产业园', 0.4, 0.4, 0.4, 0.3),
    renewal: zone('renewal', '更新片区', 0.7, 0.55, 0.2, 0.2),
    finding: findings.finish(),
  }
}

function matching(rows: readonly ParcelRow[], query: URLSearchParams): ParcelRow[] {
  const among = (name: string, value: (row: ParcelRow) => readonly (string | null)[]) => {
    const wanted = query.get(name)?.split(',')
    return (row: ParcelRow) => !wanted || value(row).some((v) => v !== null && wanted.includes(v))
  }
  const tests = [
    among('strategy', (row) => [row.strategy]),
    among('stage', (row) => [row.stage]),
    among('kind', (row) => [row.kind]),
    among('district', (row) => [row.district]),
    among('use', (row) => [row.useGroup]),
    among('flag', (row) => row.flags),
    (row: ParcelRow) =>
      row.areas.planarM2 >= Number(query.get('min_m2') ?? 0) &&
      row.areas.planarM2 <= Number(query.get('max_m2') ?? Infinity),
    (row: ParcelRow) =>
      !query.get('q') ||
      [row.parcelCode, row.project, row.holder].some((text) => text?.includes(query.get('q')!)),
    (row: ParcelRow) => {
      const [w, s, e, n] = query.get('bbox')?.split(',').map(Number) ?? []
      return (
        w === undefined || (row.bbox[0] <= e! && row.bbox[2] >= w && row.bbox[1] <= n! && row.bbox[3] >= s!)
      )
    },
  ]
  return rows.filter((row) => tests.every((test) => test(row)))
}

function tally(rows: readonly ParcelRow[], key: (row: ParcelRow) => string | null): Stats['byKind'] {
  const sums = new Map<string, { parcels: number; planarM2: number }>()
  for (const row of rows) {
    const sum = sums.get(key(row) ?? '') ?? { parcels: 0, planarM2: 0 }
    sums.set(key(row) ?? '', { parcels: sum.parcels + 1, planarM2: sum.planarM2 + row.areas.planarM2 })
  }
  return [...sums].map(([name, sum]) => ({ key: name, ...sum }))
}

function answer(
  rows: readonly ParcelRow[],
  rings: readonly Position[][],
  catalog: Catalog,
  method: string,
  url: URL,
  body: unknown,
): unknown {
  const query = url.searchParams
  const path = url.pathname
  const about = /^\/api\/parcels\/(\d+)(?:\/(\w+))?$/.exec(path)
  if (about) {
    const at = rows.findIndex((row) => row.parcelId === Number(about[1]))
    if (at >= 0 && about[2] === 'override') return decide(rows[at]!, method, body)
    return at < 0 ? null : aboutParcel(rows[at]!, rings[at]!, about[2])
  }
  switch (`${method} ${path}`) {
    case 'GET /api/catalog':
      return catalog
    case 'GET /api/stats': {
      const found = matching(rows, query)
      return {
        asOf,
        knownAt,
        parcels: found.length,
        planarM2: found.length * parcelM2,
        byStrategy: tally(found, (row) => row.strategy),
        byStage: tally(found, (row) => row.stage),
        byDistrict: tally(found, (row) => row.district),
        byUse: tally(found, (row) => row.useGroup),
        byKind: tally(found, (row) => row.kind),
      } satisfies Stats
    }
    case 'GET /api/parcels': {
      const found = matching(rows, query)
      const from = Number(query.get('cursor') ?? 0)
      const to = from + Number(query.get('limit') ?? 100)
      return {
        asOf,
        knownAt,
        total: found.length,
        totalPlanarM2: found.length * parcelM2,
        rows: found.slice(from, to),
        nextCursor: to < found.length ? String(to) : null,
      } satisfies ParcelPage
    }
    case 'GET /api/deadlines':
      return deadlinePage(deadlineRows(rows), query)
    case 'GET /api/unknowns':
      return unknowns
    case 'GET /api/overrides':
      return {
        rows: query.get('state') === 'attention' ? [reopened(rows[5]!)] : [decision(rows[3]!)],
        nextCursor: null,
      } satisfies OverridePage
    case 'POST /api/areas/brief':
      return brief(rows.slice(0, 12))
    case 'POST /api/overlaps/preview':
      return preview((body as { geometry: unknown }).geometry, rings[0]!)
    case 'GET /api/ledger':
      return { ...ledger(), ...momentOf(query) }
    case 'GET /api/ledger/batches':
      return {
        ...batches(Number(query.get('offset') ?? 0), query.get('open') === 'true'),
        ...momentOf(query),
      }
    case 'GET /api/ledger/remainders':
      return { ...remainders(rows), ...momentOf(query) }
    case 'GET /api/ledger/rates':
      return { ...rates(Number(query.get('year') ?? 2026)), ...momentOf(query) }
    case 'GET /api/ledger/batches/pieces':
    case 'GET /api/ledger/pieces':
      return {
        type: 'FeatureCollection',
        total: 3,
        totalPlanarM2: 3 * parcelM2,
        features: rings.slice(0, 3).map((ring, i) => ({
          type: 'Feature',
          properties: { pieceNo: i, planarM2: parcelM2 },
          geometry: { type: 'MultiPolygon', coordinates: [[ring]] },
        })),
      }
    case 'GET /api/places':
      return {
        lon: Number(query.get('lon')),
        lat: Number(query.get('lat')),
        asOf,
        knownAt: `${asOf}T00:00:00Z`,
        versions: [
          {
            parcelId: rows[0]!.parcelId,
            parcelCode: null,
            kind: 'remainder',
            stage: 'approved',
            holder: null,
            project: null,
            planarM2: parcelM2,
            validFrom: '2021-03-04',
            validTo: null,
            fromBuild: 1,
            toBuild: null,
            current: true,
            came: {
              buildId: 1,
              kind: 'created',
              on: '2021-03-04',
              numbers: [{ parcelId: 43021100000099, parcelCode: null, planarM2: parcelM2, here: true }],
            },
            became: null,
          },
        ],
        records: [
          {
            recordId: 1,
            kind: 'approval',
            doc: '湘政地〔2021〕123号',
            on: '2021-03-04',
            holder: null,
            project: null,
            planarM2: 12_000,
            validFrom: '2021-03-04',
            validTo: null,
            current: true,
          },
        ],
        zones: [{ recordId: 1, layer: 'park', name: '虚构产业园', fields: {} }],
      } satisfies Places
    case 'GET /api/deliveries':
      return deliveries
    case 'POST /api/deliveries/preview':
      return deliveryPreview
    case 'GET /api/deliveries/1/issue-groups':
      return issueGroups
    case 'GET /api/deliveries/1/issues':
      return { issues: issueGroups.map(({ first }) => first), next: null }
    case 'GET /api/deliveries/1/repairs':
      return { repairs: [repair], next: null }
    case 'GET /api/deliveries/1/rows/7':
      return { ...deliveredRow }
    case 'POST /api/source-profiles':
      return { ...profile }
    case 'POST /api/deliveries/1/decisions':
      return job
    case 'GET /api/jobs':
      return [
        {
          ...job,
          jobId: 9,
          state: 'interrupted',
          step: {
            zh: '服务中断,整件未写入(已回滚);可重新导入',
            en: 'the server stopped; nothing was written',
          },
          fileName: '供应.xlsx',
          createdAt: '2026-06-30T09:00:00.000Z',
          finishedAt: '2026-06-30T09:01:00.000Z',
        },
      ]
    case 'POST /api/deliveries':
    case 'POST /api/builds':
      return job
    case 'GET /api/jobs/1':
      return job
    default:
      return null
  }
}

const finding = (ring: readonly Position[]): Finding => ({
  findingNo: 7,
  code: 'P101',
  title: { zh: '重复报批', en: 'Approved twice' },
  severity: 'high',
  noise: false,
  parcels: [43021100000001],
  records: [
    { recordId: 1, kind: 'approval', doc: '湘政地〔2021〕123号', date: '2021-03-04' },
    { recordId: 2, kind: 'approval', doc: '湘政地〔2022〕88号', date: '2022-05-06' },
  ],
  detail: { meanWidthM: 12.5 },
  planarM2: 1200,
  ellipsoidM2: 1199.784,
  shareOfFirst: 0.25,
  shareOfSecond: 0.125,
  geometry: { type: 'MultiPolygon', coordinates: [[ring]] },
})

function aboutParcel(row: ParcelRow, ring: readonly Position[], what: string | undefined): unknown {
  switch (what) {
    case undefined:
      return {
        ...row,
        asOf,
        knownAt,
        unitCode: row.parcelCode && `${row.parcelCode}W00000000`,
        holderCode: row.holder && '91430200MA4L1234XY',
        useScheme: 'GBT21010-2017',
        useCode: '0601',
        geometry: { type: 'MultiPolygon', coordinates: [[[...ring]]] },
      } satisfies ParcelCard
    case 'conflicts':
      return {
        parcelId: row.parcelId,
        asOf,
        knownAt,
        checks: [
          {
            check: 'approval',
            title: { zh: '报批', en: 'Approval' },
            state: 'conflict',
            findings: [finding(ring)],
          },
          {
            check: 'farmland',
            title: { zh: '永久基本农田', en: 'Permanent basic farmland' },
            state: 'clean',
            findings: [],
          },
          {
            check: 'soil',
            title: { zh: '污染地块', en: 'Contaminated plots' },
            state: 'not_checked',
            findings: [],
          },
        ],
      } satisfies Conflicts
    case 'dossier':
      return {
        parcelId: row.parcelId,
        asOf,
        knownAt,
        entries: [
          {
            kind: 'approval',
            present: true,
            recordId: 1,
            doc: '湘政地〔2021〕123号',
            on: '2021-03-04',
            title: { zh: '报批', en: 'Approval' },
            facts: [
              { field: 'authority', label: { zh: '批准机关', en: 'Authority' }, value: '湖南省人民政府' },
            ],
            areaInCommonM2: 4800,
            shareOfParcel: 1,
            evidence: ['shape', 'doc_no'],
            certainty: 'certain',
            delivery: { deliveryId: 1, fileName: '报批2021.zip', row: 12 },
          },
          {
            kind: 'expropriation',
            present: false,
            recordId: null,
            doc: null,
            on: null,
            title: { zh: '征收', en: 'Expropriation' },
            facts: [],
            areaInCommonM2: null,
            shareOfParcel: null,
            evidence: [],
            certainty: null,
            delivery: null,
          },
        ],
      } satisfies Dossier
    case 'lineage': {
      const parent = 43021100000099
      const state = { parcelCode: null, stage: 'approved', holder: null, project: null, planarM2: parcelM2 }
      const born = { buildId: 2, on: '2021-03-04' }
      return {
        asOf,
        knownAt: `${asOf}T00:00:00Z`,
        parcelId: row.parcelId,
        parcelCode: row.parcelCode,
        state: 'current',
        successors: [],
        nodes: [
          {
            ...state,
            parcelId: row.parcelId,
            kind: row.kind,
            generation: 0,
            validFrom: born.on,
            validTo: null,
            fromBuild: 2,
            toBuild: null,
            current: true,
          },
          {
            ...state,
            parcelId: parent,
            kind: 'remainder',
            generation: -1,
            validFrom: '2020-01-01',
            validTo: born.on,
            fromBuild: 1,
            toBuild: 2,
            current: false,
          },
        ],
        events: [
          {
            ...born,
            eventNo: 1,
            kind: 'retired',
            parcelId: parent,
            beforeM2: parcelM2,
            cameM2: 0,
            wentM2: parcelM2,
            correctionM2: 0,
            afterM2: 0,
          },
          {
            ...born,
            eventNo: 2,
            kind: 'created',
            parcelId: row.parcelId,
            beforeM2: 0,
            cameM2: parcelM2,
            wentM2: 0,
            correctionM2: 0,
            afterM2: parcelM2,
          },
        ],
        edges: [{ ...born, from: parent, to: row.parcelId, planarM2: parcelM2 }],
        complete: true,
      } satisfies Lineage
    }
    case 'strategy': {
      const strategy = strategies.find(({ code }) => code === row.strategy)!
      return {
        parcel: row.parcelId,
        asOf,
        rulePack: {
          code: 'zhuzhou',
          version: '2024.1',
          hash: '3b1f0a9c5d7e8f21',
          title: { zh: '株洲一地一策', en: 'Zhuzhou' },
        },
        strategy,
        ruled: ruledOf(row),
        override: row.overrideId === null ? null : decision(row),
        deadlines: deadlinesOf(row),
        maturity: null,
        runnersUp: ['C8'],
        tried: [
          {
            code: 'X1',
            title: { zh: '数据核实补正', en: 'Repair data first' },
            verdict: 'false',
            facts: [{ name: 'flags.block', value: 0, source: null }],
            reason: {
              op: 'test',
              text: 'flags.block > 0',
              words: { zh: '阻断性问题数 大于 0 个', en: 'blocking flags is more than 0' },
              verdict: 'false',
              facts: [
                {
                  name: 'flags.block',
                  label: { zh: '阻断性问题数', en: 'blocking flags' },
                  value: 0,
                  shown: { zh: '0 个', en: '0' },
                  source: null,
                },
              ],
              children: [],
            },
          },
          {
            ...ruledOf(row),
            verdict: 'true',
            facts: [],
            reason: {
              op: 'and',
              text: '',
              words: { zh: '', en: '' },
              verdict: 'true',
              facts: [],
              children: [
                {
                  op: 'test',
                  text: "chain.stage = 'supplied'",
                  words: { zh: '阶段 是 已供', en: 'stage is supplied' },
                  verdict: 'true',
                  facts: [
                    {
                      name: 'chain.stage',
                      label: { zh: '阶段', en: 'stage' },
                      value: 'supplied',
                      shown: { zh: '已供', en: 'supplied' },
                      source: '供应 4302012021B00123',
                    },
                  ],
                  children: [],
                },
                {
                  op: 'test',
                  text: "idle.cause = 'own'",
                  words: { zh: '闲置原因 是 企业自身', en: 'cause of idleness is the holder' },
                  verdict: 'unknown',
                  facts: [
                    {
                      name: 'idle.cause',
                      label: { zh: '闲置原因', en: 'cause of idleness' },
                      value: null,
                      shown: { zh: '不详', en: 'unknown' },
                      source: null,
                    },
                  ],
                  children: [],
                },
              ],
            },
          },
        ],
        unknowns: [
          {
            name: 'idle.cause',
            label: { zh: '闲置原因', en: 'cause of idleness' },
            couldGive: ['C4', 'C6'],
            alone: true,
            planarM2: parcelM2,
          },
        ],
        nearestFlip: {
          fact: 'start.due',
          label: { zh: '约定开工日', en: 'start due' },
          from: '2025-01-01',
          to: '2024-06-29',
          strategy: 'C4',
          step: { zh: '提前 186 日', en: '186 days earlier' },
          shown: {
            from: { zh: '2025-01-01', en: '2025-01-01' },
            to: { zh: '2024-06-29', en: '2024-06-29' },
          },
        },
      } satisfies Explanation
    }
    default:
      return null
  }
}

const ruledOf = ({ ruledStrategy, strategy }: ParcelRow) => {
  const code = ruledStrategy ?? strategy
  return { code: code!, title: strategies.find((each) => each.code === code)!.title }
}

/** Decided by a person against the rules, with all that has to be shown of it. */
const decision = ({ parcelId, strategy, ruledStrategy }: ParcelRow): Override => ({
  overrideId: 7,
  parcelId,
  state: 'in_force',
  needsAttention: false,
  strategy: strategy!,
  ruledStrategy: ruledStrategy!,
  by: '张*',
  reason: '管线迁改尚未完成,先协商处置',
  document: '株政纪〔2026〕12号',
  setOn: '2026-05-10',
  expiresOn: '2026-12-31',
  setAt: '2026-05-10T02:00:00.000Z',
  end: null,
  seen: null,
})

/** A decision whose grounds have changed since. */
const reopened = (row: ParcelRow): Override => ({
  ...decision({ ...row, ruledStrategy: 'C5' }),
  overrideId: 4,
  strategy: 'C3',
  state: 'reopened',
  needsAttention: true,
  end: {
    why: 'facts',
    text: { zh: '所依据的事实已变:闲置原因 企业自身 → 混合原因', en: 'facts it rested on changed' },
    on: '2026-06-30',
    at: '2026-06-30T08:00:00.000Z',
    by: null,
    reason: null,
  },
})

/** What a person sends is what everybody sees from then on. */
function decide(row: ParcelRow, method: string, body: unknown): ParcelOverride {
  if (method === 'POST') {
    const decided = body as { strategy: string; by: string; reason: string; document: string }
    const mutable = row as { -readonly [K in keyof ParcelRow]: ParcelRow[K] }
    mutable.strategy = decided.strategy
    mutable.overrideId = 8
  }
  return {
    parcelId: row.parcelId,
    strategy: row.strategy!,
    ruledStrategy: row.ruledStrategy!,
    current: decision(row),
    history: [decision(row)],
  }
}

/** Start due on 2025-09-30: one year is over 92 days after 2026-06-30. */
function deadlinesOf(row: ParcelRow): ParcelDeadlines {
  const due: DeadlineLine = {
    rule: 'idle_one_year',
    title: { zh: '满一年闲置', en: 'One year after the start due' },
    kind: 'law',
    basis: '房地产管理法26',
    due: '2026-09-30',
    daysLeft: 92,
    state: 'open',
    recurring: false,
    limitDays: 365,
    warning: null,
    counted: { zh: '约定开工日 2025-09-30', en: 'start due 2025-09-30' },
    facts: [
      {
        name: 'start.due',
        label: { zh: '约定开工日', en: 'start due' },
        value: '2025-09-30',
        source: '供应 · 4302012021B00123 · start_due',
      },
    ],
  }
  const missed: DeadlineLine = {
    ...due,
    rule: 'start_due',
    title: { zh: '约定开工', en: 'Start of works due' },
    kind: 'contract',
    due: '2025-09-30',
    daysLeft: -273,
    limitDays: 400,
  }
  const service: DeadlineLine = {
    ...due,
    rule: `${row.strategy}.1`,
    title: strategies.find(({ code }) => code === row.strategy)!.title,
    due: null,
    daysLeft: null,
    state: 'undated',
    limitDays: null,
    counted: { zh: '文书送达之日 起 30 日', en: '30 days from service of the document' },
    facts: [],
  }
  return { light: 'red', since: '2026-02-28', next: due, all: [missed, due, service] }
}

/** Every parcel with a deadline of its own: parcel i in i × 3 − 30 days; the first ten have passed. */
function deadlineRows(rows: readonly ParcelRow[]): DeadlineRow[] {
  return rows.map((row, i) => {
    const daysLeft = i * 3 - 30
    const due = new Date(Date.parse(`${asOf}T00:00:00Z`) + daysLeft * 86_400_000).toISOString().slice(0, 10)
    return {
      parcelId: row.parcelId,
      parcelCode: row.parcelCode,
      name: row.project,
      holder: row.holder,
      district: row.district,
      planarM2: row.areas.planarM2,
      strategy: row.strategy!,
      ruledStrategy: row.ruledStrategy!,
      office: i % 2 === 0 ? '自然资源局·开发利用' : '土地储备中心',
      light: daysLeft < 0 ? 'red' : daysLeft <= 90 ? 'yellow' : 'green',
      due,
      daysLeft,
      warning: null,
      rule: 'idle_one_year',
      title: { zh: '满一年闲置', en: 'One year after the start due' },
      kind: 'law',
      basis: '房地产管理法26',
    }
  })
}

function deadlinePage(all: readonly DeadlineRow[], asked: URLSearchParams): DeadlinePage {
  const ofOffice = all.filter(({ office }) => (asked.get('office') ?? office) === office)
  const found = ofOffice.filter(({ light }) => (asked.get('light') ?? light) === light)
  const [from, limit] = [Number(asked.get('cursor') ?? 0), Number(asked.get('limit') ?? 200)]
  const rows = found.slice(from, from + limit)
  const sums = (list: readonly DeadlineRow[]) => ({ parcels: list.length, planarM2: list.length * parcelM2 })
  return {
    asOf,
    total: found.length,
    totalPlanarM2: found.length * parcelM2,
    lights: (['red', 'yellow', 'green', 'grey'] as const).map((light) => ({
      light,
      ...sums(ofOffice.filter((row) => row.light === light)),
    })),
    offices: ['自然资源局·开发利用', '土地储备中心'].map((office) => ({
      office,
      parcels: all.filter((row) => row.office === office).length,
    })),
    rows,
    nextCursor: from + limit < found.length ? String(from + limit) : null,
  }
}

const unknowns: Unknowns = {
  asOf,
  parcels: 40,
  planarM2: 40 * parcelM2,
  rows: [
    ['site.built', '已建设', 'built upon', 30, ['X2', 'X3']],
    ['idle.cause', '闲置原因', 'cause of idleness', 10, ['C3', 'C4', 'C5']],
  ].map(([name, zh, en, parcels, couldGive]) => ({
    name: name as string,
    label: { zh: zh as string, en: en as string },
    parcels: parcels as number,
    planarM2: (parcels as number) * parcelM2,
    couldGive: couldGive as string[],
    now: [{ strategy: 'C6', parcels: parcels as number }],
  })),
}

/** 12 parcels of 4,800 m²: 57,600 m² approved = 24,000 + 19,200 + 14,390 + 10. */
function brief(rows: readonly ParcelRow[]): AreaBrief {
  return {
    asOf,
    knownAt,
    areaPlanarM2: 96_000,
    areaEllipsoidM2: 95_982.72,
    parcels: rows.length,
    parcelsPlanarM2: rows.length * parcelM2,
    accounts: {
      approved: 57_600,
      suppliedInside: 24_000,
      titledInside: 19_200,
      remainder: 14_390,
      noise: 10,
      approvedTwice: 1200,
      suppliedOutside: 0,
      suppliedTwice: 0,
      titledOutside: 0,
      titleOverlap: 0,
      withdrawn: 0,
    },
    closureM2: 0,
    byStrategy: tally(rows, (row) => row.strategy),
    byKind: tally(rows, (row) => row.kind),
    byUse: tally(rows, (row) => row.useGroup),
    findings: [{ code: 'P101', title: { zh: '重复报批', en: 'Approved twice' }, count: 2 }],
    rows: rows.map((row) => ({ ...row, insideM2: parcelM2 })),
  }
}

function preview(geometry: unknown, ring: readonly Position[]): OverlapPreview {
  return {
    asOf,
    areaPlanarM2: 96_000,
    areaEllipsoidM2: 95_982.72,
    overlaps: [
      {
        recordId: 1,
        kind: 'approval',
        layer: '',
        doc: '湘政地〔2021〕123号',
        planarM2: 4800,
        ellipsoidM2: 4799.136,
        shareOfDrawn: 0.05,
        shareOfOther: 1,
        noise: false,
        test: 'real',
        geometry: { type: 'MultiPolygon', coordinates: [[ring]] },
      },
    ],
    remainder: { planarM2: 91_200, ellipsoidM2: 91_183.58, geometry },
    notChecked: ['soil'],
  }
}

function ledger(): Ledger {
  const accounts = {
    approved: 57_600,
    suppliedInside: 24_000,
    titledInside: 19_200,
    remainder: 14_390,
    noise: 10,
    approvedTwice: 1200,
    suppliedOutside: 480,
    suppliedTwice: 0,
    titledOutside: 0,
    titleOverlap: 96,
    withdrawn: 4800,
  }
  const total = Object.fromEntries(
    Object.entries(accounts).map(([name, m2]) => [name, m2 * districts.length]),
  ) as typeof accounts
  return {
    asOf,
    knownAt,
    districts: districts.map(({ code, title }) => ({ code, name: title.zh, accounts, closureM2: 0 })),
    total: { accounts: total, closureM2: 0 },
  }
}

/** The invented city was built for the end of 2025 as well. */
const momentOf = (query: URLSearchParams) =>
  query.has('asOf') ? { asOf: '2025-12-31', knownAt: '2026-01-05T08:00:00.000Z' } : { asOf, knownAt }
const build = { asOf, knownAt, buildId: 7, packHash: null }

const inside = {
  supplied: 4800,
  titled: 0,
  used: 0,
  notSuppliable: 0,
  notExpropriated: 0,
  partlyExpropriated: 0,
  inReserve: 0,
  clean: 9590,
  notClean: 0,
  siteUnknown: 0,
  unknown: 0,
  noise: 10,
}
const ended = { withdrawn: 0, lapsed: 0, reduced: 0 }
const elsewhere = { approvedEarlier: 0, endedEarlier: 0, approvedAgain: 0 }

/** 45 documents of 14,400 m², 21.6 亩, each: 4,800 supplied, 9,590 clean, 10 of noise. The first does not close. */
function batches(offset: number, onlyOpen: boolean): BatchBooks {
  const count = onlyOpen ? 1 : 45
  const times = <T extends Record<string, number>>(figures: T): T =>
    Object.fromEntries(Object.entries(figures).map(([name, m2]) => [name, m2 * count])) as T
  const bookedM2 = 14_400
  return {
    ...build,
    p615Rule: { zh: '状态合计与批文面积相差超过允许值。', en: 'The states sum to other than the document.' },
    batches: count,
    open: 1,
    total: {
      batches: count,
      batchesWithoutDocumentArea: 0,
      documentM2: bookedM2 * count,
      bookedM2: bookedM2 * count,
      inside: times(inside),
      ended,
      closureM2: 0,
    },
    shapes: { planarM2: bookedM2 * count, ellipsoidM2: bookedM2 * count, elsewhere, snapM2: 0 },
    districts: [],
    years: [],
    districtYears: [],
    ledgerDifferenceM2: onlyOpen ? null : 0,
    rows: Array.from({ length: count }, (_, i) => ({
      batch: `湘政地2020${i + 1}`,
      docNo: `湘政地〔2020〕${i + 1}号`,
      kind: 'batch' as const,
      approvedOn: '2020-06-30',
      plots: 1,
      plotsWithoutShape: 0,
      plotsEnded: 0,
      area: {
        documentM2: bookedM2 + (i === 0 ? 960 : 0),
        documentBasis: 'sum' as const,
        planarM2: bookedM2,
        ellipsoidM2: bookedM2,
        documentDifferenceM2: i === 0 ? 960 : 0,
        documentLimitM2: 14.4,
      },
      bookedM2,
      inside,
      ended,
      elsewhere,
      closureM2: 0,
      snapM2: 0,
      p615: i === 0,
      districts: [],
    })).slice(offset, offset + 20),
  }
}

function remainders(rows: readonly ParcelRow[]): Remainders {
  const total = {
    parcels: 2,
    planarM2: 2 * parcelM2,
    ellipsoidM2: 2 * parcelM2,
    documentM2: parcelM2,
    withoutDocumentArea: 1,
  }
  const row = (i: number): Remainders['rows'][number] => ({
    parcelId: rows[i]!.parcelId,
    districtCode: districts[0]!.code,
    recordId: i + 1,
    batch: `湘政地2020${i + 1}`,
    docNo: `湘政地〔2020〕${i + 1}号`,
    plotNo: `${i + 1}`,
    approvedOn: i === 0 ? '2024-04-30' : null,
    approvalKind: 'batch',
    planarM2: parcelM2,
    ellipsoidM2: parcelM2,
    documentM2: i === 0 ? parcelM2 : null,
    state: i === 0 ? 'clean' : 'unknown',
    siteUsed: i === 0 ? false : null,
    supplyPossible: null,
    expropriation: i === 0 ? 'done' : null,
    compensated: i === 0 ? false : null,
    siteClean: i === 0 ? true : null,
    inReserve: false,
    clock:
      i === 0
        ? { state: 'lapseCandidate', lastDay: '2026-04-30', daysLeft: -61 }
        : { state: 'unknown', lastDay: null, daysLeft: null },
    plan: null,
  })
  return {
    ...build,
    planChecked: true,
    total,
    ledgerRemainderM2: total.planarM2,
    differenceM2: 0,
    states: [],
    clocks: [],
    districts: [],
    rows: [row(0), row(1)],
  }
}

/** 4,800 of 14,400 m² supplied is a third; of contracts that name no source there is no share. */
function rates(year: number): SupplyRates {
  const window = { fromYear: year - 3, toYear: year - 1, baseDate: asOf }
  const third = { partM2: 4800, wholeM2: 14_400, percent: 100 / 3 }
  const nothing = { partM2: 0, wholeM2: 0, percent: null }
  const rest = { withoutDocumentM2: 0, counted: 3, split: {} }
  const total: SupplyRates['total'] = [
    { code: 'ULAPI2', window, planar: third, document: third, ...rest },
    { code: 'ULAPI1', window, planar: nothing, document: nothing, ...rest },
  ]
  return {
    ...build,
    year,
    total,
    districts: districts.map(({ code, title }) => ({ districtCode: code, name: title.zh, rates: total })),
  }
}

const square = (lon: number, size = 0.001) => ({
  type: 'MultiPolygon' as const,
  coordinates: [
    [
      [
        [lon, 27.83],
        [lon + size, 27.83],
        [lon + size, 27.83 + size],
        [lon, 27.83 + size],
        [lon, 27.83],
      ],
    ],
  ],
})

const column = {
  samples: ['湘政地〔2020〕1号'],
  filled: 2,
  unit: null,
  unreadable: 0,
}
/** A table of two approvals: one column known by its heading, one by nobody. */
const deliveryPreview: DeliveryPreview = {
  fileName: '报批.csv',
  sha256: 'ab12',
  bytes: 120,
  format: 'csv',
  encoding: 'UTF-8',
  as: 'approval',
  asKnownBy: 'columns',
  kinds: [{ as: 'approval', fields: 2 }],
  crs: 'EPSG:4526',
  crsKnownBy: 'magnitude',
  crsProblem: null,
  extent: [113.13, 27.83, 113.141, 27.831],
  shapes: [
    { row: 1, geometry: square(113.13) },
    { row: 2, geometry: square(113.14) },
  ],
  rows: 2,
  looked: 2,
  withShape: 2,
  columns: [
    { ...column, column: '批文号', field: 'doc_no', role: 'field', confidence: 'synonym' },
    {
      ...column,
      column: '报批日期',
      samples: ['2021-02-30'],
      field: null,
      role: 'unknown',
      confidence: 'none',
    },
  ],
  fields: [
    { field: 'doc_no', heading: '批文号', type: 'text', unit: null },
    { field: 'approved_on', heading: '批准日期', type: 'date', unit: null },
  ],
  firstRows: [
    { row: 1, values: { 批文号: '湘政地〔2020〕1号' }, fields: { doc_no: '湘政地〔2020〕1号' }, issues: [] },
    { row: 2, values: { 批文号: '湘政地〔2020〕2号' }, fields: { doc_no: '湘政地〔2020〕2号' }, issues: [] },
  ],
  issues: [],
  mapping: {},
  profile: null,
}

const profile: SourceProfile = {
  profileId: 1,
  version: 1,
  as: 'approval',
  name: '高新区报批表',
  columns: ['批文号', '报批日期'],
  mapping: { fields: { approved_on: '报批日期' } },
  crs: null,
  retired: false,
  savedBy: '数据员甲',
  savedAt: '2026-06-30T08:00:00.000Z',
}

const issueGroups: IssueGroup[] = [
  {
    code: 'NEEDS_DECISION',
    severity: 'must_fix',
    field: 'geometry',
    title: { zh: '修复须由人决定', en: 'A repair waits for a person' },
    advice: { zh: '比较修复前后图形与面积。', en: 'Compare the shape before and after.' },
    count: 1,
    first: {
      row: 7,
      field: 'geometry',
      code: 'NEEDS_DECISION',
      severity: 'must_fix',
      message: { zh: '图形边界自相交。', en: 'Self-intersection.' },
      value: '0.00 → 5000.00 m²',
    },
  },
]

const repair: Repair = {
  delivery: 1,
  row: 7,
  state: 'proposed',
  methods: ['bow_tie'],
  reason: { zh: '边界自相交', en: 'Self-intersection' },
  areaBeforeM2: 0,
  areaAfterM2: 5000,
  decision: null,
  before: square(113.13),
  after: square(113.13, 0.0008),
}

const deliveredRow: DeliveredRow = {
  delivery: 1,
  row: 7,
  recordId: null,
  stands: false,
  values: { 批文号: '湘政地〔2020〕7号' },
  geometry: square(113.13),
  issues: [],
}

const deliveries: Delivery[] = [
  {
    deliveryId: 1,
    kind: 'approval',
    layer: null,
    fileName: '报批2021.zip',
    sha256: 'ab12',
    crs: 'EPSG:4526',
    crsKnownBy: 'prj',
    encoding: 'GB18030',
    read: 1250,
    used: 1200,
    repaired: 38,
    unchanged: 0,
    refused: 12,
    receivedAt: '2026-06-30T08:00:00.000Z',
    undoneAt: null,
    missing: 0,
    proposals: 1,
    follows: null,
    profile: null,
  },
]

const job: Job = {
  jobId: 1,
  kind: 'import',
  state: 'done',
  progress: 1,
  step: { zh: '完成', en: 'done' },
  result: {
    delivery: null,
    read: 3,
    used: 2,
    repaired: 0,
    unchanged: 0,
    refused: 1,
    missing: 0,
    crs: 'EPSG:4526',
    crsKnownBy: 'magnitude',
    issues: [
      {
        row: 2,
        field: 'approved_on',
        code: 'DATE_INVALID',
        severity: 'must_fix',
        message: { zh: '日期不是真实的日子。', en: 'Not a real day.' },
        value: '2021-02-30',
      },
    ],
  },
  problem: null,
}
