import { describe, expect, test } from 'vitest'
import { parseCql2 } from '../../server/rule/cql2.ts'
import { chooseStrategy, reasonFor, valueOf, verdictOf, winnerOf } from '../../server/rule/evaluate.ts'
import type { Facts } from '../../server/rule/fact.ts'
import { defaultPack } from '../../server/rule/pack.ts'
import { goldenCases } from './golden.ts'

const pack = defaultPack()
const verdict = (text: string, facts: Facts = {}) => verdictOf(parseCql2(text, 'rule'), { facts, pack })
const value = (text: string, facts: Facts = {}) => valueOf(parseCql2(text, 'rule'), { facts, pack })

describe('the worked examples', () => {
  test.each(goldenCases())('$expect: $description', ({ expect: code, runnersUp, facts }) => {
    const chosen = chooseStrategy(pack, facts)
    expect(chosen.strategy.code).toBe(code)
    expect(chosen.runnersUp.map((strategy) => strategy.code)).toEqual(runnersUp)
    expect(winnerOf(pack, facts).code).toBe(code)
  })

  test('there is one for each of the 39 strategies', () => {
    expect(
      goldenCases()
        .map((example) => example.expect)
        .toSorted(),
    ).toEqual(pack.strategies.map((strategy) => strategy.code).toSorted())
  })
})

describe('unknown is not false', () => {
  test.each([
    ['site.built = TRUE', 'unknown'],
    ['site.built = FALSE', 'unknown'],
    ['NOT site.built = TRUE', 'unknown'],
    ['site.built IS NULL', 'true'],
    ['site.built = TRUE AND 1 > 2', 'false'],
    ['site.built = TRUE AND 2 > 1', 'unknown'],
    ['site.built = TRUE OR 2 > 1', 'true'],
    ['site.built = TRUE OR 1 > 2', 'unknown'],
    ["chain.stage IN ('built', 'completed')", 'unknown'],
    ['unit.area_m2 BETWEEN 10 AND 5', 'unknown'],
    ['7 BETWEEN unit.area_m2 AND 5', 'false'], // beyond one end, whatever the other is
    ['unit.area_m2 / 0 > 1', 'unknown'],
    ['min_supply_m2(plan.use_group) > 0', 'unknown'],
  ] as const)('%s with nothing known is %s', (text, expected) => expect(verdict(text)).toBe(expected))
})

describe('days', () => {
  test.each([
    ["add_years(DATE('2023-03-15'), 1)", '2024-03-15'],
    ["add_years(DATE('2024-02-29'), 1)", '2025-02-28'],
    ["add_months(DATE('2024-01-31'), 1)", '2024-02-29'],
    ["add_months(DATE('2024-01-31'), -2)", '2023-11-30'],
    ["add_months(DATE('2024-03-15'), 9)", '2024-12-15'],
    ["days_to(DATE('2025-03-01'))", 29],
    ["days_to(DATE('2025-01-30'))", -1],
  ] as const)('%s on 2025-01-31 is %s', (text, expected) =>
    expect(value(text, { as_of: '2025-01-31' })).toBe(expected),
  )

  test('the anniversary still belongs to the first year', () => {
    const late = 'as_of > add_months(start.due, :idle_fee_after)'
    expect(verdict(late, { as_of: '2024-03-15', 'start.due': '2023-03-15' })).toBe('false')
    expect(verdict(late, { as_of: '2024-03-16', 'start.due': '2023-03-15' })).toBe('true')
  })

  test('a date that stands for ever stays later than any other', () => {
    expect(verdict('add_years(term.end, 1) > as_of', { as_of: '2025-01-31', 'term.end': '9999-12-31' })).toBe(
      'true',
    )
  })
})

test('a plot smaller than its use asks is small, and a use nobody listed asks 500 m²', () => {
  expect(value('min_supply_m2(plan.use_group)', { 'plan.use_group': 'IND' })).toBe(3333)
  expect(value('min_supply_m2(plan.use_group)', { 'plan.use_group': 'GRN' })).toBe(500)
})

test('a percent sign stands for any text, an underscore for one letter', () => {
  const facts: Facts = { 'approval.doc_no': '湘政地[2022]100号' }
  expect(verdict("approval.doc_no LIKE '湘政地%'", facts)).toBe('true')
  expect(verdict("approval.doc_no LIKE '湘政地[2022]10_号'", facts)).toBe('true')
  expect(verdict("approval.doc_no LIKE '政地%'", facts)).toBe('false')
})

test('a reason shows each test with the fact it used, its source, and what is not known', () => {
  const condition = parseCql2(
    'site.built = TRUE AND (chain.approved = FALSE OR NOT right.legacy_built = TRUE)',
    'rule',
  )
  const reason = reasonFor(condition, { facts: { 'site.built': true }, pack }, (name) =>
    name === 'site.built' ? { zh: '竣工验收 JG-1', en: 'completion JG-1' } : null,
  )
  expect(reason).toMatchObject({ op: 'and', verdict: 'unknown' })
  expect(reason.children[0]).toEqual({
    op: 'test',
    text: 'site.built = TRUE',
    words: { zh: '已建设:是', en: 'built upon: yes' },
    verdict: 'true',
    facts: [
      {
        name: 'site.built',
        label: { zh: '已建设', en: 'built upon' },
        value: true,
        shown: { zh: '是', en: 'yes' },
        source: { zh: '竣工验收 JG-1', en: 'completion JG-1' },
      },
    ],
    children: [],
  })
  expect(reason.children[1]).toMatchObject({ op: 'or', verdict: 'unknown' })
  expect(reason.children[1]!.children[1]).toMatchObject({
    op: 'not',
    children: [{ op: 'test', facts: [{ value: null, source: null }] }],
  })
})
