import { describe, expect, test } from 'vitest'
import { landUses } from '../../server/identifier/code-list.ts'
import { landUseScheme, landUseSchemes, useGroupOf, useGroups } from '../../server/identifier/land-use.ts'
import { useGroups as factGroups } from '../../server/rule/fact.ts'

test('groups are the groups of the fact dictionary', () => expect(useGroups).toEqual(factGroups))
test('every scheme of the list is known', () =>
  expect([...new Set(landUses().map((entry) => entry.scheme))].toSorted()).toEqual(
    [...landUseSchemes].toSorted(),
  ))

describe('a code', () => {
  test.each([
    ['0601', 'GBT21010-2017', 'IND'],
    ['0601', 'YDYH-2023', 'AGR'], // 农村道路 there
    ['1001', 'GBT21010-2017', 'TRA'], // 铁路用地
    ['1001', 'YDYH-2023', 'IND'],
    ['100101', 'YDYH-2023', 'IND'], // 一类工业用地
    ['09', 'GBT21010-2017', 'SPE'],
    ['09', '用地用海', 'COM'],
    ['0508', '三调', 'STO'],
    ['0604', 'GB/T 21010-2017', 'STO'],
    ['1006', 'GBT21010-2017', 'AGR'], // 农村道路 is no transport land
    ['0810', 'GBT21010-2017', 'GRN'],
    ['16', 'YDYH-2023', 'RSV'],
    ['0103K', '三调', 'AGR'], // 可调整
  ])('%s of %s is %s', (use, scheme, group) => expect(useGroupOf({ use, scheme })).toBe(group))
  test('without a scheme counts only where every scheme agrees', () => {
    expect(useGroupOf({ use: '0601' })).toBeNull()
    expect(useGroupOf({ use: '1001' })).toBeNull()
    expect(useGroupOf({ use: '0701' })).toBe('RES')
    expect(useGroupOf({ use: '061' })).toBe('IND') // three digits: only the 2007 list has them
  })
  test('its scheme does not have is not known', () =>
    expect(useGroupOf({ use: '0699', scheme: 'YDYH-2023' })).toBeNull())
})

describe('a name', () => {
  test.each([
    ['工业用地', 'IND'],
    ['工业用地（标准地）', 'IND'],
    ['0601工业用地', 'IND'],
    ['工矿用地', 'IND'],
    ['物流仓储用地', 'STO'],
    ['商业服务业用地', 'COM'],
    ['高档住宅用地', 'RES'],
    ['中低价位、中小套型普通商品住房用地', 'RES'],
    ['科教用地', 'PUB'],
    ['公共设施用地', 'INF'],
    ['街巷用地', 'TRA'],
    ['公园与绿地', 'GRN'],
    ['水工建筑用地', 'INF'],
    ['商住用地', 'MIX'],
  ])('%s is %s', (use, group) => expect(useGroupOf({ use })).toBe(group))
  test('that spans two groups by its own words, and an unknown one, are not known', () => {
    expect(useGroupOf({ use: '工矿仓储用地' })).toBeNull()
    expect(useGroupOf({ use: '火星用地' })).toBeNull()
    expect(useGroupOf({ use: '' })).toBeNull()
  })
})

describe('a text of several uses', () => {
  test.each([
    ['其他普通商品住房用地70年; 其他商服用地40年;', 'MIX'],
    ['中低价位、中小套型普通商品住房用地70年; 批发零售用地40年;', 'MIX'],
    ['批发零售用地40年; 其他商服用地40年;', 'COM'],
    ['住宅、商业', 'MIX'],
    ['住宅用地兼容商业用地', 'MIX'],
  ])('%s is %s', (use, group) => expect(useGroupOf({ use })).toBe(group))
  test('one known and one unknown are not known to be one group', () =>
    expect(useGroupOf({ use: '工业用地50年; 火星用地40年' })).toBeNull())
})

test('schemes are known by the names people use', () => {
  expect(landUseScheme('GB/T 21010-2017')).toBe('GBT21010-2017')
  expect(landUseScheme('《土地利用现状分类》GB/T21010—2007')).toBe('GBT21010-2007')
  expect(landUseScheme('国土空间调查、规划、用途管制用地用海分类指南')).toBe('YDYH-2023')
  expect(landUseScheme('2020版')).toBeNull()
})
