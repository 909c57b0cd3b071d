import { arrange, type Arrangement } from '../geo/arrangement.ts'
import { PolygonSet } from '../geo/polygon-set.ts'
import type { LandRecord } from '../record/record.ts'
import type { IsoDate } from '../units.ts'
import { attributesOf, type ParcelAttributes } from './attributes.ts'
import { layOut, readFaces, type FaceTable, type Layout } from './faces.ts'
import { findAll } from './find.ts'
import type { FindingDraft } from './findings/finding.ts'
import { landOf } from './land-of.ts'
import { keepLedger, requireClosed, type LandLedger } from './ledger.ts'
import { linkRecords, type Links } from './links.ts'
import type { ParcelDraft } from './parcel-draft.ts'
import { readRegisters, type KnownRegisters, type Registers } from './registers.ts'
import { remainderParcels } from './remainder.ts'
import { suppliedParcels } from './supplied.ts'
import { titledParcels } from './titled.ts'
import { linkWorks } from './works.ts'

/** Everything a build finds out, before its parcels have numbers. */
export interface City {
  readonly registers: Pick<Registers, 'asOf' | 'known' | 'records'>
  readonly faces: Pick<FaceTable, 'districtCodes' | 'districtNames' | 'leastConserved'>
  /** Titled, then supplied, then remainder, each in the canonical order of its documents. */
  readonly parcels: readonly ParcelDraft[]
  /** In a part of a city: how many of the parcels are its own; the others are only named by findings. Absent: all. */
  readonly ownParcels?: number
  /** By own parcel. */
  readonly attributes: readonly ParcelAttributes[]
  /** By own parcel. */
  readonly links: Links
  readonly findings: readonly FindingDraft[]
  readonly ledger: LandLedger
}

/** A city built in one piece, with what it was built from. */
export interface BuiltCity extends City {
  readonly registers: Registers
  readonly faces: FaceTable
}

export interface CityOptions {
  readonly begin?: (step: CityStep) => Promise<void>
  readonly known?: KnownRegisters
}

/** Raised when the same records would be told otherwise: what an older program wrote is then not gone on from. */
export const BUILD_RULES = 3

export type CityStep = 'overlay' | 'parcels' | 'ledger' | 'links' | 'findings'

/**
 * The land of one day from its records: overlay, cut into parcels, keep the books, link, find. Pure; the same records
 * in any order give the same city.
 * @param options.begin called before each step, which then holds the thread; may throw to stop
 * @param options.known what the whole base holds, where the records are a part of it
 * @throws Refusal `LEDGER_OPEN`
 */
export async function makeCity(
  asOf: IsoDate,
  records: readonly LandRecord[],
  options: CityOptions = {},
): Promise<BuiltCity> {
  const { registers, faces, parcels, ledger } = await keepBooks(asOf, records, options)
  const { begin = async () => {} } = options
  await begin('links')
  const parcelShapes = PolygonSet.fromWkb(parcels.map((parcel) => parcel.wkb))
  const links = linkRecords(registers, parcels, parcelShapes)
  const attributes = parcels.map((parcel, index) => attributesOf(parcel, links[index]!))
  await begin('findings')
  const works = linkWorks(registers)
  const findings = findAll({ registers, parcels, parcelShapes, links, works, landOf: landOf(parcels, links) })
  return { registers, faces, parcels, attributes, links, findings, ledger }
}

/** The first half of `makeCity`: every square metre in a parcel and in an account. */
export async function keepBooks(
  asOf: IsoDate,
  records: readonly LandRecord[],
  { begin = async () => {}, known }: CityOptions = {},
): Promise<Pick<BuiltCity, 'registers' | 'faces' | 'parcels' | 'ledger'>> {
  const registers = readRegisters(asOf, records, known)
  await begin('overlay')
  const { layout, shapes } = layOut(registers)
  const arrangement = arrange(PolygonSet.fromWkb(shapes))
  await begin('parcels')
  const { faces, supplied, remainder, parcels } = divideLand(registers, arrangement, layout)
  await begin('ledger')
  const ledger = keepLedger(registers, arrangement, faces, layout, supplied, remainder)
  requireClosed(ledger, faces.leastConserved)
  return { registers, faces, parcels, ledger }
}

/** Titled, then supplied, then remainder: each takes what the ones before left. */
function divideLand(registers: Registers, arrangement: Arrangement, layout: Layout) {
  const faces = readFaces(arrangement, layout, registers)
  const titled = titledParcels(registers, arrangement, faces, layout)
  const supplied = suppliedParcels(registers, arrangement, faces)
  const remainder = remainderParcels(registers, arrangement, faces)
  const parcels = [
    ...titled,
    ...supplied.real.map(({ draft }) => draft),
    ...remainder.real.map(({ draft }) => draft),
  ]
  return { faces, supplied, remainder, parcels }
}
