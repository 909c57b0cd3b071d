import { sql } from 'kysely'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Base } from '../../server/db/open.ts'
import { findParcels, stats, parcelCard } from '../../server/parcel/store.ts'
import { Refusal } from '../../server/refusal.ts'
import { deadlinesOf, lightOf, nextDeadline } from '../../server/rule/deadline.ts'
import { defaultPack } from '../../server/rule/pack.ts'
import { runClassify } from '../../server/strategy/classify.ts'
import { explainParcel } from '../../server/strategy/explain.ts'
import { factsOfParcels } from '../../server/strategy/fact-store.ts'
import { groundsOf, reopeningOf } from '../../server/strategy/override.ts'
import { endOverride, listOverrides, overrideOf, setOverride } from '../../server/strategy/overrides.ts'
import { eachBase } from '../helpers/database.ts'
import { givenBuild } from './given.ts'

const IDLE = 43021100000001
const LATE = 43021100000002
const pack = defaultPack()
const startedAt = '2025-02-01T08:00:00Z'
const decided = {
  strategy: 'C3',
  by: '张建国',
  reason: '管线迁改未完成,先协商处置',
  document: '株政纪〔2025〕3号',
  expiresOn: '2025-06-30',
}

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'nothing was refused',
    (error: unknown) => (error instanceof Refusal ? error.code : String(error)),
  )

const standing = async (base: Base, parcelId: number) => {
  const { rows } = await sql`
    select strategy, ruled_strategy, override_id, since, due_on, due_rule, light from assessment
    where to_run is null and parcel_id = ${parcelId}`.execute(base.db)
  return rows[0] as Record<string, unknown>
}

/** Supplied land not begun: due on 2023-03-15, idle by its holder's own fault. */
const supplied = (recordId: number, startDue: string) => ({
  recordId,
  kind: 'supply' as const,
  doc: `S-${recordId}`,
  fields: {
    supervision_no: `S-${recordId}`,
    signed_on: '2022-03-15',
    start_due: startDue,
    start_state: 'none' as const,
    handover_on: '2022-04-01',
    idle_cause: 'own' as const,
    use: '1001',
    use_scheme: 'YDYH-2023' as const,
  },
})

