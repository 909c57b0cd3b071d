import { ellipsoidAreaM2 } from '../geo/ellipsoid-area.ts'
import { encodeMultiPolygon } from '../geo/wkb.ts'
import type { LandRecord } from '../record/record.ts'
import type { ParcelDraft, ParcelKind } from './parcel-draft.ts'
import type { OwnedPiece, ShapedPiece } from './pieces.ts'

/** The pieces of supplied or remainder land: real ones are parcels, noise goes to its account. */
export interface LandPieces {
  /** `owner` is the row of the supply or approval in its register. */
  readonly real: readonly {
    readonly owner: number
    readonly piece: ShapedPiece
    readonly draft: ParcelDraft
  }[]
  readonly noise: readonly { readonly owner: number; readonly piece: OwnedPiece }[]
}

export function draftOf(
  kind: ParcelKind,
  source: LandRecord,
  piece: ShapedPiece,
  districtCode: string,
): ParcelDraft {
  return {
    kind,
    source,
    wkb: encodeMultiPolygon(piece.shape),
    areaPlanarM2: piece.shapeAreaM2,
    areaEllipsoidM2: ellipsoidAreaM2(piece.shape),
    districtCode,
  }
}
