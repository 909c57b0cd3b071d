import { expect, test } from 'vitest'
import { exportFormats } from '../../server/export/format.ts'
import { exportRecords } from '../../server/export/record-store.ts'
import { decideRepairs } from '../../server/import/decide.ts'
import { listDeliveries, readDelivery } from '../../server/import/delivery-store.ts'
import { listRepairs } from '../../server/import/repair-list-store.ts'
import { importFile, undoDelivery } from '../../server/import/run.ts'
import type { Base } from '../../server/db/open.ts'
import { toLonLat } from '../../server/geo/project.ts'
import type { MultiPolygon } from '../../server/geo/polygon.ts'
import { eachBase } from '../helpers/database.ts'
import { rect } from '../build/given.ts'
import { bytesOf } from './given.ts'

/** Approvals of one office, a 批文号 each, as GeoJSON in lon/lat. */
const approvals = (rows: Record<string, MultiPolygon>, more: Record<string, object> = {}): Uint8Array =>
  bytesOf(
    JSON.stringify({
      type: 'FeatureCollection',
      features: Object.entries(rows).map(([docNo, shape]) => ({
        type: 'Feature',
        properties: { 批文号: docNo, 地块编号: '1', 批准日期: '2020-03-01', ...more[docNo] },
        geometry: { type: 'MultiPolygon', coordinates: toLonLat(shape) },
      })),
    }),
  )

/** Corners of a 100 m square in the order that crosses itself: two triangles of 2,500 m² each. */
const bowTie = (x: number): MultiPolygon => {
  const [[a, b, c, d]] = rect(x, 0, 100, 100)[0]! as unknown as [
    [[number, number], [number, number], [number, number], [number, number]],
  ]
  return [[[a, c, b, d, a]]]
}

let day = 0
const now = () => new Date(Date.UTC(2024, 4, 1) + ++day * 60_000).toISOString()
const bring = (base: Base, bytes: Uint8Array, more: object = {}) =>
  importFile(base, { bytes, name: 'approvals.geojson', as: 'approval', receivedAt: now(), ...more })

/** What leaves the system: every record as GeoJSON, byte by byte. */
async function exported(base: Base): Promise<string> {
  let text = ''
  for await (const part of exportFormats.geojson.write(await exportRecords(base.db))) text += String(part)
  return text
}

const A = '湘政地〔2020〕1号'
const B = '湘政地〔2020〕2号'
const C = '湘政地〔2020〕3号'

eachBase('a delivery taken back', (open) => {
  test('leaves an export that is the same to the byte', async () => {
    await bring(open(), approvals({ [A]: rect(0, 0, 100, 100), [B]: rect(200, 0, 100, 100) }))
    const before = await exported(open())
    const second = await bring(
      open(),
      approvals({ [A]: rect(0, 0, 90, 100), [B]: rect(200, 0, 100, 100), [C]: rect(400, 0, 100, 100) }),
    )
    expect(second).toMatchObject({ used: 2, unchanged: 1 })
    expect(await exported(open())).not.toBe(before)
    await undoDelivery(open(), second.delivery!, now())
    expect(await exported(open())).toBe(before)
    expect(before).toContain(A)
  })

  test('second import: 0 rows change; a missing row is reported and stands', async () => {
    const both = approvals({ [A]: rect(0, 0, 100, 100), [B]: rect(200, 0, 100, 100) })
    expect(await bring(open(), both)).toMatchObject({
      delivery: null,
      used: 0,
      repaired: 0,
      unchanged: 2,
      missing: 0,
    })
    const before = await exported(open())
    const less = await bring(open(), approvals({ [A]: rect(0, 0, 100, 100) }))
    expect(less).toMatchObject({ delivery: null, read: 1, unchanged: 1, missing: 1 })
    expect(less.issues.filter(({ code }) => code.startsWith('ROW'))).toMatchObject([
      { code: 'ROWS_MISSING', severity: 'note', value: '1' },
      { code: 'ROW_MISSING', value: B },
    ])
    expect(await exported(open())).toBe(before)
  })

  test('a dry run says what the real run then says', async () => {
    const file = approvals(
      { [A]: rect(0, 0, 80, 100), [C]: bowTie(400) },
      { [A]: { 批准日期: '2020-02-30' } },
    )
    const dry = await bring(open(), file, { dryRun: true })
    const real = await bring(open(), file)
    expect({ ...real, delivery: null }).toEqual(dry)
    expect(dry).toMatchObject({ read: 2, used: 1, refused: 1, missing: 1 })
    await undoDelivery(open(), real.delivery!, now())
  })
})

