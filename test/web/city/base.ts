/** What every answer of the invented city is made of: its days, codes, strategies and the grid it stands on. */
import { readFileSync } from 'node:fs'
import { type Position } from '../../../server/geo/polygon.ts'
import { toLonLat } from '../../../server/geo/project.ts'
import type { StrategyInfo } from '../../../server/contract.ts'

export const asOf = '2026-06-30'
export const knownAt = '2026-06-30T08:00:00.000Z'
export const [width, height, street] = [80, 60, 20]
export const parcelM2 = width * height
/** South-west corner of the grid in the working plane, somewhere in the fictional 天元区. */
export const [eastM, northM] = [413_000, 3_078_000]

export const strategies: StrategyInfo[] = readFileSync(
  new URL('../../../data/codes/strategies.csv', import.meta.url),
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

export const districts = [
  { code: '430202', title: { zh: '荷塘区', en: 'Hetang' } },
  { code: '430203', title: { zh: '芦淞区', en: 'Lusong' } },
  { code: '430211', title: { zh: '天元区', en: 'Tianyuan' } },
]
export const stages = ['approved', 'supplied', 'building', 'completed', 'built'] as const
export const stageNames = {
  approved: ['已批', 'approved'],
  supplied: ['已供', 'supplied'],
  building: ['在建', 'building'],
  completed: ['竣工', 'completed'],
  built: ['已建', 'built'],
} as const
export const uses = [
  ['RES', '住宅', 'residential'],
  ['COM', '商服', 'commercial'],
  ['IND', '工业', 'industry'],
  ['PUB', '公共服务', 'public service'],
  ['TRA', '交通运输', 'transport'],
] as const
export const kinds = ['remainder', 'supplied', 'titled'] as const

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

export function rectangle(east: number, north: number, w: number, h: number): Position[] {
  const ring: Position[] = [
    [east, north],
    [east + w, north],
    [east + w, north + h],
    [east, north + h],
    [east, north],
  ]
  return toLonLat([[ring]])[0]![0]!
}
