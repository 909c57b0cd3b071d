import { describe, expect, test } from 'vitest'
import { makeCity } from '../../server/build/city.ts'
import { principal } from '../../server/build/links.ts'
import { isKind, readRegisters } from '../../server/build/registers.ts'
import { linkWorks } from '../../server/build/works.ts'
import type { Fields } from '../../server/record/record.ts'
import {
  approval,
  completion,
  parcelCode,
  recordsOf,
  rect,
  registration,
  supervisionNo,
  supply,
  zone,
  type Given,
} from './given.ts'

const land = rect(0, 0, 100, 100)
const contract = supply(supervisionNo(1), land, {
  project: '一号 厂房',
  holder: '示例公司',
  approval_doc_no: '湘政地〔2020〕1号',
})

/** Links of the first parcel: kind, evidence, certainty, share of the parcel. */
async function links(documents: readonly Given[]) {
  const city = await makeCity('2024-06-30', recordsOf(documents))
  return city.links[0]!.map(({ record, evidence, certainty, shareOfParcel }) => [
    record.kind,
    evidence.join(' '),
    certainty,
    shareOfParcel,
  ])
}
const other = async (kind: string, documents: readonly Given[]) =>
  (await links(documents)).filter((link) => link[0] === kind)

describe('evidence', () => {
  test('a document is certain of the land it made', async () => {
    expect(await links([registration(parcelCode(1), land)])).toEqual([
      ['registration', 'code shape', 'certain', 1],
    ])
    expect(await links([approval('甲', land)])).toEqual([['approval', 'doc_no shape', 'certain', 1]])
  })

  test.each<[string, Fields<'registration'>, string, string]>([
    ['place alone', {}, 'shape', 'probable'],
    ['place and number', { supervision_no: supervisionNo(1) }, 'code shape', 'certain'],
    ['place and project, whatever the blanks', { project: '一号厂房' }, 'project shape', 'certain'],
    ['place and holder', { holder: '示例公司' }, 'holder shape', 'certain'],
    ['place and approval', { approval_doc_no: '湘政地[2020]1号' }, 'shape', 'probable'], // both refer to it; that links neither to the other
  ])('a title and a contract on one piece of land: %s', async (_, fields, evidence, certainty) => {
    expect(await other('supply', [registration(parcelCode(1), land, fields), contract])).toEqual([
      ['supply', evidence, certainty, 1],
    ])
  })

  test('place counts from half of either on', async () => {
    const title = (width: number) =>
      registration(parcelCode(1), rect(0, 0, width, 100), { holder: '示例公司' })
    expect(await other('supply', [title(300), { ...contract, shape: rect(200, 0, 200, 100) }])).toEqual([
      ['supply', 'holder shape', 'certain', 0.333_333_333],
    ])
    expect(await other('supply', [title(300), { ...contract, shape: rect(201, 0, 300, 100) }])).toEqual([
      ['supply', 'holder shape', 'probable', expect.closeTo(0.33, 9)],
    ])
  })

  test('a number without the place links, as probable and without an area', async () => {
    expect(
      await other('supply', [
        registration(parcelCode(1), land, { supervision_no: supervisionNo(1) }),
        { ...contract, shape: rect(500, 0, 50, 50) },
      ]),
    ).toEqual([['supply', 'code', 'probable', null]])
  })

  test('two names make a row without a shape certain', async () => {
    const works = completion('验1', null, { project: '一号厂房', holder: '示例公司' })
    expect(await other('completion', [contract, works])).toEqual([
      ['completion', 'project holder', 'certain', null],
    ])
  })

  test('the approval a contract names is evidence for the title on its land', async () => {
    const grant = approval('湘政地〔2020〕1号', rect(0, 0, 1000, 100))
    const title = registration(parcelCode(1), land, { supervision_no: supervisionNo(1) })
    expect(await other('approval', [grant, title, contract])).toEqual([
      ['approval', 'doc_no shape', 'certain', 1],
    ])
    expect(await other('approval', [grant, registration(parcelCode(1), land), contract])).toEqual([
      ['approval', 'shape', 'probable', 1],
    ])
  })

  test('an approval of many plots is meant by the plot on the land; if it lies elsewhere, by its first', async () => {
    const plot = (n: number, x: number) =>
      approval('湘政地〔2020〕1号', rect(x, 0, 100, 100), {}, { key: `湘政地〔2020〕1号|${n}` })
    expect(await other('approval', [plot(1, 500), plot(2, 0), contract])).toEqual([
      ['approval', 'doc_no shape', 'certain', 1],
    ])
    expect(await other('approval', [plot(1, 500), plot(2, 700), contract])).toEqual([
      ['approval', 'doc_no', 'probable', null],
    ])
  })

  const half = (n: 0 | 1) => rect(50 * n, 0, 50, 100)
  const no = (n: number) => ({ supervision_no: supervisionNo(n), holder: '示例公司' })

  test('a wrong number is never certain, however much else agrees', async () => {
    const title = registration(parcelCode(1), land, { ...no(2), project: '一号厂房' })
    expect(await other('supply', [title, contract])).toEqual([
      ['supply', 'project holder shape', 'probable', 1],
    ])
    const named = supply(supervisionNo(2), rect(500, 0, 50, 50), { holder: '示例公司' })
    expect(await other('supply', [title, contract, named])).toEqual([
      ['supply', 'project holder shape', 'probable', 1],
      ['supply', 'code holder', 'probable', null], // it lies elsewhere: a contradiction, kept in sight
    ])
  })

  test('a change of a contract has its number, with a suffix', async () => {
    const title = registration(parcelCode(1), land, { supervision_no: `${supervisionNo(1)}-2` })
    expect(await other('supply', [title, contract])).toEqual([['supply', 'code shape', 'certain', 1]])
  })

  test('titles and works of one contract are not linked to each other across its land', async () => {
    const titles = [0, 1].map((n) => registration(parcelCode(n), half(n as 0 | 1), no(1)))
    const works = [0, 1].map((n) => completion(`验${n}`, half(n as 0 | 1), no(1)))
    expect(await links([...titles, ...works, contract])).toEqual([
      ['completion', 'code holder shape', 'certain', 1],
      ['registration', 'code shape', 'certain', 1],
      ['supply', 'code holder shape', 'certain', 1],
    ])
  })

  test('what a contract still holds has nothing to do with the title on its other half', async () => {
    const city = await makeCity(
      '2024-06-30',
      recordsOf([contract, registration(parcelCode(1), half(0), no(1))]),
    )
    expect(city.parcels.map(({ kind }) => kind)).toEqual(['titled', 'supplied'])
    expect(city.links[1]!.map(({ record }) => record.kind)).toEqual(['supply'])
  })

  test('two names do not tell two contracts of one developer apart', async () => {
    const lot = (n: number, x: number, fields: Fields<'supply'> = {}) =>
      supply(supervisionNo(n), rect(x, 0, 100, 100), { project: '花园', holder: '示例公司', ...fields })
    const works = completion('验1', null, { project: '花 园', holder: '示例公司' })
    expect(await other('completion', [lot(1, 0), works])).toEqual([
      ['completion', 'project holder', 'certain', null],
    ])
    expect(await other('completion', [lot(1, 0), lot(2, 100), works])).toEqual([
      ['completion', 'project holder', 'probable', null],
    ])
    expect(await other('completion', [lot(1, 0), lot(2, 100, { holder: '另一公司' }), works])).toEqual([
      ['completion', 'project holder', 'certain', null],
    ])
    expect(await other('completion', [lot(1, 0, { holder: '另一公司' }), works])).toEqual([])
  })

  test('names do not make a neighbour certain that reaches over the border', async () => {
    const names = { project: '花园', holder: '示例公司' }
    const title = registration(parcelCode(1), land, names)
    const beside = supply(supervisionNo(2), rect(98, 0, 100, 100), names)
    expect(await other('supply', [title, beside])).toEqual([
      ['supply', 'project holder shape', 'probable', 0.02],
    ])
  })

  test('a stroke for a blank is no number', async () => {
    const title = registration(parcelCode(1), land, { supervision_no: '/' })
    const elsewhere = supply('/', rect(500, 0, 50, 50))
    expect(await other('supply', [title, elsewhere])).toEqual([])
  })

  test('a yearly result speaks of the parcel it names, else of all land of its firm', async () => {
    const result = (fields: Fields<'performance'>): Given =>
      ({
        ...contract,
        kind: 'performance',
        key: '2023',
        fields: { year: 2023, ...fields },
        shape: null,
      }) as Given
    expect(await other('performance', [contract, result({ holder: '示例公司' })])).toEqual([
      ['performance', 'holder', 'probable', null],
    ])
    expect(
      await other('performance', [contract, result({ holder: '示例公司', parcel_code: parcelCode(7) })]),
    ).toEqual([])
  })
})

