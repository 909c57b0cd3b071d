import { describe, expect, test } from 'vitest'
import { explanationSchema } from '../../server/contract.ts'
import type { LandFacts } from '../../server/rule/fact.ts'
import { defaultPack } from '../../server/rule/pack.ts'
import { explain } from '../../server/strategy/explain.ts'
import { hasMaturity, maturityOf, provenMaturity } from '../../server/strategy/maturity.ts'

/** A hectare left of an approval, of which everything is known. */
const ready: LandFacts = {
  as_of: '2025-01-31',
  'unit.kind': 'remainder',
  'unit.area_m2': 10_000,
  'unit.compactness': 0.785,
  'unit.project': '机床厂',
  'chain.approved': true,
  'plan.conflict': false,
  'plan.use_group': 'IND',
  'expropriation.status': 'done',
  'site.clean': true,
  'site.infra_ready': true,
  'seal.active': false,
  'right.dispute': false,
  'viol.open': false,
}
const min = { values: {}, otherwise: 3333 }
const { 'seal.active': _, ...unsealed } = ready

describe('maturity', () => {
  test.each<[string, LandFacts, least: number, most: number, horizon: string | null]>([
    ['everything there', ready, 100, 100, 'near'],
    ['nobody asked the court', unsealed, 90, 100, 'near'],
    ['half expropriated', { ...ready, 'expropriation.status': 'part' }, 95, 95, 'near'],
    [
      'against the plan, not ready',
      { ...ready, 'plan.conflict': true, 'site.infra_ready': false },
      65,
      65,
      'mid',
    ],
    ['80 is near', { ...ready, 'plan.conflict': true }, 80, 80, 'near'],
    ['an open case', { ...ready, 'viol.open': true }, 90, 90, 'near'],
    ['too small and thin', { ...ready, 'unit.area_m2': 3332, 'unit.compactness': 0.399 }, 90, 90, 'near'],
    [
      'just large and round enough',
      { ...ready, 'unit.area_m2': 3333, 'unit.compactness': 0.4 },
      100,
      100,
      'near',
    ],
    ['only that it is approved', { 'unit.kind': 'remainder', 'chain.approved': true }, 20, 100, null],
    ['nothing at all', {}, 0, 100, null],
  ])('%s', (_what, facts, least, most, horizon) => {
    const found = maturityOf(facts, min)
    expect([found.least, found.most, found.horizon?.code ?? null]).toEqual([least, most, horizon])
    expect(provenMaturity(facts, min)).toBe(least)
    expect(found.max).toBe(100)
    expect(found.parts.filter(({ score }) => score === null)).toHaveLength(found.unknown)
  })

  test('every part says why', () => {
    const { parts } = maturityOf(unsealed, min)
    expect(parts.map(({ code, score, max }) => [code, score, max])).toEqual([
      ['plan', 20, 20],
      ['approval', 20, 20],
      ['expropriation', 10, 10],
      ['clean', 10, 10],
      ['infra', 15, 15],
      ['title', null, 10],
      ['size', 5, 5],
      ['shape', 5, 5],
      ['demand', 5, 5],
    ])
    expect(parts[5]!.why.zh).toContain('查封:未知')
    expect(parts[6]!.why.en).toBe('10000 m², at least 3333 m²')
  })

  test('belongs to land not yet supplied, and stands in the explanation', () => {
    expect(hasMaturity({ 'unit.kind': 'titled' })).toBe(false)
    const pack = defaultPack()
    const told = (facts: LandFacts) => explain({ parcel: 1, asOf: '2025-01-31', pack, facts, sources: {} })
    expect(told({ ...ready, 'unit.kind': 'titled' }).maturity).toBeNull()
    const { maturity } = explanationSchema.parse(told(ready))
    expect(maturity).toMatchObject({ least: 100, horizon: { code: 'near' } })
  })
})
