import fc from 'fast-check'
import iconv from 'iconv-lite'
import { expect, test } from 'vitest'
import type { ImportSummary } from '../../server/contract.ts'
import type { ExportRow } from '../../server/export/row.ts'
import { openExport } from '../../server/export/table.ts'
import { signedDoubleArea } from '../../server/geo/area.ts'
import type { MultiPolygon, Position, Ring } from '../../server/geo/polygon.ts'
import { placeShape } from '../../server/import/crs.ts'
import { DeliveredFile } from '../../server/import/delivered-file.ts'
import { openSource } from '../../server/import/open-source.ts'
import { importFile, undoDelivery } from '../../server/import/run.ts'
import { gridded, mendRings } from '../../server/import/shape.ts'
import { table, wkb, written as writtenAs } from '../export/given.ts'
import { eachBase } from '../helpers/database.ts'
import { bytesOf } from './given.ts'

/** Rings of plots, open, counter-clockwise, in EPSG:4547: a plain one, one round a hole, one of two parts. */
const plots: readonly { readonly no: string; readonly rings: readonly (readonly Position[])[] }[] = [
  { no: 'P1', rings: [square(408_000, 3_078_000, 100)] },
  { no: 'P2', rings: [square(408_200, 3_078_000, 90), square(408_220, 3_078_020, 20)] },
  {
    no: 'P3',
    rings: [square(408_400, 3_078_000, 50), square(408_500, 3_078_000, 30), square(408_410, 3_078_010, 7)],
  },
]
function square(east: number, north: number, size: number): Position[] {
  return [
    [east, north],
    [east + size, north],
    [east + size + 0.125, north + size],
    [east, north + size],
  ]
}

/** One way to write the same plots. */
interface Writing {
  readonly order: readonly number[]
  readonly rings: readonly number[]
  readonly turned: boolean
  readonly start: number
  readonly closed: boolean
  readonly twice: boolean
  readonly encoding: string
}
const writing: fc.Arbitrary<Writing> = fc.record({
  order: fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
  rings: fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
  turned: fc.boolean(),
  start: fc.nat(3),
  closed: fc.boolean(),
  twice: fc.boolean(),
  encoding: fc.constantFrom('utf8', 'gbk', 'utf-16le'),
})

function written(ring: readonly Position[], { turned, start, closed, twice }: Writing): Position[] {
  const own = turned ? ring.toReversed() : ring
  const points = [...own.slice(start), ...own.slice(0, start)]
  return [...points, ...(closed ? [points[0]!] : []), ...(closed && twice ? [points[0]!] : [])]
}

function boundaryTxt(how: Writing): Uint8Array {
  const lines = ['[属性描述]', '坐标系=2000国家大地坐标系', '几度分带=3', '带号=38', '[地块坐标]']
  for (const { no, rings } of how.order.map((i) => plots[i]!)) {
    lines.push(`4,1,${no},地块${no},面,,工业用地,,@`)
    let point = 0
    for (const [i, at] of how.rings.filter((at) => at < rings.length).entries())
      for (const [east, north] of written(rings[at]!, how))
        lines.push(`J${++point},${i + 1},${north},${east}`)
  }
  const text = lines.join('\r\n')
  return new Uint8Array(iconv.encode(text, how.encoding, { addBOM: how.encoding.startsWith('utf-16') }))
}

function geoJson(how: Writing): Uint8Array {
  const polygonsOf = (rings: readonly (readonly Position[])[]): Position[][][] => {
    const of = (i: number): Position[] => written(rings[i]!, how)
    if (rings.length === 1) return [[of(0)]]
    if (rings.length === 2) return [[of(0), of(1)]]
    return how.rings[0] === 0 ? [[of(0), of(2)], [of(1)]] : [[of(1)], [of(0), of(2)]]
  }
  const features = how.order.map((i) => ({
    type: 'Feature',
    properties: { 地块编号: plots[i]!.no },
    geometry: { type: 'MultiPolygon', coordinates: polygonsOf(plots[i]!.rings) },
  }))
  return bytesOf(
    JSON.stringify({
      type: 'FeatureCollection',
      crs: { type: 'name', properties: { name: 'EPSG:4547' } },
      features,
    }),
  )
}

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

