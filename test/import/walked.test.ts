import { readdirSync } from 'node:fs'
import { truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import iconv from 'iconv-lite'
import { openShp as openWithPackage } from 'shapefile'
import { describe, expect, test } from 'vitest'
import { signedDoubleArea } from '../../server/geo/area.ts'
import { readCsv } from '../../server/import/csv/read.ts'
import { DeliveredFile } from '../../server/import/delivered-file.ts'
import { readFileGdb } from '../../server/import/file-gdb/read.ts'
import { readKml } from '../../server/import/kml/read.ts'
import { openSource } from '../../server/import/open-source.ts'
import { readDbfTable } from '../../server/import/shapefile-zip/dbf-table.ts'
import { readShapefile } from '../../server/import/shapefile-zip/read.ts'
import { openShp } from '../../server/import/shapefile-zip/shp.ts'
import { listZip } from '../../server/import/zip/unzip.ts'
import type { Source, SourceRow } from '../../server/import/source.ts'
import { importFile } from '../../server/import/run.ts'
import { eachBase } from '../helpers/database.ts'
import { ownTemporaryFolder } from '../helpers/temporary.ts'
import { bytesOf, example, fixture, shapefileParts, zip } from './given.ts'

async function rowsOf(source: Source): Promise<SourceRow[]> {
  const rows: SourceRow[] = []
  for await (const row of source.rows()) rows.push(row)
  return rows
}

/** All a source says, but for what it does. */
async function said(opened: Promise<Source>): Promise<object> {
  const source = await opened
  try {
    const rows = await rowsOf(source)
    expect(await rowsOf(source)).toEqual(rows) // from the first row again
    const { rows: _, close: __, ...about } = source
    return { ...about, read: rows }
  } finally {
    await source.close?.()
  }
}

/** Of a wide plane: on a narrow one the second reader takes corners for border that only lie level with an end of it. */
const place = fc.integer({ min: 0, max: 100_000 })
const ring = fc
  .array(fc.tuple(place, place), { minLength: 3, maxLength: 6 })
  .map((points) => [...points, points[0]!])
/** As the format asks, the largest ring turns as an outer one; where it does not, the second reader knows no better. */
const rings = fc.array(ring, { minLength: 1, maxLength: 4 }).map((each) => {
  const area = (one: (typeof each)[number]): number => signedDoubleArea(one)
  const largest = each.reduce((most, one) => (Math.abs(area(one)) > Math.abs(area(most)) ? one : most))
  return each.map((one) => (one === largest && area(one) > 0 ? one.toReversed() : one))
})

/** A .shp of polygons, each a list of rings; null for an empty record. */
function shp(records: readonly (readonly (readonly (readonly [number, number])[])[] | null)[]): Buffer {
  const parts = records.map((rings, i) => {
    const points = rings?.flat() ?? []
    const content = Buffer.alloc(rings === null ? 4 : 44 + 4 * rings.length + 16 * points.length)
    if (rings !== null) {
      content.writeInt32LE(5, 0)
      content.writeInt32LE(rings.length, 36)
      content.writeInt32LE(points.length, 40)
      let first = 0
      for (const [part, each] of rings.entries()) {
        content.writeInt32LE(first, 44 + 4 * part)
        first += each.length
      }
      for (const [n, [x, y]] of points.entries()) {
        content.writeDoubleLE(x, 44 + 4 * rings.length + 16 * n)
        content.writeDoubleLE(y, 44 + 4 * rings.length + 16 * n + 8)
      }
    }
    const head = Buffer.alloc(8)
    head.writeInt32BE(i + 1, 0)
    head.writeInt32BE(content.length / 2, 4)
    return Buffer.concat([head, content])
  })
  const head = Buffer.alloc(100)
  head.writeInt32BE(9994, 0)
  head.writeInt32BE((100 + parts.reduce((sum, part) => sum + part.length, 0)) / 2, 24)
  head.writeInt32LE(5, 32)
  return Buffer.concat([head, ...parts])
}

describe('a shapefile, walked in pieces', () => {
  test.each(['gbk_with_cpg.zip', 'gbk_no_cpg_no_prj.zip', 'utf8_no_cpg.zip'])(
    'says the same however small they are: %s',
    async (name) => {
      const archive = DeliveredFile.of(fixture(name), name)
      const whole = await said(openSource(archive))
      for (const bytes of [1, 7, 61, 1_000, 30_011])
        expect(await said(readShapefile(await listZip(archive), name, undefined, bytes))).toEqual(whole)
    },
  )

  test('as a table alone too, with a row marked as deleted', async () => {
    const table = Uint8Array.from((await shapefileParts(example('parcels-gbk.zip'))).get('.dbf')!)
    const view = new DataView(table.buffer)
    table[view.getUint16(8, true) + 3 * view.getUint16(10, true)] = 0x2a
    const file = DeliveredFile.of(table, 'a.dbf')
    const whole = await said(openSource(file))
    expect(whole).toMatchObject({ rowCount: 199, issues: [{ code: 'ROW_DELETED', row: 4 }] })
    for (const bytes of [1, 90, 1_000]) expect(await said(readDbfTable(file, null, bytes))).toEqual(whole)
  })

  test('has the polygons a second reader finds in the same rings', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.option(rings), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 400 }),
        async (records, windowBytes) => {
          const bytes = shp(records)
          const ours = await openShp(DeliveredFile.of(bytes, 'a.shp'), windowBytes)
          expect(ours.count).toBe(records.length)
          const walk = ours.shapes()
          const theirs = await openWithPackage(bytes)
          for (let i = 0; i < records.length; i++) {
            const { value } = await theirs.read()
            const expected = value as { type: string; coordinates: unknown } | null
            expect(await walk.next(false)).toEqual(
              expected === null
                ? { kind: 'none' }
                : {
                    kind: 'polygons',
                    polygons: expected.type === 'Polygon' ? [expected.coordinates] : expected.coordinates,
                  },
            )
          }
        },
      ),
      { numRuns: 300, seed: 20_260_101 },
    )
  })

  test('whose hole touches the border from within has it as a hole, one that only touches from without does not', async () => {
    const outer = [0, 10, 10, 0, 0].map((x, i) => [x, [0, 0, 10, 10, 0][i]!] as const).toReversed()
    const within = [[10, 2], [10, 4], [6, 3], [10, 2]] as const // prettier-ignore
    const without = [[10, 2], [14, 3], [10, 4], [10, 2]] as const // prettier-ignore
    const walk = (
      await openShp(
        DeliveredFile.of(
          shp([
            [outer, within],
            [outer, without],
          ]),
          'a.shp',
        ),
      )
    ).shapes()
    expect(await walk.next(false)).toEqual({ kind: 'polygons', polygons: [[outer, within]] })
    expect(await walk.next(false)).toEqual({ kind: 'polygons', polygons: [[outer], [without]] })
  })

  test('without parts has no shape, and a part without points is a ring without points', async () => {
    const turnedAsHole = [[0, 0], [9, 0], [9, 9], [0, 0]] as const // prettier-ignore
    const file = await openShp(DeliveredFile.of(shp([[], [[]], [[], []], [turnedAsHole, []]]), 'a.shp'))
    const walk = file.shapes()
    expect(await walk.next(false)).toEqual({ kind: 'none' })
    expect(await walk.next(false)).toEqual({ kind: 'polygons', polygons: [[[]]] })
    expect(await walk.next(false)).toEqual({ kind: 'polygons', polygons: [[[]], [[]]] })
    expect(await walk.next(false)).toEqual({ kind: 'polygons', polygons: [[turnedAsHole], [[]]] })
  })

  test('of more points than a shape may have is refused by its head, its neighbours are read', async () => {
    const square = [
      [0, 0],
      [0, 1],
      [1, 1],
      [0, 0],
    ] as const
    const many = Array.from({ length: 200_001 }, (_, i) => [i, i % 2] as const)
    const file = await openShp(DeliveredFile.of(shp([[square], [many], null, [square]]), 'a.shp'), 100)
    const walk = file.shapes()
    expect(await walk.next(false)).toMatchObject({ kind: 'polygons' })
    expect(await walk.next(false)).toMatchObject({
      kind: 'unusable',
      issue: { code: 'GEOM_TOO_MANY_VERTICES', message: { en: expect.stringContaining('200001') as string } },
    })
    expect(await walk.next(false)).toEqual({ kind: 'none' })
    expect(await walk.next(false)).toMatchObject({ kind: 'polygons' })
  })
})

