/**
 * The land ledger: where every square metre is booked, per district and in total (design section 6).
 *
 * Double entry. The left side, `approved`, is land under at least one valid approval, each square metre once, summed
 * from the faces of the arrangement. The right side is summed from the shapes of the pieces themselves. Each approved
 * square metre is in exactly one of four accounts, asked in this order:
 *
 *   titledInside    under a registration, however small the strip: a title keeps the shape the register gave it
 *   suppliedInside  else under a supply, in a connected piece of supplied land that is real
 *   noise           else under a supply, in a piece that is noise
 *   remainder       else in a connected piece of remainder that is real
 *   noise           else in a piece of remainder that is noise
 *
 * Whether supplied land is noise is judged on the whole piece, not on the part of it inside approval: a strip that a
 * real supply reaches into an approval is supplied land there. A piece is judged before it is cut at district borders
 * when it is supplied (one parcel), after when it is remainder (one parcel per district).
 *
 * Beside them, by what covers a face alone, noise not taken out, so that nothing is dropped: `approvedTwice`,
 * `suppliedOutside`, `suppliedTwice`, `titledOutside`, `titleOverlap`, `withdrawn`. They may cover the same land as each other.
 *
 * Every figure is the sum of its pieces. Slivers of one owner in one district share one row without a shape.
 */
import type { Arrangement } from '../geo/arrangement.ts'
import { encodeMultiPolygon } from '../geo/wkb.ts'
import type { LandRecord } from '../record/record.ts'
import { Refusal, type Message } from '../refusal.ts'
import { accounts, type Account, type Accounts } from './account.ts'
import type { FaceTable, Layout } from './faces.ts'
import type { LandPieces } from './land-pieces.ts'
import { dissolveBy, districtOf, NOT_HERE, withShape, type OwnedPiece } from './pieces.ts'
import type { Registers } from './registers.ts'

/** What a figure sums. Shape is WKB in the working plane (EPSG:4547), null where slivers are summed. */
export interface LedgerPiece {
  readonly account: Account
  readonly districtCode: string
  /** Whose land it is; supplied, titled and supplied noise inside approval also name the approval it is booked under, last. */
  readonly records: readonly LandRecord[]
  /** Index of the parcel it is land of, in the order titled, supplied, remainder. */
  readonly parcel: number | null
  /** Planar. */
  readonly areaM2: number
  readonly wkb: Uint8Array | null
}

export interface DistrictLedger {
  readonly code: string
  readonly accounts: Accounts
  /** approved − (suppliedInside + titledInside + remainder + noise). */
  readonly closureM2: number
}

export interface LandLedger {
  readonly districts: readonly DistrictLedger[]
  readonly total: Omit<DistrictLedger, 'code'>
  readonly pieces: readonly LedgerPiece[]
}

/** What rounding may leave open; land is never so small. */
export const CLOSURE_M2 = 0.01
/** What snapping to the grid may add to or take from one document. */
export const CONSERVATION_M2 = 0.05

type Books = Pick<Arrangement, 'labels' | 'dissolve'>

export function keepLedger(
  registers: Registers,
  arrangement: Books,
  faces: FaceTable,
  layout: Layout,
  supplied: LandPieces,
  remainder: LandPieces,
): LandLedger {
  const pieces = [
    ...bookCut(registers, arrangement, faces, supplied),
    ...bookRemainder(
      registers,
      faces,
      remainder,
      registers.registrations.records.length + supplied.real.length,
    ),
    ...bookNoise(registers, faces, supplied, remainder),
    ...bookApproved(registers, arrangement, faces),
    ...bookTwiceAndEnded(registers, arrangement, faces, layout),
    ...bookTitlesOutside(registers, arrangement, faces),
    ...bookSuppliedTwice(registers, arrangement, faces, layout),
    ...bookTitleOverlap(registers, arrangement, faces, layout),
  ]
  return { ...sum(pieces, faces), pieces }
}

