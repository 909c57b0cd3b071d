import { expect, test } from 'vitest'
import { bulkInsert, type BulkColumns } from '../../server/db/bulk.ts'
import { areaM2, asWkb } from '../../server/db/postgis.ts'
import { eachBase } from '../helpers/database.ts'

const columns: BulkColumns = {
  from_build: 'int8',
  finding_id: 'int8',
  county_code: 'text',
  code: 'text',
  severity: 'text',
  noise: 'bool',
  parcel_ids: 'int8[]',
  record_ids: 'int8[]',
  records: 'jsonb',
  detail: 'jsonb',
  area_planar_m2: 'float8',
  geom: 'geometry',
  owner_record_id: 'int8',
}

/** A square as MultiPolygon WKB, little endian; coordinates in metres of the working plane. */
function square(east: number, north: number, side: number): Uint8Array {
  const ring = [
    [east, north],
    [east + side, north],
    [east + side, north + side],
    [east, north + side],
    [east, north],
  ]
  const wkb = Buffer.alloc(9 + 9 + 4 + 16 * ring.length)
  let at = wkb.writeUInt8(1)
  at = wkb.writeUInt32LE(6, at) // MultiPolygon …
  at = wkb.writeUInt32LE(1, at) // … of one
  at = wkb.writeUInt8(1, at)
  at = wkb.writeUInt32LE(3, at) // Polygon …
  at = wkb.writeUInt32LE(1, at) // … of one ring
  at = wkb.writeUInt32LE(ring.length, at)
  for (const coordinate of ring.flat()) at = wkb.writeDoubleLE(coordinate, at)
  return new Uint8Array(wkb)
}

const finding = (no: number) => ({
  from_build: 1,
  owner_record_id: no,
  finding_id: no,
  county_code: '430211',
  code: 'P101',
  severity: 'high',
  noise: no % 2 === 0,
  parcel_ids: [43021100000000 + no, 43021100000001],
  record_ids: Array.from({ length: no % 3 }, (_, i) => i),
  records: [{ recordId: no, kind: 'approval', doc: `湘政地〔2021〕${no}号 "a", \\b {c}`, date: null }],
  detail: { no },
  area_planar_m2: no / 3,
  geom: no % 5 === 0 ? null : square(400_000 + no, 3_080_000, 10),
})

