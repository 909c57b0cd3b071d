import { describe, expect, test } from 'vitest'
import { DeliveredFile } from '../../server/import/delivered-file.ts'
import { meaningOf } from '../../server/import/field-name.ts'
import { openSource } from '../../server/import/open-source.ts'
import { isTotalText } from '../../server/import/total-word.ts'
import { bytesOf, zip } from './given.ts'
import { cell, workbook } from './given-xml.ts'

async function read(bytes: Uint8Array, name = 'a.csv', layer?: string) {
  const source = await openSource(DeliveredFile.of(bytes, name), { layer })
  const rows = []
  for await (const row of source.rows()) rows.push(row)
  return { ...source, rows, values: rows.map(({ values }) => Object.fromEntries(values)) }
}
const csv = (...lines: string[]) => read(bytesOf(lines.join('\r\n')))

describe('a workbook whose cells are merged over several rows', () => {
  const row = (at: number, ...texts: (string | number | null)[]) =>
    `<row r="${at}">${texts
      .map((text, c) => {
        const ref = `${String.fromCharCode(65 + c)}${at}`
        if (text === null) return ''
        return typeof text === 'number' ? `<c r="${ref}"><v>${text}</v></c>` : cell(ref, text)
      })
      .join('')}</row>`
  const merged = workbook(
    row(1, '序号', '批文号', '批准日期', '地块编号', '面积（公顷）') +
      row(3, '1', '湘政地〔2020〕1号', '2020-03-01', '1', 0.9) +
      row(4, '2', null, null, '2', null) +
      row(5, '3', null, null, '3', null) +
      row(6, '4', '湘政地〔2020〕2号', '2020-04-01', '1', 0.5),
    '',
    ['A1:A2', 'B1:B2', 'C1:C2', 'D1:D2', 'E1:E2', 'B3:B5', 'C3:C5', 'E3:E5'],
  )
  test('has their text and date in each row, and their number in the first alone', async () => {
    const { values, issues } = await read(merged, 'a.xlsx')
    const [first, second] = ['湘政地〔2020〕1号', '湘政地〔2020〕2号']
    expect(values).toEqual([
      { 序号: '1', 批文号: first, 批准日期: '2020-03-01', 地块编号: '1', '面积（公顷）': 0.9 },
      { 序号: '2', 批文号: first, 批准日期: '2020-03-01', 地块编号: '2' },
      { 序号: '3', 批文号: first, 批准日期: '2020-03-01', 地块编号: '3' },
      { 序号: '4', 批文号: second, 批准日期: '2020-04-01', 地块编号: '1', '面积（公顷）': 0.5 },
    ])
    expect(issues).toMatchObject([{ code: 'CELLS_MERGED', severity: 'note', value: '3' }])
  })
})

describe('a workbook with hidden sheets', () => {
  const part = (name: string, xml: string) => ({ name, bytes: bytesOf(xml) })
  const sheetXml = (text: string) =>
    `<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">${cell('A1', '宗地代码')}${cell('B1', '权利人')}</row><row r="2">${cell('A2', '430211001001GB00001')}${cell('B2', text)}</row></sheetData></worksheet>`
  const relation = (id: number) =>
    `<Relationship Id="rId${id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet${id}.xml"/>`
  const book = zip([
    part(
      '[Content_Types].xml',
      '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
    ),
    part(
      'xl/workbook.xml',
      '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="字典&amp;说明" sheetId="1" state="hidden" r:id="rId1"/><sheet name="明细" sheetId="2" r:id="rId2"/></sheets></workbook>',
    ),
    part(
      'xl/_rels/workbook.xml.rels',
      `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${relation(1)}${relation(2)}</Relationships>`,
    ),
    part('xl/worksheets/sheet1.xml', sheetXml('藏')),
    part('xl/worksheets/sheet2.xml', sheetXml('明')),
  ])
  test('is read by the one that is seen, and names the others', async () => {
    const { values, about, issues } = await read(book, 'a.xlsx')
    expect(about).toEqual({ sheet: '明细' })
    expect(values).toEqual([{ 宗地代码: '430211001001GB00001', 权利人: '明' }])
    expect(issues).toMatchObject([{ code: 'SHEET_HIDDEN', value: '字典&说明' }])
    expect((await read(book, 'a.xlsx', '字典&说明')).values[0]).toMatchObject({ 权利人: '藏' })
  })
})

