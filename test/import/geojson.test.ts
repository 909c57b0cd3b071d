import { describe, expect, test, vi } from 'vitest'
import { DeliveredFile } from '../../server/import/delivered-file.ts'
import { readGeoJson } from '../../server/import/geojson/read.ts'
import type { Source, SourceRow } from '../../server/import/source.ts'
import { bytesOf } from './given.ts'

const feature = (no: number, more: object = {}) => ({
  type: 'Feature',
  id: no,
  properties: { 地块编号: `第${no}号 "a" {b} \\`, '😀\\"': 'é', n: no / 3 },
  geometry: {
    type: 'Polygon',
    coordinates: [
      [
        [113, 27.8],
        [113.001, 27.8],
        [113.001, 27.801 + no / 1e6],
        [113, 27.8],
      ],
    ],
  },
  ...more,
})

const features = Array.from({ length: 12 }, (_, i) => feature(i + 1))
const lines = features.map((each) => JSON.stringify(each))
const head = {
  name: '地块',
  crs: { type: 'name', properties: { name: 'urn:ogc:def:crs:EPSG::4526' } },
  more: [1, { a: [] }],
}

async function rowsOf(source: Source): Promise<SourceRow[]> {
  const rows: SourceRow[] = []
  for await (const row of source.rows()) rows.push(row)
  return rows
}

/** Read so many bytes at a time. */
const opened = (text: string | Uint8Array, bytes?: number): Promise<Source> =>
  readGeoJson(DeliveredFile.of(typeof text === 'string' ? bytesOf(text) : text, 'plots.geojson'), bytes)

/** Pieces that cut the text at every one of its places, and larger ones. */
const sizes = [...Array.from({ length: 40 }, (_, i) => i + 1), 700, 2_000, 1_000_000]

/** Bytes taken from a file that is refused for what it is. */
async function bytesReadOf(text: string): Promise<number> {
  const file = DeliveredFile.of(bytesOf(text), 'plots.geojson')
  const read = vi.spyOn(file, 'read')
  await expect(readGeoJson(file)).rejects.toMatchObject({
    code: 'FEATURE_TOO_LARGE',
    text: { en: expect.stringContaining(`has ${file.size} bytes`) as string },
  })
  const pieces = await Promise.all(read.mock.results.map(({ value }) => value as Promise<Uint8Array>))
  return pieces.reduce((sum, { length }) => sum + length, 0)
}

