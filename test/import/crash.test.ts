import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import type { ImportSummary, Job, ListedJob } from '../../server/contract.ts'
import { toLonLat } from '../../server/geo/project.ts'
import { rect } from '../build/given.ts'
import { freshBase, hasServer, temporaryFolder, type BaseKind, type FreshBase } from '../helpers/database.ts'

/** Twenty moments on a server; on the embedded base, which forces every commit to disk, a few. */
const moments = Number(process.env.TERRIER_CRASH_MOMENTS ?? 0)
const rounds: Readonly<Record<BaseKind, number>> = { server: moments || 20, embedded: moments || 2 }
const ROWS = 1_500
/** A start of the embedded base takes about so long where nothing else runs. */
const START_MS = 4_000
/** The same moments on every run (Park and Miller's generator): what the machine does in between differs enough. */
let state = Number(process.env.TERRIER_CRASH_SEED ?? 20_240_501)
const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
const main = fileURLToPath(new URL('../../server/main.ts', import.meta.url))

/** A register of plots; `width` is what the next state of it changes. */
const plots = (width: number): string =>
  JSON.stringify({
    type: 'FeatureCollection',
    features: Array.from({ length: ROWS }, (_, i) => ({
      type: 'Feature',
      properties: { 批文号: '湘政地〔2020〕1号', 地块编号: String(i), 批准日期: '2020-03-01' },
      geometry: {
        type: 'MultiPolygon',
        coordinates: toLonLat(rect((i % 50) * 20, Math.floor(i / 50) * 20, width, 10)),
      },
    })),
  })

/** The server as it is started for people, in a process that can be killed. */
class Killable {
  /** Empty until it is ready. */
  private url = ''
  private readonly child: ChildProcess
  /** Its last words: the end of what it has written to stderr. */
  private said = ''
  /** Exit code or signal, once it has ended and all it said is here. */
  private end: number | string | null = null
  private constructor(child: ChildProcess) {
    this.child = child
    child.stderr!.on('data', (bytes: Buffer) => {
      this.said = (this.said + bytes.toString('utf8')).slice(-20_000)
    })
    child.on('close', (code, signal) => {
      this.end = code ?? signal
    })
  }

  /** @throws Error with what it said, where it does not come up */
  static async start(config: FreshBase['config']): Promise<Killable> {
    const server = Killable.starting(config)
    for (;;) {
      const [, port] = /http:\/\/localhost:(\d+)\//.exec(server.said) ?? []
      if (port !== undefined) {
        server.url = `http://127.0.0.1:${port}`
        return server
      }
      server.refuseEnd()
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
  }

  /** Started and not waited for. It takes a free port and says which once it is ready. */
  static starting({ databaseUrl, dataDir }: FreshBase['config']): Killable {
    const child = spawn(process.execPath, ['--import', 'tsx', main], {
      env: {
        ...process.env,
        DATABASE_URL: databaseUrl ?? '',
        TERRIER_DATA: dataDir,
        PORT: '0',
        TERRIER_DEMO: 'off',
        LOG_LEVEL: 'silent',
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    return new Killable(child)
  }

  /** @throws Error with what it said, where it has ended by itself */
  async kill(): Promise<void> {
    if (this.end === 'SIGKILL') return
    this.refuseEnd()
    const ended = once(this.child, 'close')
    this.child.kill('SIGKILL')
    await ended
  }

  private refuseEnd(): void {
    if (this.end !== null) throw new Error(`The server ended with ${this.end}. It said:\n${this.said}`)
  }

  async json<T>(path: string): Promise<T> {
    const response = await fetch(this.url + path)
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as T
  }

  /** Starts an import and returns its job's number without waiting for it. */
  async send(body: string): Promise<number> {
    const form = new FormData()
    form.set('as', 'approval')
    form.set('file', new Blob([body]), 'plots.geojson')
    const response = await fetch(`${this.url}/api/deliveries`, { method: 'POST', body: form })
    return ((await response.json()) as Job).jobId
  }

  async ended(jobId: number): Promise<Job> {
    for (;;) {
      const job = await this.json<Job>(`/api/jobs/${jobId}`)
      if (!['queued', 'running'].includes(job.state)) return job
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
  }

  async undo(delivery: number): Promise<void> {
    const response = await fetch(`${this.url}/api/deliveries/${delivery}/undo`, { method: 'POST' })
    if (!response.ok) throw new Error(await response.text())
  }

  /** Every record as it leaves the system, and the number of the delivery it came in set aside: that differs by round. */
  async exported(): Promise<string> {
    const text = await (await fetch(`${this.url}/api/export?kind=records&format=geojson`)).text()
    return text.replaceAll(/"delivery":\d+/g, '"delivery":0')
  }
}

describe.each(['server', 'embedded'] as const)('kill -9 in the middle of an import [%s]', (kind) => {
  let base: FreshBase | undefined
  let server: Killable | undefined
  afterAll(async () => {
    await server?.kill()
    await base?.remove()
  })

  test.skipIf(kind === 'server' && !hasServer)(
    'leaves the base as before or as after, to the byte, and the job says which',
    async () => {
      base = await freshBase(kind)
      await base.close()
      const config = base.config
      server = await Killable.start(config)
      await server.ended(await server.send(plots(10)))
      const before = await server.exported()

      const startedAt = performance.now()
      const whole = await server.ended(await server.send(plots(15)))
      const took = performance.now() - startedAt
      const after = await server.exported()
      expect(after).not.toBe(before)
      await server.undo((whole.result as ImportSummary).delivery!)
      expect(await server.exported()).toBe(before)

      const seen = { before: 0, after: 0 }
      for (let round = 0; round < rounds[kind]; round++) {
        const jobId = await server.send(plots(15))
        // spread over the whole import and a little past its end
        const moment = ((round + random()) / rounds[kind]) * took * 1.15
        await new Promise((resolve) => setTimeout(resolve, moment))
        await server.kill()
        server = await Killable.start(config)
        const job = await server.json<Job>(`/api/jobs/${jobId}`)
        const now = await server.exported()
        const said = `killed ${Math.round(moment)} ms into ${Math.round(took)} ms: ${job.state}`
        if (job.state === 'done') {
          seen.after++
          expect(now, said).toBe(after)
          const { delivery } = job.result as ImportSummary
          await server.undo(delivery!)
          expect(await server.exported(), said).toBe(before)
        } else {
          seen.before++
          expect(job.state, said).toBe('interrupted')
          expect(job.step.zh).toContain('未写入')
          expect(now, said).toBe(before)
        }
      }
      expect(seen.before + seen.after).toBe(rounds[kind])
      const jobs = await server.json<ListedJob[]>('/api/jobs?kind=import&limit=500')
      expect(jobs.filter(({ state }) => state === 'interrupted')).toHaveLength(seen.before)
    },
    600_000,
  )
})

test('kill -9 while the embedded base is made, and while it opens, leaves one that opens', async () => {
  const folder = temporaryFolder()
  const config = { databaseUrl: null, dataDir: folder.path }
  try {
    for (let round = 0; round < rounds.embedded; round++) {
      const server = Killable.starting(config)
      await new Promise((resolve) => setTimeout(resolve, random() * START_MS))
      await server.kill()
    }
    const server = await Killable.start(config)
    try {
      expect(JSON.parse(await server.exported())).toMatchObject({ features: [] })
    } finally {
      await server.kill()
    }
  } finally {
    folder.remove()
  }
}, 600_000)
