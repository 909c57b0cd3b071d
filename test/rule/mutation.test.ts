import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { lookForTruth } from '../../server/rule/check/look.ts'
import { Values } from '../../server/rule/check/values.ts'
import { defaultPack, type RulePack } from '../../server/rule/pack.ts'
import { boundaryCases } from './boundary.ts'
import { goldenCases } from './golden.ts'
import { Examiner, mutantsOf } from './mutation.ts'
import { factNumbers } from '../../server/strategy/fact-number.ts'
import { idleKindOf } from '../../server/strategy/worked-out.ts'

const pack = defaultPack()
const golden = goldenCases().map(({ facts, expect: code, runnersUp }) => ({
  facts,
  expected: [code, ...runnersUp].join(' '),
}))
const mutants = mutantsOf(pack)
const examiner = new Examiner(pack, [...golden, ...boundaryCases()])
/** The idle clock stands in no condition: a plot whose works stopped, on the last day of the twelve months and the day after. */
const isNoticedByTheClock = (changed: RulePack): boolean =>
  [
    ['2025-01-31', 'none'],
    ['2025-02-01', 'stopped'],
  ].some(([asOf, kind]) => idleKindOf({ ...halted, as_of: asOf! }, factNumbers(changed, asOf!)) !== kind)
const halted = {
  'supply.status': 'supplied',
  'start.state': 'started',
  'halt.since': '2024-01-31',
  dev_area: 1000,
  dev_area_should: 9000,
}
const survivors = mutants
  .filter((mutant) => examiner.killer(mutant) === null && !isNoticedByTheClock(mutant.pack))
  .map(({ name }) => name)
const listed = parse(
  readFileSync(new URL('../fixtures/rule/mutation-survivors.yaml', import.meta.url), 'utf8'),
) as { mutant: string; why: string }[]

test('no case fails on the pack as it is', () => {
  expect(
    examiner.killer({ name: 'nothing changed', pack, touched: pack.strategies.map(({ code }) => code) }),
  ).toBeNull()
  expect(isNoticedByTheClock(pack)).toBe(false)
})

test('every part of every strategy, every parameter and table entry is changed', () => {
  for (const { code } of pack.strategies.slice(0, -1)) {
    expect(mutants.filter(({ name }) => name.startsWith(`${code}: `)).length, code).toBeGreaterThan(2)
  }
  for (const name of Object.keys(pack.parameters)) {
    expect(
      mutants.filter((mutant) => mutant.name.startsWith(`:${name} `)),
      name,
    ).toHaveLength(2)
  }
  expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length)
  expect(mutants.length).toBeGreaterThan(800)
})

test('what is changed is noticed by a worked case, or is listed with a reason', () => {
  expect(survivors).toEqual(listed.map(({ mutant }) => mutant))
  expect(1 - survivors.length / mutants.length).toBeGreaterThanOrEqual(0.95)
  for (const { why } of listed) expect(why.length).toBeGreaterThan(10)
})

test('what is listed changes nothing: the two strategies never both hold', () => {
  const values = new Values(
    pack,
    pack.strategies.map(({ condition }) => condition),
  )
  for (const { mutant } of listed) {
    const both = mutant
      .split(' ⇄ ')
      .map((code) => pack.strategies.find((each) => each.code === code)!.condition)
    expect(lookForTruth({ op: 'and', args: both }, values, pack), mutant).toEqual({
      found: null,
      isProof: true,
    })
  }
})
