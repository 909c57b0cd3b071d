import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { describe, expect, test } from 'vitest'
import { parseCql2 } from '../../server/rule/cql2.ts'
import { chooseStrategy, verdictOf } from '../../server/rule/evaluate.ts'
import { factDefinitions, factNames, type Facts } from '../../server/rule/fact.ts'
import { defaultPack, deliveredPacks } from '../../server/rule/pack.ts'
import { factsArbitrary } from './arbitrary.ts'
import { goldenCases } from './golden.ts'

const pack = defaultPack()
const strict = deliveredPacks().find(({ file }) => file === 'zhuzhou-strict.yaml')!.pack
const facts: readonly Facts[] = [
  ...goldenCases().map((example) => example.facts),
  ...fc.sample(factsArbitrary, { seed: 39, numRuns: 1500 }),
]

describe('the pack against the domain list, row by row', () => {
  const rows = parse(readFileSync(new URL('../../data/codes/strategies.csv', import.meta.url), 'utf8'), {
    columns: true,
  }) as Record<'code' | 'trigger' | 'legal_basis' | 'deadline', string>[]

  test.each(rows)(
    '$code is true, false and unknown for the same facts as its trigger',
    ({ code, trigger }) => {
      const asListed = parseCql2(inCql2(trigger), 'rule')
      const ours = pack.strategies.find((strategy) => strategy.code === code)!
      for (const known of facts) {
        const circumstances = { facts: known, pack }
        expect(verdictOf(ours.condition, circumstances), JSON.stringify(known)).toBe(
          verdictOf(asListed, circumstances),
        )
      }
    },
  )

  test('every basis of the list stands in the pack', () => {
    const bare = (text: string): string => text.replace(/\(unverified\)|\s/g, '')
    for (const { code, legal_basis } of rows) {
      const said = pack.strategies
        .find((strategy) => strategy.code === code)!
        .basis.map(bare)
        .join(';')
      for (const basis of legal_basis.split(';').map(bare)) expect(said, code).toContain(basis)
    }
  })

  test('every deadline of the list stands in the pack', () => {
    for (const { code, deadline } of rows) {
      const { text } = pack.strategies.find((strategy) => strategy.code === code)!.deadline
      if (/[\u4e00-\u9fff]/.test(deadline)) expect(text.en, code).not.toBe('')
      else expect(text.en, code).toBe(deadline)
    }
  })

  /** The little language of the list, written as CQL2: word for word, with the numbers the list has in it. */
  function inCql2(trigger: string): string {
    const truths = factNames.filter((name) => factDefinitions[name].type === 'boolean')
    let text = trigger
      .replaceAll('==', '=')
      .replaceAll('!=', '<>')
      .replaceAll('"', "'")
      .replace(/\basOf\b/g, 'as_of')
      .replace(/\baddYears\b/g, 'add_years')
      .replace(/\bdaysTo\b/g, 'days_to')
      .replace(/\blowEff\b/g, 'low_eff')
      .replace(/\btol\b/g, '1')
      .replace(/\bBUYBACK_CUTOFF\b/g, "DATE('2024-11-07')")
      .replace(/^True$/, 'TRUE')
    for (const name of truths)
      text = text.replace(
        new RegExp(`(?<![\\w.])${name.replaceAll('.', '\\.')}(?![\\w.])`, 'g'),
        `(${name} = TRUE)`,
      )
    return text
  }
})

describe('the strict pack', () => {
  test('differs in one thing only: recovery without compensation comes before buy-back', () => {
    const order = pack.strategies.map(({ code }) => code).filter((code) => code !== 'C4')
    order.splice(order.indexOf('C2'), 0, 'C4')
    expect(strict.strategies.map(({ code }) => code)).toEqual(order)
    const bare = ({ strategies, parameters, tables, leftOver }: typeof pack) => ({
      leftOver,
      parameters,
      tables,
      strategies: strategies.toSorted((a, b) => (a.code < b.code ? -1 : 1)),
    })
    expect(bare(strict)).toEqual(bare(pack))
  })

  test('all 39 worked examples come out as in the other, since none of them is in both', () => {
    for (const { expect: code, facts: known } of goldenCases())
      expect(chooseStrategy(strict, known).strategy.code).toBe(code)
  })

  // A commercial plot of 2021, to be begun by 2022-12-01; its holder, to blame and unwilling, stands on the buy-back list.
  const listed: Facts = {
    ...goldenCases().find(({ expect: code }) => code === 'C4')!.facts,
    'supply.date': '2021-06-01',
    'supply.use_group': 'COM',
    'start.state': 'none',
    'start.due': '2022-12-01',
    'holder.unwilling_or_unable': true,
    'buyback.listed': true,
  }
  test.each([
    ['2024-12-01', 'C2', ['C5'], 'C2', ['C5']], // two years to the day: still only a fee
    ['2024-12-02', 'C2', ['C4'], 'C4', ['C2']],
  ])('on %s', (as_of, usual, others, hard, itsOthers) => {
    const chosen = (rules: typeof pack) => {
      const { strategy, runnersUp } = chooseStrategy(rules, { ...listed, as_of })
      return [strategy.code, runnersUp.map(({ code }) => code)]
    }
    expect(chosen(pack)).toEqual([usual, others])
    expect(chosen(strict)).toEqual([hard, itsOthers])
  })
})