describe('a table as offices write it', () => {
  test('under a title names its unit beside the office that filled it in, and beside money', async () => {
    const lines = ['电子监管号,项目名称,面积,成交价款', '4302112023B00015,甲,1.2,500']
    const unit = async (title: string) => (await csv(`${title},,,`, ...lines)).areaUnit
    expect(await unit('填报单位：株洲市自然资源和规划局 单位：公顷、万元')).toBe('ha')
    expect(await unit('(单位：万元/亩)')).toBe('mu')
    expect(await unit('单位:平方米')).toBe('m2')
    expect(await unit('单位：公顷、亩')).toBeNull()
    expect(await unit('填报单位：株洲亩源公司')).toBeNull()
  })
  test('is cut by the sign that cuts its lines, not by one in the title above', async () => {
    const rows = [
      '宗地代码;权利人;宗地面积',
      '430211001001GB00001;甲;2000',
      '430211001001GB00002;乙, 丙;1000',
    ]
    for (const title of ['株洲市登记台账', '株洲市登记台账,2023年']) {
      const { columns, values } = await csv(title, ...rows)
      expect(columns).toEqual(['宗地代码', '权利人', '宗地面积'])
      expect(values[1]).toEqual({ 宗地代码: '430211001001GB00002', 权利人: '乙, 丙', 宗地面积: '1000' })
    }
    expect((await csv('登记台账', ...rows.map((row) => row.replaceAll(';', '\t')))).columns).toHaveLength(3)
  })
  test('keeps codes as text by writing them as a formula', async () => {
    const code = '430211001001GB00001'
    const { values } = await csv('宗地代码,证书号', `="${code}",湘1`, `"=""${code}""",="湘2"`)
    expect(values).toEqual([
      { 宗地代码: code, 证书号: '湘1' },
      { 宗地代码: code, 证书号: '湘2' },
    ])
  })
  test('has totals with a place before them or a count behind, which are no plots', async () => {
    const { rows } = await csv(
      '宗地代码,权利人,宗地面积',
      '430211001001GB00001,甲,2000',
      ',天元区小计（1宗）,2000',
      '总计：1宗,,2000',
    )
    expect(rows.map(({ issues }) => issues.map(({ code }) => code))).toEqual([
      [],
      ['ROW_NOT_DATA'],
      ['ROW_NOT_DATA'],
    ])
    for (const name of ['总计划展示馆', '统计局', '合计路5号', '设计院', '小计']) {
      expect(isTotalText(name)).toBe(name === '小计')
    }
  })
  test('of boundary points is read with full-width digits', async () => {
    const { rows } = await csv(
      '地块编号,点号,X坐标,Y坐标',
      '1,J1,３０７９６００,414700',
      '1,J2,3079640,414700',
      '1,J3,3079640,４１４７５０．０米',
      '1,J1,3079600,414700',
    )
    expect(rows[0]!.shape).toEqual({
      kind: 'polygons',
      polygons: [
        [
          [
            [414_700, 3_079_600],
            [414_700, 3_079_640],
            [414_750, 3_079_640],
            [414_700, 3_079_600],
          ],
        ],
      ],
    })
  })
  test('calls what was paid 成交价款, and how land was supplied 供地情况·方式', () => {
    expect(meaningOf('supply', '成交价款（万元）', undefined)).toMatchObject({
      field: 'price_wan',
      unit: 'wan',
    })
    expect(meaningOf('supply', '供地情况·方式', undefined)).toMatchObject({ field: 'method' })
  })
})
