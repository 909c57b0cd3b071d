import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ParcelPage, Problem } from '../../server/contract.ts'
import { toLonLat } from '../../server/geo/project.ts'
import { decodeMultiPolygon } from '../../server/geo/wkb.ts'
import { asWkb } from '../../server/db/postgis.ts'
import { eachBase } from '../helpers/database.ts'
import { startApp, type Client } from '../server/client.ts'
import { AS_OF, givenTown, titledCode } from '../server/town.ts'
import { zipEntry } from './zip-entry.ts'

eachBase('reports over HTTP', (open) => {
  let client: Client
  beforeAll(async () => {
    await givenTown(open())
    client = await startApp(open())
  })
  afterAll(() => client?.close())

  const titled = async () => (await client.json<ParcelPage>('/api/parcels?kind=titled')).rows[0]!
  const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer())

  test('one parcel as Word: its code, its area with the kind of area, and the day asked about', async () => {
    const row = await titled()
    const response = await client.post('/api/reports', {
      kind: 'parcel',
      format: 'docx',
      parcelIds: [row.parcelId],
      lang: 'zh',
    })
    expect(response.status).toBe(200)
    const xml = zipEntry(await bytesOf(response), 'word/document.xml')
    for (const text of [titledCode, String(row.parcelId), '平面面积', row.strategy!])
      expect(xml).toContain(text)
  })

  test('one parcel as PDF, under a name that says which parcel and which day', async () => {
    const { parcelId } = await titled()
    const response = await client.post('/api/reports', {
      kind: 'parcel',
      format: 'pdf',
      parcelIds: [parcelId],
      lang: 'zh',
    })
    expect(response.headers.get('content-type')).toBe('application/pdf')
    const name = /filename\*=UTF-8''(.+)$/.exec(response.headers.get('content-disposition')!)![1]!
    expect(decodeURIComponent(name)).toBe(`一地一策-${parcelId}-${AS_OF}.pdf`)
    expect((await bytesOf(response)).subarray(0, 5).toString()).toBe('%PDF-')
  })

  test('an area as a workbook whose parcel lies in it whole', async () => {
    const row = await titled()
    const { wkb } = await open()
      .db.selectFrom('parcel_version')
      .select((eb) => asWkb(eb.ref('geom')).as('wkb'))
      .where('parcel_id', '=', row.parcelId)
      .executeTakeFirstOrThrow()
    const geometry = { type: 'MultiPolygon', coordinates: toLonLat(decodeMultiPolygon(wkb)) }
    const response = await client.post('/api/reports', { kind: 'area', format: 'xlsx', geometry, lang: 'zh' })
    expect(response.status).toBe(200)
    const balance = zipEntry(await bytesOf(response), 'xl/worksheets/sheet1.xml')
    const figures = [...balance.matchAll(/<v>([\d.]+)<\/v>/g)].map((match) => Number(match[1]))
    expect(figures.some((figure) => Math.abs(figure - row.areas.planarM2) < 0.01)).toBe(true)
  })

  test('a parcel that does not exist is a problem document in the language of the reader', async () => {
    const response = await client.post('/api/reports', {
      kind: 'parcel',
      format: 'pdf',
      parcelIds: [43021199999999],
      lang: 'zh',
    })
    expect(response.status).toBe(404)
    expect(((await response.json()) as Problem).code).toBe('PARCEL_UNKNOWN')
  })
})
