import { beforeEach, expect, test, vi } from 'vitest'
import { JobRunner } from '../../server/job/runner.ts'
import { settleInterrupted } from '../../server/job/interrupted-store.ts'
import { insertJob, readJob } from '../../server/job/store.ts'
import * as store from '../../server/job/store.ts'
import { recordDrafts } from '../../server/record/store.ts'
import { eachBase } from '../helpers/database.ts'

const AT = '2025-02-01T00:00:00.000Z'
const step = { zh: '一半', en: 'half way' }

eachBase('jobs', (open) => {
  let jobs: JobRunner
  beforeEach(() => {
    jobs = new JobRunner(
      open(),
      () => AT,
      (error) => ({ code: error instanceof Error ? error.message : 'unknown' }),
    )
  })

  test('run one after the other, in the order they were asked for', async () => {
    const order: string[] = []
    const work = (name: string) => async () => {
      order.push(`${name} begins`)
      await new Promise((resolve) => setTimeout(resolve, 5))
      order.push(`${name} ends`)
      return name
    }
    const [a, b] = [await jobs.start('test', {}, work('a')), await jobs.start('test', {}, work('b'))]
    expect((await jobs.finished(b.jobId))!.result).toBe('b')
    expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends'])
    expect(await readJob(open().db, a.jobId)).toMatchObject({ state: 'done', progress: 1, result: 'a' })
  })

  test('tell how far they are while the base is busy with them', async () => {
    const seen: number[] = []
    const job = await jobs.start('test', {}, ({ progress }) =>
      open().transaction(async () => {
        progress(0.5, step)
        expect(await jobs.read(job.jobId)).toMatchObject({ state: 'running', progress: 0.5, step })
      }),
    )
    jobs.watch(job.jobId, (now) => seen.push(now.progress))
    expect((await jobs.finished(job.jobId))!.state).toBe('done')
    expect(seen.slice(-2)).toEqual([0.5, 1])
  })

  test('fail with their reason, and the next one runs', async () => {
    const failing = await jobs.start('test', {}, () => Promise.reject(new Error('NO_GOOD')))
    const next = await jobs.start('test', {}, () => Promise.resolve(1))
    expect(await jobs.finished(failing.jobId)).toMatchObject({
      state: 'failed',
      problem: { code: 'NO_GOOD' },
    })
    expect((await jobs.finished(next.jobId))!.state).toBe('done')
  })

  test('stop when they are cancelled, waiting or running', async () => {
    const running = await jobs.start(
      'test',
      {},
      ({ signal }) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped')))),
    )
    const waiting = await jobs.start('test', {}, () => Promise.resolve('never'))
    expect(jobs.cancel(waiting.jobId)).toBe(true)
    expect(jobs.cancel(running.jobId)).toBe(true)
    expect((await jobs.finished(waiting.jobId))!.state).toBe('cancelled')
    expect((await jobs.finished(running.jobId))!.state).toBe('cancelled')
    expect(jobs.cancel(running.jobId)).toBe(false)
  })

  test('are refused rather than piled up', async () => {
    let go!: () => void
    const gate = new Promise<void>((resolve) => (go = resolve))
    const started = []
    for (let i = 0; i < 8; i++) started.push(await jobs.start('test', {}, () => gate))
    await expect(jobs.start('test', {}, () => gate)).rejects.toThrow('JOB_QUEUE_FULL')
    go()
    await jobs.finished(started.at(-1)!.jobId)
  })

  test('are refused rather than piled up, when all are asked for at once', async () => {
    let go!: () => void
    const gate = new Promise<void>((resolve) => (go = resolve))
    const asked = Array.from({ length: 12 }, () => jobs.start('test', {}, () => gate))
    const started = (await Promise.allSettled(asked)).filter(({ status }) => status === 'fulfilled')
    expect(started).toHaveLength(8)
    go()
    await jobs.stop()
  })

  test('are listed with their end, though they end while the list is read', async () => {
    let go!: () => void
    const gate = new Promise<void>((resolve) => (go = resolve))
    const { jobId } = await jobs.start('test', {}, () => gate)
    const read = vi.spyOn(store, 'listJobs').mockImplementationOnce(async (...asked) => {
      read.mockRestore()
      const listed = await store.listJobs(...asked)
      go()
      await jobs.finished(jobId)
      return listed
    })
    const [listed] = await jobs.list({ limit: 1 })
    expect(listed).toMatchObject({ jobId, state: 'done', finishedAt: AT })
  })

  test('that a crash cut short are marked when the next process starts', async () => {
    const jobId = await insertJob(open(), 'build', {}, AT)
    expect(await settleInterrupted(open(), AT)).toEqual({ done: 0, interrupted: 1 })
    expect((await readJob(open().db, jobId))!.state).toBe('interrupted')
    expect(await settleInterrupted(open(), AT)).toEqual({ done: 0, interrupted: 0 })
  })

  test('whose delivery stands were done, whatever the crash left unsaid', async () => {
    const [kept, lost] = [
      await insertJob(open(), 'import', {}, AT),
      await insertJob(open(), 'import', {}, AT),
    ]
    const summary = await recordDrafts(
      open(),
      {
        kind: 'permit',
        fileName: 'permits.csv',
        bytes: new TextEncoder().encode('permits'),
        receivedAt: AT,
        jobId: kept,
      },
      [
        {
          rowNo: 1,
          key: 'P',
          doc: 'P',
          fields: { doc_no: 'P' },
          raw: {},
          geometry: null,
          areaDocumentM2: null,
          repaired: false,
        },
      ],
    )
    expect(await settleInterrupted(open(), AT)).toEqual({ done: 1, interrupted: 1 })
    expect(await readJob(open().db, kept)).toMatchObject({
      state: 'done',
      progress: 1,
      result: { delivery: summary.delivery, read: 1, used: 1 },
    })
    expect(await readJob(open().db, lost)).toMatchObject({ state: 'interrupted' })
  })
  test('do not begin once the runner was stopped, though they were asked for before', async () => {
    let begun = false
    const asked = jobs.start('test', {}, () => Promise.resolve((begun = true)))
    const refused = expect(asked).rejects.toThrow('JOB_QUEUE_FULL')
    await jobs.stop()
    await refused
    expect(begun).toBe(false)
    expect(jobs.busy).toBe(false)
  })
})
