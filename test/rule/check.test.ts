import { describe, expect, test } from 'vitest'
import { checkPack, reviewPack, type PackComplaint } from '../../server/rule/check.ts'
import { checkText } from '../../server/rule/check/text.ts'
import { chooseStrategy, winnerOf } from '../../server/rule/evaluate.ts'
import { defaultPack, loadPack } from '../../server/rule/pack.ts'
import { ruleCheck } from '../../server/rule/routes.ts'
import { goldenCases } from './golden.ts'

const pack = defaultPack()
const errors = (yaml: string) =>
  checkPack(loadPack(yaml)).complaints.filter(({ severity }) => severity === 'error')
const changed = (from: string, to: string): string => {
  expect(pack.yaml).toContain(from)
  return pack.yaml.replace(from, to)
}

/** A pack of two facts and the given conditions, the last of which is TRUE. */
const small = (...conditions: string[]): string => `
code: small
version: '1'
title: { zh: 小, en: small }
valid_from: 2024-01-01
facts:
  x: { type: number, unit: m2, zh: 甲, en: x }
  y: { type: number, unit: m2, zh: 乙, en: y }
  n: { type: number, unit: count, zh: 数, en: n }
  day: { type: date, zh: 日, en: day }
  other_day: { type: date, zh: 另一日, en: other day }
  third_day: { type: date, zh: 第三日, en: third day }
  yes: { type: boolean, zh: 是, en: 'yes' }
  kind: { type: text, values: [a, b, c], zh: 类, en: kind }
  name: { type: text, zh: 名, en: name }
parameters:
  long: { value: 24, unit: month, basis: 规, read_on: null }
tables: {}
strategies:
${[...conditions, 'TRUE']
  .map(
    (when, i) => `  - code: R${i}
    stage: any
    title: { zh: 条, en: rule }
    when: ${JSON.stringify(when)}
    basis: [规]
    lead: 局
    co: []
    actions: [办]
    deadline: { text: { zh: 7日, en: 7 days }, kind: mgmt }`,
  )
  .join('\n')}
`
const review = (...conditions: string[]): PackComplaint[] =>
  reviewPack(loadPack(small(...conditions))).complaints.filter(({ severity }) => severity !== 'note')
const said = (...conditions: string[]): string[] =>
  review(...conditions).map(({ code, strategy }) => `${strategy} ${code}`)

describe('every strategy can be reached', () => {
  test('by the worked examples', () => {
    const { witnesses } = checkPack(
      pack,
      goldenCases().map(({ facts }) => facts),
    )
    expect([...witnesses.keys()].toSorted()).toEqual(pack.strategies.map(({ code }) => code).toSorted())
  })

  test('by facts the checker finds on its own, and which do give that strategy', () => {
    const { witnesses, complaints } = reviewPack(pack)
    expect(complaints.filter(({ severity }) => severity !== 'note')).toEqual([])
    expect(witnesses.size).toBe(39)
    for (const [code, facts] of witnesses) expect(winnerOf(pack, facts).code).toBe(code)
  })
})

describe('what cannot be reached is complained about', () => {
  test('a fee clock as long as the recovery clock leaves no time for a fee', () => {
    const [complaint, ...rest] = errors(
      changed('idle_fee_after: { value: 12,', 'idle_fee_after: { value: 24,'),
    )
    expect(rest).toEqual([])
    expect(complaint).toMatchObject({ code: 'CONTRADICTORY', strategy: 'C5' })
    expect(complaint!.text.en).toContain('"as_of > add_months(start.due, :idle_fee_after)"')
    expect(complaint!.text.en).toContain('"as_of <= add_months(start.due, :idle_recover_after)"')
  })

  test('a strategy behind one that takes all its parcels, with such a parcel', () => {
    // Talk about expiry, but only of land on the low-efficiency list: E7 has taken all of it.
    const yaml = changed(
      'AND days_to(term.end) <= :expiry_notice',
      'AND days_to(term.end) <= :expiry_notice AND low_eff.hit = TRUE',
    )
    const [complaint, ...rest] = errors(yaml)
    expect(rest).toEqual([])
    expect(complaint).toMatchObject({ code: 'SHADOWED', strategy: 'E8', about: 'E7' })
    expect(complaint!.text.en).toContain('for example E7')
    expect(winnerOf(pack, complaint!.example!).code).toBe('E7')
    expect(chooseStrategy(loadPack(yaml), complaint!.example!).runnersUp.map(({ code }) => code)).toContain(
      'E8',
    )
  })

  test('a condition that is false whatever is true', () => {
    expect(errors(changed('flags.block > 0', '1 > 2'))).toMatchObject([
      { code: 'CONSTANT', strategy: 'X1' },
      { code: 'CONTRADICTORY', strategy: 'X1' },
    ])
  })
})

