import { sql, type Kysely, type RawBuilder } from 'kysely'
import { WORKING_SRID } from '../geo/polygon.ts'
import type { Database } from './schema.ts'

/** Column types `bulkInsert` knows. `geometry` takes WKB in the working plane (EPSG:4547), `bytea` any bytes. */
export type BulkType =
  | 'text'
  | 'int4'
  | 'int8'
  | 'float8'
  | 'bool'
  | 'date'
  | 'timestamptz'
  | 'jsonb'
  | 'daterange'
  | 'text[]'
  | 'int8[]'
  | 'geometry'
  | 'bytea'

export type BulkColumns = Readonly<Record<string, BulkType>>
export type BulkRow = Readonly<Record<string, unknown>>

const ROWS_PER_STATEMENT = 2_000
/** WASM memory never shrinks, so a statement of the embedded base stays well below it. */
const BYTES_PER_STATEMENT = 8_000_000

/**
 * Inserts many rows, in the order given, in few statements.
 *
 * A value missing from a row is null, so a column with a default must be left out of `columns` or be given.
 * @param columns every column written, with its PostgreSQL type
 * @returns how many rows went in
 * @throws TypeError naming the column, for a value of another type or an integer JavaScript cannot hold exactly
 */
export async function bulkInsert(
  tx: Kysely<Database>,
  table: keyof Database,
  rows: Iterable<BulkRow>,
  columns: BulkColumns,
): Promise<number> {
  const names = Object.keys(columns)
  let batch: BulkRow[] = []
  let bytes = 0
  let inserted = 0
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return
    await insertBatch(tx, table, batch, names, columns)
    inserted += batch.length
    batch = []
    bytes = 0
  }
  for (const row of rows) {
    batch.push(row)
    bytes += roughBytes(row, names)
    if (batch.length === ROWS_PER_STATEMENT || bytes > BYTES_PER_STATEMENT) await flush()
  }
  await flush()
  return inserted
}

async function insertBatch(
  tx: Kysely<Database>,
  table: keyof Database,
  rows: readonly BulkRow[],
  names: readonly string[],
  columns: BulkColumns,
): Promise<void> {
  const arrays = names.map((name) => {
    const type = columns[name]!
    return sql`${rows.map((row) => asText(row[name], type, name))}::${sql.raw(arrayType[type])}`
  })
  await sql`
    insert into ${sql.table(table)} (${sql.join(names.map((name) => sql.ref(name)))})
    select ${sql.join(names.map((name, at) => columnOf(columns[name]!, at)))}
    from unnest(${sql.join(arrays)}) with ordinality as t(${sql.join(names.map((_, at) => sql.ref(`c${at}`)))}, n)
    order by n
  `.execute(tx)
}

/** Arrays of arrays are rectangles in PostgreSQL, so array columns travel as text literals; bytes travel as hex. */
const arrayType: Readonly<Record<BulkType, string>> = {
  text: 'text[]',
  int4: 'int4[]',
  int8: 'int8[]',
  float8: 'float8[]',
  bool: 'bool[]',
  date: 'date[]',
  timestamptz: 'timestamptz[]',
  jsonb: 'jsonb[]',
  daterange: 'daterange[]',
  'text[]': 'text[]',
  'int8[]': 'text[]',
  geometry: 'text[]',
  bytea: 'text[]',
}

function columnOf(type: BulkType, at: number): RawBuilder<unknown> {
  const value = sql.ref(`t.c${at}`)
  switch (type) {
    case 'text[]':
      return sql`${value}::text[]`
    case 'int8[]':
      return sql`${value}::int8[]`
    case 'geometry':
      return sql`st_geomfromwkb(decode(${value}, 'hex'), ${sql.lit(WORKING_SRID)})`
    case 'bytea':
      return sql`decode(${value}, 'hex')`
    default:
      return value
  }
}

/** A value as the driver puts it into an array literal; null stays null. */
function asText(value: unknown, type: BulkType, column: string): string | number | boolean | null {
  if (value === undefined || value === null) return null
  const fits = accepts[type](value)
  if (!fits) throw new TypeError(`Column ${column} takes ${type}, not ${shown(value)}.`)
  switch (type) {
    case 'jsonb':
      return JSON.stringify(value)
    case 'text[]':
      return `{${(value as string[]).map((item) => `"${item.replaceAll(/["\\]/g, '\\$&')}"`).join(',')}}`
    case 'int8[]':
      return `{${(value as ArrayLike<number> as number[]).join(',')}}`
    case 'geometry':
    case 'bytea': {
      const bytes = value as Uint8Array
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
    }
    default:
      return value as string | number | boolean
  }
}

const isText = (value: unknown): boolean => typeof value === 'string'
const isBytes = (value: unknown): boolean => value instanceof Uint8Array
const isListOf =
  (isItem: (item: unknown) => boolean) =>
  (value: unknown): boolean =>
    (Array.isArray(value) || ArrayBuffer.isView(value)) &&
    Array.from(value as unknown as ArrayLike<unknown>).every(isItem)

const accepts: Readonly<Record<BulkType, (value: unknown) => boolean>> = {
  text: isText,
  int4: Number.isSafeInteger,
  int8: Number.isSafeInteger,
  float8: (value) => typeof value === 'number',
  bool: (value) => typeof value === 'boolean',
  date: isText,
  timestamptz: isText,
  jsonb: () => true,
  daterange: isText,
  'text[]': isListOf(isText),
  'int8[]': isListOf(Number.isSafeInteger),
  geometry: isBytes,
  bytea: isBytes,
}

function shown(value: unknown): string {
  const text =
    typeof value === 'object' ? (value?.constructor.name ?? 'null') : `${String(value)} (${typeof value})`
  return text.slice(0, 80)
}

/** What a row takes on the wire, roughly: enough to keep a statement small. */
function roughBytes(row: BulkRow, names: readonly string[]): number {
  let bytes = 0
  for (const name of names) {
    const value = row[name]
    if (typeof value === 'string') bytes += value.length
    else if (value instanceof Uint8Array) bytes += 2 * value.byteLength
    else bytes += 8
  }
  return bytes
}
