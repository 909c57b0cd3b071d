import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { bboxOf, perimeterM, planarAreaM2 } from '../../server/geo/area.ts'
import { pairAreaM2 } from '../../server/geo/pair-area.ts'
import { PolygonSet } from '../../server/geo/polygon-set.ts'
import { snapToGrid, toWorking } from '../../server/geo/project.ts'
import type { MultiPolygon, Position, Ring } from '../../server/geo/polygon.ts'
import { decodeMultiPolygon } from '../../server/geo/wkb.ts'
import { DeliveredFile } from '../../server/import/delivered-file.ts'
import { openSource } from '../../server/import/open-source.ts'
import { importFile, undoDelivery, type ImportRequest } from '../../server/import/run.ts'
import type { LandRecord, RecordKind } from '../../server/record/record.ts'
import { loadRecords } from '../../server/record/store.ts'
import { eachBase } from '../helpers/database.ts'
import { bytesOf, collection, example, feature, fixture, lonLatSquare } from './given.ts'

const boundaryExpected = Buffer.from(fixture('boundary-expected.csv'))
  .toString('utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.trim().split(','))
  .map(([, id, area, perimeter, rings]) => ({
    id: id!,
    areaM2: Number(area),
    perimeterM: Number(perimeter),
    rings: Number(rings),
  }))

interface ExpectedParcel {
  readonly properties: Readonly<Record<string, string | number>>
  readonly geometry: { readonly coordinates: MultiPolygon[number] }
}
const parcelsIn = (lines: Uint8Array): ExpectedParcel[] =>
  Buffer.from(lines)
    .toString('utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ExpectedParcel)
const shapefileExpected = parcelsIn(gunzipSync(fixture('expected.geojsonl.gz')))
const boundaryShapes = parcelsIn(fixture('boundary-expected.geojsonl'))

/** How far apart corresponding points of two rings lie at most, m; from where they begin and which way round is left open. */
function farthestM(ring: Ring, expected: Ring): number {
  const [open, wanted] = [ring.slice(0, -1), expected.slice(0, -1)]
  const apart = (points: readonly Position[], from: number): number =>
    Math.max(
      ...wanted.map(([x, y], i) => {
        const [east, north] = points[(from + i) % points.length]!
        return Math.hypot(east - x, north - y)
      }),
    )
  expect(open).toHaveLength(wanted.length)
  return Math.min(...[open, open.toReversed()].flatMap((way) => way.map((_, from) => apart(way, from))))
}

eachBase('importing', (open) => {
  let clock = Date.parse('2024-05-01T00:00:00Z')
  const bring = (name: string, bytes: Uint8Array, as: string, more: Partial<ImportRequest> = {}) =>
    importFile(open(), { bytes, name, as, receivedAt: new Date((clock += 60_000)).toISOString(), ...more })
  const records = async <K extends RecordKind>(kind: K): Promise<LandRecord<K>[]> =>
    (await loadRecords(open().db, { asOf: '2024-06-01', kinds: [kind] })) as LandRecord<K>[]

  describe('界址点 TXT', () => {
    const dialects: [
      name: string,
      bytes: Uint8Array,
      crs: string,
      knownBy: string,
      ending: 'used' | 'repaired' | 'unchanged',
      codes: string[],
    ][] = [
      ['A: GBK, CRLF, the standard', example('boundary-points.txt'), 'EPSG:4526', 'header', 'used', []],
      [
        'B: no zone in front of the easting',
        fixture('B-utf8-lf-noprefix.txt'),
        'EPSG:4547',
        'header',
        'used',
        [],
      ],
      [
        'C: BOM, rings not closed',
        fixture('C-utf8bom-unclosed.txt'),
        'EPSG:4526',
        'header',
        'repaired',
        ['P610'],
      ],
      // turned round it is the land of B, which is there already
      ['D: east first', fixture('D-swapped-EN-order.txt'), 'EPSG:4526', 'header', 'unchanged', ['P603']],
      [
        'E: empty head, area in m²',
        fixture('E-area-in-m2-empty-header.txt'),
        'EPSG:4526',
        'magnitude',
        'used',
        ['CRS_ASSUMED', 'P613'],
      ],
      [
        'F: full-width brackets, short head',
        fixture('F-fullwidth-brackets-minimal-header.txt'),
        'EPSG:4526',
        'header',
        'used',
        [],
      ],
    ]
    test.each(dialects)('dialect %s', async (name, bytes, crs, knownBy, ending, codes) => {
      const summary = await bring(`${name}.txt`, bytes, 'approval')
      expect(summary).toMatchObject({
        read: 16,
        used: 0,
        repaired: 0,
        unchanged: 0,
        refused: 0,
        [ending]: 16,
        crs,
        crsKnownBy: knownBy,
      })
      expect([...new Set(summary.issues.map((issue) => issue.code))].toSorted()).toEqual(
        // A boundary TXT carries plots, but never the approval they belong to.
        [...codes, 'DOCUMENT_UNNAMED', 'FIELD_MISSING', 'P604'].toSorted(),
      )
      const plots = await records('approval')
      for (const { id, areaM2, perimeterM: length, rings } of boundaryExpected) {
        const plot = plots.find(({ fields }) => fields.plot_no === id)!
        const shape = decodeMultiPolygon(plot.wkb!)
        expect(shape.flat()).toHaveLength(rings)
        expect(planarAreaM2(shape)).toBeCloseTo(areaM2, 1)
        expect(plot.areaPlanarM2).toBeCloseTo(areaM2, 1)
        expect(perimeterM(shape)).toBeCloseTo(length, 1)
        // The paper gives four decimals of a hectare, dialect E two of a square metre.
        expect(Math.abs(plot.areaDocumentM2! - areaM2)).toBeLessThan(0.51)
      }
      expect(boundaryShapes).toHaveLength(16)
      for (const { properties, geometry } of boundaryShapes) {
        const plot = plots.find(({ fields }) => fields.plot_no === properties['demo_id'])!
        const [rings, ...more] = decodeMultiPolygon(plot.wkb!)
        const [expected] = toWorking([geometry.coordinates])
        expect([more, rings]).toMatchObject([[], { length: expected!.length }])
        // The survey file gives millimetres, the expected shapes nine decimals of a degree, half of one being 0.055 mm.
        for (const [i, ring] of rings!.entries())
          expect(farthestM(ring, expected![i]!)).toBeLessThan(Math.SQRT2 * (0.0005 + 0.00006))
        const isOnMillimetres = (value: number) => Math.abs(value * 1_000 - Math.round(value * 1_000)) < 1e-5
        expect(rings!.flat(2).every(isOnMillimetres)).toBe(true)
      }
    })
    test('the sample of the dossier: 63 029.9404 m², and 57 600 m² round a hole', async () => {
      await bring('sample.txt', fixture('sample-boundary.txt'), 'reserve')
      const areas = (await records('reserve')).map((record) => record.areaPlanarM2!).toSorted((a, b) => b - a)
      expect(areas[0]).toBeCloseTo(63_029.9404, 3)
      expect(areas[1]).toBeCloseTo(57_600, 6)
    })
    test('a closing line that repeats X for Y, a wrong count, a line for a polygon, and a broken point', async () => {
      const text = [
        '[属性描述]',
        '坐标系=2000国家大地坐标系',
        '几度分带=3',
        '带号=38',
        '[地块坐标]',
        '99,1,P1,甲,面,,,,@',
        'J1,1,3078000,38408000',
        'J2,1,3078100,38408000',
        'J3,1,3078100,38408100',
        'J4,1,3078000,38408100',
        'J1,1,3078000,3078000',
        '2,1,P2,乙,线,,,,@',
        'J1,1,3078000,38408000',
        'J2,1,3078100,38408000',
        '3,1,P3,丙,面,,,,@',
        'J1,1,3078000,38408000',
        'J2,1,三,38408000',
        'J3,1,3078100,38408100',
      ].join('\r\n')
      const summary = await bring('odd.txt', bytesOf(text), 'permit')
      expect(summary).toMatchObject({ read: 3, used: 0, repaired: 1, refused: 2 })
      expect(
        summary.issues
          .filter((issue) => issue.row !== null)
          .map((issue) => [issue.row, issue.code, issue.severity]),
      ).toEqual([
        [1, 'TXT_POINT_COUNT', 'note'],
        [1, 'P610', 'note'],
        [2, 'GEOM_TYPE', 'must_fix'],
        [3, 'COORD_NOT_FINITE', 'must_fix'],
      ])
      expect((await records('permit'))[0]!.areaPlanarM2).toBeCloseTo(10_000, 6)
    })
  })

  describe('Shapefile in a ZIP', () => {
    test.each([
      ['GBK with .cpg', 'gbk_with_cpg.zip', 'GB18030', 'prj'],
      ['GBK without .cpg', null, 'GB18030', 'prj'],
      ['GBK without .cpg and .prj', 'gbk_no_cpg_no_prj.zip', 'GB18030', 'magnitude'],
      ['UTF-8 without .cpg, names cut inside a character', 'utf8_no_cpg.zip', 'UTF-8', 'prj'],
    ])('%s', async (_, name, encoding, knownBy) => {
      const bytes = name === null ? example('parcels-gbk.zip') : fixture(name)
      const summary = await bring('parcels.zip', bytes, 'supply')
      expect(summary).toMatchObject({
        read: 200,
        repaired: 0,
        refused: 0,
        crs: 'EPSG:4526',
        crsKnownBy: knownBy,
      })
      expect((await openSource(DeliveredFile.of(bytes, 'parcels.zip'))).encoding).toBe(encoding)
      const supplies = await records('supply')
      expect(supplies).toHaveLength(200)
      for (const { properties, geometry } of shapefileExpected) {
        const supply = supplies.find(({ doc }) => doc === properties['地块编号'])!
        expect(supply.fields).toMatchObject({
          use: properties['土地用途'],
          area_ha: properties['面积公顷'],
          start_due: properties['约定开工时间'],
          approval_doc_no: properties['批准文号'],
        })
        const expected = PolygonSet.fromMultiPolygons([snapToGrid(toWorking([geometry.coordinates]))])
        const got = PolygonSet.fromWkb([supply.wkb!])
        expect(pairAreaM2(expected, 0, got, 0)).toBeCloseTo(expected.areaM2(0), 1)
        expect(got.areaM2(0)).toBeCloseTo(expected.areaM2(0), 1)
      }
    })
    test('the same file twice is once', async () => {
      const again = await bring('utf8_no_cpg.zip', fixture('utf8_no_cpg.zip'), 'supply')
      expect(again).toMatchObject({ delivery: null, read: 200, used: 0, unchanged: 200 })
      const versions = await open()
        .db.selectFrom('record')
        .select(({ fn }) => fn.max('version_no').as('most'))
        .where('kind', '=', 'supply')
        .executeTakeFirstOrThrow()
      const { most } = versions
      await bring('utf8_no_cpg.zip', fixture('utf8_no_cpg.zip'), 'supply')
      const after = await open()
        .db.selectFrom('record')
        .select(({ fn }) => fn.max('version_no').as('most'))
        .where('kind', '=', 'supply')
        .executeTakeFirstOrThrow()
      expect(after.most).toBe(most)
    })
  })

  describe('CSV of the land market', () => {
    test('203 notices are read: fields, units, dates, blanks, terms', async () => {
      const summary = await bring('supply.csv', example('landchina-supply-2018.csv'), 'supply')
      expect(summary).toMatchObject({ read: 203, used: 203, refused: 0, crs: null, crsKnownBy: 'none' })
      const supplies = (await records('supply')).filter(({ wkb }) => wkb === null)
      expect(supplies).toHaveLength(203)
      // Figures of the source's own README: 736.2 ha in all, 58 without an agreed start.
      expect(supplies.reduce((sum, { fields }) => sum + fields.area_ha!, 0)).toBeCloseTo(736.2, 1)
      expect(supplies.filter(({ fields }) => fields.start_due === undefined)).toHaveLength(58)
      expect(supplies.filter(({ fields }) => fields.method === '划拨')).toHaveLength(101)
      // Blank is absent, a price of 0.0000 is stated.
      expect(supplies.filter(({ fields }) => fields.price_wan === undefined)).toHaveLength(45)
      expect(supplies.filter(({ fields }) => fields.price_wan === 0)).toHaveLength(51)
      expect(supplies.some(({ fields }) => 'start_on' in fields || 'finish_on' in fields)).toBe(false)
      const one = supplies.find(({ fields }) => fields.supervision_no === '1306262018B00730')!
      expect(one.fields).toMatchObject({
        use: '其他普通商品住房用地',
        method: '挂牌出让',
        holder: '河北康城房地产开发有限公司',
        area_ha: 5.292804,
        price_wan: 10484,
        far_min: 1,
        far_max: 2,
        signed_on: '2018-12-31',
        handover_due: '2018-12-31',
        start_due: '2019-12-21',
        finish_due: '2022-12-21',
        term_years: 50,
        district: '定兴县',
      })
      expect(one.areaDocumentM2).toBe(52_928.04)
      expect(one.countyCode).toBe('130626')
      // A term of several uses stays a text.
      const mixed = supplies.find(({ fields }) => fields.term_text?.includes(';') ?? false)!
      expect(mixed.fields.term_years).toBeUndefined()
      // The one bare code among the uses is flagged, not guessed.
      expect(summary.issues.filter((issue) => issue.code === 'P611')).toMatchObject([
        { row: 47, field: 'use', value: '0601' },
      ])
    })
    test('GBK, semicolons and 亩 read the same as UTF-8, commas and hectares', async () => {
      const gbk = Buffer.from(
        'b5e7d7d3bce0b9dcbac53bc3e6bbfda3a8c4b6a3a93bbacfcdacc7a9b6a9c8d5c6da0d0a',
        'hex',
      ) // 电子监管号;面积（亩）;合同签订日期
      const bytes = Buffer.concat([gbk, Buffer.from('4302112024B00001;15;2024/3/15\r\n')])
      expect(await bring('mu.csv', bytes, 'supply')).toMatchObject({ read: 1, used: 1 })
      const supply = (await records('supply')).find(({ key }) => key === '4302112024B00001')!
      expect(supply).toMatchObject({
        countyCode: '430211',
        areaDocumentM2: 10_000,
        fields: { area_ha: 1, signed_on: '2024-03-15' },
      })
    })
    test('a record counts on the ground from its signing', async () => {
      const before = await loadRecords(open().db, { asOf: '2024-03-14', kinds: ['supply'] })
      expect(before.some(({ key }) => key === '4302112024B00001')).toBe(false)
    })
    test('wrong cells are issues of their row and leave the field unknown', async () => {
      const csv = [
        '电子监管号,面积（公顷）,成交价格（万元）,约定开工时间,开工状态,闲置原因,权利人破产',
        '4302112024B00002,-5,abc,2024-02-30,未动工,天气,也许',
        '430211-X,1,,,,,',
      ].join('\n')
      const summary = await bring('wrong.csv', bytesOf(csv), 'supply')
      expect(summary).toMatchObject({ read: 2, used: 2, refused: 0 })
      expect(
        summary.issues
          .filter((issue) => issue.row !== null)
          .map(({ row, field, code, severity, value }) => [row, field, code, severity, value]),
      ).toEqual([
        [1, '面积（公顷）', 'AREA_INVALID', 'may_fix_later', '-5'],
        [1, '成交价格（万元）', 'NUMBER_INVALID', 'may_fix_later', 'abc'],
        [1, '约定开工时间', 'DATE_INVALID', 'may_fix_later', '2024-02-30'],
        [1, '闲置原因', 'VALUE_UNKNOWN', 'may_fix_later', '天气'],
        [1, '权利人破产', 'VALUE_UNKNOWN', 'may_fix_later', '也许'],
        [2, 'supervision_no', 'P606', 'may_fix_later', '430211-X'],
        [2, 'signed_on', 'P604', 'may_fix_later', null],
        [2, 'start_due', 'P604', 'may_fix_later', null],
      ])
      const supply = (await records('supply')).find(({ key }) => key === '4302112024B00002')!
      expect(supply.fields).toEqual({ supervision_no: '4302112024B00002', start_state: 'none' })
    })
    test('cells too many refuse their row: columns have shifted', async () => {
      const summary = await bring(
        'shifted.csv',
        bytesOf('电子监管号,项目名称\n4302112024B00003,甲,乙公司\n4302112024B00004,丙\n'),
        'supply',
      )
      expect(summary).toMatchObject({
        read: 2,
        used: 1,
        refused: 1,
        issues: expect.arrayContaining([
          expect.objectContaining({ row: 1, code: 'CSV_COLUMNS', severity: 'must_fix' }),
        ]) as unknown,
      })
    })
  })

  describe('GeoJSON', () => {
    test('districts in GCJ-02 are moved by about 671 m and marked as approximate', async () => {
      const plainly = await bring(
        'districts.geojson',
        example('zhuzhou-districts-2020.geojson'),
        'layer:district',
        { dryRun: true },
      )
      expect(plainly).toMatchObject({
        read: 9,
        used: 9,
        crs: 'EPSG:4490',
        crsKnownBy: 'format',
        issues: expect.arrayContaining([expect.objectContaining({ code: 'GCJ02_SUSPECTED' })]) as unknown,
      })
      const summary = await bring(
        'districts.geojson',
        example('zhuzhou-districts-2020.geojson'),
        'layer:district',
        { crs: 'GCJ-02' },
      )
      expect(summary).toMatchObject({ read: 9, used: 9, refused: 0, crs: 'GCJ-02', crsKnownBy: 'option' })
      expect(summary.issues.map((issue) => issue.code)).toEqual(expect.arrayContaining(['GCJ02_APPROXIMATE']))
      const layers = await records('layer')
      expect(layers.map(({ fields }) => String(fields.code)).toSorted()).toEqual([
        '430202',
        '430203',
        '430204',
        '430211',
        '430212',
        '430223',
        '430224',
        '430225',
        '430281',
      ])
      // 天元区: 323.6 km² in the source's README, measured in the displaced frame.
      const tianyuan = layers.find(({ fields }) => fields.code === '430211')!
      expect(tianyuan.fields.name).toBe('天元区')
      expect(Math.abs(tianyuan.areaEllipsoidM2! / 323.6e6 - 1)).toBeLessThan(0.003)
      const delivered = (
        JSON.parse(Buffer.from(example('zhuzhou-districts-2020.geojson')).toString()) as {
          features: { properties: { adcode: number }; geometry: { coordinates: MultiPolygon } }[]
        }
      ).features
      const asWritten = toWorking(
        delivered.find(({ properties }) => properties.adcode === 430211)!.geometry.coordinates,
      )
      const [west, , , north] = bboxOf(decodeMultiPolygon(tianyuan.wkb!))
      const [displacedWest, , , displacedNorth] = bboxOf(asWritten)
      // 575 m too far east and 348 m too far south in the city (README of the source), a few per cent else elsewhere.
      expect(Math.abs(displacedWest - west - 575)).toBeLessThan(40)
      expect(Math.abs(north - displacedNorth - 348)).toBeLessThan(40)
    })
    test('one feature per line, a BOM, and the old member crs', async () => {
      const lines = [
        feature({ properties: { 验收文号: 'Y1' } }),
        feature({ properties: { 验收文号: 'Y2' }, coordinates: lonLatSquare(113.08) }),
      ]
        .map((each) => JSON.stringify(each))
        .join('\n')
      expect(await bring('lines.geojsonl', bytesOf(`\ufeff${lines}\n`), 'completion')).toMatchObject({
        read: 2,
        used: 2,
        crs: 'EPSG:4490',
        crsKnownBy: 'format',
      })
      const projected = feature({
        properties: { 验收文号: 'Y3' },
        coordinates: [
          [
            [38_408_000, 3_078_000],
            [38_408_100, 3_078_000],
            [38_408_100, 3_078_100],
            [38_408_000, 3_078_100],
            [38_408_000, 3_078_000],
          ],
        ],
      })
      const head = { crs: { type: 'name', properties: { name: 'urn:ogc:def:crs:EPSG::4526' } } }
      expect(await bring('projected.geojson', collection([projected], head), 'completion')).toMatchObject({
        used: 1,
        crs: 'EPSG:4526',
        crsKnownBy: 'header',
      })
      expect((await records('completion')).find(({ key }) => key === 'Y3')!.areaPlanarM2).toBeCloseTo(
        10_000,
        6,
      )
    })
    test('latitude first is turned round and said so', async () => {
      const swapped = lonLatSquare(113.09).map((ring) => ring.map(([lon, lat]) => [lat, lon]))
      const summary = await bring(
        'swapped.geojson',
        collection([
          feature({ properties: { 验收文号: 'Y4', 验收日期: '2023-05-01' }, coordinates: swapped }),
        ]),
        'completion',
      )
      expect(summary).toMatchObject({ read: 1, used: 0, repaired: 1, refused: 0 })
      expect(summary.issues.filter((issue) => issue.row === 1)).toMatchObject([
        { code: 'P603', severity: 'note', field: 'geometry' },
      ])
    })
    test('points written twice and clockwise rings are no reason to refuse', async () => {
      const [ring] = lonLatSquare(113.1) as [number[][]]
      const summary = await bring(
        'turned.geojson',
        collection([
          feature({
            properties: { 验收文号: 'Y5' },
            coordinates: [[ring[0], ring[0], ...ring.slice(1)].toReversed()],
          }),
        ]),
        'completion',
      )
      expect(summary).toMatchObject({
        read: 1,
        repaired: 1,
        issues: expect.arrayContaining([expect.objectContaining({ row: 1, code: 'P610' })]) as unknown,
      })
    })
    test('__proto__ as a property is a column like any other', async () => {
      const text = `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"__proto__":{"isAdmin":true},"验收文号":"Y6"},"geometry":null}]}`
      await bring('proto.geojson', bytesOf(text), 'completion')
      expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined()
      expect((await records('completion')).some(({ key }) => key === 'Y6')).toBe(true)
    })
  })

  describe('a mapping file', () => {
    test('gives constants, units and columns their heading does not say', async () => {
      const mapping = {
        name: 'm.yaml',
        text: 'fields: { doc_no: 号, area_ha: 大小 }\nconstants: { approved_on: 2023年3月1日, status: 核减 }\nunits: { area_ha: mu }\nrowKey: 序\n',
      }
      const summary = await bring('short.csv', bytesOf('序,号,大小\n1,湘政地[2023]9号,30\n'), 'approval', {
        mapping,
      })
      expect(summary).toMatchObject({ read: 1, used: 1 })
      const approval = (await records('approval')).find(({ key }) => key.startsWith('湘政地'))!
      expect(approval).toMatchObject({
        key: '湘政地〔2023〕9|1',
        doc: '湘政地〔2023〕9号',
        areaDocumentM2: 20_000,
        fields: { doc_no: '湘政地〔2023〕9号', area_ha: 2, approved_on: '2023-03-01', status: 'reduced' },
      })
    })
    test.each([
      ['fields: { doc: 号 }', 'MAPPING_INVALID', 'fields.doc'],
      ['units: { doc_no: ha }', 'MAPPING_INVALID', 'units.doc_no'],
      ['fieldz: {}', 'MAPPING_INVALID', undefined],
      ['fields: [', 'MAPPING_INVALID', undefined],
      ['fields: { doc_no: 没有这列 }', 'MAPPING_COLUMN_MISSING', '没有这列'],
      [
        'join: { on: doc_no, to: { kind: approval, field: plot_no } }\npairs: [{ key: 43021120240000001, to: A }]',
        'MAPPING_INVALID',
        'pairs.0.key',
      ],
    ])('that says %s is refused with %s', async (text, code, field) => {
      const attempt = bring('short.csv', bytesOf('序,号,大小\n1,湘政地[2023]9号,30\n'), 'approval', {
        mapping: { name: 'm.yaml', text },
      })
      await expect(attempt).rejects.toMatchObject({ code, place: field === undefined ? {} : { field } })
    })
  })

  test('taking a delivery back takes its rows from every reading', async () => {
    const summary = await bring(
      'undo.geojson',
      collection([feature({ properties: { 验收文号: 'U1' }, coordinates: lonLatSquare(113.11) })]),
      'completion',
    )
    expect((await records('completion')).some(({ key }) => key === 'U1')).toBe(true)
    expect(
      await undoDelivery(open(), summary.delivery!, new Date((clock += 60_000)).toISOString()),
    ).toMatchObject({ closed: 1, restored: 0 })
    expect((await records('completion')).some(({ key }) => key === 'U1')).toBe(false)
  })
})
