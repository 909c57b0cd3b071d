import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ensureCluster } from '../../server/db/embedded/cluster.ts'
import { slimPostgis } from '../../server/db/embedded/slim-postgis.ts'
import { readTar, writeTar, type TarEntry } from '../../server/db/embedded/tar.ts'
import { openBase } from '../../server/db/open.ts'
import { migratedDataDir, temporaryFolder, type TemporaryFolder } from '../helpers/database.ts'

async function entriesOf(tar: Buffer, size = tar.length): Promise<TarEntry[]> {
  const pieces: Buffer[] = []
  for (let at = 0; at < tar.length; at += size) pieces.push(tar.subarray(at, at + size))
  const entries: TarEntry[] = []
  for await (const entry of readTar(pieces)) entries.push(entry)
  return entries
}

describe('the folder of the embedded base', () => {
  let folder: TemporaryFolder
  beforeEach(() => {
    folder = temporaryFolder()
  })
  afterEach(() => folder.remove())

  test('a first start makes it from the template, whole', async () => {
    const base = join(folder.path, 'base')
    mkdirSync(join(base, '..', 'base.new'))
    writeFileSync(join(folder.path, 'base.new', 'PG_VERSION'), 'left by a start that was cut short')
    await ensureCluster(base)
    expect(readFileSync(join(base, 'PG_VERSION'), 'utf8').trim()).toBe('18')
    expect(readdirSync(folder.path)).toEqual(['base'])
    expect(readdirSync(base)).toEqual(
      expect.arrayContaining(['base', 'global', 'pg_wal', 'pg_notify', 'pg_twophase']),
    )
  })

  test('a cluster of another PostgreSQL is refused, not opened', async () => {
    mkdirSync(join(folder.path, 'base'))
    writeFileSync(join(folder.path, 'base', 'PG_VERSION'), '17\n')
    await expect(openBase({ databaseUrl: null, dataDir: folder.path })).rejects.toMatchObject({
      code: 'DATA_DIR_OTHER_VERSION',
      text: { en: expect.stringContaining('PostgreSQL 17') },
    })
    expect(existsSync(join(folder.path, 'base.lock'))).toBe(false)
  })

  test('one whose engine was killed before its own lock file was written opens', async () => {
    const copy = await migratedDataDir()
    try {
      writeFileSync(join(copy.path, 'base', 'postmaster.pid'), '')
      const base = await openBase({ databaseUrl: null, dataDir: copy.path })
      await base.close()
    } finally {
      copy.remove()
    }
  })

  test('a folder that is a file is refused in words', async () => {
    const file = join(folder.path, 'file')
    writeFileSync(file, '')
    chmodSync(file, 0o600)
    const refused = openBase({ databaseUrl: null, dataDir: join(file, 'data') })
    await expect(refused).rejects.toMatchObject({
      code: 'DATA_DIR_UNUSABLE',
      hint: { en: expect.stringContaining('TERRIER_DATA') },
    })
  })

  test('the PostGIS bundle is cut down to what an open base loads, once', async () => {
    const bundle = await slimPostgis(folder.path)
    const names = (await entriesOf(gunzipSync(readFileSync(bundle)))).map(({ name }) => name)
    expect(names.toSorted()).toEqual([
      'lib/postgresql/postgis-3.so',
      'share/postgresql/extension/postgis.control',
      'share/proj/proj.db',
      'share/proj/proj.ini',
    ])
    writeFileSync(bundle, 'already here')
    expect(readFileSync(await slimPostgis(folder.path), 'utf8')).toBe('already here')
  })
})

describe('tar', () => {
  test.each([1, 700, 1 << 20])('reads back what it wrote, in pieces of %i bytes', async (size) => {
    const entries = [
      { name: 'pg_wal', content: null },
      { name: 'pg_wal/000000010000000000000001', content: Buffer.alloc(1000, 7) },
      { name: 'empty', content: Buffer.alloc(0) },
      { name: 'block', content: Buffer.alloc(512, 1) },
    ]
    const read = await entriesOf(writeTar(entries), size)
    expect(
      read.map(({ name, isFolder, content }) => ({ name, content: isFolder ? null : Buffer.from(content) })),
    ).toEqual(entries)
  })

  test('a tar cut short is an error', async () => {
    const tar = writeTar([{ name: 'a', content: Buffer.alloc(1000) }])
    await expect(entriesOf(tar.subarray(0, 1000))).rejects.toThrow('The tar ends inside "a".')
  })
})