describe('place', () => {
  test.each([
    [0.9, 0], // under 1 % of both: neighbours
    [1.5, 1],
  ])('a neighbour reaching %f m over 100 m: %i links', async (reach, count) => {
    const neighbour = registration(parcelCode(2), rect(100 - reach, 0, 1000, 100))
    expect(await other('registration', [registration(parcelCode(1), land), neighbour])).toHaveLength(
      1 + count,
    )
  })

  test('a strip that surveys disagree on is no link, though it is over 1 % of a narrow parcel', async () => {
    const road = registration(parcelCode(1), rect(0, 0, 10, 500))
    expect(
      await other('registration', [road, registration(parcelCode(2), rect(9.85, 0, 1000, 500))]),
    ).toHaveLength(1)
  })

  test('zones of layers nobody knows are linked too', async () => {
    expect(await other('layer', [contract, zone('片区试点', 'S1', rect(50, 0, 500, 100))])).toEqual([
      ['layer', 'shape', 'probable', 0.5],
    ])
  })

  test('control lines count from the first real square metre', async () => {
    const line = (x: number) => zone('farmland', 'N1', rect(x, 0, 5000, 4))
    expect(await other('layer', [contract, line(99)])).toEqual([
      ['layer', 'shape', 'probable', expect.closeTo(0.0004, 9)],
    ])
    expect(await other('layer', [contract, line(99.9)])).toEqual([])
  })
})

