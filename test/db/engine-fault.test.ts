import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DurableNodeFS } from '../../server/db/embedded/durable-fs.ts'
import { EngineUnguarded, GuardedPGlite } from '../../server/db/embedded/guarded-pglite.ts'
import { EngineFault } from '../../server/db/failure.ts'
import { freshBase, migratedDataDir, type FreshBase } from '../helpers/database.ts'

// PGlite answers a statement its engine broke off in with no rows and no error, and goes on: a transaction of three
// inserts, the second of them faulting, committed the first and the third.

/** JSON nested so deep that parsing it runs out of the engine's stack. */
const faulting = sql`select ${'['.repeat(100_000) + ']'.repeat(100_000)}::jsonb`

describe('an engine that breaks off', () => {
  let base: FreshBase
  beforeAll(async () => {
    base = await freshBase('embedded')
  })
  afterAll(() => base.remove())

  const counters = () => base.db.selectFrom('counter').select('name').orderBy('name').execute()

  test('an engine fault is an error that names its statement, not an empty answer', async () => {
    const fault = await faulting.execute(base.db).catch((error: unknown) => error)
    expect(fault).toBeInstanceOf(EngineFault)
    expect(fault).toMatchObject({ code: 'ENGINE_FAULT', statement: 'select $1::jsonb' })
  })

  test('nothing of a transaction with a fault in it is kept, and the base goes on', async () => {
    const work = base.transaction(async (tx) => {
      await tx.insertInto('counter').values({ name: 'before', last_value: 1 }).execute()
      await faulting.execute(tx)
      await tx.insertInto('counter').values({ name: 'after', last_value: 3 }).execute()
    })
    await expect(work).rejects.toThrow(EngineFault)
    expect(await counters()).toEqual([])
    await base.db.insertInto('counter').values({ name: 'later' }).execute()
    expect(await counters()).toEqual([{ name: 'later' }])
    await base.db.deleteFrom('counter').execute()
  })

  test('a fault hidden by the work still keeps the transaction from being committed', async () => {
    const work = base.transaction(async (tx) => {
      await tx.insertInto('counter').values({ name: 'before' }).execute()
      await faulting.execute(tx).catch(() => undefined)
    })
    await expect(work).rejects.toThrow()
    expect(await counters()).toEqual([])
  })

  test('of one statement that faults half way, no row is kept', async () => {
    // Outside a transaction the engine would go on to the Sync that follows, and commit the first 500 rows.
    const insert = sql`
      insert into counter (name, last_value)
      select 'row ' || n, jsonb_array_length((repeat('[', depth) || repeat(']', depth))::jsonb)
      from (select n, case when n < 500 then 1 else 100000 end as depth from generate_series(1, 1000) as n) as deep`
    await expect(insert.execute(base.db)).rejects.toThrow(EngineFault)
    expect(await counters()).toEqual([])
  })

  test('an SQL error is no fault: the engine stays', async () => {
    await expect(sql`select 1 / 0`.execute(base.db)).rejects.toMatchObject({ code: '22012' })
    expect((await sql<{ one: number }>`select 1 as one`.execute(base.db)).rows).toEqual([{ one: 1 }])
  })
})

describe('a PGlite whose faults cannot be seen', () => {
  test.each([
    ['calls another loop than the guarded one', '_PostgresMainLoopOnce'],
    ['reports its exits elsewhere', '_pgl_setPGliteExitStatus'],
  ])('is not opened: it %s', async (_, hook) => {
    const folder = await migratedDataDir()
    // Takes what the guard sets and goes on with its own, as another release of PGlite might.
    const deaf = {
      name: 'deaf',
      setup: async (engine: unknown) => ({
        init: async () => {
          const module = (engine as { Module: Record<string, unknown> }).Module
          const own = module[hook]
          Object.defineProperty(module, hook, { get: () => own, set() {} })
        },
      }),
    }
    try {
      const opening = GuardedPGlite.open({
        fs: new DurableNodeFS(join(folder.path, 'base'), () => undefined),
        extensions: { deaf },
      })
      await expect(opening).rejects.toThrow(EngineUnguarded)
    } finally {
      folder.remove()
    }
  })
})
