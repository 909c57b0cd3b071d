import type { MultiPolygon } from '../geo/polygon.ts'
import type { Issue, Json } from '../record/draft.ts'
import type { CrsHint } from './crs-hint.ts'
import type { AreaUnit } from './field-type.ts'

/** What a row has for a shape: polygons as delivered (east or lon first, unless swapped), none, or something unusable. */
export type DeliveredShape =
  | { readonly kind: 'none' }
  | { readonly kind: 'polygons'; readonly polygons: MultiPolygon }
  /** Not a polygon, or numbers that are none; the issue says what. The row is refused. */
  | { readonly kind: 'unusable'; readonly issue: Omit<Issue, 'row'> }

/** One row as its format gives it, before anyone asks what it means. */
export interface SourceRow {
  /** Counts the rows of the file from 1; the heading of a table is not counted. */
  readonly rowNo: number
  /** Column name as written to value as delivered; blank cells are left out. */
  readonly values: ReadonlyMap<string, Json>
  readonly shape: DeliveredShape
  /** The row was mended or is odd in a way its format knows: unclosed ring, wrong point count. */
  readonly issues: readonly Issue[]
  /** True where an issue of the format mended the row. */
  readonly repaired: boolean
  /** The row cannot be used at all; `issues` holds the reason. */
  readonly refused?: boolean
}

/** A column name of a format that cuts names: what is left of it, and the bytes of a character cut in the middle. */
export interface CutName {
  readonly name: string
  readonly stray: readonly number[]
}

export type SourceFormat =
  | 'geojson'
  | 'shapefile-zip'
  | 'geopackage'
  | 'file-gdb'
  | 'kml'
  | 'dxf'
  | 'boundary-txt'
  | 'csv'
  | 'xlsx'
  | 'json-table'
  | 'dbf'

/** A column as a typed table declares it; what its values mean is asked later. */
export interface ColumnDeclared {
  readonly type: 'text' | 'integer' | 'real' | 'flag' | 'date'
  /** Characters in all, and behind the point. */
  readonly width?: number
  readonly decimals?: number
}

/** A file understood as far as its format goes. */
export interface Source {
  readonly format: SourceFormat
  readonly encoding: string | null
  /** What the file itself says of its CRS; null where it says nothing. */
  readonly crs: CrsHint | null
  /** Notes about the file as a whole. */
  readonly issues: readonly Issue[]
  /** Column names that were cut, by the name as read. */
  readonly cutNames: ReadonlyMap<string, CutName>
  /** Columns known before any row is read; a mapping is checked against them. Null: only the rows tell. */
  readonly columns: readonly string[] | null
  /** How the format declares its columns, so that a file can be written again as it came; absent: it does not. */
  readonly columnTypes?: ReadonlyMap<string, ColumnDeclared>
  /** Head of the file kept with the delivery: keys of a survey file, for one. */
  readonly about: Readonly<Record<string, string>>
  /** Unit of areas that name none, where the file says it once for all: `单位：公顷` above a table. */
  readonly areaUnit?: AreaUnit | null
  /** As far as known before the rows are walked; for progress, never for the books. */
  readonly rowCount: number
  /** May be walked more than once, one walk after the other; each begins at the first row. */
  rows(): Iterable<SourceRow> | AsyncIterable<SourceRow>
  /** Gives back what walking needs: open files, workers. Called once, after the last walk; absent: nothing is held. */
  close?(): Promise<void>
}
