import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ImportSummary, Job, ListedJob } from '../../server/contract.ts'
import { publishedBuild } from '../helpers/published.ts'
import { exportFormats, type ExportFormat, type ExportWriter } from '../../server/export/format.ts'
import { openExport } from '../../server/export/table.ts'
import { toLonLat } from '../../server/geo/project.ts'
import { importFile, undoDelivery } from '../../server/import/run.ts'
import { runClassify } from '../../server/strategy/classify.ts'
import { parcelCode, rect } from '../build/given.ts'
import { eachBase } from '../helpers/database.ts'
import { startApp, type Client } from '../server/client.ts'
import { bytesOf } from './given.ts'

/** Titles side by side, each as wide as said. */
const titles = (widths: readonly number[]): Uint8Array =>
  bytesOf(
    JSON.stringify({
      type: 'FeatureCollection',
      features: widths.map((width, i) => ({
        type: 'Feature',
        properties: { 宗地代码: parcelCode(i + 1), 登簿日期: '2021-03-01', 权利人: `第${i}厂有限公司` },
        geometry: { type: 'MultiPolygon', coordinates: toLonLat(rect(i * 100, 0, width, 100)) },
      })),
    }),
  )

eachBase('parcels after a delivery was taken back and the city built again', (open) => {
  test('leave the system as they did before it, to the byte', async () => {
    const base = open()
    let hour = 0
    const at = () => `2025-02-01T${String(++hour).padStart(2, '0')}:00:00Z`
    const bring = (bytes: Uint8Array): Promise<ImportSummary> =>
      importFile(base, { bytes, name: 'titles.geojson', as: 'registration', receivedAt: at() })
    const exported = async (format: ExportFormat): Promise<Buffer> => {
      const startedAt = at()
      await publishedBuild(base, { asOf: '2025-02-01', startedAt })
      await runClassify(base, { asOf: '2025-02-01', startedAt })
      const { write }: ExportWriter = exportFormats[format]
      const pieces: Buffer[] = []
      for await (const piece of write(await openExport(base.db, 'parcels'), null))
        pieces.push(Buffer.from(piece))
      return Buffer.concat(pieces)
    }
    await bring(titles([100, 100, 100]))
    const before = await exported('geojson')
    const workbook = await exported('xlsx')
    const second = await bring(titles([90, 100, 80, 100]))
    expect(second).toMatchObject({ used: 3, unchanged: 1 })
    expect((await exported('geojson')).equals(before)).toBe(false)
    await undoDelivery(base, second.delivery!, at())
    expect((await exported('geojson')).toString()).toBe(before.toString())
    expect((await exported('xlsx')).equals(workbook)).toBe(true)
  })
})

eachBase('an import under way over HTTP', (open) => {
  let client: Client
  beforeAll(async () => {
    client = await startApp(open())
  })
  afterAll(() => client?.close())

  test('is stopped when its sender asks, nothing of it stays, and the next one runs', async () => {
    const send = async (bytes: Uint8Array): Promise<number> => {
      const form = new FormData()
      form.set('as', 'registration')
      form.set('file', new Blob([new Uint8Array(bytes)]), 'titles.geojson')
      const response = await fetch(`${client.url}/api/deliveries`, { method: 'POST', body: form })
      return ((await response.json()) as Job).jobId
    }
    const jobId = await send(titles(Array.from({ length: 4_000 }, () => 99)))
    const started = new Promise<void>((resolve) => {
      const unwatch = client.app.jobs.watch(jobId, ({ state, progress }) => {
        if (state !== 'running' || progress === 0) return
        unwatch()
        resolve()
      })
    })
    await started
    const stopped = await fetch(`${client.url}/api/jobs/${jobId}`, { method: 'DELETE' })
    expect(stopped.status).toBe(202)
    expect((await client.app.jobs.finished(jobId))!.state).toBe('cancelled')
    expect(await client.json('/api/deliveries')).toEqual([])
    expect(await open().db.selectFrom('record').select('record_id').execute()).toEqual([])
    expect(await client.json<ListedJob[]>('/api/jobs?kind=import')).toMatchObject([
      { jobId, state: 'cancelled' },
    ])
    const next = await client.app.jobs.finished(await send(titles([100])))
    expect(next).toMatchObject({ state: 'done', result: { read: 1, used: 1 } })
  })
})
