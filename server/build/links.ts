import { shareOf } from '../geo/area.ts'
import { overlappingPairs, pairAreaM2 } from '../geo/pair-area.ts'
import { PolygonSet } from '../geo/polygon-set.ts'
import { parseParcelCode } from '../identifier/parcel-code.ts'
import type { LandRecord } from '../record/record.ts'
import {
  agreements,
  evidences,
  holdersDiffer,
  identityOf,
  type Evidence,
  type Identity,
} from './identities.ts'
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
/** A piece under 1 m² is noise whatever its width. */
export const SMALLEST_PLACE_M2 = 1
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
 * `certain` takes two independent agreements and nothing that speaks against them; `code` and `unit_code` are one, since
 * one holds the other. The record a parcel comes from is its own evidence. Numbers are followed through contracts and
 * titles that are certain: the approval a contract names is evidence for the title on its land.
 *
 * A number or a place that contradicts is kept in sight as `probable`, however much else agrees. Names alone (project,
 * holder) speak for land only where a document has no shape to say otherwise and they single out one contract: a developer
 * builds next door under the same name.
 *
 * Local: what a parcel is linked to follows from records it shares land with, records that share a name with those, and
 * contracts that share a name with these.
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
    const own: LandRecord[] = [parcel.source]
    const isDeed = (record: LandRecord): boolean => record.kind === 'supply' || record.kind === 'registration'
    for (const isSecondRound of [false, true]) {
      const candidates = new Set([...places[index]!.keys(), ...finder.namedBy(own, places[index]!)])
      for (const record of candidates) {
        if (found.get(record)?.certainty === 'certain' || isDeed(record) === isSecondRound) continue
        const link = judge(record, places[index]!.get(record), own, finder)
        if (link) found.set(record, link)
      }
      if (isSecondRound) continue
      for (const link of found.values())
        if (link.certainty === 'certain' && link.record !== parcel.source) own.push(link.record)
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

function judge(
  record: LandRecord,
  place: Place | undefined,
  own: readonly LandRecord[],
  finder: Finder,
): Link | null {
  const agreed = new Set<Evidence>()
  const identity = identityOf(record)
  const isZone = record.kind === 'layer'
  if (!isZone)
    for (const each of own)
      for (const evidence of agreements(identityOf(each), identity)) agreed.add(evidence)
  if (place) agreed.add('shape')
  else if (record.wkb === null && otherHolder(identity, own)) return null
  if (agreed.size === 0) return null
  const link = {
    record,
    areaM2: place?.areaM2 ?? null,
    shareOfParcel: place?.shareOfParcel ?? null,
    shareOfRecord: place?.shareOfRecord ?? null,
    evidence: evidences.filter((evidence) => agreed.has(evidence)),
    ...(place?.extent && { extent: place.extent }),
  }
  const isElsewhere = record.wkb !== null && !place
  const isContested =
    (!agreed.has('code') && own.some((each) => numbersDiffer(identityOf(each), identity))) ||
    (record.wkb === null && !agreed.has('project') && finder.isForAnother(identity, own))
  if (isZone || isElsewhere || isContested) return { ...link, certainty: 'probable' }
  const numbers = Number(agreed.has('code') || agreed.has('unit_code')) + Number(agreed.has('doc_no'))
  const names = Number(agreed.has('project')) + Number(agreed.has('holder'))
  const placeAgrees =
    place !== undefined && Math.max(place.shareOfParcel, place.shareOfRecord) >= SHAPE_AGREES
  const canNamesProve = placeAgrees || numbers > 0 || (!place && finder.singlesOut(identity))
  const agreeing = numbers + Number(placeAgrees) + (canNamesProve ? names : Math.min(names, 1))
  return { ...link, certainty: agreeing >= 2 ? 'certain' : 'probable' }
}

/** Both carry a number of one kind, and not the same one. A text that is no 宗地代码 may be the number of a lot for sale. */
function numbersDiffer(a: Identity, b: Identity): boolean {
  const differ = (x: string | undefined, y: string | undefined): boolean =>
    x !== undefined && y !== undefined && x !== y
  if (differ(a.supervisionNo, b.supervisionNo)) return true
  return differ(a.parcelCode, b.parcelCode) && isParcelCode(a.parcelCode!) && isParcelCode(b.parcelCode!)
}
const isParcelCode = (code: string): boolean => parseParcelCode(code).ok

/** It names a holder, and every paper of the land that names one names another, by code as by name. */
function otherHolder(identity: Identity, own: readonly LandRecord[]): boolean {
  const naming = own
    .map(identityOf)
    .filter((each) => each.holder !== undefined || each.holderCode !== undefined)
  return naming.length > 0 && naming.every((each) => holdersDiffer(each, identity))
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
          shareOfParcel: shareOf(areaM2, parcel.areaPlanarM2),
          shareOfRecord: shareOf(areaM2, register.shapes.areaM2(j)),
        }
        const place = realPlace(parcel, record, shares)
        if (place) places[i]!.set(record, place)
      },
      SMALLEST_PLACE_M2,
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
  /** Documents by the number they were given, and plots of an approval by its number. */
  readonly #offered = new Map<string, LandRecord[]>()
  /** Rows with a shape that carry the number of another document. */
  readonly #asking = new Map<string, LandRecord[]>()
  /** Rows without a shape, which only what they say can place, by every number and name on them. */
  readonly #shapeless = new Map<string, LandRecord[]>()
  /** Contracts and allocations by their project. */
  readonly #contracts = new Map<string, LandRecord[]>()

  constructor(registers: Registers) {
    for (const record of registers.records) {
      if (record.kind === 'layer') continue
      const identity = identityOf(record)
      const offered = numbersGiven(record)
      for (const number of offered) append(this.#offered, number, record)
      if (record.kind === 'supply' && identity.project !== undefined)
        append(this.#contracts, identity.project, record)
      const carried = numbersOf(identity)
      if (record.wkb !== null) {
        for (const number of carried) if (!offered.includes(number)) append(this.#asking, number, record)
        continue
      }
      for (const number of carried) append(this.#shapeless, number, record)
      if (identity.project !== undefined) append(this.#shapeless, `project ${identity.project}`, record)
      // a yearly result of a firm speaks of all its land, unless it names the parcel
      if (record.kind === 'performance' && identity.parcelCode === undefined)
        for (const name of holdersOf(identity)) append(this.#shapeless, name, record)
    }
  }

  /** What the papers of a parcel name, and what names them. `own` begins with the paper the parcel comes from. */
  namedBy(own: readonly LandRecord[], places: ReadonlyMap<LandRecord, Place>): Set<LandRecord> {
    const found = new Set<LandRecord>()
    for (const [at, paper] of own.entries()) {
      const identity = identityOf(paper)
      const given = numbersGiven(paper)
      for (const name of [...numbersOf(identity), ...namesOf(identity)])
        for (const record of this.#shapeless.get(name) ?? []) found.add(record)
      for (const number of numbersOf(identity)) {
        // Rows with a shape lie where they lie; one that is not here but joins a paper of this parcel on its other land is no
        // contradiction: a contract has several titles.
        const named = given.includes(number)
          ? at === 0
            ? (this.#asking.get(number) ?? [])
            : []
          : (this.#offered.get(number) ?? [])
        for (const record of named)
          if (places.has(record) || record.wkb === null || !sharesLand(record, paper)) found.add(record)
      }
      if (identity.refersTo === undefined) continue
      const plots = this.#offered.get(`approval ${identity.refersTo}`) ?? []
      // an approval of many plots is meant by the plot on this land; if none lies on land of the paper, by its first
      if (plots.some((plot) => places.has(plot)) || plots.some((plot) => sharesLand(plot, paper))) continue
      if (plots[0]) found.add(plots[0])
    }
    return found
  }

  /** Whether project and holder together mean one contract: no second one has the project and could have the holder. */
  singlesOut(identity: Identity): boolean {
    if (identity.project === undefined) return true
    const contracts = (this.#contracts.get(identity.project) ?? []).map(identityOf)
    const alike = contracts.filter((contract) => !holdersDiffer(contract, identity))
    return new Set(alike.map((contract) => contract.supervisionNo ?? contract)).size <= 1
  }

  /** Its project is that of some contract, and the papers of the land are all for another. */
  isForAnother({ project }: Identity, own: readonly LandRecord[]): boolean {
    if (project === undefined || !this.#contracts.has(project)) return false
    return own.some((paper) => identityOf(paper).project !== undefined)
  }
}

/** Two papers with shapes have at least a square metre in common. */
function sharesLand(a: LandRecord, b: LandRecord): boolean {
  if (a.wkb === null || b.wkb === null) return false
  const pair = PolygonSet.fromWkb([a.wkb, b.wkb])
  return pairAreaM2(pair, 0, pair, 1) >= SMALLEST_PLACE_M2
}

/** Numbers a document was given, by which others name it. */
function numbersGiven(record: LandRecord): string[] {
  const { parcelCode, unitCode, supervisionNo, approvalNo } = identityOf(record)
  const given = {
    supply: [supervisionNo && `supply ${supervisionNo}`],
    registration: [parcelCode && `parcel ${parcelCode}`, unitCode && `unit ${unitCode}`],
    approval: [approvalNo && `approval ${approvalNo}`],
  }[record.kind as string]
  return (given ?? []).filter((name): name is string => name !== undefined && name !== '')
}

/** Every number on a document that parcels and contracts go by, its own or another's. */
function numbersOf({ parcelCode, unitCode, supervisionNo }: Identity): string[] {
  return [
    parcelCode && `parcel ${parcelCode}`,
    unitCode && `unit ${unitCode}`,
    supervisionNo && `supply ${supervisionNo}`,
  ].filter((name): name is string => name !== undefined && /\d{4}/.test(name)) // 无, / and 0 stand for no number
}

const namesOf = (identity: Identity): string[] => [
  ...(identity.project === undefined ? [] : [`project ${identity.project}`]),
  ...holdersOf(identity),
]

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

/** A number speaks for land unless its document has a shape, and lies elsewhere. */
export function speaksFor({ record, certainty, evidence, shareOfParcel, shareOfRecord }: Link): boolean {
  if (certainty === 'certain') return true
  if (Math.max(shareOfParcel ?? 0, shareOfRecord ?? 0) >= SHAPE_AGREES) return true
  if (record.wkb !== null && shareOfParcel === null) return false
  return evidence.includes('code') || evidence.includes('unit_code')
}
