import { gzipSync } from 'node:zlib'
import { expect } from 'vitest'
import type { Delivery, Job, ParcelPage, Problem } from '../../server/contract.ts'
import { collection, feature } from '../import/given.ts'
import { startApp } from '../server/client.ts'
import { absent, holds, json, refusedRequest, type Case } from './case.ts'

const filter = (text: string): string => `/api/parcels?filter=${encodeURIComponent(text)}`
const form = (body: string, contentType = 'multipart/form-data; boundary=b') => ({
  method: 'POST',
  path: '/api/deliveries',
  headers: { 'content-type': contentType },
  body,
})

/** B58-B74: requests. */
export const requests: Readonly<Record<string, readonly Case[]>> = {
  B58: [
    refusedRequest(
      'a filter nested 1 600 deep',
      { path: filter(`${'('.repeat(1_600)}kind = 'titled'${')'.repeat(1_600)}`) },
      400,
      { code: 'FILTER_SYNTAX', zh: '条件嵌套超过 32 层', en: 'nested more than 32 deep' },
    ),
    refusedRequest(
      'a filter nested 90 deep, of few characters',
      { path: filter(`${'NOT ('.repeat(90)}kind = 'titled'${')'.repeat(90)}`) },
      400,
      { code: 'FILTER_SYNTAX', zh: '条件嵌套超过 32 层', en: 'nested more than 32 deep' },
    ),
  ],
  B59: [
    refusedRequest(
      '10 000 conditions in an address',
      { path: filter(Array.from({ length: 400 }, () => "kind = 'titled'").join(' OR ')) },
      400,
      { code: 'PARAM_INVALID', field: 'filter' },
    ),
    refusedRequest(
      '10 000 conditions in a body',
      () =>
        json('/api/rules/preview', {
          when: { C1: Array.from({ length: 10_000 }, (_, i) => `site.area_m2 > ${i}`).join(' AND ') },
        }),
      400,
      { code: 'BODY_INVALID', field: 'when.C1' },
    ),
    refusedRequest(
      'a drawn shape of 1 000 000 corners',
      () =>
        json('/api/areas/brief', {
          geometry: {
            type: 'Polygon',
            coordinates: [Array.from({ length: 1_000_000 }, () => [113.1, 27.8])],
          },
        }),
      413,
      { code: 'BODY_TOO_LARGE' },
    ),
    refusedRequest(
      'a drawn shape of 20 001 corners',
      () =>
        json('/api/areas/brief', {
          geometry: { type: 'Polygon', coordinates: [Array.from({ length: 20_001 }, () => [113.1, 27.8])] },
        }),
      413,
      { code: 'GEOMETRY_TOO_LARGE', field: 'geometry' },
    ),
  ],
  B60: ['9999/0/0', '-1/0/0', '1000000000/0/0', '1.5/0/0', '2/4/0', '2/1000000000/0'].map((place) =>
    refusedRequest(`the tile ${place}`, { path: `/tiles/parcel/${place}.mvt` }, 400, {
      code: 'TILE_OUT_OF_RANGE',
    }),
  ),
  B61: [
    holds('the tile of the whole world is small', async ({ client }) => {
      const response = await client.get('/tiles/parcel/0/0/0.mvt')
      expect(response.status).toBe(200)
      expect((await response.arrayBuffer()).byteLength).toBeLessThan(5_000)
    }),
  ],
  B62: [
    ...['parcel,parcel', 'nonsense', 'a,b,c', "parcel'", '"parcel"'].map((layer) =>
      refusedRequest(`the layer ${layer}`, { path: `/tiles/${encodeURIComponent(layer)}/2/0/0.mvt` }, 400, {
        code: 'LAYER_UNKNOWN',
        field: 'layer',
      }),
    ),
    refusedRequest(
      'a layer named again in the query',
      { path: '/tiles/parcel/2/0/0.mvt?layer=parcel&layer=zone' },
      400,
      { code: 'PARAM_DUPLICATE', field: 'layer' },
    ),
  ],
  B63: [
    holds('thousands of cold tiles at once: 429, with the time to wait', async ({ base }) => {
      // on a clock that stands still: how many come in a second is not for this machine to say
      const client = await startApp(base, { elapsedMs: () => 0 })
      try {
        const statuses = new Map<number, number>()
        let refusal: Response | null = null
        for (let x = 0; x < 3_000 && refusal === null; x += 100) {
          const answers = await Promise.all(
            Array.from({ length: 100 }, (_, i) => client.get(`/tiles/parcel/14/${x + i}/0.mvt`)),
          )
          for (const answer of answers) {
            statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
            if (answer.status === 429) refusal ??= answer
            else await answer.arrayBuffer()
          }
        }
        expect(refusal?.headers.get('retry-after')).toBe('5')
        expect(((await refusal!.json()) as Problem).code).toBe('TOO_MANY_REQUESTS')
        expect([...statuses.keys()].toSorted((one, other) => one - other)).toEqual([204, 429])
        expect(statuses.get(204)).toBe(1_500)
      } finally {
        await client.close()
      }
    }),
  ],
  B64: [
    ['limit=1000000000', 'PARAM_INVALID', 'limit'],
    ['limit=-1', 'PARAM_INVALID', 'limit'],
    ['offset=1000000000000', 'PARAM_UNKNOWN', 'offset'],
    ['limit=10&limit=20', 'PARAM_DUPLICATE', 'limit'],
  ].map(([query, code, field]) =>
    refusedRequest(query!, { path: `/api/parcels?${query!}` }, 400, { code: code!, field: field! }),
  ),
  B65: ['a[b]', '__proto__[x]', '__proto__'].map((name) =>
    refusedRequest(`the parameter ${name}`, { path: `/api/parcels?${name}=1` }, 400, {
      code: 'PARAM_UNKNOWN',
      field: name,
    }),
  ),
  B66: [
    ['no boundary', 'x', 'multipart/form-data'],
    ['an empty field name', '--b\r\nContent-Disposition: form-data; name=""\r\n\r\nx\r\n--b--\r\n'],
    [
      'a part that breaks off',
      '--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nhalf',
    ],
    ['no file', '--b\r\nContent-Disposition: form-data; name="as"\r\n\r\napproval\r\n--b--\r\n'],
  ].map(([what, body, type]) =>
    refusedRequest(`a form with ${what!}`, form(body!, type), 400, { code: 'UPLOAD_INVALID' }),
  ),
  B67: [
    refusedRequest(
      '10 000 parts',
      form(`${'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\ny\r\n'.repeat(10_000)}--b--\r\n`),
      413,
      { code: 'UPLOAD_TOO_LARGE' },
    ),
    refusedRequest(
      'a part with 1 MB of head',
      form(
        `--b\r\nX-Long: ${'x'.repeat(1_000_000)}\r\nContent-Disposition: form-data; name="x"\r\n\r\ny\r\n--b--\r\n`,
      ),
      400,
      { code: 'UPLOAD_INVALID' },
    ),
  ],
  B68: [
    '../../etc/x.geojson',
    '宗'.repeat(300) + '.geojson',
    'a\r\nX-Evil: 1.geojson',
    'a"; filename="b.geojson',
  ].map((name) =>
    holds(`a file called ${JSON.stringify(name.slice(0, 20))}`, async (stage) => {
      const { client } = stage
      const data = new FormData()
      data.set('as', 'layer:park')
      data.set('file', new Blob([new Uint8Array(collection([feature({ properties: { name } })]))]), name)
      const response = await fetch(`${client.url}/api/deliveries`, { method: 'POST', body: data })
      const job = (await client.app.jobs.finished(((await response.json()) as Job).jobId))!
      expect(job.state, JSON.stringify(job.problem)).toBe('done')
      const { delivery } = job.result as { delivery: number }
      const listed = await client.json<Delivery>(`/api/deliveries/${delivery}`)
      // oxlint-disable-next-line no-control-regex
      expect(listed.fileName).not.toMatch(/[/\\\u0000-\u001f]/)
      expect([...listed.fileName].length).toBeLessThanOrEqual(200)
      const file = await client.get(`/api/deliveries/${delivery}/file`)
      expect(file.headers.get('x-evil')).toBeNull()
      expect(file.headers.get('content-disposition')).toMatch(
        /^attachment; filename="[\w. -]+"; filename\*=UTF-8''[\w.~!%-]+$/,
      )
      await fetch(`${client.url}/api/deliveries/${delivery}`, { method: 'DELETE' })
    }),
  ),
  B69: [
    refusedRequest(
      'JSON that says it is text',
      { ...json('/api/areas/brief', {}), headers: { 'content-type': 'text/plain' } },
      415,
      { code: 'BODY_TYPE' },
    ),
  ],
  B70: [
    refusedRequest('3 MB of JSON', () => json('/api/areas/brief', `"${'x'.repeat(3_000_000)}"`), 413, {
      code: 'BODY_TOO_LARGE',
    }),
    refusedRequest(
      '100 MB of JSON in 100 kB',
      () => ({
        method: 'POST',
        path: '/api/areas/brief',
        headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
        body: gzipSync(`"${'x'.repeat(100_000_000)}"`),
      }),
      413,
      { code: 'BODY_TOO_LARGE' },
    ),
  ],
  B71: [
    holds('quotes, wildcards and backslashes are looked for as they are', async ({ client }) => {
      for (const text of ["'; drop table parcel;--", '%', '_', '\\', 'x\\'])
        expect(
          (await client.json<ParcelPage>(`/api/parcels?q=${encodeURIComponent(text)}`)).total,
          text,
        ).toBe(0)
    }),
    refusedRequest('SQL in a filter', { path: filter("kind = 'a'; drop table record") }, 400, {
      code: 'FILTER_SYNTAX',
      zh: '实际是 “;”',
      en: 'but found ";"',
    }),
  ],
  B72: ['hash', 'geom', '1; select'].map((sort) =>
    refusedRequest(`sorted by ${sort}`, { path: `/api/parcels?sort=${encodeURIComponent(sort)}` }, 400, {
      code: 'PARAM_INVALID',
      field: 'sort',
    }),
  ),
  B73: [
    absent(
      'what belongs to another district',
      'there are no accounts: whoever reaches the server reads the whole city',
      async ({ client }) => {
        const { paths } = await client.json<{ paths: Record<string, unknown> }>('/openapi.json')
        expect(Object.keys(paths).filter((path) => /user|login|session|account/.test(path))).toEqual([])
      },
    ),
    ...['/api/parcels/430211099999999', '/api/deliveries/99999/file', '/api/jobs/99999'].map((path) =>
      holds(`${path}: not there is 404`, async ({ client }) => {
        expect((await client.get(path)).status).toBe(404)
      }),
    ),
  ],
  B74: [
    ['/api/builds', { asOf: '2025-02-01', recorded_at: '2020-01-01' }, 'recorded_at'],
    ['/api/areas/brief', { geometry: { type: 'Polygon', coordinates: [] }, district_id: 7 }, 'district_id'],
    [
      '/api/overlaps/preview',
      { geometry: { type: 'Polygon', coordinates: [] }, as: 'approval', seq: 1 },
      'seq',
    ],
    [
      '/api/source-profiles',
      { as: 'approval', name: 'x', columns: ['a'], mapping: {}, by: 'x', approved_by: 'y' },
      'approved_by',
    ],
    [
      '/api/deliveries/1/decisions',
      { rows: [1], accept: true, by: 'x', reason: 'y', recorded_at: '2020-01-01' },
      'recorded_at',
    ],
    ['/api/reports', { kind: 'parcel', format: 'pdf', parcelIds: [1], approved_by: 'x' }, 'approved_by'],
  ].map(([path, body, field]) =>
    refusedRequest(`${String(path)} with ${String(field)}`, json(path as string, body), 400, {
      code: 'BODY_UNKNOWN',
      field: field as string,
    }),
  ),
}