describe('small worlds, checked by hand', () => {
  test.each([
    ['one clause against another', ['x > 5 AND x < 3'], ['R0 CONTRADICTORY']],
    ['touching limits', ['x > 5 AND x <= 5'], ['R0 CONTRADICTORY']],
    ['limits that just meet', ['x >= 5 AND x <= 5'], []],
    ['whole numbers have nothing between', ['n > 5 AND n < 6'], ['R0 CONTRADICTORY']],
    ['a fact and its opposite', ['yes = TRUE AND NOT yes = TRUE'], ['R0 CONTRADICTORY']],
    ['two values at once', ["kind = 'a' AND kind = 'b'"], ['R0 CONTRADICTORY']],
    ['a value outside a list', ["kind IN ('a', 'b') AND kind = 'c'"], ['R0 CONTRADICTORY']],
    ['two texts at once', ["name = 'p' AND name = 'q'"], ['R0 CONTRADICTORY']],
    ['days', ["day > DATE('2024-05-01') AND day < DATE('2024-05-02')"], ['R0 CONTRADICTORY']],
    ['days with one between', ["day > DATE('2024-05-01') AND day < DATE('2024-05-03')"], []],
    [
      'clocks: later than two years and within one',
      ['as_of > add_months(day, :long) AND as_of <= add_years(day, 1)'],
      ['R0 CONTRADICTORY'],
    ],
    ['clocks that leave a time', ['as_of <= add_months(day, :long) AND as_of > add_years(day, 1)'], []],
    ['three clauses, of which any two can hold', ['x > y AND y > 5 AND x < 3'], ['R0 DEAD']],
    ['known and unknown', ['x > 5 AND x IS NULL'], ['R0 CONTRADICTORY']],
    ['unknown is a thing to ask', ['x IS NULL', 'x > 5'], []],
    ['taken by one before', ['x > 3', 'x > 5'], ['R1 SHADOWED']],
    ['not taken by one before', ['x > 5', 'x > 3'], []],
    ['taken by two together', ['x > 3', 'x <= 3', 'x > 1 AND x < 9'], ['R2 SHADOWED']],
    ['taken but for what is unknown', ["kind = 'a' AND x > 3", "kind = 'a' AND x <= 3", "kind = 'a'"], []],
    ['the same twice', ['yes = TRUE', 'yes = TRUE'], ['R1 SHADOWED']],
    ['always, too early', ['TRUE', 'x > 5'], ['R0 CONSTANT', 'R1 SHADOWED', 'R2 SHADOWED']],
    ['once known always', ['x > 5 OR x <= 5'], ['R0 CONSTANT']],
    ['no area is below nothing', ['x >= 0', 'y > 5'], ['R0 CONSTANT']],
    ['a branch that cannot be', ['y > 5 OR (x > 5 AND x < 3)'], ['R0 DEAD_BRANCH']],
    ['a clause of constants', ['x > 5 AND 1 < 2'], ['R0 CONSTANT']],
    ['a clause twice', ['x > 5 AND yes = TRUE AND x > 5'], ['R0 REPEATED']],
    ['a value twice', ["kind IN ('a', 'b', 'a')"], ['R0 REPEATED']],
    ['neighbours that leave the limit', ['x < 5', 'x > 5'], ['R1 BOUNDARY_GAP']],
    ['a third that takes it', ['x < 5', 'x > 5', 'x = 5'], []],
    ['neighbours that both take it', ['x <= 5', 'x >= 5'], ['R1 BOUNDARY_OVERLAP']],
    ['the same, turned round', ['5 >= x', 'x >= 5'], ['R1 BOUNDARY_OVERLAP']],
    ['neighbours of different land', ["x <= 5 AND kind = 'a'", "x >= 5 AND kind = 'b'"], []],
    [
      'clocks that leave a day',
      ['as_of < add_years(day, 1)', 'as_of > add_years(day, 1)'],
      ['R1 BOUNDARY_GAP'],
    ],
  ])('%s', (_what, conditions, expected) => expect(said(...conditions)).toEqual(expected))

  test('who takes it together is named, and the example shows it', () => {
    const yaml = small('x > 3', 'x <= 3', 'x > 1 AND x < 9')
    const [complaint] = errors(yaml)
    expect(complaint!.about).toBe('R0、R1')
    expect(complaint!.text.en).toContain('R0, R1 together')
    const { strategy, runnersUp } = chooseStrategy(loadPack(yaml), complaint!.example!)
    expect([strategy, ...runnersUp].map(({ code }) => code)).toContain('R2')
    expect(strategy.code).not.toBe('R2')
  })

  test('what could not be settled is said, not passed over', () => {
    // A pattern cannot be turned round, and three days compared in a ring are more than a star.
    expect(said("name LIKE 'a%' AND name LIKE 'b%'")).toEqual(['R0 UNDECIDED'])
    expect(said('day > other_day AND other_day > third_day AND third_day > day')).toEqual(['R0 UNDECIDED'])
    // What is found is found, provable or not.
    expect(said('day > other_day AND other_day > third_day')).toEqual([])
    expect(said("name LIKE 'a%'")).toEqual([])
  })

  test('a limit that changes with the day is tried on both sides of the day', () => {
    const yaml = small(
      "as_of < DATE('2020-01-01') AND as_of > add_months(day, :long) AND as_of <= add_years(day, 1)",
    )
    const later = yaml.replace(
      'long: { value: 24,',
      'long: { values: [{ from: 2000-01-01, value: 6 }, { from: 2015-01-01, value: 24 }],',
    )
    expect(errors(yaml)).toMatchObject([{ code: 'CONTRADICTORY' }])
    expect(errors(later)).toEqual([])
  })
})