eachBase('an override', (open) => {
  const classify = (asOf: string) => runClassify(open(), { asOf, startedAt, scope: 'full' })

  beforeAll(async () => {
    await givenBuild(open(), {
      asOf: '2025-01-31',
      parcels: [
        {
          parcelId: IDLE,
          kind: 'supplied',
          stage: 'supplied',
          useGroup: 'IND',
          records: [supplied(1, '2023-03-15')],
        },
        {
          parcelId: LATE,
          kind: 'supplied',
          stage: 'supplied',
          useGroup: 'IND',
          records: [supplied(2, '2024-11-01')],
        },
      ],
    })
    await classify('2025-01-31')
  })

  test('is refused where it decides nothing, names no strategy, or would never end', async () => {
    expect(await codeOf(setOverride(open(), IDLE, { ...decided, strategy: 'C5' }, startedAt))).toBe(
      'OVERRIDE_SAME',
    )
    expect(await codeOf(setOverride(open(), IDLE, { ...decided, strategy: 'Q9' }, startedAt))).toBe(
      'STRATEGY_UNKNOWN',
    )
    expect(await codeOf(setOverride(open(), IDLE, { ...decided, expiresOn: '2025-01-30' }, startedAt))).toBe('OVERRIDE_INVALID') // prettier-ignore
    expect(await codeOf(setOverride(open(), IDLE, { ...decided, expiresOn: 'soon' }, startedAt))).toBe(
      'OVERRIDE_INVALID',
    )
    expect(await codeOf(setOverride(open(), 99, decided, startedAt))).toBe('PARCEL_NOT_FOUND')
    expect(await codeOf(endOverride(open(), IDLE, { by: '李', reason: '无' }, startedAt))).toBe(
      'OVERRIDE_NONE',
    )
  })

  test('holds at once, for its parcel alone, and is shown as one everywhere', async () => {
    const { current } = await setOverride(open(), IDLE, decided, startedAt)
    expect(current).toMatchObject({
      state: 'in_force',
      strategy: 'C3',
      ruledStrategy: 'C5',
      by: '张**',
      end: null,
    })
    expect(await standing(open(), IDLE)).toMatchObject({
      strategy: 'C3',
      ruled_strategy: 'C5',
      override_id: current!.overrideId,
      // two years after the start due lie nearer than its own last day
      due_on: '2025-03-15',
      due_rule: 'idle_two_years',
    })
    expect(await standing(open(), LATE)).toMatchObject({
      strategy: 'C8',
      ruled_strategy: 'C8',
      override_id: null,
    })
    const { byStrategy } = await stats(open().db, {})
    expect(byStrategy.map(({ key, parcels }) => [key, parcels])).toEqual([
      ['C3', 1],
      ['C8', 1],
    ])
    const { counts } = await open()
      .db.selectFrom('classify_run')
      .select('counts')
      .orderBy('run_id', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow()
    expect(counts).toEqual({ C3: 1, C8: 1 })
    const card = await parcelCard(open().db, String(IDLE))
    expect([card.strategy, card.ruledStrategy, card.overrideId]).toEqual(['C3', 'C5', current!.overrideId])
    expect((await findParcels(open().db, { strategy: 'C3' })).rows[0]!.ruledStrategy).toBe('C5')
    const explanation = await explainParcel(open(), IDLE)
    expect(explanation).toMatchObject({
      strategy: { code: 'C3' },
      ruled: { code: 'C5' },
      override: decidedAsRead,
    })
    expect(explanation.deadlines.all.map(({ rule }) => rule)).toContain('override')
    // the next deadline of the table is that of the card
    expect(explanation.deadlines.next).toMatchObject({
      rule: 'idle_two_years',
      due: '2025-03-15',
      daysLeft: 43,
    })
  })
  const decidedAsRead = { strategy: 'C3', document: decided.document, reason: decided.reason, by: '张**' }

  test('keeps its strategy when all is asked again and nothing changed', async () => {
    await classify('2025-01-31')
    expect(await standing(open(), IDLE)).toMatchObject({
      strategy: 'C3',
      ruled_strategy: 'C5',
      since: '2025-01-31',
    })
  })

  test('is opened again when a fact it rested on changes, and waits to be looked at', async () => {
    await sql`update record set fields = fields || '{"idle_cause":"mixed"}'::jsonb where record_id = 1`.execute(
      open().db,
    )
    await classify('2025-02-28')
    expect(await standing(open(), IDLE)).toMatchObject({
      strategy: 'C6',
      ruled_strategy: 'C6',
      override_id: null,
    })
    const { rows } = await listOverrides(open(), { state: 'attention' })
    expect(rows.map(({ parcelId, state, end }) => [parcelId, state, end!.why, end!.on])).toEqual([
      [IDLE, 'reopened', 'facts', '2025-02-28'],
    ])
    expect(rows[0]!.end!.text.zh).toContain('闲置原因 企业自身 → 混合原因')
    await endOverride(open(), IDLE, { by: '李四光', reason: '改按调查程序办理' }, startedAt)
    expect((await listOverrides(open(), { state: 'attention' })).rows).toEqual([])
  })

  test('is opened again the day after its last day', async () => {
    await setOverride(open(), LATE, { ...decided, strategy: 'C3', expiresOn: '2025-03-10' }, startedAt)
    await classify('2025-03-10')
    expect(await standing(open(), LATE)).toMatchObject({ strategy: 'C3', ruled_strategy: 'C8' })
    await classify('2025-03-11')
    expect(await standing(open(), LATE)).toMatchObject({ strategy: 'C8', override_id: null })
    expect((await overrideOf(open(), LATE)).history[0]).toMatchObject({
      needsAttention: true,
      end: { why: 'expired' },
    })
  })

  test('gives way to the next one, and ends when a person ends it', async () => {
    const first = await setOverride(open(), LATE, { ...decided, expiresOn: '2026-12-31' }, startedAt)
    const second = await setOverride(
      open(),
      LATE,
      { ...decided, strategy: 'C9', expiresOn: '2026-12-31' },
      startedAt,
    )
    expect(second.current!.overrideId).toBeGreaterThan(first.current!.overrideId)
    expect(second.history.map(({ state }) => state)).toEqual(['in_force', 'replaced', 'reopened'])
    expect(second.history.filter(({ needsAttention }) => needsAttention)).toEqual([]) // decided anew since
    const ended = await endOverride(open(), LATE, { by: '李四光', reason: '撤销' }, startedAt)
    expect([ended.strategy, ended.current, ended.history[0]!.end!.by]).toEqual(['C8', null, '李**'])
    expect(await standing(open(), LATE)).toMatchObject({ strategy: 'C8', override_id: null })
  })

  test('of a parcel that has ended is opened again', async () => {
    await setOverride(open(), LATE, { ...decided, expiresOn: '2026-12-31' }, startedAt)
    await sql`update parcel_version set to_build = 1 where parcel_id = ${LATE}`.execute(open().db)
    await classify('2025-03-12')
    const { rows } = await listOverrides(open(), { state: 'attention' })
    expect(rows.map(({ parcelId, end }) => [parcelId, end!.why])).toEqual([[LATE, 'parcel']])
  })

  test('and the deadlines in the table are those worked out one by one', async () => {
    const parcels = await open().db.selectFrom('assessment').selectAll().where('to_run', 'is', null).execute()
    expect(parcels.length).toBe(1)
    for (const row of parcels) {
      const facts = (await factsOfParcels(open().db, [row.parcel_id])).get(row.parcel_id)!
      const strategy = pack.strategies.find(({ code }) => code === row.strategy)!
      const all = deadlinesOf(pack, facts, { strategy, since: row.since })
      const next = nextDeadline(all)
      expect([row.due_on, row.due_rule, row.light]).toEqual([
        next?.due ?? null,
        next?.rule ?? null,
        lightOf(all),
      ])
    }
  })
})

describe('what an override rests on', () => {
  const facts = {
    as_of: '2025-01-31',
    'chain.stage': 'supplied',
    'supply.date': '2022-03-15',
    'start.state': 'none',
    'start.due': '2023-06-15',
    'idle.kind': 'not_started',
    'idle.cause': 'own',
    'flags.block': 0,
    'unit.compactness': 0.7853981633974483,
    'eco.class': 'A',
  } as const
  const grounds = groundsOf(pack, facts)
  const override = { strategy: 'C3', ruledStrategy: 'C5', expiresOn: '2026-12-31', grounds }

  test('is every known fact of the conditions tried, and not the day', () => {
    expect(grounds).toMatchObject({ 'idle.cause': 'own', 'start.due': '2023-06-15', 'flags.block': 0 })
    expect(grounds).not.toHaveProperty('as_of')
    expect(grounds).not.toHaveProperty('eco.class') // no condition before speaks of it
  })

  test.each([
    [{}, null],
    [{ 'unit.compactness': 0.7853981633974484 }, null], // the sixteenth digit is no change
    [{ 'eco.class': 'D' }, null],
    [{ 'idle.cause': 'gov' }, 'facts'],
    [{ 'start.due': '2023-06-16' }, 'facts'],
    [{ 'flags.block': 1 }, 'facts'],
    [{ as_of: '2025-06-16' }, 'ruled'], // two years have passed: the rules now say C4
    [{ 'viol.open': true }, 'ruled'], // nobody had known; now it decides
    [{ 'viol.open': false }, null], // nobody had known, and it decides nothing
    [{ as_of: '2027-01-01' }, 'expired'],
  ])('%o: %s', (change, why) => {
    const changed = { ...facts, ...change }
    expect(reopeningOf(override, { pack, facts: changed, asOf: changed.as_of })?.why ?? null).toBe(why)
  })
})