describe('GeoJSON of any layout, read piece by piece', () => {
  const collection = { type: 'FeatureCollection', ...head, features }
  const collections: Record<string, string> = {
    'a collection in one line': JSON.stringify(collection),
    'a collection over many lines': JSON.stringify(collection, null, 2),
    'what is said of it behind its features': JSON.stringify({
      type: 'FeatureCollection',
      features,
      ...head,
    }),
    'its key escaped': JSON.stringify(collection).replace('"features"', String.raw`"fea\u0074ures"`),
    'carriage returns, tabs and a byte order mark': `\ufeff${JSON.stringify(collection, null, '\t').replaceAll('\n', '\r\n')}`,
  }
  test.each(Object.entries(collections))('%s', async (_, text) => {
    for (const bytes of sizes) {
      const source = await opened(text, bytes)
      expect(source).toMatchObject({ rowCount: 12, crs: { by: 'header', srid: 4526 } })
      const rows = await rowsOf(source)
      expect(rows).toEqual(
        features.map(({ id, properties, geometry }, i) => ({
          rowNo: i + 1,
          values: new Map<string, unknown>([['id', id], ...Object.entries(properties)]),
          shape: { kind: 'polygons', polygons: [geometry.coordinates] },
          issues: [],
          repaired: false,
        })),
      )
      expect(await rowsOf(source)).toEqual(rows) // from the first row again
    }
  })

  const others: Record<string, string> = {
    'one feature a line': lines.join('\n'),
    'a last line feed': `${lines.join('\n')}\n`,
    'carriage returns and blank lines': lines.join('\r\n\r\n'),
    'record separators': lines.map((each) => `\x1e${each}\n`).join(''),
    'a byte order mark': `\ufeff${lines.join('\n')}`,
    'files joined with their marks': lines.map((each) => `\ufeff${each}\n`).join(''),
    'two on a line': lines.map((each, i) => each + (i % 2 === 0 ? ' ' : '\n')).join(''),
    'features over several lines': features.map((each) => JSON.stringify(each, null, 1)).join('\n'),
  }
  test.each(Object.entries(others))('features one behind the other: %s', async (_, text) => {
    const inCollection = await rowsOf(await opened(JSON.stringify(collection)))
    for (const bytes of sizes) {
      const source = await opened(text, bytes)
      expect(source.crs).toMatchObject({ by: 'format', srid: 4490 })
      expect(await rowsOf(source)).toEqual(inCollection)
    }
  })

  test('what is no feature is a row that is refused, in its place', async () => {
    const strange = [1, 'text', null, [], { type: 'GeometryCollection', geometries: [] }]
    for (const text of [
      JSON.stringify({ type: 'FeatureCollection', features: [features[0], ...strange, features[1]] }),
    ])
      for (const bytes of sizes) {
        const rows = await rowsOf(await opened(text, bytes))
        expect(rows.map(({ refused, rowNo }) => [rowNo, refused ?? false])).toEqual([
          [1, false],
          [2, true],
          [3, true],
          [4, true],
          [5, true],
          [6, true],
          [7, false],
        ])
      }
  })

  const pretty = JSON.stringify({ type: 'FeatureCollection', features }, null, 1)
  const cut = pretty.slice(0, pretty.indexOf('"id": 5'))
  const lineOf = (text: string, part: string): number => text.slice(0, text.indexOf(part)).split('\n').length
  const last = lineOf(pretty, '\n ]\n}') + 1
  test.each<[what: string, text: string | Uint8Array, code: string, told: RegExp, row?: number]>([
    ['nothing but blanks', ' \n\ufeff ', 'FILE_EMPTY', /is empty/],
    [
      'a cut end',
      cut,
      'JSON_TRUNCATED',
      new RegExp(`after ${bytesOf(cut).length} bytes \\(line ${lineOf(pretty, '"id": 5')}\\)`),
      5,
    ],
    [
      'a key written twice',
      pretty.replace('"id": 5', '"\\u0074ype": 5'),
      'JSON_DUPLICATE_KEY',
      new RegExp(`line ${lineOf(pretty, '"id": 5')}, column 4: "type"`),
      5,
    ],
    [
      'a comma too many',
      pretty.replace('\n ]\n}', ',\n ]}'),
      'JSON_INVALID',
      new RegExp(`line ${last}, column 2 \\(near "\\]\\}"\\)`),
      13,
    ],
    [
      'brackets that do not match',
      pretty.replace('\n ]\n}', '\n }'),
      'JSON_INVALID',
      new RegExp(`line ${last}, column 2 \\(near "\\}"\\)`),
      12,
    ],
    [
      'levels without end',
      `{"type":"FeatureCollection","features":[${'['.repeat(40)}`,
      'JSON_TOO_DEEP',
      /column 71/,
      1,
    ],
    ['two documents', `${lines.join('\n')}\n5`, 'JSON_INVALID', /line 13, column 1 \(near "5"\)/],
    ['collections joined', `${pretty}\n${pretty}`, 'FILE_TYPE_MISMATCH', /several JSON documents/],
    ['TopoJSON', '{"type":"Topology","objects":{}}', 'FILE_TYPE_MISMATCH', /TopoJSON/],
    ['a collection without features', '{"type":"FeatureCollection"}', 'JSON_INVALID', /without an array/],
    ['UTF-16', Buffer.from(`\ufeff${pretty}`, 'utf16le'), 'ENCODING_UNSUPPORTED', /UTF-16/],
    [
      'bytes of another encoding behind a fault',
      Buffer.concat([bytesOf(`[[}${pretty}`), Buffer.of(0xb5, 0xd8, 0x20)]),
      'ENCODING_INVALID',
      /is not UTF-8/,
    ],
  ])('%s is refused in the same words however it is cut', async (_, text, code, words, row) => {
    const place = row === undefined ? { file: 'plots.geojson' } : { file: 'plots.geojson', row }
    for (const bytes of sizes)
      await expect(opened(text, bytes)).rejects.toMatchObject({
        code,
        place,
        text: { en: expect.stringMatching(words) as string },
      })
  })

  test('names the line of the file where a feature is not valid JSON, and reads those before it', async () => {
    const source = await opened([...lines.slice(0, 9), '{"类": Feature}'].join('\n'), 300)
    const read: number[] = []
    const walk = async () => {
      for await (const { rowNo } of source.rows()) read.push(rowNo)
    }
    await expect(walk()).rejects.toMatchObject({
      code: 'JSON_INVALID',
      place: { row: 10 },
      text: { en: expect.stringContaining('line 10') as string },
    })
    expect(read).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  test('too large a feature is refused wherever it stands, a large document of another kind told for what it is', async () => {
    const large = JSON.stringify(feature(1, { properties: { a: 'x'.repeat(20_000_001) } }))
    const small = lines[1]!
    for (const [text, row] of [
      [`{"type":"FeatureCollection","features":[${small},${large}]}`, 2],
      [`${small}\n${large}`, 2],
      [large, 1],
    ] as const)
      await expect(opened(text)).rejects.toMatchObject({ code: 'FEATURE_TOO_LARGE', place: { row } })
    expect(await bytesReadOf(large)).toBeLessThan(20_100_000) // walked once, not again for its line
    const bulk = `"objects":{"a":"${'x'.repeat(20_000_001)}"}`
    await expect(opened(`{"type":"Topology",${bulk}}`)).rejects.toMatchObject({
      code: 'FILE_TYPE_MISMATCH',
      text: { en: expect.stringContaining('TopoJSON') as string },
    })
    await expect(opened(`{"type":"FeatureCollection",${bulk},"features":[${small}]}`)).rejects.toMatchObject({
      code: 'FEATURE_TOO_LARGE',
      text: { en: expect.stringContaining('beside its features') as string },
    })
  })
})
