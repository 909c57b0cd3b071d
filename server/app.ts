import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import compression from 'compression'
import express, { type ErrorRequestHandler, type Express, type Request, type Response } from 'express'
import helmet from 'helmet'
import { pinoHttp } from 'pino-http'
import { areaRoutes } from './area/routes.ts'
import { buildRoutes } from './build/routes.ts'
import type { Config } from './config.ts'
import type { Job } from './contract.ts'
import type { Base } from './db/open.ts'
import { Exports } from './export/exports.ts'
import { exportJobRoutes } from './export/job-routes.ts'
import { exportRoutes } from './export/routes.ts'
import { ExportShelf } from './export/shelf.ts'
import { systemClock, type Clock } from './http/clock.ts'
import { languageOf, mount, type Endpoint } from './http/endpoint.ts'
import { refuseDeepJson, refuseManyHeaders } from './http/guard.ts'
import { Metrics } from './http/metrics.ts'
import { ownSiteOnly } from './http/own-site.ts'
import { serveWeb } from './http/web.ts'
import { httpError } from './http-error.ts'
import { useGroupOf } from './identifier/land-use.ts'
import { profileRoutes } from './import/profile-routes.ts'
import { deliveryRoutes } from './import/routes.ts'
import { jobRoutes } from './job/routes.ts'
import { JobRunner } from './job/runner.ts'
import { ledgerRoutes } from './ledger/routes.ts'
import { silentLogger, type Logger } from './log.ts'
import { describeApi } from './openapi.ts'
import { previewRoutes } from './parcel/preview-routes.ts'
import { parcelRoutes } from './parcel/routes.ts'
import { readStanding } from './parcel/store.ts'
import { Refusal } from './refusal.ts'
import { reportRoutes } from './report/routes.ts'
import { ruleRoutes } from './rule/routes.ts'
import { claimRoutes } from './strategy/claim-routes.ts'
import { decisionRoutes } from './strategy/decision-routes.ts'
import { Lab } from './strategy/lab.ts'
import { FactSnapshots } from './strategy/fact-snapshot.ts'
import { labRoutes } from './strategy/lab-routes.ts'
import { strategyRoutes } from './strategy/routes.ts'
import { tileRoutes } from './tile/routes.ts'
import { TileSnapshot } from './tile/snapshot.ts'

export interface AppOptions {
  readonly config: Pick<Config, 'host' | 'dataDir'>
  /** Silent unless given. */
  readonly logger?: Logger
  /** What `npm run build` wrote. */
  readonly webDir?: string
  readonly clock?: Clock
  /** Holds every answer against its description; for tests. */
  readonly checkAnswers?: boolean
}

/** What routes are made from. */
export interface Services {
  readonly base: Base
  readonly jobs: JobRunner
  readonly tiles: TileSnapshot
  readonly snapshots: FactSnapshots
  readonly lab: Lab
  readonly exports: Exports
  readonly clock: Clock
}

export interface App extends Services {
  readonly express: Express
  readonly endpoints: readonly Endpoint[]
  /** Cancels what runs. The base stays open: whoever opened it closes it. */
  stop(): Promise<void>
}

/** Largest JSON body, bytes: a rule pack or a drawn shape of 20,000 vertices. */
const MAX_JSON = 2 * 2 ** 20
const READY_MS = 2_000
/** Exports that have had their time are cleared away. */
const TIDY_EVERY_MS = 3_600_000
const projectFile = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url))
const { version } = JSON.parse(readFileSync(projectFile('package.json'), 'utf8')) as { version: string }

/** All routes over one base: guards first, errors last. Nothing is listening yet. */
export function createApp(base: Base, options: AppOptions): App {
  const { logger = silentLogger(), clock = systemClock, webDir = projectFile('dist/web') } = options
  const metrics = new Metrics()
  const jobs = new JobRunner(
    base,
    () => clock.now(),
    (error, job) => problemOfJob(error, job, logger),
  )
  const tiles = new TileSnapshot(base.db, zoneUseGroup, () => clock.elapsedMs())
  const snapshots = new FactSnapshots(base)
  const lab = new Lab(base, snapshots)
  const exports = new Exports(base, jobs, new ExportShelf(join(options.config.dataDir, 'exports')), () =>
    clock.now(),
  )
  const services: Services = { base, jobs, tiles, snapshots, lab, exports, clock }
  const endpoints = routesOf(services)

  const app = express()
  app.disable('x-powered-by')
  app.set('query parser', 'simple') // brackets in a name are part of the name
  app.set('etag', 'weak')
  app.use(pinoHttp({ logger, autoLogging: { ignore: (request) => request.url === '/healthz' } }))
  app.use(metrics.watch)
  app.use(securityHeaders())
  app.use(refuseManyHeaders)
  app.use(ownSiteOnly(options.config.host))
  app.use(compression())
  app.use(
    express.json({
      limit: MAX_JSON,
      strict: true,
      verify: (_request, _response, bytes) => refuseDeepJson(bytes),
    }),
  )
  app.use('/api', (_request, response, next) => {
    response.setHeader('Cache-Control', 'no-cache')
    next()
  })
  mount(app, endpoints, options)
  app.get('/openapi.json', (_request, response) => {
    response.json(describeApi(endpoints, version))
  })
  mountHealth(app, services, metrics)
  app.use(
    '/basemap',
    express.static(projectFile('data/basemap'), { index: false, maxAge: '1h', redirect: false }),
  )
  serveWeb(app, webDir)
  app.use((request: Request) => {
    throw new Refusal(
      'ROUTE_UNKNOWN',
      {
        zh: `没有这个地址:${request.path.slice(0, 120)}`,
        en: `There is nothing at ${request.path.slice(0, 120)}.`,
      },
      { zh: '全部地址见 /openapi.json。', en: 'See /openapi.json for what there is.' },
    )
  })
  app.use(answerErrors(logger))
  const tidying = setInterval(() => {
    exports.tidy().catch((error: unknown) => logger.error({ err: error }, 'exports could not be tidied'))
  }, TIDY_EVERY_MS)
  tidying.unref()
  const stop = (): Promise<void> => {
    clearInterval(tidying)
    return jobs.stop()
  }
  return { ...services, express: app, endpoints, stop }
}

