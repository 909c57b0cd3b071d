import type { ColumnType } from 'kysely'

/** An instant in UTC, as `Date.prototype.toISOString` writes it. Digits below a millisecond are kept when stored. */
export type IsoTime = string

/** A PostgreSQL daterange as text, `[2024-03-15,)`: the first day belongs to it, the last one does not. */
export type DateRange = string

/** Reads parsed; writes are JSON text, see `asJson`: pg would turn a bare array into a PostgreSQL array. */
export type Json<Value = unknown> = ColumnType<Value, string, string>

/** As `Json`, with a default or null in the table. */
export type GeneratedJson<Value = unknown> = ColumnType<Value, string | undefined, string>
export type NullableJson<Value = unknown> = ColumnType<Value | null, string | null | undefined, string | null>

/**
 * A geometry column, in the working plane (EPSG:4547). Never read or written as it is: `asWkb` takes it out,
 * `fromWkb` and `bulkInsert` put it in.
 */
export interface Geometry {
  readonly srid: 4547
}
