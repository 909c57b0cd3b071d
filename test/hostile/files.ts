import { iconvEncode } from './make.ts'
import { bytesOf, collection, example, feature, zip } from '../import/given.ts'
import { bring, holds, judgedRows, raw, refusedFile, refusedRow, type Case } from './case.ts'
import { expect } from 'vitest'
import { deep, good, latin1, one, patched, square, twoRows, withParts } from './make.ts'

/** B01-B20: the shape of the file. */
export const wholeFiles: Readonly<Record<string, readonly Case[]>> = {
  B01: [
    refusedFile('an empty file', 'a.geojson', new Uint8Array(), { code: 'FILE_EMPTY' }),
    refusedFile('a heading without rows', 'a.csv', bytesOf('批文号,批准日期\n'), { code: 'FILE_EMPTY' }),
  ],
  B02: [
    refusedFile('a PNG called .geojson', 'a.geojson', latin1('\x89PNG\r\n\x1a\n\0\0\0\rIHDR'), {
      code: 'FILE_TYPE_MISMATCH',
      zh: 'PNG 图片',
      en: 'a PNG picture',
    }),
  ],
  B03: ['parcels.geojson', 'parcels.csv'].map((name) =>
    refusedFile(
      `an OGR VRT called ${name}`,
      name,
      bytesOf(
        '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>CSV:/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>',
      ),
      { code: 'FILE_TYPE_MISMATCH', zh: 'OGR VRT 描述文件', en: 'an OGR VRT description' },
    ),
  ),
  B04: [
    refusedFile('GeoJSON cut in the middle', 'a.geojson', collection([feature(), feature()]).slice(0, -60), {
      code: 'JSON_TRUNCATED',
      row: 2,
    }),
  ],
  B05: [
    refusedFile('NaN', 'a.geojson', one(`{"type":"Feature","properties":{"a":NaN},"geometry":${square}}`), {
      code: 'JSON_INVALID',
      row: 1,
    }),
    refusedFile('a trailing comma', 'a.geojson', one('{"type":"Feature","properties":{},"geometry":null},'), {
      code: 'JSON_INVALID',
      row: 2,
    }),
    refusedFile('a comment', 'a.geojson', bytesOf('{ // plots\n"type":"FeatureCollection","features":[]}'), {
      code: 'JSON_INVALID',
    }),
  ],
  B06: [
    holds('a byte order mark before the brace is stripped and said', async (stage) => {
      const job = await bring(
        stage,
        'bom.geojson',
        Buffer.concat([latin1('\xef\xbb\xbf'), collection([good])]),
        'registration',
      )
      expect(job.result).toMatchObject({ read: 1, used: 1, refused: 0 })
    }),
  ],
  B07: [
    refusedFile(
      'UTF-16',
      'a.geojson',
      Buffer.concat([
        latin1('\xff\xfe'),
        Buffer.from('{"type":"FeatureCollection","features":[]}', 'utf16le'),
      ]),
      { code: 'ENCODING_UNSUPPORTED' },
    ),
  ],
  B08: [
    refusedFile(
      'GBK bytes in GeoJSON',
      'a.geojson',
      iconvEncode(
        Buffer.from(collection([feature({ properties: { 坐落: '天元区泰山路' } })])).toString(),
        'gbk',
      ),
      { code: 'ENCODING_INVALID', zh: '天元区泰山路', en: '天元区泰山路' },
    ),
  ],
  B09: [
    refusedFile(
      'a key twice',
      'a.geojson',
      one(`{"type":"Feature","type":"Evil","properties":{},"geometry":${square}}`),
      { code: 'JSON_DUPLICATE_KEY', row: 1, field: 'type' },
    ),
  ],
  B10: [
    holds('__proto__ among the properties is a text', async (stage) => {
      const text = `{"type":"Feature","properties":{"__proto__":{"isAdmin":true},"宗地代码":"430211001001GB00009"},"geometry":${square}}`
      const job = await bring(stage, 'proto.geojson', one(text), 'registration')
      expect(job.result).toMatchObject({ read: 1, used: 1, refused: 0 })
      expect(({} as Record<string, unknown>).isAdmin).toBeUndefined()
    }),
  ],
  B11: [7_000, 100_000].map((levels) =>
    refusedFile(
      `${levels} levels`,
      'a.geojson',
      bytesOf(`{"type":"FeatureCollection","features":${deep(levels)}}`),
      { code: 'JSON_TOO_DEEP', row: 1 },
    ),
  ),
  B12: [
    holds('an upload that says it has 4.2 GB is refused before it is sent', async (stage) => {
      const head =
        'POST /api/deliveries HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=b\r\n'
      for (const [language, told] of [
        ['zh', '文件超过 4000 MB'],
        ['en', 'over 4000 MB'],
      ] as const) {
        const answer = await raw(
          stage,
          `${head}Accept-Language: ${language}\r\nContent-Length: 4200000000\r\n\r\n`,
        )
        expect(answer).toMatch(/^HTTP\/1\.1 413 /)
        expect(answer).toContain('"code":"UPLOAD_TOO_LARGE"')
        expect(answer).toContain(told)
      }
    }),
  ],
  B13: [
    refusedFile(
      'a feature of 21 million bytes',
      'a.geojson',
      () =>
        Promise.resolve(
          one(
            `{"type":"Feature","properties":{"a":"${'x'.repeat(21_000_000)}"},"geometry":null},{"type":"Feature"}`,
          ),
        ),
      { code: 'FEATURE_TOO_LARGE', row: 1 },
    ),
  ],
  B14: [
    refusedRow('20 000 characters in an attribute', 'rows.geojson', twoRows({ 坐落: 'x'.repeat(20_000) }), {
      code: 'VALUE_TOO_LONG',
      field: '坐落',
    }),
  ],
  B15: [
    refusedRow('NUL in a text', 'rows.geojson', twoRows({ 坐落: 'a\0b' }), {
      code: 'VALUE_CONTROL_CHAR',
      field: '坐落',
    }),
  ],
  B16: [
    refusedRow('half a character', 'rows.geojson', twoRows({ 坐落: 'a\ud800b' }), {
      code: 'VALUE_NOT_UNICODE',
      field: '坐落',
    }),
  ],
  B17: ['\u202e', '\u200b'].map((sign) =>
    judgedRows(
      `U+${sign.charCodeAt(0).toString(16)} in a code`,
      'rows.geojson',
      twoRows({ 宗地代码: `430211001001GB${sign}00001` }),
      {
        counts: { read: 2, refused: 0 },
        told: [{ code: 'P606', row: 2, severity: 'may_fix_later' }],
      },
    ),
  ),
  B18: [
    holds('full-width digits and letters in a code are read as what they are', async (stage) => {
      const job = await bring(
        stage,
        'rows.geojson',
        twoRows({ 宗地代码: '４３０２１１００１００１ＧＢ００００２' }),
        'registration',
      )
      expect(job.result).toMatchObject({ read: 2, used: 2, refused: 0 })
      expect(JSON.stringify(job.result)).not.toContain('P606')
    }),
  ],
  B19: [
    refusedFile(
      '10 000 columns',
      'a.csv',
      bytesOf(`${Array.from({ length: 10_000 }, (_, i) => `c${i}`).join()}\n1\n`),
      { code: 'TOO_MANY_FIELDS' },
    ),
  ],
  B20: [
    refusedFile('two columns of one name', 'a.csv', bytesOf('批文号, 批文号\n1,2\n'), {
      code: 'FIELD_DUPLICATE',
      field: '批文号',
      zh: '批文号',
      en: '批文号',
    }),
    refusedFile(
      'two columns that differ in case',
      'a.csv',
      bytesOf('ZDDM,zddm\n1,2\n'),
      { code: 'FIELD_DUPLICATE', field: 'zddm', zh: 'zddm', en: 'zddm' },
      'registration',
    ),
  ],
}

