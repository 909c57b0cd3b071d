import { planarAreaM2 } from '../geo/area.ts'
import type { Piece } from '../geo/arrangement.ts'
import { ellipsoidAreaM2 } from '../geo/ellipsoid-area.ts'
import { noiseTest, type NoiseTest } from '../geo/noise.ts'
import { differenceShape, overlapShape, unionShape } from '../geo/overlap-shape.ts'
import type { MultiPolygon } from '../geo/polygon.ts'
import { decodeMultiPolygon, encodeMultiPolygon } from '../geo/wkb.ts'

/**
 * Land two shapes have in common, or one has beyond others, judged piece by piece. Areas of the real pieces, or of all
 * pieces when every one is noise.
 */
export interface Extent {
  /** At least one connected piece is not noise. */
  readonly real: boolean
  readonly planarM2: number
  /** Null where no shape was made. */
  readonly ellipsoidM2: number | null
  /** Connected pieces counted in the areas. */
  readonly pieces: number
  /** What was left out of a real extent as noise, planar. */
  readonly noiseM2: number
  /** Which test decided: `real`, or what made the largest piece noise. */
  readonly test: 'real' | NoiseTest
  /** Mean width 2A/P, metres, of the piece that decided: the largest that counts. Null where no shape was made. */
  readonly meanWidthM: number | null
  /** WKB in the working plane; null when there is no common land. */
  readonly wkb: Uint8Array | null
}

/** What two shapes (WKB, EPSG:4547) have in common. */
export function commonLand(a: Uint8Array, b: Uint8Array): Extent {
  return extentOf(overlapShape(shapes.read(a), shapes.read(b)))
}

/** What a shape has beyond all of the others (WKB, EPSG:4547). */
export function landBeyond(shape: Uint8Array, others: readonly Uint8Array[]): Extent {
  return extentOf(
    differenceShape(
      shapes.read(shape),
      others.map((other) => shapes.read(other)),
    ),
  )
}

export function extentOf(found: readonly Piece[]): Extent {
  const real = found.filter((piece) => noiseTest(piece) === null)
  const kept = real.length > 0 ? real : found
  // one of the real pieces where there are any: the one an officer is shown
  const largest = kept.reduce<Piece | undefined>(
    (held, piece) => (held && held.areaM2 >= piece.areaM2 ? held : piece),
    undefined,
  )
  const shape = kept.flatMap((piece): MultiPolygon => piece.geometry())
  const planarM2 = planarAreaM2(shape)
  return {
    real: real.length > 0,
    planarM2,
    ellipsoidM2: ellipsoidAreaM2(shape),
    pieces: kept.length,
    noiseM2: real.length > 0 ? sumAreas(found) - sumAreas(real) : 0,
    test: real.length > 0 ? 'real' : ((largest && noiseTest(largest)) ?? 'area'),
    meanWidthM: largest && largest.perimeterM > 0 ? (2 * largest.areaM2) / largest.perimeterM : null,
    wkb: shape.length > 0 ? encodeMultiPolygon(shape) : null,
  }
}

/** Several pieces of land (WKB, EPSG:4547) as one extent: what they share counts once, borders between them vanish. */
export function joinLand(parts: readonly Uint8Array[]): Extent {
  return extentOf(unionShape(parts.map((part) => shapes.read(part))))
}

const sumAreas = (pieces: readonly Piece[]): number => pieces.reduce((sum, piece) => sum + piece.areaM2, 0)

/** A boundary line of thousands of corners meets hundreds of parcels one after the other: the last shapes read are kept. */
class RecentShapes {
  readonly #kept = new Map<Uint8Array, MultiPolygon>()

  read(wkb: Uint8Array): MultiPolygon {
    const known = this.#kept.get(wkb)
    if (known) return known
    const shape = decodeMultiPolygon(wkb)
    if (this.#kept.size >= 64) this.#kept.delete(this.#kept.keys().next().value!)
    this.#kept.set(wkb, shape)
    return shape
  }
}
const shapes = new RecentShapes()
