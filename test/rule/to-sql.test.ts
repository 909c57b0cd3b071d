import fc from 'fast-check'
import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import type { Base } from '../../server/db/open.ts'
import { chooseStrategy, verdictOf } from '../../server/rule/evaluate.ts'
import { factColumn, factDefinitions, factNames, type Facts } from '../../server/rule/fact.ts'
import { parseCql2 } from '../../server/rule/cql2.ts'
import { defaultPack, loadPack } from '../../server/rule/pack.ts'
import { printCql2 } from '../../server/rule/print.ts'
import { conditionToSql, packNames } from '../../server/rule/to-sql.ts'
import { insertFacts } from '../../server/strategy/fact-store.ts'
import { eachBase } from '../helpers/database.ts'
import { conditionArbitrary, factsArbitrary } from './arbitrary.ts'
import { goldenCases } from './golden.ts'
import { packToSql } from './pack-sql.ts'

const pack = defaultPack()
const GOLDEN_RUN = 1
const WILD_RUN = 2
const wild: readonly Facts[] = fc.sample(factsArbitrary, { seed: 2024, numRuns: 400 })

// SQL decides about every parcel, TypeScript explains the decision: they must never differ.
eachBase('SQL and TypeScript mean the same', (open) => {
  beforeAll(async () => {
    // a parcel has one row of facts: those of each run are of parcels of their own
    const rows = (list: readonly Facts[], first: number) =>
      list.map((facts, i) => ({ countyCode: '430211', parcelId: first + i, facts, sources: {} }))
    await open().transaction(async (tx) => {
      await insertFacts(
        tx,
        GOLDEN_RUN,
        rows(
          goldenCases().map(({ facts }) => facts),
          1,
        ),
      )
      await insertFacts(tx, WILD_RUN, rows(wild, 1001))
    })
  })

  const chosenBySql = async (base: Base, runId: number) => {
    const { rows } = await packToSql(pack, { takenBy: runId }).execute(base.db)
    return rows
      .toSorted((a, b) => Number(a.parcel_id) - Number(b.parcel_id))
      .map(({ strategy, runners_up }) => ({ strategy, runnersUp: runners_up }))
  }

  test('in all 39 worked examples, with the runners-up', async () => {
    expect(await chosenBySql(open(), GOLDEN_RUN)).toEqual(
      goldenCases().map(({ expect: strategy, runnersUp }) => ({ strategy, runnersUp })),
    )
  })

  test('over facts drawn at random, known and unknown', async () => {
    const byTypeScript = wild.map((facts) => {
      const { strategy, runnersUp } = chooseStrategy(pack, facts)
      return { strategy: strategy.code, runnersUp: runnersUp.map(({ code }) => code) }
    })
    expect(await chosenBySql(open(), WILD_RUN)).toEqual(byTypeScript)
    expect(new Set(byTypeScript.map(({ strategy }) => strategy)).size).toBeGreaterThan(5)
  })

  test('in conditions drawn at random: true, false and unknown alike', async () => {
    const names = packNames(pack, 'fact')
    const conditions = fc.sample(conditionArbitrary, { seed: 7, numRuns: 120 })
    for (const condition of conditions) {
      const { rows } = await sql<{ verdict: boolean | null }>`
        select ${conditionToSql(condition, names)} as verdict from fact where run_id = ${WILD_RUN} order by parcel_id`.execute(
        open().db,
      )
      const inWords = rows.map(({ verdict }) => (verdict === null ? 'unknown' : String(verdict)))
      const expected = wild.map((facts) => verdictOf(condition, { facts, pack }))
      expect(inWords, printCql2(condition)).toEqual(expected)
    }
  })

  test('numbers that change with the day asked about', async () => {
    const yaml = pack.yaml.replace(
      /idle_fee_after: \{ value: 12,/,
      'idle_fee_after: { values: [{ from: 2020-01-01, value: 12 }, { from: 2024-01-01, value: 6 }, { from: 2025-01-31, value: 9 }],',
    )
    const changing = loadPack(yaml)
    const condition = parseCql2('as_of > add_months(start.due, :idle_fee_after)', 'rule')
    const { rows } = await sql<{ verdict: boolean | null }>`
      select ${conditionToSql(condition, packNames(changing, 'fact'))} as verdict from fact
      where run_id = ${WILD_RUN} order by parcel_id`.execute(open().db)
    const inWords = rows.map(({ verdict }) => (verdict === null ? 'unknown' : String(verdict)))
    expect(inWords).toEqual(wild.map((facts) => verdictOf(condition, { facts, pack: changing })))
    expect(inWords).not.toEqual(wild.map((facts) => verdictOf(condition, { facts, pack })))
  })

  test('every fact has a column of its type', async () => {
    const { rows } = await sql<{ column_name: string; data_type: string }>`
      select column_name, data_type from information_schema.columns where table_name = 'fact'`.execute(
      open().db,
    )
    const columns = Object.fromEntries(rows.map((row) => [row.column_name, row.data_type]))
    const typeName = { boolean: 'boolean', number: 'double precision', date: 'date', text: 'text' } as const
    for (const name of factNames)
      expect(columns[factColumn(name)], name).toBe(typeName[factDefinitions[name].type])
    expect(rows).toHaveLength(factNames.length + 4) // run, county, parcel, sources
  })

  test('what a rule says cannot leave its place in the statement', async () => {
    const condition = { op: '=', args: [{ property: 'right.feature2' }, "'; drop table fact; --"] }
    const { rows } = await sql<{ n: number }>`
      select count(*)::int as n from fact where ${conditionToSql(condition, packNames(pack, 'fact'))}`.execute(
      open().db,
    )
    expect(rows).toEqual([{ n: 0 }])
    expect(() => packNames(pack, 'fact').property('as_of; drop table fact')).toThrow('is no fact')
  })
})
