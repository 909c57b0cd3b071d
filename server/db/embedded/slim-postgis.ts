import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
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
export function slimPostgis(folder: string): string {
  const { bundle, version } = postgisPackage()
  const target = join(folder, `postgis-${version}.tar.gz`)
  if (existsSync(target)) return target
  mkdirSync(folder, { recursive: true })
  const slim = gzipSync(pick(gunzipSync(readFileSync(bundle)), needed), { level: 1 })
  const draft = `${target}.${process.pid}.part`
  const descriptor = openSync(draft, 'w')
  writeSync(descriptor, slim)
  fsyncSync(descriptor)
  closeSync(descriptor)
  renameSync(draft, target)
  return target
}

/** The named entries of a tar, headers and all. */
function pick(tar: Buffer, names: ReadonlySet<string>): Buffer {
  const kept = [...readTar(tar)].filter(({ name }) => names.has(name)).map(({ raw }) => raw)
  if (kept.length !== names.size) {
    throw new Error(
      `The PostGIS package has changed: it holds ${kept.length} of the ${names.size} files needed.`,
    )
  }
  return Buffer.concat([...kept, tarEnd])
}
