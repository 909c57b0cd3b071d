import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { describe, expect, test } from 'vitest'
import { loadPack, type RulePack } from '../../server/rule/pack.ts'
import { answerOf, factsAsked, factsOfTable, type TableRow } from '../../server/rule/table.ts'
import { answersBySql } from '../../server/strategy/table-store.ts'
import { eachBase } from '../helpers/database.ts'

// The whole published table, not a sample: 4,823 vacant properties with the publisher's own answers in the last two columns.
const read = (path: string): string => readFileSync(new URL(`../../data/${path}`, import.meta.url), 'utf8')
const pack = loadPack(read('rules/philadelphia-vacant-land.yaml'))
const rows = parse(read('examples/philadelphia-west-2025.csv'), { columns: true }) as Record<string, string>[]
const columns = Object.keys(rows[0]!)
const facts = factsOfTable(pack, { columns, rows, file: 'philadelphia-west-2025.csv' }, '2025-06-29')

const published = rows.map((row) => ({ access: row.access_process, priority: row.priority_level }))
const titles = new Map(pack.strategies.map(({ code, title }) => [code, title.en]))
const saidBy = (rules: RulePack) =>
  facts.map((known) => {
    const { strategy, grades } = answerOf(rules, known)
    return { access: titles.get(strategy), priority: grades.priority }
  })
const agreeing = (said: typeof published, question: 'access' | 'priority'): number =>
  said.filter((each, i) => each[question] === published[i]![question]).length

describe('vacant land of Philadelphia', () => {
  test('all 4,823 published answers to both questions come out of the published columns', () => {
    expect(rows).toHaveLength(4823)
    expect(saidBy(pack)).toEqual(published)
  })

  test('answers are not among the columns the rules read', () => {
    const asked = factsAsked(pack).map((name) => pack.dictionary.facts.get(name)!.column ?? name)
    expect(asked.toSorted()).toEqual([
      'all_violations_past_year',
      'city_owner_agency',
      'gun_crimes_density_zscore',
      'l_and_i_complaints_density_zscore',
      'market_value',
      'phs_care_program',
      'tree_canopy_gap',
    ])
  })

  // The commonest answer alone would be right in nine of ten: agreement above that is what counts.
  test('the commonest answer to each would agree in 4,405 and 4,398 only', () => {
    const common = rows.map(() => ({ access: 'Private Land Use Agreement', priority: 'Low' }))
    expect([agreeing(common, 'access'), agreeing(common, 'priority')]).toEqual([4405, 4398])
  })

  test.each([
    ["owner.agency = 'PRA'", "owner.agency = 'PUB'", 'access', 4823 - 195 - 332],
    ["owner.agency = 'Land Bank (PHDC)'", "owner.agency = 'PHA'", 'access', 4823 - 223 - 121],
  ] as const)('with %s turned into %s it would not', (text, other, question, agreed) => {
    expect(agreeing(saidBy(loadPack(pack.yaml.replace(text, other))), question)).toBe(agreed)
  })
})

describe('a table that does not fit', () => {
  const row: TableRow = { ...rows[0] }
  const refusal = (change: TableRow, without?: string): unknown => {
    try {
      const kept = columns.filter((column) => column !== without)
      factsOfTable(pack, { columns: kept, rows: [row, { ...row, ...change }], file: 't.csv' }, '2025-06-29')
      return null
    } catch (error) {
      return error
    }
  }
  test.each([
    [{ market_value: '12,900' }, undefined, { code: 'TABLE_CELL', place: { row: 2, field: 'market_value' } }],
    [
      { city_owner_agency: 'Landbank' },
      undefined,
      { code: 'TABLE_CELL', place: { field: 'city_owner_agency' } },
    ],
    [{}, 'tree_canopy_gap', { code: 'TABLE_COLUMN_MISSING', place: { field: 'tree_canopy_gap' } }],
  ])('%j without %s is refused with its place', (change, without, expected) =>
    expect(refusal(change, without)).toMatchObject(expected),
  )
  test('a blank cell is unknown, not refused', () => expect(refusal({ market_value: ' ' })).toBeNull())
})

eachBase('a pack over a plain table', (open) => {
  test('is answered by SQL as by TypeScript, with facts known and unknown', async () => {
    // every third fact let go of, so that unknowns are met too
    const holes = facts.map((known, i) =>
      Object.fromEntries(Object.entries(known).filter(([name], k) => name === 'as_of' || (i + k) % 3 !== 0)),
    )
    const all = [...facts, ...holes]
    const bySql = await open().transaction((tx) => answersBySql(tx, pack, all))
    expect(bySql).toEqual(all.map((known) => answerOf(pack, known)))
  })
})
