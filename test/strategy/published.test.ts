import { sql } from 'kysely'
import { beforeAll, describe, expect, test } from 'vitest'
import { runBuild } from '../../server/build/run.ts'
import { readFindings } from '../../server/build/finding-store.ts'
import { readLedger } from '../../server/build/store.ts'
import { listDeliveries } from '../../server/import/delivery-store.ts'
import { undoDelivery } from '../../server/import/run.ts'
import {
  readLatest,
  readStanding,
  standingAt,
  standingToClassify,
} from '../../server/parcel/standing-store.ts'
import { buildAndClassify } from '../../server/strategy/build-and-classify.ts'
import { runClassify } from '../../server/strategy/classify.ts'
import { explainParcel } from '../../server/strategy/explain.ts'
import { approval, deliver, rect } from '../build/given.ts'
import { setOverride } from '../../server/strategy/overrides.ts'
import { eachBase } from '../helpers/database.ts'
import { refusalOf } from '../helpers/refusal.ts'
import { AS_OF, givenTown, titledCode } from '../server/town.ts'

const startedAt = '2025-02-02T02:00:00.000Z'

eachBase('a build is published with its strategies', (open) => {
  const now = () => startedAt
  /** Everything a reader sees of the town, and from what. */
  const seen = async () => {
    const { db } = open()
    return {
      standing: await readStanding(db),
      ledger: await readLedger(db),
      findings: await readFindings(db),
      strategy: await explainParcel(open(), titledCode),
      strategies: await db
        .selectFrom('assessment')
        .select(['parcel_id', 'strategy', 'run_id'])
        .where('to_run', 'is', null)
        .orderBy('parcel_id')
        .execute(),
    }
  }

  let unchanged: null[]

  beforeAll(async () => {
    await givenTown(open())
    unchanged = (await listDeliveries(open().db, 10)).map(() => null)
    // a second approval, 100 m × 100 m, east of the town: one more parcel
    await deliver(open(), [approval('湘政地〔2021〕3号', rect(2000, 0, 100, 100))], startedAt)
  })

  const notShown = async () =>
    (await listDeliveries(open().db, 10)).map((delivery) => delivery.notShown).toReversed()

  describe('until its parcels have strategies', () => {
    test('readers see what they saw, and the next build goes on from it', async () => {
      const before = await seen()
      const { build } = await runBuild(open(), { asOf: AS_OF, startedAt })
      expect(await seen()).toEqual(before)
      expect(await notShown()).toEqual([...unchanged, 'brought'])
      expect((await readLatest(open().db))!).toMatchObject({ buildId: build, runId: null })
      // a question about the day, or about what is known by now, is answered from what was published
      for (const moment of [{ asOf: AS_OF }, { knownAt: '2026-01-01T00:00:00Z' }])
        expect((await standingAt(open().db, moment)).buildId).toBe(before.standing!.buildId)
      const again = await runBuild(open(), { asOf: AS_OF, startedAt })
      expect(again.written).toEqual({ opened: 0, closed: 0 })
      expect(await seen()).toEqual(before)
    })

    test('the base refuses it to readers, whoever asks', async () => {
      for (const change of [
        sql`update base set current_build = latest_build`,
        sql`update base set current_run = null`,
        sql`update base set current_build = latest_build, current_run = null`,
        sql`update base set current_run = current_run + 1`,
      ])
        await expect(change.execute(open().db)).rejects.toThrow(/published_with_strategies/)
    })

    test('a run that leaves a parcel without one says so, and publishes nothing', async () => {
      const before = await seen()
      const { db } = open()
      const counted = (step: number) => sql`
        update build set summary = jsonb_set(summary, '{parcels,remainder}', to_jsonb((summary->'parcels'->>'remainder')::int + ${step}::int))
        where build_id = (select latest_build from base)`
      await counted(1).execute(db) // one parcel more than there are
      const refusal = await refusalOf(runClassify(open(), { startedAt, scope: 'full' }))
      expect(refusal).toMatchObject({
        code: 'UNCLASSIFIED',
        text: { zh: '有 1 宗地块没有得到策略,结果未发布。' },
      })
      await counted(-1).execute(db)
      expect(await seen()).toEqual(before)
    })

    test('stopped between the two, nothing is lost, and the next one publishes both', async () => {
      const before = await seen()
      const stop = new AbortController()
      await expect(
        buildAndClassify(open(), {
          asOf: AS_OF,
          now,
          signal: stop.signal,
          onProgress: (_, { en }) => {
            if (en === 'Reading findings and layers') stop.abort() // the build is complete by then
          },
        }),
      ).rejects.toThrow()
      expect(await seen()).toEqual(before)
      const { build, classify } = await buildAndClassify(open(), { asOf: AS_OF, now })
      const after = await seen()
      expect(after.standing).toMatchObject({ buildId: build.build })
      expect(classify).toMatchObject({ parcels: before.strategies.length + 1, unclassified: 0 })
      expect(after.strategies.length).toBe(before.strategies.length + 1)
      expect(await notShown()).toEqual([...unchanged, null])
      expect(after.ledger.total.accounts.approved - before.ledger.total.accounts.approved).toBeCloseTo(10_000)
    })
  })

  test('a delivery taken back is still shown, and says so, until the next build', async () => {
    const { deliveryId } = (await listDeliveries(open().db, 1))[0]!
    await undoDelivery(open(), deliveryId, '2025-02-03T02:00:00.000Z')
    expect(await notShown()).toEqual([...unchanged, 'taken_back'])
    await buildAndClassify(open(), { asOf: AS_OF, now: () => '2025-02-03T03:00:00.000Z' })
    expect(await notShown()).toEqual([...unchanged, null])
  })

  test('what a person decides meanwhile is decided about what readers see, and publishes nothing else', async () => {
    const { db } = open()
    const [remainder] = await db
      .selectFrom('parcel_version')
      .select('parcel_id')
      .where('kind', '=', 'remainder')
      .where('to_build', 'is', null)
      .execute()
    // the approval is withdrawn: what was left of it is no parcel any more
    await deliver(
      open(),
      [approval('湘政地〔2020〕1号', rect(0, 0, 400, 100), { status: 'withdrawn' })],
      '2025-02-04T02:00:00.000Z',
    )
    const { parcels } = await runBuild(open(), { asOf: AS_OF, startedAt: '2025-02-04T03:00:00.000Z' })
    expect(parcels.remainder).toBe(0)
    const before = await seen()
    await setOverride(
      open(),
      remainder!.parcel_id,
      {
        strategy: 'B2',
        reason: '拟撤回',
        document: '株政纪〔2025〕1号',
        by: '张某某',
        expiresOn: '2026-02-01',
      },
      '2025-02-04T04:00:00.000Z',
    )
    const after = await seen()
    expect(after.standing!.buildId).toBe(before.standing!.buildId)
    expect(after.strategies.map(({ parcel_id, strategy }) => [parcel_id, strategy])).toEqual(
      before.strategies.map(({ parcel_id, strategy }) => [
        parcel_id,
        parcel_id === remainder!.parcel_id ? 'B2' : strategy,
      ]),
    )
    expect(after.ledger).toEqual(before.ledger)
  })
})

eachBase('a base whose only build has no strategies yet', (open) => {
  test('asked to classify a day before it, names the day it was built for', async () => {
    await deliver(open(), [approval('湘政地〔2021〕3号', rect(0, 0, 100, 100))], startedAt)
    await runBuild(open(), { asOf: AS_OF, startedAt })
    const early = await refusalOf(standingToClassify(open().db, { asOf: '2024-12-31' }))
    expect(early.code).toBe('NOT_BUILT_FOR_DAY')
    expect(early.text.en).toBe(`There is no build for 2024-12-31; the earliest day there is is ${AS_OF}.`)
  })
})
