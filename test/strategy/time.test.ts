import { expect, test } from 'vitest'
import { runBuild } from '../../server/build/run.ts'
import { standingAt } from '../../server/parcel/standing-store.ts'
import { defaultPack } from '../../server/rule/pack.ts'
import { runClassify } from '../../server/strategy/classify.ts'
import { classifyPast, isPast } from '../../server/strategy/classify-past.ts'
import { explainParcel } from '../../server/strategy/explain.ts'
import {
  approval,
  deliver,
  parcelCode,
  registration,
  rect,
  supervisionNo,
  supply,
  zone,
} from '../build/given.ts'
import { eachBase } from '../helpers/database.ts'

const LATER = '2026-01-01T00:00:00Z'
const [LAND, NEXT] = [rect(0, 0, 100, 100), rect(200, 0, 100, 100)]
const code = parcelCode(1)

/** A factory plot due in March 2023 and not begun, its title, and land of an approval beside it. */
const before = [
  approval('湘政地〔2021〕9号', LAND, { approved_on: '2021-06-30' }),
  approval('湘政地〔2022〕1号', NEXT, { compensated: false, site_used: false, approved_on: '2022-06-30' }),
  supply(supervisionNo(1), LAND, {
    start_due: '2023-03-15',
    start_state: 'none',
    finish_due: '2025-12-31',
    finish_state: 'none',
    handover_on: '2022-04-01',
    idle_cause: 'own',
    use: '1001',
    use_scheme: 'YDYH-2023',
  }),
  registration(code, LAND, { supervision_no: supervisionNo(1), sealed: false }),
  zone('farmland', 'F1', rect(1000, 0, 50, 50)),
]
/** It was begun after all, and the office says why it had been late. */
const after = [
  supply(supervisionNo(1), LAND, {
    start_due: '2023-03-15',
    start_state: 'started',
    start_on: '2024-01-10',
    finish_due: '2025-12-31',
    finish_state: 'none',
    handover_on: '2022-04-01',
    idle_cause: 'gov',
    use: '1001',
    use_scheme: 'YDYH-2023',
  }),
]

eachBase('a past classification', (open) => {
  const bytesOf = async (moment: { asOf?: string; knownAt?: string }): Promise<string> =>
    JSON.stringify(await classifyPast(open(), moment, { startedAt: LATER, withParcels: true }))
  const reasonsOf = async (moment: { asOf?: string; knownAt?: string }): Promise<string> =>
    JSON.stringify(await explainParcel(open(), code, moment))
  const question = { asOf: '2024-06-30', knownAt: '2024-07-01T12:00:00Z' }
  let [seen, why] = ['', '']

  test('is what readers saw that day', async () => {
    const base = open()
    await deliver(base, before, '2024-07-01T00:00:00Z')
    await runBuild(base, { asOf: '2024-06-30', startedAt: '2024-07-01T08:00:00Z' })
    const today = await runClassify(base, { startedAt: '2024-07-01T09:00:00Z' })
    const past = await classifyPast(base, question, { startedAt: LATER, withParcels: true })
    expect(past).toMatchObject({ asOf: '2024-06-30', counts: today.counts, parcels: today.parcels })
    expect(past.counts).toEqual({ C5: 1, Z0: 1 })
    seen = await bytesOf(question)
    why = await reasonsOf(question)
    expect(why).toBe(await reasonsOf({}))
  })

  test('stays the same, byte for byte, after records, rules and days have changed', async () => {
    const base = open()
    await deliver(base, after, '2024-09-01T00:00:00Z')
    await runBuild(base, { asOf: '2024-08-31', startedAt: '2024-09-01T08:00:00Z' })
    const stricter = defaultPack().yaml.replace('idle_fee_after: { value: 12,', 'idle_fee_after: { value: 6,')
    expect(stricter).not.toBe(defaultPack().yaml)
    const now = await runClassify(base, { startedAt: '2024-09-01T09:00:00Z', packText: stricter })
    expect(now.counts).not.toEqual({ C5: 1, Z0: 1 })
    expect(await bytesOf(question)).toBe(seen)
    expect(await reasonsOf(question)).toBe(why)
    expect(await reasonsOf({})).not.toBe(why)
    // what readers see is as it was
    expect((await standingAt(base.db)).packHash).toBe(now.rulePack.hash)
  })

  test('can be made again from the records alone, when nothing of it was kept', async () => {
    const { db } = open()
    const { runId } = await standingAt(db, question)
    await db.deleteFrom('assessment').where('run_id', '=', runId).execute()
    await db.updateTable('classify_run').set({ state: 'failed' }).where('run_id', '=', runId).execute()
    expect(await bytesOf(question)).toBe(seen)
    expect(await reasonsOf(question)).toBe(why)
    expect((await standingAt(db, question)).runId).toBeLessThan(0)
  })

  test('of a look-back is kept beside: reads of that day show it, readers of today see nothing of it', async () => {
    const base = open()
    const standing = await standingAt(base.db)
    const facts = await base.db.selectFrom('fact').selectAll().orderBy('parcel_id').execute()
    const asked = { asOf: '2024-03-15', knownAt: '2024-09-01T08:00:00Z' }
    expect(await isPast(base, { asOf: asked.asOf })).toBe(true)
    expect(await isPast(base, { asOf: '2024-09-30' })).toBe(false)
    await runBuild(base, { asOf: asked.asOf, knownAt: asked.knownAt, startedAt: '2024-09-02T08:00:00Z' })
    // begun in January 2024 by what is known now: on 15 March it was under way
    const past = await classifyPast(base, asked, { startedAt: '2024-09-02T09:00:00Z' })
    expect(past.counts).toMatchObject({ D2: 1 })
    expect((await explainParcel(base, code, asked)).strategy.code).toBe('D2')
    expect(await standingAt(base.db)).toEqual(standing)
    expect(await base.db.selectFrom('fact').selectAll().orderBy('parcel_id').execute()).toEqual(facts)
  })
})
