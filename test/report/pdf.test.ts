import { readFileSync } from 'node:fs'
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler'
import { expect, test } from 'vitest'
import type { ReportDocument } from '../../server/report/document.ts'
import { printDocx } from '../../server/report/docx.ts'
import { fontFolder } from '../../server/report/map-picture.ts'
import { zipEntry } from './zip-entry.ts'

const UNIT_CODE = '430202001010GB00003W00000000'
const PARCEL_CODE = '430202001010GB00003'
const report: ReportDocument = {
  lang: 'zh',
  title: '报告',
  subtitle: '',
  notices: [],
  footer: '',
  signatures: [],
  sections: [
    {
      heading: '档案',
      blocks: [
        {
          kind: 'pairs',
          rows: [
            ['坐落', 'A'.repeat(180)],
            ['不动产单元号', UNIT_CODE],
          ],
        },
        {
          kind: 'table',
          head: ['日期', '环节', '文号', '要点', '重合'],
          widths: [12, 13, 24, 34, 17],
          rows: [
            ['2025-01-21', '登记', UNIT_CODE, '第一行\n第二行', ''],
            ['2025-01-21', '登记', PARCEL_CODE, '', ''],
          ],
        },
      ],
    },
  ],
}

/** The lines of text on the page, as the compiler sets them. */
function linesOf(document: ReportDocument): string[] {
  const compiler = NodeCompiler.create({ workspace: '/', fontArgs: [{ fontPaths: [fontFolder] }] })
  const template = readFileSync(new URL('../../server/report/parcel.typ', import.meta.url), 'utf8')
  const { result } = compiler.compile({
    mainFileContent: template,
    inputs: { data: JSON.stringify(document) },
  })
  return [...compiler.svg(result!).matchAll(/tsel[^>]*>([^<]*)</g)].map(([, text]) =>
    text!.replaceAll('\u200B', ''),
  )
}

test('what is wider than its column is broken inside it, and what fits stays whole', () => {
  const lines = linesOf(report)
  const long = lines.filter((line) => /^A+$/.test(line))
  expect(long.join('')).toBe('A'.repeat(180))
  expect(long).toHaveLength(4) // 57 of them fill the 12 cm of the column
  expect(lines.filter((line) => line === UNIT_CODE)).toHaveLength(1) // among the pairs, where there is room
  const at = lines.lastIndexOf('登记', lines.indexOf(PARCEL_CODE) - 2)
  expect(lines[at + 1]! + lines[at + 2]!).toBe(UNIT_CODE)
  expect(lines).toContain(PARCEL_CODE)
})

test('in Word columns keep their widths, and a text its lines', async () => {
  const xml = zipEntry(Buffer.from(await printDocx(report)), 'word/document.xml')
  expect(xml).toContain('<w:tblLayout w:type="fixed"/>')
  expect(xml).toMatch(/第一行<\/w:t><\/w:r><w:r>(?:<w:rPr>.*?<\/w:rPr>)?<w:br\/><w:t[^>]*>第二行/)
})
