import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readMigrations } from '../../server/db/migrate.ts'
import { openBase } from '../../server/db/open.ts'
import { checkServer } from '../../server/db/server.ts'
import type { Session } from '../../server/db/session.ts'
import { hasServer, serverUrlOf, withServer } from '../helpers/database.ts'

const opening = (databaseUrl: string) => openBase({ databaseUrl, dataDir: '/nonexistent' })

describe('a server that cannot be used says what to do', () => {
  test('nobody listens there', async () => {
    const refused = opening('postgres://someone:secret@127.0.0.1:1/land')
    await expect(refused).rejects.toMatchObject({
      code: 'DB_UNREACHABLE',
      text: { en: expect.stringContaining('127.0.0.1:1') },
      hint: { zh: expect.stringContaining('DATABASE_URL') },
    })
    await expect(refused).rejects.not.toMatchObject({ text: { en: expect.stringContaining('secret') } })
  })

  const answering = (server: number, version: string, postgis: string): Session =>
    ({
      query: async (text: string) => {
        if (text.includes('server_version')) return { rows: [{ number: String(server), version }] }
        if (text.includes('postgis_lib_version')) return { rows: [{ version: postgis }] }
        return { rows: [{}] }
      },
    }) as unknown as Session

  test.each([
    [140011, '14.11', '3.4.0', 'PostgreSQL 14.11'],
    [150004, '15.4', '3.2.9', 'PostGIS 3.2.9'],
    [160001, '16.1', '2.5.5', 'PostGIS 2.5.5'],
  ])('%d with PostGIS %s is too old', async (server, version, postgis, named) => {
    await expect(checkServer(answering(server, version, postgis))).rejects.toMatchObject({
      code: 'DB_TOO_OLD',
      text: { en: expect.stringContaining(named) },
    })
  })

  test.each([
    [150000, '15.0', '3.3.0'],
    [180003, '18.3', '3.10.1'],
  ])('%d with PostGIS %s will do', async (server, version, postgis) => {
    await checkServer(answering(server, version, postgis))
  })
})

describe.skipIf(!hasServer)('a server of a hosted kind', () => {
  const suffix = process.pid
  const [login, empty, hosted] = [
    `terrier_login_${suffix}`,
    `terrier_empty_${suffix}`,
    `terrier_hosted_${suffix}`,
  ]
  beforeAll(() =>
    withServer(async (client) => {
      await client.query(`create role ${login} login`)
      await client.query(`create database ${empty} owner ${login}`)
      await client.query(`create database ${hosted} owner ${login}`)
      const inside = new pg.Client({ connectionString: serverUrlOf(hosted) })
      await inside.connect()
      await inside.query('create extension postgis')
      await inside.end()
    }),
  )
  afterAll(() =>
    withServer(async (client) => {
      await client.query(`drop database if exists ${empty} with (force)`)
      await client.query(`drop database if exists ${hosted} with (force)`)
      await client.query(`drop role if exists ${login}`)
    }),
  )
  const as = (user: string, database: string): string => {
    const url = new URL(serverUrlOf(database))
    url.username = user
    return url.href
  }

  test('an unknown user', async () => {
    await expect(opening(as('nobody_of_that_name', hosted))).rejects.toMatchObject({
      code: 'DB_AUTH',
      text: { zh: expect.stringContaining('nobody_of_that_name') },
    })
  })

  test('a database that does not exist', async () => {
    await expect(opening(serverUrlOf('no_such_land'))).rejects.toMatchObject({
      code: 'DB_UNREACHABLE',
      hint: { en: expect.stringContaining('createdb no_such_land') },
    })
  })

  test('PostGIS neither installed nor allowed to be', async () => {
    await expect(opening(as(login, empty))).rejects.toMatchObject({
      code: 'POSTGIS_MISSING',
      hint: { en: expect.stringContaining('CREATE EXTENSION postgis') },
    })
  })

  test('a login that may make no roles works as itself', async () => {
    const base = await opening(as(login, hosted))
    try {
      expect(base.role).toBeNull()
      await base.transaction((tx) => tx.insertInto('counter').values({ name: 'x' }).execute())
      expect(await base.db.selectFrom('counter').select('name').execute()).toEqual([{ name: 'x' }])
    } finally {
      await base.close()
    }
  })

  test('two programs starting at once migrate it once', async () => {
    const bases = await Promise.all([opening(serverUrlOf(empty)), opening(serverUrlOf(empty))])
    const migrated = bases.map((base) => base.migrated.length)
    for (const base of bases) await base.close()
    expect(migrated.toSorted((a, b) => a - b)).toEqual([0, readMigrations().length])
  })

  test('the connection breaks in the middle: an error, and the next statement has a new one', async () => {
    const base = await opening(serverUrlOf(hosted))
    try {
      const cut = base.transaction(async (tx) => {
        await tx.insertInto('counter').values({ name: 'cut' }).execute()
        await withServer((client) =>
          client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [hosted]),
        )
        await tx.insertInto('counter').values({ name: 'after' }).execute()
      })
      await expect(cut).rejects.toThrow()
      expect(await base.db.selectFrom('counter').select('name').where('name', '=', 'cut').execute()).toEqual(
        [],
      )
    } finally {
      await base.close()
    }
  })
})
