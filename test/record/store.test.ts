import { describe, expect, test } from 'vitest'
import type { MultiPolygon } from '../../server/geo/polygon.ts'
import { encodeMultiPolygon } from '../../server/geo/wkb.ts'
import type { Draft } from '../../server/record/draft.ts'
import {
  loadRecords,
  recordDrafts,
  RowsRefused,
  undoDelivery,
  type DeliveryInput,
} from '../../server/record/store.ts'
import { eachBase } from '../helpers/database.ts'

/** A square of 100 m a side, its lower left corner `east` metres along a street in 天元区. */
const square = (east: number, side = 100): MultiPolygon => {
  const [x, y] = [408_000 + east, 3_078_000]
  return [
    [
      [
        [x, y],
        [x + side, y],
        [x + side, y + side],
        [x, y + side],
        [x, y],
      ],
    ],
  ]
}

const plot = (key: string, more: Partial<Draft<'approval'>> = {}): Draft<'approval'> => ({
  rowNo: 1,
  key,
  doc: key,
  fields: { doc_no: key },
  raw: { 批文号: key },
  geometry: square(0),
  areaDocumentM2: 10_000,
  repaired: false,
  ...more,
})

const delivery = (bytes: string, more: Partial<DeliveryInput> = {}): DeliveryInput => ({
  kind: 'approval',
  fileName: 'approvals.txt',
  bytes: new TextEncoder().encode(bytes),
  crs: 'EPSG:4547',
  crsKnownBy: 'option',
  receivedAt: '2024-05-01T08:00:00.000Z',
  ...more,
})

