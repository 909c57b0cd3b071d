import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { describe, expect, test } from 'vitest'
import { Refusal } from '../../server/refusal.ts'
import { defaultPack, loadPack, strategyInfo } from '../../server/rule/pack.ts'

const pack = defaultPack()

const smallPack = (condition: string): string => `
code: small
version: '1'
title: { zh: 小, en: small }
valid_from: 2024-01-01
parameters:
  tol: { value: 1, unit: m2, basis: 管理规则, read_on: null }
  months: { value: 9, unit: month, basis: 管理规则, read_on: null }
  cutoff: { value: 2024-11-07, unit: date, basis: 管理规则, read_on: null }
tables: {}
strategies:
  - code: A1
    stage: any
    title: { zh: 甲, en: first }
    when: ${JSON.stringify(condition)}
    basis: [管理规则]
    lead: 局
    co: []
    actions: [办]
    deadline: { text: { zh: 7日, en: 7 days }, kind: mgmt }
  - code: Z0
    stage: any
    title: { zh: 乙, en: last }
    when: 'TRUE'
    basis: [管理规则]
    lead: 局
    co: []
    actions: [办]
    deadline: { text: { zh: 7日, en: 7 days }, kind: mgmt }
`

const refusalOf = (yaml: string): Refusal => {
  try {
    loadPack(yaml)
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
  throw new Error('the pack was loaded')
}

describe('the shipped pack', () => {
  const rows = parse(readFileSync(new URL('../../data/codes/strategies.csv', import.meta.url), 'utf8'), {
    columns: true,
  }) as Record<string, string>[]

  test('has the 39 strategies of the domain list, in its order, with their names, offices and actions', () => {
    expect(pack.strategies.map(({ code }) => code)).toEqual(rows.map((row) => row.code))
    for (const [i, row] of rows.entries()) {
      const strategy = pack.strategies[i]!
      expect(strategy.title).toEqual({ zh: row.name_zh, en: row.name_en })
      expect(strategy.stage).toBe(row.stage)
      expect(strategy.lead).toBe(row.lead)
      expect(strategy.co.join(';')).toBe(row.co)
      expect(strategy.actions.join(';')).toBe(row.next_actions)
      expect(strategy.deadline.kind).toBe(row.deadline_kind)
    }
  })

  test('keeps saying which articles nobody has read yet', () => {
    const unread = rows.filter((row) => row.legal_basis!.includes('(unverified)')).map((row) => row.code)
    const marked = pack.strategies.filter(({ basis }) =>
      basis.some((article) => article.includes('(unverified)')),
    )
    expect(marked.map(({ code }) => code)).toEqual(unread)
  })

  test('has every threshold as a parameter with a source', () => {
    for (const strategy of pack.strategies) {
      // What is left of a condition without its texts, parameters and names has no number in it.
      const bare = strategy.when.replace(/'[^']*'/g, '').replace(/:?[a-z_][a-z0-9_.]*/gi, '')
      expect(bare.replace('> 0', ''), strategy.code).not.toMatch(/\d/)
    }
    expect(pack.parameters.buyback_cutoff).toMatchObject({ value: '2024-11-07', unit: 'date' })
    expect(pack.parameters.idle_recover_after).toMatchObject({ value: 24, unit: 'month' })
  })

  test('shows a strategy with its deadline in both languages', () => {
    expect(strategyInfo(pack.strategies.find(({ code }) => code === 'C5')!)).toMatchObject({
      code: 'C5',
      deadline: '送达之日起30日内缴纳 / pay within 30 days of service',
      deadlineKind: 'law',
      lead: '自然资源局·开发利用',
    })
  })

  test('is known by the hash of its text', () => {
    expect(pack.hash).toMatch(/^[0-9a-f]{64}$/)
    expect(loadPack(pack.yaml).hash).toBe(pack.hash)
    expect(loadPack(`${pack.yaml}# a note\n`).hash).not.toBe(pack.hash)
  })
})

describe('a pack is refused', () => {
  test.each([
    ['site.biult = TRUE', 'RULE_UNKNOWN_FACT', 'site.built'],
    ['unit.area_m2 > :tool', 'RULE_UNKNOWN_NAME', 'tol'],
    ['add_year(start.due, 1) < as_of', 'RULE_UNKNOWN_NAME', 'add_years'],
    ["chain.stage = 'bulit'", 'RULE_UNKNOWN_NAME', 'built'],
    ['site.built', 'RULE_TYPE', 'site.built = TRUE'],
    ['unit.area_m2', 'RULE_TYPE', 'Compare'],
    ["unit.area_m2 > '100'", 'RULE_TYPE', 'one type'],
    ["start.due > '2024-11-07'", 'RULE_TYPE', "DATE('2024-11-07')"],
    ["chain.stage > 'built'", 'RULE_TYPE', 'Use ='],
    ['days_to(start.due) > :tol', 'RULE_TYPE', 'same unit'],
    ['unit.area_m2 > unit.compactness', 'RULE_TYPE', 'same unit'],
    ['add_years(start.due, :months) < as_of', 'RULE_TYPE', 'same unit'],
    ['add_years(start.due, 1.5) < as_of', 'RULE_TYPE', 'add_years(start.due, 1)'],
    ['add_years(start.due) < as_of', 'RULE_TYPE', 'add_years'],
    ['supply.date + 1 > :cutoff', 'RULE_TYPE', 'one type'],
    ['site.built = TRUE AND', 'RULE_SYNTAX', 'CQL2'],
  ])('for %s: %s', (condition, code, hint) => {
    const refusal = refusalOf(smallPack(condition))
    expect(refusal.code).toBe(code)
    expect(refusal.hint.en).toContain(hint)
    expect(refusal.text.en).toContain('small, A1')
    expect(refusal.text.zh).toContain('small 的 A1')
    expect(refusal.place).toEqual({ file: 'small', field: 'strategies.A1.when' })
  })

  test.each([
    'add_months(start.due, :months) < as_of',
    'unit.area_m2 * 0.5 > :tol',
    'unit.area_m2 * unit.compactness > :tol', // a share of an area is an area
    'supply.date <= :cutoff AND approval.date IS NOT NULL',
    "approval.doc_no LIKE '湘政地%'",
    'partial.unused_m2 / unit.area_m2 > partial.unused_ratio',
  ])('but not for %s', (condition) => expect(loadPack(smallPack(condition)).strategies).toHaveLength(2))

  test('when some parcels would be left without a strategy', () => {
    expect(refusalOf(smallPack('site.built = TRUE').replace("'TRUE'", "'site.built = FALSE'")).code).toBe(
      'RULE_INCOMPLETE',
    )
  })

  test.each([
    ['not YAML', 'code: [', 'YAML'],
    ['a field nobody knows', smallPack('site.built = TRUE').replace('version:', 'versoin:'), 'version'],
    [
      'a day with the unit of a number',
      smallPack('site.built = TRUE').replace('unit: date', 'unit: m2'),
      'cutoff',
    ],
    ['half a year', smallPack('site.built = TRUE').replace('value: 9', 'value: 9.5'), 'months'],
    ['a strategy twice', smallPack('site.built = TRUE').replace('code: Z0', 'code: A1'), 'twice'],
  ])('for %s', (_what, yaml, word) => {
    const refusal = refusalOf(yaml)
    expect(refusal.code).toBe('RULE_PACK_INVALID')
    expect(refusal.text.en).toContain(word)
  })
})
