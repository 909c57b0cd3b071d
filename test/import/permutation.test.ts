import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ImportSummary } from '../../server/contract.ts'
import type { ExportRow } from '../../server/export/row.ts'
import { openExport } from '../../server/export/table.ts'
import { signedDoubleArea } from '../../server/geo/area.ts'
import type { MultiPolygon, Ring } from '../../server/geo/polygon.ts'
import { placeShape } from '../../server/import/crs.ts'
import { DeliveredFile } from '../../server/import/delivered-file.ts'
import { openSource } from '../../server/import/open-source.ts'
import { importFile, undoDelivery } from '../../server/import/run.ts'
import { gridded, mendRings } from '../../server/import/shape.ts'
import { table, written } from '../export/given.ts'
import { eachBase } from '../helpers/database.ts'
import { boundaryTxt, geoJson, geoPackage, plain, plots, shapefileZip, writing } from './plots.ts'

/** A shape as a text that does not depend on where its rings begin or which part is named first. */
function canonical(shape: MultiPolygon): string {
  const ringText = (ring: Ring): string => {
    const open = (signedDoubleArea(ring) < 0 ? ring.toReversed() : ring)
      .slice(0, -1)
      .map(([x, y]) => `${x} ${y}`)
    const least = open.indexOf(open.toSorted()[0]!)
    return [...open.slice(least), ...open.slice(0, least)].join(',')
  }
  return shape
    .map(([outer, ...holes]) => [ringText(outer!), ...holes.map(ringText).toSorted()].join(' / '))
    .toSorted()
    .join(' + ')
}

/** By plot: its name and its shape. */
async function understood(bytes: Uint8Array, name: string): Promise<Record<string, string>> {
  const source = await openSource(DeliveredFile.of(bytes, name))
  try {
    const found: Record<string, string> = {}
    for await (const { values, shape } of source.rows()) {
      if (shape.kind !== 'polygons') throw new Error('no shape')
      const mended = mendRings(shape.polygons)
      if (!mended.ok) throw new Error(mended.code)
      const placed = placeShape(mended.shape, { name: 'EPSG:4547', srid: 4547, knownBy: 'header' }, 'inside')!
      const clean = gridded(placed.shape)
      if (!clean.ok) throw new Error(clean.code)
      const [no, title] = [
        values.get('地块编号') ?? values.get('DKBH'),
        values.get('地块名称') ?? values.get('DKMC'),
      ]
      found[String(no)] = `${String(title)}: ${canonical(clean.shape)}`
    }
    return found
  } finally {
    await source.close?.()
  }
}

const formats = [
  ['界址点 TXT', boundaryTxt, 'a.txt', 150],
  ['GeoJSON', geoJson, 'a.geojson', 150],
  ['Shapefile', shapefileZip, 'a.zip', 60],
  ['GeoPackage', geoPackage, 'a.gpkg', 40],
] as const

test.each(formats)(
  '%s: order of rows and rings, turn, start, closing point and encoding change nothing',
  async (_, write, name, numRuns) => {
    const expected = await understood(write(plain), name)
    expect(Object.entries(expected).map(([no, text]) => [no, text.slice(0, text.indexOf(':'))])).toEqual(
      plots.map((plot) => [plot.no, plot.name]),
    )
    await fc.assert(
      fc.asyncProperty(writing, async (how) => {
        expect(await understood(write(how), name)).toEqual(expected)
      }),
      { numRuns, seed: 20_240_501 },
    )
  },
)

const variants = fc.sample(writing, { numRuns: 4, seed: 7 })

eachBase('what the base keeps', (open) => {
  const bring = (bytes: Uint8Array, name: string) =>
    importFile(open(), { bytes, name, as: 'reserve', receivedAt: '2024-05-01T00:00:00Z' })
  const takeBack = (summary: ImportSummary) => undoDelivery(open(), summary.delivery!, '2024-05-02T00:00:00Z')
  /** Every standing record as an export has it, but for the numbers that count deliveries and rows. */
  async function exported(): Promise<string> {
    const all = await openExport(open().db, 'records', { register: 'reserve' })
    const counting = new Set(['record_id', 'delivery', 'row'])
    const rows: ExportRow[] = []
    for await (const row of all.rows) rows.push(row)
    const keyed = rows.map((row) => ({
      row,
      text: JSON.stringify([row.cells['plot_no'], row.cells['doc'], [...(row.wkb ?? [])]]),
    }))
    const inOrder = keyed
      .toSorted((a, b) => (a.text < b.text ? -1 : 1))
      .map(({ row }, id) => ({ ...row, id }))
    const columns = all.columns.filter(({ name }) => !counting.has(name))
    return (await written(table(columns, inOrder, { day: all.day }), 'geojson')).toString()
  }

  test.each(formats)(
    'of %s is the same to the byte however it was written, and the other way changes nothing',
    async (_, write, name) => {
      const first = await bring(write(plain), name)
      expect(first).toMatchObject({ read: 3, unchanged: 0, refused: 0 })
      const expected = await exported()
      for (const how of variants)
        expect(await bring(write(how), name), JSON.stringify(how)).toMatchObject({
          read: 3,
          used: 0,
          repaired: 0,
          unchanged: 3,
          refused: 0,
        })
      expect(await exported()).toBe(expected)
      await takeBack(first)
      for (const how of variants) {
        const other = await bring(write(how), name)
        expect(other.used + other.repaired, JSON.stringify(how)).toBe(3)
        expect(await exported(), JSON.stringify(how)).toBe(expected)
        await takeBack(other)
      }
    },
  )

  test.each(formats)('of %s does not depend on which of two files came first', async (_, write, name) => {
    const files = [write({ ...plain, order: [0, 2] }), write({ ...plain, order: [1] })]
    const bringAll = async (order: readonly number[]): Promise<string> => {
      const summaries: ImportSummary[] = []
      for (const i of order) summaries.push(await bring(files[i]!, `${i}-${name}`))
      const text = await exported()
      for (const summary of summaries.toReversed()) await takeBack(summary)
      return text
    }
    expect(await bringAll([1, 0])).toBe(await bringAll([0, 1]))
  })
})
