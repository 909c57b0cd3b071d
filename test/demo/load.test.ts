import { describe, expect, test } from 'vitest'
import { loadDemo } from '../../server/demo/load.ts'
import { recordDrafts } from '../../server/record/store.ts'
import { eachBase } from '../helpers/database.ts'

const AT = '2025-07-01T08:00:00Z'
const city = { parcels: 500, seed: 4, at: AT }

eachBase('loading the fictional city', (open) => {
  const rowsIn = async (): Promise<number> =>
    Number(
      (
        await open()
          .db.selectFrom('record')
          .select((eb) => eb.fn.countAll().as('n'))
          .executeTakeFirstOrThrow()
      ).n,
    )

  test('one delivery per register and layer, each named as fictional and keeping what it was made from', async () => {
    const loaded = await loadDemo(open(), { ...city, step: 'first' })
    expect(loaded.deliveries.every(({ delivery }) => delivery !== null)).toBe(true)
    const kept = await open()
      .db.selectFrom('delivery')
      .innerJoin('delivered_file', 'sha256', 'file_sha256')
      .select(['file_name', 'bytes', 'options'])
      .execute()
    expect(kept).toHaveLength(loaded.deliveries.length)
    for (const { file_name, bytes, options } of kept) {
      expect(file_name).toContain('虚构示范城市')
      expect(options).toMatchObject({ fictional: true, demo: { parcels: 500, seed: 4 } })
      expect(JSON.parse(new TextDecoder().decode(bytes!))).toMatchObject({ parcels: 500, seed: 4 })
    }
  })

  test('what has arrived is not brought again, what is missing is', async () => {
    const before = await rowsIn()
    const loaded = await loadDemo(open(), city)
    expect(
      loaded.deliveries.filter(({ delivery }) => delivery !== null).map(({ fileName }) => fileName),
    ).toEqual(['虚构示范城市-登记变更.json'])
    const after = await rowsIn()
    expect(after).toBeGreaterThan(before)
    await loadDemo(open(), city)
    expect(await rowsIn()).toBe(after)
  })

  describe('refused, and nothing lost', () => {
    test('another city is not mixed in', async () => {
      const before = await rowsIn()
      await expect(loadDemo(open(), { ...city, seed: 5 })).rejects.toMatchObject({ code: 'DEMO_NOT_ALONE' })
      expect(await rowsIn()).toBe(before)
    })

    test('nor is a city mixed with deliveries of an office', async () => {
      const one = {
        rowNo: 1,
        key: 'a',
        doc: 'a',
        fields: {},
        raw: {},
        geometry: null,
        areaDocumentM2: null,
        repaired: false,
      }
      await recordDrafts(
        open(),
        { kind: 'approval', fileName: '报批.csv', bytes: new Uint8Array([1]), receivedAt: AT },
        [one],
      )
      const before = await rowsIn()
      await expect(loadDemo(open(), city)).rejects.toMatchObject({ code: 'DEMO_NOT_ALONE' })
      expect(await rowsIn()).toBe(before)
    })
  })
})
