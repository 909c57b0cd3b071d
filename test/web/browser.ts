import { mkdtemp, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser, type Page } from 'playwright'
import { build } from 'vite'
import { makeCity, type City } from './city/city.ts'
import { serve, type Served } from './serve.ts'

/** A browser already on the machine, or the one the test run was told of; else the one Playwright keeps. */
const installed = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path && existsSync(path))

/** Builds the page into a folder of its own. */
export async function buildPage(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'terrier-page-'))
  await build({
    configFile: fileURLToPath(new URL('../../web/vite.config.ts', import.meta.url)),
    build: { outDir: dir },
    logLevel: 'error',
  })
  return dir
}

/** A browser that asks nothing of its own accord. */
export const launch = (): Promise<Browser> =>
  chromium.launch({
    ...(installed ? { executablePath: installed } : {}),
    args: [
      '--no-sandbox',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  })

export interface Stage {
  readonly city: City
  readonly served: Served
  /** Opens the page at a query and waits until panels and map are there. */
  open(query?: string, size?: { width: number; height: number }): Promise<Opened>
  close(): Promise<void>
}

export interface Opened {
  readonly page: Page
  /** Requests to any host but the one that served the page. Must stay empty. */
  readonly outside: string[]
  /** Errors of the page: uncaught ones, and those it wrote to the console. */
  readonly errors: string[]
}

/** Builds the page, serves it with an invented city, and starts a browser that can reach nothing else. */
export async function setStage(parcels: number): Promise<Stage> {
  const dir = await buildPage()
  const city = makeCity(parcels)
  const served = await serve(dir, city)
  const browser = await launch()
  return {
    city,
    served,
    async open(query = '', size = { width: 1366, height: 768 }) {
      const context = await browser.newContext({ viewport: size, locale: 'zh-CN', acceptDownloads: true })
      const page = await context.newPage()
      page.setDefaultTimeout(60_000)
      const outside: string[] = []
      const errors: string[] = []
      page.on('request', (request) => {
        const url = new URL(request.url())
        if (['http:', 'https:', 'ws:', 'wss:'].includes(url.protocol) && url.origin !== served.url)
          outside.push(request.url())
      })
      page.on('pageerror', (error) => errors.push(error.message))
      page.on('console', (message) => {
        if (message.type() === 'error') errors.push(`${message.text()} ${message.location().url}`)
      })
      await page.goto(`${served.url}/${query}`)
      await page
        .locator('main .work, main .deliveries, main .deadlines, main .claims-page, main .ant-alert')
        .first()
        .waitFor()
      if ((await page.locator('.map').count()) > 0)
        await page.locator('.map-canvas[data-idle="true"]').waitFor()
      return { page, outside, errors }
    },
    async close() {
      await browser.close()
      await served.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** A parameter of the address the page is at. */
export const inUrl = (page: Page, name: string): string | null => new URL(page.url()).searchParams.get(name)
