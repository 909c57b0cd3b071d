/**
 * A small invented city for tests of the page: answers shaped by `server/contract.ts`, tiles made by the real encoder.
 * Rectangles of 80 × 60 m in a grid of streets, so that every area can be worked out by hand: 4,800 m², 7.2 亩.
 */
import { encodeTile } from '../../../server/tile/encode.ts'
import type { Catalog, ParcelRow } from '../../../server/contract.ts'
import type { Message } from '../../../server/refusal.ts'
import { answer } from './answer.ts'
import {
  asOf,
  districts,
  eastM,
  height,
  kinds,
  layerNames,
  northM,
  parcelM2,
  rectangle,
  stageNames,
  stages,
  strategies,
  street,
  uses,
  width,
} from './base.ts'
import { makeLayers } from './tiles.ts'

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
      flags: i % 9 === 0 ? ['P101', 'P404', 'P503'] : [],
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
      flag('P101', { zh: '重复报批', en: 'Approved twice' }, 'high', 'build'),
      flag('P404', { zh: '抵押', en: 'Mortgaged' }, 'mid', 'fact'),
      flag('P503', { zh: '疑似闲置', en: 'Suspected idle' }, 'high', 'build'),
    ],
    tags: [
      { code: 'OWN_G', title: { zh: '国有土地', en: 'State-owned' }, notChecked: null },
      { code: 'ZON_PARK', title: { zh: '园区内', en: 'Inside development zone' }, notChecked: null },
      {
        code: 'PRJ_KEY',
        title: { zh: '重点项目', en: 'Key project' },
        notChecked: { zh: '没有重点项目清单', en: 'there is no list of key projects' },
      },
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

function flag(
  code: string,
  title: Message,
  severity: string,
  raisedBy: Catalog['flags'][number]['raisedBy'],
): Catalog['flags'][number] {
  return { code, title, severity, raisedBy, notChecked: null }
}
