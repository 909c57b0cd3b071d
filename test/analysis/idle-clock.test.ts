import { describe, expect, it, test } from 'vitest'
import { idleState, type IdleInput } from '../../server/analysis/idle-clock.ts'

const notStarted = (input: Partial<IdleInput> & { asOf: string }) =>
  idleState({ startState: 'none', finished: false, ...input })

describe('never started', () => {
  // the day of the agreed start, the last day of the first year, the day after, and the same for two years
  const calendar = [
    ['2023-03-15', '2024-03-15', '2024-03-16', '2025-03-15'],
    ['2024-02-29', '2025-02-28', '2025-03-01', '2026-02-28'], // no 29th that year: the last day of the month
    ['2023-02-28', '2024-02-28', '2024-02-29', '2025-02-28'], // into a leap year: the corresponding day, not the last
    ['2022-12-31', '2023-12-31', '2024-01-01', '2024-12-31'],
  ] as const

  it.each(calendar)('due %s: not idle on %s, idle on %s', (startDue, lastDay, dayAfter, twoYears) => {
    expect(notStarted({ startDue, asOf: lastDay })).toEqual({
      kind: 'none',
      startDue,
      startDueDerived: false,
      oneYearLastDay: lastDay,
      twoYearLastDay: twoYears,
    })
    expect(notStarted({ startDue, asOf: dayAfter }).kind).toBe('not_started')
  })

  test('without an agreed start the clock runs from one year after handover', () => {
    const input = { handoverOn: '2022-08-01' }
    expect(notStarted({ ...input, asOf: '2024-08-01' })).toEqual({
      kind: 'none',
      startDue: '2023-08-01',
      startDueDerived: true,
      oneYearLastDay: '2024-08-01',
      twoYearLastDay: '2025-08-01',
    })
    expect(notStarted({ ...input, asOf: '2024-08-02' }).kind).toBe('not_started')
  })

  test('an agreed start counts, whenever the land was handed over', () => {
    const state = notStarted({ startDue: '2023-03-15', handoverOn: '2020-01-01', asOf: '2024-03-15' })
    expect(state).toMatchObject({ kind: 'none', startDue: '2023-03-15', startDueDerived: false })
  })

  test('with neither date it cannot be told', () => {
    expect(notStarted({ asOf: '2024-06-30' })).toEqual({
      kind: undefined,
      startDue: undefined,
      startDueDerived: false,
      oneYearLastDay: undefined,
      twoYearLastDay: undefined,
    })
  })

  test('a blank start is not "not started": it cannot be told, however late', () => {
    const state = notStarted({ startDue: '2010-01-01', asOf: '2024-06-30', startState: 'unknown' })
    expect(state.kind).toBeUndefined()
    expect(state.oneYearLastDay).toBe('2011-01-01')
  })

  test('what is finished is not idle, whatever else is missing', () => {
    expect(notStarted({ startDue: '2010-01-01', asOf: '2024-06-30', finished: true }).kind).toBe('none')
    expect(notStarted({ asOf: '2024-06-30', startState: 'unknown', finished: true }).kind).toBe('none')
  })
})

describe('started, then stopped', () => {
  const stopped = (input: Partial<IdleInput>) =>
    idleState({
      asOf: '2024-06-30',
      startDue: '2020-01-01',
      startState: 'started',
      finished: false,
      haltedSince: '2023-06-29',
      ...input,
    }).kind
  const half = { developedM2: 500, shouldDevelopM2: 1000, investedWan: 500, totalInvestWan: 1000 }

  test.each<[string, Partial<IdleInput>, ReturnType<typeof stopped>]>([
    ['half developed and half invested', half, 'none'],
    ['exactly a third developed', { ...half, developedM2: 300, shouldDevelopM2: 900 }, 'none'],
    ['just under a third', { ...half, developedM2: 299.9, shouldDevelopM2: 900 }, 'stopped'],
    ['exactly a quarter invested', { ...half, investedWan: 250 }, 'none'],
    ['just under a quarter', { ...half, investedWan: 249.9 }, 'stopped'],
    ['nothing developed', { ...half, developedM2: 0 }, 'stopped'],
    ['little developed, investment unknown', { developedM2: 100, shouldDevelopM2: 900 }, 'stopped'],
    ['little invested, development unknown', { investedWan: 1, totalInvestWan: 1000 }, 'stopped'],
    ['enough developed, investment unknown', { developedM2: 500, shouldDevelopM2: 900 }, undefined],
    ['enough invested, development unknown', { investedWan: 500, totalInvestWan: 1000 }, undefined],
    ['neither known', {}, undefined],
    ['a share of nothing is not known', { ...half, shouldDevelopM2: 0 }, undefined],
    ['works go on: no halt is recorded', { ...half, developedM2: 0, haltedSince: undefined }, 'none'],
  ])('%s', (_, input, expected) => expect(stopped(input)).toBe(expected))

  test('a halt is idle from the day after its first year', () => {
    const little = { ...half, developedM2: 0 }
    expect(stopped({ ...little, haltedSince: '2023-06-30' })).toBe('none')
    expect(stopped({ ...little, haltedSince: '2023-06-29' })).toBe('stopped')
    expect(stopped({ ...little, haltedSince: '2024-02-29', asOf: '2025-02-28' })).toBe('none')
    expect(stopped({ ...little, haltedSince: '2024-02-29', asOf: '2025-03-01' })).toBe('stopped')
  })
})