async function understood(bytes: Uint8Array, name: string): Promise<Record<string, string>> {
  const source = await openSource(DeliveredFile.of(bytes, name))
  const found: Record<string, string> = {}
  for await (const { values, shape } of source.rows()) {
    if (shape.kind !== 'polygons') throw new Error('no shape')
    const mended = mendRings(shape.polygons)
    if (!mended.ok) throw new Error(mended.code)
    const placed = placeShape(mended.shape, { name: 'EPSG:4547', srid: 4547, knownBy: 'header' }, 'inside')!
    const clean = gridded(placed.shape)
    if (!clean.ok) throw new Error(clean.code)
    found[String(values.get('地块编号'))] = canonical(clean.shape)
  }
  return found
}

const plain: Writing = {
  order: [0, 1, 2],
  rings: [0, 1, 2],
  turned: false,
  start: 0,
  closed: true,
  twice: false,
  encoding: 'utf8',
}

test.each([
  ['界址点 TXT', boundaryTxt, 'a.txt'],
  ['GeoJSON', geoJson, 'a.geojson'],
] as const)(
  '%s: order of rows and rings, turn, start, closing point and encoding change nothing',
  async (_, write, name) => {
    const expected = await understood(write(plain), name)
    expect(Object.keys(expected)).toEqual(['P1', 'P2', 'P3'])
    await fc.assert(
      fc.asyncProperty(writing, async (how) => {
        expect(await understood(write(how), name)).toEqual(expected)
      }),
      { numRuns: 150, seed: 20_240_501 },
    )
  },
)

/** The same plots through our own writers, which keep order and start of rings where the format lets them. */
const asTable = (format: 'shp.zip' | 'gpkg') => (how: Writing) =>
  writtenAs(
    table(
      [{ name: '地块编号', type: 'text' }],
      how.order.map((i, id) => ({
        id,
        cells: { 地块编号: plots[i]!.no },
        wkb: wkb(asShape(plots[i]!.rings, how)),
      })),
    ),
    format,
  )
const asShape = (rings: readonly (readonly Position[])[], how: Writing): MultiPolygon => {
  const of = (i: number): Ring => written(rings[i]!, { ...how, closed: true, twice: false })
  if (rings.length === 1) return [[of(0)]]
  if (rings.length === 2) return [[of(0), of(1)]]
  return how.rings[0] === 0 ? [[of(0), of(2)], [of(1)]] : [[of(1)], [of(0), of(2)]]
}

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
    return (await writtenAs(table(columns, inOrder, { day: all.day }), 'geojson')).toString()
  }

  test.each([
    ['界址点 TXT', boundaryTxt, 'a.txt'],
    ['GeoJSON', geoJson, 'a.geojson'],
    ['Shapefile', asTable('shp.zip'), 'a.zip'],
    ['GeoPackage', asTable('gpkg'), 'a.gpkg'],
  ] as const)(
    'of %s is the same to the byte however it was written, and the other way changes nothing',
    async (_, write, name) => {
      const first = await bring(await write(plain), name)
      expect(first).toMatchObject({ read: 3, unchanged: 0, refused: 0 })
      const expected = await exported()
      for (const how of variants)
        expect(await bring(await write(how), name), JSON.stringify(how)).toMatchObject({
          read: 3,
          used: 0,
          repaired: 0,
          unchanged: 3,
          refused: 0,
        })
      expect(await exported()).toBe(expected)
      await takeBack(first)
      for (const how of variants) {
        const other = await bring(await write(how), name)
        expect(other.used + other.repaired, JSON.stringify(how)).toBe(3)
        expect(await exported(), JSON.stringify(how)).toBe(expected)
        await takeBack(other)
      }
    },
  )

  test('does not depend on which of two files came first', async () => {
    const files = [boundaryTxt({ ...plain, order: [0, 2] }), boundaryTxt({ ...plain, order: [1] })]
    const bringAll = async (order: readonly number[]): Promise<string> => {
      const summaries: ImportSummary[] = []
      for (const i of order) summaries.push(await bring(files[i]!, `${i}.txt`))
      const text = await exported()
      for (const summary of summaries.toReversed()) await takeBack(summary)
      return text
    }
    expect(await bringAll([1, 0])).toBe(await bringAll([0, 1]))
  })
})
