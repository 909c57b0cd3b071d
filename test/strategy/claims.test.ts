import { beforeAll, describe, expect, test } from 'vitest'
import { runBuild } from '../../server/build/run.ts'
import type { ChooseClaim, ConflictPage, FieldStatements } from '../../server/contract.ts'
import { exportClaims } from '../../server/export/claim-store.ts'
import { writeCsv } from '../../server/export/csv.ts'
import { undoDelivery } from '../../server/record/store.ts'
import { Refusal } from '../../server/refusal.ts'
import { findConflicts } from '../../server/strategy/claim-list-store.ts'
import { chooseClaim, parcelClaims } from '../../server/strategy/claims.ts'
import { runClassify } from '../../server/strategy/classify.ts'
import { explainParcel } from '../../server/strategy/explain.ts'
import { approval, completion, deliver, district, parcelCode, rect, registration, supervisionNo, supply } from '../build/given.ts' // prettier-ignore
import { moon, star } from '../claim/given.ts'
import { eachBase } from '../helpers/database.ts'

const AS_OF = '2025-01-31'
const code = parcelCode(1)
const plot = rect(0, 0, 100, 100)
const next = rect(100, 0, 100, 50)

/** An idle plot, and the supplement that put its start off. */
const contract = supply(supervisionNo(2), next, {
  ...star,
  project: '星火二厂',
  use: '工业用地',
  area_ha: 0.5,
  start_due: '2022-06-01',
  start_state: 'none',
  handover_on: '2021-07-01',
  idle_cause: 'own',
})
const supplement = (startDue: string) =>
  supply(
    `${supervisionNo(2)}-1`,
    next,
    {
      ...contract.fields,
      supervision_no: `${supervisionNo(2)}-1`,
      signed_on: '2022-05-01',
      start_due: startDue,
    },
    {},
  )

/**
 * Metres from a corner of the working plane:
 *
 *   0        100      200
 *   | plot 1  | plot 2  |   plot 1: 10,000 m² titled to 明月, supplied to 星火 with 0.95 ha; built
 *                           plot 2: 5,000 m² supplied, the start put off by a supplement; both in 天元区
 */
const town = [
  district('430211', rect(-500, -500, 2000, 2000), '天元区'),
  approval('湘政地〔2020〕1号', rect(0, 0, 200, 100), { expropriation: 'done' }),
  supply(supervisionNo(1), plot, { ...star, project: '星火厂', use: '工业用地', area_ha: 0.95 }),
  registration(code, plot, { ...moon, use: '工业用地', area_m2: 10_000, supervision_no: supervisionNo(1), project: '星火厂' }), // prettier-ignore
  completion('验1', plot, { holder: star.holder, project: '星火厂', supervision_no: supervisionNo(1) }),
  contract,
  supplement('2024-11-01'),
]

const decision = {
  by: '张建国',
  reason: '补充协议已备案',
  document: '株自资函〔2025〕3号',
  decidedOn: '2025-01-20',
} as const

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'nothing was refused',
    (error: unknown) => (error instanceof Refusal ? error.code : String(error)),
  )

