import { describe, expect, test } from 'vitest'
import { approval, completion, parcelCode, rect, registration, supervisionNo, supply } from '../given.ts'
import { found, gist } from './found.ts'

const granted = approval('甲', rect(0, 0, 100, 100))

describe('P201 built without approval', () => {
  test('counts the part outside every valid approval', async () => {
    expect(gist(await found('P201', [granted, completion('验1', rect(80, 0, 50, 50))]))).toEqual([
      ['验1', 1_500, false],
    ])
  })
  test('a withdrawn approval grants nothing', async () => {
    const ended = approval('乙', rect(100, 0, 100, 100), { status: 'withdrawn' })
    expect(gist(await found('P201', [granted, ended, completion('验1', rect(120, 0, 50, 50))]))).toEqual([
      ['验1', 2_500, false],
    ])
  })
  test('a completion that reaches 0.1 m beyond the approval does not count', async () => {
    expect(await found('P201', [granted, completion('验1', rect(50, 0, 50.1, 100))])).toEqual([])
  })
  test('a completion that belongs to a contract or title is not asked', async () => {
    const far = rect(500, 0, 50, 50)
    expect(
      await found('P201', [
        granted,
        supply(supervisionNo(1), rect(900, 0, 10, 10)),
        completion('验1', far, { supervision_no: supervisionNo(1) }),
      ]),
    ).toEqual([])
    expect(
      await found('P201', [
        granted,
        registration(parcelCode(1), rect(900, 0, 10, 10)),
        completion('验1', far, { parcel_code: parcelCode(1) }),
      ]),
    ).toEqual([])
    expect(
      await found('P201', [
        granted,
        supply(supervisionNo(1), null, { project: '厂房' }),
        completion('验1', far, { project: '厂房' }),
      ]),
    ).toEqual([])
    expect(
      await found('P201', [
        granted,
        registration(parcelCode(1), rect(500, 0, 25, 50)),
        completion('验1', far),
      ]),
    ).toEqual([]) // covers half of it
  })
  test('the same project of another holder is another project', async () => {
    const documents = [
      granted,
      supply(supervisionNo(1), null, { project: '厂房', holder: '甲公司' }),
      completion('验1', rect(500, 0, 50, 50), { project: '厂房', holder: '乙公司' }),
    ]
    expect(gist(await found('P201', documents))).toEqual([['验1', 2_500, false]])
  })
  test('land of a title built long ago is not counted', async () => {
    const works = completion('验1', rect(500, 0, 100, 100))
    const old = (legacy_built: boolean) =>
      registration(parcelCode(1), rect(580, 0, 60, 100), { legacy_built })
    expect(gist(await found('P201', [granted, old(true), works]))).toEqual([['验1', 8_000, false]])
    expect(gist(await found('P201', [granted, old(false), works]))).toEqual([['验1', 10_000, false]])
  })
  test('is not asked while no approval is known', async () => {
    expect(await found('P201', [completion('验1', rect(0, 0, 50, 50))])).toEqual([])
  })
})

describe('P202 used without supply', () => {
  test('a completion on approved land nobody was given', async () => {
    const findings = await found('P202', [granted, completion('验1', rect(80, 0, 50, 50))])
    expect(gist(findings)).toEqual([['验1 × 甲', 1_000, false]])
    expect(findings[0]!.parcels).toEqual([0])
  })
  test('over two approvals: the share of the second document is that of the approval named second', async () => {
    const next = approval('乙', rect(100, 0, 200, 100), { approved_on: '2021-03-01' })
    const [finding] = await found('P202', [granted, next, completion('验1', rect(80, 0, 50, 50))])
    // 20 m of 甲 (1,000 of 10,000 m²) and 30 m of 乙; the order of documents is that of their numbers
    expect(finding!.records.map(({ doc }) => doc)).toEqual(['验1', '乙', '甲'])
    expect([finding!.planarM2, finding!.shareOfFirst, finding!.shareOfSecond]).toEqual([2_500, 1, 0.075])
    expect(finding!.detail).toMatchObject({ test: 'real', approvals: [{ doc: '乙', approved_on: '2021-03-01' }, { doc: '甲' }] }) // prettier-ignore
  })
  test('an approval stated to be in use, over what is left of it', async () => {
    const used = approval('甲', rect(0, 0, 100, 100), { site_used: true })
    expect(gist(await found('P202', [used, supply(supervisionNo(1), rect(0, 0, 100, 60))]))).toEqual([
      ['甲', 4_000, false],
    ])
    expect(await found('P202', [used, supply(supervisionNo(1), rect(0, 0, 100, 99.9))])).toEqual([])
    expect(await found('P202', [granted])).toEqual([])
  })
  test('a completion on supplied land is none', async () => {
    expect(
      await found('P202', [
        granted,
        supply(supervisionNo(1), rect(0, 0, 100, 100)),
        completion('验1', rect(0, 0, 60, 100)),
      ]),
    ).toEqual([])
  })
})

