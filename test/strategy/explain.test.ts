import { describe, expect, test } from 'vitest'
import { winnerOf } from '../../server/rule/evaluate.ts'
import type { Facts } from '../../server/rule/fact.ts'
import { defaultPack } from '../../server/rule/pack.ts'
import { explain } from '../../server/strategy/explain.ts'
import { withFact } from '../../server/strategy/worked-out.ts'
import { goldenCases } from '../rule/golden.ts'

const pack = defaultPack()
const explained = (facts: Facts) =>
  explain({ parcel: 1, asOf: String(facts.as_of), pack, facts, sources: {} })
const example = (code: string): Facts => goldenCases().find((one) => one.expect === code)!.facts

describe('the nearest change', () => {
  test.each(goldenCases())('$expect: really gives what it says', ({ expect: code, facts }) => {
    const { strategy, nearestFlip } = explained(facts)
    expect(strategy.code).toBe(code)
    expect(nearestFlip).not.toBeNull()
    expect(nearestFlip!.strategy).not.toBe(code)
    expect(nearestFlip!.from).toBe(facts[nearestFlip!.fact as keyof Facts])
    const then = withFact(pack, facts, nearestFlip!.fact, nearestFlip!.to)
    expect(winnerOf(pack, then).code).toBe(nearestFlip!.strategy)
  })

  test.each([
    ['C9', 'start.due', '2025-01-30', 'C8'], // due the day before the day asked about
    ['C4', 'start.due', '2023-01-31', 'C5'], // then the second year would end today
    ['A1', 'maturity.score', 40, 'A2'],
    ['B6', 'unit.area_m2', 3333, 'B8'], // the smallest industrial plot
    ['E4', 'partial.unused_ratio', 0.2 - 2 ** -55, 'E9'], // the first number below a fifth
  ])('%s hangs on %s', (code, fact, to, strategy) => {
    expect(explained(example(code)).nearestFlip).toMatchObject({ fact, to, strategy })
  })
})

test('land whose works would begin is land in building, as the build would have it', () => {
  const facts: Facts = { ...example('C2'), 'finish.due': '2026-12-31' }
  expect(explained(facts).nearestFlip).toMatchObject({ fact: 'start.state', to: 'started', strategy: 'D2' })
  const begun = withFact(pack, facts, 'start.state', 'started')
  expect([begun['chain.stage'], begun['site.built']]).toEqual(['building', true])
  const finished: Facts = { ...facts, 'chain.stage': 'built', 'start.state': 'started' }
  expect(withFact(pack, finished, 'start.state', 'none')['chain.stage']).toBe('built') // told by its completion
})

test('land not supplied is a parcel only under a valid approval: its end is no change of strategy', () => {
  for (const { facts } of goldenCases().filter((one) => one.facts['chain.stage'] === 'approved'))
    expect(explained(facts).nearestFlip?.fact).not.toBe('approval.valid')
  expect(explained(example('B2')).nearestFlip).not.toBeNull()
})

test('flags raised from facts come with the facts they rest on; others have findings of the build', () => {
  const facts: Facts = { ...example('E9'), 'mortgage.active': true, 'right.feature2': 'B' }
  const { flags } = explain({
    parcel: 1,
    asOf: String(facts.as_of),
    pack,
    facts,
    sources: {
      'mortgage.active': {
        recordId: 5,
        kind: 'registration',
        doc: '430211001002GB00009',
        field: 'mortgaged',
      },
    },
  })
  expect(flags).toHaveLength(1)
  expect(flags[0]).toMatchObject({
    code: 'P404',
    severity: 'mid',
    reason: { verdict: 'true', facts: [{ name: 'mortgage.active', value: true }] },
  })
  expect(flags[0]!.reason.facts[0]!.source!.zh).toContain('430211001002GB00009')
  expect(explained({ ...facts, 'mortgage.active': false }).flags).toEqual([])
})

describe('what to find out', () => {
  const remainder: Facts = {
    as_of: '2025-01-31',
    'chain.stage': 'approved',
    'approval.valid': 'valid',
    'approval.date': '2022-06-30',
    'flags.block': 0,
  }
  const unknowns = (facts: Facts) =>
    explained(facts).unknowns.map(({ name, couldGive }) => [name, couldGive] as const)

  test('is nothing where everything that matters is known', () => {
    expect(unknowns(example('E9'))).toEqual([])
  })

  test('one fact that alone would give another strategy', () => {
    const known: Facts = { ...remainder, 'comp.implemented': false, 'supply.status': 'none' }
    expect(explained(known).strategy.code).toBe('Z0')
    // Unused, the approval has lapsed; used, the supply is to be made up for.
    expect(new Map(unknowns(known)).get('site.used')).toEqual(['B1', 'B4'])
  })

  test('facts that only together would', () => {
    const codes = new Map(unknowns(remainder))
    expect(codes.get('comp.implemented')).toContain('B1')
    expect(codes.get('site.used')).toContain('B1')
    expect(codes.get('viol.open')).toEqual(['X3'])
    // A seal would do for the court and so would bankruptcy: to find out either may decide, while nothing is produced.
    expect(codes.get('seal.active')).toEqual(['X5'])
    expect(codes.get('holder.bankrupt')).toEqual(['X5'])
    expect(codes.get('production.started')).toEqual(['X5'])
  })
})
