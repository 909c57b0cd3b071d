import { overlappingPairs } from '../geo/pair-area.ts'
import type { PolygonSet } from '../geo/polygon-set.ts'
import type { LandRecord } from '../record/record.ts'
import { agreements, evidences, identityOf, type Evidence, type Identity } from './identities.ts'
import { commonLand, type Extent } from './overlap.ts'
import type { ParcelDraft } from './parcel-draft.ts'
import { shapeOf, type Registers, type Shaped } from './registers.ts'

/** A document that speaks of a parcel, and how we know. */
export interface Link {
  readonly record: LandRecord
  /** Planar area in common; null when linked by what it says alone. */
  readonly areaM2: number | null
  readonly shareOfParcel: number | null
  readonly shareOfRecord: number | null
  readonly evidence: readonly Evidence[]
  readonly certainty: 'certain' | 'probable'
  /** The common land itself, where it had to be made to tell it from noise. */
  readonly extent?: Extent
}

/** Links of every parcel, in canonical order of records. */
export type Links = readonly (readonly Link[])[]

/** From this share of either on, place agrees: it counts as one of the two agreements a certain link needs. */
export const SHAPE_AGREES = 0.5
/** Below this share of both, neighbours merely touch; from the upper share on, no survey is that wrong. */
const TOUCHING = 0.01
const BEYOND_DOUBT = 0.05
/** Lines where every square metre counts, so that even a small share is measured exactly. */
const controlLines: readonly string[] = ['farmland', 'eco_redline']

interface Place {
  readonly areaM2: number
  readonly shareOfParcel: number
  readonly shareOfRecord: number
  readonly extent?: Extent
}

/**
 * Which records speak of which parcels: by place, by number, by name.
 *
 * `certain` takes two independent agreements; `code` and `unit_code` are one, since one holds the other. The record a
 * parcel comes from is its own evidence. Numbers are followed through contracts and titles that are certain: the
 * approval a contract names is evidence for the title on its land.
 */
export function linkRecords(
  registers: Registers,
  parcels: readonly ParcelDraft[],
  shapes: PolygonSet,
): Links {
  const places = placesOf(registers, parcels, shapes)
  const finder = new Finder(registers)
  const order = new Map(registers.records.map((record, at) => [record, at]))
  return parcels.map((parcel, index) => {
    const found = new Map<LandRecord, Link>()
    found.set(parcel.source, ownLink(parcel, places[index]!.get(parcel.source)))
    const own: Identity[] = [identityOf(parcel.source)]
    const isDeed = (record: LandRecord): boolean => record.kind === 'supply' || record.kind === 'registration'
    for (const isSecondRound of [false, true]) {
      const candidates = new Set([...places[index]!.keys(), ...finder.namedBy(own, places[index]!)])
      for (const record of candidates) {
        if (found.get(record)?.certainty === 'certain' || isDeed(record) === isSecondRound) continue
        const link = judge(record, places[index]!.get(record), own)
        if (link) found.set(record, link)
      }
      if (isSecondRound) continue
      for (const link of found.values()) {
        if (link.certainty === 'certain' && link.record !== parcel.source) own.push(identityOf(link.record))
      }
    }
    return [...found.values()].toSorted((a, b) => order.get(a.record)! - order.get(b.record)!)
  })
}

function ownLink(parcel: ParcelDraft, place: Place | undefined): Link {
  const areaM2 = parcel.areaPlanarM2
  const shareOfRecord = Math.min(1, areaM2 / (parcel.source.areaPlanarM2 ?? areaM2))
  return {
    record: parcel.source,
    areaM2: place?.areaM2 ?? areaM2,
    shareOfParcel: 1,
    shareOfRecord: place?.shareOfRecord ?? shareOfRecord,
    evidence: parcel.kind === 'remainder' ? ['doc_no', 'shape'] : ['code', 'shape'],
    certainty: 'certain',
  }
}

function judge(record: LandRecord, place: Place | undefined, own: readonly Identity[]): Link | null {
  const agreed = new Set<Evidence>()
  if (record.kind !== 'layer') {
    for (const identity of own)
      for (const evidence of agreements(identity, identityOf(record))) agreed.add(evidence)
  }
  const placeAgrees =
    place !== undefined && Math.max(place.shareOfParcel, place.shareOfRecord) >= SHAPE_AGREES
  if (place) agreed.add('shape')
  if (agreed.size === 0) return null
  const independent =
    (agreed.has('code') || agreed.has('unit_code') ? 1 : 0) +
    (['doc_no', 'project', 'holder'] as const).filter((evidence) => agreed.has(evidence)).length +
    (placeAgrees ? 1 : 0)
  return {
    record,
    areaM2: place?.areaM2 ?? null,
    shareOfParcel: place?.shareOfParcel ?? null,
    shareOfRecord: place?.shareOfRecord ?? null,
    evidence: evidences.filter((evidence) => agreed.has(evidence)),
    certainty: independent >= 2 ? 'certain' : 'probable',
    ...(place?.extent && { extent: place.extent }),
  }
}

