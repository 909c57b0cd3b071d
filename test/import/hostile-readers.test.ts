import { open as openFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { importFile, type ImportRequest } from '../../server/import/run.ts'
import { Refusal } from '../../server/refusal.ts'
import { eachBase } from '../helpers/database.ts'
import { bytesOf, collection, example, feature, fixture, lonLatSquare, shapefileParts, zip } from './given.ts'
import { cell, heading, kml, laughs, placemark, workbook } from './given-xml.ts'

/** Two names for one stretch of packed bytes. */
function overlapping(): Uint8Array {
  const bytes = Buffer.from(
    zip([
      { name: 'a.shp', bytes: bytesOf('x'.repeat(50)) },
      { name: 'b.shp', bytes: bytesOf('x'.repeat(50)) },
    ]),
  )
  const second = bytes.lastIndexOf(Buffer.from('PK\x01\x02', 'latin1'))
  bytes.writeUInt32LE(0, second + 42)
  return bytes
}

type Case = [
  what: string,
  name: string,
  bytes: Uint8Array | (() => Promise<Uint8Array>),
  code: string,
  more?: Partial<ImportRequest>,
]
const files: Case[] = [
  [
    'an OGR VRT called .geojson',
    'parcels.geojson',
    bytesOf(
      '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>CSV:/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>',
    ),
    'FILE_TYPE_MISMATCH',
  ],
  ['overlapping entries', 'a.zip', overlapping(), 'ZIP_OVERLAP'],
  [
    'a ZIP in a ZIP beside a note',
    'a.zip',
    zip([{ name: 'inner.zip', bytes: example('parcels-gbk.zip') }]),
    'ZIP_NESTED',
  ],
  [
    'a .dbf with a row more',
    'a.zip',
    async () => {
      const parts = await shapefileParts(example('parcels-gbk.zip'))
      const dbf = Buffer.concat([
        parts.get('.dbf')!.slice(0, -1),
        Buffer.alloc(parts.get('.dbf')!.length, 0x20),
      ])
      dbf.writeUInt32LE(201, 4)
      return zip(
        [...parts].map(([part, bytes]) => ({ name: `plots${part}`, bytes: part === '.dbf' ? dbf : bytes })),
      )
    },
    'SHP_DBF_COUNT',
  ],
  ['KML with a billion laughs', 'a.kml', kml(placemark('&j;'), laughs), 'XML_DTD_FORBIDDEN'],
  [
    'KML with a parameter entity',
    'a.kml',
    kml(placemark('x'), '<!DOCTYPE k [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]>'),
    'XML_DTD_FORBIDDEN',
  ],
  [
    'KML that includes a file',
    'a.kml',
    kml('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'),
    'FILE_EMPTY',
  ],
  [
    'KML that is a link',
    'a.kml',
    kml('<NetworkLink><Link><href>http://169.254.169.254/</href></Link></NetworkLink>'),
    'REFERENCE_FORBIDDEN',
  ],
  ['KML cut off', 'a.kml', kml(placemark('x')).slice(0, -40), 'XML_INVALID'],
  [
    'a workbook with a cell in its last corner',
    'a.xlsx',
    workbook(`${heading}<row r="1048576">${cell('XFD1048576', 'x')}</row>`),
    'XLSX_TOO_LARGE',
  ],
  [
    'a workbook with a DTD',
    'a.xlsx',
    workbook(heading, `<?xml version="1.0"?>${laughs}<sst><si><t>&j;</t></si></sst>`),
    'XML_DTD_FORBIDDEN',
  ],
  ['a workbook of 60 MB in 60 kB', 'a.xlsx', workbook(heading + ' '.repeat(60_000_000)), 'ZIP_BOMB'],
  ['a GeoPackage cut in half', 'a.gpkg', fixture('plots.gpkg').slice(0, 50_000), 'GPKG_CORRUPT'],
  [
    'an SQLite file of something else',
    'a.gpkg',
    Buffer.concat([Buffer.from('SQLite format 3\0', 'latin1'), Buffer.alloc(500)]),
    'GPKG_CORRUPT',
  ],
  [
    'a geodatabase that is none',
    'a.gdb.zip',
    zip([{ name: 'x.gdb/a00000001.gdbtable', bytes: bytesOf('no table') }]),
    'GDB_UNREADABLE',
  ],
  ['a binary DXF', 'a.dxf', Buffer.from('AutoCAD Binary DXF\r\n\x1a\0\0\0', 'latin1'), 'DXF_BINARY'],
  [
    'a DXF without a polyline',
    'a.dxf',
    bytesOf('0\nSECTION\n2\nENTITIES\n0\nTEXT\n1\nx\n0\nENDSEC\n0\nEOF\n'),
    'FILE_EMPTY',
  ],
  [
    'GeometryCollections nested 20,000 deep',
    'a.geojson',
    bytesOf(`${'{"type":"GeometryCollection","geometries":['.repeat(20_000)}${']}'.repeat(20_000)}`),
    'JSON_TOO_DEEP',
  ],
  [
    'metres of EPSG:3857 called 4547',
    'a.geojson',
    collection([
      feature({
        coordinates: [
          [
            [12_586_000, 3_217_000],
            [12_586_100, 3_217_000],
            [12_586_100, 3_217_100],
            [12_586_000, 3_217_000],
          ],
        ],
      }),
    ]),
    'CRS_UNKNOWN',
  ],
  [
    'a survey file put together of two',
    'a.txt',
    bytesOf(
      '[属性描述]\n坐标系=CGCS2000\n带号=38\n[地块坐标]\n1,1,P,甲,面,,,,@\nJ1,1,3078000,38408000\n[属性描述]\n带号=37\n',
    ),
    'TXT_SEVERAL_HEADS',
  ],
]

eachBase('a file made to do harm', (open) => {
  const bring = (name: string, bytes: Uint8Array, more: Partial<ImportRequest> = {}) =>
    importFile(open(), {
      bytes,
      name,
      as: 'registration',
      receivedAt: '2024-05-01T00:00:00Z',
      dryRun: true,
      ...more,
    })
  test.each(files)('%s', async (_what, name, made, code, more) => {
    const bytes = typeof made === 'function' ? await made() : made
    const refusal: unknown = await bring(name, bytes, more).then(
      (summary) => summary,
      (error: unknown) => error,
    )
    expect(refusal).toBeInstanceOf(Refusal)
    if (!(refusal instanceof Refusal)) return
    expect(refusal.code).toBe(code)
    expect(refusal.place.file).toBe(name)
    expect(refusal.hint.zh).not.toBe('')
  })
  test('of over 4 GB is refused before it is read', async () => {
    const path = join(tmpdir(), `terrier-huge-${process.pid}.geojson`)
    const file = await openFile(path, 'w')
    try {
      await file.truncate(4_000_000_001) // a hole: it takes no room
      await file.close()
      await expect(
        importFile(open(), { path, as: 'approval', receivedAt: '2024-05-01T00:00:00Z' }),
      ).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' })
    } finally {
      await rm(path)
    }
  })
  test('codes as numbers, formulas without a result and dates as days in a workbook', async () => {
    const summary = await bring(
      'cells.xlsx',
      workbook(
        `${heading}<row r="2"><c r="A2"><v>4.30211001001001E+18</v></c>${cell('B2', '天元区')}</row><row r="3">${cell('A3', '430211001001GB00007')}${cell('B3', 'http://169.254.169.254/ file:///etc/passwd')}<c r="C3"><f>A1*2</f></c></row>`,
      ),
    )
    expect(summary).toMatchObject({ read: 2, used: 1, refused: 1 })
    expect(summary.issues.map(({ row, code }) => [row, code])).toEqual(
      expect.arrayContaining([
        [null, 'XLSX_FORMULA'],
        [1, 'CODE_NUMERIC'],
      ]),
    )
  })
  test.each([
    ['hexadecimal that is no geometry', '0103000000FFFFFFFF000000000000000000', 'WKB_INVALID'],
    ['an arc', '"CURVEPOLYGON(CIRCULARSTRING(0 0,1 1,2 0,1 -1,0 0))"', 'GEOM_CURVE'],
    ['brackets that do not match', '"POLYGON((0 0,1 0,1 1,0 0)"', 'WKT_INVALID'],
  ])('a row with %s is refused, the good one beside it used', async (_, text, code) => {
    const good = '"POLYGON((113.07 27.814,113.071 27.814,113.071 27.815,113.07 27.814))"'
    const summary = await bring(
      'a.csv',
      bytesOf(`宗地代码,WKT\n430211001001GB00001,${good}\n430211001001GB00002,${text}\n`),
    )
    expect(summary).toMatchObject({ read: 2, used: 1, refused: 1 })
    expect(summary.issues.filter(({ severity }) => severity === 'must_fix')).toMatchObject([{ row: 2, code }])
  })
  test('invisible and full-width characters in a code are shown, or read as what they are', async () => {
    const summary = await bring(
      'codes.geojson',
      collection([
        feature({ properties: { 宗地代码: '430211001001GB\u202e00001' } }),
        feature({
          properties: { 宗地代码: '４３０２１１００１００１ＧＢ００００２' },
          coordinates: lonLatSquare(113.08),
        }),
      ]),
    )
    expect(summary).toMatchObject({ read: 2, refused: 0 })
    const doubts = summary.issues.filter(({ code }) => code === 'P606')
    expect(doubts).toMatchObject([{ row: 1 }])
    expect(doubts[0]!.value).not.toContain('\u202e')
  })
  test('one plot twice in a file, the same and different: both are kept and flagged, none is dropped', async () => {
    const code = { 宗地代码: '430211001001GB00003' }
    const summary = await bring(
      'twice.geojson',
      collection([
        feature({ properties: code }),
        feature({ properties: code, coordinates: lonLatSquare(113.09) }),
      ]),
    )
    expect(summary).toMatchObject({ read: 2, refused: 0 })
    expect(summary.used + summary.repaired).toBe(2)
    expect(summary.issues.map(({ code }) => code)).toContain('P607')
  })
})
