import { expect, test } from 'vitest'
import type { Base } from '../../server/db/open.ts'
import type { MultiPolygon } from '../../server/geo/polygon.ts'
import { toLonLat } from '../../server/geo/project.ts'
import { importFile, undoDelivery } from '../../server/import/run.ts'
import { rect } from '../build/given.ts'
import { eachBase } from '../helpers/database.ts'
import { bytesOf } from './given.ts'

type Row = readonly [id: string | number | null, shape: MultiPolygon, properties?: object]

let minute = 0
const now = () => new Date(Date.UTC(2024, 4, 1) + ++minute * 60_000).toISOString()

/** One file of plots; `id` is the number its writer gave each. */
const bring = (base: Base, name: string, rows: readonly Row[], as = 'approval') =>
  importFile(base, {
    bytes: bytesOf(
      JSON.stringify({
        type: 'FeatureCollection',
        features: rows.map(([id, shape, properties = {}]) => ({
          type: 'Feature',
          ...(id === null ? {} : { id }),
          properties: { 用途: '工业用地', ...properties },
          geometry: { type: 'MultiPolygon', coordinates: toLonLat(shape) },
        })),
      }),
    ),
    name,
    as,
    receivedAt: now(),
  })

/** Areas of what stands in a register, m², in order of size. */
async function areas(base: Base, kind: string, layer = ''): Promise<number[]> {
  const found = await base.db
    .selectFrom('record')
    .select('area_planar_m2')
    .where('kind', '=', kind as 'approval')
    .where('layer', '=', layer)
    .where('replaced_at', 'is', null)
    .execute()
  return found.map(({ area_planar_m2 }) => Math.round(area_planar_m2 ?? 0)).toSorted((a, b) => a - b)
}

eachBase('plots that are numbered from 1 in every file', (open) => {
  const west: Row[] = [
    [1, rect(0, 0, 10, 10)],
    [2, rect(20, 0, 20, 10)],
  ]
  const east: Row[] = [
    [1, rect(500, 0, 30, 10)],
    [2, rect(600, 0, 40, 10)],
  ]

  test('do not replace those of another file: all stand, and it is told', async () => {
    const first = await bring(open(), 'west.geojson', west)
    const second = await bring(open(), 'east.geojson', east)
    expect(first).toMatchObject({ used: 2, missing: 0 })
    expect(second).toMatchObject({ used: 2, missing: 0 })
    expect(second.issues.filter(({ code }) => code === 'PLOT_NUMBER_REUSED').map(({ row }) => row)).toEqual([
      1, 2,
    ])
    expect(await areas(open(), 'approval')).toEqual([100, 200, 300, 400])
    expect(await bring(open(), 'west.geojson', west)).toMatchObject({ delivery: null, unchanged: 2 })
    expect(await bring(open(), 'east.geojson', east)).toMatchObject({ delivery: null, unchanged: 2 })
    await undoDelivery(open(), second.delivery!, now())
    expect(await areas(open(), 'approval')).toEqual([100, 200])
    expect(await bring(open(), 'east.geojson', east)).toMatchObject({ used: 2 })
    expect(await areas(open(), 'approval')).toEqual([100, 200, 300, 400])
  })

  test('are new states of themselves where a border was moved', async () => {
    const moved = await bring(open(), 'west.geojson', [[1, rect(0, 0, 12, 10)], west[1]!])
    expect(moved).toMatchObject({ used: 1, unchanged: 1, missing: 0 })
    expect(await areas(open(), 'approval')).toEqual([120, 200, 300, 400])
  })

  test('that stand twice in one file are kept twice, and the file again changes nothing', async () => {
    const twice: Row[] = [
      [1, rect(900, 0, 50, 10)],
      [1, rect(1000, 0, 60, 10)],
    ]
    expect(await bring(open(), 'twice.geojson', twice)).toMatchObject({ used: 2 })
    expect(await bring(open(), 'twice.geojson', twice)).toMatchObject({ delivery: null, unchanged: 2 })
    expect(await areas(open(), 'approval')).toEqual([120, 200, 300, 400, 500, 600])
  })
})

eachBase('rows without a number of their document', (open) => {
  const shapes = [rect(0, 0, 10, 10), rect(20, 0, 20, 10)]
  const numbered = shapes.map((shape, i): Row => [i + 1, shape])
  const bare = shapes.map((shape): Row => [null, shape])

  test('are unchanged where another format numbers them, or numbers them no more', async () => {
    expect(await bring(open(), 'bare.geojson', bare, 'registration')).toMatchObject({ used: 2 })
    expect(await bring(open(), 'numbered.geojson', numbered, 'registration')).toMatchObject({ unchanged: 2 })
    expect(await areas(open(), 'registration')).toEqual([100, 200])
    expect(await bring(open(), 'numbered.geojson', numbered, 'reserve')).toMatchObject({ used: 2 })
    expect(await bring(open(), 'bare.geojson', bare, 'reserve')).toMatchObject({ unchanged: 2 })
    expect(await areas(open(), 'reserve')).toEqual([100, 200])
  })

  test('of a layer stay what they are when a new edition numbers them anew', async () => {
    const zones = [0, 50, 100].map((x, i) => rect(x, 0, 10 * (i + 1), 10))
    const edition = (from: number) => zones.slice(from).map((shape, i): Row => [i + 1, shape])
    expect(await bring(open(), 'edition-1.geojson', edition(0), 'layer:park')).toMatchObject({ used: 3 })
    const second = await bring(open(), 'edition-2.geojson', edition(1), 'layer:park')
    expect(second).toMatchObject({ used: 0, unchanged: 2, missing: 1 })
    expect(await areas(open(), 'layer', 'park')).toEqual([100, 200, 300])
  })

  test('of two batches stay two approvals of one land, whatever their plots are called', async () => {
    const of = (batch: string, id: number | null): Row[] => [[id, rect(0, 0, 10, 10), { 批次名称: batch }]]
    expect(await bring(open(), 'a.geojson', of('2019年第一批次', null))).toMatchObject({ used: 1 })
    expect(await bring(open(), 'b.geojson', of('2020年第三批次', null))).toMatchObject({ used: 1 })
    expect(await bring(open(), 'c.geojson', of('2021年第五批次', 1))).toMatchObject({ used: 1 })
    expect(await areas(open(), 'approval')).toEqual([100, 100, 100])
    expect(await bring(open(), 'b.geojson', of('2020年第三批次', null))).toMatchObject({ unchanged: 1 })
  })
})
