import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { exactSum } from '../../server/db/exact-sum.ts'
import { eachBase } from '../helpers/database.ts'

eachBase('a sum of areas', (open) => {
  const sumOf = async (values: readonly number[]): Promise<number> => {
    const { rows } = await sql<{ m2: number }>`
      select ${exactSum(sql.ref('m2'))} as m2 from unnest(${values}::float8[]) as m2`.execute(open().db)
    return rows[0]!.m2
  }

  test('is what the numbers sum to on paper, in whatever order they are read', async () => {
    expect(await sumOf(Array.from({ length: 10 }, () => 0.1))).toBe(1) // added up one by one: 0.9999999999999999
    expect(await sumOf([1e9, 0.0001, 0.0002, -1e9])).toBe(0.0003)
    expect(await sumOf([0.0001, -1e9, 1e9, 0.0002])).toBe(0.0003)
  })

  test('of nothing is nothing', async () => {
    expect(await sumOf([])).toBe(0)
  })
})
