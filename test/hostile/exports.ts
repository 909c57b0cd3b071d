import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { expect } from 'vitest'
import type { ParcelPage } from '../../server/contract.ts'
import { csvCell } from '../../server/export/csv.ts'
import { exportRecords } from '../../server/export/record-store.ts'
import { openExport } from '../../server/export/table.ts'
import { attachmentHeader } from '../../server/http/attachment.ts'
import { importFile, undoDelivery } from '../../server/import/run.ts'
import { printDocx } from '../../server/report/docx.ts'
import { parcelReport, type ParcelReportInput } from '../../server/report/parcel-report.ts'
import { printPdf } from '../../server/report/pdf.ts'
import { folder, gdal, table, written } from '../export/given.ts'
import { collection, feature, lonLatSquare } from '../import/given.ts'
import { sample } from '../report/sample.ts'
import { zipEntry } from '../report/zip-entry.ts'
import { absent, elsewhere, holds, type Case, type Stage } from './case.ts'

const formulas = ["=cmd|' /C calc'!A0", '+1', '-1+1', '@SUM(1)', '\t=1', '\r=1']
const texts = (values: readonly string[]) =>
  table(
    [
      { name: 'no', type: 'integer' },
      { name: 'holder', type: 'text' },
    ],
    values.map((holder, no) => ({ id: no, cells: { no, holder }, wkb: null })),
    { srid: null },
  )
/** What a workbook says to GDAL, a reader that is not ours. */
async function readWorkbook(values: readonly string[]): Promise<string> {
  const dir = folder()
  try {
    const path = dir.path('names.xlsx')
    writeFileSync(path, await written(texts(values), 'xlsx'))
    return gdal('ogr2ogr', '-f', 'CSV', '/vsistdout/', path)
  } finally {
    dir.remove()
  }
}
const report = (project: string) =>
  parcelReport({ ...(sample as ParcelReportInput), card: { ...sample.card, project }, picture: null }, 'zh')
/** Names of PDF objects that run, open or fetch something. */
const active = /\/(?:JS|JavaScript|Launch|URI|GoToR|EmbeddedFile|OpenAction|AA)\b/

const exported = async ({ client }: Stage, query: string): Promise<string> => {
  const response = await client.get(`/api/export?${query}`)
  expect(response.status, query).toBe(200)
  return createHash('sha256')
    .update(Buffer.from(await response.arrayBuffer()))
    .digest('hex')
}

