import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { ExportFile, ExportJob, Job, Problem } from '../../server/contract.ts'
import { runBuild } from '../../server/build/run.ts'
import { makeExport } from '../../server/export/job.ts'
import { ExportShelf, keptUntil, worthKeeping } from '../../server/export/shelf.ts'
import { exportParcels } from '../../server/export/parcel-store.ts'
import { openExport } from '../../server/export/table.ts'
import { settleInterrupted } from '../../server/job/interrupted-store.ts'
import { insertJob, saveJob } from '../../server/job/store.ts'
import { runClassify } from '../../server/strategy/classify.ts'
import { eachBase } from '../helpers/database.ts'
import { startApp, type Client } from './client.ts'
import { AS_OF, givenTown } from './town.ts'

const strictPack = new URL('../../data/rules/zhuzhou-strict.yaml', import.meta.url)
const AT = '2025-02-01T08:00:00.000Z'

eachBase('a large export', (open) => {
  let client: Client
  beforeAll(async () => {
    await givenTown(open())
    client = await startApp(open())
  })
  afterAll(() => client?.close())

  const started = async (order: object): Promise<Job> => {
    const response = await client.post('/api/exports', order)
    expect(response.status, await response.clone().text()).toBe(202)
    return (await response.json()) as Job
  }
  const ended = async (order: object): Promise<Job> => {
    const { jobId } = await started(order)
    const job = (await client.app.jobs.finished(jobId))!
    expect(job.state, JSON.stringify(job.problem)).toBe('done')
    return job
  }
  const refused = async (response: Response): Promise<[number, string]> => {
    const problem = (await response.json()) as Problem
    return [response.status, problem.code]
  }
  const kept = () => readdir(join(client.dataDir, 'exports')).then((names) => names.toSorted())

  test.each(['geojson', 'geojsonl', 'gpkg', 'shp.zip', 'csv', 'xlsx', 'txt'])(
    'as %s has the bytes a direct one has, and says how many and their sha256',
    async (format) => {
      const filter = "kind IN ('titled', 'remainder')"
      const query = new URLSearchParams({ kind: 'parcels', format, filter })
      const direct = Buffer.from(await (await client.get(`/api/export?${query}`)).arrayBuffer())
      const { jobId, result } = await ended({ kind: 'parcels', format, filter })
      expect(result).toMatchObject({
        fileName: `terrier-parcels-${AS_OF}.${format}`,
        rows: 2,
        size: direct.length,
        sha256: createHash('sha256').update(direct).digest('hex'),
        day: AS_OF,
      })
      const response = await client.get(`/api/exports/${jobId}/file`)
      expect(response.status).toBe(200)
      expect(response.headers.get('content-length')).toBe(String(direct.length))
      expect(response.headers.get('content-disposition')).toContain(`terrier-parcels-${AS_OF}.${format}`)
      expect(Buffer.from(await response.arrayBuffer()).equals(direct)).toBe(true)
    },
  )

  test.each([
    ['records', {}],
    ['records', { register: 'supply' }],
    ['findings', { asOf: AS_OF }],
    ['ledger', {}],
  ])('of %s %j likewise', async (kind, choice) => {
    const query = new URLSearchParams({ kind, format: 'csv', ...choice })
    const direct = await (await client.get(`/api/export?${query}`)).text()
    const { jobId } = await ended({ kind, format: 'csv', ...choice })
    expect(await (await client.get(`/api/exports/${jobId}/file`)).text()).toBe(direct)
  })

  test('holds what stood when it was asked for, though a build came in before its turn', async () => {
    const query = new URLSearchParams({ kind: 'parcels', format: 'csv' })
    const before = await (await client.get(`/api/export?${query}`)).text()
    let go!: () => void
    const gate = new Promise<void>((resolve) => (go = resolve))
    await client.app.jobs.start('test', {}, () => gate)
    const { jobId } = await started({ kind: 'parcels', format: 'csv' })
    expect(await refused(await client.get(`/api/exports/${jobId}/file`))).toEqual([409, 'EXPORT_NOT_READY'])
    await runBuild(open(), { asOf: '2025-02-02', startedAt: '2025-02-02T00:00:00Z' })
    go()
    expect((await client.app.jobs.finished(jobId))!.state).toBe('done')
    expect(await (await client.get(`/api/exports/${jobId}/file`)).text()).toBe(before)
  })

  test('asked for by facts holds them though a run was published before its turn, or between two pages', async () => {
    const order = { kind: 'parcels', format: 'csv', filter: 'unit.compactness > 0' }
    const before = await (await client.get(`/api/export?${new URLSearchParams(order)}`)).text()
    expect(before.trimEnd().split('\r\n')).toHaveLength(1 + 3)
    const table = await exportParcels(open().db, { filter: order.filter }, {}, 1)
    const read = table.rows[Symbol.asyncIterator]()
    const ids = [(await read.next()).value!.id]
    const packText = readFileSync(strictPack, 'utf8')
    let go!: () => void
    const gate = new Promise<void>((resolve) => (go = resolve))
    await client.app.jobs.start('test', {}, async () => {
      await gate
      await runClassify(open(), { packText, startedAt: AT })
    })
    const { jobId } = await started(order)
    go()
    expect((await client.app.jobs.finished(jobId))!).toMatchObject({ state: 'done', result: { rows: 3 } })
    expect(await (await client.get(`/api/exports/${jobId}/file`)).text()).toBe(before)
    for (let row = await read.next(); !row.done; row = await read.next()) ids.push(row.value.id)
    expect(ids).toHaveLength(3)
  })

  test('can be fetched from where a broken download ended, as long as it is the same file', async () => {
    const { jobId, result } = await ended({ kind: 'parcels', format: 'csv' })
    const path = `/api/exports/${jobId}/file`
    const whole = Buffer.from(await (await client.get(path)).arrayBuffer())
    const { sha256 } = result as ExportFile
    const part = await client.get(path, { range: 'bytes=10-', 'if-range': `"${sha256}"` })
    expect(part.status).toBe(206)
    expect(Buffer.from(await part.arrayBuffer()).equals(whole.subarray(10))).toBe(true)
    expect((await client.get(path, { range: 'bytes=10-', 'if-range': '"another"' })).status).toBe(200)
  })

  test('is listed with its file, and without once that is gone', async () => {
    const { jobId } = await ended({ kind: 'parcels', format: 'csv' })
    const listed = async () =>
      (await client.json<ExportJob[]>('/api/exports')).find((job) => job.jobId === jobId)!
    expect(await listed()).toMatchObject({ state: 'done', file: { rows: 3 } })
    await rm(join(client.dataDir, 'exports', String(jobId)))
    expect((await listed()).file).toBeNull()
    expect(await refused(await client.get(`/api/exports/${jobId}/file`))).toEqual([410, 'EXPORT_GONE'])
  })

  test('half of which a failing disk or a hand left is no file', async () => {
    const { jobId } = await ended({ kind: 'parcels', format: 'csv' })
    await writeFile(join(client.dataDir, 'exports', String(jobId)), 'half')
    expect(await refused(await client.get(`/api/exports/${jobId}/file`))).toEqual([410, 'EXPORT_GONE'])
  })

  test('is refused at once where it cannot be made, in the language asked for', async () => {
    const answers = [
      [{ kind: 'parcels', format: 'xlsb' }, 400, 'FORMAT_UNKNOWN'],
      [{ kind: 'parcels', format: 'csv', filter: 'nonsense = 1' }, 400, 'FIELD_UNKNOWN'],
      [{ kind: 'ledger', format: 'csv', filter: "kind = 'titled'" }, 400, 'FILTER_INVALID'],
      [{ kind: 'parcels', format: 'csv', crs: 'EPSG:1' }, 422, 'CRS_UNKNOWN'],
      [{ kind: 'parcels', format: 'csv', asOf: '1999-01-01' }, 404, 'NOT_BUILT_FOR_DAY'],
      [{ kind: 'houses', format: 'csv' }, 400, 'BODY_INVALID'],
      [{ kind: 'parcels', format: 'csv', colour: 'red' }, 400, 'BODY_UNKNOWN'],
    ] as const
    for (const [order, status, code] of answers)
      expect(await refused(await client.post('/api/exports', order))).toEqual([status, code])
    const inEnglish = await client.get('/api/exports/999999/file?lang=en')
    expect(await inEnglish.json()).toMatchObject({
      status: 404,
      code: 'JOB_UNKNOWN',
      detail: 'There is no job 999999.',
    })
    const inChinese = await client.get('/api/exports/999999/file?lang=zh')
    expect(((await inChinese.json()) as Problem).detail).toBe('没有编号为 999999 的任务。')
    const other = await client.app.jobs.start('test', {}, () => Promise.resolve(1))
    await client.app.jobs.finished(other.jobId)
    expect(await refused(await client.get(`/api/exports/${other.jobId}/file`))).toEqual([
      404,
      'EXPORT_UNKNOWN',
    ])
  })

  test('that is cancelled leaves nothing, while it waits and while it is written', async () => {
    const before = await kept()
    let go!: () => void
    const gate = new Promise<void>((resolve) => (go = resolve))
    await client.app.jobs.start('test', {}, () => gate)
    const { jobId } = await started({ kind: 'parcels', format: 'gpkg' })
    expect((await fetch(`${client.url}/api/jobs/${jobId}`, { method: 'DELETE' })).status).toBe(202)
    go()
    expect((await client.app.jobs.finished(jobId))!.state).toBe('cancelled')
    expect(await refused(await client.get(`/api/exports/${jobId}/file`))).toEqual([404, 'EXPORT_NOT_MADE'])
    expect(await kept()).toEqual(before)

    // while rows are read: the job is stopped from within the first of them
    const stop = new AbortController()
    const table = await openExport(open().db, 'parcels')
    const shelf = new ExportShelf(join(client.dataDir, 'exports'))
    const job = { jobId: 7_000_000, signal: stop.signal, now: () => AT, progress: () => stop.abort() }
    await expect(makeExport(shelf, { table, format: 'geojson', crs: null, total: 3 }, job)).rejects.toThrow()
    expect(await kept()).toEqual(before)
  })

  test('that a crash cut short has no file when the next process starts, nor has one that never began', async () => {
    const { jobId: whole } = await ended({ kind: 'parcels', format: 'csv' })
    const folder = join(client.dataDir, 'exports')
    const cut = await insertJob(open(), 'export', {}, AT)
    const written = await insertJob(open(), 'export', {}, AT)
    await writeFile(join(folder, `${cut}.part`), 'half of it')
    await writeFile(join(folder, String(written)), 'all of it, but nobody noted so') // its job had not ended
    await client.app.exports.tidy()
    expect(await kept()).toContain(`${cut}.part`) // it might still be at work
    expect(await settleInterrupted(open(), AT)).toEqual({ done: 0, interrupted: 2 })
    await client.app.exports.tidy()
    const names = await kept()
    expect(names).toContain(String(whole))
    expect(names.filter((name) => [`${cut}.part`, String(written)].includes(name))).toEqual([])
    expect(await refused(await client.get(`/api/exports/${written}/file`))).toEqual([404, 'EXPORT_NOT_MADE'])
    expect((await client.json<Job>(`/api/jobs/${cut}`)).step).toEqual({
      zh: '服务中断,没有生成文件;可重新导出',
      en: 'the server stopped; no file was made, export it again',
    })
  })

  test('whose job noted what nobody can read has no file, and is in the way of no other', async () => {
    const { jobId, ...job } = await ended({ kind: 'parcels', format: 'csv' })
    await saveJob(open().db, { ...job, jobId, result: { fileName: 'parcels.csv' } }, AT)
    const listed = (await client.json<ExportJob[]>('/api/exports')).find((each) => each.jobId === jobId)
    expect(listed).toMatchObject({ state: 'done', file: null })
    expect(await refused(await client.get(`/api/exports/${jobId}/file`))).toEqual([404, 'EXPORT_NOT_MADE'])
    await ended({ kind: 'parcels', format: 'csv' })
    expect(await kept()).not.toContain(String(jobId))
  })

  test('that begins while the shelf is tidied keeps what it has written', async () => {
    const { jobs, exports } = client.app
    const half = join(client.dataDir, 'exports', '8000000.part')
    const list = vi.spyOn(jobs, 'list').mockImplementationOnce(async (which) => {
      list.mockRestore()
      const listed = await jobs.list(which)
      await writeFile(half, 'the first rows')
      return listed
    })
    await exports.tidy()
    expect(existsSync(half)).toBe(true)
    await exports.tidy()
    expect(existsSync(half)).toBe(false)
  })

  test('that has had its time is cleared away', async () => {
    const { jobId, result, ...job } = await ended({ kind: 'parcels', format: 'csv' })
    const file = { ...(result as object), keptUntil: '2025-01-01T00:00:00.000Z' }
    await saveJob(open().db, { ...job, jobId, result: file }, AT)
    expect(await refused(await client.get(`/api/exports/${jobId}/file`))).toEqual([410, 'EXPORT_GONE'])
    await client.app.exports.tidy()
    expect(await kept()).not.toContain(String(jobId))
  })
})

describe('files are kept', () => {
  const file = (jobId: number, gigabytes: number, madeAt = AT) => ({
    jobId,
    size: gigabytes * 2 ** 30,
    keptUntil: keptUntil(madeAt),
  })
  const numbers = (list: readonly { jobId: number }[]) => list.map(({ jobId }) => jobId)

  test('for three days', () => {
    expect(keptUntil(AT)).toBe('2025-02-04T08:00:00.000Z')
    const files = [file(2, 0), file(1, 0, '2025-01-29T08:00:00.000Z')]
    expect(numbers(worthKeeping(files, AT))).toEqual([2])
    expect(numbers(worthKeeping(files, '2025-02-01T07:59:59.999Z'))).toEqual([2, 1])
  })

  test('up to 4 GB, the newest first; the newest whatever it weighs', () => {
    expect(numbers(worthKeeping([file(4, 1), file(3, 2), file(2, 1), file(1, 1)], AT))).toEqual([4, 3, 2])
    expect(numbers(worthKeeping([file(2, 9), file(1, 0)], AT))).toEqual([2])
  })
})
