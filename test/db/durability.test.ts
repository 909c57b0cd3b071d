import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openEmbedded, type Embedded } from '../../server/db/embedded/open.ts'
import { migratedDataDir, type TemporaryFolder } from '../helpers/database.ts'

// PGlite starts PostgreSQL with fsync off and its Node file system has none: in 6 of 6 simulated power cuts commits
// were lost that had been acknowledged, in the worst 24,004 of 24,049.

describe('commits of the embedded base', () => {
  let folder: TemporaryFolder
  let embedded: Embedded
  beforeAll(async () => {
    folder = await migratedDataDir()
    embedded = await openEmbedded(folder.path, { statementLimitMs: 60_000 })
  })
  afterAll(async () => {
    await embedded.pool.end()
    await embedded.close()
    folder.remove()
  })

  const fsyncs = async () => (await embedded.source.engine()).fsyncs

  test('each is forced to disk before it is acknowledged', async () => {
    for (const name of ['first', 'second', 'third']) {
      const before = await fsyncs()
      await embedded.pool.query('insert into counter (name) values ($1)', [name])
      expect(await fsyncs()).toBeGreaterThan(before)
    }
  })

  test('reading forces nothing to disk', async () => {
    await embedded.pool.query('select * from counter')
    const before = await fsyncs()
    await embedded.pool.query('select * from counter')
    expect(await fsyncs()).toBe(before)
  })

  test('the engine is told to be durable', async () => {
    const { rows } = await embedded.pool.query(
      `select name, setting from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit') order by name`,
    )
    expect(rows).toEqual([
      { name: 'fsync', setting: 'on' },
      { name: 'full_page_writes', setting: 'on' },
      { name: 'synchronous_commit', setting: 'on' },
    ])
  })
})
