import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { createApp, type App } from '../../server/app.ts'
import type { Base } from '../../server/db/open.ts'
import { buildPage, launch } from './browser.ts'

export interface RealStage {
  readonly app: App
  readonly url: string
  /** A new page at a query; nothing is waited for. */
  open(query?: string, size?: { width: number; height: number }): Promise<Page>
  close(): Promise<void>
}

/** The built page over the real server and a base; a browser to look at it with. */
export async function setRealStage(base: Base): Promise<RealStage> {
  const webDir = await buildPage()
  const dataDir = await mkdtemp(join(tmpdir(), 'terrier-data-')) // what the page is served from is public
  const app = createApp(base, { config: { host: '127.0.0.1', dataDir }, webDir })
  const server = createServer(app.express).listen(0, '127.0.0.1')
  server.keepAliveTimeout = 0 // a connection that is kept is never cut under what asks over it
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const browser = await launch()
  return {
    app,
    url,
    async open(query = '', size = { width: 1366, height: 768 }) {
      const page = await browser.newPage({
        viewport: size,
        locale: 'zh-CN',
        bypassCSP: true,
        reducedMotion: 'reduce',
      })
      page.setDefaultTimeout(60_000)
      await page.goto(`${url}/${query}`)
      return page
    },
    async close() {
      await browser.close()
      await app.stop()
      server.closeAllConnections()
      server.close()
      for (const dir of [webDir, dataDir]) await rm(dir, { recursive: true, force: true })
    },
  }
}
