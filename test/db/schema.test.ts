import { readdirSync, readFileSync } from 'node:fs'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { eachBase } from '../helpers/database.ts'

/** What a column of a type looks like in server/db/schema.ts, before null, Generated and unions of texts. */
const typeNames: Readonly<Record<string, string>> = {
  bigint: 'number',
  integer: 'number',
  'double precision': 'number',
  numeric: 'number',
  boolean: 'boolean',
  text: 'string',
  date: 'IsoDate',
  'timestamp with time zone': 'IsoTime',
  daterange: 'DateRange',
  bytea: 'Uint8Array',
  jsonb: 'Json',
  'text[]': 'string[]',
  'bigint[]': 'number[]',
  'geometry(MultiPolygon,4547)': 'Geometry',
}

interface Column {
  table: string
  column: string
  type: string
  required: boolean
}

/** The interfaces of schema.ts and its parts read as text: types are gone at run time. */
function declared(): Column[] {
  const folder = new URL('../../server/db/schema/', import.meta.url)
  const source = [
    readFileSync(new URL('../schema.ts', folder), 'utf8'),
    ...readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8')),
  ].join('\n')
  const tables = new Map(
    [...source.matchAll(/^ {2}(\w+): (\w+Table)$/gm)].map(([, table, type]) => [type!, table!]),
  )
  return [...source.matchAll(/^export interface (\w+Table) \{\n([\s\S]*?)^\}/gm)].flatMap(([, name, body]) =>
    [...body!.matchAll(/^ {2}(\w+): (.*)$/gm)].map(([, column, type]) => ({
      table: tables.get(name!) ?? `(no table for ${name})`,
      column: column!,
      type: plain(type!),
      required: !/\bnull\b|^NullableJson/.test(type!),
    })),
  )
}

function plain(type: string): string {
  const bare = type.replace(/^Generated<(.*)>$/, '$1').replace(/ \| null$/, '')
  if (/^(Generated|Nullable)?Json\b/.test(bare)) return 'Json'
  return bare.startsWith("'") ? 'string' : bare
}

eachBase('schema.ts', (open) => {
  test('tells every table and column as the base has it', async () => {
    const { rows } = await sql<Column>`
      select c.relname as table, a.attname as column, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as required
      from pg_attribute a join pg_class c on c.oid = a.attrelid
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
        and c.relname <> 'spatial_ref_sys'
      order by c.relname, a.attnum`.execute(open().db)
    const actual = rows.map((row) => ({ ...row, type: typeNames[row.type] ?? `(unknown: ${row.type})` }))
    const order = (a: Column, b: Column): number =>
      `${a.table} ${a.column}` < `${b.table} ${b.column}` ? -1 : 1
    expect(declared().toSorted(order)).toEqual(actual.toSorted(order))
  })
})
