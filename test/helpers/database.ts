import { createHash, randomUUID } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import pg from 'pg'
import { afterAll, beforeAll, describe } from 'vitest'
import { templateFile } from '../../server/db/embedded/cluster.ts'
import { openEmbedded } from '../../server/db/embedded/open.ts'
import { postgisPackage } from '../../server/db/embedded/slim-postgis.ts'
import { readMigrations } from '../../server/db/migrate.ts'
import { openBase, type Base, type OpenOptions } from '../../server/db/open.ts'
import { serverPool } from '../../server/db/server.ts'

export type BaseKind = Base['kind']
export const baseKinds: readonly BaseKind[] = ['embedded', 'server']

/** An open base made for one test, and what it can be opened by again. */
export interface FreshBase extends Base {
  readonly config: { readonly databaseUrl: string | null; readonly dataDir: string }
  /** Closes it and removes every trace of it. */
  remove(): Promise<void>
}

// Test bases are opened often and asked little: the optimising compiler would take a third of the time for nothing.
setFlagsFromString('--liftoff-only')

/**
 * Where test bases lie: in memory where there is plenty, because the embedded engine forces every commit to disk, and
 * after a fault every file.
 */
const testRoot = hasRoom('/dev/shm', 4e9) ? '/dev/shm' : tmpdir()

function hasRoom(folder: string, bytes: number): boolean {
  if (!existsSync(folder)) return false
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize > bytes
}

const serverUrl = process.env.TERRIER_TEST_DATABASE_URL?.trim() || null

/** Whether there is a server to test on; `npm test` always brings one. */
export const hasServer = serverUrl !== null

/**
 * Declares the same tests for both kinds of base, each on a fresh, migrated one that all tests of the block share.
 * `npm test` brings the server along; under plain vitest name one in TERRIER_TEST_DATABASE_URL, or its half is skipped.
 */
export function eachBase(
  name: string,
  define: (open: () => FreshBase, kind: BaseKind) => void,
  options: OpenOptions = {},
): void {
  for (const kind of baseKinds) {
    describe.skipIf(kind === 'server' && !hasServer)(`${name} [${kind}]`, () => {
      let base: FreshBase | undefined
      beforeAll(async () => {
        base = await freshBase(kind, options)
      })
      afterAll(() => base?.remove())
      define(() => {
        if (!base) throw new Error('The base is open inside tests and hooks only.')
        return base
      }, kind)
    })
  }
}

/** Makes and opens a fresh, migrated base. The caller removes it. */
export async function freshBase(kind: BaseKind, options: OpenOptions = {}): Promise<FreshBase> {
  return kind === 'embedded' ? freshEmbedded(options) : freshServer(options)
}

/** What a made base depends on: another template, engine or migration makes it anew. */
function fingerprint(...parts: (string | Buffer)[]): string {
  const hash = createHash('sha256')
  for (const { name, sha256 } of readMigrations()) hash.update(`${name} ${sha256}\n`)
  for (const part of parts) hash.update(part)
  return hash.digest('hex').slice(0, 16)
}

async function freshEmbedded(options: OpenOptions): Promise<FreshBase> {
  const folder = await migratedDataDir()
  const config = { databaseUrl: null, dataDir: folder.path }
  return opened(config, options, async () => folder.remove())
}

async function opened(
  config: FreshBase['config'],
  options: OpenOptions,
  cleanUp: () => Promise<void>,
): Promise<FreshBase> {
  const base = await openBase(config, options)
  return {
    ...base,
    config,
    async remove() {
      await base.close()
      await cleanUp()
    },
  }
}

/** The owner of a fresh, migrated base instead of the application: for tests of what opening does. */
export async function ownerOfFresh(
  kind: BaseKind,
): Promise<{ owner: pg.PoolClient; remove: () => Promise<void> }> {
  if (kind === 'embedded') {
    const folder = await migratedDataDir()
    const embedded = await openEmbedded(folder.path, { statementLimitMs: 60_000 })
    const owner = await embedded.pool.connect()
    return {
      owner,
      async remove() {
        owner.release()
        await embedded.pool.end()
        await embedded.close()
        folder.remove()
      },
    }
  }
  const name = await freshDatabase()
  const pool = serverPool(serverUrlOf(name))
  const owner = await pool.connect()
  return {
    owner,
    async remove() {
      owner.release()
      await pool.end()
      await withServer((client) => client.query(`drop database ${name} with (force)`))
    },
  }
}

export interface TemporaryFolder {
  readonly path: string
  remove(): void
}

/** A new empty folder. The caller removes it. */
export function temporaryFolder(): TemporaryFolder {
  const path = mkdtempSync(join(testRoot, 'terrier-test-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** A data folder (TERRIER_DATA) whose embedded base is migrated and closed. */
export async function migratedDataDir(): Promise<TemporaryFolder> {
  const made = await migratedFolder()
  const folder = temporaryFolder()
  cpSync(join(made, 'base'), join(folder.path, 'base'), { recursive: true })
  symlinkSync(join(made, 'engine'), join(folder.path, 'engine'))
  return folder
}

/** A data folder with every migration run, made once and copied from then on. */
async function migratedFolder(): Promise<string> {
  const { version } = postgisPackage()
  const made = join(testRoot, `terrier-migrated-${fingerprint(version, readFileSync(templateFile))}`)
  if (existsSync(made)) return made
  const draft = mkdtempSync(`${made}-`)
  await (await openBase({ databaseUrl: null, dataDir: draft })).close()
  try {
    renameSync(draft, made)
  } catch (error) {
    if (!existsSync(made)) throw error
    rmSync(draft, { recursive: true }) // another test process was faster
  }
  return made
}

async function freshServer(options: OpenOptions): Promise<FreshBase> {
  const name = await freshDatabase()
  const config = { databaseUrl: serverUrlOf(name), dataDir: join(testRoot, name) }
  return opened(config, options, async () => {
    rmSync(config.dataDir, { recursive: true, force: true })
    await withServer((client) => client.query(`drop database ${name} with (force)`))
  })
}

async function freshDatabase(): Promise<string> {
  if (serverUrl === null) throw new Error('TERRIER_TEST_DATABASE_URL names no server.')
  const template = await migratedDatabase()
  const name = `terrier_test_${randomUUID().replaceAll('-', '').slice(0, 16)}`
  await withServer((client) => client.query(`create database ${name} template ${template}`))
  return name
}

const MAKING_TEMPLATE = 43_021_101

/** A database with every migration run, made once per server and copied from then on. */
async function migratedDatabase(): Promise<string> {
  const name = `terrier_migrated_${fingerprint()}`
  await withServer(async (client) => {
    await client.query('select pg_advisory_lock($1)', [MAKING_TEMPLATE])
    const { rows } = await client.query('select from pg_database where datname = $1', [name])
    if (rows.length > 0) return
    await client.query(`drop database if exists ${name}_draft with (force)`)
    await client.query(`create database ${name}_draft`)
    await (await openBase({ databaseUrl: serverUrlOf(`${name}_draft`), dataDir: tmpdir() })).close()
    await client.query(`alter database ${name}_draft rename to ${name}`)
  })
  return name
}

/** A connection of the administrator, for what a test needs beside its base. */
export async function withServer<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: serverUrl! })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** The test server's URL with another database. */
export function serverUrlOf(database: string): string {
  const url = new URL(serverUrl!)
  url.pathname = `/${database}`
  return url.href
}
