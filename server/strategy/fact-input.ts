import type { Fields, RecordKind } from '../record/record.ts'
import type { IsoDate } from '../units.ts'
import type { FactNumbers } from './fact-number.ts'

/** A document that speaks of the parcel, with how much of it they have in common. */
export interface Link<K extends RecordKind = RecordKind> {
  readonly recordId: number
  readonly kind: K
  /** Name of the layer for kind `layer`, else ''. */
  readonly layer: string
  readonly doc: string | null
  readonly fields: Fields<K>
  /** Planar area in common, m²; null when linked by number alone. */
  readonly areaM2: number | null
  readonly shareOfParcel: number | null
  readonly shareOfRecord: number | null
  readonly certainty: 'certain' | 'probable'
}
export type AnyLink = { [K in RecordKind]: Link<K> }[RecordKind]

/** A finding about this parcel; noise is left out. */
export interface ParcelFinding {
  readonly code: string
  readonly severity: 'block' | 'high' | 'mid' | 'low'
  /** Planar, m². */
  readonly areaM2: number | null
  readonly recordIds: readonly number[]
}

/** A parcel as the build left it. Areas planar. */
export interface ParcelInput {
  readonly parcelId: number
  readonly countyCode: string
  readonly kind: 'titled' | 'supplied' | 'remainder'
  readonly stage: string
  readonly sourceRecordId: number
  readonly parcelCode: string | null
  readonly holder: string | null
  readonly holderCode: string | null
  readonly project: string | null
  readonly useGroup: string | null
  readonly areaM2: number
  readonly perimeterM: number
}

/** What the base could be asked at all: a layer or register missing here was not checked. */
export interface Checked {
  readonly layers: ReadonlySet<string>
  readonly registers: ReadonlySet<RecordKind>
}

/** A firm on a parcel in the last year listed, with its results. */
export interface LandUser {
  readonly firm: string
  /** Rows of the list that say so, one for each parcel and way of holding it. */
  readonly rows: readonly Link<'firm_land_use'>[]
  /** Land of this parcel it uses, m². */
  readonly areaM2: number
  /** The same as a part of all land it uses; the shares of a firm add up to 1. */
  readonly shareOfFirm: number
  /** Rows of the efficiency list about the firm as a whole. */
  readonly results: readonly Link<'performance'>[]
}

/** Everything the facts of one parcel are taken from. */
export interface FactInput {
  readonly asOf: IsoDate
  readonly parcel: ParcelInput
  readonly links: readonly AnyLink[]
  readonly findings: readonly ParcelFinding[]
  /** Rows of the firm list that name the holder. */
  readonly firms?: readonly Link<'firm'>[]
  /** Who uses the land, by the yearly list of land used by firms. */
  readonly users?: readonly LandUser[]
  readonly checked: Checked
  /** What the rule pack gives to work facts out with. */
  readonly numbers: FactNumbers
}

export const linksOf = <K extends RecordKind>(links: readonly AnyLink[], kind: K): Link<K>[] =>
  links.filter((link): link is AnyLink & Link<K> => link.kind === kind)

export const zonesOf = (links: readonly AnyLink[], layer: string): Link<'layer'>[] =>
  linksOf(links, 'layer').filter((zone) => zone.layer === layer)

/** The records findings speak of, as far as they are linked to the parcel. */
export function recordsOf(findings: readonly ParcelFinding[], links: readonly AnyLink[]): AnyLink[] {
  if (findings.length === 0) return []
  const ids = new Set(findings.flatMap((finding) => finding.recordIds))
  return links.filter((link) => ids.has(link.recordId))
}

/** The record that covers most of the parcel; numbers in common beat shapes, the older record number ends a tie. */
export function foremost<K extends RecordKind>(links: readonly Link<K>[]): Link<K> | undefined {
  return links.toSorted(
    (a, b) =>
      Number(b.certainty === 'certain') - Number(a.certainty === 'certain') ||
      (b.shareOfParcel ?? 0) - (a.shareOfParcel ?? 0) ||
      a.recordId - b.recordId,
  )[0]
}

/** Whether the record speaks of this parcel and not of a neighbour it merely touches. */
export const isMostlyAbout = (link: Link): boolean =>
  link.certainty === 'certain' || (link.shareOfParcel ?? 0) >= 0.5 || (link.shareOfRecord ?? 0) >= 0.5

/** Part of the parcel the links cover together, 0 to 1, if no two of them cover the same ground. */
export const coveredShare = (links: readonly Link[]): number =>
  Math.min(
    1,
    links.reduce((sum, link) => sum + (link.shareOfParcel ?? 0), 0),
  )
