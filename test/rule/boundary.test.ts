import { beforeAll, expect, test } from 'vitest'
import { chooseStrategy } from '../../server/rule/evaluate.ts'
import { defaultPack } from '../../server/rule/pack.ts'
import { insertFacts } from '../../server/strategy/fact-store.ts'
import { eachBase } from '../helpers/database.ts'
import { boundaryCases } from './boundary.ts'
import { goldenCases } from './golden.ts'
import { packToSql } from './pack-sql.ts'

const pack = defaultPack()
const cases = boundaryCases()

test.each(cases)('$about: $expected', ({ facts, expected }) => {
  const { strategy, runnersUp } = chooseStrategy(pack, facts)
  expect([strategy, ...runnersUp].map(({ code }) => code).join(' ')).toBe(expected)
})

test('every strategy has its limits tried', () => {
  expect(new Set(cases.map(({ expected }) => expected.split(' ')[0]))).toEqual(
    new Set(pack.strategies.map(({ code }) => code)),
  )
})

eachBase('the worked cases in SQL', (open) => {
  const all = [
    ...cases,
    ...goldenCases().map(({ facts, expect: code, runnersUp }) => ({
      facts,
      expected: [code, ...runnersUp].join(' '),
    })),
  ]
  beforeAll(async () => {
    await open().transaction((tx) =>
      insertFacts(
        tx,
        1,
        all.map(({ facts }, i) => ({ countyCode: '430211', parcelId: i + 1, facts, sources: {} })),
      ),
    )
  })

  test('come out as in TypeScript', async () => {
    const { rows } = await packToSql(pack, { takenBy: 1 }).execute(open().db)
    const bySql = new Map(
      rows.map(({ parcel_id, strategy, runners_up }) => [
        Number(parcel_id),
        [strategy, ...runners_up].join(' '),
      ]),
    )
    expect(all.map((_, i) => bySql.get(i + 1))).toEqual(all.map(({ expected }) => expected))
  })
})
