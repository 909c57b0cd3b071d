import { createReadStream, createWriteStream, existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { readTar, tarEnd } from './tar.ts'

const require = createRequire(import.meta.url)

/**
 * What an opened base needs of the PostGIS package. The rest (raster, topology, geocoder, installation scripts) costs
 * half a second and 300 MB at every start. `postgis.control` and scripts are not needed: the template already holds
 * the installed extension.
 */
const needed = new Set([
  'lib/postgresql/postgis-3.so',
  'share/proj/proj.db',
  'share/proj/proj.ini',
  'share/postgresql/extension/postgis.control',
])

/** Where the bundle and the version of the installed PostGIS package are. */
export function postgisPackage(): { bundle: string; version: string } {
  const entry = require.resolve('@electric-sql/pglite-postgis')
  const manifest = JSON.parse(readFileSync(join(dirname(entry), '..', 'package.json'), 'utf8')) as {
    version: string
  }
  return { bundle: join(dirname(entry), 'postgis.tar.gz'), version: manifest.version }
}

/** Makes the slim bundle in `folder` from the installed package, once per version of it, and returns its path. */
export async function slimPostgis(folder: string): Promise<string> {
  const { bundle, version } = postgisPackage()
  const target = join(folder, `postgis-${version}.tar.gz`)
  if (existsSync(target)) return target
  mkdirSync(folder, { recursive: true })
  const draft = `${target}.${process.pid}.part`
  await pipeline(
    createReadStream(bundle),
    createGunzip(),
    pick,
    createGzip({ level: 1 }),
    createWriteStream(draft, { flush: true }),
  )
  renameSync(draft, target)
  return target
}

/** The needed entries of a tar, headers and all. */
async function* pick(tar: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let kept = 0
  for await (const { raw } of readTar(tar, (name) => needed.has(name))) {
    kept++
    yield* raw
  }
  if (kept !== needed.size)
    throw new Error(`The PostGIS package has changed: it holds ${kept} of the ${needed.size} files needed.`)
  yield tarEnd
}