/** The example shapefile, its first shapes replaced. */
async function examplePlots(first: Parameters<typeof shp>[0]): Promise<Uint8Array> {
  const parts = await shapefileParts(example('parcels-gbk.zip'))
  const { count, shapes } = await openShp(DeliveredFile.of(parts.get('.shp')!, 'a.shp'))
  const walk = shapes()
  const records = [...first]
  for (let i = 0; i < count; i++) {
    const shape = await walk.next(i < first.length)
    if (shape !== null) records.push(shape.kind === 'polygons' ? shape.polygons.flat() : null)
  }
  return zip(
    [...parts].map(([part, bytes]) => ({
      name: `plots${part}`,
      bytes: part === '.shp' ? shp(records) : bytes,
    })),
  )
}

eachBase('a shapefile with rings of nothing', (open) => {
  test('says so of their rows, and the others are used', async () => {
    const [x, y] = [408_000, 3_078_000]
    const turnedAsHole = [[x, y], [x + 9, y], [x + 9, y + 9], [x, y]] as const // prettier-ignore
    const summary = await importFile(open(), {
      bytes: await examplePlots([[], [turnedAsHole, []], [[]], [turnedAsHole.toReversed(), []]]),
      name: 'plots.zip',
      as: 'registration',
      receivedAt: '2024-05-01T00:00:00Z',
      dryRun: true,
    })
    expect(summary).toMatchObject({ read: 200, refused: 3 })
    expect(
      summary.issues
        .filter(({ severity, row }) => severity === 'must_fix' && row !== null && row <= 4)
        .map(({ row, code, message }) => [row, code, message.en]),
    ).toEqual([
      [2, 'P602', 'Invalid shape: ring 2 has only 0 different points and encloses nothing.'],
      [3, 'P602', 'Invalid shape: ring 1 has only 0 different points and encloses nothing.'],
      [4, 'P602', 'Invalid shape: ring 2 has only 0 different points and encloses nothing.'],
    ])
  })
})

