import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { planarAreaM2 } from '../../server/geo/area.ts'
import { overlapShape, unionShape } from '../../server/geo/overlap-shape.ts'
import { eachBase } from '../helpers/database.ts'
import { casesOf, setNames, type SetName } from './robustness/cases.ts'
import { compareAreas, compareEngines, compareValidity, type Comparison } from './robustness/compare.ts'
import { shapesOf } from './robustness/engines.ts'
import { judge, type Judged } from './robustness/judge.ts'
import { expectGoodPiece } from './rings.ts'

/** Cases of each set by what our rule for deliveries makes of them: both bases say the same. */
const tallies: Readonly<Record<SetName, Readonly<Record<string, number>>>> = {
  jts: {
    used: 423,
    repaired: 146,
    'refused NOT_AN_AREA': 901,
    'refused EMPTY': 54,
    'refused P602': 87,
    'refused NOT_FINITE': 1,
    'refused EXTENT_TOO_LARGE': 5,
  },
  turf: {
    used: 38,
    repaired: 22,
    'refused NOT_AN_AREA': 44,
    'refused P602': 16,
    'refused NOT_FINITE': 1,
  },
  'polygon-clipping': { used: 54, repaired: 8, 'refused P602': 30, 'refused EMPTY': 1 },
  martinez: { used: 28, repaired: 8, 'refused P602': 4 },
}

/** The rows of disagreements.md: set, case and question, each with its reason. */
const explained = readFileSync(
  new URL('../fixtures/geo/overlay-robustness/disagreements.md', import.meta.url),
  'utf8',
)
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => {
    const [set, what, why] = line.split('|').slice(1, 4)
    return { set: set!.replaceAll(/[` ]/g, ''), what: what!.replaceAll('`', '').trim(), why: why!.trim() }
  })
const explainedOf = (set: SetName, isVerdict: boolean): string[] =>
  explained
    .filter((row) => row.set === set && /: valid (true|false)$/.test(row.what) === isVerdict)
    .map(({ what }) => what)
    .sort()

const tallyOf = (judged: readonly Judged[]): Record<string, number> => {
  const tally: Record<string, number> = {}
  for (const { state, code } of judged) {
    const name = code === null ? state : `${state} ${code}`
    tally[name] = (tally[name] ?? 0) + 1
  }
  return tally
}

const all = (comparisons: readonly Comparison[]): Comparison => ({
  compared: comparisons.reduce((sum, { compared }) => sum + compared, 0),
  disagreements: comparisons.flatMap(({ disagreements }) => disagreements).sort(),
})

test('every disagreement has its reason written down', () => {
  for (const { set, what, why } of explained) {
    expect(setNames).toContain(set)
    expect(why.length, what).toBeGreaterThan(40)
  }
})

eachBase('robustness sets', (open) => {
  describe.each(setNames)('%s', (set) => {
    let judged: Judged[] = []
    beforeAll(async () => {
      judged = await open()
        .db.transaction()
        .execute((tx) => judge(tx, casesOf(set)))
    })

    test('used + repaired + refused = all cases', () => {
      expect(judged).toHaveLength(casesOf(set).length)
      expect(tallyOf(judged)).toEqual(tallies[set])
      const counted = Object.values(tallies[set]).reduce((sum, count) => sum + count, 0)
      expect(counted).toBe(casesOf(set).length)
    })

    test('the verdict on every shape is the expected one, or explained', () => {
      expect(all(judged.map(compareValidity)).disagreements).toEqual(explainedOf(set, true))
    })

    test('a repair moves no more land than its rule allows', () => {
      for (const verdict of judged.flatMap(({ shapes }) => shapes)) {
        if (verdict.state === 'refused') continue
        expect(verdict.changedM2).toBeLessThanOrEqual(Math.min(1, 0.001 * planarAreaM2(verdict.shape) + 1))
      }
    })

    // the engines do not know which base is behind them: once is enough
    test('every area is the expected one, or explained', () => {
      if (open().kind === 'server') return
      const { compared, disagreements } = all(judged.map(compareAreas))
      expect(disagreements).toEqual(explainedOf(set, false))
      expect(compared).toBeGreaterThan(90)
    })

    test('kernel, core and one-shape engine agree on every pair, expected or not', () => {
      if (open().kind === 'server') return
      const { compared, disagreements } = all(judged.map(compareEngines))
      expect(disagreements).toEqual([])
      expect(compared).toBeGreaterThan(150)
    })

    test('every piece of every overlay is a good polygon', () => {
      if (open().kind === 'server') return
      let pieces = 0
      for (const one of judged) {
        if (one.state === 'refused') continue
        const [a, b] = shapesOf(one) // up to 1e9 m from the origin
        for (const piece of b === undefined ? unionShape([a!]) : overlapShape(a!, b)) {
          expectGoodPiece(piece, 2.5e-7)
          pieces++
        }
      }
      expect(pieces).toBeGreaterThan(20)
    })
  })
})
