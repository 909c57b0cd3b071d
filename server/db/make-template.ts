// `npm run template`: makes data/embedded/template.tar.gz, the empty cluster with PostGIS installed that a new
// embedded base starts from (initdb and CREATE EXTENSION take 12 s, unpacking takes one). Our own tables are not in
// it: migrations stay the only source of the schema. Run again after an upgrade of PGlite or its PostGIS.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { constants, gzipSync } from 'node:zlib'
import { PGlite } from '@electric-sql/pglite'
import { NodeFS } from '@electric-sql/pglite/nodefs'
import { postgis } from '@electric-sql/pglite-postgis'
import { templateFile } from './embedded/cluster.ts'
import { writeTar } from './embedded/tar.ts'

/** Smaller than PostgreSQL's 16: an empty base is mostly its log. */
const WAL_SEGMENT_MB = 4

const home = mkdtempSync(join(tmpdir(), 'terrier-template-'))
try {
  const folder = join(home, 'base')
  const engine = await PGlite.create({
    fs: new NodeFS(folder),
    extensions: { postgis },
    initDbStartParams: [`--wal-segsize=${WAL_SEGMENT_MB}`],
    startParams: [
      ...PGlite.defaultStartParams,
      '-c',
      'wal_recycle=off',
      '-c',
      `min_wal_size=${2 * WAL_SEGMENT_MB}MB`,
    ],
  })
  // One at a time: statements sent together are one transaction, and VACUUM refuses to be in one.
  for (const step of ['create extension postgis', 'vacuum full', 'vacuum freeze analyze', 'checkpoint'])
    await engine.exec(step)
  await engine.close() // with its checkpoint, so that a base made from it has nothing to replay
  mkdirSync(dirname(templateFile), { recursive: true })
  const packed = gzipSync(writeTar(entriesOf(folder)), { level: constants.Z_BEST_COMPRESSION })
  writeFileSync(templateFile, packed)
  process.stderr.write(`${templateFile}: ${(packed.length / 1e6).toFixed(1)} MB\n`)
} finally {
  rmSync(home, { recursive: true, force: true })
}

function* entriesOf(folder: string): Generator<{ name: string; content: Buffer | null }> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted()
  for (const name of names) {
    const path = join(folder, name)
    yield {
      name: name.replaceAll('\\', '/'),
      content: statSync(path).isDirectory() ? null : readFileSync(path),
    }
  }
}