/** Common land of parcels and records of every kind and layer, noise and mere touching left out. */
function placesOf(
  registers: Registers,
  parcels: readonly ParcelDraft[],
  shapes: PolygonSet,
): Map<LandRecord, Place>[] {
  const places = parcels.map(() => new Map<LandRecord, Place>())
  const { approvals, supplies, registrations, completions, layers, others } = registers
  const all: Shaped[] = [approvals, supplies, registrations, completions, ...layers.values(), others]
  for (const register of all) {
    overlappingPairs(
      shapes,
      register.shapes,
      (i, j, areaM2) => {
        const parcel = parcels[i]!
        const record = register.records[j]!
        const shares = {
          areaM2,
          shareOfParcel: Math.min(1, areaM2 / parcel.areaPlanarM2),
          shareOfRecord: Math.min(1, areaM2 / register.shapes.areaM2(j)),
        }
        const place = realPlace(parcel, record, shares)
        if (place) places[i]!.set(record, place)
      },
      1, // a piece under 1 m² is noise whatever its width
    )
  }
  return places
}

function realPlace(parcel: ParcelDraft, record: LandRecord, place: Place): Place | null {
  if (record === parcel.source) return place
  const share = Math.max(place.shareOfParcel, place.shareOfRecord)
  const everyMetreCounts = record.kind === 'layer' && controlLines.includes(record.layer)
  if (!everyMetreCounts) {
    if (share >= BEYOND_DOUBT) return place
    if (share < TOUCHING) return null
  }
  const extent = commonLand(parcel.wkb, shapeOf(record))
  if (!extent.real) return null
  return everyMetreCounts ? { ...place, extent } : place
}

/** Finds records by what they say, for those a parcel's shape does not find. */
class Finder {
  readonly #byNumber = new Map<string, LandRecord[]>()
  /** Rows without a shape, which only their names can place. */
  readonly #byName = new Map<string, LandRecord[]>()

  constructor(registers: Registers) {
    for (const record of registers.records) {
      if (record.kind === 'layer') continue
      const identity = identityOf(record)
      for (const name of numbersOf(identity)) append(this.#byNumber, name, record)
      if (identity.approvalNo !== undefined) append(this.#byNumber, `approval ${identity.approvalNo}`, record)
      if (record.wkb !== null) continue
      if (identity.project !== undefined) append(this.#byName, `project ${identity.project}`, record)
      // a yearly result of a firm speaks of all its land, unless it names the parcel
      if (record.kind === 'performance' && identity.parcelCode === undefined) {
        for (const name of holdersOf(identity)) append(this.#byName, name, record)
      }
    }
  }

  namedBy(own: readonly Identity[], places: ReadonlyMap<LandRecord, Place>): Set<LandRecord> {
    const found = new Set<LandRecord>()
    for (const identity of own) {
      for (const name of numbersOf(identity))
        for (const record of this.#byNumber.get(name) ?? []) found.add(record)
      if (identity.refersTo !== undefined) {
        const plots = this.#byNumber.get(`approval ${identity.refersTo}`) ?? []
        // an approval of many plots is meant by the plot on this land; if none is, by its first
        if (plots[0] && !plots.some((plot) => places.has(plot))) found.add(plots[0])
      }
      if (identity.project !== undefined) {
        for (const record of this.#byName.get(`project ${identity.project}`) ?? []) found.add(record)
      }
      for (const name of holdersOf(identity))
        for (const record of this.#byName.get(name) ?? []) found.add(record)
    }
    return found
  }
}

function numbersOf({ parcelCode, unitCode, supervisionNo }: Identity): string[] {
  return [
    parcelCode && `parcel ${parcelCode}`,
    unitCode && `unit ${unitCode}`,
    supervisionNo && `supply ${supervisionNo}`,
  ].filter((name): name is string => name !== undefined)
}

function holdersOf({ holder, holderCode }: Identity): string[] {
  return [holder && `holder ${holder}`, holderCode && `holder ${holderCode}`].filter(
    (name): name is string => name !== undefined,
  )
}

function append(map: Map<string, LandRecord[]>, name: string, record: LandRecord): void {
  const known = map.get(name)
  if (known) known.push(record)
  else map.set(name, [record])
}

/**
 * The contract, title or completion that speaks for a parcel: certain before probable, more common land before less.
 * A link by a name alone, or over less than half of either, does not speak for it.
 */
export function principal(links: readonly Link[], kind: LandRecord['kind']): Link | undefined {
  return links
    .filter((link) => link.record.kind === kind && speaksFor(link))
    .toSorted(
      (a, b) =>
        Number(b.certainty === 'certain') - Number(a.certainty === 'certain') ||
        (b.areaM2 ?? 0) - (a.areaM2 ?? 0),
    )[0]
}

export function speaksFor({ certainty, evidence, shareOfParcel, shareOfRecord }: Link): boolean {
  if (certainty === 'certain') return true
  if (Math.max(shareOfParcel ?? 0, shareOfRecord ?? 0) >= SHAPE_AGREES) return true
  return evidence.includes('code') || evidence.includes('unit_code')
}
