import type { Claim } from '../claim/claims.ts'
import type { AnyLink, Link } from '../claim/link.ts'
import type { RecordKind } from '../record/record.ts'
import type { IsoDate } from '../units.ts'
import type { FactNumbers } from './fact-number.ts'

export { isMostlyAbout, foremost, linksOf, zonesOf, type AnyLink, type Link } from '../claim/link.ts'

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
  /** Statements a person chose over those the rules use, by field of data/claims/precedence.yaml. */
  readonly chosen?: ReadonlyMap<string, Claim>
  readonly checked: Checked
  /** What the rule pack gives to work facts out with. */
  readonly numbers: FactNumbers
}

/** The records findings speak of, as far as they are linked to the parcel. */
export function recordsOf(findings: readonly ParcelFinding[], links: readonly AnyLink[]): AnyLink[] {
  if (findings.length === 0) return []
  const ids = new Set(findings.flatMap((finding) => finding.recordIds))
  return links.filter((link) => ids.has(link.recordId))
}

/** Part of the parcel the links cover together, 0 to 1, if no two of them cover the same ground. */
export const coveredShare = (links: readonly Link[]): number =>
  Math.min(
    1,
    links.reduce((sum, link) => sum + (link.shareOfParcel ?? 0), 0),
  )
