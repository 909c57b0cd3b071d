import { writeFileSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { exportFormats, type ExportFormat, type ExportWriter } from '../../server/export/format.ts'
import { openExport } from '../../server/export/table.ts'
import { importFile, undoDelivery } from '../../server/import/run.ts'
import { eachBase, type FreshBase } from '../helpers/database.ts'
import { example } from '../import/given.ts'
import { asGdalReads, folder } from './given.ts'

const dir = folder()
afterAll(dir.remove)

/** Brings a file in and takes it out again as it was delivered. */
async function thereAndBack(base: FreshBase, bytes: Uint8Array, name: string, format: ExportFormat) {
  const summary = await importFile(base, {
    bytes,
    name,
    as: 'registration',
    receivedAt: '2025-02-01T00:00:00Z',
  })
  expect(summary.used + summary.repaired).toBe(summary.read)
  const table = await openExport(base.db, 'records', { delivery: summary.delivery!, delivered: true })
  const { write }: ExportWriter = exportFormats[format]
  const pieces: Buffer[] = []
  for await (const piece of write(table, null)) pieces.push(Buffer.from(piece))
  const [came, left] = [dir.path(`${base.kind}-came-${name}`), dir.path(`${base.kind}-left-${name}`)]
  writeFileSync(came, bytes)
  writeFileSync(left, Buffer.concat(pieces))
  return { came, left, out: Buffer.concat(pieces), delivery: summary.delivery! }
}

eachBase('a file brought in and taken out as it was delivered', (open) => {
  let shapefile: number

  test('is the same shapefile to GDAL: every attribute, every coordinate to the last bit, in the same order', async () => {
    const bytes = example('parcels-gbk.zip')
    const { came, left, delivery } = await thereAndBack(open(), bytes, 'parcels-gbk.zip', 'shp.zip')
    shapefile = delivery
    const [layer] = /[^/]+(?=\.shp$)/.exec(shpIn(bytes))!
    const before = asGdalReads(`/vsizip/${came}/${shpIn(bytes)}`, layer, '-oo', 'ENCODING=GBK')
    const after = asGdalReads(`/vsizip/${left}/registration.shp`, 'registration')
    expect(after).toHaveLength(201)
    expect(differences(before, after)).toEqual([])
  })

  test('is the same GeoPackage', async () => {
    const table = await openExport(open().db, 'records', { register: 'registration' })
    const pieces: Buffer[] = []
    for await (const piece of exportFormats.gpkg.write(table, 4526)) pieces.push(Buffer.from(piece))
    const gpkg = Buffer.concat(pieces)
    // the same rows in another format are the same rows, so the first delivery is taken back before
    const again = {
      bytes: gpkg,
      name: 'parcels.gpkg',
      as: 'registration',
      receivedAt: '2025-02-01T00:00:00Z',
    }
    expect(await importFile(open(), again)).toMatchObject({ delivery: null, unchanged: 200 })
    await undoDelivery(open(), shapefile, '2025-02-01T00:00:00Z')
    const { came, left } = await thereAndBack(open(), gpkg, 'parcels.gpkg', 'gpkg')
    const after = asGdalReads(left, 'registration')
    expect(after).toHaveLength(201)
    expect(differences(asGdalReads(came, 'registration'), after)).toEqual([])
  })

  test('is the same 界址点 TXT: head, plot lines and points, but for the text of their labels', async () => {
    const bytes = example('boundary-points.txt')
    const { out } = await thereAndBack(open(), bytes, 'boundary-points.txt', 'txt')
    const lines = (file: Uint8Array): string[] =>
      new TextDecoder('gb18030')
        .decode(file)
        .trimEnd()
        .split(/\r\n/)
        .map((line) => line.replace(/^J?\d+,(\d+),(?=\d{7})/, '$1,'))
    expect(lines(out)).toEqual(lines(bytes))
  })
})

/** Path of the .shp inside an archive whose names are ASCII. */
const shpIn = (zip: Uint8Array): string => /[\w./-]+\.shp/.exec(Buffer.from(zip).toString('latin1'))![0]

/** The first lines that are not alike, so that a failure can be read. */
const differences = (
  before: readonly string[],
  after: readonly string[],
): { before?: string; after?: string }[] =>
  before
    .map((line, i) => ({ before: line, after: after[i]! }))
    .filter(({ before, after }) => before !== after)
    .slice(0, 2)
