import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Delivery, ImportSummary, Job, Problem } from '../../server/contract.ts'
import { toLonLat } from '../../server/geo/project.ts'
import { rect } from '../build/given.ts'
import { eachBase } from '../helpers/database.ts'
import { startApp, type Client } from './client.ts'

/** One approval as a GeoJSON delivery. */
const file = (docNo: string): string =>
  JSON.stringify({
    type: 'FeatureCollection',
    features: [
      {
        type: 'Feature',
        properties: { 批文号: docNo, 批准日期: '2020-03-01' },
        geometry: { type: 'MultiPolygon', coordinates: toLonLat(rect(0, 0, 100, 100)) },
      },
    ],
  })

eachBase('deliveries over HTTP', (open) => {
  let client: Client
  beforeAll(async () => {
    client = await startApp(open())
  })
  afterAll(() => client?.close())

  const send = (fields: Record<string, string>, body: string, name: string): Promise<Response> => {
    const form = new FormData()
    for (const [field, value] of Object.entries(fields)) form.set(field, value)
    form.set('file', new Blob([body]), name)
    return fetch(`${client.url}/api/deliveries`, { method: 'POST', body: form })
  }
  const ended = async (response: Response): Promise<Job> => {
    expect(response.status, await response.clone().text()).toBe(202)
    const { jobId } = (await response.json()) as Job
    return (await client.app.jobs.finished(jobId))!
  }
  const raw = (contentType: string, body: string): Promise<Response> =>
    fetch(`${client.url}/api/deliveries`, { method: 'POST', headers: { 'content-type': contentType }, body })
  const codeOf = async (response: Response): Promise<string> => ((await response.json()) as Problem).code

  test('a file arrives under its Chinese name, is listed, can be fetched back and taken back', async () => {
    const job = await ended(await send({ as: 'approval' }, file('湘政地〔2020〕1号'), '报批 2020.geojson'))
    expect(job.state, JSON.stringify(job.problem)).toBe('done')
    const summary = job.result as ImportSummary
    expect([summary.read, summary.used + summary.repaired, summary.refused]).toEqual([1, 1, 0])
    const [listed] = await client.json<Delivery[]>('/api/deliveries')
    expect(listed).toMatchObject({
      deliveryId: summary.delivery,
      kind: 'approval',
      fileName: '报批 2020.geojson',
      read: 1,
    })
    const bytes = await client.get(`/api/deliveries/${summary.delivery}/file`)
    expect(await bytes.text()).toBe(file('湘政地〔2020〕1号'))
    expect(bytes.headers.get('content-type')).toBe('application/octet-stream')
    expect((await client.get(`/api/deliveries/${summary.delivery}/issues`)).status).toBe(200)
    const undone = await fetch(`${client.url}/api/deliveries/${summary.delivery}`, { method: 'DELETE' })
    expect(undone.status).toBe(200)
    expect((await client.json<Delivery>(`/api/deliveries/${summary.delivery}`)).undoneAt).not.toBeNull()
  })

  test('a dry run leaves nothing behind', async () => {
    const before = await client.json<Delivery[]>('/api/deliveries')
    const job = await ended(
      await send({ as: 'approval', dryRun: 'true' }, file('湘政地〔2020〕2号'), 'b.geojson'),
    )
    expect(job.result).toMatchObject({ delivery: null, read: 1 })
    expect(await client.json<Delivery[]>('/api/deliveries')).toEqual(before)
  })

  test('parameters of a mapping are used, and no job keeps them', async () => {
    const job = await ended(
      await send(
        { as: 'reserve', mapping: 'towgs84: [11.25, -7.5, 3.75]', crs: 'EPSG:4490' },
        file('湘政地〔2020〕3号'),
        'c.geojson',
      ),
    )
    expect(job.result).toMatchObject({ read: 1 })
    const kept = await open().db.selectFrom('job').selectAll().where('job_id', '=', job.jobId).execute()
    expect(kept).toHaveLength(1)
    expect(JSON.stringify(kept)).toContain('c.geojson')
    expect(JSON.stringify(kept)).not.toContain('11.25')
  })

  test('a file that cannot be read fails its job with a reason, in both languages', async () => {
    const job = await ended(
      await send({ as: 'approval' }, 'MZ\u0090\u0000 not a map', '../../etc/报批.geojson'),
    )
    expect(job.state).toBe('failed')
    expect(job.problem).toMatchObject({ file: '报批.geojson', en: { status: job.problem.status } })
  })

  describe('a form that is none', () => {
    test.each([
      ['no boundary', 'multipart/form-data', 'x'],
      ['no form', 'text/plain', 'x'],
      ['empty', 'multipart/form-data; boundary=b', ''],
      [
        'cut off',
        'multipart/form-data; boundary=b',
        '--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nhalf',
      ],
      [
        'empty field name',
        'multipart/form-data; boundary=b',
        '--b\r\nContent-Disposition: form-data; name=""\r\n\r\nx\r\n--b--\r\n',
      ],
      [
        'no file',
        'multipart/form-data; boundary=b',
        '--b\r\nContent-Disposition: form-data; name="as"\r\n\r\napproval\r\n--b--\r\n',
      ],
    ])('%s: 400, and the server lives on', async (_, contentType, body) => {
      const response = await raw(contentType, body)
      expect(response.status).toBe(400)
      expect(await codeOf(response)).toBe('UPLOAD_INVALID')
      expect((await client.get('/healthz')).status).toBe(200)
    })

    test('too many parts: 413', async () => {
      const part = '--b\r\nContent-Disposition: form-data; name="x"\r\n\r\ny\r\n'
      const response = await raw('multipart/form-data; boundary=b', `${part.repeat(10_000)}--b--\r\n`)
      expect(response.status).toBe(413)
    })

    test.each([
      [{}, 'as'],
      [{ as: 'nonsense' }, 'as'],
      [{ as: 'layer' }, 'as'],
      [{ as: 'layer:../x' }, 'as'],
      [{ as: 'approval', nonsense: '1' }, 'nonsense'],
      [{ as: 'approval', dryRun: 'perhaps' }, 'dryRun'],
    ])('%j is refused for its %s', async (fields, field) => {
      const response = await send(fields as Record<string, string>, file('x'), 'a.geojson')
      expect(response.status).toBe(400)
      expect((await response.json()) as Problem).toMatchObject({ code: 'UPLOAD_INVALID', field })
    })

    test('a mapping is text, never a file of ours', async () => {
      const job = await ended(
        await send({ as: 'approval', mapping: '/etc/hostname' }, file('x'), 'a.geojson'),
      )
      expect(job.state).toBe('failed')
      expect(job.problem.code).toMatch(/^MAPPING_/)
    })
  })

  test('a sender that hangs up half way does no harm', async () => {
    const { hostname, port } = new URL(client.url)
    await new Promise<void>((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => {
        socket.write(
          `POST /api/deliveries HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Type: multipart/form-data; boundary=b\r\n` +
            'Content-Length: 100000\r\n\r\n--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nhalf',
          () => socket.destroy(),
        )
      })
      socket.on('close', () => resolve())
      socket.on('error', reject)
    })
    expect((await client.get('/healthz')).status).toBe(200)
  })

  test('a delivery there is not', async () => {
    for (const path of [
      '/api/deliveries/99999',
      '/api/deliveries/99999/issues',
      '/api/deliveries/99999/file',
    ]) {
      expect((await client.get(path)).status, path).toBe(404)
    }
    expect((await fetch(`${client.url}/api/deliveries/99999`, { method: 'DELETE' })).status).toBe(404)
  })
})