describe('land that is left over', () => {
  const accepted = "\nleft_over:\n  - when: kind = 'c'\n    why: { zh: 无妨, en: never mind }\n"
  const gaps = (yaml: string) =>
    reviewPack(loadPack(yaml))
      .complaints.filter(({ code }) => code === 'GAP')
      .map(({ severity, about }) => [severity, about])

  test('is a note where the pack says nothing, a warning where it says what may be', () => {
    const yaml = small("kind = 'a'", "kind = 'b' AND x >= 5")
    expect(gaps(yaml)).toEqual([
      ['note', 'kind = b'],
      ['note', 'kind = c'],
    ])
    expect(gaps(yaml + accepted)).toEqual([['warning', 'kind = b']])
    expect(gaps(small("kind = 'a'", "kind = 'b' AND x >= 5", "kind = 'b' AND x < 5") + accepted)).toEqual([])
  })

  test('is shown by facts all of which are known and which no strategy takes', () => {
    const yaml = changed("idle.cause IN ('unknown', 'mixed')", "idle.cause IN ('unknown')")
    const found = reviewPack(loadPack(yaml)).complaints.filter(({ code }) => code === 'GAP')
    expect(found).toMatchObject([{ severity: 'warning', strategy: 'Z0', about: 'chain.stage = supplied' }])
    const [{ example }] = found as [PackComplaint]
    expect(example).toMatchObject({ 'idle.kind': 'not_started', 'idle.cause': 'mixed' })
    expect(winnerOf(loadPack(yaml), example!).code).toBe('Z0')
    expect(winnerOf(pack, example!).code).toBe('C6')
  })
})

describe('numbers', () => {
  test('values and parameters no rule names are noted', () => {
    const { complaints } = checkPack(loadPack(pack.yaml.replace(':compact_from', '0.15')))
    const texts = complaints.map(({ text }) => text.en)
    expect(texts).toContain('No rule uses the parameter compact_from.')
    expect(texts).toContain('No rule names these values of "stage" (chain.stage): exited.')
  })

  test.each([
    ['expiry_notice: { value: 365,', 'expiry_notice: { value: 36500,', 'expiry_notice'],
    ['mature_from: { value: 40,', 'mature_from: { value: 400,', 'mature_from'],
    ['buyback_cutoff: { value: 2024-11-07,', 'buyback_cutoff: { value: 2204-11-07,', 'buyback_cutoff'],
    ['IND: 3333,', 'IND: -3333,', 'min_supply_m2.IND'],
  ])('%s becomes %s', (from, to, about) => {
    const { complaints } = checkPack(loadPack(changed(from, to)))
    expect(complaints.filter(({ code }) => code === 'PARAMETER_RANGE')).toMatchObject([
      { severity: 'warning', about },
    ])
  })
})

describe('the text of a pack', () => {
  test('all that loading refuses is told at once, each with its row', () => {
    const yaml = pack.yaml
      .replace('site.used = FALSE', 'site.usde = FALSE')
      .replace("= 'planned'", "= 'planed'")
    const { complaints, pack: read } = checkText(yaml)
    expect(read).toBeNull()
    expect(complaints.map(({ code, strategy }) => [code, strategy])).toEqual([
      ['NOT_READ', 'A1'],
      ['NOT_READ', 'B1'],
    ])
    for (const { row, strategy } of complaints)
      expect(yaml.split('\n')[row! - 1]).toContain(`code: ${strategy}`)
  })

  test('what the API answers can be read: usable or not, and where', () => {
    expect(ruleCheck(pack.yaml)).toMatchObject({ usable: true, pack: { code: 'zhuzhou-2024' } })
    const broken = ruleCheck('code: [')
    expect(broken).toMatchObject({ usable: false, pack: null, complaints: [{ code: 'NOT_READ', row: 1 }] })
    const dead = ruleCheck(changed('idle_fee_after: { value: 12,', 'idle_fee_after: { value: 24,'))
    expect(dead).toMatchObject({
      usable: false,
      complaints: expect.arrayContaining([expect.objectContaining({ strategy: 'C5' })]),
    })
  })
})