/** @throws Refusal `LEDGER_OPEN` when a district does not close, or the overlay lost or added land of a document. */
export function requireClosed(
  ledger: Omit<LandLedger, 'pieces'>,
  leastConserved: FaceTable['leastConserved'],
): void {
  const open = [...ledger.districts, { code: '合计 total', ...ledger.total }].find(
    ({ closureM2 }) => !(Math.abs(closureM2) <= CLOSURE_M2),
  )
  if (open) {
    throw ledgerOpen({
      zh: `行政区 ${open.code} 的台账差 ${open.closureM2.toFixed(4)} m²。`,
      en: `The ledger of district ${open.code} is open by ${open.closureM2.toFixed(4)} m².`,
    })
  }
  if (leastConserved === null || leastConserved.errorM2 <= CONSERVATION_M2) return
  const { record, errorM2 } = leastConserved
  const name = record.doc ?? record.key
  throw ledgerOpen({
    zh: `叠加后“${name}”的面积变了 ${errorM2.toFixed(4)} m²。`,
    en: `The overlay changed the area of "${name}" by ${errorM2.toFixed(4)} m².`,
  })
}

function ledgerOpen(where: Message): Refusal {
  return new Refusal('LEDGER_OPEN', where, {
    zh: '本次成果未发布,仍显示上一次的。请用 doctor 检查并把数据交给维护人员。',
    en: 'Nothing of this build was published; the last one stands. Run doctor and send the data to whoever maintains this.',
  })
}

/** Supplied land cut at approvals and districts, and titles inside approval: three accounts that share no face. */
function bookCut(
  registers: Registers,
  arrangement: Books,
  faces: FaceTable,
  supplied: LandPieces,
): LedgerPiece[] {
  const pieceOf = new Int32Array(faces.count).fill(NOT_HERE)
  supplied.real.forEach(({ piece }, index) => {
    for (const face of piece.faces) pieceOf[face] = index
  })
  const approvals = registers.approvals.records
  // cut at the border of two approvals as well: each answers for what became of its own land
  const cutAt = (owner: number, face: number): number =>
    owner * (approvals.length + 1) + faces.approval[face]! + 1
  const cut = dissolveBy(arrangement, faces, (face) => {
    const inside = faces.approval[face]! >= 0
    if (faces.titles[face]! > 0)
      return inside ? pack(faces, cutAt(faces.title[face]!, face), face, 0) : NOT_HERE
    return pieceOf[face]! >= 0 ? pack(faces, cutAt(pieceOf[face]!, face), face, inside ? 1 : 2) : NOT_HERE
  })
  return rows(cut, faces, (key) => {
    const [both, which] = unpack(faces, key)
    const owner = Math.floor(both / (approvals.length + 1))
    const under = approvals[(both % (approvals.length + 1)) - 1]
    const named = (source: LandRecord): LandRecord[] => (under ? [source, under] : [source])
    if (which === 0) {
      const title = registers.registrations.records[owner]!
      return { account: 'titledInside', records: named(title), parcel: owner }
    }
    const account = which === 1 ? 'suppliedInside' : 'suppliedOutside'
    const { draft } = supplied.real[owner]!
    return {
      account,
      records: named(draft.source),
      parcel: registers.registrations.records.length + owner,
    }
  })
}

/** Remainder parcels are booked as they are: they lie in one approval and one district. */
function bookRemainder(
  registers: Registers,
  faces: FaceTable,
  remainder: LandPieces,
  firstParcel: number,
): LedgerPiece[] {
  return remainder.real.map(({ owner, piece, draft }, index) => ({
    account: 'remainder',
    districtCode: faces.districtCodes[districtOf(piece.key, faces)]!,
    records: [registers.approvals.records[owner]!],
    parcel: firstParcel + index,
    areaM2: piece.shapeAreaM2,
    wkb: draft.wkb,
  }))
}

/** Noise inside approval has its own account; supplied noise outside it stays supplied outside. One row per owner and district. */
function bookNoise(
  registers: Registers,
  faces: FaceTable,
  supplied: LandPieces,
  remainder: LandPieces,
): LedgerPiece[] {
  const sums = new Map<
    string,
    { account: Account; district: number; records: LandRecord[]; areasM2: number[] }
  >()
  const add = (
    account: Account,
    district: number,
    records: LandRecord[],
    owner: string,
    areaM2: number,
  ): void => {
    const key = `${account} ${owner} ${district}`
    const held = sums.get(key)
    if (held) held.areasM2.push(areaM2)
    else sums.set(key, { account, district, records, areasM2: [areaM2] })
  }
  for (const { owner, piece } of supplied.noise) {
    for (const face of piece.faces) {
      const supply = registers.supplies.records[owner]!
      const under = registers.approvals.records[faces.approval[face]!]
      add(
        under ? 'noise' : 'suppliedOutside',
        faces.district[face]!,
        under ? [supply, under] : [supply],
        `supply ${owner} ${faces.approval[face]!}`,
        faces.areaM2[face]!,
      )
    }
  }
  for (const { owner, piece } of remainder.noise) {
    add(
      'noise',
      districtOf(piece.key, faces),
      [registers.approvals.records[owner]!],
      `approval ${owner}`,
      piece.areaM2,
    )
  }
  return [...sums.values()].map(({ account, district, records, areasM2 }) => ({
    account,
    districtCode: faces.districtCodes[district]!,
    records,
    parcel: null,
    // in order of size: faces are numbered by all that lies around them, and a sum must not show it
    areaM2: areasM2.toSorted((a, b) => a - b).reduce((sum, areaM2) => sum + areaM2, 0),
    wkb: null,
  }))
}

