import { bboxOf, boxesMeet, perimeterM, planarAreaM2, windRings } from '../geo/area.ts'
import { ellipsoidAreaM2 } from '../geo/ellipsoid-area.ts'
import { defaultNoiseLimits, noiseTest, type NoiseLimits, type NoiseTest } from '../geo/noise.ts'
import { pairAreaM2 } from '../geo/pair-area.ts'
import type { MultiPolygon } from '../geo/polygon.ts'
import { PolygonSet } from '../geo/polygon-set.ts'
import type { IsoDate } from '../units.ts'
import { intersectShapes, subtractShapes, type OnGivenUp } from './clip.ts'

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
  /** Shapes turf would not clip and the core clipped instead, with what turf said; null for the remainder. */
  readonly givenUp: readonly { readonly recordId: number | null; readonly reason: string }[]
}

/** Under this two borders touch, and what differs is rounding. */
const TOUCHING_M2 = 1e-6
/** A shape that has all but this share of itself in common with another lies in it: areas are right to as much. */
const WITHIN = 1e-9

/**
 * One shape against others: what it overlaps, and what would be left of it. Pure; runs in the page and on the server alike
 * and gives what the build finds for the same shapes, areas to 1e-9 of the larger one.
 *
 * The area-only kernel is asked first: shapes that only touch need no clipping, and of two that lie one in the other the
 * inner one is the answer. Only where borders cross is a shape constructed.
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
  const drawn = PolygonSet.fromMultiPolygons([shape])
  const set = PolygonSet.fromMultiPolygons(near.map((other) => other.shape))
  const givenUp: { recordId: number | null; reason: string }[] = []
  const overlaps: ShapeOverlap[] = []
  const taken: MultiPolygon[] = []
  for (const [i, other] of near.entries()) {
    const commonM2 = pairAreaM2(drawn, 0, set, i)
    if (commonM2 < TOUCHING_M2 / 2) continue // the kernel is good to a hundredth of that; the shape itself decides below
    taken.push(other.shape)
    const geometry = commonShape(shape, areaPlanarM2, other.shape, set.areaM2(i), commonM2, (reason) =>
      givenUp.push({ recordId: other.recordId, reason }),
    )
    const planarM2 = planarAreaM2(geometry)
    if (planarM2 < TOUCHING_M2) continue
    overlaps.push(describe(other, geometry, planarM2, areaPlanarM2, set.areaM2(i), limits))
  }
  const left = subtractShapes(shape, taken, (reason) => givenUp.push({ recordId: null, reason }))
  return {
    asOf,
    areaPlanarM2,
    areaEllipsoidM2: ellipsoidAreaM2(shape),
    overlaps: overlaps.sort((a, b) => b.planarM2 - a.planarM2 || a.recordId - b.recordId),
    remainder: { planarM2: planarAreaM2(left), ellipsoidM2: ellipsoidAreaM2(left), geometry: left },
    givenUp,
  }
}

function commonShape(
  shape: MultiPolygon,
  shapeM2: number,
  other: MultiPolygon,
  otherM2: number,
  commonM2: number,
  onGivenUp: OnGivenUp,
): MultiPolygon {
  if (otherM2 - commonM2 <= WITHIN * otherM2) return windRings(other)
  if (shapeM2 - commonM2 <= WITHIN * shapeM2) return windRings(shape)
  return intersectShapes(shape, other, onGivenUp)
}

function describe(
  { recordId, kind, layer, doc }: OtherShape,
  geometry: MultiPolygon,
  planarM2: number,
  shapeM2: number,
  otherM2: number,
  limits: NoiseLimits,
): ShapeOverlap {
  const test = testOf(geometry, limits)
  return {
    recordId,
    kind,
    layer,
    doc,
    planarM2,
    ellipsoidM2: ellipsoidAreaM2(geometry),
    shareOfDrawn: planarM2 / shapeM2,
    shareOfOther: planarM2 / otherM2,
    noise: test !== 'none',
    test,
    geometry,
  }
}

/** Judged piece by piece; with no real piece, the largest one tells why. */
function testOf(geometry: MultiPolygon, limits: NoiseLimits): NoiseTest | 'none' {
  const pieces = geometry
    .map((polygon) => ({
      areaM2: planarAreaM2([polygon]),
      perimeterM: perimeterM([polygon]),
      geometry: () => [polygon],
    }))
    .sort((a, b) => b.areaM2 - a.areaM2)
  const tests = pieces.map((piece) => noiseTest(piece, limits))
  return tests.includes(null) ? 'none' : (tests[0] ?? 'none')
}
