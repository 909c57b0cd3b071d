import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { importFile } from '../../server/import/run.ts'
import { loadRecords } from '../../server/record/store.ts'
import type { RecordKind } from '../../server/record/record.ts'
import { eachBase } from '../helpers/database.ts'

eachBase('the yearly lists among the examples', (open) => {
  const bring = async (name: string, as: RecordKind) => {
    const summary = await importFile(open(), {
      path: `data/examples/${name}-fictional.csv`,
      as,
      receivedAt: '2025-02-01T08:00:00Z',
    })
    expect(summary).toMatchObject({ refused: 0, repaired: 0 })
    expect(summary.issues.filter(({ code }) => code !== 'P601' && code !== 'DOCUMENT_UNNAMED')).toEqual([])
    const records = await loadRecords(open().db, { asOf: '2025-01-31', kinds: [as] })
    expect(records).toHaveLength(
      readFileSync(`data/examples/${name}-fictional.csv`, 'utf8').trim().split('\n').length - 1,
    )
    return records.map(({ fields }) => fields)
  }

  test('efficiency classes, with the rule that says low-efficient', async () => {
    expect(await bring('efficiency', 'performance')).toContainEqual({
      holder_code: '91430200MA4L00B2XY',
      holder: '（虚构）株洲某硬质合金有限公司',
      year: 2024,
      eco_class: 'D',
      tax_wan: 20,
      invest_wan: 3600,
      low_efficiency: true,
      rule_id: '（虚构）株低效〔2024〕第3条',
    })
  })

  test('land used by firms, one row for each firm, parcel and way of holding it', async () => {
    const rows = await bring('land-used-by-firms', 'firm_land_use')
    expect(rows).toContainEqual({
      holder_code: '91430200MA4L00B2XY',
      holder: '（虚构）株洲某硬质合金有限公司',
      parcel_code: '430211001001GB00001',
      area_m2: 4000,
      basis: 'rented',
      year: 2024,
    })
  })

  test('who is state-owned', async () => {
    expect(await bring('firms', 'firm')).toContainEqual(
      expect.objectContaining({
        holder_code: '91430200MA4L00A15X',
        holder_class: 'soe_city',
        bankrupt: false,
      }),
    )
  })

  test('violation cases, open and closed', async () => {
    expect(await bring('violations', 'violation')).toMatchObject([
      { state: 'closed', closed_on: '2023-11-30' },
      { state: 'open', area_m2: 350 },
    ])
  })
})
