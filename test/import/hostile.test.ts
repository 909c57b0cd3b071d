import { describe, expect, test } from 'vitest'
import { importFile, type ImportRequest } from '../../server/import/run.ts'
import { loadRecords } from '../../server/record/store.ts'
import { Refusal } from '../../server/refusal.ts'
import { eachBase } from '../helpers/database.ts'
import {
  bytesOf,
  collection,
  example,
  feature,
  fixture,
  lonLatSquare,
  shapefileParts,
  zip,
  type GivenEntry,
} from './given.ts'

const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1')
const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels)
const one = (text: string): Uint8Array => bytesOf(`{"type":"FeatureCollection","features":[${text}]}`)
const square = JSON.stringify({ type: 'Polygon', coordinates: lonLatSquare() })
const boundary = Buffer.from(fixture('B-utf8-lf-noprefix.txt')).toString('utf8')

/** A file, what it is called, the code it is refused with, and what its message must name. */
type Case = [
  what: string,
  name: string,
  bytes: Uint8Array | (() => Promise<Uint8Array>),
  code: string,
  named?: RegExp,
  more?: Partial<ImportRequest>,
]

const shape: Case[] = [
  ['an empty file', 'a.geojson', new Uint8Array(), 'FILE_EMPTY'],
  ['blanks only', 'a.csv', bytesOf(' \r\n '), 'FILE_EMPTY'],
  ['a heading without rows', 'a.csv', bytesOf('批文号,批准日期\n'), 'FILE_EMPTY'],
  ['no features', 'a.geojson', collection([]), 'FILE_EMPTY'],
  [
    'a PNG called .geojson',
    'a.geojson',
    latin1('\x89PNG\r\n\x1a\n\0\0\0\rIHDR'),
    'FILE_TYPE_MISMATCH',
    /PNG/,
  ],
  ['a PDF', 'a.txt', latin1('%PDF-1.7\n'), 'FILE_TYPE_MISMATCH', /PDF/],
  [
    'an OGR VRT called .csv',
    'parcels.csv',
    bytesOf('<OGRVRTDataSource><OGRVRTLayer name="x"/></OGRVRTDataSource>'),
    'FILE_TYPE_MISMATCH',
    /VRT/,
  ],
  [
    'KML with an external entity',
    'a.kml',
    bytesOf('<?xml version="1.0"?><!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]><kml/>'),
    'XML_DTD_FORBIDDEN',
  ],
  [
    'an HTML error page called .zip',
    'a.zip',
    bytesOf('<!DOCTYPE html><html><body>404</body></html>'),
    'FILE_TYPE_MISMATCH',
    /HTML/,
  ],
  ['text called .zip', 'a.zip', bytesOf('not, a zip\n'), 'FILE_TYPE_MISMATCH'],
  ['noise called .zip', 'a.zip', latin1('\x01\x02\0\0\xff\xfe\0\x07'), 'FILE_TYPE_MISMATCH'],
  ['a table called .geojson', 'a.geojson', bytesOf('批文号,面积\n1,2\n'), 'FILE_TYPE_MISMATCH'],
  ['a lone .shp', 'a.shp', latin1('\0\0\x27\x0a' + '\0'.repeat(96)), 'FILE_TYPE_MISMATCH', /\.shp/],
  ['TopoJSON', 'a.json', bytesOf('{"type":"Topology","objects":{}}'), 'FILE_TYPE_MISMATCH', /TopoJSON/],
  [
    'Esri JSON',
    'a.json',
    bytesOf('{"geometryType":"esriGeometryPolygon","features":[{"attributes":{}}]}'),
    'FILE_TYPE_MISMATCH',
    /Esri/,
  ],
  ['points', 'a.json', bytesOf('{"type":"Point","coordinates":[113,27]}'), 'FILE_TYPE_MISMATCH', /Point/],
  ['a table about something else', 'a.csv', bytesOf('水果,颜色\n苹果,红\n'), 'FIELDS_UNKNOWN', /水果/],
  [
    'a table that names things and says nothing of them',
    'districts.csv',
    bytesOf('id,value,name,isParent\n4549,110101,东城区,FALSE\n'),
    'FIELDS_UNKNOWN',
    /只有“name”一列/,
    { as: 'supply' },
  ],
  [
    'such a table with a row that is refused',
    'districts.csv',
    bytesOf('id,value,name,isParent\n4549,110101,东城区,FALSE\n合计,,,\n'),
    'FIELDS_UNKNOWN',
    /只有“name”一列/,
    { as: 'supply' },
  ],
  ['a survey file without plots', 'a.txt', bytesOf('[属性描述]\n带号=38\n[地块坐标]\n'), 'TXT_NO_PLOTS'],
  ['a table with an open quote', 'a.csv', bytesOf('批文号,批准日期\n"湘,2023-01-01\n'), 'CSV_INVALID'],
  ['two columns of one name', 'a.csv', bytesOf('批文号, 批文号\n1,2\n'), 'FIELD_DUPLICATE', /批文号/],
  [
    '301 columns',
    'a.csv',
    bytesOf(`${Array.from({ length: 301 }, (_, i) => `c${i}`).join()}\n1\n`),
    'TOO_MANY_FIELDS',
    /301/,
  ],
  ['bytes of no encoding', 'a.csv', latin1('a,b\n\xff\xff,\x81\n'), 'ENCODING_INVALID'],
]

