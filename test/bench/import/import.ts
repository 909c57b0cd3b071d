import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import type { Figures } from '../run.ts'
import { benchFormats, makeFiles } from './files.ts'

const POLYGONS = 120_000
const EMBEDDED = 20_000

/**
 * Our import with all of its checks beside `ogr2ogr` (COPY, spatial index) of the same files in the same run, each into an
 * empty base of its own on the server of DATABASE_URL; then the embedded base. The bar is twice the time of ogr2ogr.
 * BENCH_POLYGONS asks for another number.
 */
export async function* benchImport(databaseUrl: string): AsyncGenerator<Figures> {
  const polygons = Number(process.env['BENCH_POLYGONS'] ?? POLYGONS)
  const folder = mkdtempSync(join(tmpdir(), 'terrier-bench-import-'))
  try {
    const files = await makeFiles(folder, polygons)
    for (const format of benchFormats) {
      const peer = await inDatabase(databaseUrl, (url) => ogr2ogr(files[format], url))
      yield row(`ogr2ogr ${format}`, { seconds: peer, fileMB: megabytes(files[format]), polygons })
      const ours = await inDatabase(databaseUrl, (url) => imported(files[format], { DATABASE_URL: url }))
      yield row(`import ${format}`, { ...ours, polygons, ratio: ours.seconds / peer })
    }
    const few = await makeFiles(mkdtempSync(join(folder, 'few-')), Math.min(polygons, EMBEDDED))
    for (const format of benchFormats) {
      const dataDir = mkdtempSync(join(folder, 'base-'))
      const ours = imported(few[format], { TERRIER_DATA: dataDir })
      yield row(`embedded base: import ${format}`, { ...ours, polygons: Math.min(polygons, EMBEDDED) })
      rmSync(dataDir, { recursive: true, force: true })
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const megabytes = (path: string): number => Math.round(statSync(path).size / 1e6)

interface Measured {
  readonly seconds: number
  readonly read?: number
  readonly used?: number
  readonly repaired?: number
  readonly refused?: number
  readonly rssMB?: number
  readonly cpuSeconds?: number
  readonly fileMB?: number
  readonly polygons?: number
  readonly ratio?: number
}

/** Every row has the same columns; the load of the machine tells how much the seconds are worth. */
function row(what: string, { seconds, cpuSeconds, ratio, ...more }: Measured): Figures {
  return {
    what,
    seconds: Number(seconds.toFixed(2)),
    ratio: ratio === undefined ? null : Number(ratio.toFixed(2)),
    cpuSeconds: cpuSeconds === undefined ? null : Number(cpuSeconds.toFixed(2)),
    polygons: more.polygons ?? null,
    used: more.used ?? null,
    repaired: more.repaired ?? null,
    refused: more.refused ?? null,
    rssMB: more.rssMB ?? null,
    fileMB: more.fileMB ?? null,
    load: Number(loadavg()[0]!.toFixed(1)),
  }
}

async function inDatabase<T>(databaseUrl: string, work: (url: string) => T): Promise<T> {
  const name = `terrier_bench_${randomBytes(4).toString('hex')}`
  const url = new URL(databaseUrl)
  const admin = new pg.Client({ connectionString: databaseUrl })
  await admin.connect()
  try {
    await admin.query(`create database ${name}`)
    url.pathname = `/${name}`
    const made = new pg.Client({ connectionString: url.href })
    await made.connect()
    await made.query('create extension postgis')
    await made.end()
    return work(url.href)
  } finally {
    await admin.query(`drop database if exists ${name} with (force)`)
    await admin.end()
  }
}

/** Seconds of ogr2ogr, with what it does by itself: COPY, and a spatial index at the end. */
function ogr2ogr(file: string, databaseUrl: string): number {
  const { hostname, port, username, password, pathname } = new URL(databaseUrl)
  const target = `PG:host=${hostname} port=${port || 5432} user=${username} password=${password} dbname=${pathname.slice(1)}`
  const source = file.endsWith('.zip') ? `/vsizip/${file}` : file
  const begun = performance.now()
  const { status, stderr } = spawnSync(
    'ogr2ogr',
    [
      '-f',
      'PostgreSQL',
      target,
      source,
      '-nlt',
      'MULTIPOLYGON',
      '-t_srs',
      'EPSG:4547',
      '--config',
      'PG_USE_COPY',
      'YES',
    ],
    { encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(`ogr2ogr: ${stderr}`)
  return (performance.now() - begun) / 1000
}

function imported(file: string, where: Readonly<Record<string, string>>): Measured {
  const { DATABASE_URL: _, ...environment } = process.env
  const script = fileURLToPath(new URL('once.ts', import.meta.url))
  // as server/start.mjs starts the program
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--max-semi-space-size=32', '--import', 'tsx', script, file],
    {
      encoding: 'utf8',
      env: { MALLOC_ARENA_MAX: '2', MALLOC_TRIM_THRESHOLD_: '131072', ...environment, ...where },
    },
  )
  if (status !== 0) throw new Error(`import: ${stderr}`)
  return JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as Measured
}
