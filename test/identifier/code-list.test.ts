import { expect, test } from 'vitest'
import * as lists from '../../server/identifier/code-list.ts'

test('every list is read whole and in both languages', () => {
  expect(lists.districts()).toHaveLength(13)
  expect(lists.landUses()).toHaveLength(405)
  expect(lists.landUseMappings()).toHaveLength(102)
  expect(lists.rights()).toHaveLength(103)
  expect(lists.layerCodes()).toHaveLength(25)
  expect(lists.problemFlags()).toHaveLength(50)
  expect(lists.strategyCodes()).toHaveLength(39)
  expect(lists.landchinaFields()).toHaveLength(32)
  for (const { title } of [
    ...lists.districts(),
    ...lists.landUses(),
    ...lists.rights(),
    ...lists.problemFlags(),
    ...lists.strategyCodes(),
  ]) {
    expect(title.zh).not.toBe('')
    expect(title.en).not.toBe('')
  }
})
test('strategies come in their order, the last one for every parcel left', () => {
  const orders = lists.strategyCodes().map((strategy) => strategy.order)
  expect(orders).toEqual(orders.toSorted((a, b) => a - b))
})
