import { emptyAccounts, closureOf } from '../build/ledger.ts'
import type { Accounts } from '../build/account.ts'
import { layOut, readFaces, type FaceTable } from '../build/faces.ts'
import { dissolveBy } from '../build/pieces.ts'
import { readRegisters } from '../build/registers.ts'
import { remainderKey } from '../build/remainder.ts'
import { suppliedKey } from '../build/supplied.ts'
import { arrange, type Arrangement } from '../geo/arrangement.ts'
import { encodeMultiPolygon } from '../geo/wkb.ts'
import { PolygonSet } from '../geo/polygon-set.ts'
import type { MultiPolygon } from '../geo/polygon.ts'
import type { LandRecord } from '../record/record.ts'
import type { IsoDate } from '../units.ts'

/** The land ledger inside a drawn area, m² planar. */
export interface ClippedLedger {
  readonly accounts: Accounts
  /** approved − (suppliedInside + titledInside + remainder + noise). */
  readonly closureM2: number
  /** Land inside that is in at least one parcel, each square metre once. */
  readonly inParcelsM2: number
}

/**
 * Books the land of a drawn area as the build books a district: same faces, same order of precedence, same noise.
 *
 * What is noise is judged on whole pieces, before they are cut at the drawn line: otherwise the line itself would make
 * slivers, and the briefs of two halves would not add up to the brief of the whole. So `records` must hold every
 * approval, supply and registration that meets the area, and all that meet one of those approvals or supplies.
 * @param drawn in the working plane (EPSG:4547), valid
 */
export function clipLedger(
  asOf: IsoDate,
  records: readonly LandRecord[],
  drawn: MultiPolygon,
): ClippedLedger {
  const registers = readRegisters(asOf, records)
  const { layout, shapes } = layOut(registers)
  const overlay = arrange(PolygonSet.fromWkb([...shapes, encodeMultiPolygon(drawn)]))
  const drawnLabel = shapes.length // last of the list, so last of the ascending labels
  const isInside = (face: number): boolean => overlay.labels(face).at(-1) === drawnLabel
  const withoutDrawing: Pick<Arrangement, 'faceCount' | 'faceAreaM2' | 'labels'> = {
    faceCount: overlay.faceCount,
    faceAreaM2: overlay.faceAreaM2,
    labels: (face) => (isInside(face) ? overlay.labels(face).slice(0, -1) : overlay.labels(face)),
  }
  const faces = readFaces(withoutDrawing, layout, registers)
  const isNoise = markNoise(overlay, faces)
  const accounts = emptyAccounts()
  let inParcelsM2 = 0
  for (let face = 0; face < faces.count; face++) {
    if (!isInside(face)) continue
    inParcelsM2 += bookFace(accounts, faces, face, isNoise[face] === 1)
  }
  return { accounts, closureM2: closureOf(accounts), inParcelsM2 }
}

/** 1 for faces of supplied or remainder pieces that are noise. A face is one or the other, so one array serves both. */
function markNoise(overlay: Arrangement, faces: FaceTable): Uint8Array {
  const isNoise = new Uint8Array(faces.count)
  for (const keyOf of [suppliedKey, remainderKey]) {
    for (const piece of dissolveBy(overlay, faces, (face) => keyOf(faces, face))) {
      if (piece.noise) for (const face of piece.faces) isNoise[face] = 1
    }
  }
  return isNoise
}

/** Adds a face to the accounts it belongs to (server/build/ledger.ts says which); returns its land in parcels. */
function bookFace(accounts: Accounts, faces: FaceTable, face: number, isNoise: boolean): number {
  const m2 = faces.areaM2[face]!
  const isApproved = faces.approval[face]! >= 0
  const isTitled = faces.titles[face]! > 0
  const isSupplied = faces.supply[face]! >= 0
  if (isApproved) accounts.approved += m2
  if (faces.approvals[face]! > 1) accounts.approvedTwice += m2
  if (!isApproved && faces.ended[face]! >= 0) accounts.withdrawn += m2
  if (faces.supplies[face]! > 1) accounts.suppliedTwice += m2
  if (faces.titles[face]! > 1) accounts.titleOverlap += m2
  if (isTitled && !isSupplied) accounts.titledOutside += m2
  if (isTitled) {
    if (isApproved) accounts.titledInside += m2
    return m2
  }
  if (isSupplied) {
    if (!isApproved) accounts.suppliedOutside += m2
    else if (isNoise) accounts.noise += m2
    else accounts.suppliedInside += m2
    return isNoise ? 0 : m2
  }
  if (!isApproved) return 0
  accounts[isNoise ? 'noise' : 'remainder'] += m2
  return isNoise ? 0 : m2
}
