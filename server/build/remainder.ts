import type { Arrangement } from '../geo/arrangement.ts'
import type { FaceTable } from './faces.ts'
import { draftOf, type LandPieces } from './land-pieces.ts'
import { dissolveBy, districtOf, NOT_HERE, ownerInDistrict, ownerOf, withShape } from './pieces.ts'
import type { Registers } from './registers.ts'

/**
 * Remainder parcels (批而未供): what each valid approval covers beyond every registration and supply, piece by piece,
 * noise set aside. Land approved twice belongs to the earlier approval. A remainder ends at the district border:
 * each district answers for its own.
 */
export function remainderParcels(
  registers: Registers,
  arrangement: Pick<Arrangement, 'dissolve'>,
  faces: FaceTable,
): LandPieces {
  const pieces = dissolveBy(arrangement, faces, (face) => remainderKey(faces, face))
  return {
    noise: pieces
      .filter((piece) => piece.noise)
      .map((piece) => ({ owner: ownerOf(piece.key, faces), piece })),
    real: pieces
      .filter((piece) => !piece.noise)
      .map((piece) => {
        const shaped = withShape(piece)
        const owner = ownerOf(piece.key, faces)
        const district = faces.districtCodes[districtOf(piece.key, faces)]!
        return {
          owner,
          piece: shaped,
          draft: draftOf('remainder', registers.approvals.records[owner]!, shaped, district),
        }
      }),
  }
}

/** The approval and district a face is remainder of, or `NOT_HERE`. */
export function remainderKey(faces: FaceTable, face: number): number {
  if (faces.titles[face] !== 0 || faces.supply[face]! >= 0 || faces.approval[face]! < 0) return NOT_HERE
  return ownerInDistrict(faces.approval[face]!, faces.district[face]!, faces)
}
