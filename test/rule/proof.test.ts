import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkPack } from '../../server/rule/check.ts'
import { lookForTruth } from '../../server/rule/check/look.ts'
import { Values } from '../../server/rule/check/values.ts'
import { parseCql2 } from '../../server/rule/cql2.ts'
import { verdictOf, winnerOf } from '../../server/rule/evaluate.ts'
import type { Facts, FactValue } from '../../server/rule/fact.ts'
import { loadPack, type RulePack } from '../../server/rule/pack.ts'
import { addDays } from '../../server/units.ts'

// "Never" is a strong word: here every proof is held against a great many facts drawn without the checker's help.
const world = loadPack(`
code: world
version: '1'
title: { zh: 世界, en: world }
valid_from: 2024-01-01
facts:
  x: { type: number, unit: m2, zh: 甲, en: x }
  y: { type: number, unit: m2, zh: 乙, en: y }
  n: { type: number, unit: count, zh: 数, en: n }
  day: { type: date, zh: 日, en: day }
  end: { type: date, zh: 止, en: end }
  yes: { type: boolean, zh: 是, en: 'yes' }
  kind: { type: text, values: [a, b, c, d], zh: 类, en: kind }
  other: { type: text, values: [a, b, c, d], zh: 他类, en: other kind }
parameters:
  long: { value: 24, unit: month, basis: 规, read_on: null }
  half: { value: 0.5, unit: ratio, basis: 规, read_on: null }
tables:
  least: { by: kind, unit: m2, values: { a: 2, b: 4 }, otherwise: 3, basis: 规 }
strategies:
  - code: Z0
    stage: any
    title: { zh: 末, en: last }
    when: 'TRUE'
    basis: [规]
    lead: 局
    co: []
    actions: [办]
    deadline: { text: { zh: 7日, en: 7 days }, kind: mgmt }
`)

const comparison = fc.constantFrom('<', '<=', '>', '>=', '=', '<>')
const few = fc.integer({ min: 1, max: 5 })
const clause: fc.Arbitrary<string> = fc.oneof(
  fc.tuple(comparison, few).map(([op, n]) => `x ${op} ${n}`),
  fc.tuple(comparison, few).map(([op, n]) => `n ${op} ${n}`),
  comparison.map((op) => `x ${op} y * :half`),
  comparison.map((op) => `x ${op} least(kind)`),
  fc
    .tuple(comparison, fc.constantFrom('2024-02-28', '2024-02-29', '2024-03-01'))
    .map(([op, on]) => `day ${op} DATE('${on}')`),
  fc
    .tuple(comparison, fc.constantFrom('add_months(day, :long)', 'add_years(day, 1)', 'day'))
    .map(([op, on]) => `as_of ${op} ${on}`),
  fc.tuple(comparison, fc.constantFrom(0, 30, 365)).map(([op, n]) => `days_to("end") ${op} ${n}`),
  comparison.map((op) => `as_of ${op} DATE('2025-02-28')`),
  fc.constantFrom('yes = TRUE', 'yes = FALSE', 'yes IS NULL', 'x IS NOT NULL'),
  fc.constantFrom(
    "kind = 'a'",
    "kind <> 'b'",
    "kind IN ('a', 'c')",
    'kind = other',
    'kind <> other',
    "other = 'c'",
  ),
)
const condition: fc.Arbitrary<string> = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', maxDepth: 2, withCrossShrink: true },
    clause,
    fc.array(tie('node'), { minLength: 2, maxLength: 4 }).map((parts) => `(${parts.join(' AND ')})`),
    fc.array(tie('node'), { minLength: 2, maxLength: 2 }).map((parts) => `(${parts.join(' OR ')})`),
    tie('node').map((part) => `NOT (${part})`),
  ),
})).node

/** Facts near everything the clauses speak of, each known or not. */
const samples: readonly Facts[] = (() => {
  const near = (days: readonly string[], spread: number): fc.Arbitrary<string> =>
    fc
      .tuple(fc.constantFrom(...days), fc.integer({ min: -spread, max: spread }))
      .map(([day, n]) => addDays(day, n))
  const number = fc.integer({ min: 0, max: 24 }).map((n) => n / 4)
  const value: Record<string, fc.Arbitrary<FactValue>> = {
    x: number,
    y: number.map((n) => n * 2),
    n: fc.integer({ min: 0, max: 7 }),
    day: near(['2024-02-29', '2023-02-28', '2022-03-01', '2025-02-28'], 3),
    end: near(['2024-02-29', '2024-03-30', '2025-02-28', '2026-02-28'], 3),
    yes: fc.boolean(),
    kind: fc.constantFrom('a', 'b', 'c', 'd'),
    other: fc.constantFrom('a', 'b', 'c', 'd'),
  }
  return fc
    .sample(
      fc.tuple(near(['2024-02-29', '2025-02-28', '2026-02-28'], 3), fc.record(value, { requiredKeys: [] })),
      {
        seed: 9,
        numRuns: 3000,
      },
    )
    .map(([asOf, facts]) => ({ as_of: asOf, ...facts }) as Facts)
})()

test('what is said to be impossible is never met, and what is found is so', () => {
  const counts = { found: 0, proved: 0, open: 0 }
  fc.assert(
    fc.property(condition, (text) => {
      const node = parseCql2(text, 'rule')
      const { found, isProof } = lookForTruth(node, new Values(world, [node]), world)
      if (found) {
        counts.found++
        expect(verdictOf(node, { facts: found, pack: world })).toBe('true')
      } else if (isProof) {
        counts.proved++
        expect(samples.find((facts) => verdictOf(node, { facts, pack: world }) === 'true')).toBeUndefined()
      } else {
        counts.open++
        // not settled, so nothing is claimed
      }
    }),
    { seed: 242, numRuns: 800 },
  )
  expect(counts.found).toBeGreaterThan(400)
  expect(counts.proved).toBeGreaterThan(25)
  expect(counts.open).toBeLessThan(60)
})

test('a rule said never to win never wins, a rule with a witness does', () => {
  let shadowed = 0
  fc.assert(
    fc.property(fc.array(condition, { minLength: 2, maxLength: 4 }), (texts) => {
      const [last] = world.strategies
      const rules = texts.map((when, i) => ({
        ...last!,
        code: `R${i}`,
        when,
        condition: parseCql2(when, 'rule'),
      }))
      const pack: RulePack = { ...world, strategies: [...rules, last!] }
      const { complaints, witnesses } = checkPack(pack)
      for (const [code, facts] of witnesses) expect(winnerOf(pack, facts).code).toBe(code)
      const never = new Set(
        complaints.filter(({ code }) => code === 'SHADOWED').map(({ strategy }) => strategy),
      )
      shadowed += never.size
      if (never.size > 0)
        expect(samples.find((facts) => never.has(winnerOf(pack, facts).code))).toBeUndefined()
    }),
    { seed: 243, numRuns: 120 },
  )
  expect(shadowed).toBeGreaterThan(5)
})
