import { availableParallelism } from 'node:os'
import type { LandRecord } from '../record/record.ts'
import type { IsoDate } from '../units.ts'
import { accounts } from './account.ts'
import { sameBytes } from './bytes.ts'
import { makeCity, type City, type CityOptions } from './city.ts'
import { comparePlaces, inOrder, placesOf } from './find.ts'
import { requireClosed, sumPieces, type LedgerPiece } from './ledger.ts'
import { compareRecords, compareText } from './order.ts'
import { knownOf } from './registers.ts'
import { planSections } from './section-plan.ts'
import { buildSections } from './section-pool.ts'
import { packTask, unpackAnswer, type SectionCity } from './section-wire.ts'

export interface WholeCityOptions extends Pick<CityOptions, 'begin'> {
  /** Documents a section owns; a city of no more than twice as many is built in one piece. */
  readonly sectionSize?: number | undefined
  /** Default: as many as there are cores, four at most: each holds a section in memory. */
  readonly threads?: number | undefined
  /** Share of the sections that are built. */
  readonly onSection?: ((share: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

const SECTION_SIZE = 20_000
const MOST_THREADS = 4

/**
 * The land of one day from all records of a base: in one piece, or in sections built on all cores and put together. Where
 * it is cut cannot be seen in the answer.
 * @throws Refusal `LEDGER_OPEN`; the reason of `signal` when aborted
 */
export async function makeWholeCity(
  asOf: IsoDate,
  records: readonly LandRecord[],
  {
    begin,
    sectionSize = SECTION_SIZE,
    threads = Math.min(MOST_THREADS, availableParallelism()),
    onSection,
    signal,
  }: WholeCityOptions = {},
): Promise<City> {
  if (records.length <= 2 * sectionSize) {
    const city = await makeCity(asOf, records, { ...(begin && { begin }) })
    return {
      ...city,
      ledger: { ...city.ledger, pieces: piecesInOrder(city.ledger.pieces, placesOf(city.registers.records)) },
    }
  }
  const known = knownOf(records)
  const recordOf = new Map(records.map((record) => [record.recordId, record]))
  const parts: SectionCity[] = []
  const expected = Math.ceil(Math.sqrt(records.length / sectionSize)) ** 2
  function* tasks() {
    for (const { owned, records: around } of planSections(records, sectionSize))
      yield packTask({ asOf, known, owned, records: around })
  }
  await begin?.('overlay')
  await buildSections(
    tasks(),
    threads,
    (answer) => {
      parts.push(unpackAnswer(answer, (recordId) => recordOf.get(recordId)!))
      onSection?.(Math.min(1, parts.length / expected))
    },
    signal,
  )
  const sorted = records.toSorted(compareRecords)
  return putTogether({ asOf, known, records: sorted }, parts)
}

const kinds = ['titled', 'supplied', 'remainder'] as const

/** The parts of a city as the city they are parts of. */
function putTogether(registers: City['registers'], parts: readonly SectionCity[]): City {
  const order = placesOf(registers.records)
  const own = parts.flatMap((part, at) =>
    Array.from({ length: part.ownParcels }, (_, index) => ({
      part: at,
      index,
      parcel: part.parcels[index]!,
    })),
  )
  own.sort(
    (a, b) =>
      kinds.indexOf(a.parcel.kind) - kinds.indexOf(b.parcel.kind) ||
      order.get(a.parcel.source)! - order.get(b.parcel.source)! ||
      a.index - b.index,
  )
  const placeIn = parts.map(({ parcels }) => new Int32Array(parcels.length).fill(-1))
  const bySource = new Map<LandRecord, number[]>()
  own.forEach(({ part, index, parcel }, place) => {
    placeIn[part]![index] = place
    const places = bySource.get(parcel.source)
    if (places) places.push(place)
    else bySource.set(parcel.source, [place])
  })
  parts.forEach(({ parcels, ownParcels }, part) => {
    for (let index = ownParcels; index < parcels.length; index++) {
      const { kind, source, wkb } = parcels[index]!
      const place = (bySource.get(source) ?? []).find(
        (each) => own[each]!.parcel.kind === kind && sameBytes(own[each]!.parcel.wkb, wkb),
      )
      if (place === undefined) throw new Error(`Sections disagree on a parcel of record ${source.recordId}.`)
      placeIn[part]![index] = place
    }
  })
  const findings = parts.flatMap((part, at) =>
    part.findings.map((finding) => ({
      ...finding,
      parcels: finding.parcels.map((index) => placeIn[at]![index]!).toSorted((a, b) => a - b),
    })),
  )
  const pieces = parts.flatMap((part, at) =>
    part.pieces.map((piece) => ({
      ...piece,
      parcel: piece.parcel === null ? null : placeIn[at]![piece.parcel]!,
    })),
  )
  const faces = {
    ...parts[0]!.faces,
    leastConserved: parts.reduce<City['faces']['leastConserved']>(
      (held, { faces: { leastConserved: each } }) =>
        each && each.errorM2 > (held?.errorM2 ?? -1) ? each : held,
      null,
    ),
  }
  const ledger = { ...sumPieces(pieces, faces.districtCodes), pieces: piecesInOrder(pieces, order) }
  requireClosed(ledger, faces.leastConserved)
  return {
    registers,
    faces,
    parcels: own.map(({ parcel }) => parcel),
    attributes: own.map(({ part, index }) => parts[part]!.attributes[index]!),
    links: own.map(({ part, index }) => parts[part]!.links[index]!),
    findings: inOrder(findings, order),
    ledger,
  }
}

/** By account, documents, district and parcel; pieces of one document and district stay from west to east, slivers last. */
function piecesInOrder(
  pieces: readonly LedgerPiece[],
  order: ReadonlyMap<LandRecord, number>,
): LedgerPiece[] {
  return pieces
    .map((piece) => ({
      piece,
      account: accounts.indexOf(piece.account),
      place: piece.records.map((each) => order.get(each)!),
    }))
    .toSorted(
      (a, b) =>
        a.account - b.account ||
        comparePlaces(a.place, b.place) ||
        compareText(a.piece.districtCode, b.piece.districtCode) ||
        (a.piece.parcel ?? -1) - (b.piece.parcel ?? -1),
    )
    .map(({ piece }) => piece)
}
