import type { Arrangement } from '../geo/arrangement.ts'
import type { FaceTable } from './faces.ts'
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
  const areas = new Map<number, number>()
  for (const face of pieceFaces) {
    const district = faces.district[face]!
    areas.set(district, (areas.get(district) ?? 0) + faces.areaM2[face]!)
  }
  const named = [...areas].filter(([district]) => district > 0).toSorted(([a], [b]) => a - b)
  const [first, ...others] = named
  if (first === undefined) return 0
  const best = others.reduce((held, each) => (each[1] > held[1] ? each : held), first)
  return best[1] >= (areas.get(0) ?? 0) ? best[0] : 0
}