const json: Case[] = [
  [
    'cut in the middle',
    'a.geojson',
    collection([feature(), feature()]).slice(0, -60),
    'JSON_TRUNCATED',
    /\d+ bytes/,
  ],
  ['cut inside a string', 'a.geojson', bytesOf('{"type":"FeatureColl'), 'JSON_TRUNCATED'],
  [
    'NaN',
    'a.geojson',
    one(`{"type":"Feature","properties":{"a":NaN},"geometry":${square}}`),
    'JSON_INVALID',
    /line 1, column/,
  ],
  [
    'a trailing comma',
    'a.geojson',
    one('{"type":"Feature","properties":{},"geometry":null},'),
    'JSON_INVALID',
  ],
  [
    'a comment',
    'a.geojson',
    bytesOf('{ // plots\n"type":"FeatureCollection","features":[]}'),
    'JSON_INVALID',
  ],
  [
    'a bracket that does not match',
    'a.geojson',
    bytesOf('{"type":"FeatureCollection","features":[}'),
    'JSON_INVALID',
  ],
  [
    'a key twice',
    'a.geojson',
    one(`{"type":"Feature","type":"Evil","properties":{},"geometry":${square}}`),
    'JSON_DUPLICATE_KEY',
    /type/,
  ],
  [
    'a key twice, once written with an escape',
    'a.geojson',
    one(`{"type":"Feature","properties":{"a":1,"\\u0061":2},"geometry":${square}}`),
    'JSON_DUPLICATE_KEY',
  ],
  [
    '100 000 levels',
    'a.geojson',
    bytesOf(`{"type":"FeatureCollection","features":${deep(100_000)}}`),
    'JSON_TOO_DEEP',
    /32/,
  ],
  [
    'UTF-16',
    'a.geojson',
    Buffer.concat([latin1('\xff\xfe'), Buffer.from('{"type":"FeatureCollection","features":[]}', 'utf16le')]),
    'ENCODING_UNSUPPORTED',
  ],
  [
    'GBK',
    'a.geojson',
    one(`{"type":"Feature","properties":{"a":"@"},"geometry":${square}}`).map((byte) =>
      byte === 0x40 ? 0xb5 : byte,
    ),
    'ENCODING_INVALID',
  ],
  [
    'a feature of 21 million bytes',
    'a.geojson',
    one(
      `{"type":"Feature","properties":{"a":"${'x'.repeat(21_000_000)}"},"geometry":null},{"type":"Feature"}`,
    ),
    'FEATURE_TOO_LARGE',
    /20000000/,
  ],
  [
    'features that are no array',
    'a.geojson',
    bytesOf('{"type":"FeatureCollection","features":{}}'),
    'JSON_INVALID',
    /features/,
  ],
]

