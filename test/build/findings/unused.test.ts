import { expect, test } from 'vitest'
import type { Fields } from '../../../server/record/record.ts'
import {
  completion,
  parcelCode,
  rect,
  registration,
  supervisionNo,
  supply,
  zone,
  type Given,
} from '../given.ts'
import { found } from './found.ts'

/** One hectare, titled and built. */
const land = rect(0, 0, 100, 100)
const title = registration(parcelCode(1), land)
const built = (fields: Fields<'completion'>, shape = land): Given => completion('验1', shape, fields)
const floors = { floor_area_m2: 12_000 }

test.each<[string, Fields<'completion'>, number]>([
  ['a fifth unused', { footprint_m2: 5000, yard_m2: 3000 }, 1],
  ['a square metre less', { footprint_m2: 5000, yard_m2: 3001 }, 0],
  ['a blank yard is not an empty one', { footprint_m2: 3000 }, 0],
  ['a blank footprint is none known', { yard_m2: 1000 }, 0],
])('P510 by figures: %s', async (_, fields, count) => {
  expect(await found('P510', [title, built(fields)])).toHaveLength(count)
})

test('by figures a finding says how much, and not where', async () => {
  const contract = supply(supervisionNo(1), land, { far_min: 1.5, far_max: 2 })
  const [finding] = await found('P510', [
    title,
    contract,
    built({ footprint_m2: 3000, yard_m2: 2000, ...floors }),
  ])
  expect(finding).toMatchObject({ parcels: [0], wkb: null, planarM2: null })
  expect(finding!.records.map(({ kind }) => kind)).toEqual(['registration', 'completion'])
  expect(finding!.detail).toMatchObject({
    by: 'figures', unusedM2: 5000, unusedShare: 0.5, density: 0.3, coefficient: 0.5, farActual: 1.2, far: 'below',
  }) // prettier-ignore
})

test('by shapes it says where, and whether a plot can be split off', async () => {
  const [finding] = await found('P510', [
    title,
    built({ yard_m2: 0 }),
    zone('footprint', 'F1', rect(0, 0, 40, 100)),
    zone('footprint', 'F2', rect(90, 0, 10, 100)),
  ])
  expect(finding).toMatchObject({ planarM2: 5000, shareOfFirst: 0.5 })
  expect(finding!.detail).toMatchObject({
    by: 'shapes',
    footprintBy: 'survey',
    largest: { areaM2: 5000, frontageM: 100, canBeSplitOff: true }, // 50 m of border in the north, 50 in the south
  })
})

test('land not built upon is another matter', async () => {
  expect(await found('P510', [title, zone('footprint', 'F1', rect(0, 0, 10, 10)), zone('yard', 'Y1', rect(10, 0, 10, 10))])).toEqual([]) // prettier-ignore
})
