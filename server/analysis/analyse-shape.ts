import { bboxOf, boxesMeet, perimeterM, planarAreaM2 } from '../geo/area.ts'
import { ellipsoidAreaM2 } from '../geo/ellipsoid-area.ts'
import { defaultNoiseLimits, noiseTest, type NoiseLimits, type NoiseTest } from '../geo/noise.ts'
import type { MultiPolygon } from '../geo/polygon.ts'
import type { IsoDate } from '../units.ts'
import { intersectShapes, subtractShapes } from './clip.ts'

/** A record or zone the shape is held against, valid on the day asked about. */
export interface OtherShape {
  readonly recordId: number
  readonly kind: string
  readonly layer: string
  readonly doc: string | null
  readonly shape: MultiPolygon
}

export interface ShapeInput {
  /** The shape being drawn, edited or previewed; working CRS (EPSG:4547), valid, rings closed. */
  readonly shape: MultiPolygon
  readonly others: readonly OtherShape[]
  readonly asOf: IsoDate
  readonly noiseLimits?: NoiseLimits
}

/** What the shape has in common with one other. Shares are 0 to 1 of planar areas. */
export interface ShapeOverlap {
  readonly recordId: number
  readonly kind: string
  readonly layer: string
  readonly doc: string | null
  readonly planarM2: number
  readonly ellipsoidM2: number
  readonly shareOfDrawn: number
  readonly shareOfOther: number
  /** No connected piece of the overlap is real. */
  readonly noise: boolean
  /** Why it is noise: the test its largest piece fails. */
  readonly test: NoiseTest | 'none'
  readonly geometry: MultiPolygon
}

/** Areas in square metres, geometry in the working CRS. */
export interface ShapeAnalysis {
  readonly asOf: IsoDate
  readonly areaPlanarM2: number
  readonly areaEllipsoidM2: number
  /** Largest first; shapes that only touch are not listed. */
  readonly overlaps: readonly ShapeOverlap[]
  /** What none of the others covers. */
  readonly remainder: {
    readonly planarM2: number
    readonly ellipsoidM2: number
    readonly geometry: MultiPolygon
  }
}

/** Under this two borders touch, and what differs is rounding. */
const TOUCHING_M2 = 1e-6

/**
 * One shape against others: what it overlaps, and what would be left of it. Pure; runs in the page and on the server alike
 * and gives what the build finds for the same shapes, areas to 1e-9 of the larger one.
 *
 * Planar areas of the parts add up to the whole. Ellipsoidal ones miss by square centimetres: the formula takes borders as
 * straight in lon/lat, and a part may have a new corner on a border of the whole.
 */
export function analyseShape(input: ShapeInput): ShapeAnalysis {
  const { shape, asOf } = input
  const limits = input.noiseLimits ?? defaultNoiseLimits
  const areaPlanarM2 = planarAreaM2(shape)
  const box = bboxOf(shape)
  const near = input.others.filter((other) => boxesMeet(box, bboxOf(other.shape)))
  const overlaps = near.flatMap((other) => overlapWith(shape, areaPlanarM2, other, limits))
  const left = subtractShapes(
    shape,
    near.map((other) => other.shape),
  )
  return {
    asOf,
    areaPlanarM2,
    areaEllipsoidM2: ellipsoidAreaM2(shape),
    overlaps: overlaps.sort((a, b) => b.planarM2 - a.planarM2 || a.recordId - b.recordId),
    remainder: { planarM2: planarAreaM2(left), ellipsoidM2: ellipsoidAreaM2(left), geometry: left },
  }
}

function overlapWith(
  shape: MultiPolygon,
  areaPlanarM2: number,
  other: OtherShape,
  limits: NoiseLimits,
): ShapeOverlap[] {
  const geometry = intersectShapes(shape, other.shape)
  const planarM2 = planarAreaM2(geometry)
  if (planarM2 < TOUCHING_M2) return []
  const test = testOf(geometry, limits)
  const { recordId, kind, layer, doc } = other
  return [
    {
      recordId,
      kind,
      layer,
      doc,
      planarM2,
      ellipsoidM2: ellipsoidAreaM2(geometry),
      shareOfDrawn: planarM2 / areaPlanarM2,
      shareOfOther: planarM2 / planarAreaM2(other.shape),
      noise: test !== 'none',
      test,
      geometry,
    },
  ]
}

/** Judged piece by piece; with no real piece, the largest one tells why. */
function testOf(geometry: MultiPolygon, limits: NoiseLimits): NoiseTest | 'none' {
  const pieces = geometry
    .map((polygon) => ({ areaM2: planarAreaM2([polygon]), perimeterM: perimeterM([polygon]) }))
    .sort((a, b) => b.areaM2 - a.areaM2)
  const tests = pieces.map((piece) => noiseTest(piece, limits))
  return tests.includes(null) ? 'none' : (tests[0] ?? 'none')
}
