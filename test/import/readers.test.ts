import { describe, expect, test } from 'vitest'
import type { MultiPolygon } from '../../server/geo/polygon.ts'
import { transform } from '../../server/geo/project.ts'
import { DeliveredFile } from '../../server/import/delivered-file.ts'
import { openSource, type OpenOptions } from '../../server/import/open-source.ts'
import { importFile } from '../../server/import/run.ts'
import type { Source, SourceRow } from '../../server/import/source.ts'
import { shapeFromWkb } from '../../server/import/wkb.ts'
import { shapeFromText } from '../../server/import/wkt-shape.ts'
import { eachBase } from '../helpers/database.ts'
import { bytesOf, collection, feature, fixture, zip } from './given.ts'

interface Read extends Pick<Source, 'format' | 'encoding' | 'crs' | 'about' | 'issues'> {
  readonly rows: SourceRow[]
}

async function read(bytes: Uint8Array, name: string, options: OpenOptions = {}): Promise<Read> {
  const file = DeliveredFile.of(bytes, name)
  try {
    const source = await openSource(file, options)
    try {
      const rows: SourceRow[] = []
      for await (const row of source.rows()) rows.push(row)
      return { ...source, rows }
    } finally {
      await source.close?.()
    }
  } finally {
    await file.close()
  }
}

const shapeOf = (row: SourceRow): MultiPolygon => {
  if (row.shape.kind !== 'polygons') throw new Error(`row ${row.rowNo} has no shape`)
  return row.shape.polygons
}

/** Largest distance between the corners of two shapes with the same corners in the same order. */
const farthest = (a: MultiPolygon, b: MultiPolygon): number => {
  const [left, right] = [a.flat(2), b.flat(2)]
  expect(left.length).toBe(right.length)
  return Math.max(...left.map(([x, y], i) => Math.hypot(x - right[i]![0], y - right[i]![1])))
}

const original = (await read(fixture('gbk_with_cpg.zip'), 'gbk.zip')).rows.slice(0, 16)

describe('the same sixteen plots', () => {
  test.each([
    ['a GeoPackage', 'plots.gpkg', 'geopackage', 4526, 0, true],
    ['a file geodatabase', 'plots.gdb.zip', 'file-gdb', 4526, 1e-6, true],
    ['a KML', 'plots.kml', 'kml', 4490, 1e-4, true],
    ['a KMZ', 'plots.kmz', 'kml', 4490, 1e-4, true],
    ['a DXF', 'plots.dxf', 'dxf', null, 0, false],
    ['a CSV with WKT', 'plots-wkt.csv', 'csv', null, 0, true],
  ] as const)('come out of %s', async (_, name, format, srid, tolerance, withValues) => {
    const { rows, ...source } = await read(fixture(name), name)
    expect(source.format).toBe(format)
    expect(source.crs?.srid ?? null).toBe(srid)
    expect(rows).toHaveLength(16)
    for (const [i, row] of rows.entries()) {
      const shape = srid === 4490 ? transform(shapeOf(row), 4490, 4526) : shapeOf(row)
      expect(farthest(shape, shapeOf(original[i]!))).toBeLessThanOrEqual(tolerance)
      if (!withValues) continue
      expect(row.values.get('地块编号')).toBe(original[i]!.values.get('地块编号'))
      expect(row.values.get('备注说明很')).toBe(original[i]!.values.get('备注说明很'))
      expect(Number(row.values.get('面积公顷'))).toBe(Number(original[i]!.values.get('面积公顷')))
    }
  })
  test('come out of a workbook, dates as days and numbers as numbers', async () => {
    const { rows, format } = await read(fixture('plots.xlsx'), 'plots.xlsx')
    expect(format).toBe('xlsx')
    expect(rows.map(({ values }) => values.get('地块编号'))).toEqual(
      original.map(({ values }) => values.get('地块编号')),
    )
    expect(rows[0]!.values.get('约定开工时')).toBe('2020-01-15')
    expect(rows[0]!.values.get('面积公顷')).toBe(0.0647)
  })
})

describe('an archive', () => {
  test('with one file of another format in it is that file', async () => {
    const packed = zip([
      { name: '成果/plots.gpkg', bytes: fixture('plots.gpkg') },
      { name: '__MACOSX/x', bytes: bytesOf('x') },
    ])
    const { format, rows, about } = await read(packed, 'a.zip')
    expect(format).toBe('geopackage')
    expect(rows).toHaveLength(16)
    expect(about['file']).toBe('成果/plots.gpkg')
  })
  test('with several asks which one, and takes the one that is named', async () => {
    const packed = zip([
      { name: 'a.csv', bytes: bytesOf('批文号\n甲\n') },
      { name: 'b.geojson', bytes: collection([feature()]) },
    ])
    await expect(read(packed, 'a.zip')).rejects.toMatchObject({ code: 'SEVERAL_LAYERS' })
    await expect(read(packed, 'a.zip', { layer: 'c' })).rejects.toMatchObject({ code: 'LAYER_UNKNOWN' })
    expect((await read(packed, 'a.zip', { layer: 'b.geojson' })).format).toBe('geojson')
  })
})

