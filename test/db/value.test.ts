import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { asJson } from '../../server/db/json.ts'
import { eachBase } from '../helpers/database.ts'

eachBase('values', (open) => {
  test('read the same on both bases', async () => {
    const { rows } = await sql`
      select
        42::int2 as int2, 42::int4 as int4, 43021100000001::int8 as int8, 12.5::numeric as numeric,
        0.1::float8 as float8, 'Infinity'::float8 as infinite, true as bool,
        '湘政地〔2021〕1号'::text as text, null::text as nothing,
        date '2024-02-29' as date,
        timestamptz '2024-03-15 08:00:00+08' as instant,
        timestamptz '2024-03-15 08:00:00.123456+08' as microsecond,
        daterange('2024-03-15', null) as daterange,
        '{"面积": [1, 2.5, null]}'::jsonb as jsonb,
        '\\x00ff10'::bytea as bytea, ''::bytea as no_bytes,
        array['a', 'b, "c"', null]::text[] as texts, array[1, 2]::int8[] as numbers, '{}'::int8[] as no_numbers,
        array[1.5, null]::float8[] as floats, array[date '2024-01-01', null] as dates
    `.execute(open().db)
    expect(rows).toStrictEqual([
      {
        int2: 42,
        int4: 42,
        int8: 43021100000001,
        numeric: 12.5,
        float8: 0.1,
        infinite: Infinity,
        bool: true,
        text: '湘政地〔2021〕1号',
        nothing: null,
        date: '2024-02-29',
        instant: '2024-03-15T00:00:00.000Z',
        microsecond: '2024-03-15T00:00:00.123456Z',
        daterange: '[2024-03-15,)',
        jsonb: { 面积: [1, 2.5, null] },
        bytea: new Uint8Array([0, 255, 16]),
        no_bytes: new Uint8Array(),
        texts: ['a', 'b, "c"', null],
        numbers: [1, 2],
        no_numbers: [],
        floats: [1.5, null],
        dates: ['2024-01-01', null],
      },
    ])
  })

  test('a time written from toISOString reads back as the same text', async () => {
    const times = ['2024-01-01T00:00:00.000Z', '1999-12-31T23:59:59.120Z', '2038-01-19T03:14:08.001Z']
    const { rows } = await sql<{ time: string }>`
      select t as time from unnest(${times}::timestamptz[]) with ordinality as u(t, n) order by n`.execute(
      open().db,
    )
    expect(rows.map(({ time }) => time)).toEqual(times)
  })

  test('a number JavaScript would round is an error, not another number', async () => {
    await expect(sql`select 9007199254740993::int8 as n`.execute(open().db)).rejects.toThrow(RangeError)
    expect((await sql`select 1 as n`.execute(open().db)).rows).toEqual([{ n: 1 }])
  })

  test('bytes own their memory, so that handing them to a worker takes nothing along', async () => {
    const { rows } = await sql<{
      a: Uint8Array
      b: Uint8Array
    }>`select '\\x01'::bytea as a, '\\x02'::bytea as b`.execute(open().db)
    expect(rows[0]!.a.buffer.byteLength).toBe(1)
    expect(rows[0]!.a.buffer).not.toBe(rows[0]!.b.buffer)
  })

  test('arrays, texts and objects go into jsonb as themselves', async () => {
    for (const value of [[1, 'a'], 'text', { a: [] }, null, 3, false]) {
      const { rows } = await sql<{ json: unknown }>`select ${asJson(value)} as json`.execute(open().db)
      expect(rows).toEqual([{ json: value }])
    }
  })

  test('a missing table is the same error on both', async () => {
    await expect(sql`select * from no_such_table`.execute(open().db)).rejects.toMatchObject({
      code: '42P01',
      message: 'relation "no_such_table" does not exist',
    })
  })

  test('a broken rule names its constraint', async () => {
    const twice = sql`insert into counter (name) values ('same'), ('same')`
    await expect(twice.execute(open().db)).rejects.toMatchObject({
      code: '23505',
      constraint: 'counter_pkey',
    })
  })

  test('a large answer arrives whole', async () => {
    const { rows } = await sql<{ n: number; filler: string }>`
      select n, repeat('木', 500) as filler from generate_series(1, 20000) as n`.execute(open().db)
    expect(rows.length).toBe(20_000)
    expect(rows.at(-1)).toEqual({ n: 20_000, filler: '木'.repeat(500) })
  })
})
