import { readFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { runBuild } from '../../server/build/run.ts'
import { precedence } from '../../server/claim/precedence.ts'
import { CITY_AS_OF } from '../../server/demo/city.ts'
import { loadDemo } from '../../server/demo/load.ts'
import { defaultPack } from '../../server/rule/pack.ts'
import { changedText } from '../../server/rule/pack-change.ts'
import { buildAndClassify } from '../../server/strategy/build-and-classify.ts'
import { insertChoice } from '../../server/strategy/choice-store.ts'
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

  test('are taken again where a person chose a statement since, and of another build of the day', async () => {
    const again = async (at: string) => {
      const before = await takenBy()
      await runClassify(open(), { startedAt: at })
      return { before, after: await takenBy() }
    }
    await runClassify(open(), { startedAt })
    const same = await again(startedAt)
    expect(same.after).toEqual(same.before)

    const [parcel] = await open()
      .db.selectFrom('fact')
      .select(['parcel_id', 'county_code'])
      .limit(1)
      .execute()
    await open().transaction((tx) =>
      insertChoice(tx, {
        countyCode: parcel!.county_code,
        parcelId: parcel!.parcel_id,
        field: 'holder',
        recordId: null,
        value: null,
        rule: 'CP01',
        precedenceHash: precedence().hash,
        seen: [],
        by: '数据员甲',
        reason: '核对原件',
        document: '株自然资函〔2025〕1号',
        decidedOn: '2025-07-02',
        chosenAt: '2025-07-02T08:00:00Z',
      }),
    )
    const chosen = await again('2025-07-02T09:00:00Z')
    expect(chosen.after).not.toEqual(chosen.before)

    await runBuild(open(), { asOf: CITY_AS_OF, startedAt: '2025-07-03T08:00:00Z', scope: 'full' })
    const built = await again('2025-07-03T09:00:00Z')
    expect(built.after).toHaveLength(1)
    expect(built.after).not.toEqual(built.before)
  })
})
