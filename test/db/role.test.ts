import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { eachBase } from '../helpers/database.ts'

// The embedded engine logs in as superuser, whom no row rule binds: everything that is not a migration runs as a
// role of its own.

eachBase('the role statements run as', (open) => {
  const who = sql<{ who: string }>`select current_user::text as who`

  test('is terrier_app, inside transactions and outside', async () => {
    expect(open().role).toBe('terrier_app')
    expect((await who.execute(open().db)).rows).toEqual([{ who: 'terrier_app' }])
    expect((await open().transaction((tx) => who.execute(tx))).rows).toEqual([{ who: 'terrier_app' }])
  })

  test('is terrier_app again after a failed transaction, and after the owner had the connection', async () => {
    await open()
      .transaction((tx) => sql`select 1 / 0`.execute(tx))
      .catch(() => undefined)
    expect((await who.execute(open().db)).rows).toEqual([{ who: 'terrier_app' }])
    await open().analyze()
    for (let i = 0; i < 10; i++) expect((await who.execute(open().db)).rows).toEqual([{ who: 'terrier_app' }])
  })

  test('may not change tables or what was migrated', async () => {
    const forbidden = { code: '42501' } // insufficient_privilege
    await expect(sql`drop table record`.execute(open().db)).rejects.toMatchObject(forbidden)
    await expect(sql`delete from schema_migration`.execute(open().db)).rejects.toMatchObject(forbidden)
    await expect(sql`create table public.mine (n int)`.execute(open().db)).rejects.toMatchObject(forbidden)
  })

  test('is bound by row rules', async () => {
    const { rows } = await sql<{ bypass: boolean; super: boolean }>`
      select rolbypassrls as bypass, rolsuper as super from pg_roles where rolname = current_user`.execute(
      open().db,
    )
    expect(rows).toEqual([{ bypass: false, super: false }])
  })

  test('reads and writes every table', async () => {
    const { rows } = await sql<{ table: string; may: boolean }>`
      select tablename as table,
        has_table_privilege(format('%I', tablename), 'select')
        and (tablename = 'schema_migration'
          or has_table_privilege(format('%I', tablename), 'insert, update, delete')) as may
      from pg_tables where schemaname = 'public' and tablename <> 'spatial_ref_sys'`.execute(open().db)
    expect(rows.length).toBeGreaterThan(15)
    expect(rows.filter(({ may }) => !may)).toEqual([])
  })
})
