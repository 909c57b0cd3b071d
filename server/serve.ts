import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createApp, type App } from './app.ts'
import { command as demo } from './cli/demo.ts'
import type { Config } from './config.ts'
import { openBase, type Base } from './db/open.ts'
import { systemClock } from './http/clock.ts'
import { settleInterrupted } from './job/interrupted-store.ts'
import { createLogger, type Logger } from './log.ts'
import { Refusal, type Message } from './refusal.ts'

export interface ServeOptions {
  readonly config: Config
  /** Loads the demo city into an empty base. */
  readonly demo: boolean
  /** Opens the page in the reader's browser when it is ready. */
  readonly open: boolean
  /** One line for whoever started us. */
  readonly say: (text: Message) => void
}

export interface Serving {
  readonly url: string
  /** Lets answers under way finish, cancels jobs, closes the base. */
  stop(): Promise<void>
}

/**
 * Takes the port, opens the base, fills an empty one when asked, and answers.
 *
 * The port is taken first, so that one in use is known before a city is loaded for nothing; until everything is ready
 * it answers 503.
 * @throws Refusal `PORT_TAKEN`, and those of `openBase`.
 */
export async function serve({ config, demo: wantsDemo, open, say }: ServeOptions): Promise<Serving> {
  const logger = createLogger(config)
  let answer: (request: IncomingMessage, response: ServerResponse) => void = answerStarting
  const server = createServer((request, response) => answer(request, response))
  server.requestTimeout = 30 * 60_000 // the largest delivery over 20 Mbit/s
  await listen(server, config)
  let base: Base | undefined
  try {
    base = await openBase(config)
    const { interrupted, done } = await settleInterrupted(base, systemClock.now())
    if (interrupted + done > 0) {
      say({
        zh: `上次中断的任务:${interrupted} 个未写入,${done} 个已整件写入。`,
        en: `Jobs cut short last time: ${interrupted} left nothing behind, ${done} had been kept whole.`,
      })
    }
    if (wantsDemo && (await isEmpty(base))) await loadDemoCity(base, config, say)
    const app = createApp(base, { config, logger })
    // what a crash left half written; nobody is to wait for a folder that cannot be read
    await app.exports
      .tidy()
      .catch((error: unknown) => logger.error({ err: error }, 'exports could not be tidied'))
    answer = app.express
    warmTiles(app, logger)
    const url = urlOf(server, config)
    tellWhere(url, config, base, say)
    if (open) openBrowser(url, logger)
    return { url, stop: stopper(server, app, base) }
  } catch (error) {
    server.close()
    server.closeAllConnections()
    await base?.close()
    throw error
  }
}

async function listen(server: Server, { host, port }: Config): Promise<void> {
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : ''
    if (code === 'EADDRINUSE') {
      throw new Refusal(
        'PORT_TAKEN',
        { zh: `端口 ${port} 已被占用。`, en: `Port ${port} is taken.` },
        {
          zh: `可能已有一个本系统在运行:请打开 http://${host}:${port},或换一个端口,如 PORT=${port + 1}。`,
          en: `Perhaps this server runs already: open http://${host}:${port}, or set another port, such as PORT=${port + 1}.`,
        },
        {},
        { cause },
      )
    }
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL') {
      throw new Refusal(
        'PORT_REFUSED',
        { zh: `不能在 ${host}:${port} 上监听。`, en: `Cannot listen on ${host}:${port}.` },
        {
          zh: '请改 HOST 或 PORT;1024 以下的端口需要权限。',
          en: 'Change HOST or PORT; ports below 1024 need privileges.',
        },
        {},
        { cause },
      )
    }
    throw cause
  }
}

/** What is said while the base opens and the city loads. */
function answerStarting(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(503, {
    'Content-Type': 'text/html; charset=utf-8',
    'Retry-After': '3',
    'Cache-Control': 'no-store',
  })
  response.end(
    '<!doctype html><html lang="zh"><meta charset="utf-8"><meta http-equiv="refresh" content="3"><title>Terrier 一地一策</title>' +
      '<p>正在准备底库,请稍候……</p><p lang="en">The base is being prepared; one moment.</p></html>',
  )
}

async function isEmpty(base: Base): Promise<boolean> {
  const row = await base.db.selectFrom('delivery').select('delivery_id').limit(1).executeTakeFirst()
  return row === undefined
}

/** As `terrier demo` does it, with nothing printed but progress. */
async function loadDemoCity(base: Base, config: Config, say: (text: Message) => void): Promise<void> {
  say({
    zh: '底库为空,正在装入虚构的示范城市(TERRIER_DEMO=off 可关闭)。',
    en: 'The base is empty: loading the fictional demo city (TERRIER_DEMO=off to leave it out).',
  })
  await demo.run({
    config,
    today: systemClock.today(),
    args: [],
    options: {},
    base: () => Promise.resolve(base),
    progress: say,
    answer: () => undefined,
  })
}

/** Parcels are read into memory before the first map asks for them. */
function warmTiles({ tiles }: App, logger: Logger): void {
  tiles
    .warm('parcel')
    .catch((error: unknown) => logger.error({ err: error }, 'parcels could not be read for the map'))
}

function urlOf(server: Server, { host }: Config): string {
  const { port } = server.address() as AddressInfo
  const name = host === '0.0.0.0' || host === '::' || host === '127.0.0.1' ? 'localhost' : host
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}/`
}

function tellWhere(url: string, config: Config, base: Base, say: (text: Message) => void): void {
  say({ zh: `请打开 ${url}`, en: `Open ${url}` })
  if (config.host === '127.0.0.1') {
    say({
      zh: '只在本机可见(127.0.0.1):系统尚无账号。设 HOST 可对外,请先确认网络可信。',
      en: 'Visible on this machine only (127.0.0.1), because there are no accounts yet. HOST opens it to others; trust the network first.',
    })
  }
  if (base.kind === 'embedded') {
    say({
      zh: `内置试用库:${config.dataDir}。正式使用请设 DATABASE_URL。`,
      en: `Embedded trial base in ${config.dataDir}. Set DATABASE_URL for real use.`,
    })
  }
}

/** The reader's browser, where there is a screen to show one on. */
function openBrowser(url: string, logger: Logger): void {
  const hasScreen =
    process.platform !== 'linux' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY)
  if (!hasScreen || process.env.CI) return
  const [command, ...args] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['explorer', url]
        : ['xdg-open', url]
  const opener = spawn(command!, args, { stdio: 'ignore', detached: true })
  opener.on('error', (error) => logger.info({ err: error }, 'no browser could be opened'))
  opener.unref()
}

function stopper(server: Server, app: App, base: Base): () => Promise<void> {
  let stopping: Promise<void> | undefined
  const stop = async (): Promise<void> => {
    const closed = once(server, 'close')
    server.close()
    server.closeIdleConnections()
    const impatient = setTimeout(() => server.closeAllConnections(), 3_000)
    await app.stop()
    await closed
    clearTimeout(impatient)
    await base.close()
  }
  return () => (stopping ??= stop())
}
