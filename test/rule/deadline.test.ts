import { describe, expect, it, test } from 'vitest'
import {
  addWorkingDays,
  deadlinesOf,
  dueOf,
  lightOf,
  nextDeadline,
  warningFor,
} from '../../server/rule/deadline.ts'
import type { Facts } from '../../server/rule/fact.ts'
import { defaultPack, loadPack } from '../../server/rule/pack.ts'

const pack = defaultPack()
const strategy = (code: string) => pack.strategies.find((each) => each.code === code)!

// Supplied on 2024-03-01, to be handed over by 2024-05-01 and begun by 2024-11-01; not begun.
const late: Facts = {
  as_of: '2025-03-01',
  'chain.stage': 'supplied',
  'supply.date': '2024-03-01',
  'deliver.state': 'done',
  'deliver.due': '2024-05-01',
  'start.state': 'none',
  'start.due': '2024-11-01',
}
const at = (facts: Facts, code: string, since: string | null = '2024-11-02') => {
  const all = deadlinesOf(pack, facts, { strategy: strategy(code), since })
  return { all, next: nextDeadline(all), light: lightOf(all) }
}

describe('working days are Mondays to Fridays', () => {
  it.each([
    ['2025-03-07', 1, '2025-03-10'], // a Friday
    ['2025-03-08', 1, '2025-03-10'], // a Saturday counts as from the Friday before
    ['2025-03-09', 1, '2025-03-10'],
    ['2025-03-10', 1, '2025-03-11'],
    ['2025-03-10', 5, '2025-03-17'],
    ['2025-03-10', 15, '2025-03-31'], // three whole weeks
    ['2025-03-12', 10, '2025-03-26'],
  ])('%s and %i more: %s', (from, n, due) => expect(addWorkingDays(from, n)).toBe(due))
})

describe('terms as the civil code counts them', () => {
  it.each([
    [{ n: 30, unit: 'day' }, '2025-01-31', '2025-03-02'],
    [{ n: 6, unit: 'month' }, '2024-08-31', '2025-02-28'], // no 31st: the last day of the month
    [{ n: 1, unit: 'year' }, '2024-02-29', '2025-02-28'],
    [{ n: 1, unit: 'year_end' }, '2025-01-31', '2025-12-31'],
  ] as const)('%o from %s ends on %s', (part, from, due) =>
    expect(dueOf({ ...part, from: 'flag', every: false }, from, '2025-01-31')).toBe(due),
  )

  it.each([
    ['month', 1, '2025-01-31', '2025-02-28', '2025-02-28'],
    ['month', 1, '2025-01-31', '2025-03-01', '2025-03-31'], // counted from the first day, not from the clipped one
    ['month', 3, '2025-01-15', '2025-01-15', '2025-04-15'],
    ['month', 3, '2025-01-15', '2025-10-16', '2026-01-15'],
    ['day', 90, '2025-01-01', '2025-04-01', '2025-04-01'],
    ['day', 90, '2025-01-01', '2025-04-02', '2025-06-30'],
    ['year', 1, '2024-02-29', '2025-03-01', '2026-02-28'],
  ] as const)('every %s × %i from %s, asked on %s: %s', (unit, n, from, asOf, due) =>
    expect(dueOf({ n, unit, from: 'flag', every: true }, from, asOf)).toBe(due),
  )
})