eachBase('a repair that changes the area', (open) => {
  let first: number
  const file = approvals({ [A]: rect(0, 0, 100, 100), [B]: bowTie(200), [C]: bowTie(400) })

  test('is proposed, with before and after, and the row is refused until a person decides', async () => {
    const summary = await bring(open(), file)
    expect(summary).toMatchObject({ read: 3, used: 1, repaired: 0, refused: 2 })
    expect(summary.issues.filter(({ severity }) => severity === 'must_fix')).toMatchObject([
      { row: 2, code: 'NEEDS_DECISION' },
      { row: 3, code: 'NEEDS_DECISION' },
    ])
    first = summary.delivery!
    expect(await readDelivery(open().db, first)).toMatchObject({ proposals: 2 })
    const { repairs } = await listRepairs(open().db, first, { after: 0, limit: 10 })
    expect(repairs).toMatchObject([
      { row: 2, state: 'proposed', methods: ['bow_tie'], decision: null },
      { row: 3, state: 'proposed', methods: ['bow_tie'], decision: null },
    ])
    // one triangle turns against the other: by sign they cancel
    expect(repairs[0]!.areaBeforeM2).toBeCloseTo(0, 3)
    expect(repairs[0]!.areaAfterM2).toBeCloseTo(5_000, 1)
    expect(repairs[0]!.before).toMatchObject({ type: 'MultiPolygon' })
    expect(repairs[0]!.after.coordinates).toHaveLength(2)
  })

  test('is used as repaired in a delivery that follows, once a person accepts it', async () => {
    const accept = { deliveryId: first, accept: true, by: '数据员甲', reason: '与实地一致' }
    const followed = await decideRepairs(open(), { ...accept, rows: [2], at: now() })
    expect(followed).toMatchObject({ read: 1, used: 0, repaired: 1, refused: 0, unchanged: 0, missing: 0 })
    expect(followed!.issues).toMatchObject([{ row: 2, code: 'REPAIR_ACCEPTED' }])
    const [newest] = await listDeliveries(open().db, 1)
    expect(newest).toMatchObject({ deliveryId: followed!.delivery, follows: first })
    const { repairs } = await listRepairs(open().db, first, { after: 0, limit: 1 })
    expect(repairs[0]).toMatchObject({
      state: 'accepted',
      decision: { by: '数据员甲', reason: '与实地一致' },
    })
    await expect(decideRepairs(open(), { ...accept, rows: [2], at: now() })).rejects.toMatchObject({
      code: 'PROPOSAL_UNKNOWN',
      place: { row: 2 },
    })
    await expect(decideRepairs(open(), { ...accept, rows: [1], at: now() })).rejects.toMatchObject({
      code: 'PROPOSAL_UNKNOWN',
    })
  })

  test('stays decided: the file again changes nothing, and a rejection is remembered with its reason', async () => {
    await decideRepairs(open(), {
      deliveryId: first,
      rows: [3],
      accept: false,
      by: '数据员乙',
      reason: '应重测',
      at: now(),
    })
    const again = await bring(open(), file)
    expect(again).toMatchObject({ delivery: null, read: 3, used: 0, repaired: 0, unchanged: 2, refused: 1 })
    expect(
      again.issues.find(({ row, severity }) => row === 3 && severity === 'must_fix')!.message.zh,
    ).toContain('应重测')
    expect(await readDelivery(open().db, first)).toMatchObject({ proposals: 0 })
  })
})