describe('a table', () => {
  test('may stand under a title that names the unit, and end in a total', async () => {
    const text = [
      '2023年度批次用地汇总表,,,,',
      '单位：公顷,,,,',
      '批文号,批准日期,面积,备注,状态',
      '湘政地〔2023〕1号,2023-01-05,1.5,,有效',
      '合计,,1.5,,',
      '注：数据截至年底,,,,',
    ].join('\n')
    const { rows, issues, about } = await read(bytesOf(text), 'a.csv')
    expect(rows.map(({ refused }) => refused ?? false)).toEqual([false, true, true])
    expect(rows.slice(1).flatMap((row) => row.issues.map(({ code }) => code))).toEqual([
      'ROW_NOT_DATA',
      'ROW_NOT_DATA',
    ])
    expect(issues.map(({ code }) => code)).toEqual(['TITLE_SKIPPED'])
    expect(about['title']).toContain('公顷')
  })
  test('with one boundary point a line makes plots, holes and all', async () => {
    const ring = (no: string, points: [number, number][]) =>
      points.map(([n, e], i) => `P1,${no},J${(i % (points.length - 1)) + 1},${n},${e}`)
    const text = [
      '地块编号,圈号,界址点号,X,Y',
      ...ring('1', [
        [3078000, 38408000],
        [3078000, 38408100],
        [3078100, 38408100],
        [3078100, 38408000],
        [3078000, 38408000],
      ]),
      ...ring('2', [
        [3078010, 38408010],
        [3078010, 38408020],
        [3078020, 38408020],
        [3078010, 38408010],
      ]),
      'P2,1,J1,3078200,38408000',
      ',1,J2,3078200,38408100',
      ',1,J3,3078300,38408100',
    ].join('\n')
    const { rows, issues } = await read(bytesOf(text), 'points.csv')
    expect(issues.map(({ code }) => code)).toEqual(['POINT_ROWS'])
    expect(rows.map((row) => shapeOf(row).map((polygon) => polygon.map((r) => r.length)))).toEqual([
      [[5, 4]],
      [[4]],
    ])
    expect(shapeOf(rows[0]!)[0]![0]![0]).toEqual([38408000, 3078000])
    expect(rows.map(({ repaired }) => repaired)).toEqual([false, true])
  })
  test('with points in one cell, and one without a shape', async () => {
    const text =
      '宗地代码,界址点坐标\nA,"408000,3078000;408100,3078000;408100,3078100"\nB,\nC,"1,2;x,3;4,5"\n'
    const { rows } = await read(bytesOf(text), 'cells.csv')
    expect(rows.map(({ shape }) => shape.kind)).toEqual(['polygons', 'none', 'unusable'])
    expect(shapeOf(rows[0]!)[0]![0]).toHaveLength(4)
  })
  test('of JSON rows in GBK, bare or inside an answer, keeps every value', async () => {
    const rows = '[{"dzBaBh":"4302112024B00001","gyMj":"1.5"},{"dzBaBh":"4302112024B00002"}]'
    for (const text of [rows, `{"code":200,"data":{"list":${rows}}}`]) {
      const table = await read(bytesOf(text), 'landchina.json')
      expect(table.format).toBe('json-table')
      expect(table.rows.map(({ values }) => values.get('dzBaBh'))).toEqual([
        '4302112024B00001',
        '4302112024B00002',
      ])
    }
  })
})

describe('a geometry', () => {
  test.each([
    ['POLYGON ((0 0, 1 0, 1 1, 0 0))', 'polygons'],
    ['SRID=4547;MULTIPOLYGON Z (((0 0 5, 1 0 5, 1 1 5, 0 0 5)))', 'polygons'],
    ['POLYGON EMPTY', 'none'],
    ['CURVEPOLYGON(CIRCULARSTRING(0 0,1 1,2 0,1 -1,0 0))', 'GEOM_CURVE'],
    ['LINESTRING (0 0, 1 1)', 'GEOM_TYPE'],
    ['POLYGON ((0 0, 1 0, x 1, 0 0))', 'WKT_INVALID'],
    ['POLYGON ((0 0, 1 0, 1 1, 0 0)', 'WKT_INVALID'],
    ['POLYGON ((0 0, 1e999 0, 1 1, 0 0))', 'COORD_NOT_FINITE'],
  ])('as text %s is %s', (text, expected) => {
    const shape = shapeFromText(text)
    expect(shape.kind === 'unusable' ? shape.issue.code : shape.kind).toBe(expected)
  })
  test('in WKB is never believed in its counts', () => {
    const good = Buffer.from('010300000001000000040000', 'hex')
    for (const bytes of [
      good,
      Buffer.from('0103000000ffffffff', 'hex'),
      Buffer.from('03', 'hex'),
      Buffer.alloc(0),
    ]) {
      const shape = shapeFromWkb(bytes)
      expect(shape.kind === 'unusable' && shape.issue.code).toBe('WKB_INVALID')
    }
    const curve = shapeFromWkb(Buffer.from('010a00000000000000', 'hex'))
    expect(curve.kind === 'unusable' && curve.issue.code).toBe('GEOM_CURVE')
  })
})

