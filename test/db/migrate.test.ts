import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { PoolClient } from 'pg'
import { migrate, MigrationFailed, readMigrations, type Migration } from '../../server/db/migrate.ts'
import { baseKinds, hasServer, ownerOfFresh } from '../helpers/database.ts'

const known = readMigrations()
const also = (name: string, text: string): Migration => ({
  name,
  text,
  sha256: createHash('sha256').update(text).digest('hex'),
})
const note = also('9001_note.sql', 'create table note (text text not null);')

test('migrations are read in name order and hashed by content', () => {
  expect(known.map(({ name }) => name)).toEqual(known.map(({ name }) => name).toSorted())
  expect(known[0]!.name).toBe('0001_delivery_and_record.sql')
  expect(known[0]!.sha256).toBe(createHash('sha256').update(known[0]!.text).digest('hex'))
})

describe.each(baseKinds)('migrating [%s]', (kind) => {
  describe.skipIf(kind === 'server' && !hasServer)('a base', () => {
    let owner: PoolClient
    let remove: () => Promise<void>
    beforeAll(async () => {
      ;({ owner, remove } = await ownerOfFresh(kind))
    })
    afterAll(() => remove())
    const has = async (table: string): Promise<boolean> =>
      (await owner.query('select to_regclass($1) is not null as has', [table])).rows[0].has

    test('has been through all of them once, and runs none again', async () => {
      const { rows } = await owner.query('select name, sha256 from schema_migration order by name')
      expect(rows).toEqual(known.map(({ name, sha256 }) => ({ name, sha256 })))
      expect(await migrate(owner, known)).toEqual([])
    })

    test('runs a new one, once', async () => {
      expect(await migrate(owner, [...known, note])).toEqual(['9001_note.sql'])
      expect(await migrate(owner, [...known, note])).toEqual([])
      expect(await has('note')).toBe(true)
    })

    test('keeps nothing of one that fails half way, and names its line', async () => {
      const bad = also(
        '9002_bad.sql',
        'create table half (n int);\n\ninsert into half values (1);\nselect nonsense;\n',
      )
      const failure = await migrate(owner, [...known, note, bad]).catch((error: unknown) => error)
      expect(failure).toBeInstanceOf(MigrationFailed)
      expect((failure as Error).message).toBe('9002_bad.sql:4: column "nonsense" does not exist')
      expect(await has('half')).toBe(false)
    })

    test('keeps the ones before the one that fails', async () => {
      const good = also('9002_good.sql', 'create table good (n int)')
      const bad = also('9003_bad.sql', 'select nonsense')
      await expect(migrate(owner, [...known, note, good, bad])).rejects.toThrow('9003_bad.sql:1')
      expect(await has('good')).toBe(true)
      await owner.query(`drop table good; delete from schema_migration where name = '9002_good.sql'`)
    })

    test('refuses one that commits by itself', async () => {
      const sly = also('9002_sly.sql', 'select 1; commit; select 2')
      await expect(migrate(owner, [...known, note, sly])).rejects.toThrow(
        'It ends the transaction it runs in.',
      )
    })

    test('refuses one edited after it was applied, by name', async () => {
      const edited = also(note.name, `${note.text} -- more`)
      await expect(migrate(owner, [...known, edited])).rejects.toMatchObject({
        code: 'MIGRATION_EDITED',
        text: { en: expect.stringContaining('9001_note.sql') },
      })
    })

    test('refuses a base a newer program has been at', async () => {
      await expect(migrate(owner, known)).rejects.toMatchObject({
        code: 'DB_NEWER',
        text: { zh: expect.stringContaining('9001_note.sql') },
      })
    })

    test('refuses a new one that sorts before an applied one', async () => {
      const late = also('0002_late.sql', 'select 1')
      await expect(migrate(owner, [...known, late, note])).rejects.toMatchObject({
        code: 'MIGRATION_OUT_OF_ORDER',
      })
    })
  })
})
