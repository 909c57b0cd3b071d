import { planarAreaM2 } from '../geo/area.ts'
import type { Arrangement, Piece } from '../geo/arrangement.ts'
import { noiseTest } from '../geo/noise.ts'
import type { MultiPolygon } from '../geo/polygon.ts'
import type { FaceTable } from './faces.ts'

/** Edge-connected land under one key: an owner, and perhaps a district. */
export interface OwnedPiece {
  readonly key: number
  readonly faces: Int32Array
  /** Planar, of the faces. */
  readonly areaM2: number
  readonly noise: boolean
  readonly piece: Piece
}

/** A piece with its shape made: area of that shape, not of its faces, so that one can be held against the other. */
export interface ShapedPiece extends OwnedPiece {
  readonly shape: MultiPolygon
  readonly shapeAreaM2: number
}

/** A key for an owner's land in one district. */
export const ownerInDistrict = (owner: number, district: number, faces: FaceTable): number =>
  owner * faces.districtCodes.length + district
export const ownerOf = (key: number, faces: FaceTable): number => Math.floor(key / faces.districtCodes.length)
export const districtOf = (key: number, faces: FaceTable): number => key % faces.districtCodes.length

/** Drops a face from a dissolve. */
export const NOT_HERE = -1

/** Dissolves faces of equal key into connected pieces, ordered by key, then from west to east. */
export function dissolveBy(
  arrangement: Pick<Arrangement, 'dissolve'>,
  faces: FaceTable,
  keyOf: (face: number) => number,
): OwnedPiece[] {
  const groupOf = new Int32Array(faces.count).fill(NOT_HERE)
  const groups = new Map<number, number>()
  const keys: number[] = []
  for (let face = 0; face < faces.count; face++) {
    const key = keyOf(face)
    if (key === NOT_HERE) continue
    let group = groups.get(key)
    if (group === undefined) {
      group = keys.length
      groups.set(key, group)
      keys.push(key)
    }
    groupOf[face] = group
  }
  if (keys.length === 0) return []
  return arrangement
    .dissolve(groupOf)
    .map((piece) => ({
      key: keys[piece.group]!,
      faces: piece.faces,
      areaM2: piece.areaM2,
      noise: noiseTest(piece) !== null,
      piece,
    }))
    .toSorted((a, b) => a.key - b.key)
}

export function withShape(owned: OwnedPiece): ShapedPiece {
  const shape = owned.piece.geometry()
  return { ...owned, shape, shapeAreaM2: planarAreaM2(shape) }
}