/** Every route there is. A new folder with routes adds one line here. */
function routesOf({ base, jobs, tiles, snapshots, lab, exports, clock }: Services): Endpoint[] {
  return [
    ...parcelRoutes(base),
    ...previewRoutes(base),
    ...areaRoutes(base),
    ...buildRoutes(base),
    ...ledgerRoutes(base, clock),
    ...ruleRoutes(),
    ...strategyRoutes(base, jobs, clock),
    ...decisionRoutes(base, snapshots, clock),
    ...claimRoutes(base, clock),
    ...labRoutes(base, lab, jobs, clock),
    ...deliveryRoutes(base, jobs, clock),
    ...profileRoutes(base, clock),
    ...exportRoutes(base),
    ...exportJobRoutes(exports),
    ...reportRoutes(base),
    ...jobRoutes(jobs),
    ...tileRoutes(tiles, lab.shelf, () => clock.elapsedMs()),
  ]
}

/** What is kept with a failed job: the problem in Chinese, and in English under `en`. */
function problemOfJob(error: unknown, job: Job, logger: Logger) {
  const { body, isOurs } = httpError(error, 'zh')
  if (isOurs) logger.error({ err: error, job: job.jobId, kind: job.kind, id: body.instance }, 'job failed')
  return isOurs ? body : { ...body, en: httpError(error, 'en').body }
}

/** Nothing from any other host; map workers are made from blobs; the style library writes style elements. */
function securityHeaders() {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        workerSrc: ["'self'", 'blob:'],
        childSrc: ["'self'", 'blob:'],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        fontSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: false, // for whoever ends TLS in front of us to decide
    crossOriginEmbedderPolicy: false,
  })
}

function mountHealth(app: Express, { base, jobs }: Services, metrics: Metrics): void {
  app.get('/healthz', (_request, response) => {
    response.type('text/plain').send('ok\n')
  })
  app.get('/readyz', async (_request, response) => {
    const standing = await within(READY_MS, readStanding(base.db))
    response.json({ base: base.kind, build: standing?.buildId ?? null, run: standing?.runId ?? null })
  })
  app.get('/metrics', (_request, response) => {
    response.type('text/plain; version=0.0.4').send(
      metrics.print({
        terrier_jobs_busy: jobs.busy ? 1 : 0,
        process_resident_memory_bytes: process.memoryUsage.rss(),
        process_uptime_seconds: process.uptime(),
      }),
    )
  })
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new Refusal(
            'BASE_BUSY',
            { zh: '底库正忙,暂不能应答。', en: 'The base is busy and does not answer.' },
            { zh: '请稍后再试。', en: 'Try again in a moment.' },
          ),
        ),
      ms,
    )
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Last of all: what went wrong, as a problem document in the reader's language. */
function answerErrors(logger: Logger): ErrorRequestHandler {
  return (error: unknown, request: Request, response: Response, next) => {
    const { status, body, isOurs } = httpError(error, languageOf(request))
    if (isOurs)
      logger.error({ err: error, id: body.instance, url: request.path, method: request.method }, 'fault')
    if (response.headersSent) {
      next(error) // too late for an answer: Express cuts the connection, so that half a file is not taken for a whole
      return
    }
    response
      .status(status)
      .setHeader('Content-Language', languageOf(request) === 'zh' ? 'zh-CN' : 'en')
      .setHeader('Cache-Control', 'no-store')
      .type('application/problem+json')
      .send(JSON.stringify(body))
  }
}

/** Group of a zone's land use; null where its source does not say. */
function zoneUseGroup(fields: Record<string, unknown>): string | null {
  const { use, use_scheme: scheme } = fields
  if (typeof use !== 'string') return null
  return useGroupOf({ use, scheme: typeof scheme === 'string' ? scheme : undefined })
}