eachBase('statements about a parcel', (open) => {
  let clock = Date.parse('2025-02-01T01:00:00Z')
  const now = () => new Date((clock += 60_000)).toISOString()
  const build = async () => {
    await runBuild(open(), { asOf: AS_OF, startedAt: now() })
    await runClassify(open(), { asOf: AS_OF, startedAt: now() })
  }
  const choose = (
    id: string,
    chosen: Pick<ChooseClaim, 'field' | 'recordId'> & Partial<ChooseClaim>,
    at = now(),
  ) => chooseClaim(open(), id, { ...decision, ...chosen }, { at, today: '2025-02-01' })
  const field = async (id: string, name: string, moment = {}): Promise<FieldStatements> => {
    const { fields } = await parcelClaims(open(), id, 'zh', moment)
    return fields.find((each) => each.field === name)!
  }
  const list = (query = {}): Promise<ConflictPage> => findConflicts(open().db, query, 'zh')
  const strategyOf = async (id: string) => (await explainParcel(open(), id)).strategy.code
  const factOf = async (id: string, name: string) => {
    const { tried } = await explainParcel(open(), id)
    return tried.flatMap(({ facts }) => facts).find((fact) => fact.name === name)
  }
  let idle: string

  beforeAll(async () => {
    await deliver(open(), town, now())
    await build()
    const { parcel_id } = await open()
      .db.selectFrom('parcel_version')
      .select('parcel_id')
      .where('kind', '=', 'supplied')
      .executeTakeFirstOrThrow()
    idle = String(parcel_id)
  })

  test('contradictions come first, each with document, day, file and what is used by which rule', async () => {
    const claims = await parcelClaims(open(), code, 'zh')
    expect(claims.fields.slice(0, 2).map(({ field, state }) => [field, state])).toEqual([
      ['holder', 'open'],
      ['area', 'open'],
    ])
    expect(claims.conflicts).toBe(2)
    const holder = claims.fields[0]!
    expect(holder).toMatchObject({ pairs: ['registration|supply', 'registration|completion'], usedBy: 'rule', rule: { rule: 'CP01' } }) // prettier-ignore
    expect(holder.statements.map(({ register, text, on, doc, used, side }) => [register, text, on, doc, used, side])).toEqual([
      ['registration', moon.holder, '2022-01-10', code, true, 0],
      ['supply', star.holder, '2021-06-01', supervisionNo(1), false, 1],
      ['completion', star.holder, '2023-05-01', '验1', false, 1],
    ]) // prettier-ignore
    expect(holder.statements[0]!.delivery).toMatchObject({ fileName: 'registration.json', row: 1 })
    const area = claims.fields[1]!
    expect([area.unit, area.areaKind, ...area.statements.map(({ value }) => value)]).toEqual(['m2', 'document', 10_000, 9_500]) // prettier-ignore
  })

  test('over the city: by field, registers, district and state, with the land of each parcel counted once', async () => {
    const all = await list()
    expect(all).toMatchObject({ total: 3, parcels: 2, nextCursor: null })
    expect(all.totalPlanarM2).toBeCloseTo(15_000, 2)
    expect(all.counts.field.map(({ key, conflicts }) => [key, conflicts])).toEqual([['area', 1], ['holder', 1], ['start_due', 1]]) // prettier-ignore
    const pair = all.counts.pair.find(({ key }) => key === 'registration|supply')!
    expect([pair.conflicts, pair.parcels]).toEqual([2, 1])
    expect(pair.planarM2).toBeCloseTo(10_000, 2)
    const narrowed = await list({
      pair: 'supply,registration',
      field: 'area',
      district: '430211',
      state: 'open',
    })
    expect(narrowed.rows.map(({ parcelCode, field }) => [parcelCode, field])).toEqual([[code, 'area']])
    // what a condition would give, whatever it is set to now
    expect(narrowed.counts.field.map(({ key }) => key)).toEqual(['area', 'holder'])
    expect((await list({ district: '430202' })).total).toBe(0)
    const [first, second] = [await list({ limit: 2 }), null as ConflictPage | null]
    expect([first.rows.length, second]).toEqual([2, null])
    const rest = await list({ limit: 2, cursor: first.nextCursor! })
    expect([...first.rows, ...rest.rows].map(({ field }) => field)).toEqual(
      all.rows.map(({ field }) => field),
    )
    expect(rest.nextCursor).toBeNull()
  })

  test('leave as a table, one line each', async () => {
    let csv = ''
    for await (const piece of writeCsv(await exportClaims(open().db, { field: 'area' }, 'zh'))) csv += piece
    const [head, ...lines] = csv.split('\r\n').filter((line) => line !== '')
    expect(head).toMatch(/^\ufeffparcel_id,parcel_code,name,district/)
    expect(lines.map((line) => line.split(',').slice(5, 18))).toEqual([
      ['area', '文件面积', 'area by document', 'CP03', 'open', 'rule', '1', 'true', 'registration', '登记', 'registration', '10000', 'm2'],
      ['area', '文件面积', 'area by document', 'CP03', 'open', 'rule', '2', 'false', 'supply', '供应', 'supply', '9500', 'm2'],
    ]) // prettier-ignore
  })

  describe('a person chooses', () => {
    let recordId: number
    let beforeChoice: string

    test('and is refused what cannot be chosen; nothing is kept of it', async () => {
      const due = await field(idle, 'start_due')
      recordId = due.statements[1]!.recordId
      const refused = (chosen: Parameters<typeof choose>[1], id = idle) => codeOf(choose(id, chosen))
      expect(await refused({ field: 'colour', recordId })).toBe('CLAIM_FIELD_UNKNOWN')
      expect(await refused({ field: 'project', recordId })).toBe('CLAIM_AGREED')
      expect(await refused({ field: 'start_due', recordId: 999 })).toBe('CLAIM_RECORD_UNKNOWN')
      expect(await refused({ field: 'start_due', recordId, decidedOn: '2025-02-02' })).toBe(
        'CLAIM_DAY_INVALID',
      )
      expect(await refused({ field: 'start_due', recordId, decidedOn: 'today' })).toBe('CLAIM_DAY_INVALID')
      expect(await refused({ field: 'start_due', recordId, seen: '0'.repeat(32) })).toBe('CLAIM_CHANGED')
      expect(await refused({ field: 'start_due', recordId }, '430211001001GB99999')).toBe('PARCEL_UNKNOWN')
      expect((await field(idle, 'start_due')).choices).toEqual([])
    })

    test('and facts, clock and strategy follow at once, for that parcel alone', async () => {
      expect([await strategyOf(idle), (await factOf(idle, 'start.due'))?.value]).toEqual(['C4', '2022-06-01'])
      const before = await strategyOf(code)
      beforeChoice = now()
      const due = await field(idle, 'start_due')
      await choose(idle, { field: 'start_due', recordId, seen: due.seen })
      const chosen = await field(idle, 'start_due')
      expect(chosen).toMatchObject({ state: 'chosen', usedBy: 'person', used: recordId })
      expect(chosen.choices).toMatchObject([
        { state: 'standing', by: '张**', reason: decision.reason, text: '2024-11-01' },
      ])
      expect(await factOf(idle, 'start.due')).toMatchObject({
        value: '2024-11-01',
        source: { recordId, field: 'start_due' },
      })
      expect([await strategyOf(idle), await strategyOf(code)]).toEqual(['C8', before])
      const { counts } = await list({ field: 'start_due' })
      expect(counts.state.map(({ key, conflicts }) => [key, conflicts])).toEqual([['chosen', 1]])
    })

    test('which is not known to who asks what was known before', async () => {
      const due = await field(idle, 'start_due', { knownAt: beforeChoice })
      expect([due.state, due.choices]).toEqual(['open', []])
    })

    test('of two holders, and the code goes with the name', async () => {
      const { statements } = await field(code, 'holder')
      await choose(code, { field: 'holder', recordId: statements[1]!.recordId })
      const { db } = open()
      const fact = await db
        .selectFrom('fact')
        .select(['holder_id'])
        .where('unit_zddm', '=', code)
        .executeTakeFirstOrThrow()
      expect(fact.holder_id).toBe(star.holder_code)
    })

    test('and the question opens again when a statement it was made on changes; the rule decides until then', async () => {
      const changed = await deliver(open(), [supplement('2024-12-15')], now())
      await build()
      expect(await field(idle, 'start_due')).toMatchObject({ state: 'reopened', usedBy: 'rule' })
      expect(await strategyOf(idle)).toBe('C4')
      expect((await list({ state: 'reopened' })).rows.map(({ field }) => field)).toEqual(['start_due'])
      // another choice stands, and the one before is kept
      await choose(idle, { field: 'start_due', recordId, reason: '以最近的补充协议为准' })
      const again = await field(idle, 'start_due')
      expect(again.choices.map(({ state, text }) => [state, text])).toEqual([
        ['standing', '2024-12-15'],
        ['replaced', '2024-11-01'],
      ])
      expect(await strategyOf(idle)).toBe('C8')
      await undoDelivery(open(), changed[0]!, now())
      await build()
      expect((await field(idle, 'start_due')).state).toBe('reopened')
    })

    test('and is undone by choosing the rule again; every choice stays on record', async () => {
      await choose(idle, { field: 'start_due', recordId: null, reason: '补充协议无效' })
      const due = await field(idle, 'start_due')
      expect([due.state, due.usedBy, due.choices.length]).toEqual(['open', 'rule', 3])
      expect(due.choices[0]).toMatchObject({ state: 'standing', recordId: null, text: '2022-06-01' })
      expect(await strategyOf(idle)).toBe('C4')
    })
  })

  test('asked again from the beginning, everything comes to the same', async () => {
    const told = async () => [
      await open()
        .db.selectFrom('claim_conflict')
        .selectAll()
        .orderBy('parcel_id')
        .orderBy('field')
        .execute(),
      await open().db.selectFrom('assessment').select(['parcel_id', 'strategy']).where('to_run', 'is', null).orderBy('parcel_id').execute(), // prettier-ignore
    ]
    const before = await told()
    await runClassify(open(), { asOf: AS_OF, startedAt: now(), scope: 'full' })
    expect(await told()).toEqual(before)
  })
})