const withParts = (change: (parts: Map<string, Uint8Array>) => GivenEntry[]) => async () =>
  zip(change(await shapefileParts(example('parcels-gbk.zip'))))
const all = (parts: ReadonlyMap<string, Uint8Array>): GivenEntry[] =>
  [...parts].map(([extension, bytes]) => ({ name: `plots${extension}`, bytes }))
const patched = (extension: string, patch: (bytes: Buffer) => Uint8Array) =>
  withParts((parts) =>
    all(
      new Map(
        [...parts].map(([name, bytes]) => [name, name === extension ? patch(Buffer.from(bytes)) : bytes]),
      ),
    ),
  )
const int32 = (at: number, value: number) => (bytes: Buffer) => {
  bytes.writeInt32BE(value, at)
  return bytes
}
const int32LE = (at: number, value: number) => (bytes: Buffer) => {
  bytes.writeInt32LE(value, at)
  return bytes
}

const archives: Case[] = [
  ['a cut archive', 'a.zip', example('parcels-gbk.zip').slice(0, 20_000), 'ZIP_CORRUPT'],
  [
    'a path out of the folder',
    'a.zip',
    zip([{ name: '../../etc/cron.d/x', bytes: bytesOf('x') }]),
    'ZIP_PATH_ILLEGAL',
    /\.\.\/\.\./,
  ],
  ['an absolute path', 'a.zip', zip([{ name: '/etc/x', bytes: bytesOf('x') }]), 'ZIP_PATH_ILLEGAL'],
  ['a drive letter', 'a.zip', zip([{ name: 'C:x', bytes: bytesOf('x') }]), 'ZIP_PATH_ILLEGAL'],
  ['a backslash', 'a.zip', zip([{ name: '..\\x', bytes: bytesOf('x') }]), 'ZIP_PATH_ILLEGAL'],
  ['a NUL in a name', 'a.zip', zip([{ name: 'a\0.shp', bytes: bytesOf('x') }]), 'ZIP_PATH_ILLEGAL'],
  [
    'a name of 5 000 characters',
    'a.zip',
    zip([{ name: 'x'.repeat(5_000), bytes: bytesOf('x') }]),
    'ZIP_PATH_ILLEGAL',
  ],
  [
    'a symbolic link',
    'a.zip',
    zip([{ name: 'plots.shp', bytes: bytesOf('/etc/passwd'), externalAttributes: (0o120777 << 16) >>> 0 }]),
    'ZIP_SYMLINK',
  ],
  [
    'encryption',
    'a.zip',
    zip([{ name: 'plots.shp', bytes: new Uint8Array(13), claimedSize: 1, flags: 1 }]),
    'ZIP_ENCRYPTED',
  ],
  [
    '1 001 entries',
    'a.zip',
    zip(Array.from({ length: 1_001 }, (_, i) => ({ name: `${i}.txt`, bytes: bytesOf('') }))),
    'ZIP_TOO_MANY_ENTRIES',
    /1001/,
  ],
  [
    '40 MB of zeros in 40 kB',
    'a.zip',
    zip(
      ['.shp', '.shx', '.dbf'].map((part) => ({
        name: `plots${part}`,
        bytes: new Uint8Array(40_000_000),
        deflate: true,
      })),
    ),
    'ZIP_BOMB',
  ],
  [
    'a size that is a lie',
    'a.zip',
    zip(
      ['.shp', '.shx', '.dbf'].map((part) => ({
        name: `plots${part}`,
        bytes: new Uint8Array(1_000_000),
        claimedSize: 100,
        deflate: true,
      })),
    ),
    'ZIP_CORRUPT',
  ],
  ['a ZIP in a ZIP', 'a.zip', zip([{ name: 'inner.zip', bytes: example('parcels-gbk.zip') }]), 'ZIP_NESTED'],
  [
    'a workbook without a sheet',
    'a.zip',
    zip([
      { name: '[Content_Types].xml', bytes: bytesOf('<Types/>') },
      { name: 'xl/workbook.xml', bytes: bytesOf('<workbook/>') },
    ]),
    'XLSX_CORRUPT',
  ],
  [
    'a Word document',
    'a.docx',
    zip([{ name: '[Content_Types].xml', bytes: bytesOf('<Types/>') }]),
    'FILE_TYPE_MISMATCH',
    /DOCX/,
  ],
  [
    'no .dbf and no .shx',
    'a.zip',
    withParts((parts) => [{ name: '地块.shp', bytes: parts.get('.shp')! }]),
    'SHP_PART_MISSING',
    /地块\.shx, 地块\.dbf/,
  ],
  [
    'no .shp',
    'a.zip',
    withParts((parts) => [{ name: 'plots.dbf', bytes: parts.get('.dbf')! }]),
    'SHP_PART_MISSING',
    /plots\.shp/,
  ],
  [
    'two layers',
    'a.zip',
    withParts((parts) =>
      ['a', 'b'].flatMap((stem) => [...parts].map(([part, bytes]) => ({ name: `${stem}${part}`, bytes }))),
    ),
    'SEVERAL_LAYERS',
    /a、b/,
  ],
  ['a cut .shp', 'a.zip', patched('.shp', (bytes) => bytes.subarray(0, 20_000)), 'SHP_CORRUPT', /record \d+/],
  ['a .shp cut in its head', 'a.zip', patched('.shp', (bytes) => bytes.subarray(0, 60)), 'SHP_CORRUPT'],
  ['a record of length −1', 'a.zip', patched('.shp', int32(104, -1)), 'SHP_CORRUPT', /record 1/],
  ['2³¹ points', 'a.zip', patched('.shp', int32LE(148, 0x7fffffff)), 'SHP_CORRUPT', /record 1/],
  ['a .dbf with a row less', 'a.zip', patched('.dbf', int32LE(4, 199)), 'SHP_DBF_COUNT', /200 .*199/],
  ['a cut .dbf', 'a.zip', patched('.dbf', (bytes) => bytes.subarray(0, 5_000)), 'SHP_CORRUPT', /row/],
  ['points instead of polygons', 'a.zip', patched('.shp', int32LE(32, 1)), 'GEOM_TYPE', /points/],
  [
    'a .prj that its numbers deny',
    'a.zip',
    patched('.prj', () =>
      bytesOf(
        'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]',
      ),
    ),
    'CRS_CONFLICT',
    /EPSG:4526/,
  ],
  [
    'a .prj of Beijing 1954',
    'a.zip',
    patched('.prj', (bytes) => bytesOf(bytes.toString('latin1').replace('D_China_2000', 'D_Beijing_1954'))),
    'CRS_PARAMETERS_NEEDED',
  ],
]

