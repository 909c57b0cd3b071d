import type { LandRecord } from '../record/record.ts'

export type ParcelKind = 'titled' | 'supplied' | 'remainder'

/** Land that will be a parcel of this build, before it has a number. Shape is WKB in the working plane (EPSG:4547). */
export interface ParcelDraft {
  readonly kind: ParcelKind
  /** The registration, supply or approval it comes from. */
  readonly source: LandRecord
  readonly wkb: Uint8Array
  readonly areaPlanarM2: number
  readonly areaEllipsoidM2: number
  readonly districtCode: string
}
