import { describe, expect, test } from 'vitest'
import { makeChange } from '../../server/build/change.ts'
import { makeCity, type City } from '../../server/build/city.ts'
import { partOf } from '../../server/build/part.ts'
import { knownOf } from '../../server/build/registers.ts'
import { planSections } from '../../server/build/section-plan.ts'
import type { LandRecord } from '../../server/record/record.ts'
import { dice, listSource, rowsOf } from './edits.ts'
import {
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
import { rowTown, someRowEdit } from './row-town.ts'

/** Edits per town; set EDITS to try more of them. */
const EDITS = Number(process.env.EDITS ?? 60)
const asOf = '2024-06-30'
const everything = () => true

describe('a row of places where every paper is found by way of others', () => {
  test.each([1, 2])(
    `town %i, ${EDITS} edits: what a change leads to is what building everything leads to`,
    { timeout: 3_600_000 },
    async (seed) => {
      const draw = dice(seed)
      const town = rowTown(40, 5, draw)
      let { records } = town
      let before: City = await makeCity(asOf, records)
      let parts = 0
      for (let n = 0; n < EDITS; n++) {
        const change = someRowEdit(town, records, draw, 1_000_000 + 10 * n)
        const gone = new Set(change.before)
        records = [...records.filter((record) => !gone.has(record)), ...change.after]
        const after = await makeCity(asOf, records)
        const changed = await makeChange(
          asOf,
          change,
          listSource(records),
          knownOf(records),
          0.9 * records.length,
        )
        if (changed) {
          parts++
          const owned = new Set(changed.owned)
          expect(rowsOf(changed.city, everything), change.what).toEqual(rowsOf(after, (id) => owned.has(id)))
          expect(
            rowsOf(before, (id) => !owned.has(id)),
            change.what,
          ).toEqual(rowsOf(after, (id) => !owned.has(id)))
        }
        before = after
      }
      expect(parts).toBeGreaterThan(0.8 * EDITS)
    },
  )

  test.each([11, 12, 13])(
    'town %i cut into sections of 10, 40 and 150 documents is the town',
    async (seed) => {
      const { records } = rowTown(40, 5, dice(seed))
      const whole = rowsOf(await makeCity(asOf, records), everything)
      for (const size of [10, 40, 150]) expect(await inSections(records, size)).toEqual(whole)
    },
  )
})

describe('what is found by way of something else', () => {
  const changing = async (before: readonly Given[], after: readonly Given[]) => {
    const [old, records] = [recordsOf(before), recordsOf(after)]
    const known = knownOf(records)
    const gone = old.filter((_, at) => before[at] !== after[at])
    const come = records.filter((_, at) => before[at] !== after[at])
    const changed = (await makeChange(
      asOf,
      { before: gone, after: come },
      listSource(records),
      known,
      1_000,
    ))!
    const owned = new Set(changed.owned)
    const whole = await makeCity(asOf, records)
    expect(rowsOf(changed.city, everything)).toEqual(rowsOf(whole, (id) => owned.has(id)))
    expect(rowsOf(await makeCity(asOf, old), (id) => !owned.has(id))).toEqual(
      rowsOf(whole, (id) => !owned.has(id)),
    )
    return { owned: changed.owned, whole }
  }

  test('a contract far away makes a paper of its project doubtful on land it never names', async () => {
    const holder = { holder: '甲公司' }
    const near = [
      registration(parcelCode(1), rect(0, 0, 100, 100)),
      supply(supervisionNo(1), rect(0, 0, 100, 100), {
        project: '甲园',
        parcel_code: parcelCode(1),
        ...holder,
      }),
      completion('验1', null, { project: '甲园', ...holder }),
    ]
    const far = (project: string) =>
      supply(supervisionNo(2), rect(9_000, 0, 100, 100), { project, ...holder })
    const { whole, owned } = await changing([...near, far('乙园')], [...near, far('甲园')])
    expect(owned).toEqual([1, 2, 3, 4])
    expect(whole.links[0]!.map(({ record, certainty }) => [record.kind, certainty])).toEqual([
      ['completion', 'probable'],
      ['registration', 'certain'],
      ['supply', 'certain'],
    ])
  })

  test('a paper that has neither a shape nor a number is still a paper', async () => {
    const land = supply(supervisionNo(1), rect(0, 0, 100, 100))
    const paper = (signed_on: string) => ({
      ...supply('', null, { holder: '甲公司', signed_on, start_on: '2020-01-01' }),
      fields: { holder: '甲公司', signed_on, start_on: '2020-01-01' },
    })
    const { whole } = await changing([land, paper('2019-01-01')], [land, paper('2021-01-01')])
    expect(whole.findings.filter(({ code }) => code === 'P605')).toHaveLength(1)
  })

  test('a row of a yearly list leads no further, unless it names its parcel', async () => {
    const list = (parcel_code: string | undefined, year: number): Given => ({
      kind: 'performance',
      layer: '',
      key: `${parcel_code ?? ''}|${year}`,
      fields: { ...(parcel_code && { parcel_code }), holder_code: '91430200MA4L1234XX', year },
      shape: null,
      areaDocumentM2: null,
    })
    const before = [registration(parcelCode(1), rect(0, 0, 100, 100)), list(parcelCode(1), 2022)]
    const { owned, whole } = await changing(
      [...before, list(undefined, 2023)],
      [...before, list(undefined, 2024)],
    )
    expect(owned).toEqual([1, 2, 3])
    const named = whole.findings.filter(({ code }) => code === 'P606').map(({ parcels }) => parcels)
    expect(named).toEqual([[0], []])
  })

  test('a contract answers for the plan on all its titles, in whichever section it is', async () => {
    const documents = [
      registration(parcelCode(1), rect(0, 0, 100, 100), { supervision_no: supervisionNo(1) }),
      registration(parcelCode(2), rect(9_000, 0, 100, 100), { supervision_no: supervisionNo(1) }),
      supply(supervisionNo(1), null, { use: '工业用地' }),
      zone('control_plan', 'A-1', rect(8_900, -100, 400, 400), { use: '商业用地', status: 'in_force' }),
    ]
    const records = recordsOf(documents)
    const whole = await makeCity(asOf, records)
    expect(
      whole.findings.filter(({ code }) => code === 'P301').map(({ records: [first] }) => first!.kind),
    ).toEqual(['supply'])
    expect(await inSections(records, 1)).toEqual(rowsOf(whole, everything))
  })
})

async function inSections(records: readonly LandRecord[], size: number): Promise<string[]> {
  const known = knownOf(records)
  const rows: string[] = []
  for (const section of planSections(records, size)) {
    const city = await makeCity(asOf, section.records, { known })
    rows.push(...rowsOf(partOf(city, new Set(section.owned)), everything))
  }
  return rows.toSorted()
}
