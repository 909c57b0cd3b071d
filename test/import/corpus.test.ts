import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { decodeText } from '../../server/import/text.ts'
import { freshBase } from '../helpers/database.ts'
import { faults, readCorpus, type Outcome } from './corpus.ts'

const corpus = fileURLToPath(new URL('../fixtures/corpus', import.meta.url))

test('in files of others every row is booked or refused, and no character is lost', async () => {
  const base = await freshBase('embedded')
  try {
    const outcomes: Outcome[] = []
    for (const { name } of readdirSync(corpus, { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    ))
      outcomes.push(...(await readCorpus(base, `${corpus}/${name}`)))
    expect(faults(outcomes)).toEqual([])
    expect(outcomes.reduce((sum, { garbled }) => sum + garbled, 0)).toBe(0)
    const books = Object.fromEntries(
      outcomes.map(({ file, used, repaired, refused, isRefused, why }) => [
        file.replace(/^[^/]+\//, ''),
        isRefused ? why.slice(0, why.indexOf(':')) : [used, repaired, refused],
      ]),
    )
    expect(books).toEqual({
      '45e645.csv': [56, 0, 0],
      'c7e27f.csv': [66, 0, 0],
      'dda695.csv': [28, 0, 0],
      'district-6_EPSG2272_shp.zip': 'CRS_FOREIGN',
      'district-6_EPSG2272_shp.zip (shapes: leave_out)': [358, 0, 0],
      'SHP_Exclude.zip': 'CRS_UNKNOWN',
      'T8Th4_6n.zip': 'GEOM_TYPE',
      'badzip.zip': 'FILE_TYPE_MISMATCH',
      'codepage.zip': 'GEOM_TYPE',
      'noshp.zip': 'SHP_PART_MISSING',
      'qgis.zip': [0, 0, 2],
      'utf.zip': 'GEOM_TYPE',
      'big5.dbf': [1, 0, 0],
      'duplicate_fields.dbf': 'FIELD_DUPLICATE',
      'gbk.dbf': [1, 0, 0],
      'latin1.dbf': [1, 0, 0],
      'shiftjis.dbf': 'ENCODING_UNKNOWN',
      'bad-duplicate-properties.geojson': 'JSON_DUPLICATE_KEY',
      'bad-json.geojson': 'JSON_INVALID',
      'badfeature.geojson': [0, 0, 1],
      'good-featurecollection.geojson': [0, 0, 3],
      'good-polygon.geojson': [0, 0, 1],
      'multiple_problems.geojson': [0, 0, 4],
      'nullgeometry.geojson': [0, 0, 1],
      'short-linearring.geojson': [0, 0, 1],
      'stringcoord.geojson': [0, 0, 2],
      'supply-list-38.csv': [38, 0, 0],
    })
  } finally {
    await base.remove()
  }
})

test('curly quotes and accents of Windows-1252 survive, and are not taken for Chinese', () => {
  const text = decodeText(Buffer.from('name\nO\x92Connell Caf\xe9\n', 'latin1'), 'a.csv')
  expect(text).toEqual({ text: 'name\nO’Connell Café\n', encoding: 'WINDOWS-1252' })
})
