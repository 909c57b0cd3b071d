import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'vitest'
import type { ImportSummary } from '../../server/contract.ts'
import { bytesOf, collection, feature } from '../import/given.ts'
import { cell, heading, kml, laughs, placemark, workbook } from '../import/given-xml.ts'
import { bring, holds, judgedRows, refusedFile, type Case } from './case.ts'

const listening = async (work: (port: number) => Promise<void>): Promise<number> => {
  let asked = 0
  const server = createServer((_request, response) => {
    asked++
    response.end()
  }).listen(0, '127.0.0.1')
  await new Promise((ready) => server.once('listening', ready))
  await work((server.address() as AddressInfo).port)
  await new Promise((closed) => server.close(closed))
  return asked
}
const dates = (written: string, told: Partial<{ code: string }> = {}): Case => {
  const code = told.code ?? 'DATE_INVALID'
  return judgedRows(
    `the date ${written}`,
    'a.csv',
    bytesOf(`宗地代码,登簿日期\n430211001001GB00001,${written}\n`),
    {
      counts: { read: 1, used: 1, refused: 0 },
      told: [
        { code, row: 1, field: '登簿日期', severity: code === 'DATE_SERIAL' ? 'note' : 'may_fix_later' },
      ],
    },
  )
}
const area = async (stage: Parameters<Case['run']>[0], heading: string, written: string) => {
  const job = await bring(
    stage,
    'a.csv',
    bytesOf(`宗地代码,${heading}\n430211001001GB00001,"${written}"\n`),
    'registration',
  )
  return job.result as ImportSummary
}