describe('a table of text, read in pieces', () => {
  const written: Record<string, string> = {
    'quotes, line breaks and empty lines':
      '地块编号,面积,备注\r\n1,2.5,"多行\n格"\r\n2,3,"他说""好"""\r\n\r\n,,\r\n3,4\r\n',
    'a title, a total and cells too many':
      '株洲市土地供应表,,,\n单位：公顷,,,\n地块编号,面积,用途,日期\n甲,1,住宅,2020-01-01\n乙,1,住宅,2020-01-01,多\n合计,1,,\n',
    'groups over columns': '地块,约定时间,,备注\n,开工,竣工,\n甲,2020-01-01,2021-01-01,无\n',
    'a point a line, plots in pieces':
      '地块编号,点号,X,Y\n甲,J1,3079682,414681\n,J2,3079692,414681\n,J3,3079692,414691\n乙,J1,3079682,414681\n乙,J2,3079692,414681\n乙,J3,3079692,414691\n甲,J4,3079682,414691\n',
    'shapes as text':
      '宗地代码,图形\n甲,"SRID=4547;POLYGON((0 0,1 0,1 1,0 0))"\n乙,"SRID=4547;POLYGON((0 0,2 0,2 2,0 0))"\n',
    'a stray quote': '地块编号,备注\n1,5" 管\n2,无\n',
  }
  test.each(Object.entries(written))(
    'says the same in every encoding and however it is cut: %s',
    async (_, text) => {
      const whole = (await said(readCsv(DeliveredFile.of(bytesOf(text), 'a.csv')))) as Source & {
        read: SourceRow[]
      }
      expect(whole.read.length).toBe(whole.rowCount)
      for (const [encoding, bytes] of [
        ['UTF-8', bytesOf(text)],
        ['UTF-8 BOM', bytesOf(`\ufeff${text}`)],
        ['UTF-16LE', Buffer.from(`\ufeff${text}`, 'utf16le')],
        ['GB18030', iconv.encode(text, 'gbk')],
      ] as const)
        for (const pieceBytes of [1, 2, 3, 5, 8, 33, 100_000])
          expect(await said(readCsv(DeliveredFile.of(bytes, 'a.csv'), pieceBytes))).toEqual({
            ...whole,
            encoding,
          })
    },
  )

  test('is refused when it is opened, wherever in it the fault lies', async () => {
    const lines = Array.from({ length: 500 }, (_, i) => `${i},甲`)
    for (const [text, code] of [
      [`a,b\n${lines.join('\n')}\n1,"open\n2,x\n`, 'CSV_INVALID'],
      [Buffer.concat([bytesOf(`\ufeffa,b\n${lines.join('\n')}`), Buffer.of(0xff)]), 'ENCODING_INVALID'],
      [`a,a\n${lines.join('\n')}`, 'FIELD_DUPLICATE'],
    ] as const)
      for (const pieceBytes of [7, 100_000])
        await expect(
          readCsv(DeliveredFile.of(typeof text === 'string' ? bytesOf(text) : text, 'a.csv'), pieceBytes),
        ).rejects.toMatchObject({ code })
  })
})