const systems: Case[] = [
  [
    'local coordinates without a CRS',
    'a.txt',
    bytesOf('[地块坐标]\n4,1,P1,甲,面,,,,@\nJ1,1,100,200\nJ2,1,200,200\nJ3,1,200,300\nJ1,1,100,200\n'),
    'CRS_UNKNOWN',
  ],
  [
    'Xian 1980 in the head',
    'a.txt',
    bytesOf(boundary.replace('2000国家大地坐标系', '80西安坐标系')),
    'CRS_PARAMETERS_NEEDED',
  ],
  ['a CRS nobody supports', 'a.txt', bytesOf(boundary), 'CRS_UNKNOWN', /32649/, { crs: 'EPSG:32649' }],
  ['GCJ-02 for an approval', 'a.geojson', collection([feature()]), 'CRS_GCJ02', /671/, { crs: 'GCJ-02' }],
  [
    'a kind that does not exist',
    'a.geojson',
    collection([feature()]),
    'TARGET_UNKNOWN',
    /parcel/,
    { as: 'parcel' },
  ],
]

eachBase('a file that cannot be used', (open) => {
  const bring = (name: string, bytes: Uint8Array, more: Partial<ImportRequest> = {}) =>
    importFile(open(), { bytes, name, as: 'approval', receivedAt: '2024-05-01T00:00:00Z', ...more })

  describe.each([
    ['by its shape', shape],
    ['as JSON', json],
    ['as an archive', archives],
    ['for its CRS', systems],
  ])('%s', (_, cases) => {
    test.each(cases)('%s', async (_what, name, made, code, named, more) => {
      const bytes = typeof made === 'function' ? await made() : made
      const refusal: unknown = await bring(name, bytes, more).then(
        (summary) => summary,
        (error: unknown) => error,
      )
      expect(refusal).toBeInstanceOf(Refusal)
      if (!(refusal instanceof Refusal)) return
      expect(refusal.code).toBe(code)
      if (named) expect(`${refusal.text.en} ${refusal.text.zh}`).toMatch(named)
      if (code !== 'TARGET_UNKNOWN') expect(refusal.place.file).toBe(name)
      expect(refusal.hint.zh).not.toBe('')
      expect(refusal.hint.en).not.toBe('')
    })
  })

  test('leaves nothing behind', async () => {
    expect(await open().db.selectFrom('delivery').selectAll().execute()).toEqual([])
    expect(await open().db.selectFrom('delivered_file').select('sha256').execute()).toEqual([])
    expect(await loadRecords(open().db, { asOf: '2024-06-01' })).toEqual([])
  })
})

