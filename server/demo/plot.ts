import type { Polygon } from '../geo/polygon.ts'
import type { OpenRing } from './shape.ts'

/** Use groups the demo city knows, as 用地用海分类 2023 (scheme YDYH-2023) writes them on paper. */
export const uses = {
  RES: { code: '0701', name: '城镇住宅用地', farMin: 1.0, farMax: 2.5, density: 0.28, termYears: 70 },
  COM: { code: '0901', name: '商业用地', farMin: 1.0, farMax: 3.0, density: 0.45, termYears: 40 },
  IND: { code: '1001', name: '工业用地', farMin: 1.0, farMax: 2.0, density: 0.5, termYears: 50 },
  STO: { code: '1101', name: '物流仓储用地', farMin: 0.8, farMax: 2.0, density: 0.5, termYears: 50 },
  PUB: { code: '0804', name: '教育用地', farMin: 0.5, farMax: 1.2, density: 0.3, termYears: 50 },
  GRN: { code: '1401', name: '公园绿地', farMin: 0, farMax: 0.1, density: 0.05, termYears: 50 },
} as const
export type Use = keyof typeof uses
export const USE_SCHEME = 'YDYH-2023'

/** One piece of land the city's papers are about. */
export interface Plot {
  /** Position in the whole city, from 0; the root of every number on its papers. */
  readonly ordinal: number
  readonly blockIndex: number
  readonly indexInBlock: number
  /** Working CRS, on the grid, outer ring counter-clockwise. */
  readonly polygon: Polygon
  /** The outer ring where the plot is convex and without holes, so that parts of it can be cut off exactly. */
  readonly convex: OpenRing | null
  readonly areaM2: number
  readonly use: Use
  /** 六位区县代码 of the district most of it lies in. */
  readonly district: string
  /** Whether a district boundary runs through or right past it. */
  readonly onBorder: boolean
}

/** Plots between streets; its papers are filed together. */
export interface Block {
  readonly index: number
  readonly use: Use
  /** Long built up, or built under the rules of today. */
  readonly era: 'old' | 'new'
  readonly plots: readonly Plot[]
  /** Ground of the block for the plan, as polygons of its outline. */
  outline(): Polygon[]
}