describe('a KML, read in pieces', () => {
  const placemark = (no: number): string =>
    `<Placemark id="p${no}"><name>第${no}号 &amp; "甲"</name><!-- <Placemark> --><Style><LineStyle/></Style>` +
    '<description><![CDATA[<table><tr><td>用途</td><td>住宅</td></tr></table></Placemark>]]></description>' +
    `<ExtendedData><SchemaData schemaUrl="#s"><SimpleData name="n">${no}.50</SimpleData><SimpleData name="t">0${no}</SimpleData></SchemaData></ExtendedData>` +
    `<Polygon><outerBoundaryIs><LinearRing><coordinates>113,27.8,5 113.001,27.8,0 113.001,27.80${no},0 113,27.8,5</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>`
  const types =
    '<Schema id="s"><SimpleField type="float" name="n"/><SimpleField type="string" name="t"/></Schema>'
  const overlay =
    '<GroundOverlay><name>图</name><LatLonBox><north>28</north><south>27</south><east>114</east><west>113</west></LatLonBox></GroundOverlay>'
  const text = `<?xml version="1.0"?>\n<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"><Document><name>a > b</name><Style id="x"><IconStyle/></Style>${types}${overlay}<Folder>${placemark(1)}\n${placemark(2)}</Folder><Placemark/>${placemark(3)}</Document></kml>`

  test('has its placemarks in their order, then its overlays, however it is cut', async () => {
    for (const pieceBytes of [1, 2, 3, 5, 7, 11, 50, 1_000, 1_000_000]) {
      const source = await readKml(DeliveredFile.of(bytesOf(text), 'a.kml'), pieceBytes)
      expect(source).toMatchObject({ rowCount: 5, issues: [{ code: 'HEIGHTS_LEFT_OUT' }] })
      const row = (no: number, rowNo: number) => ({
        rowNo,
        values: new Map<string, unknown>([
          ['name', `第${no}号 & "甲"`],
          ['用途', '住宅'],
          ['n', no + 0.5],
          ['t', `0${no}`],
        ]),
        shape: {
          kind: 'polygons',
          polygons: [[[[113, 27.8], [113.001, 27.8], [113.001, Number(`27.80${no}`)], [113, 27.8]]]], // prettier-ignore
        },
      })
      expect(await rowsOf(source)).toMatchObject([
        row(1, 1),
        row(2, 2),
        { rowNo: 3, values: new Map(), shape: { kind: 'none' } },
        row(3, 4),
        { rowNo: 5, shape: { kind: 'unusable', issue: { code: 'GEOM_TYPE' } } },
      ])
    }
  })

  test('is refused for what it forbids or lacks, however it is cut', async () => {
    for (const [written, code] of [
      [text.slice(0, -20), 'XML_INVALID'],
      [text.slice(0, text.lastIndexOf('</Placemark>')), 'XML_INVALID'],
      [text.replace('<Folder>', '<Folder><NetworkLink>'), 'REFERENCE_FORBIDDEN'],
      [text.replace('<kml', '<!DOCTYPE k>\n<kml'), 'XML_DTD_FORBIDDEN'],
      [text.replaceAll(/Placemark|GroundOverlay/g, 'Other'), 'FILE_EMPTY'],
    ] as const)
      for (const pieceBytes of [1, 9, 1_000_000])
        await expect(readKml(DeliveredFile.of(bytesOf(written), 'a.kml'), pieceBytes)).rejects.toMatchObject({
          code,
        })
    const broken = await readKml(
      DeliveredFile.of(bytesOf(text.replace('第3号 &amp;', '第3号 <')), 'a.kml'),
      50,
    )
    await expect(rowsOf(broken)).rejects.toMatchObject({ code: 'XML_INVALID' })
  })
})

