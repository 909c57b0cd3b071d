import { shareOf } from '../../geo/area.ts'
import type { PolygonSet } from '../../geo/polygon-set.ts'
import { problemFlags, type ProblemFlag } from '../../identifier/code-list.ts'
import type { LandRecord, RecordKind } from '../../record/record.ts'
import type { LandOf } from '../land-of.ts'
import type { Links } from '../links.ts'
import type { Extent } from '../overlap.ts'
import type { ParcelDraft } from '../parcel-draft.ts'
import type { Registers } from '../registers.ts'
import type { Works } from '../works.ts'

/** What the finders look at: the records, the parcels made of them and what links the two. */
export interface Situation {
  readonly registers: Registers
  readonly parcels: readonly ParcelDraft[]
  readonly parcelShapes: PolygonSet
  readonly links: Links
  readonly landOf: LandOf
  readonly works: Works
}

/** Something wrong with land or papers, before its parcels have numbers. */
export interface FindingDraft {
  /** data/codes/problem-flags.csv */
  readonly code: string
  /** Kept for the account, not a finding to act on. */
  readonly noise: boolean
  /** First the document it is said of. */
  readonly records: readonly LandRecord[]
  /** Indices into the parcels of the build, ascending. */
  readonly parcels: readonly number[]
  /** Dates, limits and the test that decided; JSON. */
  readonly detail: Readonly<Record<string, unknown>>
  /** WKB in the working plane. */
  readonly wkb: Uint8Array | null
  readonly planarM2: number | null
  readonly ellipsoidM2: number | null
  /** Shares, 0 to 1, of the shapes of the first and the second record. Plan findings: of the parcel and the zone. */
  readonly shareOfFirst: number | null
  readonly shareOfSecond: number | null
}

/** A finding about papers: no land of its own. */
export const withoutLand = {
  wkb: null,
  planarM2: null,
  ellipsoidM2: null,
  shareOfFirst: null,
  shareOfSecond: null,
  noise: false,
} as const

/** The land of a finding, and its share of both shapes it lies in. */
export function onLand(extent: Extent, firstM2: number | null, secondM2: number | null) {
  return {
    wkb: extent.wkb,
    planarM2: extent.planarM2,
    ellipsoidM2: extent.ellipsoidM2,
    shareOfFirst: firstM2 === null ? null : share(extent.planarM2, firstM2),
    shareOfSecond: secondM2 === null ? null : share(extent.planarM2, secondM2),
  }
}

export const share = shareOf

/** The whole land of a document, as it draws it: nothing was measured against it. */
export function onOwnLand({ wkb, areaPlanarM2, areaEllipsoidM2 }: LandRecord) {
  return {
    wkb,
    planarM2: areaPlanarM2,
    ellipsoidM2: areaEllipsoidM2,
    shareOfFirst: wkb === null ? null : 1,
    shareOfSecond: null,
  }
}

/**
 * How an extent was judged, for `detail`: by which test, and the mean width (metres) of the piece that decided; how many
 * pieces count, and what beside them is left out as noise.
 */
export function judgement({ test, meanWidthM, pieces, noiseM2 }: Extent) {
  return {
    test,
    meanWidthM: meanWidthM === null ? null : toTenthOfMm(meanWidthM),
    pieces,
    ...(noiseM2 > 0 && { noiseM2: toTenthOfMm(noiseM2) }),
  }
}

/** Four decimals: what is printed must not depend on the last bit of a sum. */
const toTenthOfMm = (value: number): number => Math.round(value * 1e4) / 1e4

/** A document as `detail` names it: what it calls itself, its dates and its state; null where it does not say. */
export function paperOf(
  record: LandRecord,
  fields: readonly string[] = mainDates[record.kind] ?? [],
): Record<string, unknown> {
  const said = record.fields as Readonly<Record<string, unknown>>
  return {
    doc: record.doc,
    ...Object.fromEntries(fields.map((field) => [field, said[field] ?? null])),
  }
}

const mainDates: { readonly [kind in RecordKind]?: readonly string[] } = {
  approval: ['approved_on', 'status', 'status_on'],
  supply: ['signed_on'],
  registration: ['registered_on'],
  completion: ['accepted_on'],
  layer: ['status', 'in_force_on'],
}

let kept: ReadonlyMap<string, ProblemFlag> | undefined
/** The entry of a code in data/codes/problem-flags.csv: its names and severity. */
export function flagOf(code: string): ProblemFlag {
  kept ??= new Map(problemFlags().map((flag) => [flag.code, flag]))
  const flag = kept.get(code)
  if (!flag) throw new Error(`data/codes/problem-flags.csv has no ${code}.`)
  return flag
}
