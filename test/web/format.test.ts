import { describe, expect, it, test } from 'vitest'
import {
  formatColumn,
  formatDay,
  formatM2,
  formatMu,
  formatNumber,
  formatParcelId,
  formatShare,
  formatValue,
  roundedToTotal,
} from '../../web/format.ts'

describe('areas', () => {
  test('4,800 m² are 7.20 亩', () => {
    expect(formatM2(4800, 'zh')).toBe('4,800.00 m²')
    expect(formatMu(4800, 'zh')).toBe('7.20 亩')
    expect(formatMu(4800, 'en')).toBe('7.20 mu')
  })

  test('an area nobody stated is a dash, not a zero', () => {
    expect(formatM2(null, 'zh')).toBe('—')
    expect(formatMu(undefined, 'en')).toBe('—')
  })

  test('a balance of minus nothing is nothing', () => {
    expect(formatNumber(-1e-9, 'zh', 4)).toBe('0.0000')
    expect(formatNumber(-0.00006, 'zh', 4)).toBe('-0.0001')
  })
})

describe('rounded rows add up to the rounded total', () => {
  it.each([
    [[1 / 3, 1 / 3, 1 / 3], 2, [0.34, 0.33, 0.33]], // 1.00, though each alone would be 0.33
    [[0.005, 0.005], 2, [0.01, 0]],
    [[2.5, 2.5, 5], 0, [3, 2, 5]],
    [[], 2, []],
    [[-0.4, 0.4], 0, [0, 0]],
  ])('%j to %i decimals', (values, decimals, expected) => {
    const rounded = roundedToTotal(values, decimals)
    expect(rounded.map((value) => value + 0)).toEqual(expected)
    const sum = (list: readonly number[]) => list.reduce((a, b) => a + b, 0)
    expect(sum(rounded)).toBeCloseTo(Math.round(sum(values) * 10 ** decimals) / 10 ** decimals, 9)
  })

  test('a column of 亩 ties: 3 × 14,390 m² are 64.76 亩', () => {
    // each is 21.585 亩; 21.59 + 21.59 + 21.58 = 64.76 (64.755 rounded)
    expect(formatColumn('mu', [14_390, 14_390, 14_390], 'zh')).toEqual({
      rows: ['21.59', '21.59', '21.58'],
      total: '64.76',
    })
  })
})

test('a share that is there is never printed as nothing', () => {
  expect(formatShare(0.00004, 'zh')).toBe('< 0.1 %')
  expect(formatShare(0, 'zh')).toBe('0 %')
  expect(formatShare(0.125, 'en')).toBe('12.5 %')
  expect(formatShare(1, 'en')).toBe('100 %')
  expect(formatShare(null, 'en')).toBe('—')
})

test('days, numbers of parcels and facts read as people write them', () => {
  expect(formatDay('2026-06-30', 'zh')).toBe('2026-06-30')
  expect(formatDay('2026-06-30', 'en')).toBe('30 Jun 2026')
  expect(formatDay('去年', 'zh')).toBe('去年')
  expect(formatParcelId(43021100000123)).toBe('430211-00000123')
  expect(formatValue(false, 'zh')).toBe('否')
  expect(formatValue(null, 'zh')).toBe('—')
  expect(formatValue(0, 'zh')).toBe('0')
  expect(formatValue(['P101', 'P503'], 'zh')).toBe('P101、P503')
})
