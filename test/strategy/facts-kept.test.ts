import { readFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { CITY_AS_OF } from '../../server/demo/city.ts'
import { loadDemo } from '../../server/demo/load.ts'
import { defaultPack } from '../../server/rule/pack.ts'
import { changedText } from '../../server/rule/pack-change.ts'
import { buildAndClassify } from '../../server/strategy/build-and-classify.ts'
import { runClassify } from '../../server/strategy/classify.ts'
import { eachBase } from '../helpers/database.ts'

const startedAt = '2025-07-01T08:00:00Z'
const strict = readFileSync(new URL('../../data/rules/zhuzhou-strict.yaml', import.meta.url), 'utf8')

eachBase('facts of a build', (open) => {
  beforeAll(async () => {
    for (const step of ['first', 'later'] as const)
      await loadDemo(open(), { parcels: 500, seed: 3, at: startedAt, step })
    await buildAndClassify(open(), { asOf: CITY_AS_OF, now: () => startedAt })
  })

  const takenBy = async () =>
    (await open().db.selectFrom('fact').select('run_id').distinct().execute()).map(({ run_id }) => run_id)
  /** What the run says of every parcel, without its number. */
  const said = () =>
    open()
      .db.selectFrom('assessment')
      .select(['parcel_id', 'strategy', 'ruled_strategy', 'since', 'due_on', 'due_rule', 'light'])
      .select(['runners_up', 'flags', 'tags'])
      .where('to_run', 'is', null)
      .orderBy('parcel_id')
      .execute()

  test('stand when other rules are asked over them, and lead to what facts taken anew lead to', async () => {
    const before = await takenBy()
    expect(before).toHaveLength(1)
    const kept = await runClassify(open(), { packText: strict, startedAt })
    expect(await takenBy()).toEqual(before)
    const saidThen = await said()
    const anew = await runClassify(open(), { packText: strict, startedAt, scope: 'full' })
    expect(await takenBy()).not.toEqual(before)
    expect(await said()).toEqual(saidThen)
    expect(kept).toEqual(anew)
    expect(saidThen.length).toBe(kept.parcels)
  })

  test('are taken again where the rules work them out with other numbers', async () => {
    const before = await takenBy()
    const pack = defaultPack()
    await runClassify(open(), { packText: pack.yaml, startedAt })
    expect(await takenBy()).toEqual(before)
    const packText = changedText(pack, { set: { idle_fee_after: 9 } }, CITY_AS_OF)
    await runClassify(open(), { packText, startedAt })
    expect(await takenBy()).not.toEqual(before)
  })
})
