import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dayNumber } from '../../server/day-number.ts'
import { Dictionary, emptyColumn, putFact, type FactTable } from '../../server/rule/column.ts'
import { parseCql2 } from '../../server/rule/cql2.ts'
import { verdictOf, winnerOf } from '../../server/rule/evaluate.ts'
import { factDefinitions, factNames, type Facts } from '../../server/rule/fact.ts'
import { defaultPack } from '../../server/rule/pack.ts'
import { printCql2 } from '../../server/rule/print.ts'
import { conditionKey } from '../../server/rule/condition-key.ts'
import { verdictsOf, winnersFrom } from '../../server/rule/vector.ts'
import { conditionArbitrary, factsArbitrary } from './arbitrary.ts'
import { goldenCases } from './golden.ts'
import { addMonths } from '../../server/units.ts'

const pack = defaultPack()
const words = ['false', 'true', 'unknown'] as const

/** The same facts, column by column. */
function tableOf(list: readonly Facts[]): FactTable {
  const dictionary = new Dictionary()
  const columns = new Map(
    factNames.map((name) => [name as string, emptyColumn(factDefinitions[name].type, list.length)]),
  )
  list.forEach((facts, row) => {
    for (const [name, value] of Object.entries(facts))
      if (value !== undefined) putFact(columns.get(name)!, row, value, dictionary)
  })
  return { rows: list.length, dictionary, column: (name) => columns.get(name)! }
}

const wild: readonly Facts[] = fc.sample(factsArbitrary, { seed: 2024, numRuns: 400 })
const many = tableOf(wild)

describe('all parcels at once mean the same as one at a time', () => {
  test('in conditions drawn at random: true, false and unknown alike', () => {
    for (const condition of fc.sample(conditionArbitrary, { seed: 7, numRuns: 400 })) {
      const found = [...verdictsOf(condition, many, pack)].map((value) => words[value])
      const expected = wild.map((facts) => verdictOf(condition, { facts, pack }))
      expect(found, printCql2(condition)).toEqual(expected)
    }
  })

  test('in all 39 worked examples and over facts drawn at random', () => {
    const list = [...goldenCases().map(({ facts }) => facts), ...wild]
    const table = tableOf(list)
    const verdicts = pack.strategies.slice(0, -1).map(({ condition }) => verdictsOf(condition, table, pack))
    const winners = [...winnersFrom(verdicts, table.rows)].map((i) => pack.strategies[i]!.code)
    expect(winners).toEqual(list.map((facts) => winnerOf(pack, facts).code))
  })

  test.each([
    "'a' = 'b'",
    "approval.doc_no LIKE '湘%'",
    'TRUE',
    "approval.doc_no IS NULL OR NOT approval.doc_no = 'x'",
    'unit.area_m2 / 0 > 1',
  ])('in %s', (written) => {
    const condition = parseCql2(written, 'rule')
    const found = [...verdictsOf(condition, many, pack)].map((value) => words[value])
    expect(found).toEqual(wild.map((facts) => verdictOf(condition, { facts, pack })))
  })
})

test('a month later is counted as the civil code counts, in any century', () => {
  const day = fc
    .date({
      min: new Date('1582-01-01T00:00:00Z'),
      max: new Date('9990-12-31T00:00:00Z'),
      noInvalidDate: true,
    })
    .map((date) => date.toISOString().slice(0, 10))
  fc.assert(
    fc.property(day, fc.integer({ min: -1200, max: 100 }), (iso, months) => {
      expect(addMonths(iso, months)).toBe(monthsLaterByDate(iso, months))
    }),
    { seed: 5, numRuns: 2000 },
  )
  expect(dayNumber('1970-01-01')).toBe(0)
  expect(dayNumber('2024-02-29')).toBe(19_782)
})

/** By the calendar of the engine: the same day of the month, or its last. */
function monthsLaterByDate(iso: string, months: number): string {
  const [year, month, day] = iso.split('-').map(Number) as [number, number, number]
  const last = new Date(Date.UTC(year, month + months, 0))
  const date = new Date(Date.UTC(last.getUTCFullYear(), last.getUTCMonth(), Math.min(day, last.getUTCDate())))
  return date.toISOString().slice(0, 10)
}

test('what decides a condition besides the facts: its parameters in place, and the tables it asks', () => {
  const condition = parseCql2('unit.area_m2 < min_supply_m2(plan.use_group) AND unit.area_m2 > :tol', 'rule')
  const key = conditionKey(condition, pack)
  const other = (change: Partial<Pick<typeof pack, 'parameters' | 'tables'>>) =>
    conditionKey(condition, { ...pack, ...change })
  const put = (name: string, value: number) => ({
    parameters: { ...pack.parameters, [name]: { ...pack.parameters[name]!, value } },
  })
  expect(other(put('idle_fee_after', 9))).toBe(key)
  expect(other(put('tol', 2))).not.toBe(key)
  const table = pack.tables.min_supply_m2!
  expect(other({ tables: { min_supply_m2: { ...table, otherwise: 400 } } })).not.toBe(key)
})
