import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely'
import { describe, expect, test } from 'vitest'
import type { Database } from '../../server/db/schema.ts'
import { compileParcelFilter } from '../../server/parcel/filter.ts'
import { parcelsWhere } from '../../server/parcel/query-store.ts'

const db = new Kysely<Database>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (each) => new PostgresIntrospector(each),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
})
const standing = {
  buildId: 1,
  runId: 1,
  packHash: null,
  asOf: '2025-01-01',
  knownAt: '2025-01-01T00:00:00Z',
  layers: {},
  summary: {},
  seen: [],
  historyTo: 1,
}
const compiled = (filter: string) => parcelsWhere(db, standing, { filter }).select('v.parcel_id').compile()

describe('a filter', () => {
  const payloads = [
    "'",
    "''",
    "'; drop table record; --",
    '" or 1=1',
    '\\',
    '%',
    '_',
    '$1',
    '${x}',
    ') or (1=1',
    '张三',
    '\u0000x',
    "E'\\'",
    '/*',
    'null',
  ]
  test.each(['holder', 'project', 'parcel_code', 'district', 'strategy'])(
    'over %s has the same SQL whatever its value',
    (field) => {
      const of = (value: string) =>
        compiled(`${field} = '${value.replaceAll("'", "''").replaceAll('\\', '')}'`).sql
      for (const payload of payloads) expect(of(payload)).toBe(of('plain'))
    },
  )

  test.each([
    'pg_sleep(1) = 1',
    "pg_read_file('x') = 'a'",
    'oid = 1',
    'v.geom = 1',
    'record_id = 1',
    "toString = 'a'",
  ])('%s names nothing there is', (text) => expect(() => compileParcelFilter(text)).toThrow('FIELD_UNKNOWN'))

  test('reads facts only when it needs them', () => {
    expect(compiled("kind = 'titled'").sql).not.toContain('"fact"')
    expect(compiled("approval.date < DATE('2023-01-01')").sql).toContain('"fact"')
  })

  test.each([
    ["kind > 'titled'", 'FILTER_INVALID'],
    ["kind = 'tittled'", 'FILTER_INVALID'],
    ["area_planar_m2 = '1'", 'FILTER_INVALID'],
    ['S_INTERSECTS(geom, POINT(500 20))', 'FILTER_INVALID'],
    ['S_NEAR(geom, POINT(113 27))', 'FIELD_UNKNOWN'],
    ["kind = 'titled' AND", 'FILTER_SYNTAX'],
    [`${'('.repeat(200)}kind = 'titled'${')'.repeat(200)}`, 'FILTER_'],
    [Array.from({ length: 200 }, () => "kind = 'titled'").join(' OR '), 'FILTER_'],
  ])('%s: %s', (text, code) => expect(() => compileParcelFilter(text)).toThrow(code))
})
