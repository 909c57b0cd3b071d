import { expect, test } from 'vitest'
import { sql } from 'kysely'
import { nextNumbers } from '../../server/db/counter.ts'
import { OutsideTransaction, TransactionLost } from '../../server/db/failure.ts'
import { outsideTransaction } from '../../server/db/open.ts'
import { eachBase } from '../helpers/database.ts'

eachBase('a transaction', (open) => {
  const names = async () => {
    const rows = await open().db.selectFrom('counter').select('name').orderBy('name').execute()
    return rows.map(({ name }) => name)
  }

  test('is kept whole or not at all', async () => {
    const broken = open().transaction(async (tx) => {
      await tx.insertInto('counter').values({ name: 'gone' }).execute()
      throw new Error('changed my mind')
    })
    await expect(broken).rejects.toThrow('changed my mind')
    expect(await names()).toEqual([])
    await open().transaction((tx) => tx.insertInto('counter').values({ name: 'kept' }).execute())
    expect(await names()).toEqual(['kept'])
    await open().db.deleteFrom('counter').execute()
  })

  test('that hides an SQL error is not reported as kept', async () => {
    const hiding = open().transaction(async (tx) => {
      await tx.insertInto('counter').values({ name: 'gone' }).execute()
      await sql`select 1 / 0`.execute(tx).catch(() => undefined)
    })
    await expect(hiding).rejects.toThrow(TransactionLost)
    expect(await names()).toEqual([])
  })

  // The embedded base has one connection: this would wait for itself for ever.
  test('refuses the base itself while it is open, instead of waiting for itself', async () => {
    const { db } = open()
    const reading = open().transaction(() => db.selectFrom('counter').selectAll().execute())
    await expect(reading).rejects.toThrow(OutsideTransaction)
    const nested = open().transaction(() => open().transaction(async () => undefined))
    await expect(nested).rejects.toThrow(OutsideTransaction)
    const through = db.transaction().execute(() => db.selectFrom('counter').selectAll().execute())
    await expect(through).rejects.toThrow(OutsideTransaction)
    const analyzing = open().transaction(() => open().analyze())
    await expect(analyzing).rejects.toThrow(OutsideTransaction)
  })

  test('lets work that is none of it wait outside', async () => {
    let aside: Promise<unknown> | undefined
    await open().transaction(async (tx) => {
      await tx.insertInto('counter').values({ name: 'inside' }).execute()
      aside = outsideTransaction(() => open().db.insertInto('counter').values({ name: 'aside' }).execute())
    })
    await aside
    expect(await names()).toEqual(['aside', 'inside'])
    await open().db.deleteFrom('counter').execute()
  })

  test('what was begun inside and runs later is outside', async () => {
    let later: Promise<unknown> | undefined
    await open().transaction(async () => {
      later = new Promise((resolve) => setTimeout(resolve, 50)).then(names)
    })
    expect(await later).toEqual([])
  })

  test('many at once take turns', async () => {
    await Promise.all(
      Array.from({ length: 20 }, () => open().transaction((tx) => nextNumbers(tx, 'turn', 1))),
    )
    expect(await open().transaction((tx) => nextNumbers(tx, 'turn', 1))).toBe(21)
    await open().db.deleteFrom('counter').execute()
  })

  test('a savepoint gives back a part', async () => {
    const trx = await open().db.startTransaction().execute()
    await trx.insertInto('counter').values({ name: 'kept' }).execute()
    const point = await trx.savepoint('here').execute()
    await point.insertInto('counter').values({ name: 'gone' }).execute()
    await point.rollbackToSavepoint('here').execute()
    await trx.commit().execute()
    expect(await names()).toEqual(['kept'])
    await open().db.deleteFrom('counter').execute()
  })
})

eachBase('a counter', (open) => {
  test('gives consecutive numbers, the first of them', async () => {
    const take = (name: string, count: number) => open().transaction((tx) => nextNumbers(tx, name, count))
    expect(await take('delivery', 1)).toBe(1)
    expect(await take('delivery', 5)).toBe(2) // 2 to 6
    expect(await take('delivery', 1)).toBe(7)
    expect(await take('parcel:430211', 1)).toBe(1)
  })

  test('takes its numbers back when the transaction fails', async () => {
    const failing = open().transaction(async (tx) => {
      await nextNumbers(tx, 'build', 10)
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await open().transaction((tx) => nextNumbers(tx, 'build', 1))).toBe(1)
  })

  test.each([0, -1, 1.5, Number.NaN])('does not give %d numbers', async (count) => {
    await expect(open().transaction((tx) => nextNumbers(tx, 'x', count))).rejects.toThrow(RangeError)
  })
})