/** B43-B53: XML, workbooks, references, and what cells hold. */
export const documents: Readonly<Record<string, readonly Case[]>> = {
  B43: [
    refusedFile(
      'KML with an external entity',
      'a.kml',
      bytesOf('<?xml version="1.0"?><!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]><kml/>'),
      { code: 'XML_DTD_FORBIDDEN' },
    ),
  ],
  B44: [
    refusedFile('KML with a billion laughs', 'a.kml', kml(placemark('&j;'), laughs), {
      code: 'XML_DTD_FORBIDDEN',
    }),
    refusedFile(
      'a workbook with a billion laughs',
      'a.xlsx',
      workbook(heading, `<?xml version="1.0"?>${laughs}<sst><si><t>&j;</t></si></sst>`),
      { code: 'XML_DTD_FORBIDDEN' },
    ),
  ],
  B45: [
    holds('an external parameter entity is refused and nobody is called', async (stage) => {
      const asked = await listening(async (port) => {
        const file = kml(
          placemark('x'),
          `<!DOCTYPE k [<!ENTITY % p SYSTEM "http://127.0.0.1:${port}/x"> %p;]>`,
        )
        await refusedFile('', 'a.kml', file, { code: 'XML_DTD_FORBIDDEN' }).run(stage)
      })
      expect(asked).toBe(0)
    }),
  ],
  B46: [
    refusedFile(
      'KML that includes a file',
      'a.kml',
      kml('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'),
      { code: 'FILE_EMPTY' },
    ),
    holds('a style sheet and a schema elsewhere are not fetched', async (stage) => {
      const asked = await listening(async (port) => {
        const text = Buffer.from(kml(placemark('甲')))
          .toString()
          .replace('?>', `?><?xml-stylesheet type="text/xsl" href="http://127.0.0.1:${port}/x.xsl"?>`)
          .replace(
            '<kml ',
            `<kml xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.opengis.net/kml/2.2 http://127.0.0.1:${port}/x.xsd" `,
          )
        const job = await bring(stage, 'a.kml', bytesOf(text), 'layer:park')
        expect(job.result).toMatchObject({ read: 1, refused: 0 })
      })
      expect(asked).toBe(0)
    }),
  ],
  B47: [
    refusedFile(
      'KML that is a link',
      'a.kml',
      kml('<NetworkLink><Link><href>http://169.254.169.254/</href></Link></NetworkLink>'),
      { code: 'REFERENCE_FORBIDDEN' },
    ),
    holds('the icon of a KML lies elsewhere and is not fetched', async (stage) => {
      const asked = await listening(async (port) => {
        const style = `<Style id="s"><IconStyle><Icon><href>http://127.0.0.1:${port}/i.png</href></Icon></IconStyle></Style>`
        const job = await bring(stage, 'a.kml', kml(style + placemark('甲')), 'layer:park')
        expect(job.result).toMatchObject({ read: 1, refused: 0 })
      })
      expect(asked).toBe(0)
    }),
  ],
  B48: [
    holds('an address in a field is a text and is not fetched', async (stage) => {
      const asked = await listening(async (port) => {
        const properties = {
          坐落: `http://127.0.0.1:${port}/logo.png`,
          style: 'file:///etc/passwd',
          宗地代码: '430211001001GB00008',
        }
        const job = await bring(stage, 'a.geojson', collection([feature({ properties })]), 'registration')
        expect(job.result).toMatchObject({ read: 1, used: 1 })
      })
      expect(asked).toBe(0)
    }),
  ],
  B49: [
    refusedFile(
      'a workbook with a cell in its last corner',
      'a.xlsx',
      workbook(`${heading}<row r="1048576">${cell('XFD1048576', 'x')}</row>`),
      { code: 'XLSX_TOO_LARGE', zh: '末行 1048576、末列 16384', en: 'the last in row 1048576, column 16384' },
    ),
    refusedFile(
      'a sheet of 60 MB in 60 kB',
      'a.xlsx',
      () => Promise.resolve(workbook(heading + ' '.repeat(60_000_000))),
      { code: 'ZIP_BOMB' },
    ),
    refusedFile(
      '12 000 cells that all show one text of 1 MB',
      'a.xlsx',
      () =>
        Promise.resolve(
          workbook(
            heading +
              Array.from(
                { length: 12_000 },
                (_, i) => `<row r="${i + 2}"><c r="A${i + 2}" t="s"><v>0</v></c></row>`,
              ).join(''),
            `<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>${'x'.repeat(1_000_000)}</t></si></sst>`,
          ),
        ),
      { code: 'XLSX_TOO_LARGE', zh: '合计超过 200000000 个字符', en: 'more than 200000000 characters' },
    ),
  ],
  B50: [
    judgedRows(
      'formulas count by the value kept with them',
      'a.xlsx',
      workbook(
        `${heading}<row r="2">${cell('A2', '430211001001GB00007')}<c r="C2"><f>A1*2</f></c></row><row r="3">${cell('A3', '430211001001GB00006')}<c r="C3"><f>50*2</f><v>100</v></c></row>`,
      ),
      {
        counts: { read: 2, used: 2, refused: 0 },
        told: [{ code: 'XLSX_FORMULA', severity: 'may_fix_later' }],
      },
    ),
  ],
  B51: [
    judgedRows(
      'a parcel code that became a number',
      'a.xlsx',
      workbook(
        `${heading}<row r="2"><c r="A2"><v>4.30211001001001E+18</v></c>${cell('B2', '天元区')}</row><row r="3">${cell('A3', '430211001001GB00007')}${cell('B3', '天元区')}</row>`,
      ),
      {
        counts: { read: 2, used: 1, refused: 1 },
        told: [{ code: 'CODE_NUMERIC', row: 1, field: '宗地代码', severity: 'must_fix' }],
      },
    ),
  ],
  B52: [
    dates('2024/2/30'),
    dates('0000-00-00'),
    dates('9999-12-31'),
    dates('45292', { code: 'DATE_SERIAL' }),
    dates('民国113年'),
  ],
  B53: [
    holds('areas as people write them', async (stage) => {
      expect(
        (await area(stage, '宗地面积（平方米）', '1,234.5')).issues.map(({ code }) => code),
      ).not.toContain('AREA_INVALID')
      expect((await area(stage, '宗地面积', '12.3亩')).issues.map(({ code }) => code)).not.toContain(
        'AREA_INVALID',
      )
      expect((await area(stage, '宗地面积（平方米）', '１２')).issues.map(({ code }) => code)).not.toContain(
        'AREA_INVALID',
      )
      expect((await area(stage, '宗地面积（平方米）', '')).issues.map(({ code }) => code)).not.toContain(
        'AREA_INVALID',
      )
    }),
    ...['-5', '1e400', '约十亩'].map((written) =>
      judgedRows(
        `the area ${written}`,
        'a.csv',
        bytesOf(`宗地代码,宗地面积（平方米）\n430211001001GB00001,${written}\n`),
        {
          counts: { read: 1, used: 1, refused: 0 },
          told: [{ code: 'AREA_INVALID', row: 1, field: '宗地面积（平方米）', severity: 'may_fix_later' }],
        },
      ),
    ),
  ],
}