describe('works', () => {
  /** Contracts the first completion is accepted under. */
  function contractsOf(documents: readonly Given[]) {
    const registers = readRegisters('2024-06-30', recordsOf(documents))
    const works = registers.records.find((record) => isKind(record, 'completion'))!
    return linkWorks(registers)
      .suppliesOf(works)
      .map(({ doc }) => doc)
  }
  const next = supply(supervisionNo(2), rect(100, 0, 100, 100), { holder: '另一公司' })
  const works = (x: number | null, n: number) =>
    completion('验1', x === null ? null : rect(x, 10, 50, 50), { supervision_no: supervisionNo(n) })

  test.each<[string, Given, number[]]>([
    ['on the land of the contract they name', works(10, 1), [1]],
    ['on the land of another contract: place comes first', works(10, 2), [1]],
    ['on the border of both: half here, named there', works(75, 2), [1, 2]],
    ['on land nobody was given: taken at their word', works(700, 2), [2]],
    ['without a shape', works(null, 2), [2]],
  ])('%s', (_, completed, serials) => {
    expect(contractsOf([contract, next, completed])).toEqual(serials.map(supervisionNo))
  })

  test('the same project next door is not theirs', () => {
    const lots = [contract, { ...next, fields: { ...next.fields, ...contract.fields, supervision_no: supervisionNo(2) } }] // prettier-ignore
    const here = completion('验1', rect(10, 10, 50, 50), { project: '一号厂房', holder: '示例公司' })
    expect(contractsOf([...lots, here])).toEqual([supervisionNo(1)])
  })
})

describe('what speaks for a parcel', () => {
  test('a certain contract before a larger probable one, never one that only touches', async () => {
    const title = registration(parcelCode(1), rect(0, 0, 300, 100), { supervision_no: supervisionNo(1) })
    const named = { ...contract, shape: rect(0, 0, 40, 100) }
    const larger = supply(supervisionNo(2), rect(100, 0, 200, 100))
    const touching = supply(supervisionNo(3), rect(290, 0, 500, 100))
    const contractOf = async (documents: readonly Given[]) => {
      const city = await makeCity('2024-06-30', recordsOf(documents))
      return principal(city.links[0]!, 'supply')?.record.doc
    }
    expect(await contractOf([title, larger, touching, named])).toBe(supervisionNo(1))
    expect(await contractOf([title, larger, touching])).toBe(supervisionNo(2))
    expect(await contractOf([title, touching])).toBeUndefined()
  })
})

describe('attributes', () => {
  const known = async (documents: readonly Given[]) =>
    (await makeCity('2024-06-30', recordsOf(documents))).attributes
  test('a title keeps its own holder and takes project and use from its contract', async () => {
    const title = registration(
      parcelCode(1),
      land,
      { holder: '接手公司', supervision_no: supervisionNo(1) },
      { areaDocumentM2: 9_999 },
    )
    const [first] = await known([
      title,
      { ...contract, fields: { ...contract.fields, use: '0601', use_scheme: 'GB/T 21010-2017' } },
    ])
    expect(first).toMatchObject({
      kind: 'titled',
      parcelCode: parcelCode(1),
      holder: '接手公司',
      project: '一号 厂房',
      useText: '0601',
      useCode: '0601',
      useGroup: 'IND',
      stage: 'building',
      areaDocumentM2: 9_999,
      districtCode: '000000', // prettier-ignore
    })
  })
  test('a piece of a supply has no document area of its own', async () => {
    const whole = { ...contract, areaDocumentM2: 10_000 }
    expect((await known([whole])).map((each) => each.areaDocumentM2)).toEqual([10_000])
    expect(
      (await known([whole, registration(parcelCode(1), rect(0, 0, 50, 100))])).map(
        (each) => each.areaDocumentM2,
      ),
    ).toEqual([null, null])
  })
  test('works that were accepted are completed, and built once titled', async () => {
    expect((await known([contract, completion('验1', land)])).map(({ stage }) => stage)).toEqual([
      'completed',
    ])
    expect(
      (await known([registration(parcelCode(1), land), completion('验1', land)])).map(({ stage }) => stage),
    ).toEqual(['built'])
  })
})
