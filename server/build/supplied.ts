import type { Arrangement } from '../geo/arrangement.ts'
import { SharesByDistrict, type FaceTable } from './faces.ts'
import { draftOf, type LandPieces } from './land-pieces.ts'
import { dissolveBy, NOT_HERE, withShape } from './pieces.ts'
import type { Registers } from './registers.ts'

/**
 * Supplied parcels: what a supply covers beyond every registration, piece by piece, noise set aside. Land of two
 * supplies belongs to the earlier contract. A piece across a district border stays one parcel, in the district that
 * has most of it.
 */
export function suppliedParcels(
  registers: Registers,
  arrangement: Pick<Arrangement, 'dissolve'>,
  faces: FaceTable,
): LandPieces {
  const pieces = dissolveBy(arrangement, faces, (face) => suppliedKey(faces, face))
  return {
    noise: pieces.filter((piece) => piece.noise).map((piece) => ({ owner: piece.key, piece })),
    real: pieces
      .filter((piece) => !piece.noise)
      .map((piece) => {
        const shaped = withShape(piece)
        const district = mainDistrict(faces, piece.faces)
        const source = registers.supplies.records[piece.key]!
        return {
          owner: piece.key,
          piece: shaped,
          draft: draftOf('supplied', source, shaped, faces.districtCodes[district]!),
        }
      }),
  }
}

/** The supply a face is supplied land of, or `NOT_HERE`. */
export function suppliedKey(faces: FaceTable, face: number): number {
  return faces.titles[face] === 0 ? faces.supply[face]! : NOT_HERE
}

/** The district with the largest share of a piece; of equal ones the lower code, a named one before none. */
export function mainDistrict(faces: FaceTable, pieceFaces: Int32Array): number {
  const shares = new SharesByDistrict(faces.districtCodes.length)
  for (const face of pieceFaces) shares.add(0, faces.district[face]!, faces.areaM2[face]!)
  return shares.largest(0)
}
