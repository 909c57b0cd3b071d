import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, type Page } from 'playwright'
import { build } from 'vite'
import { createApp, type App } from '../../server/app.ts'
import type { Base } from '../../server/db/open.ts'

export interface RealStage {
  readonly app: App
  readonly url: string
  /** A new page at a query; nothing is waited for. */
  open(query?: string, size?: { width: number; height: number }): Promise<Page>
  close(): Promise<void>
}

/** The built page over the real server and a base; a browser to look at it with. */
export async function setRealStage(base: Base): Promise<RealStage> {
  const webDir = await mkdtemp(join(tmpdir(), 'terrier-real-'))
  await build({
    configFile: fileURLToPath(new URL('../../web/vite.config.ts', import.meta.url)),
    build: { outDir: webDir },
    logLevel: 'error',
  })
  const app = createApp(base, { config: { host: '127.0.0.1', dataDir: webDir }, webDir })
  const server = createServer(app.express).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  })
  return {
    app,
    url,
    async open(query = '', size = { width: 1366, height: 768 }) {
      const page = await browser.newPage({ viewport: size, locale: 'zh-CN', bypassCSP: true })
      page.setDefaultTimeout(60_000)
      await page.goto(`${url}/${query}`)
      return page
    },
    async close() {
      await browser.close()
      await app.stop()
      server.closeAllConnections()
      server.close()
      await rm(webDir, { recursive: true, force: true })
    },
  }
}
