import { beforeAll, expect, test } from 'vitest'
import { sql } from 'kysely'
import { defaultPack } from '../../server/rule/pack.ts'
import { explanationSchema } from '../../server/contract.ts'
import { runClassify } from '../../server/strategy/classify.ts'
import { explainParcel } from '../../server/strategy/explain.ts'
import { previewPack } from '../../server/strategy/preview.ts'
import { eachBase } from '../helpers/database.ts'
import { refusalOf } from '../helpers/refusal.ts'
import { givenBuild } from './given.ts'

const IDLE = 43021100000001
const LAPSED = 43021100000002
const BUILT = 43021100000003
const CODE = '430211001001GB00001'
const startedAt = '2025-02-01T08:00:00Z'
const pack = defaultPack()

eachBase('classifying', (open) => {
  test('before there is a build is refused', async () => {
    expect((await refusalOf(runClassify(open(), { startedAt }))).code).toBe('NOT_BUILT')
    expect((await refusalOf(explainParcel(open(), CODE))).code).toBe('NOT_BUILT')
    expect((await refusalOf(previewPack(open(), pack.yaml))).code).toBe('NOT_CLASSIFIED')
  })
})

eachBase('a small city', (open) => {
  beforeAll(() =>
    givenBuild(open(), {
      asOf: '2025-01-31',
      layers: ['control_plan', 'farmland'],
      parcels: [
        {
          parcelId: IDLE,
          kind: 'titled',
          stage: 'supplied',
          parcelCode: CODE,
          useGroup: 'IND',
          sideM: 200,
          records: [
            {
              recordId: 1,
              kind: 'registration',
              doc: CODE,
              fields: { parcel_code: CODE, sealed: false, dispute: false, mortgaged: true },
            },
            {
              recordId: 2,
              kind: 'supply',
              doc: 'S-2022-7',
              fields: {
                supervision_no: 'S-2022-7',
                signed_on: '2022-03-15',
                start_due: '2023-03-15',
                start_state: 'none',
                handover_on: '2022-04-01',
                use: '1001',
                use_scheme: 'YDYH-2023',
                idle_cause: 'own',
                method: '挂牌出让',
                holder_bankrupt: false,
              },
            },
            {
              recordId: 3,
              kind: 'layer',
              layer: 'control_plan',
              fields: { use: '1001', use_scheme: 'YDYH-2023', far_max: 2 },
            },
          ],
        },
        {
          parcelId: LAPSED,
          kind: 'remainder',
          stage: 'approved',
          records: [
            {
              recordId: 4,
              kind: 'approval',
              doc: '湘政地[2022]1号',
              fields: {
                doc_no: '湘政地[2022]1号',
                approved_on: '2022-06-30',
                compensated: false,
                site_used: false,
              },
            },
          ],
        },
        {
          parcelId: BUILT,
          kind: 'titled',
          stage: 'built',
          parcelCode: '430211001001GB00003',
          useGroup: 'IND',
          records: [
            {
              recordId: 5,
              kind: 'registration',
              fields: { parcel_code: '430211001001GB00003', legacy_built: true },
            },
          ],
        },
      ],
      findings: [
        { code: 'P503', severity: 'high', parcelIds: [IDLE] },
        { code: 'P302', severity: 'high', parcelIds: [BUILT], areaM2: 0.4, noise: true },
        { code: 'P608', severity: 'mid', parcelIds: [BUILT, IDLE] },
      ],
      unlinked: [
        {
          recordId: 6,
          kind: 'performance',
          fields: { parcel_code: '430211001001GB00003', year: 2024, eco_class: 'D', low_efficiency: true },
        },
      ],
    }),
  )

  test('every parcel gets exactly one strategy, with the flags and tags of its own', async () => {
    const steps: number[] = []
    const summary = await runClassify(open(), { startedAt, onProgress: (fraction) => steps.push(fraction) })
    expect(summary).toEqual({
      asOf: '2025-01-31',
      inForce: expect.objectContaining({ from: '2024-11-11', early: false }) as unknown,
      rulePack: { code: 'zhuzhou-2024', version: '1', hash: pack.hash, title: pack.title },
      scope: 'full',
      asked: 3,
      parcels: 3,
      counts: { B1: 1, C5: 1, E7: 1 },
      unclassified: 0,
      complaints: [],
    })
    expect(steps.at(-1)).toBe(1)
    expect(steps).toEqual(steps.toSorted((a, b) => a - b))
    const rows = await open().db.selectFrom('assessment').selectAll().orderBy('parcel_id').execute()
    expect(
      rows.map(({ parcel_id, strategy, runners_up, flags, tags }) => ({
        parcel_id,
        strategy,
        runners_up,
        flags,
        tags,
      })),
    ).toEqual([
      {
        parcel_id: IDLE,
        strategy: 'C5',
        runners_up: [],
        flags: ['P404', 'P503', 'P608'], // the mortgage is a fact, the others are findings
        tags: ['OWN_G', 'REG_MORT', 'REG_YES', 'SUP_CR', 'USE_IND'],
      },
      { parcel_id: LAPSED, strategy: 'B1', runners_up: [], flags: [], tags: ['HOR_FAR', 'REG_NO'] },
      {
        parcel_id: BUILT,
        strategy: 'E7',
        runners_up: ['E9'],
        flags: ['P608'],
        tags: ['ECO_D', 'OWN_G', 'REG_YES', 'USE_IND'],
      },
    ])
  })

  test('the explanation shows what decided, from which paper, and what would change it', async () => {
    const explanation = await explainParcel(open(), CODE)
    expect(() => explanationSchema.parse(explanation)).not.toThrow()
    expect(explanation).toMatchObject({
      parcel: IDLE,
      asOf: '2025-01-31',
      strategy: { code: 'C5', deadlineKind: 'law' },
      runnersUp: [],
    })
    expect(explanation.tried.map(({ code }) => code)).toEqual(pack.strategies.map(({ code }) => code))
    const winner = explanation.tried.find(({ code }) => code === 'C5')!
    expect(winner.verdict).toBe('true')
    expect(winner.facts.find(({ name }) => name === 'start.due')).toEqual({
      name: 'start.due',
      value: '2023-03-15',
      source: {
        recordId: 2,
        kind: 'supply',
        doc: 'S-2022-7',
        field: 'start_due',
        on: '2022-03-15',
        knownAt: '2025-02-01T00:00:00.000Z',
      },
    })
    expect(winner.reason.children.at(-1)).toMatchObject({
      text: 'as_of <= add_months(start.due, :idle_recover_after)',
      verdict: 'true',
      facts: [
        { name: 'as_of', source: { zh: '查询日', en: 'the day asked about' } },
        {
          name: 'start.due',
          source: {
            zh: '供应 · S-2022-7 · 约定开工时间 · 2022-03-15',
            en: 'supply · S-2022-7 · start due · 2022-03-15',
          },
        },
      ],
    })
    // Due one and a half months earlier, the second year would be over: 2023-01-30 + 2 years is the day before.
    expect(explanation.nearestFlip).toMatchObject({
      fact: 'start.due',
      from: '2023-03-15',
      to: '2023-01-30',
      strategy: 'C4',
    })
    // Nobody said whether there is an open case: that alone would put enforcement first.
    expect(explanation.unknowns.find(({ name }) => name === 'viol.open')).toMatchObject({ couldGive: ['X3'] })
    expect((await explainParcel(open(), IDLE)).strategy.code).toBe('C5')
    expect((await explainParcel(open(), String(LAPSED))).strategy.code).toBe('B1')
    expect((await refusalOf(explainParcel(open(), '430211009009GB00009'))).code).toBe('PARCEL_NOT_FOUND')
  })

  test('a fee clock of 23 months moves one parcel of 4 ha from the fee to a reminder, and saves nothing', async () => {
    const before = await open().db.selectFrom('classify_run').selectAll().execute()
    const slower = pack.yaml.replace('idle_fee_after: { value: 12,', 'idle_fee_after: { value: 23,')
    const preview = await previewPack(open(), slower)
    expect(preview).toMatchObject({
      parcels: 3,
      moved: { parcels: 1, planarM2: 40_000, mu: 60 },
      counts: { B1: 1, C8: 1, E7: 1 },
      moves: [{ from: 'C5', to: 'C8', parcels: 1, planarM2: 40_000 }],
      complaints: [],
    })
    expect(await open().db.selectFrom('classify_run').selectAll().execute()).toEqual(before)
    expect(
      (await open().db.selectFrom('rule_pack').where('kind', '=', 'strategies').selectAll().execute()).length,
    ).toBe(1)
  })

  test('another day gives another run; what stood before is closed, its facts go, and the pack is kept once', async () => {
    const summary = await runClassify(open(), { startedAt, asOf: '2025-03-16' })
    expect(summary.counts).toEqual({ B1: 1, C4: 1, E7: 1 })
    const { rows } = await sql<{
      runs: number
      facts: number
      assessed: number
      closed: number
      current: boolean
      packs: number
    }>`
      select (select count(*)::int from classify_run) as runs, (select count(*)::int from fact) as facts,
             (select count(*)::int from assessment where to_run is null) as assessed,
             (select count(*)::int from assessment where to_run is not null) as closed, (select count(*)::int from rule_pack where kind = 'strategies') as packs,
             (select current_run = (select max(run_id) from classify_run) from base) as current`.execute(
      open().db,
    )
    expect(rows).toEqual([{ runs: 2, facts: 3, assessed: 3, closed: 3, packs: 1, current: true }])
  })

  test('a cancelled run and a wrong day leave what readers see', async () => {
    const seen = await open().db.selectFrom('assessment').selectAll().orderBy('parcel_id').execute()
    await expect(runClassify(open(), { startedAt, signal: AbortSignal.abort() })).rejects.toThrow()
    expect((await refusalOf(runClassify(open(), { startedAt, asOf: '2025-02-30' }))).code).toBe('BAD_DATE')
    expect(await open().db.selectFrom('assessment').selectAll().orderBy('parcel_id').execute()).toEqual(seen)
  })
})