eachBase('a row that cannot be used', (open) => {
  const [ring] = lonLatSquare() as [number[][]]
  const [a, b, c, d] = ring as [number[], number[], number[], number[]]
  const cases: [what: string, feature: object, code: string][] = [
    ['a bow-tie', feature({ coordinates: [[a, c, b, d, a]] }), 'NEEDS_DECISION'],
    ['a ring of two points', feature({ coordinates: [[a, b, a]] }), 'P602'],
    ['a hole outside its shell', feature({ coordinates: [ring, ...lonLatSquare(113.08)] }), 'NEEDS_DECISION'],
    [
      'a shape narrower than the grid',
      feature({ coordinates: [[a, [a[0]! + 1e-10, a[1]!], [a[0]!, a[1]! + 1e-10], a]] }),
      'P602',
    ],
    ['no numbers', feature({ coordinates: [[['113', '27'], b, c, a]] }), 'COORD_NOT_FINITE'],
    [
      '1e400',
      JSON.parse(JSON.stringify(feature()).replace('113.07,', '1e400,')) as object,
      'COORD_NOT_FINITE',
    ],
    ['a point', feature({ type: 'Point', coordinates: a }), 'GEOM_TYPE'],
    ['a line', feature({ type: 'LineString', coordinates: [a, b] }), 'GEOM_TYPE'],
    [
      '(0, 0)',
      feature({
        coordinates: [
          [
            [0, 0],
            [0.001, 0],
            [0.001, 0.001],
            [0, 0],
          ],
        ],
      }),
      'P603',
    ],
    ['Beijing', feature({ coordinates: lonLatSquare(116.39, 39.9) }), 'P603'],
    ['the pole', feature({ coordinates: lonLatSquare(113, 89.99) }), 'P603'],
    ['a code that is a number', feature({ properties: { 宗地代码: 4.30211e18 } }), 'CODE_NUMERIC'],
    [
      'a code a spreadsheet has rounded',
      feature({ properties: { 宗地代码: '4.30211E+18' } }),
      'CODE_NUMERIC',
    ],
    ['NUL in a text', feature({ properties: { 坐落: 'a\0b' } }), 'VALUE_CONTROL_CHAR'],
    ['half a character', feature({ properties: { 坐落: 'a\ud800b' } }), 'VALUE_NOT_UNICODE'],
    ['half a character in a list', feature({ properties: { 坐落: ['a\ud800b'] } }), 'VALUE_NOT_UNICODE'],
    ['20 000 characters', feature({ properties: { 坐落: 'x'.repeat(20_000) } }), 'VALUE_TOO_LONG'],
    [
      '200 001 vertices',
      feature({
        coordinates: [
          [
            ...Array.from({ length: 200_000 }, (_, i) => [113.07 + i * 1e-8, 27.814 + (i % 2) * 1e-8]),
            [113.07, 27.814],
          ],
        ],
      }),
      'GEOM_TOO_MANY_VERTICES',
    ],
    ['something that is no feature', { type: 'Evil' }, 'GEOJSON_FEATURE'],
    ['nothing at all', feature({ coordinates: null }), 'ROW_EMPTY'],
  ]
  const good = feature({
    properties: { 宗地代码: '430211001001GB00001', 宗地面积: null },
    coordinates: lonLatSquare(113.2),
  })

  test.each(cases)(
    '%s is refused with its row, and the good row beside it is used',
    async (what, bad, code) => {
      const summary = await importFile(open(), {
        bytes: collection([good, bad]),
        name: 'rows.geojson',
        as: 'registration',
        receivedAt: '2024-05-01T00:00:00Z',
        dryRun: true,
      })
      expect(summary, what).toMatchObject({ read: 2, used: 1, repaired: 0, unchanged: 0, refused: 1 })
      const reasons = summary.issues.filter((issue) => issue.severity === 'must_fix')
      expect(reasons).toMatchObject([{ row: 2, code }])
      expect(reasons[0]!.message.zh).not.toBe('')
      expect(reasons[0]!.message.en).not.toBe('')
    },
  )

  test('refuses the whole file when all or nothing was asked for, and nothing stays', async () => {
    const request = {
      bytes: collection([good, feature({ coordinates: [[a, c, b, d, a]] })]),
      name: 'rows.geojson',
      as: 'registration',
      receivedAt: '2024-05-01T00:00:00Z',
      allOrNothing: true,
    }
    await expect(importFile(open(), request)).rejects.toMatchObject({
      code: 'ROWS_REFUSED',
      place: { file: 'rows.geojson', row: 2, field: 'geometry' },
    })
    expect(await open().db.selectFrom('delivery').selectAll().execute()).toEqual([])
  })

  test('a zone without a shape is refused: a layer is nothing else', async () => {
    const summary = await importFile(open(), {
      bytes: collection([feature({ properties: { name: '园区' }, coordinates: null })]),
      name: 'zones.geojson',
      as: 'layer:park',
      receivedAt: '2024-05-01T00:00:00Z',
    })
    expect(summary).toMatchObject({
      read: 1,
      refused: 1,
      issues: [{ row: 1, code: 'P601', severity: 'must_fix' }],
    })
  })

  test('a spike that crosses itself by less than 1 m² and 0.1 % is mended, and the change is told', async () => {
    // 300 m square; the ring overshoots its corner by 0.1 m and comes back crossing itself: a bow of a few cm².
    const [x, y] = [408_000, 3_078_000]
    const coordinates = [
      [
        [x, y],
        [x + 300, y],
        [x + 300, y + 300],
        [x + 0.1, y + 300],
        [x - 0.1, y + 299.9],
        [x + 0.1, y + 299.9],
        [x - 0.1, y + 300],
        [x, y],
      ],
    ]
    const summary = await importFile(open(), {
      bytes: collection([feature({ properties: { 宗地代码: '430211001001GB00002' }, coordinates })]),
      name: 'spike.geojson',
      as: 'registration',
      crs: 'EPSG:4547',
      receivedAt: '2024-05-01T00:00:00Z',
    })
    expect(summary).toMatchObject({ read: 1, repaired: 1, refused: 0 })
    expect(summary.issues).toMatchObject([
      { row: 1, code: 'P610', severity: 'note' },
      { row: 1, code: 'P609' }, // the tip of the spike, parted from its plot
      { row: 1, code: 'P604' },
    ])
  })
})