describe('a drawing', () => {
  const dxf = (...entities: string[]) =>
    bytesOf(`0\nSECTION\n2\nENTITIES\n${entities.join('\n')}\n0\nENDSEC\n0\nEOF\n`)
  const vertices = (points: [number, number][]) => points.map(([x, y]) => `10\n${x}\n20\n${y}`).join('\n')
  const square: [number, number][] = [
    [408000, 3078000],
    [408100, 3078000],
    [408100, 3078100],
    [408000, 3078100],
  ]
  test('gives closed polylines with the texts a survey program attached; arcs, gaps and solids are refused', async () => {
    const { rows, issues } = await read(
      dxf(
        `0\nLWPOLYLINE\n8\nJZD\n90\n4\n70\n1\n${vertices(square)}\n1001\nSOUTH\n1000\n300000\n1000\n430211001001GB00001`,
        `0\nLWPOLYLINE\n8\nJZD\n70\n1\n${vertices(square)}\n42\n0.5`,
        `0\nLWPOLYLINE\n8\nDL\n70\n0\n${vertices(square)}`,
        `0\nPOLYLINE\n8\nJZD\n70\n1\n${square.map(([x, y]) => `0\nVERTEX\n8\nJZD\n10\n${x}\n20\n${y}`).join('\n')}\n0\nSEQEND`,
        `0\nPOLYLINE\n70\n64\n0\nVERTEX\n10\n1\n20\n1\n0\nSEQEND`,
        `0\nTEXT\n1\n\\U+5730\\U+5757`,
      ),
      'a.dxf',
    )
    expect(rows.map(({ shape }) => (shape.kind === 'unusable' ? shape.issue.code : shape.kind))).toEqual([
      'polygons',
      'GEOM_CURVE',
      'GEOM_RING_OPEN',
      'polygons',
      'GEOM_TYPE',
    ])
    expect(rows[0]!.values.get('SOUTH.2')).toBe('430211001001GB00001')
    expect(issues).toMatchObject([{ code: 'DXF_NOT_READ', value: 'TEXT 1' }])
  })
  test('that is cut off is refused with its line', async () => {
    await expect(
      read(bytesOf('0\nSECTION\n2\nENTITIES\n0\nLWPOLYLINE\n10\n1\nxx\n'), 'a.dxf'),
    ).rejects.toMatchObject({ code: 'DXF_INVALID' })
  })
})

eachBase('importing', (open) => {
  test.each(['plots.gpkg', 'plots.gdb.zip', 'plots.kml', 'plots.dxf', 'plots-wkt.csv'])(
    '%s: every row is used',
    async (name) => {
      const summary = await importFile(open(), {
        bytes: fixture(name),
        name,
        as: 'reserve',
        receivedAt: '2024-05-01T00:00:00Z',
        dryRun: true,
      })
      expect(summary).toMatchObject({ read: 16, used: 16, repaired: 0, unchanged: 0, refused: 0 })
      expect(summary.crs).toBe(/kml/.test(name) ? 'EPSG:4490' : 'EPSG:4526')
    },
  )
})

eachBase('a table without shapes', (open) => {
  test.each([
    ['its code', 'supervision_no', 'parcel_code', '宗地代码', '430211001001GB00001'],
    ['its document number', 'approval_doc_no', 'doc_no', '批文号', '湘政地〔2023〕1号'],
    ['its project', 'project', 'project', '项目名称', '示例项目'],
  ])('takes the shape of the plot that has %s', async (_, on, field, column, name) => {
    const receivedAt = '2024-05-01T00:00:00Z'
    const kind = field === 'parcel_code' ? 'registration' : 'approval'
    await importFile(open(), {
      bytes: collection([feature({ properties: { [field]: name } })]),
      name: `${field}.geojson`,
      as: kind,
      receivedAt,
    })
    const summary = await importFile(open(), {
      bytes: bytesOf(`${column},金额\n${name},5\n无此地块,6\n`),
      name: 'table.csv',
      as: 'supply',
      mapping: {
        name: 'm.yaml',
        text: `fields: { ${on}: ${column}, price_wan: 金额 }\nunits: { price_wan: wan }\njoin: { on: ${column}, to: { kind: ${kind}, field: ${field} } }\n`,
      },
      receivedAt,
      dryRun: true,
    })
    expect(summary).toMatchObject({ read: 2, used: 2, refused: 0 })
    expect(summary.issues.filter(({ code }) => code === 'JOIN_NOT_FOUND')).toMatchObject([{ row: 2 }])
    expect(summary.issues.find(({ code }) => code === 'P601')?.value).toBe('1')
  })
})
