import type { LegacyDatum } from '../geo/legacy-datum.ts'

/** What a file says of its own CRS. */
export interface CrsHint {
  readonly by: 'prj' | 'header' | 'format'
  /** As written in the file. */
  readonly label: string
  /** Null: it names something we cannot place. */
  readonly srid: number | null
  /** The same system written with the zone in front of the easting, where the file leaves open which it uses. */
  readonly sridWithZone?: number
  /** Then the numbers above are those of the CGCS2000 system of the same zone. */
  readonly legacy?: LegacyDatum
  /** The text of a .prj, where it names a system that is not ours. */
  readonly wkt?: string
  readonly fileName?: string
}
