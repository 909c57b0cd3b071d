import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { CITY_AS_OF } from '../../../server/demo/city.ts'
import type { Figures } from '../run.ts'
import { rawFloor } from './raw-floor.ts'

const SMALL = 30_000
const LARGE = 120_000
const EMBEDDED = 10_000

/**
 * The land ledger against the raw floor and geopandas, all of one run on one machine. On cities of its own, in databases
 * of its own on the server of DATABASE_URL, dropped at the end.
 */
export async function* benchLedger(databaseUrl: string): AsyncGenerator<Figures> {
  const rows: Figures[] = []
  for await (const row of measureAll(databaseUrl)) {
    const floor = rows.find(({ what }) => String(what).startsWith('raw floor'))
    const full = withRatio(row, floor)
    rows.push(full)
    yield full
  }
  yield* ratios(rows)
}

async function* measureAll(databaseUrl: string): AsyncGenerator<Figures> {
  for (const parcels of [SMALL, LARGE]) {
    yield* inDatabase(databaseUrl, async function* (url) {
      yield* row(url, 'load', parcels)
      if (parcels === LARGE) {
        yield* rawFloor(url, CITY_AS_OF, availableParallelism())
        yield* row(url, 'geopandas')
        yield* row(url, 'overlaps')
        yield* row(url, 'kernel')
        yield* row(url, 'arrangement')
      }
      yield* row(url, 'build', `full build of ${parcels}, the first`)
      yield* row(url, 'build', `full build of ${parcels}, nothing changed`)
      yield* row(url, 'record', 60)
    })
  }
  const dataDir = mkdtempSync(join(tmpdir(), 'terrier-bench-'))
  try {
    yield* row(null, 'load', EMBEDDED, dataDir)
    yield* row(null, 'build', `embedded base: full build of ${EMBEDDED}, the first`, dataDir)
    yield* row(null, 'record', 30, dataDir)
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
}

function withRatio(row: Figures, floor: Figures | undefined): Figures {
  const ratio = floor && typeof row.seconds === 'number' ? row.seconds / (floor.seconds as number) : null
  const { what, seconds = null, pairs = null, usPerPair = null, rssMB = null, note = '' } = row
  const short = (value: unknown, digits: number): number | null =>
    typeof value === 'number' ? Number(value.toFixed(digits)) : null
  return {
    what: what ?? '',
    seconds: short(seconds, 2),
    toRawFloor: short(ratio, 3),
    pairs,
    usPerPair: short(usPerPair, 2),
    rssMB,
    note,
  }
}

/** The bars of the project, each a ratio of two rows above. */
function* ratios(rows: readonly Figures[]): Generator<Figures> {
  const seconds = (begins: string): number =>
    (rows.find(({ what }) => String(what).startsWith(begins))?.seconds as number | undefined) ?? NaN
  for (const [what, value, bar] of [
    ['all overlaps / raw floor', seconds('all overlaps') / seconds('raw floor'), 0.4],
    ['all overlaps / geopandas', seconds('all overlaps') / seconds('geopandas'), 0.15],
    ['full build / raw floor', seconds(`full build of ${LARGE}, the first`) / seconds('raw floor'), 8],
    [
      `full build, ${LARGE} / ${SMALL} parcels`,
      seconds(`full build of ${LARGE}, the first`) / seconds(`full build of ${SMALL}, the first`),
      4.6,
    ],
  ] as const) {
    yield withRatio({ what: `ratio: ${what}`, note: `${value.toFixed(3)}, bar ${bar}` }, undefined)
  }
}

async function* inDatabase(
  databaseUrl: string,
  work: (url: string) => AsyncIterable<Figures>,
): AsyncGenerator<Figures> {
  const name = `terrier_bench_${randomBytes(4).toString('hex')}`
  const url = new URL(databaseUrl)
  const admin = new pg.Client({ connectionString: databaseUrl })
  await admin.connect()
  try {
    await admin.query(`create database ${name}`)
    url.pathname = `/${name}`
    yield* work(url.href)
  } finally {
    await admin.query(`drop database if exists ${name} with (force)`)
    await admin.end()
  }
}

async function* row(
  databaseUrl: string | null,
  name: string,
  argument: string | number = '',
  dataDir?: string,
): AsyncGenerator<Figures> {
  const script = fileURLToPath(new URL('row.ts', import.meta.url))
  const { DATABASE_URL: _, ...environment } = process.env
  const child = spawn(
    process.execPath,
    ['--max-old-space-size=12000', '--import', 'tsx', script, name, String(argument)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...environment,
        ...(databaseUrl !== null && { DATABASE_URL: databaseUrl }),
        ...(dataDir !== undefined && { TERRIER_DATA: dataDir }),
      },
    },
  )
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve))
  for await (const line of createInterface({ input: child.stdout })) yield JSON.parse(line) as Figures
  const status = await ended
  if (status !== 0) yield { what: `${name} ${argument}`, note: `failed: exit ${status}` }
}