function bookApproved(registers: Registers, arrangement: Books, faces: FaceTable): LedgerPiece[] {
  const pieces = dissolveBy(arrangement, faces, (face) => {
    const approval = faces.approval[face]!
    return approval >= 0 ? pack(faces, approval, face, 0) : NOT_HERE
  })
  return rows(pieces, faces, (key) => ({
    account: 'approved',
    records: [registers.approvals.records[unpack(faces, key)[0]]!],
    parcel: null,
  }))
}

function bookTwiceAndEnded(
  registers: Registers,
  arrangement: Books,
  faces: FaceTable,
  layout: Layout,
): LedgerPiece[] {
  const sets = new LabelSets()
  const covering = (face: number) =>
    arrangement.labels(face).filter((label) => label < layout.supplies && faces.isValid[label] === 1)
  const pieces = dissolveBy(arrangement, faces, (face) => {
    if (faces.approvals[face]! > 1) return pack(faces, sets.idOf(covering(face)), face, 0)
    return faces.approval[face]! < 0 && faces.ended[face]! >= 0
      ? pack(faces, faces.ended[face]!, face, 1)
      : NOT_HERE
  })
  const { records } = registers.approvals
  return rows(pieces, faces, (key) => {
    const [owner, which] = unpack(faces, key)
    if (which === 1) return { account: 'withdrawn', records: [records[owner]!], parcel: null }
    return {
      account: 'approvedTwice',
      records: sets.members(owner).map((row) => records[row]!),
      parcel: null,
    }
  })
}

function bookTitlesOutside(registers: Registers, arrangement: Books, faces: FaceTable): LedgerPiece[] {
  const pieces = dissolveBy(arrangement, faces, (face) =>
    faces.titles[face]! > 0 && faces.supply[face]! < 0 ? pack(faces, faces.title[face]!, face, 0) : NOT_HERE,
  )
  return rows(pieces, faces, (key) => {
    const [owner] = unpack(faces, key)
    return { account: 'titledOutside', records: [registers.registrations.records[owner]!], parcel: owner }
  })
}

function bookSuppliedTwice(
  registers: Registers,
  arrangement: Books,
  faces: FaceTable,
  layout: Layout,
): LedgerPiece[] {
  const sets = new LabelSets()
  const pieces = dissolveBy(arrangement, faces, (face) => {
    if (faces.supplies[face]! < 2) return NOT_HERE
    const supplies = arrangement
      .labels(face)
      .filter((label) => label >= layout.supplies && label < layout.registrations)
    return pack(faces, sets.idOf(supplies), face, 0)
  })
  return rows(pieces, faces, (key) => ({
    account: 'suppliedTwice',
    records: sets
      .members(unpack(faces, key)[0])
      .map((label) => registers.supplies.records[label - layout.supplies]!),
    parcel: null,
  }))
}

function bookTitleOverlap(
  registers: Registers,
  arrangement: Books,
  faces: FaceTable,
  layout: Layout,
): LedgerPiece[] {
  const sets = new LabelSets()
  const pieces = dissolveBy(arrangement, faces, (face) => {
    if (faces.titles[face]! < 2) return NOT_HERE
    const titles = arrangement
      .labels(face)
      .filter((label) => label >= layout.registrations && label < layout.districts)
    return pack(faces, sets.idOf(titles), face, 0)
  })
  return rows(pieces, faces, (key) => ({
    account: 'titleOverlap',
    records: sets
      .members(unpack(faces, key)[0])
      .map((label) => registers.registrations.records[label - layout.registrations]!),
    parcel: null,
  }))
}

