import { describe, expect, test } from 'vitest'
import { exportFormats } from '../../server/export/format.ts'
import { exportIssues } from '../../server/export/issue-store.ts'
import { readIssueGroups } from '../../server/import/issue-group-store.ts'
import { importFile, undoDelivery } from '../../server/import/run.ts'
import { toLonLat } from '../../server/geo/project.ts'
import { rect } from '../build/given.ts'
import { eachBase } from '../helpers/database.ts'
import { bytesOf, collection, feature } from './given.ts'

const AT = '2024-05-01T00:00:00.000Z'
const shape = (x: number, width: number, height: number) => toLonLat(rect(x, 0, width, height))[0]!

eachBase('checks at import', (open) => {
  const issuesOf = async (bytes: Uint8Array, as: string, name = 'rows.csv') => {
    const summary = await importFile(open(), { bytes, name, as, receivedAt: AT, dryRun: true })
    expect(summary.read).toBe(summary.used + summary.repaired + summary.unchanged + summary.refused)
    return summary.issues
  }

  test('P605: a start before its contract is named with both days; on one day it is none', async () => {
    const issues = await issuesOf(
      bytesOf(
        '电子监管号,合同签订日期,实际开工时间,约定开工时间\n4302112023B00019,2023-05-06,2023-05-05,2023-12-01\n4302112023B00027,2023-05-06,2023-05-06,2023-12-01\n',
      ),
      'supply',
    )
    const found = issues.filter(({ code }) => code === 'P605')
    expect(found).toMatchObject([
      { row: 1, field: 'start_on', severity: 'may_fix_later', value: '2023-05-05' },
    ])
    expect(found[0]!.message.zh).toContain('2023-05-06')
  })

  test('P604: one blank date is named by its row, a column that is missing altogether once', async () => {
    const one = await issuesOf(
      bytesOf('宗地代码,登簿日期\n430211001001GB00001,2020-01-01\n430211001001GB00002,\n'),
      'registration',
    )
    expect(one.filter(({ code }) => code === 'P604')).toMatchObject([{ row: 2, field: 'registered_on' }])
    const all = await issuesOf(
      bytesOf('宗地代码,权利人\n430211001001GB00001,甲公司\n430211001001GB00002,乙公司\n'),
      'registration',
    )
    expect(all.filter(({ code }) => code === 'P604')).toMatchObject([{ row: null, value: '2' }])
  })

  test('P608, P609: a stated area 20 m² off; a strip 0.1 m wide', async () => {
    const issues = await issuesOf(
      collection([
        feature({
          properties: { 宗地代码: '430211001001GB00001', ZDMJ: 9_980, DBSJ: '2020-01-01' },
          coordinates: shape(0, 100, 100),
        }),
        feature({
          properties: { 宗地代码: '430211001001GB00002', ZDMJ: 10_000, DBSJ: '2020-01-01' },
          coordinates: shape(200, 100, 100),
        }),
        feature({
          properties: { 宗地代码: '430211001001GB00003', DBSJ: '2020-01-01' },
          coordinates: shape(400, 0.1, 100),
        }),
      ]),
      'registration',
      'rows.geojson',
    )
    expect(issues.filter(({ code }) => code === 'P608')).toMatchObject([{ row: 1, value: '9980.00' }])
    expect(issues.filter(({ code }) => code === 'P609')).toMatchObject([{ row: 3 }])
  })

  test('P614: characters broken before they came are kept and named', async () => {
    const issues = await issuesOf(
      bytesOf('电子监管号,项目名称\n4302112023B00019,锟斤拷厂\n4302112023B00027,星火厂\n'),
      'supply',
    )
    expect(issues.filter(({ code }) => code === 'P614')).toMatchObject([{ row: 1, field: '项目名称' }])
  })

  test('P615: a total row is no record, and one that does not close is told', async () => {
    const rows = (total: number) =>
      bytesOf(
        `电子监管号,面积（公顷）,项目名称\n4302112023B00019,2.5,甲\n4302112023B00027,1.25,乙\n合计,${total},\n`,
      )
    const closed = await issuesOf(rows(3.75), 'supply')
    expect(closed.filter(({ severity }) => severity === 'must_fix')).toMatchObject([
      { row: 3, code: 'ROW_NOT_DATA' },
    ])
    expect(closed.some(({ code }) => code === 'P615')).toBe(false)
    const open = await issuesOf(rows(4.75), 'supply')
    expect(open.find(({ code }) => code === 'P615')).toMatchObject({
      row: 3,
      field: '面积（公顷）',
      value: '4.75',
    })
  })

  test('are grouped by type, the gravest first, with counts and advice', async () => {
    const summary = await importFile(open(), {
      bytes: bytesOf(
        '电子监管号,面积（公顷）,合同签订日期\n4302112023B00019,2.5,2023-02-30\n4302112023B00027,1.25,2023-02-31\n合计,3.75,\n',
      ),
      name: 'rows.csv',
      as: 'supply',
      receivedAt: AT,
    })
    const groups = await readIssueGroups(open().db, summary.delivery!)
    expect(groups[0]).toMatchObject({
      code: 'ROW_NOT_DATA',
      severity: 'must_fix',
      count: 1,
      first: { row: 3 },
    })
    const dates = groups.find(({ code }) => code === 'DATE_INVALID')!
    expect(dates).toMatchObject({
      severity: 'may_fix_later',
      count: 2,
      first: { row: 1, value: '2023-02-30' },
    })
    expect(dates.advice.zh).toContain('2024-03-15')
    let text = ''
    for await (const part of exportFormats.csv.write(await exportIssues(open().db, summary.delivery!)))
      text += String(part)
    expect(text.split('\r\n').filter((line) => line.includes('DATE_INVALID'))).toHaveLength(2)
    expect(text).toContain('2023-02-30')
  })

  describe('P607: a number that stands on other land already', () => {
    const code = (n: number) => `430211001001GB0000${n}`
    const title = (n: number, cert: string, x: number, width = 100) =>
      feature({
        properties: { 宗地代码: code(n), 证书号: cert, 登簿日期: '2020-01-01' },
        coordinates: shape(x, width, 100),
      })
    const bring = (features: readonly object[], name: string, dryRun = false) =>
      importFile(open(), {
        bytes: collection(features),
        name,
        as: 'registration',
        receivedAt: AT,
        dryRun,
      })
    const repeats = async (features: readonly object[]) =>
      (await bring(features, 'later.geojson', true)).issues.filter(({ code: each }) => each === 'P607')

    test('past a thousand, counted by rows, however many of their numbers stand elsewhere', async () => {
      const rows = Array.from({ length: 600 }, (_, i) =>
        feature({
          properties: {
            宗地代码: `430211001001GB${String(i + 1).padStart(5, '0')}`,
            不动产单元号: i === 0 ? '430211001001GB00001W00000000' : '430211001001GB00002W00000000',
            证书号: '甲',
          },
          coordinates: shape(i * 20, 10, 10),
        }),
      )
      const found = await repeats(rows)
      expect(found).toHaveLength(1_001) // row 2 once, rows 3 to 501 twice, row 502 once
      expect(found.filter(({ row }) => row === null)).toMatchObject([{ value: '99' }]) // and rows 502 to 600
    })

    test('in the base: both are named with their areas; what is replaced or lies on the same land is not', async () => {
      const { delivery } = await bring([title(1, '甲', 0), title(2, '乙', 300)], 'earlier.geojson')
      try {
        const found = await repeats([
          title(5, '戊', 600),
          title(1, '丙', 60), // 40 m of the width are common
          title(3, ' 乙', 900),
          title(2, '丁', 300), // another certificate of the same land
        ])
        expect(found).toMatchObject([
          { row: 2, field: 'parcel_code', severity: 'may_fix_later', value: code(1) },
          { row: 3, field: 'cert_no', severity: 'may_fix_later', value: '乙' },
        ])
        expect(found[0]!.message).toEqual({
          zh: `宗地代码 ${code(1)} 与2024-05-01 来件 ${delivery!}“earlier.geojson”第 1 行相同,而不是同一块地:本行 10000.00 平方米,该记录 10000.00 平方米,重叠 4000.00 平方米（平面面积）;两者都已保留。`,
          en: `parcel code ${code(1)} stands in row 1 of "earlier.geojson", delivery ${delivery!} of 2024-05-01 as well, on other land: this row 10000.00 m², that record 10000.00 m², 4000.00 m² of both (planar); both are kept.`,
        })
        // the row this one replaces is no other land, however far it moved
        expect(await repeats([title(1, '甲', 60)])).toEqual([])
      } finally {
        await undoDelivery(open(), delivery!, AT)
      }
    })

    test('further up in the file, once for all numbers of a pair, and at every later row', async () => {
      expect(
        await repeats([title(1, '甲', 0), title(1, '乙', 200), title(2, '丙', 400), title(1, '丁', 600, 50)]),
      ).toMatchObject([
        { row: 2, message: { zh: expect.stringContaining('与第 1 行相同') as string } },
        { row: 4, message: { zh: expect.stringContaining('本行 5000.00 平方米,该记录 10000.00') as string } },
      ])
      // one key: told as a repeat of the row, once
      expect(await repeats([title(1, '甲', 0), title(1, '甲', 200)])).toHaveLength(1)
    })
  })
})
