import { createReadStream, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { createGunzip } from 'node:zlib'
import { Refusal } from '../../refusal.ts'
import { readTar, type TarEntry } from './tar.ts'

/** PostgreSQL of PGlite 0.5. */
const ENGINE_VERSION = '18'

/** An empty cluster with PostGIS installed; made by `npm run template`. */
export const templateFile = fileURLToPath(new URL('../../../data/embedded/template.tar.gz', import.meta.url))

/**
 * Makes the cluster (PGDATA) from the template unless it is there. It appears under its name only when it is whole
 * and on disk, so a start that is cut short leaves nothing half made.
 * @throws Refusal `DATA_DIR_OTHER_VERSION` for a cluster of another PostgreSQL than the engine's
 */
export async function ensureCluster(folder: string): Promise<void> {
  const version = join(folder, 'PG_VERSION')
  if (existsSync(version)) return checkVersion(folder, readFileSync(version, 'utf8').trim())
  const draft = `${folder}.new`
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { recursive: true, mode: 0o700 })
  await pipeline(createReadStream(templateFile), createGunzip(), (template: AsyncIterable<Buffer>) =>
    inParallel(readTar(template), 16, (entry) => unpack(entry, draft)),
  )
  renameSync(draft, folder)
}

/** On disk when it returns. */
async function unpack({ name, isFolder, content }: TarEntry, folder: string): Promise<void> {
  const path = join(folder, name)
  mkdirSync(isFolder ? path : dirname(path), { recursive: true, mode: 0o700 })
  if (isFolder) return
  const file = await open(path, 'w', 0o600)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
}

function checkVersion(folder: string, found: string): void {
  if (found === ENGINE_VERSION) return
  throw new Refusal(
    'DATA_DIR_OTHER_VERSION',
    {
      zh: `数据目录“${folder}”属于 PostgreSQL ${found}，内置引擎为 ${ENGINE_VERSION}，无法打开。`,
      en: `The data folder "${folder}" belongs to PostgreSQL ${found}; the embedded engine is ${ENGINE_VERSION} and cannot open it.`,
    },
    {
      zh: '请用原来的版本导出数据，或用 TERRIER_DATA 指定另一个目录。',
      en: 'Export its data with the version that made it, or choose another folder with TERRIER_DATA.',
    },
    { file: folder },
  )
}

async function inParallel<T>(
  items: AsyncIterableIterator<T>,
  lanes: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const lane = async (): Promise<void> => {
    for (let next = await items.next(); !next.done; next = await items.next()) await work(next.value)
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}
