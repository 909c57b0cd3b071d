import { describe, expect, test } from 'vitest'
import { DeliveredFile } from '../../server/import/delivered-file.ts'
import { readGeoJsonLines } from '../../server/import/geojson/lines.ts'
import { readGeoJson } from '../../server/import/geojson/read.ts'
import type { Source, SourceRow } from '../../server/import/source.ts'

const feature = (no: number, more: object = {}) =>
  JSON.stringify({
    type: 'Feature',
    id: no,
    properties: { 地块编号: `第${no}号 "a" {b}`, n: no / 3 },
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

const features = Array.from({ length: 40 }, (_, i) => feature(i + 1))
const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'utf8')

async function rowsOf(source: Source): Promise<SourceRow[]> {
  const rows: SourceRow[] = []
  for await (const row of source.rows()) rows.push(row)
  return rows
}

/** Read in blocks of so many bytes. */
const inBlocks = (text: string, blockBytes: number): Promise<Source | null> =>
  readGeoJsonLines(DeliveredFile.of(bytesOf(text), 'plots.geojsonl'), blockBytes)

describe('one feature a line, read in blocks', () => {
  const written: Record<string, string> = {
    plain: features.join('\n'),
    'with a last line feed': `${features.join('\n')}\n`,
    'with carriage returns and blank lines': features.join('\r\n\r\n'),
    'with record separators': features.map((each) => `\x1e${each}\n`).join(''),
    'with a byte order mark': `\ufeff${features.join('\n')}`,
    'two on a line': features.map((each, i) => each + (i % 2 === 0 ? ' ' : '\n')).join(''),
    'with something else between': [...features.slice(0, 9), '[1]', '"text"', ...features.slice(9)].join(
      '\n',
    ),
    'of displaced districts': [
      feature(1, { properties: { adcode: 430202, parent: {} } }),
      ...features.slice(1),
    ].join('\n'),
  }
  test.each(Object.entries(written))('says the same as read whole: %s', async (_, text) => {
    const whole = readGeoJson(bytesOf(text), 'plots.geojsonl')
    const expected = await rowsOf(whole)
    for (const blockBytes of [50, 700, 2_000, 1_000_000]) {
      const source = (await inBlocks(text, blockBytes))!
      expect({ ...source, rows: await rowsOf(source) }).toEqual({ ...whole, rows: expected })
      expect(await rowsOf(source)).toEqual(expected) // from the first row again
    }
  })

  test.each([
    [
      'a collection',
      JSON.stringify({ type: 'FeatureCollection', features: features.map((f) => JSON.parse(f)) }),
    ],
    ['a feature over several lines', features.map((f) => JSON.stringify(JSON.parse(f), null, 1)).join('\n')],
    ['one feature', features[0]!],
    ['a cut end', features.join('\n').slice(0, -9)],
    ['a key written twice', [...features, '{"type":"Feature","type":"Feature"}'].join('\n')],
    ['bytes of another encoding', `${features.join('\n')}\n`],
  ])('leaves %s to whoever reads the whole', async (what, text) => {
    const bytes = what.startsWith('bytes')
      ? Buffer.concat([bytesOf(text), Buffer.of(0xb5, 0xd8)])
      : bytesOf(text)
    for (const blockBytes of [300, 5_000])
      expect(await readGeoJsonLines(DeliveredFile.of(bytes, 'a.geojsonl'), blockBytes)).toBeNull()
  })

  test('names the line of the file where a feature is not valid JSON', async () => {
    const source = (await inBlocks([...features.slice(0, 30), '{"type": Feature}'].join('\n'), 700))!
    await expect(rowsOf(source)).rejects.toMatchObject({
      code: 'JSON_INVALID',
      place: { row: 31 },
      text: { en: expect.stringContaining('line 31') },
    })
  })
})