describe('the clocks of a parcel', () => {
  test('of late works: begin was due, one year and two years lie ahead', () => {
    const { all, next, light } = at(late, 'C8')
    expect(
      all
        .filter(({ rule }) => !rule.startsWith('C8'))
        .map(({ rule, due, daysLeft }) => [rule, due, daysLeft]),
    ).toEqual([
      ['start_due', '2024-11-01', -120],
      ['idle_one_year', '2025-11-01', 245],
      ['idle_two_years', '2026-11-01', 610],
    ])
    // six and nine months after the start due, and the monthly visit
    expect(
      all
        .filter(({ rule }) => rule.startsWith('C8'))
        .map(({ rule, due, recurring }) => [rule, due, recurring]),
    ).toEqual([
      ['C8.1', '2025-03-02', true],
      ['C8.2', '2025-05-01', false],
      ['C8.3', '2025-08-01', false],
    ])
    expect([next!.rule, next!.due]).toEqual(['C8.2', '2025-05-01'])
    expect(light).toBe('yellow') // missed by 120 days of a term of 245, and due in 61 days
  })

  it.each([
    ['2024-11-01', 'yellow'], // the last day itself
    ['2024-11-02', 'yellow'], // missed by one day
    ['2025-03-03', 'yellow'], // by 122 days of 245: less than half
    ['2025-03-04', 'red'], // by 123: half of it
  ])('on %s the light is %s', (as_of, light) => expect(at({ ...late, as_of }, 'C8').light).toBe(light))

  test('a clock nobody can tell is met is grey once it has passed, never red', () => {
    const unsure: Facts = { ...late, as_of: '2027-01-01', 'start.state': 'unknown' }
    const { all, light } = at(unsure, 'C4', null)
    expect(all.filter(({ due }) => due !== null).map(({ state }) => state)).toEqual([
      'unsure',
      'unsure',
      'unsure',
    ])
    expect(all.filter(({ due }) => due === null).map(({ rule, state }) => [rule, state])).toEqual([
      ['C4.1', 'undated'],
      ['C4.2', 'undated'],
    ])
    expect(light).toBe('grey')
  })

  test('what is met or does not run is not listed', () => {
    const begun: Facts = {
      ...late,
      'start.state': 'started',
      'chain.stage': 'building',
      'finish.due': '2026-06-30',
    }
    expect(at(begun, 'D2').all.map(({ rule }) => rule)).toEqual(['D2.1', 'finish_due'])
  })

  test('an approval lapses after two years unless it was used or paid for', () => {
    const approved: Facts = {
      as_of: '2025-01-31',
      'chain.stage': 'approved',
      'approval.valid': 'valid',
      'approval.date': '2023-04-30',
    }
    const clock = (facts: Facts) => at(facts, 'B7').all.map(({ rule, due, state }) => [rule, due, state])
    expect(clock(approved)).toEqual([['approval_lapse', '2025-04-30', 'unsure']])
    expect(clock({ ...approved, 'comp.implemented': false, 'site.used': false })).toEqual([
      ['approval_lapse', '2025-04-30', 'open'],
    ])
    expect(clock({ ...approved, 'comp.implemented': true })).toEqual([])
  })

  test('a term ends, and its renewal is to be applied for a year before', () => {
    const built: Facts = { as_of: '2025-01-31', 'chain.stage': 'built', 'term.end': '2026-02-28' }
    expect(at(built, 'E9', '2025-01-31').all.map(({ rule, due }) => [rule, due])).toEqual([
      ['renewal_application', '2025-02-28'],
      ['E9.1', '2026-01-31'],
      ['term_end', '2026-02-28'],
    ])
  })

  test('an override ends on its last day', () => {
    const override = { setOn: '2025-03-01', expiresOn: '2025-03-31' }
    const all = deadlinesOf(pack, late, { strategy: strategy('C3'), since: '2025-03-01', override })
    expect(nextDeadline(all)!.rule).toBe('override')
  })
})

test.each([
  [91, null],
  [90, 90],
  [31, 90],
  [30, 30],
  [8, 30],
  [7, 7],
  [0, 7],
  [-1, null],
  [null, null],
])('%s days ahead: warned %s days before', (daysLeft, warning) => expect(warningFor(daysLeft)).toBe(warning))

describe('a pack', () => {
  test('whose deadline counts from no event and no day is refused', () => {
    const wrong = pack.yaml.replace(
      'parts: [{ days: 15, from: flag }',
      'parts: [{ days: 15, from: site.built }',
    )
    expect(() => loadPack(wrong)).toThrow(/neither an event nor the day of a fact/)
  })

  test('whose clock speaks of no fact is refused', () => {
    expect(() => loadPack(pack.yaml.replace('due: deliver.due', 'due: deliver.dew'))).toThrow(/deliver\.dew/)
    expect(() => loadPack(pack.yaml.replace('due: deliver.due', 'due: unit.area_m2'))).toThrow(/date/)
  })
})
