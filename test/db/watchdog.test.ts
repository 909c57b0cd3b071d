import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Engine } from '../../server/db/embedded/engine.ts'
import { StatementStopped } from '../../server/db/failure.ts'
import { eachBase, freshBase, type FreshBase } from '../helpers/database.ts'

// In PGlite statement_timeout does nothing and a query holds its thread: with a limit of 500 ms one ran 6.7 s while
// no timer of the program fired. A write error made it spin for ever.

const endless = sql`select count(*) from generate_series(1, 20000000000)`

eachBase(
  'a statement that does not end',
  (open) => {
    test('is stopped, with an error that names it, while the program goes on', async () => {
      let ticks = 0
      const ticking = setInterval(() => (ticks += 1), 20)
      const stopped = await endless.execute(open().db).catch((error: unknown) => error)
      clearInterval(ticking)
      expect(stopped).toBeInstanceOf(StatementStopped)
      expect(stopped).toMatchObject({
        code: 'STATEMENT_STOPPED',
        limitMs: 2000,
        statement: 'select count(*) from generate_series(1, 20000000000)',
      })
      expect(ticks).toBeGreaterThan(10)
    })

    test('takes its transaction along, and the base goes on', async () => {
      const work = open().transaction(async (tx) => {
        await tx.insertInto('counter').values({ name: 'lost' }).execute()
        await endless.execute(tx)
      })
      await expect(work).rejects.toThrow(StatementStopped)
      expect(await open().db.selectFrom('counter').selectAll().execute()).toEqual([])
    })

    test('a transaction may set another limit, for itself alone', async () => {
      const limited = open().transaction((tx) => endless.execute(tx), { statementLimitMs: 300 })
      await expect(limited).rejects.toMatchObject({ code: 'STATEMENT_STOPPED', limitMs: 300 })
      await open().transaction((tx) => sql`select pg_sleep(0.5)`.execute(tx), { statementLimitMs: 60_000 })
    })
  },
  { statementLimitMs: 2000 },
)

describe('an engine that never answers', () => {
  let base: FreshBase
  beforeAll(async () => {
    // Opens as always; from then on its disk refuses every fsync, and PostgreSQL answers that with a panic.
    base = await freshBase('embedded', {
      statementLimitMs: 3000,
      script: new URL('./failing-disk.mjs', import.meta.url),
    })
  })
  afterAll(() => base.remove())

  test('a disk that fails is reported instead of hanging, and what was committed before is there', async () => {
    await base.db.insertInto('counter').values({ name: 'before' }).execute()
    const failing = base.db.insertInto('counter').values({ name: 'the disk fails here' }).execute()
    await expect(failing).rejects.toMatchObject({
      code: expect.stringMatching(/^(ENGINE_FAULT|STATEMENT_STOPPED)$/),
    })
    const rows = await base.db.selectFrom('counter').select('name').execute()
    expect(rows).toContainEqual({ name: 'before' })
  })

  test('a worker that says nothing is ended and named', async () => {
    const engine = await Engine.open({
      folder: 'none',
      postgisBundle: 'none',
      script: new URL('./silent-worker.mjs', import.meta.url),
    })
    const query = Buffer.from('Q\0\0\0\x0dselect 1\0')
    const silent = engine.exchange(new Uint8Array(query), 200, () => undefined)
    await expect(silent).rejects.toMatchObject({
      code: 'STATEMENT_STOPPED',
      statement: 'select 1',
      limitMs: 200,
    })
    expect(engine.end).not.toBeNull()
  })

  test('an engine that cannot open is an error, not a wait', async () => {
    const opening = Engine.open({ folder: '/nowhere/at/all', postgisBundle: '/nowhere/postgis.tar.gz' })
    await expect(opening).rejects.toMatchObject({ code: 'ENGINE_FAULT' })
  })
})