describe('P203 built beyond the contract', () => {
  const contract = supply(supervisionNo(1), rect(0, 0, 100, 100))
  test('counts the part beyond all of its contracts and titles', async () => {
    const works = completion('验1', rect(0, 0, 120, 100), { supervision_no: supervisionNo(1) })
    expect(gist(await found('P203', [contract, works]))).toEqual([
      [`验1 × ${supervisionNo(1)}`, 2_000, false],
    ])
    const title = registration(parcelCode(1), rect(100, 0, 20, 100))
    expect(
      await found('P203', [
        contract,
        title,
        { ...works, fields: { ...works.fields, parcel_code: parcelCode(1) } },
      ]),
    ).toEqual([])
  })
  test('says how much that is of the works, and of all the land they have, with its dates', async () => {
    const works = completion('验1', rect(0, 0, 160, 100), { supervision_no: supervisionNo(1), parcel_code: parcelCode(1) }) // prettier-ignore
    const title = registration(parcelCode(1), rect(80, 0, 40, 100)) // 2,000 m² of it in the contract as well
    const [finding] = await found('P203', [contract, title, works])
    expect(finding!.planarM2).toBeCloseTo(4_000, 6)
    expect(finding!.shareOfFirst).toBeCloseTo(0.25, 9)
    expect(finding!.shareOfSecond).toBeCloseTo(4_000 / 12_000, 9)
    expect(finding!.detail).toMatchObject({
      test: 'real',
      meanWidthM: 28.5714, // 2 × 4,000 / 280
      accepted_on: '2023-05-01',
      beyond: [{ doc: supervisionNo(1), signed_on: '2021-06-01' }, { doc: parcelCode(1), registered_on: '2022-01-10' }],
    }) // prettier-ignore
  })
  test.each([
    [100.15, 0],
    [100.5, 1],
  ])('works %f m long on 100 m of land: %i findings', async (length, count) => {
    expect(await found('P203', [contract, completion('验1', rect(0, 0, length, 100))])).toHaveLength(count)
  })
})

describe('P204 supplied beyond approval', () => {
  test.each([
    [0.9, 0], // 0.9 % of the supply
    [1.1, 1],
  ])('a supply of 100 m with %f m outside: %i findings', async (outside, count) => {
    expect(
      await found('P204', [
        approval('甲', rect(0, 0, 100 - outside, 100)),
        supply(supervisionNo(1), rect(0, 0, 100, 100)),
      ]),
    ).toHaveLength(count)
  })
  test('two approvals together may hold it', async () => {
    const halves = [approval('甲', rect(0, 0, 50, 100)), approval('乙', rect(50, 0, 50, 100))]
    expect(await found('P204', [...halves, supply(supervisionNo(1), rect(0, 0, 100, 100))])).toEqual([])
  })
  test('a supply with no approval below it lies outside whole; none is asked while no approval is known', async () => {
    const contract = supply(supervisionNo(1), rect(500, 0, 100, 100))
    const findings = await found('P204', [granted, contract])
    expect(gist(findings)).toEqual([[supervisionNo(1), 10_000, false]])
    expect(findings[0]!.shareOfFirst).toBe(1)
    expect(await found('P204', [contract])).toEqual([])
  })
  test('says which approvals hold the rest, and which one the contract names', async () => {
    const contract = supply(supervisionNo(1), rect(40, 0, 100, 100), { approval_doc_no: '丙' })
    const [finding] = await found('P204', [granted, contract])
    expect([finding!.planarM2, finding!.shareOfFirst, finding!.shareOfSecond]).toEqual([4_000, 0.4, null])
    expect(finding!.detail).toMatchObject({
      test: 'real',
      meanWidthM: 28.5714, // 2 × 4,000 / 280
      signed_on: '2021-06-01',
      approval_doc_no: '丙',
      inside: [{ doc: '甲', approved_on: '2020-03-01' }],
    })
  })
})
