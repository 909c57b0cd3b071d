import { beforeAll, describe, expect, test } from 'vitest'
import { runBuild, type BuildSummary } from '../../server/build/run.ts'
import { readLedger } from '../../server/build/store.ts'
import { CITY_AS_OF } from '../../server/demo/city.ts'
import { loadDemo } from '../../server/demo/load.ts'
import { decodeMultiPolygon } from '../../server/geo/wkb.ts'
import type { Draft } from '../../server/record/draft.ts'
import type { LandRecord } from '../../server/record/record.ts'
import { loadRecords, recordDrafts, undoDelivery } from '../../server/record/store.ts'
import { runClassify } from '../../server/strategy/classify.ts'
import { eachBase } from '../helpers/database.ts'
import { dice, someEdit } from './edits.ts'

let minute = 0
const now = (): string => new Date(Date.parse('2025-07-01T08:00:00Z') + 60_000 * minute++).toISOString()

eachBase('a base in which a few records change', (open) => {
  const build = (scope?: 'full' | 'changes'): Promise<BuildSummary> =>
    runBuild(open(), { asOf: CITY_AS_OF, startedAt: now(), scope })
  const deliver = async (record: LandRecord) =>
    recordDrafts(
      open(),
      {
        kind: record.kind,
        layer: record.layer || null,
        fileName: `change-${minute}.json`,
        bytes: new TextEncoder().encode(`${record.key} ${minute}`),
        receivedAt: now(),
      },
      [
        {
          rowNo: 1,
          key: record.key,
          doc: record.doc,
          countyCode: record.countyCode,
          fields: record.fields,
          raw: {},
          geometry: record.wkb && decodeMultiPolygon(record.wkb),
          validFrom: null,
          validTo: null,
          areaDocumentM2: record.areaDocumentM2,
          repaired: false,
        } as unknown as Draft,
      ],
    )
  /** Everything readers see, without the numbers of builds. */
  const seen = async () => ({
    ledger: { ...(await readLedger(open().db)), knownAt: null },
    assessments: await open()
      .db.selectFrom('assessment')
      .select(['parcel_id', 'strategy', 'runners_up', 'flags', 'tags'])
      .where('to_run', 'is', null)
      .orderBy('parcel_id')
      .execute(),
    facts: (await open().db.selectFrom('fact').selectAll().orderBy('parcel_id').execute()).map((row) => ({
      ...row,
      run_id: null,
    })),
  })

  beforeAll(async () => {
    await loadDemo(open(), { parcels: 600, seed: 21, at: now() })
    await build()
    await runClassify(open(), { startedAt: now() })
  })

  test('only what they touch is built again, and building everything finds nothing to add', async () => {
    const draw = dice(99)
    let changes = 0
    for (let n = 0; n < 12; n++) {
      const records = await loadRecords(open().db, { asOf: CITY_AS_OF })
      const { after } = someEdit(records, draw, 0)
      if (!after) continue
      await deliver(after)
      const part = await build()
      await runClassify(open(), { startedAt: now() })
      const before = await seen()
      const whole = await build('full')
      await runClassify(open(), { startedAt: now(), scope: 'full' })
      expect(whole.written).toEqual({ opened: 0, closed: 0 })
      expect({ ...part, build: 0, scope: '', seconds: 0, written: null }).toEqual({
        ...whole,
        build: 0,
        scope: '',
        seconds: 0,
        written: null,
        closureM2: expect.closeTo(whole.closureM2, 6) as number,
      })
      expect(await seen()).toEqual(before)
      if (part.scope === 'changes') changes++
    }
    expect(changes).toBeGreaterThan(6)
  }, 300_000)

  test('taking the delivery back brings back what was seen', async () => {
    const before = await seen()
    const records = await loadRecords(open().db, { asOf: CITY_AS_OF, kinds: ['registration'] })
    const title = records.find(({ wkb }) => wkb !== null)!
    const { delivery } = await deliver({
      ...title,
      fields: { ...title.fields, holder: '另一家公司' },
    } as LandRecord)
    expect((await build()).scope).toBe('changes')
    const changed = await runClassify(open(), { startedAt: now() })
    expect(changed.scope).toBe('changes')
    expect(changed.asked).toBeLessThan(changed.parcels / 4)
    expect(changed.asked).toBeGreaterThan(0)
    await undoDelivery(open(), delivery!, now())
    expect((await build()).scope).toBe('changes')
    await runClassify(open(), { startedAt: now() })
    expect(await seen()).toEqual(before)
  })

  test('nothing changed: nothing is built, nothing is written', async () => {
    expect(await build()).toMatchObject({ scope: 'changes', written: { opened: 0, closed: 0 } })
  })

  test('another day, or a changed district, asks for everything', async () => {
    const records = await loadRecords(open().db, { asOf: CITY_AS_OF, kinds: ['layer'] })
    const district = records.find(({ layer }) => layer === 'district')!
    await deliver({ ...district, fields: { ...district.fields, name: '新区' } } as LandRecord)
    expect((await build()).scope).toBe('full')
    const { scope } = await runBuild(open(), { asOf: '2025-07-31', startedAt: now() })
    expect(scope).toBe('full')
  })
})

describe('the dice', () => {
  test('fall the same for the same seed', () => {
    const [a, b] = [dice(7), dice(7)]
    expect(Array.from({ length: 50 }, () => a(100))).toEqual(Array.from({ length: 50 }, () => b(100)))
  })
})