/** Three accounts at most share one dissolve. */
const ROOM = 3
const pack = (faces: FaceTable, owner: number, face: number, which: number): number =>
  (owner * ROOM + which) * faces.districtCodes.length + faces.district[face]!
function unpack(faces: FaceTable, key: number): [owner: number, which: number] {
  const rest = Math.floor(key / faces.districtCodes.length)
  return [Math.floor(rest / ROOM), rest % ROOM]
}

type Heading = Pick<LedgerPiece, 'account' | 'records' | 'parcel'>

/** One row per real piece, with its shape and that shape's area; the slivers of one key in one row without a shape. */
function rows(
  pieces: readonly OwnedPiece[],
  faces: FaceTable,
  headingOf: (key: number) => Heading,
): LedgerPiece[] {
  const slivers = new Map<number, number>()
  const booked: LedgerPiece[] = []
  for (const piece of pieces) {
    if (piece.noise) {
      slivers.set(piece.key, (slivers.get(piece.key) ?? 0) + piece.areaM2)
      continue
    }
    const { shape, shapeAreaM2 } = withShape(piece)
    const districtCode = faces.districtCodes[districtOf(piece.key, faces)]!
    booked.push({
      ...headingOf(piece.key),
      districtCode,
      areaM2: shapeAreaM2,
      wkb: encodeMultiPolygon(shape),
    })
  }
  for (const [key, areaM2] of slivers) {
    booked.push({
      ...headingOf(key),
      districtCode: faces.districtCodes[districtOf(key, faces)]!,
      areaM2,
      wkb: null,
    })
  }
  return booked
}

/** Numbers for sets of labels, in the order they are met. */
class LabelSets {
  readonly #ids = new Map<string, number>()
  readonly #members: Int32Array[] = []

  idOf(labels: Int32Array): number {
    const sorted = labels.toSorted()
    const name = sorted.join()
    const known = this.#ids.get(name)
    if (known !== undefined) return known
    this.#members.push(sorted)
    this.#ids.set(name, this.#members.length - 1)
    return this.#members.length - 1
  }

  members(id: number): number[] {
    return [...this.#members[id]!]
  }
}

/** The figures of faces on the left side and of pieces on the right, which is what closing means. */
function sum(pieces: readonly LedgerPiece[], faces: FaceTable): Omit<LandLedger, 'pieces'> {
  const approved = new Map<string, number>()
  for (let face = 0; face < faces.count; face++) {
    if (faces.approval[face]! < 0) continue
    const code = faces.districtCodes[faces.district[face]!]!
    approved.set(code, (approved.get(code) ?? 0) + faces.areaM2[face]!)
  }
  return sumPieces(pieces, faces.districtCodes, approved)
}

/**
 * Figures per district and in total. A district of the layer has figures though all be zero; land outside every district
 * only where there is some.
 * @param districtCodes `NO_DISTRICT` first
 * @param approved per district, where it was measured otherwise than by the pieces
 */
export function sumPieces(
  pieces: readonly LedgerPiece[],
  districtCodes: readonly string[],
  approved?: ReadonlyMap<string, number>,
): Omit<LandLedger, 'pieces'> {
  const byDistrict = new Map<string, Accounts>(districtCodes.map((code) => [code, emptyAccounts()]))
  for (const { account, districtCode, areaM2 } of pieces) {
    if (account !== 'approved' || !approved) byDistrict.get(districtCode)![account] += areaM2
  }
  for (const [code, areaM2] of approved ?? []) byDistrict.get(code)!.approved = areaM2
  const districts = [...byDistrict]
    .map(([code, booked]) => ({ code, accounts: booked, closureM2: closureOf(booked) }))
    .filter(
      ({ code, accounts: booked }) =>
        code !== districtCodes[0] || accounts.some((account) => booked[account] !== 0),
    )
  const total = emptyAccounts()
  for (const { accounts: booked } of districts)
    for (const account of accounts) total[account] += booked[account]
  return { districts, total: { accounts: total, closureM2: closureOf(total) } }
}

export function closureOf({ approved, suppliedInside, titledInside, remainder, noise }: Accounts): number {
  return approved - (suppliedInside + titledInside + remainder + noise)
}

export function emptyAccounts(): Accounts {
  return Object.fromEntries(accounts.map((account) => [account, 0])) as Accounts
}
