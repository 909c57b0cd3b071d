/** A cell of an exported table. Null: unknown, written as nothing, never as 0. */
export type Cell = string | number | boolean | null

/** One line, and its shape as WKB in the working plane (EPSG:4547), null where it has none. */
export interface ExportRow {
  readonly id: number | string
  readonly cells: Readonly<Record<string, Cell>>
  readonly wkb: Uint8Array | null
}

/** A table on its way out: columns are known first, rows come as they are read. */
export interface ExportTable {
  readonly name: string
  readonly columns: readonly string[]
  readonly rows: AsyncIterable<ExportRow>
}