eachBase('recording a delivery', (open) => {
  const standing = async (asOf = '2024-06-01', knownAt?: string) =>
    loadRecords(open().db, { asOf, knownAt, kinds: ['approval'] })

  test('a first delivery is used whole, with both areas of each shape', async () => {
    const summary = await recordDrafts(open(), delivery('one'), [
      plot('A', { rowNo: 1 }),
      plot('B', { rowNo: 2, geometry: square(200), countyCode: '430211' }),
      plot('C', { rowNo: 3, geometry: null, areaDocumentM2: null }),
    ])
    expect(summary).toMatchObject({
      delivery: 1,
      read: 3,
      used: 3,
      repaired: 0,
      unchanged: 0,
      refused: 0,
      crs: 'EPSG:4547',
      crsKnownBy: 'option',
      issues: [],
    })
    const records = await standing()
    expect(records.map((record) => record.key)).toEqual(['A', 'B', 'C'])
    expect(records[0]!.areaPlanarM2).toBe(10_000)
    // The plane stretches areas by the square of distance from its meridian over earth radius: (91.95 km / 6370 km)² = 208 ppm.
    expect(records[0]!.areaEllipsoidM2! / 10_000 - 1).toBeCloseTo(-0.000208, 5)
    expect(records[0]!.wkb).toEqual(encodeMultiPolygon(square(0)))
    expect(records[2]).toMatchObject({ wkb: null, areaPlanarM2: null, areaEllipsoidM2: null })
    // Numbers come from the counter of their county: county × 10⁸ + serial.
    expect(records.map((record) => record.recordId)).toEqual([1, 43_021_100_000_001, 2])
  })

  test('the same delivery again changes nothing and leaves no trace', async () => {
    const again = await recordDrafts(open(), delivery('one', { receivedAt: '2024-05-02T08:00:00.000Z' }), [
      plot('A'),
      plot('B', { geometry: square(200), countyCode: '430211' }),
      plot('C', { geometry: null, areaDocumentM2: null }),
    ])
    expect(again).toMatchObject({ delivery: null, read: 3, used: 0, unchanged: 3 })
    const { count } = await open()
      .db.selectFrom('delivery')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    expect(Number(count)).toBe(1)
  })

  test('a dry run gives the summary of the real one and writes nothing', async () => {
    const dry = await recordDrafts(open(), delivery('two', { dryRun: true }), [
      plot('A', { geometry: square(0, 50) }),
      plot('D'),
    ])
    expect(dry).toMatchObject({ delivery: null, read: 2, used: 2 })
    expect(await standing()).toHaveLength(3)
    const kept = await open().db.selectFrom('delivered_file').select('sha256').execute()
    expect(kept).toHaveLength(1)
  })

  test('a changed row becomes a new version of the same record; rows that are missing stay', async () => {
    const before = await standing()
    const summary = await recordDrafts(
      open(),
      delivery('three', { receivedAt: '2024-05-03T08:00:00.000Z' }),
      [
        plot('A', { geometry: square(0, 50), repaired: true }),
        plot('B', { geometry: square(200), countyCode: '430211' }),
      ],
    )
    expect(summary).toMatchObject({ delivery: 2, read: 2, used: 0, repaired: 1, unchanged: 1 })
    const after = await standing()
    expect(after.map((record) => record.key)).toEqual(['A', 'B', 'C'])
    expect(after[0]!.recordId).toBe(before[0]!.recordId)
    expect(after[0]!.areaPlanarM2).toBe(2_500)
    // What was known before the change can still be asked for.
    const known = await standing('2024-06-01', '2024-05-02T00:00:00Z')
    expect(known[0]!.areaPlanarM2).toBe(10_000)
    expect(await standing('2024-06-01', '2024-04-30T00:00:00Z')).toEqual([])
  })

  test('taking that delivery back brings the version before it back, as a version of its own', async () => {
    expect(await undoDelivery(open(), 2, '2024-05-04T08:00:00.000Z')).toEqual({
      delivery: 2,
      closed: 1,
      restored: 1,
    })
    expect((await standing())[0]!.areaPlanarM2).toBe(10_000)
    expect((await standing('2024-06-01', '2024-05-03T12:00:00Z'))[0]!.areaPlanarM2).toBe(2_500)
    const versions = await open()
      .db.selectFrom('record')
      .select(['version_no', 'delivery_id', 'replaced_at'])
      .where('record_key', '=', 'A')
      .orderBy('version_no')
      .execute()
    expect(
      versions.map((version) => [version.version_no, version.delivery_id, version.replaced_at !== null]),
    ).toEqual([
      [1, 1, true],
      [2, 2, true],
      [3, 1, false],
    ])
    await expect(undoDelivery(open(), 2, '2024-05-05T08:00:00.000Z')).rejects.toMatchObject({
      code: 'DELIVERY_UNDONE',
    })
    await expect(undoDelivery(open(), 99, '2024-05-05T08:00:00.000Z')).rejects.toMatchObject({
      code: 'DELIVERY_UNKNOWN',
    })
  })

  test('a delivery taken back and brought in again stands again, on the old numbers', async () => {
    const summary = await recordDrafts(
      open(),
      delivery('three', { receivedAt: '2024-05-06T08:00:00.000Z' }),
      [plot('A', { geometry: square(0, 50) })],
    )
    expect(summary).toMatchObject({ used: 1, unchanged: 0 })
    const [first] = await standing()
    expect(first).toMatchObject({ recordId: 1, areaPlanarM2: 2_500 })
  })

  test('taking back a delivery whose rows a later one changed leaves the later ones alone', async () => {
    const older = await recordDrafts(
      open(),
      delivery('older', { kind: 'reserve', receivedAt: '2024-05-07T08:00:00.000Z' }),
      [{ ...plot('R'), fields: { doc_no: 'R' } }],
    )
    await recordDrafts(
      open(),
      delivery('newer', { kind: 'reserve', receivedAt: '2024-05-08T08:00:00.000Z' }),
      [{ ...plot('R'), fields: { doc_no: 'R', project: '新' } }],
    )
    expect(await undoDelivery(open(), older.delivery!, '2024-05-09T08:00:00.000Z')).toMatchObject({
      closed: 0,
      restored: 0,
    })
    const [row] = await loadRecords(open().db, { asOf: '2024-06-01', kinds: ['reserve'] })
    expect(row!.fields).toEqual({ doc_no: 'R', project: '新' })
  })

  test('rows with one number in one file are both kept, and the second is named', async () => {
    const summary = await recordDrafts(open(), delivery('twins', { kind: 'permit' }), [
      { ...plot('P'), rowNo: 4, fields: { doc_no: 'P' } },
      { ...plot('P'), rowNo: 9, fields: { doc_no: 'P', project: '乙' } },
    ])
    expect(summary).toMatchObject({
      read: 2,
      used: 2,
      issues: [{ row: 9, code: 'P607', severity: 'may_fix_later' }],
    })
    expect(
      (await loadRecords(open().db, { asOf: '2024-06-01', kinds: ['permit'] })).map((record) => record.key),
    ).toEqual(['P', 'P#2'])
  })

  test('a row whose own number ends like that of a repeat is missed as any other', async () => {
    const permit = (key: string, rowNo: number) => ({ ...plot(key, { rowNo }), fields: { doc_no: key } })
    const bring = (bytes: string, keys: readonly string[]) =>
      recordDrafts(
        open(),
        delivery(bytes, { kind: 'permit' }),
        keys.map((key, at) => permit(key, at + 1)),
      )
    await bring('with', ['P#1', 'Q', 'Q', 'R'])
    expect(await bring('without', ['Q', 'Q', 'R'])).toMatchObject({ unchanged: 3, missing: 1 })
    expect(await bring('once', ['P#1', 'Q', 'R'])).toMatchObject({ unchanged: 3, missing: 1 })
  })

  test('all or nothing: one refused row refuses the file, and nothing of it stays', async () => {
    const reading = {
      issues: [
        {
          row: 2,
          field: 'geometry',
          code: 'P602',
          severity: 'must_fix' as const,
          message: { zh: '图形无效', en: 'Invalid shape' },
          value: null,
        },
      ],
      refused: 1,
    }
    const attempt = recordDrafts(
      open(),
      delivery('half', { kind: 'expropriation', reading, allOrNothing: true }),
      [{ ...plot('E'), fields: { doc_no: 'E' } }],
    )
    await expect(attempt).rejects.toBeInstanceOf(RowsRefused)
    await expect(attempt).rejects.toMatchObject({
      code: 'ROWS_REFUSED',
      place: { file: 'approvals.txt', row: 2, field: 'geometry' },
      summary: { read: 2, used: 1, refused: 1 },
    })
    expect(await loadRecords(open().db, { asOf: '2024-06-01', kinds: ['expropriation'] })).toEqual([])
  })

  test('without it, the good rows are used and the refused one keeps its reason', async () => {
    const reading = {
      issues: [
        {
          row: 2,
          field: 'geometry',
          code: 'P602',
          severity: 'must_fix' as const,
          message: { zh: '图形无效', en: 'Invalid shape' },
          value: null,
        },
      ],
      refused: 1,
    }
    const summary = await recordDrafts(open(), delivery('half', { kind: 'expropriation', reading }), [
      { ...plot('E'), fields: { doc_no: 'E' } },
    ])
    expect(summary).toMatchObject({ read: 2, used: 1, refused: 1 })
    const issues = await open()
      .db.selectFrom('delivery_issue')
      .selectAll()
      .where('delivery_id', '=', summary.delivery!)
      .execute()
    expect(issues).toMatchObject([{ row_no: 2, field: 'geometry', code: 'P602', severity: 'must_fix' }])
  })

  test('a shape the database calls invalid never gets in, and takes its delivery with it', async () => {
    const bowTie: MultiPolygon = [
      [
        [
          [408_000, 3_078_000],
          [408_100, 3_078_100],
          [408_100, 3_078_000],
          [408_000, 3_078_100],
          [408_000, 3_078_000],
        ],
      ],
    ]
    await expect(
      recordDrafts(open(), delivery('bow', { kind: 'preliminary' }), [
        { ...plot('X'), fields: { doc_no: 'X' }, geometry: bowTie },
      ]),
    ).rejects.toThrow()
    expect(await loadRecords(open().db, { asOf: '2024-06-01', kinds: ['preliminary'] })).toEqual([])
  })

  describe('on the ground', () => {
    test('a record counts from its first day and up to, not including, its last', async () => {
      await recordDrafts(open(), delivery('days', { kind: 'completion' }), [
        { ...plot('K'), fields: { doc_no: 'K' }, validFrom: '2024-03-15', validTo: '2024-04-01' },
      ])
      const on = async (asOf: string) =>
        (await loadRecords(open().db, { asOf, kinds: ['completion'] })).length
      expect([
        await on('2024-03-14'),
        await on('2024-03-15'),
        await on('2024-03-31'),
        await on('2024-04-01'),
      ]).toEqual([0, 1, 1, 0])
    })
  })
})