describe('a KML made to do harm', () => {
  test('with schemas that close themselves is read, be they one or very many', async () => {
    const place = '<Placemark><ExtendedData><SchemaData schemaUrl="#s"><SimpleData name="n">1.50</SimpleData></SchemaData></ExtendedData></Placemark>' // prettier-ignore
    const types = '<Schema name="a > b" id="s"><SimpleField type="float" name="n"/></Schema>'
    for (const empty of ['<Schema />', '<Schema name="/>"/>', '<Schema />'.repeat(190_000)]) {
      const text = `<kml><Document>${empty}<Folder>${types}${place}</Folder></Document></kml>`
      const rows = await rowsOf(await readKml(DeliveredFile.of(bytesOf(text), 'a.kml')))
      expect(rows).toMatchObject([{ values: new Map([['n', 1.5]]) }])
    }
  }, 60_000)

  test('with a tag of many megabytes is refused', async () => {
    const text = Buffer.alloc(20_000_000, 'a')
    text.write('<kml><Document><Placemark ')
    await expect(readKml(DeliveredFile.of(text, 'a.kml'))).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' })
  })
})

describe('an archive', () => {
  const temporary = ownTemporaryFolder()
  const collection = (chars: number): Buffer =>
    Buffer.from(
      `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"a":"${'x'.repeat(2_000)}"},"geometry":null}${' '.repeat(chars)}]}`,
    )

  test('is unpacked to a folder of its own, which is gone when the source is closed', async () => {
    const file = DeliveredFile.of(zip([{ name: 'a.geojson', bytes: collection(3_000_000) }]), 'a.zip')
    const source = await openSource(file)
    expect(readdirSync(temporary())).toHaveLength(1)
    expect(await rowsOf(source)).toHaveLength(1)
    await source.close!()
    expect(readdirSync(temporary())).toEqual([])
  })

  test('leaves nothing behind when what it holds is refused', async () => {
    const broken = collection(3_000_000).subarray(0, -1)
    for (const [entries, code] of [
      [[{ name: 'a.geojson', bytes: broken }], 'JSON_TRUNCATED'],
      [[{ name: 'a.geojson', bytes: Buffer.alloc(30_000_000, ' '), deflate: true }], 'ZIP_BOMB'],
      [
        [
          { name: 'a.shp', bytes: Buffer.alloc(3_000_000) },
          { name: 'a.dbf', bytes: broken },
        ],
        'SHP_CORRUPT',
      ],
    ] as const)
      await expect(openSource(DeliveredFile.of(zip(entries), 'a.zip'))).rejects.toMatchObject({ code })
    expect(readdirSync(temporary())).toEqual([])
  })

  test.each([
    ['cannot be read', /is closed/, (file: DeliveredFile) => file.close()],
    [
      'is cut while it is read',
      /unexpected number of bytes/,
      (_file: DeliveredFile, path: string) => truncate(path, 5),
    ],
  ] as const)(
    'whose geodatabase has a part that %s ends the import alone',
    async (_, message, spoil) => {
      const path = join(temporary(), 'part')
      await writeFile(path, bytesOf('of a table'))
      const entries = await listZip(DeliveredFile.of(fixture('plots.gdb.zip'), 'plots.gdb.zip'))
      const spoilt = entries.map((entry, i) => ({
        ...entry,
        async unpacked() {
          if (i !== 1) return entry.unpacked()
          const file = await DeliveredFile.open(path)
          await spoil(file, path)
          return file
        },
      }))
      await expect(readFileGdb(spoilt, 'plots.gdb.zip')).rejects.toThrow(message)
      expect(readdirSync(temporary())).toEqual(['part'])
    },
    10_000,
  )

  test('is read from disk as it is read from memory', async () => {
    const bytes = fixture('gbk_with_cpg.zip')
    await writeFile(join(temporary(), 'a.zip'), bytes)
    const file = await DeliveredFile.open(join(temporary(), 'a.zip'))
    expect(await said(openSource(file))).toEqual(await said(openSource(DeliveredFile.of(bytes, 'a.zip'))))
    await file.close()
  })
})
