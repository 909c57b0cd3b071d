import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FirstRows } from '../../server/record/first-rows.ts'
import { nameKey } from '../../server/record/names.ts'

test('says of every key what a map says, also past the room it began with', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string({ maxLength: 3 }), fc.integer({ min: 1, max: 9 }))), (given) => {
      const known = new Map<string, number>()
      const rows = new FirstRows()
      for (const [key, row] of given) {
        expect(rows.firstOf(key, row)).toBe(known.get(key))
        if (!known.has(key)) known.set(key, row)
      }
      for (const [key, row] of known) expect(rows.firstOf(key, 99)).toBe(row)
      for (const key of ['', 'a', '|', '430211|甲']) expect(rows.has(key)).toBe(known.has(key))
    }),
  )
  const many = new FirstRows()
  for (let i = 1; i <= 100_000; i++) expect(many.firstOf(`430211|430211001001GB${i}`, i)).toBeUndefined()
  for (let i = 1; i <= 100_000; i += 37) expect(many.firstOf(`430211|430211001001GB${i}`, 1)).toBe(i)
  expect(many.has('430211|430211001001GB0')).toBe(false)
})

test('names keep the keys they have in every base there is', () => {
  expect(nameKey('>parcel 430211001001GB00001')).toBe(nameKey('<parcel 430211001001GB00001'))
  expect(nameKey('>parcel 430211001001GB00001')).toBe(1_643_784_108_751_885)
})
