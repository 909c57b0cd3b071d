import { realPart } from '../geo/noise.ts'
import { differenceShape } from '../geo/overlap-shape.ts'
import type { MultiPolygon, Position } from '../geo/polygon.ts'
import { distanceToEdgeM, inscribedRadiusM } from './inscribed-circle.ts'

/**
 * Layers that say what ground of a site is used (用而未尽, domain 3.1): 建筑基底, 露天堆场和操作场地, 厂区道路, 绿地. Any other layer
 * says nothing about it.
 */
export const siteLayers = ['footprint', 'yard', 'site_road', 'site_green'] as const
export type SiteLayer = (typeof siteLayers)[number]

/** A completion that speaks of the parcel. Figures as its paper has them; absent is unknown, never 0. */
export interface SiteWorks {
  /** Part of the completion that lies within the parcel, 0 to 1; null: linked without a shape, all of it counts. */
  readonly shareOfRecord: number | null
  /** Planar area of its shape within the parcel; null: it has none. */
  readonly groundM2: number | null
  readonly footprintM2?: number | undefined
  readonly yardM2?: number | undefined
  readonly floorAreaM2?: number | undefined
  /** Its shape in the working plane, where geometry is asked for. */
  readonly shape?: MultiPolygon
}

/** Surveyed ground of one layer within the parcel. */
export interface Surveyed {
  readonly layer: SiteLayer
  readonly groundM2: number
  readonly shape?: MultiPolygon
}

export interface SiteInput {
  readonly parcel: { readonly areaM2: number; readonly shape?: MultiPolygon }
  readonly works: readonly SiteWorks[]
  readonly surveyed: readonly Surveyed[]
  /** Whether the layer `yard` was delivered at all, so that a surveyed site without one has none. */
  readonly yardsWereSurveyed: boolean
  /** Contract and plan. */
  readonly far?: { readonly min?: number | undefined; readonly max?: number | undefined }
  readonly limits?: SplitLimits
}

/**
 * What a piece needs to become a plot of its own: room for a building and its distances, and a way in from the border of
 * the parcel (a fire engine takes 4 m). Management assumptions, to be confirmed by the city.
 */
export interface SplitLimits {
  readonly widthM: number
  readonly frontageM: number
}
export const defaultSplitLimits: SplitLimits = { widthM: 15, frontageM: 4 }

/** Ground and how it is known: drawn by a survey, drawn by the completion itself, or stated as a figure. */
export interface Ground {
  readonly areaM2: number
  readonly by: 'survey' | 'completion' | 'figure'
}

/** Areas planar, m². Null is unknown: not zero, and not used up. */
export interface UnusedShare {
  readonly footprint: Ground | null
  readonly yard: Ground | null
  /** Roads and green, where surveyed. */
  readonly otherM2: number
  readonly unusedM2: number | null
  readonly unusedRatio: number | null
  /** While the yards are not known: what is left beside the buildings. */
  readonly atMostM2: number | null
  /** The unused ground; null where only figures tell of it. */
  readonly geometry: MultiPolygon | null
  readonly largest: UnusedPiece | null
  /** 建筑密度: footprints ÷ parcel. */
  readonly density: number | null
  /** 建筑系数: footprints and yards ÷ parcel (工业项目建设用地控制指标). */
  readonly coefficient: number | null
  /** 容积率, and how it stands to contract and plan. */
  readonly farActual: number | null
  readonly far: 'below' | 'within' | 'above' | null
  /** What would have to be found out. */
  readonly unknown: readonly ('footprint' | 'yard' | 'floor_area')[]
}

export interface UnusedPiece {
  readonly areaM2: number
  /** Width of the widest place: diameter of the largest circle that fits. */
  readonly widthM: number
  /** Length of its border that is border of the parcel. */
  readonly frontageM: number
  readonly canBeSplitOff: boolean
  readonly geometry: MultiPolygon
}

/** A shape is the buildings, and not the outline of the project, when its area agrees with the footprint on its paper. */
const AGREES = 0.05
/** No building leaves less of its parcel free; a shape that covers more is an outline. */
const OUTLINE = 0.9

/**
 * How much of a built parcel is unused: parcel less footprints, yards, roads and green. Pure.
 *
 * As geometry where every used ground is drawn, as a figure where only figures are, and unknown where neither is: a blank
 * yard is not an empty one. Slivers between survey and parcel (noise) are not unused land.
 */
export function unusedShare(input: SiteInput): UnusedShare {
  const { parcel, works } = input
  const footprint = footprintOf(input)
  const yard = yardOf(input)
  const otherM2 = sum(input.surveyed.filter(({ layer }) => isOther(layer)).map(({ groundM2 }) => groundM2))
  const floorM2 = stated(works, 'floorAreaM2')
  const pieces = footprint && yard ? piecesOf(input, footprint, yard) : null
  const besideM2 = footprint && Math.max(0, parcel.areaM2 - footprint.areaM2 - otherM2)
  const unusedM2 =
    besideM2 === null || yard === null
      ? null
      : pieces
        ? sum(pieces.map(({ areaM2 }) => areaM2))
        : Math.max(0, besideM2 - yard.areaM2)
  const farActual = floorM2 === null ? null : floorM2 / parcel.areaM2
  return {
    footprint,
    yard,
    otherM2,
    unusedM2,
    unusedRatio: unusedM2 === null ? null : unusedM2 / parcel.areaM2,
    atMostM2: yard ? null : besideM2,
    geometry: pieces && pieces.flatMap(({ shape }) => shape),
    largest: pieces && largestOf(pieces, parcel.shape!, input.limits ?? defaultSplitLimits),
    density: footprint && footprint.areaM2 / parcel.areaM2,
    coefficient: footprint && yard && (footprint.areaM2 + yard.areaM2) / parcel.areaM2,
    farActual,
    far: farActual === null ? null : farState(farActual, input.far),
    unknown: [
      ...(footprint ? [] : (['footprint'] as const)),
      ...(yard ? [] : (['yard'] as const)),
      ...(farActual === null ? (['floor_area'] as const) : []),
    ],
  }
}

