import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { importFile } from '../../server/import/run.ts'
import type { LandRecord } from '../../server/record/record.ts'
import { loadRecords } from '../../server/record/store.ts'
import { eachBase } from '../helpers/database.ts'

const example = (name: string): string =>
  fileURLToPath(new URL(`../../data/examples/${name}`, import.meta.url))

eachBase('the tour of data/examples', (open) => {
  const bring = (file: string, as: string, mapping: string) =>
    importFile(open(), {
      path: example(file),
      as,
      mapping: example(mapping),
      receivedAt: '2024-05-01T00:00:00Z',
    })

  test('tables without coordinates take the shapes of approved plots', async () => {
    expect(await bring('boundary-points.txt', 'approval', 'mapping-approvals.yaml')).toMatchObject({
      read: 16,
      used: 16,
    })
    expect(await bring('parcels-gbk.zip', 'approval', 'mapping-parcels.yaml')).toMatchObject({
      read: 200,
      used: 200,
    })
    expect(await bring('landchina-supply-2018.csv', 'supply', 'mapping-landchina.yaml')).toMatchObject({
      read: 203,
      used: 203,
    })
    expect(
      await bring('registrations-fictional.csv', 'registration', 'mapping-registrations.yaml'),
    ).toMatchObject({ read: 10, used: 10 })

    const supplies = (await loadRecords(open().db, {
      asOf: '2025-01-01',
      kinds: ['supply'],
    })) as LandRecord<'supply'>[]
    expect(supplies.filter(({ wkb }) => wkb !== null)).toHaveLength(11)
    const approvals = (await loadRecords(open().db, {
      asOf: '2025-01-01',
      kinds: ['approval'],
    })) as LandRecord<'approval'>[]
    const areaOf = (plot: string) => approvals.find(({ fields }) => fields.plot_no === plot)!.areaPlanarM2!
    const areaOfSupply = (no: string) =>
      supplies.find(({ fields }) => fields.supervision_no === no)!.areaPlanarM2!
    expect(areaOfSupply('4113302018B00878')).toBeCloseTo(areaOf('TYAN0615'), 6)
    // One supply over two plots has the area of both.
    expect(areaOfSupply('4113302018B00889')).toBeCloseTo(areaOf('TYAI0439') + areaOf('TYAI0357'), 2)
  })

  test('the faults planted in the fictional titles are all found, each in its row', async () => {
    const { issues } = await importFile(open(), {
      path: example('registrations-fictional.csv'),
      as: 'registration',
      mapping: example('mapping-registrations.yaml'),
      receivedAt: '2024-05-02T00:00:00Z',
      dryRun: true,
    })
    expect(issues.map(({ row, field, code }) => [row, field, code])).toEqual([
      [5, 'holder_code', 'P606'],
      [6, 'parcel_code', 'P612'],
      [6, 'unit_code', 'P612'],
      [7, 'parcel_code', 'P606'],
      [7, 'unit_code', 'P606'],
      [8, 'geometry', 'P608'],
      [9, '登簿日期', 'DATE_INVALID'],
      [10, 'area_m2', 'P613'],
    ])
  })

  test('a plot that is not there is an issue of its row, and the row stays without a shape', async () => {
    const mapping = { name: 'm.yaml', text: 'join: { on: 地块编号, to: { kind: approval, field: plot_no } }' }
    const bytes = new TextEncoder().encode('宗地代码,地块编号\n430211001001GB00999,不存在\n')
    const summary = await importFile(open(), {
      bytes,
      name: 'one.csv',
      as: 'registration',
      mapping,
      receivedAt: '2024-05-03T00:00:00Z',
    })
    expect(summary).toMatchObject({ read: 1, used: 1, refused: 0 })
    expect(summary.issues).toMatchObject([
      { code: 'P601', severity: 'may_fix_later' },
      { row: 1, code: 'JOIN_NOT_FOUND', severity: 'may_fix_later', value: '不存在' },
      { row: 1, field: 'registered_on', code: 'P604' },
    ])
  })
})
