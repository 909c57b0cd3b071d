import { describe, expect, test } from 'vitest'
import { approval, parcelCode, parts, rect, registration } from '../given.ts'
import { found, gist } from './found.ts'

describe('P101 approved twice', () => {
  const first = approval('甲〔2020〕1号', rect(0, 0, 100, 100), { approved_on: '2020-05-01' })
  const second = approval('乙〔2021〕2号', rect(80, 0, 100, 100), { approved_on: '2021-05-01' })

  test('names the earlier approval first, with the common land and its share of both', async () => {
    const [finding, ...others] = await found('P101', [second, first])
    expect(others).toEqual([])
    expect(gist([finding!])).toEqual([['甲〔2020〕1号 × 乙〔2021〕2号', 2_000, false]])
    expect([finding!.shareOfFirst, finding!.shareOfSecond]).toEqual([0.2, 0.2])
    expect(finding!.detail).toMatchObject({
      test: 'real',
      pieces: 1,
      first: { approved_on: '2020-05-01' },
      second: { approved_on: '2021-05-01' },
    })
    // planar area is about 0.018 % larger than the area on the ellipsoid here
    expect(finding!.ellipsoidM2! / finding!.planarM2!).toBeCloseTo(1 - 0.00018, 4)
  })

  test('lies on the parcels it concerns', async () => {
    const [finding] = await found('P101', [first, second])
    expect(finding!.parcels).toEqual([1]) // 甲 comes after 乙 by code, and its remainder holds the common land
  })

  test('plots of one document never contradict each other, however its number is written', async () => {
    expect(
      await found('P101', [
        approval('湘政地〔2020〕1号', rect(0, 0, 100, 100)),
        approval('湘政地[2020]1号', rect(50, 0, 100, 100)),
      ]),
    ).toEqual([])
  })

  test.each(['withdrawn', 'lapsed', 'reduced'] as const)(
    'a %s approval is no second approval',
    async (status) => {
      expect(await found('P101', [first, { ...second, fields: { ...second.fields, status } }])).toEqual([])
    },
  )

  test('approvals that only share a border are none', async () => {
    expect(await found('P101', [first, approval('丙', rect(100, 0, 100, 100))])).toEqual([])
  })

  test.each([
    [0.19, 'mean_width', true], // 2 × 19 / 200.38 = 0.1896 m
    [0.21, 'real', false],
  ])('an overlap %f m wide along 100 m is judged by %s', async (width, test, noise) => {
    const [finding] = await found('P101', [first, approval('丙', rect(100 - width, 0, 100, 100))])
    expect([finding!.detail.test, finding!.noise]).toEqual([test, noise])
    expect(finding!.planarM2).toBeCloseTo(width * 100, 4)
  })

  test.each([
    [0.99, 'area', true],
    [1, 'real', false],
  ])('an overlap of 1 m × %f m is judged by %s', async (height, test, noise) => {
    const [finding] = await found('P101', [first, approval('丙', rect(99, 100 - height, 100, 100))])
    expect([finding!.detail.test, finding!.noise]).toEqual([test, noise])
  })

  test('what rounding to the grid makes of a border is not even noise', async () => {
    expect(await found('P101', [first, approval('丙', rect(99.9999, 0, 100, 90))])).toEqual([])
  })

  test('the area is that of the real pieces; slivers beside them are named', async () => {
    const other = parts(rect(90, 0, 100, 40), rect(99.9, 60, 100, 40))
    const [finding] = await found('P101', [first, approval('丙', other)])
    expect(finding!.planarM2).toBeCloseTo(400, 6)
    expect(finding!.detail).toMatchObject({ test: 'real', pieces: 1, noiseM2: 4 })
  })
})

describe('P401 overlapping titles', () => {
  test('names the earlier title first and both parcels', async () => {
    const later = registration(parcelCode(1), rect(0, 0, 100, 100), { registered_on: '2023-01-01' })
    const earlier = registration(parcelCode(2), rect(90, 0, 100, 100), { registered_on: '2022-01-01' })
    const findings = await found('P401', [later, earlier])
    expect(gist(findings)).toEqual([[`${parcelCode(2)} × ${parcelCode(1)}`, 1_000, false]])
    expect(findings[0]!.parcels).toEqual([0, 1])
  })

  test('neighbours whose surveys differ by 0.1 m are noise, kept for the account', async () => {
    const findings = await found('P401', [
      registration(parcelCode(1), rect(0, 0, 100, 100)),
      registration(parcelCode(2), rect(99.9, 0, 100, 100)),
    ])
    expect(gist(findings)).toEqual([[`${parcelCode(1)} × ${parcelCode(2)}`, 10, true]])
  })
})
