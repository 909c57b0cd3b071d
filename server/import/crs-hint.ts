/** What a file says of its own CRS. */
export interface CrsHint {
  readonly by: 'prj' | 'header' | 'format'
  /** As written in the file. */
  readonly label: string
  /** Null: it names something we cannot place. */
  readonly srid: number | null
  /** The same system written with the zone in front of the easting, where the file leaves open which it uses. */
  readonly sridWithZone?: number
  readonly legacy?: 'Xian 1980' | 'Beijing 1954'
  readonly fileName?: string
}
