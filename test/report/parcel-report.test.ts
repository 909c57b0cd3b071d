import { describe, expect, test } from 'vitest'
import { printDocx } from '../../server/report/docx.ts'
import { drawMap } from '../../server/report/map-picture.ts'
import { parcelReport, treeLines } from '../../server/report/parcel-report.ts'
import { printPdf } from '../../server/report/pdf.ts'
import { sample } from './sample.ts'
import { zipEntry } from './zip-entry.ts'

const square = [
  [
    [
      [0, 0],
      [200, 0],
      [200, 100],
      [0, 100],
      [0, 0],
    ],
  ],
] as [number, number][][][]
const picture = drawMap(
  [{ shape: square, fill: '#fde', stroke: '#c00', strokeWidth: 4, label: '宗地' }],
  [-100, -100, 300, 200],
  1200,
  800,
)

describe('a parcel report', () => {
  test('says which area is which, in m² and 亩', () => {
    const text = JSON.stringify(parcelReport({ ...sample, picture: null }, 'zh'))
    expect(text).toContain('20,003.58 m²(30.01 亩)') // 20003.58 × 3 / 2000 = 30.00537
    expect(text).toContain('平面面积')
    expect(text).toContain('椭球面积')
  })

  test('keeps the three states of a check apart', () => {
    const text = JSON.stringify(parcelReport({ ...sample, picture: null }, 'zh'))
    expect(text).toContain('已查无冲突')
    expect(text).toContain('未查(无数据)')
    expect(text).toContain('P503 疑似闲置')
  })

  test('says it is fictional, and which rule pack decided', () => {
    const report = parcelReport({ ...sample, picture: null }, 'zh')
    expect(report.notices.join()).toContain('虚构')
    expect(report.footer).toContain('abcdef012345')
  })

  test('gives every table the whole width of the page, the maturity of land among them', () => {
    const maturity = {
      least: 70,
      most: 85,
      max: 100,
      horizon: null,
      parts: [
        {
          code: 'plan',
          title: { zh: '规划', en: 'plan' },
          max: 20,
          score: 20,
          why: { zh: '符合', en: 'fits' },
        },
      ],
    } as unknown as NonNullable<typeof sample.explanation>['maturity']
    const explanation = { ...sample.explanation!, maturity }
    const { sections } = parcelReport({ ...sample, explanation, picture: null }, 'zh')
    const tables = sections.flatMap(({ blocks }) => blocks.filter((block) => block.kind === 'table'))
    expect(tables.map(({ head }) => head[0])).toContain('项目')
    for (const { head, widths } of tables) {
      expect(widths, head.join()).toHaveLength(head.length)
      expect(
        widths.reduce((sum, width) => sum + width, 0),
        head.join(),
      ).toBe(100)
    }
  })

  test('prints a fact that is not known as unknown, not as a blank', () => {
    const lines = treeLines(sample.explanation!.tried[0]!.reason, 'zh')
    expect(lines.at(-1)).toEqual({
      depth: 1,
      mark: '?',
      text: '查询日 不晚于 约定开工日之后 2 年 — 约定开工日 = 不详',
    })
  })

  test('lists what records contradict each other about: who says what, which is used, by which rule or person', () => {
    const { sections } = parcelReport({ ...sample, picture: null }, 'zh')
    const { blocks } = sections.find(({ heading }) => heading === '五、各方说法')!
    expect(blocks).toEqual([
      { kind: 'text', text: '土地使用权人 · 按规则 CP01:已登记宗地以登记簿为准。(民法典 216)' },
      expect.objectContaining({
        rows: [
          ['湘虚构第7置业有限公司', '登记 · 430211001002GB00007 · 登记.zip 第 11 行', '日期不详', '✓'],
          ['湘虚构第8置业有限公司', '供应 · 4302112021B00123 · 供应.xlsx 第 12 行', '2021-06-01', '—'],
        ],
      }),
      {
        kind: 'text',
        text: '文件面积 · 人工择定:王**,2025-06-20;理由:登记面积含代征道路;依据:株自然资函〔2025〕8号',
      },
      expect.objectContaining({
        rows: [
          ['20,003.50 m²(文件面积)', '登记 · 430211001002GB00007 · 登记.zip 第 11 行', '日期不详', '—'],
          ['19,900.00 m²(文件面积)', '供应 · 4302112021B00123 · 供应.xlsx 第 12 行', '2021-06-01', '✓'],
        ],
      }),
    ])
  })

  test('says so where records agree, and where none speaks', () => {
    const said = (fields: typeof sample.claims.fields) => {
      const claims = { ...sample.claims, fields }
      return parcelReport({ ...sample, claims, picture: null }, 'zh').sections[4]!.blocks
    }
    const agreed = sample.claims.fields.filter(({ pairs }) => pairs.length === 0)
    expect(said(agreed)).toEqual([{ kind: 'text', text: '各方说法没有相互矛盾。有记录说明的:用途。' }])
    expect(said([])).toEqual([{ kind: 'text', text: '没有记录说明过该宗地。' }])
  })

  test('speaks English when asked', () => {
    expect(parcelReport({ ...sample, picture: null }, 'en').sections[0]!.heading).toBe('1. Identity')
  })

  test('goes to PDF, where markup in a record stays text', () => {
    const pdf = printPdf(parcelReport({ ...sample, picture }, 'zh'))
    expect(Buffer.from(pdf.subarray(0, 5)).toString()).toBe('%PDF-')
    expect(pdf.length).toBeGreaterThan(20_000)
  })

  test('goes to Word, with the map picture and the text of every section', async () => {
    const docx = Buffer.from(await printDocx(parcelReport({ ...sample, picture }, 'zh')))
    const xml = zipEntry(docx, 'word/document.xml')
    for (const text of [
      '一、身份证',
      '五、各方说法',
      '六、档案',
      '湘政地虚〔2022〕12号',
      '#panic(&quot;x&quot;)',
    ])
      expect(xml).toContain(text)
    expect(docx.includes('word/media/')).toBe(true)
  })
})
