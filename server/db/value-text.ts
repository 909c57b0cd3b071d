import pg from 'pg'

// One meaning for what the database sends, on both bases: each is spoken to by the pg client with these parsers.

const { builtins } = pg.types

/** Type numbers of pg_type that have no name in pg-types. */
const INT8_ARRAY = 1016
const DATE_ARRAY = 1182
const TIMESTAMPTZ_ARRAY = 1185

const parsers = new Map<number, (text: string) => unknown>([
  [builtins.INT8, wholeNumber],
  [INT8_ARRAY, listOf(wholeNumber)],
  [builtins.NUMERIC, Number],
  [builtins.DATE, asItStands],
  [DATE_ARRAY, listOf(asItStands)],
  [builtins.TIMESTAMPTZ, isoTime],
  [TIMESTAMPTZ_ARRAY, listOf(isoTime)],
  [builtins.TIMESTAMP, asItStands],
  [builtins.BYTEA, bytes],
])

export const valueTypes: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    (format === 'binary' ? undefined : parsers.get(oid)) ?? pg.types.getTypeParser(oid, format),
}

/** What a new session says once: instants in UTC and the text forms the parsers above read. */
export const sessionSettings = `set timezone to 'UTC'; set datestyle to 'ISO, YMD'; set bytea_output to 'hex'`

/** @throws RangeError beyond 2^53: an identifier that JavaScript would round belongs in a text column. */
function wholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} does not fit a JavaScript number exactly.`)
  return value
}

/** An array of one dimension of a type whose text holds no comma, quote or backslash. */
function listOf<T>(parse: (text: string) => T): (text: string) => (T | null)[] {
  return (text) => {
    const inner = text.slice(1, -1)
    if (inner === '') return []
    return inner.split(',').map((item) => (item === 'NULL' ? null : parse(item.replaceAll('"', ''))))
  }
}

function asItStands(text: string): string {
  return text
}

/**
 * `2024-03-15 08:00:00.5+00` as `2024-03-15T08:00:00.500Z`, so that a time written from `toISOString` reads back as
 * the same text. Microseconds are kept. `infinity` stays as it is.
 */
function isoTime(text: string): string {
  const match = /^(\d{4,}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))?\+00$/.exec(text)
  if (!match) return text
  return `${match[1]}T${match[2]}.${(match[3] ?? '').padEnd(3, '0')}Z`
}

/** In memory of its own: pg's Buffer may share its pool with others, and would take it along to a worker. */
function bytes(text: string): Uint8Array {
  const value = new Uint8Array((text.length - 2) / 2)
  Buffer.from(value.buffer).write(text.slice(2), 'hex')
  return value
}
