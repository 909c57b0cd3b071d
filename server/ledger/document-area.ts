import { AREA_LIMIT, areaLimitM2 } from '../record/area-limit.ts'

export { AREA_LIMIT, areaLimitM2 }

/**
 * What a document says its land measures, held against its shape (domain 7.2).
 *
 * A figure written to whole square metres (hectares with four decimals) cannot tell planar from ellipsoid area on half a
 * hectare; on ten it can: they are 18 m² apart in central Zhuzhou.
 */
export const areaKinds = ['planar', 'ellipsoid', 'undecided', 'neither'] as const
/** Which area of the shape a document's figure is: `undecided` where both fit, `neither` where none does. */
export type AreaKind = (typeof areaKinds)[number]

/** Half a unit of the last digit an office writes: hectares to four decimals, square metres to two. */
export const ROUNDING_M2 = { hectares: 0.5, squareMetres: 0.005 } as const
/** Corners are delivered to the millimetre: what that moves, per metre of the side of a square of the same area. */
const CORNER_M = 0.001

export interface AreaComparison {
  readonly documentM2: number
  readonly planarM2: number
  readonly ellipsoidM2: number
  readonly planarMinusDocumentM2: number
  readonly planarMinusDocumentPpm: number
  readonly ellipsoidMinusDocumentM2: number
  readonly ellipsoidMinusDocumentPpm: number
  readonly means: AreaKind
  /** How near is near enough to tell the kinds apart, m². */
  readonly toleranceM2: number
  /** Whether the nearer of the two lies within max(2 m², 0.1 %). */
  readonly agrees: boolean
}

/** @param roundingM2 half a unit of the last digit the register writes, see `ROUNDING_M2` */
export function compareAreas(
  { documentM2, planarM2, ellipsoidM2 }: { documentM2: number; planarM2: number; ellipsoidM2: number },
  roundingM2: number,
): AreaComparison {
  const toPlanar = planarM2 - documentM2
  const toEllipsoid = ellipsoidM2 - documentM2
  const toleranceM2 = roundingM2 + CORNER_M * Math.sqrt(planarM2)
  const nearer = Math.min(Math.abs(toPlanar), Math.abs(toEllipsoid))
  return {
    documentM2,
    planarM2,
    ellipsoidM2,
    planarMinusDocumentM2: toPlanar,
    planarMinusDocumentPpm: ppm(toPlanar, documentM2),
    ellipsoidMinusDocumentM2: toEllipsoid,
    ellipsoidMinusDocumentPpm: ppm(toEllipsoid, documentM2),
    means: kindOf(Math.abs(toPlanar) <= toleranceM2, Math.abs(toEllipsoid) <= toleranceM2),
    toleranceM2,
    agrees: nearer <= areaLimitM2(documentM2),
  }
}

function kindOf(isPlanar: boolean, isEllipsoid: boolean): AreaKind {
  if (isPlanar) return isEllipsoid ? 'undecided' : 'planar'
  return isEllipsoid ? 'ellipsoid' : 'neither'
}

const ppm = (difference: number, of: number): number => (of === 0 ? 0 : (difference / of) * 1e6)

/** How the document area of a batch was reckoned from its plots. */
export type BatchAreaBasis =
  | 'sum' // every plot says its own
  | 'statedOnce' // every plot repeats the figure of the whole document
  | 'incomplete' // some plots say nothing: the sum would be too small, so there is none
  | 'none' // no plot says anything

export interface BatchDocumentArea {
  readonly m2: number | null
  readonly basis: BatchAreaBasis
}

/**
 * The area a whole document states. 批准面积 is a figure of the document, and some offices repeat it on every plot: all
 * plots say the same and it fits their land together, not their land one by one. Then it counts once.
 * @param planarM2 of all plots together, each square metre once; null where a plot has no shape
 */
export function batchDocumentArea(
  plots: readonly (number | null)[],
  planarM2: number | null,
): BatchDocumentArea {
  const stated = plots.filter((m2) => m2 !== null)
  if (stated.length === 0) return { m2: null, basis: 'none' }
  if (stated.length < plots.length) return { m2: null, basis: 'incomplete' }
  const sum = stated.reduce((total, m2) => total + m2, 0)
  const [first] = stated as [number, ...number[]]
  const repeats = stated.length > 1 && stated.every((m2) => m2 === first)
  if (repeats && planarM2 !== null && fits(first, planarM2) && !fits(sum, planarM2))
    return { m2: first, basis: 'statedOnce' }
  return { m2: sum, basis: 'sum' }
}

const fits = (documentM2: number, planarM2: number): boolean =>
  Math.abs(planarM2 - documentM2) <= areaLimitM2(documentM2)
