import { describe, expect, test } from 'vitest'
import { batchDocumentArea, compareAreas, ROUNDING_M2 } from '../../server/ledger/document-area.ts'

describe('which area a document means', () => {
  // ten hectares in central Zhuzhou: the plane shows 18 m² more than the ellipsoid
  const planarM2 = 100_000
  const ellipsoidM2 = 99_982
  const of = (documentM2: number, rounding: number = ROUNDING_M2.hectares) =>
    compareAreas({ documentM2, planarM2, ellipsoidM2 }, rounding)

  test.each([
    [100_000, 'planar', true],
    [99_999.4, 'planar', true], // half a square metre of rounding, and a millimetre along 316 m
    [99_982, 'ellipsoid', true],
    [99_991, 'neither', true], // between the two: within 0.1 %, but neither of them
    [99_850, 'neither', false],
    [100_099, 'neither', true],
  ])('%f m² is %s; agrees: %s', (documentM2, means, agrees) =>
    expect(of(documentM2)).toMatchObject({ means, agrees }),
  )

  test('on a small plot hectares with four decimals tell nothing, square metres do', () => {
    const small = { documentM2: 1000, planarM2: 1000.1, ellipsoidM2: 999.92 }
    expect(compareAreas(small, ROUNDING_M2.hectares).means).toBe('undecided')
    const title = { ...small, planarM2: 1000, ellipsoidM2: 999.82 }
    expect(compareAreas(title, ROUNDING_M2.squareMetres).means).toBe('planar')
  })

  test('differences are the shape minus the paper, in m² and parts per million of the paper', () => {
    const {
      planarMinusDocumentM2,
      planarMinusDocumentPpm,
      ellipsoidMinusDocumentM2,
      ellipsoidMinusDocumentPpm,
    } = of(100_000)
    expect([planarMinusDocumentM2, planarMinusDocumentPpm]).toEqual([0, 0])
    expect(ellipsoidMinusDocumentM2).toBe(-18)
    expect(ellipsoidMinusDocumentPpm).toBeCloseTo(-180, 9)
  })

  test('two square metres are rounding, however small the plot', () => {
    const of = (documentM2: number) =>
      compareAreas({ documentM2, planarM2: 500, ellipsoidM2: 499.91 }, ROUNDING_M2.squareMetres).agrees
    expect([of(502), of(502.001), of(497.91), of(497.9)]).toEqual([true, false, true, false])
  })
})

describe('the area a document of many plots states', () => {
  test.each<[string, (number | null)[], number | null, number | null, string]>([
    ['its plots summed', [6_000, 4_000], 10_000, 10_000, 'sum'],
    ['equal plots are summed too', [5_000, 5_000], 10_000, 10_000, 'sum'],
    ['the whole repeated on every plot counts once', [10_000, 10_000], 10_000, 10_000, 'statedOnce'],
    ['without a shape a repetition cannot be told', [10_000, 10_000], null, 20_000, 'sum'],
    ['a gap leaves no sum', [6_000, null], 10_000, null, 'incomplete'],
    ['nothing stated', [null, null], 10_000, null, 'none'],
  ])('%s', (_, plots, planarM2, m2, basis) =>
    expect(batchDocumentArea(plots, planarM2)).toEqual({ m2, basis }),
  )
})
