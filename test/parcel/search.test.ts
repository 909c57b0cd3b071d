import { expect, test } from 'vitest'
import { runBuild } from '../../server/build/run.ts'
import { importFile } from '../../server/import/run.ts'
import { findParcels } from '../../server/parcel/find-store.ts'
import { runClassify } from '../../server/strategy/classify.ts'
import { eachBase } from '../helpers/database.ts'
import { collection, feature } from '../import/given.ts'

const at = '2025-01-01T00:00:00.000Z'
const square = (x: number): number[][][] => [
  [
    [x, 3_078_000],
    [x + 100, 3_078_000],
    [x + 100, 3_078_100],
    [x, 3_078_100],
    [x, 3_078_000],
  ],
]

eachBase('searching by the number on a certificate', (open) => {
  test('a 不动产单元号 finds its parcel, with the blanks it is printed with, and no other unit of the land', async () => {
    const plots = [
      ['430211001001GB00001', 'W00000000'],
      ['430211001001GB00002', 'F00010001'],
    ].map(([parcel, unit], i) =>
      feature({
        properties: { 宗地代码: parcel, 不动产单元号: `${parcel}${unit}`, 登簿日期: '2020-01-01' },
        coordinates: square(408_000 + 200 * i),
      }),
    )
    await importFile(open(), {
      bytes: collection(plots),
      name: '登记.geojson',
      as: 'registration',
      crs: 'EPSG:4547',
      receivedAt: at,
    })
    await runBuild(open(), { asOf: '2024-12-31', startedAt: at })
    await runClassify(open(), { startedAt: at })
    const found = async (q: string) =>
      (await findParcels(open().db, { q })).rows.map(({ parcelCode }) => parcelCode)
    expect(await found('430211001001GB00002F00010001')).toEqual(['430211001001GB00002'])
    expect(await found('430211 001001 GB00002 F00010001')).toEqual(['430211001001GB00002'])
    expect(await found('430211001001gb00001W')).toEqual(['430211001001GB00001'])
    expect(await found('430211001001GB00001F00010001')).toEqual([])
    expect(await found('430211 001001 GB00001')).toEqual(['430211001001GB00001'])
    expect(await found('430211001')).toHaveLength(2)
  })
})
