import { expect, test } from 'vitest'
import type { AreaBrief } from '../../server/contract.ts'
import { areaBriefXlsx } from '../../server/report/area-brief-xlsx.ts'
import { sample } from './sample.ts'
import { zipEntry } from './zip-entry.ts'

const { dossier: _dossier, conflicts: _conflicts, explanation: _explanation, card, catalog } = sample
const {
  geometry: _geometry,
  asOf: _asOf,
  unitCode: _unit,
  holderCode: _holder,
  useScheme: _scheme,
  useCode: _code,
  ...row
} = card

/** Two hectares approved, half of them supplied; figures that can be added in the head. */
const brief: AreaBrief = {
  asOf: '2025-06-30',
  knownAt: '2025-06-30T08:00:00.000Z',
  areaPlanarM2: 50_000,
  areaEllipsoidM2: 49_991.05,
  parcels: 1,
  parcelsPlanarM2: 10_000.25,
  accounts: {
    approved: 20_000.5,
    suppliedInside: 10_000.25,
    titledInside: 0,
    remainder: 10_000.2,
    noise: 0.05,
    approvedTwice: 0,
    suppliedOutside: 0,
    suppliedTwice: 0,
    titledOutside: 0,
    titleOverlap: 0,
    withdrawn: 0,
  },
  closureM2: 0,
  byStrategy: [{ key: 'C5', parcels: 1, planarM2: 10_000.25 }],
  byKind: [{ key: 'supplied', parcels: 1, planarM2: 10_000.25 }],
  byUse: [{ key: 'IND', parcels: 1, planarM2: 10_000.25 }],
  findings: [],
  rows: [{ ...row, insideM2: 10_000.25 }],
}

test('an area brief as a workbook: the balance ties, codes stay text, and it says what it is', async () => {
  const workbook = Buffer.from(await areaBriefXlsx(brief, catalog, 'zh'))
  const balance = zipEntry(workbook, 'xl/worksheets/sheet1.xml')
  const numbers = [...balance.matchAll(/<v>([\d.]+)<\/v>/g)].map((match) => Number(match[1]))
  for (const figure of [20_000.5, 10_000.25, 10_000.2, 0.05]) expect(numbers).toContain(figure)
  expect(10_000.25 + 0 + 10_000.2 + 0.05).toBeCloseTo(20_000.5, 9) // the accounts above, added up
  expect(numbers).toContain((20_000.5 * 3) / 2000) // 30.00075 亩

  const parcels = zipEntry(workbook, 'xl/worksheets/sheet5.xml')
  const texts = zipEntry(workbook, 'xl/sharedStrings.xml')
  for (const text of ['虚构示范数据', '批而未供', '片区内面积(平面, m²)', '43021100000012', 'P503'])
    expect(texts + parcels).toContain(text)
  expect(parcels).not.toMatch(/<v>43021100000012<\/v>/) // a parcel number is a name, not a quantity
})
