/** A cell of an exported table. Null: unknown, written as nothing, never as 0. */
export type Cell = string | number | boolean | null

/** What a column holds; `date` is written `2024-06-30`. */
export type ColumnType = 'text' | 'integer' | 'real' | 'flag' | 'date'

export interface Column {
  readonly name: string
  readonly type: ColumnType
  /** As a delivered table declared it: characters in all, and behind the point. */
  readonly width?: number
  readonly decimals?: number
}

/** One line, and its shape as WKB in the CRS of the table, null where it has none. */
export interface ExportRow {
  readonly id: number | string
  readonly cells: Readonly<Record<string, Cell>>
  readonly wkb: Uint8Array | null
}

/** A table on its way out: columns are known first, rows come as they are read. */
export interface ExportTable {
  readonly name: string
  readonly columns: readonly Column[]
  /** EPSG number the shapes are in, east first; null: a table without shapes. */
  readonly srid: number | null
  /** True for coordinates as they were delivered: they leave with every digit they came with. */
  readonly delivered?: boolean
  /** Head of a survey file the rows came in, for one that is written again. */
  readonly about?: Readonly<Record<string, string>>
  /** The day it speaks of, `2024-06-30`: what a file says of its own age, so that the same data give the same bytes. */
  readonly day: string
  readonly rows: AsyncIterable<ExportRow>
  /** How many rows there will be, for whoever shows how far the writing has come. */
  count?(): Promise<number>
}

/** Columns of which most are text. */
export function columnsOf(
  names: readonly string[],
  types: Readonly<Record<string, ColumnType>>,
): readonly Column[] {
  return names.map((name) => ({ name, type: types[name] ?? 'text' }))
}
