import { describe, expect, test } from 'vitest'
import { DeliveredFile } from '../../server/import/delivered-file.ts'
import { openSource } from '../../server/import/open-source.ts'
import { bytesOf, example, shapefileParts, zip, type GivenEntry } from './given.ts'

const parts = await shapefileParts(example('parcels-gbk.zip'))
const shapefile = (stem: string): GivenEntry[] =>
  [...parts].map(([part, bytes]) => ({ name: `${stem}${part}`, bytes }))
const opened = (entries: readonly GivenEntry[], layer?: string) =>
  openSource(DeliveredFile.of(zip(entries), 'a.zip'), { layer })
const table: GivenEntry = {
  name: '成果/台账.csv',
  bytes: bytesOf('宗地代码,权利人\n430211001001GB00077,甲\n'),
}

describe('an archive', () => {
  test('of a shapefile and a table names the table it did not read, and reads it when asked', async () => {
    const entries = [
      ...shapefile('成果/宗地'),
      table,
      { name: '成果/宗地.sbn', bytes: bytesOf('x') },
      { name: '成果/宗地.shp.xml', bytes: bytesOf('<x/>') },
      { name: '成果/批复.pdf', bytes: bytesOf('x') },
    ]
    const source = await opened(entries)
    expect(source.rowCount).toBe(200)
    expect(source.issues.filter(({ code }) => code === 'ZIP_NOT_READ')).toMatchObject([
      { severity: 'note', value: '成果/台账.csv' },
    ])
    for (const wanted of ['成果/台账.csv', '台账.csv']) {
      const other = await opened(entries, wanted)
      expect(other).toMatchObject({ format: 'csv', rowCount: 1, columns: ['宗地代码', '权利人'] })
    }
    expect((await opened(entries, '宗地')).rowCount).toBe(200)
  })
  test('of a shapefile alone has nothing to say of other files', async () =>
    expect((await opened(shapefile('宗地'))).issues.map(({ code }) => code)).not.toContain('ZIP_NOT_READ'))
  test('of archives is one to unpack, also with a word beside them', async () => {
    const inner = { name: '雷打石.zip', bytes: zip(shapefile('宗地')) }
    for (const beside of [[], [{ name: '说明.txt', bytes: bytesOf('共两个镇') }]])
      await expect(opened([inner, ...beside])).rejects.toMatchObject({ code: 'ZIP_NESTED' })
  })
  test('with a password says to take it away', async () =>
    expect(opened([{ ...table, flags: 1, deflate: true }])).rejects.toMatchObject({
      code: 'ZIP_ENCRYPTED',
      hint: { zh: '请去掉密码后重新压缩。', en: 'Pack it again without a password.' },
    }))
  test('whose folders are parted by the slash of Windows is read', async () => {
    const source = await opened(shapefile('三门镇\\宗地'))
    expect(source.about).toEqual({ layer: '三门镇/宗地' })
    expect(source.rowCount).toBe(200)
  })
  test('of a .dbf and its .cpg is a table, whatever stands beside; with parts of a shapefile its shapes are missed', async () => {
    const dbf = { name: 'a.dbf', bytes: parts.get('.dbf')! }
    const cpg = { name: 'a.cpg', bytes: bytesOf('GBK') }
    const word = { name: '说明.doc', bytes: bytesOf('x') }
    expect(await opened([dbf, cpg, word])).toMatchObject({ format: 'dbf', rowCount: 200 })
    await expect(opened([dbf, cpg, { name: 'a.prj', bytes: parts.get('.prj')! }])).rejects.toMatchObject({
      code: 'SHP_PART_MISSING',
    })
  })
})