function footprintOf({ parcel, works, surveyed }: SiteInput): Ground | null {
  const drawn = surveyed.filter(({ layer }) => layer === 'footprint')
  if (drawn.length > 0) return { areaM2: sum(drawn.map(({ groundM2 }) => groundM2)), by: 'survey' }
  if (works.length === 0) return null
  const figureM2 = stated(works, 'footprintM2')
  const shapeM2 = works.every(({ groundM2 }) => groundM2 !== null)
    ? sum(works.map(({ groundM2 }) => groundM2!))
    : null
  const isDrawn =
    shapeM2 !== null &&
    (figureM2 === null
      ? shapeM2 < OUTLINE * parcel.areaM2
      : Math.abs(shapeM2 - figureM2) <= AGREES * figureM2)
  if (isDrawn) return { areaM2: shapeM2, by: 'completion' }
  return figureM2 === null ? null : { areaM2: figureM2, by: 'figure' }
}

function yardOf({ works, surveyed, yardsWereSurveyed }: SiteInput): Ground | null {
  const drawn = surveyed.filter(({ layer }) => layer === 'yard')
  if (drawn.length > 0) return { areaM2: sum(drawn.map(({ groundM2 }) => groundM2)), by: 'survey' }
  const figureM2 = stated(works, 'yardM2')
  if (figureM2 !== null) return { areaM2: figureM2, by: 'figure' }
  // whoever drew the buildings of this site and yards elsewhere would have drawn its yards
  return yardsWereSurveyed && surveyed.length > 0 ? { areaM2: 0, by: 'survey' } : null
}

/** A figure of all works, each by its part within the parcel; null when one of them leaves it blank, or there are none. */
function stated(works: readonly SiteWorks[], field: 'footprintM2' | 'yardM2' | 'floorAreaM2'): number | null {
  if (works.length === 0) return null
  let total = 0
  for (const each of works) {
    const figure = each[field]
    if (figure === undefined) return null
    total += figure * (each.shareOfRecord ?? 1)
  }
  return total
}

/** A connected piece of unused ground. */
interface Piece {
  readonly areaM2: number
  readonly shape: MultiPolygon
}

/** The unused ground piece by piece, largest first; null where some of the used ground is a figure without a place. */
function piecesOf({ parcel, works, surveyed }: SiteInput, footprint: Ground, yard: Ground): Piece[] | null {
  if (!parcel.shape || footprint.by === 'figure' || (yard.by === 'figure' && yard.areaM2 > 0)) return null
  const used = [
    ...surveyed.map(({ shape }) => shape),
    ...(footprint.by === 'completion' ? works.map(({ shape }) => shape) : []),
  ]
  if (used.includes(undefined)) return null
  return realPart(differenceShape(parcel.shape, used as MultiPolygon[]))
    .map((piece) => ({ areaM2: piece.areaM2, shape: piece.geometry() }))
    .toSorted((a, b) => b.areaM2 - a.areaM2)
}

function largestOf(
  [largest]: readonly Piece[],
  parcel: MultiPolygon,
  limits: SplitLimits,
): UnusedPiece | null {
  if (!largest) return null
  const widthM = 2 * Math.max(...largest.shape.map((polygon) => inscribedRadiusM(polygon)))
  const frontageM = commonBorderM(largest.shape, parcel)
  return {
    areaM2: largest.areaM2,
    widthM,
    frontageM,
    canBeSplitOff: widthM >= limits.widthM && frontageM >= limits.frontageM,
    geometry: largest.shape,
  }
}

/** Crossings are rounded; a border this close is the same border. */
const SAME_BORDER_M = 0.001

/** How much of the outer border of a piece is outer border of the parcel, metres. */
function commonBorderM(piece: MultiPolygon, parcel: MultiPolygon): number {
  const borders = parcel.map(([outer]) => outer ?? [])
  const isOn = (p: Position): boolean =>
    borders.some((ring) => ring.some((a, i) => i > 0 && distanceToEdgeM(p, ring[i - 1]!, a) <= SAME_BORDER_M))
  let metres = 0
  for (const [ring = []] of piece) {
    for (let i = 1; i < ring.length; i++) {
      const [a, b] = [ring[i - 1]!, ring[i]!]
      const middle: Position = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]
      if (isOn(a) && isOn(b) && isOn(middle)) metres += Math.hypot(b[0] - a[0], b[1] - a[1])
    }
  }
  return metres
}

function farState(actual: number, { min, max }: NonNullable<SiteInput['far']> = {}): UnusedShare['far'] {
  if (min !== undefined && actual < min) return 'below'
  if (max !== undefined && actual > max) return 'above'
  return min === undefined && max === undefined ? null : 'within'
}

const isOther = (layer: SiteLayer): boolean => layer === 'site_road' || layer === 'site_green'
const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0)