eachBase('bulkInsert', (open) => {
  test('brings 2500 rows with shapes in as they were', async () => {
    const rows = Array.from({ length: 2500 }, (_, i) => finding(i + 1))
    expect(await open().transaction((tx) => bulkInsert(tx, 'finding', rows, columns))).toBe(2500)
    const read = await open()
      .db.selectFrom('finding')
      .select(({ ref }) => [
        ...([
          'from_build',
          'owner_record_id',
          'finding_id',
          'county_code',
          'code',
          'severity',
          'noise',
          'parcel_ids',
        ] as const),
        ...(['record_ids', 'records', 'detail', 'area_planar_m2'] as const),
        asWkb(ref('geom')).as('geom'),
      ])
      .orderBy('finding_id')
      .execute()
    expect(read).toStrictEqual(rows)
    const { m2 } = await open()
      .db.selectFrom('finding')
      .select(({ ref }) => areaM2(ref('geom')).as('m2'))
      .where('finding_id', '=', 1)
      .executeTakeFirstOrThrow()
    expect(m2).toBe(100) // 10 m × 10 m
    await open().db.deleteFrom('finding').execute()
  })

  test('takes every type, and null of every type', async () => {
    await open()
      .db.insertInto('delivered_file')
      .values({ sha256: 'f', bytes: new Uint8Array([1]) })
      .execute()
    const delivery = {
      kind: 'approval',
      file_name: 'x.geojson',
      file_sha256: 'f',
      options: {},
      rows_read: 0,
      rows_used: 0,
      rows_repaired: 0,
      rows_unchanged: 0,
      rows_refused: 0,
      received_at: '2024-03-15T01:02:03.004Z',
    }
    const typed: BulkColumns = {
      delivery_id: 'int8',
      kind: 'text',
      layer: 'text',
      file_name: 'text',
      file_sha256: 'text',
      options: 'jsonb',
      rows_read: 'int4',
      rows_used: 'int4',
      rows_repaired: 'int4',
      rows_unchanged: 'int4',
      rows_refused: 'int4',
      received_at: 'timestamptz',
      undone_at: 'timestamptz',
    }
    await bulkInsert(open().db, 'delivery', [{ ...delivery, delivery_id: 1 }], typed)
    const recordColumns: BulkColumns = {
      county_code: 'text',
      record_id: 'int8',
      version_no: 'int4',
      kind: 'text',
      record_key: 'text',
      doc: 'text',
      fields: 'jsonb',
      raw: 'jsonb',
      content_hash: 'text',
      valid_during: 'daterange',
      recorded_at: 'timestamptz',
      replaced_at: 'timestamptz',
      delivery_id: 'int8',
      row_no: 'int4',
      geom: 'geometry',
      geom_delivered: 'bytea',
      area_document_m2: 'float8',
    }
    const record = {
      county_code: '430211',
      record_id: 7,
      version_no: 1,
      kind: 'approval',
      record_key: 'k',
      doc: '',
      fields: { a: '' },
      raw: {},
      content_hash: 'h',
      valid_during: '[2024-03-15,2024-12-31)',
      recorded_at: '2024-03-15T01:02:03.004Z',
      replaced_at: null,
      delivery_id: 1,
      row_no: 1,
      geom: null,
      geom_delivered: new Uint8Array([0, 255]),
      area_document_m2: null,
    }
    await bulkInsert(
      open().db,
      'record',
      [
        record,
        { ...record, version_no: 2, replaced_at: record.recorded_at, doc: undefined, geom_delivered: null },
      ],
      recordColumns,
    )
    const read = await open()
      .db.selectFrom('record')
      .select([
        'doc',
        'fields',
        'valid_during',
        'recorded_at',
        'replaced_at',
        'geom_delivered',
        'area_document_m2',
      ])
      .orderBy('version_no')
      .execute()
    expect(read).toStrictEqual([
      {
        doc: '',
        fields: { a: '' },
        valid_during: '[2024-03-15,2024-12-31)',
        recorded_at: record.recorded_at,
        replaced_at: null,
        geom_delivered: new Uint8Array([0, 255]),
        area_document_m2: null,
      },
      {
        doc: null,
        fields: { a: '' },
        valid_during: '[2024-03-15,2024-12-31)',
        recorded_at: record.recorded_at,
        replaced_at: record.recorded_at,
        geom_delivered: null,
        area_document_m2: null,
      },
    ])
    await bulkInsert(
      open().db,
      'parcel_event',
      [
        {
          build_id: 1,
          event_no: 1,
          kind: 'created',
          county_code: '430211',
          parcel_id: 1,
          happened_on: '2024-02-29',
        },
      ],
      {
        build_id: 'int8',
        event_no: 'int4',
        kind: 'text',
        county_code: 'text',
        parcel_id: 'int8',
        happened_on: 'date',
      },
    )
    expect(await open().db.selectFrom('parcel_event').select('happened_on').execute()).toEqual([
      { happened_on: '2024-02-29' },
    ])
  })

  test('texts in arrays survive quotes, commas, braces and the word NULL', async () => {
    const evidence = ['code', 'a "quoted", {braced} \\ text', 'NULL', '', '中文']
    const row = {
      from_build: 9,
      owner_record_id: 1,
      county_code: '430211',
      parcel_id: 1,
      record_id: 1,
      record_kind: 'supply',
      evidence,
      certainty: 'certain',
    }
    await bulkInsert(open().db, 'parcel_record', [row], {
      from_build: 'int8',
      owner_record_id: 'int8',
      county_code: 'text',
      parcel_id: 'int8',
      record_id: 'int8',
      record_kind: 'text',
      evidence: 'text[]',
      certainty: 'text',
    })
    expect(await open().db.selectFrom('parcel_record').select('evidence').execute()).toEqual([{ evidence }])
  })

  test('one bad row refuses them all', async () => {
    const rows = [finding(1), { ...finding(2), severity: 'unheard of' }]
    await expect(open().transaction((tx) => bulkInsert(tx, 'finding', rows, columns))).rejects.toMatchObject({
      code: '23514',
    })
    expect(await open().db.selectFrom('finding').selectAll().execute()).toEqual([])
  })

  test.each([
    ['int8', { ...finding(1), from_build: 1.5 }],
    ['int8', { ...finding(1), from_build: 2 ** 53 }],
    ['float8', { ...finding(1), area_planar_m2: '12' }],
    ['bool', { ...finding(1), noise: 'true' }],
    ['text', { ...finding(1), code: 101 }],
    ['int8[]', { ...finding(1), parcel_ids: 5 }],
    ['int8[]', { ...finding(1), parcel_ids: ['5'] }],
    ['geometry', { ...finding(1), geom: 'POINT(0 0)' }],
  ])('a value that is no %s is refused before it is sent', async (type, row) => {
    await expect(bulkInsert(open().db, 'finding', [row], columns)).rejects.toThrow(type)
  })

  test('no rows are no statement', async () => {
    expect(await bulkInsert(open().db, 'finding', [], columns)).toBe(0)
  })
})