const parts = ['.shp', '.shx', '.dbf']
const illegal = (name: string) => zip([{ name, bytes: bytesOf('x') }])
const int32 = (at: number, value: number) => (bytes: Buffer) => {
  bytes.writeInt32BE(value, at)
  return bytes
}
const int32LE = (at: number, value: number) => (bytes: Buffer) => {
  bytes.writeInt32LE(value, at)
  return bytes
}

/** B31-B42: archives and shapefiles. */
export const archives: Readonly<Record<string, readonly Case[]>> = {
  B31: [
    refusedFile('a path out of the folder', 'a.zip', illegal('../../etc/cron.d/x'), {
      code: 'ZIP_PATH_ILLEGAL',
      zh: '../..',
      en: '../..',
    }),
  ],
  B32: ['/etc/x', 'C:x', '..\\x', 'a\0.shp', 'x'.repeat(5_000)].map((name) =>
    refusedFile(`an entry called ${JSON.stringify(name.slice(0, 12))}`, 'a.zip', illegal(name), {
      code: 'ZIP_PATH_ILLEGAL',
    }),
  ),
  B33: [
    refusedFile(
      'a symbolic link',
      'a.zip',
      zip([{ name: 'plots.shp', bytes: bytesOf('/etc/passwd'), externalAttributes: (0o120777 << 16) >>> 0 }]),
      { code: 'ZIP_SYMLINK' },
    ),
  ],
  B34: [
    refusedFile(
      '120 MB of zeros in 120 kB',
      'a.zip',
      () =>
        Promise.resolve(
          zip(
            parts.map((part) => ({ name: `plots${part}`, bytes: new Uint8Array(40_000_000), deflate: true })),
          ),
        ),
      { code: 'ZIP_BOMB' },
    ),
  ],
  B35: [
    refusedFile(
      '1 001 entries',
      'a.zip',
      zip(Array.from({ length: 1_001 }, (_, i) => ({ name: `${i}.txt`, bytes: bytesOf('') }))),
      { code: 'ZIP_TOO_MANY_ENTRIES' },
    ),
    refusedFile('two names for one stretch of bytes', 'a.zip', overlapping(), { code: 'ZIP_OVERLAP' }),
    refusedFile('a ZIP in a ZIP', 'a.zip', zip([{ name: 'inner.zip', bytes: example('parcels-gbk.zip') }]), {
      code: 'ZIP_NESTED',
    }),
  ],
  B36: [
    refusedFile(
      'a size that is a lie',
      'a.zip',
      zip(
        parts.map((part) => ({
          name: `plots${part}`,
          bytes: new Uint8Array(1_000_000),
          claimedSize: 100,
          deflate: true,
        })),
      ),
      { code: 'ZIP_CORRUPT' },
    ),
  ],
  B37: [
    refusedFile(
      'encryption',
      'a.zip',
      zip([{ name: 'plots.shp', bytes: new Uint8Array(13), claimedSize: 1, flags: 1 }]),
      { code: 'ZIP_ENCRYPTED' },
    ),
  ],
  B38: [
    refusedFile(
      'no .dbf and no .shx',
      'a.zip',
      withParts((given) => [{ name: '地块.shp', bytes: given.get('.shp')! }]),
      { code: 'SHP_PART_MISSING', zh: '地块.shx', en: '地块.shx, 地块.dbf' },
    ),
    refusedFile(
      'two layers',
      'a.zip',
      withParts((given) =>
        ['a', 'b'].flatMap((stem) => [...given].map(([part, bytes]) => ({ name: `${stem}${part}`, bytes }))),
      ),
      { code: 'SEVERAL_LAYERS' },
    ),
  ],
  B39: [
    refusedFile(
      'a .shp cut between its records',
      'a.zip',
      patched('.shp', (bytes) => bytes.subarray(0, 20_000)),
      { code: 'SHP_CORRUPT', row: 86, zh: '第 86 条记录', en: 'record 86' },
    ),
    refusedFile('a record of length −1', 'a.zip', patched('.shp', int32(104, -1)), {
      code: 'SHP_CORRUPT',
      row: 1,
      zh: '第 1 条记录',
      en: 'record 1',
    }),
    refusedFile('2³¹ points', 'a.zip', patched('.shp', int32LE(148, 0x7fffffff)), {
      code: 'SHP_CORRUPT',
      row: 1,
      zh: '第 1 条记录',
      en: 'record 1',
    }),
    refusedFile('a head that says it is shorter', 'a.zip', patched('.shp', int32(24, 500)), {
      code: 'SHP_DBF_COUNT',
      zh: '有 3 个图形',
      en: 'has 3 shapes',
    }),
    refusedFile('a head that says it is longer', 'a.zip', patched('.shp', int32(24, 50_000_000)), {
      code: 'SHP_CORRUPT',
      row: 201,
      zh: '第 201 条记录',
      en: 'record 201',
    }),
    refusedFile(
      'rubbish between two records',
      'a.zip',
      patched('.shp', (bytes) => {
        const second = 100 + 8 + bytes.readInt32BE(104) * 2
        return Buffer.concat([bytes.subarray(0, second), Buffer.alloc(64, 0x5a), bytes.subarray(second)])
      }),
      { code: 'SHP_CORRUPT', row: 2, zh: '第 2 条记录', en: 'record 2' },
    ),
  ],
  B40: [
    refusedFile('a .dbf with a row less', 'a.zip', patched('.dbf', int32LE(4, 199)), {
      code: 'SHP_DBF_COUNT',
      zh: '199',
      en: '199',
    }),
    refusedFile(
      'a .dbf with a row more',
      'a.zip',
      patched('.dbf', (bytes) =>
        int32LE(4, 201)(Buffer.concat([bytes.subarray(0, -1), Buffer.alloc(bytes.length, 0x20)])),
      ),
      { code: 'SHP_DBF_COUNT', zh: '201', en: '201' },
    ),
  ],
  B41: [
    holds('GBK without a .cpg is told from its characters', async (stage) => {
      const job = await bring(stage, 'parcels-gbk.zip', example('parcels-gbk.zip'), 'registration')
      expect(job.result).toMatchObject({ read: 200, refused: 0 })
    }),
    judgedRows(
      'a .cpg that lies is named',
      'a.zip',
      withParts((given) => [
        ...[...given].map(([part, bytes]) => ({ name: `plots${part}`, bytes })),
        { name: 'plots.cpg', bytes: bytesOf('UTF-8') },
      ]),
      { counts: { read: 200, refused: 0 }, told: [{ code: 'P614', severity: 'note' }] },
    ),
  ],
  B42: [
    refusedRow(
      '200 001 vertices',
      'rows.geojson',
      twoRows({}, [
        [
          ...Array.from({ length: 200_000 }, (_, i) => [113.07 + i * 1e-8, 27.814 + (i % 2) * 1e-8]),
          [113.07, 27.814],
        ],
      ]),
      { code: 'GEOM_TOO_MANY_VERTICES', field: 'geometry' },
    ),
  ],
}

function overlapping(): Uint8Array {
  const bytes = Buffer.from(zip(['a.shp', 'b.shp'].map((name) => ({ name, bytes: bytesOf('x'.repeat(50)) }))))
  const second = bytes.lastIndexOf(Buffer.from('PK\x01\x02', 'latin1'))
  bytes.writeUInt32LE(0, second + 42)
  return bytes
}