/** B75-B80, B91-B96: what leaves the system. */
export const exportsAndReports: Readonly<Record<string, readonly Case[]>> = {
  B75: [
    holds('a name that is a formula leaves as a text; a negative number stays a number', async () => {
      for (const text of formulas)
        expect(csvCell(text).replaceAll('"', '')).toBe(`'${text.replaceAll('"', '')}`)
      expect(csvCell(-1)).toBe('-1')
      const read = await readWorkbook(formulas.slice(0, 4))
      for (const text of formulas.slice(0, 4)) expect(read).toContain(text)
    }),
  ],
  B76: [
    holds('quotes, commas, line breaks and semicolons come back the same', async () => {
      const name = 'a"b,c\nd;e'
      const dir = folder()
      try {
        const path = dir.path('names.csv')
        writeFileSync(path, await written(texts([name]), 'csv'))
        expect(gdal('ogr2ogr', '-f', 'GeoJSON', '/vsistdout/', path)).toContain(JSON.stringify(name))
      } finally {
        dir.remove()
      }
    }),
  ],
  B77: [
    elsewhere(
      'test/export/formats.test.ts',
      'is GBK with a .cpg, holds what it can, lists the rest whole, and GDAL reads it without help',
    ),
    elsewhere('test/export/formats.test.ts', 'names are cut at ten bytes and told apart'),
  ],
  B78: [
    elsewhere('test/web/page.test.ts', 'a name that is markup is shown as the text it is'),
    holds('nothing in the page takes a text for markup', () => {
      const files = readdirSync('web', { recursive: true, encoding: 'utf8' }).filter((name) =>
        /\.tsx?$/.test(name),
      )
      for (const file of files)
        expect(readFileSync(`web/${file}`, 'utf8'), file).not.toMatch(
          /innerHTML|setHTML|dangerouslySet|insertAdjacentHTML/,
        )
      return Promise.resolve()
    }),
  ],
  B79: [
    holds('markup in a name is text in a Word file and in a PDF', async () => {
      const name = '<iframe src=file:///etc/passwd>'
      const xml = zipEntry(Buffer.from(await printDocx(report(name))), 'word/document.xml')
      expect(xml).toContain('&lt;iframe src=file:///etc/passwd&gt;')
      const pdf = Buffer.from(printPdf(report(name))).toString('latin1')
      expect(pdf.startsWith('%PDF-')).toBe(true)
      expect(pdf).not.toMatch(active)
    }),
  ],
  B80: [
    holds('a name that reads like a script of a PDF is text', () => {
      const pdf = Buffer.from(printPdf(report(') /JS (app.alert(1)) /OpenAction <<'))).toString('latin1')
      expect(pdf).not.toMatch(active)
      return Promise.resolve()
    }),
  ],
  B91: [
    absent(
      'an export by a viewer of one district',
      'there are no accounts; an export holds what was asked for, and names of persons are masked in all of them',
      async ({ client }) => {
        const csv = await (await client.get('/api/export?kind=parcels&format=csv')).text()
        expect(csv).toContain('张*')
        expect(csv).not.toContain('张三')
      },
    ),
    holds(
      'an export of one district holds its parcels alone, and one of another none',
      async ({ client }) => {
        const rows = async (district: string): Promise<number> => {
          const filter = encodeURIComponent(`district = '${district}'`)
          const response = await client.get(`/api/export?kind=parcels&format=csv&filter=${filter}`)
          expect(response.status).toBe(200)
          return (await response.text()).trimEnd().split('\r\n').length - 1
        }
        expect([await rows('430211'), await rows('430202')]).toEqual([3, 0])
      },
    ),
  ],
  B92: [
    holds('a name with a line break and a header in it', () => {
      const header = attachmentHeader('报告"\r\nSet-Cookie: a=1.xlsx')
      expect(header).not.toMatch(/[\r\n]/)
      expect(header).toBe(
        `attachment; filename="_____Set-Cookie_ a_1.xlsx"; filename*=UTF-8''%E6%8A%A5%E5%91%8A%22%0D%0ASet-Cookie%3A%20a%3D1.xlsx`,
      )
      return Promise.resolve()
    }),
  ],
  B93: [
    holds('the same export twice is the same bytes, in every format', async (stage) => {
      for (const kind of ['parcels', 'records', 'findings', 'ledger'])
        for (const format of ['geojson', 'gpkg', 'shp.zip', 'csv', 'xlsx', 'txt']) {
          if (kind === 'ledger' && ['geojson', 'shp.zip', 'txt'].includes(format)) continue
          const query = `kind=${kind}&format=${format}`
          expect(await exported(stage, query), query).toBe(await exported(stage, query))
        }
    }),
  ],
  B94: [
    holds(
      'records leave as they stood when the export began, whatever is brought in meanwhile',
      async ({ base }) => {
        const count = async () => {
          let rows = 0
          for await (const _ of (await openExport(base.db, 'records')).rows) rows++
          return rows
        }
        const zone = (lon: number, hour: number) =>
          importFile(base, {
            bytes: collection([feature({ properties: { name: '新园区' }, coordinates: lonLatSquare(lon) })]),
            name: `${hour}.geojson`,
            as: 'layer:park',
            receivedAt: `2025-02-01T0${hour}:00:00Z`,
          })
        const first = await zone(113.25, 2)
        const before = await count()
        const reading = (await exportRecords(base.db, {}, {}, 2)).rows[Symbol.asyncIterator]()
        const ids: (number | string)[] = []
        ids.push((await reading.next()).value!.id)
        const summary = await zone(113.3, 3) // a further version of the same zone
        for (let next = await reading.next(); !next.done; next = await reading.next()) ids.push(next.value.id)
        expect(ids).toHaveLength(before)
        expect(new Set(ids).size).toBe(before)
        expect(await count()).toBe(before)
        await undoDelivery(base, summary.delivery!, '2025-02-01T04:00:00Z')
        await undoDelivery(base, first.delivery!, '2025-02-01T05:00:00Z')
        expect(await count()).toBe(before - 1)
      },
    ),
  ],
  B95: [
    absent(
      'a list of holders unmasked',
      'there is no such export: persons are masked for everyone',
      async ({ client }) => {
        const page = await client.json<ParcelPage>('/api/parcels?kind=titled')
        const [{ holder, parcelId }] = page.rows as [ParcelPage['rows'][number]]
        expect(holder).toBe('张*')
        for (const path of [
          '/api/export?kind=records&format=csv',
          '/api/export?kind=records&format=geojson',
          '/api/export?kind=findings&format=csv',
          `/api/parcels/${parcelId}`,
          `/api/parcels/${parcelId}/dossier`,
          `/api/parcels/${parcelId}/strategy`,
          `/api/parcels/${parcelId}/claims`,
        ]) {
          const response = await client.get(path)
          expect(response.status, path).toBe(200)
          expect(await response.text(), path).not.toContain('张三')
        }
      },
    ),
  ],
  B96: [
    holds(
      'a workbook and a Word file refer to nothing outside themselves, and other readers open them',
      async () => {
        expect(await readWorkbook(['株洲'])).toContain('株洲')
        const docx = Buffer.from(await printDocx(report('http://169.254.169.254/')))
        expect(zipEntry(docx, 'word/_rels/document.xml.rels')).not.toContain('TargetMode="External"')
      },
    ),
  ],
}
