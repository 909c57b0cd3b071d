import { describe, expect, test } from 'vitest'
import { Refusal } from '../../server/refusal.ts'
import { checkPack } from '../../server/rule/check.ts'
import { chooseStrategy, reasonFor, verdictOf, winnerOf } from '../../server/rule/evaluate.ts'
import { defaultPack, loadPack } from '../../server/rule/pack.ts'
import { parameterOn } from '../../server/rule/rule-file.ts'

/** A pack about trees: nothing in it is land. */
const trees = `
code: trees
version: '1'
title: { zh: 行道树, en: Street trees }
valid_from: 2024-01-01
facts:
  height: { type: number, unit: metre, zh: 树高, en: height }
  species: { type: text, values: [oak, ash], zh: 树种, en: species }
  checked.on: { type: date, zh: 检查日, en: checked on }
  hollow: { type: boolean, zh: 空心, en: hollow }
parameters:
  tall: { value: 12, unit: metre, basis: 园林规范, read_on: null }
  check_within:
    values: [{ from: 2000-01-01, value: 24 }, { from: 2025-07-01, value: 12 }]
    unit: month
    basis: 园林规范
    read_on: null
tables:
  room: { by: species, unit: metre, values: { oak: 8 }, otherwise: 5, basis: 园林规范 }
strategies:
  - { code: Fell, stage: any, title: { zh: 伐除, en: fell }, when: hollow = TRUE AND height > :tall, basis: [规范], lead: 园林局, co: [], actions: [伐], deadline: { text: { zh: 7日, en: 7 days }, kind: mgmt } }
  - { code: Check, stage: any, title: { zh: 检查, en: check }, when: 'as_of > add_months(checked.on, :check_within)', basis: [规范], lead: 园林局, co: [], actions: [查], deadline: { text: { zh: 7日, en: 7 days }, kind: mgmt } }
  - { code: Prune, stage: any, title: { zh: 修剪, en: prune }, when: height > room(species), basis: [规范], lead: 园林局, co: [], actions: [剪], deadline: { text: { zh: 7日, en: 7 days }, kind: mgmt } }
  - { code: Leave, stage: any, title: { zh: 保留, en: leave }, when: 'TRUE', basis: [规范], lead: 园林局, co: [], actions: [无], deadline: { text: { zh: 无, en: none }, kind: mgmt } }
grades:
  risk:
    title: { zh: 风险, en: risk }
    basis: [规范]
    classes:
      - { code: High, title: { zh: 高, en: high }, when: hollow = TRUE }
      - { code: Low, title: { zh: 低, en: low }, when: 'TRUE' }
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

describe('a pack with facts of its own', () => {
  const pack = loadPack(trees)
  const winner = (facts: Record<string, number | string | boolean>): string =>
    winnerOf(pack, { as_of: '2025-06-30', ...facts }).code

  test.each([
    [{ hollow: true, height: 12.1 }, 'Fell'],
    [{ hollow: true, height: 12 }, 'Leave'], // not taller than 12, and nobody knows what it is
    [{ height: 7, species: 'oak' }, 'Leave'],
    [{ height: 7, species: 'ash' }, 'Prune'],
    [{ 'checked.on': '2023-06-29' }, 'Check'],
    [{ 'checked.on': '2023-06-30' }, 'Leave'],
  ])('%j: %s', (facts, code) => expect(winner(facts)).toBe(code))

  test('is checked and explained in its own words', () => {
    expect(checkPack(pack).complaints.filter(({ severity }) => severity === 'error')).toEqual([])
    expect([...checkPack(pack).witnesses.keys()].toSorted()).toEqual([
      'Check',
      'Fell',
      'Leave',
      'Prune',
      'risk.High',
      'risk.Low',
    ])
    const [fell] = pack.strategies
    const reason = reasonFor(fell!.condition, { facts: { height: 3 }, pack }, () => null)
    expect(reason.children[1]!.facts).toEqual([
      {
        name: 'height',
        label: { zh: '树高', en: 'height' },
        value: 3,
        shown: { zh: '3 metre', en: '3 metre' },
        source: null,
      },
    ])
    // Pruning may be due as well, but how much room it has depends on what it is, and nobody knows.
    expect(chooseStrategy(pack, { hollow: true, height: 20 }).runnersUp).toEqual([])
    const { runnersUp } = chooseStrategy(pack, { hollow: true, height: 20, species: 'oak' })
    expect(runnersUp.map(({ code }) => code)).toEqual(['Prune'])
  })

  test('has grades beside its strategies', () => {
    const [risk] = pack.grades
    expect(risk).toMatchObject({ name: 'risk', classes: [{ code: 'High' }, { code: 'Low' }] })
    expect(verdictOf(risk!.classes[0]!.condition, { facts: {}, pack })).toBe('unknown')
  })

  test.each([
    [
      'speaks of land',
      trees.replace('hollow = TRUE AND', 'site.built = TRUE AND'),
      'RULE_UNKNOWN_FACT',
      'site.built',
    ],
    [
      'names a value that is not listed',
      trees.replace('{ oak: 8 }', '{ elm: 8 }'),
      'RULE_PACK_INVALID',
      'elm',
    ],
    [
      'looks a table up by a fact without a list',
      trees.replace('by: species', 'by: height'),
      'RULE_PACK_INVALID',
      'height',
    ],
    ['mixes units', trees.replace('value: 12, unit: metre', 'value: 12, unit: m2'), 'RULE_TYPE', 'metre'],
    [
      'has a unit nobody knows',
      trees.replace('value: 12, unit: metre', 'value: 12, unit: foot'),
      'RULE_PACK_INVALID',
      'foot',
    ],
    [
      'declares a number without a unit',
      trees.replace('unit: metre, zh: 树高', 'zh: 树高'),
      'RULE_PACK_INVALID',
      'unit',
    ],
    [
      'has two facts of one column',
      trees.replace('hollow: {', 'checked_on: {').replaceAll('hollow =', 'checked_on ='),
      'RULE_PACK_INVALID',
      'checked.on',
    ],
    ['declares the day asked about', trees.replace('hollow: {', 'as_of: {'), 'RULE_PACK_INVALID', 'as_of'],
    [
      'leaves a grade open',
      trees.replace("en: low }, when: 'TRUE'", 'en: low }, when: hollow = FALSE'),
      'RULE_INCOMPLETE',
      'Low',
    ],
  ])('that %s is refused', (_what, yaml, code, word) => {
    const refusal = refusalOf(yaml)
    expect(refusal.code).toBe(code)
    expect(refusal.text.en).toContain(word)
  })
})

describe('a number that has changed', () => {
  const parameter = loadPack(trees).parameters.check_within!
  test.each([
    ['1999-12-31', 24], // before anyone wrote it down: as it was to begin with
    ['2025-06-30', 24],
    ['2025-07-01', 12],
    [undefined, 24],
  ])('on %s is %i', (day, value) => expect(parameterOn(parameter, day)).toBe(value))

  test('decides by the day asked about', () => {
    const pack = loadPack(trees)
    const facts = { 'checked.on': '2024-01-31' }
    expect(winnerOf(pack, { ...facts, as_of: '2025-06-30' }).code).toBe('Leave')
    expect(winnerOf(pack, { ...facts, as_of: '2025-07-01' }).code).toBe('Check')
  })

  test.each([
    ['two values at once', 'values: [{ from', 'value: 24\n    values: [{ from', 'either'],
    ['going back in time', '2025-07-01', '1990-01-01', 'follow'],
    ['half a month', 'value: 12 }]', 'value: 1.5 }]', 'whole'],
  ])('is refused for %s', (_what, text, other, word) => {
    const refusal = refusalOf(trees.replace(text, other))
    expect(refusal.code).toBe('RULE_PACK_INVALID')
    expect(refusal.text.en).toContain(word)
  })

  test('land packs may have them too', () => {
    const yaml = defaultPack().yaml.replace(
      /tol: \{ value: 1,/,
      'tol: { values: [{ from: 2020-01-01, value: 1 }, { from: 2026-01-01, value: 2 }],',
    )
    expect(parameterOn(loadPack(yaml).parameters.tol!, '2026-01-01')).toBe(2)
  })
})
