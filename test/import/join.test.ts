import { expect, test } from 'vitest'
import { toLonLat } from '../../server/geo/project.ts'
import { previewFile } from '../../server/import/preview.ts'
import { importFile } from '../../server/import/run.ts'
import { rect } from '../build/given.ts'
import { eachBase } from '../helpers/database.ts'
import { bytesOf, collection, feature } from './given.ts'

eachBase('a table that takes its shapes from approvals', (open) => {
  const table = bytesOf('电子监管号,项目名称,用地依据\n4302112023B00015,甲,湘政地[2022]5号\n')
  const given = (mapping: string) => ({
    bytes: table,
    name: 'supply.csv',
    as: 'supply',
    mapping: { name: 'm.yaml', text: mapping },
  })
  const bring = (mapping: string) =>
    importFile(open(), { ...given(mapping), receivedAt: '2024-05-02T00:00:00Z', dryRun: true })

  test('finds them whatever brackets a document number is written with', async () => {
    const properties = { 批文号: '湘政地〔2022〕5号', 地块编号: '1', 批准日期: '2022-01-01' }
    const { used } = await importFile(open(), {
      bytes: collection([
        feature({ properties, type: 'MultiPolygon', coordinates: toLonLat(rect(0, 0, 10, 10)) }),
      ]),
      name: 'approvals.geojson',
      as: 'approval',
      receivedAt: '2024-05-01T00:00:00Z',
    })
    expect(used).toBe(1)
    const direct = await bring('join: { on: 用地依据, to: { kind: approval, field: doc_no } }')
    const paired = await bring(
      'join: { on: 项目名称, to: { kind: approval, field: doc_no } }\npairs: [{ key: 甲, to: "湘政地(2022)5号" }]',
    )
    for (const { issues } of [direct, paired]) {
      const codes = issues.map(({ code }) => code)
      expect(codes).not.toContain('JOIN_NOT_FOUND')
      expect(codes).not.toContain('P601')
    }
  })

  test('by a column it does not have is refused with those it has', async () => {
    const mapping = 'join: { on: 用地批文, to: { kind: approval, field: doc_no } }'
    const refused = {
      code: 'MAPPING_COLUMN_MISSING',
      place: { file: 'supply.csv', field: '用地批文' },
      hint: { zh: '该文件的列:电子监管号、项目名称、用地依据。' },
    }
    await expect(bring(mapping)).rejects.toMatchObject(refused)
    await expect(previewFile(open(), given(mapping))).rejects.toMatchObject(refused)
    // a field of the register is none of the file's columns, and may be named all the same
    await bring('join: { on: approval_doc_no, to: { kind: approval, field: doc_no } }')
  })
})
