import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { parseCql2 } from '../../server/rule/cql2.ts'
import type { Facts } from '../../server/rule/fact.ts'
import { defaultPack, loadPack } from '../../server/rule/pack.ts'
import { nearestDouble } from '../../server/strategy/double.ts'
import { nearestFlip } from '../../server/strategy/flip.ts'
import { winnerOf } from '../../server/rule/evaluate.ts'
import { factsArbitrary } from '../rule/arbitrary.ts'
import { goldenCases } from '../rule/golden.ts'
import { flipComplaints } from './flip-holds.ts'

const pack = defaultPack()

test('gives what it says, and nothing smaller does, in every worked example', () => {
  for (const { facts, expect: code } of goldenCases()) expect(flipComplaints(pack, facts), code).toEqual([])
})

test('and over facts drawn at random', () => {
  for (const facts of fc.sample(factsArbitrary, { seed: 11, numRuns: 20 }))
    expect(flipComplaints(pack, facts), JSON.stringify(facts)).toEqual([])
})

describe('stands exactly on the limit', () => {
  /** A pack of two strategies: A1 where the condition holds. */
  const two = (when: string) => {
    const [first, second] = pack.yaml.split('strategies:\n')
    const [last] = second!.slice(second!.indexOf('  - code: Z0')).split(/^(?=\S)/m) as [string]
    const rule = last.replace('code: Z0', 'code: A1').replace("when: 'TRUE'", `when: ${when}`)
    return loadPack(`${first}strategies:\n${rule}${last}`)
  }
  const flipOf = (when: string, facts: Facts) => {
    const rules = two(when)
    return nearestFlip(rules, facts, winnerOf(rules, facts))!
  }
  const as_of = '2025-01-31'

  it.each([
    ['unit.area_m2 >= 3333', 3000, 3333, '3333 平方米'],
    ['unit.area_m2 >= 3333', 4000, 3333 - 2 ** -41, '低于 3333 平方米'],
    ['unit.area_m2 > 3333', 3000, 3333 + 2 ** -41, '超过 3333 平方米'],
    ['unit.area_m2 > 3333', 4000, 3333, '3333 平方米'],
  ])('%s from %s: %s', (when, from, to, shown) => {
    const flip = flipOf(when, { as_of, 'unit.area_m2': from })
    expect([flip.to, flip.shown.to.zh]).toEqual([to, shown])
  })

  it.each([
    // the day of the month that is not there: from the 29th on, six months end on the same last day of February
    ['as_of > add_months(start.due, 6)', '2024-12-01', '2024-07-30', '提前 124 日'],
    ['as_of > add_years(start.due, 1)', '2024-01-31', '2024-01-30', '提前 1 日'],
    ['as_of > add_years(start.due, 1)', '2024-01-30', '2024-01-31', '推后 1 日'],
    ['days_to(start.due) <= 30', '2025-03-03', '2025-03-02', '提前 1 日'],
  ])('%s from %s: %s', (when, from, to, step) => {
    const flip = flipOf(when, { as_of, 'start.due': from })
    expect([flip.to, flip.step.zh]).toEqual([to, step])
  })
})

test('the first number beyond a limit is found among all a double can take', () => {
  expect(nearestDouble(0, 1e9, (x) => x > 0)).toBe(Number.MIN_VALUE)
  expect(nearestDouble(5, 0, (x) => x < 0.2)).toBe(0.2 - 2 ** -55)
  expect(nearestDouble(-1, 1, (x) => x >= 0.1 + 0.2)).toBe(0.1 + 0.2)
})

test('a condition that no single fact can turn has none', () => {
  expect(parseCql2('TRUE', 'rule')).toBe(true)
  const facts: Facts = { as_of: '2025-01-31' }
  expect(nearestFlip(pack, facts, winnerOf(pack, facts))).toBeNull()
})
