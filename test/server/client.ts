import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createApp, type App } from '../../server/app.ts'
import type { Base } from '../../server/db/open.ts'
import { systemClock, type Clock } from '../../server/http/clock.ts'
import { AS_OF } from './town.ts'

/** The app over a base, answering on a port of its own; every answer is held against its description. */
export interface Client {
  readonly app: App
  readonly url: string
  /** Where files are kept. */
  readonly dataDir: string
  get(path: string, headers?: Record<string, string>): Promise<Response>
  /** JSON of a request that must succeed. */
  json<T>(path: string): Promise<T>
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>
  close(): Promise<void>
}

/** @param clock what it reads instead of the system's clock, besides the day */
export async function startApp(base: Base, clock: Partial<Clock> = {}): Promise<Client> {
  const dataDir = await mkdtemp(join(tmpdir(), 'terrier-app-'))
  const app = createApp(base, {
    config: { host: '127.0.0.1', dataDir },
    checkAnswers: true,
    clock: { ...systemClock, today: () => AS_OF, ...clock },
  })
  const server = createServer(app.express).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const get = (path: string, headers: Record<string, string> = {}) => fetch(url + path, { headers })
  return {
    app,
    url,
    dataDir,
    get,
    async json<T>(path: string): Promise<T> {
      const response = await get(path)
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
      return (await response.json()) as T
    },
    post: (path, body, headers = {}) =>
      fetch(url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    async close() {
      await app.stop()
      server.closeAllConnections()
      server.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
