import { rmSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { Refusal } from '../../refusal.ts'
import { valueTypes } from '../value-text.ts'
import { ensureCluster } from './cluster.ts'
import { Engine, type EngineOptions } from './engine.ts'
import { EngineStream, type EngineSource } from './engine-stream.ts'
import { lockFolder } from './lock.ts'
import { slimPostgis } from './slim-postgis.ts'

export interface EmbeddedOptions extends Pick<EngineOptions, 'script'> {
  readonly statementLimitMs: number
}

/** The embedded engine of a data folder as a pg pool of one connection; a broken engine is replaced on next use. */
export interface Embedded {
  readonly pool: pg.Pool
  readonly source: EngineSource
  close(): Promise<void>
}

/**
 * Opens the embedded base of a data folder: lock, cluster (from the shipped template if there is none), engine.
 * @throws Refusal `DATA_DIR_IN_USE`, `DATA_DIR_UNUSABLE`, `DATA_DIR_OTHER_VERSION`
 */
export async function openEmbedded(
  dataDir: string,
  { statementLimitMs, script }: EmbeddedOptions,
): Promise<Embedded> {
  let unlock = (): void => undefined
  try {
    unlock = lockFolder(join(dataDir, 'base.lock'))
    const folder = join(dataDir, 'base')
    await ensureCluster(folder)
    const postgisBundle = await slimPostgis(join(dataDir, 'engine'))
    const source = new EmbeddedSource(
      { folder, postgisBundle, ...(script ? { script } : {}) },
      statementLimitMs,
    )
    await source.engine()
    const pool = new pg.Pool({
      user: 'postgres',
      database: 'postgres',
      ssl: false,
      max: 1,
      idleTimeoutMillis: 0,
      types: valueTypes,
      stream: () => new EngineStream(source),
    })
    return {
      pool,
      source,
      async close() {
        await source.close()
        unlock()
      },
    }
  } catch (error) {
    unlock()
    throw folderRefusal(error, dataDir)
  }
}

/** EEXIST: the name is taken by a file. ENOENT: a place where nothing can be made, such as /proc. */
const folderTroubles = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'ENOTDIR', 'EEXIST', 'ENOENT'])

/** What the file system says about the data folder, to the person who chose it; other errors come back as they are. */
function folderRefusal(error: unknown, dataDir: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : null
  if (typeof code !== 'string' || !folderTroubles.has(code)) return error
  const full = code === 'ENOSPC'
  return new Refusal(
    'DATA_DIR_UNUSABLE',
    {
      zh: full ? `数据目录“${dataDir}”所在磁盘已满。` : `数据目录“${dataDir}”不能建立或不可写(${code})。`,
      en: full
        ? `The disk of the data folder "${dataDir}" is full.`
        : `The data folder "${dataDir}" cannot be made or written (${code}).`,
    },
    {
      zh: full
        ? '请清理磁盘，或用 TERRIER_DATA 指定另一个目录。'
        : '请确认它是目录并可写，或用 TERRIER_DATA 指定另一个目录。',
      en: full
        ? 'Make room, or choose another folder with TERRIER_DATA.'
        : 'Make sure that it is a folder and may be written, or choose another with TERRIER_DATA.',
    },
    { file: dataDir },
    { cause: error },
  )
}

/**
 * PostgreSQL's own lock file of a life that was killed. Killed between making and writing it, it is empty, and an engine
 * that finds it so refuses to start, for ever. Whoever comes here holds the folder by `lockFolder`: it is nobody's.
 */
function removeLeftPid(folder: string): void {
  rmSync(join(folder, 'postmaster.pid'), { force: true })
}

/** Keeps one engine alive on a folder; the next one is opened only when the last has ended. */
class EmbeddedSource implements EngineSource {
  readonly #options: EngineOptions
  #engine: Promise<Engine> | null = null
  limitMs: number

  constructor(options: EngineOptions, limitMs: number) {
    this.#options = options
    this.limitMs = limitMs
  }

  async engine(): Promise<Engine> {
    const current = await this.#engine
    if (current && current.end === null) return current
    removeLeftPid(this.#options.folder)
    this.#engine = Engine.open(this.#options)
    try {
      return await this.#engine
    } catch (error) {
      this.#engine = null
      throw error
    }
  }

  async close(): Promise<void> {
    const engine = await this.#engine
    this.#engine = null
    await engine?.close()
  }
}
