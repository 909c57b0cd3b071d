import { afterAll, beforeAll, expect, test } from 'vitest'
import { runBuild } from '../../server/build/run.ts'
import { command } from '../../server/cli/claims.ts'
import { WrongUsage } from '../../server/cli/command.ts'
import { readConfig } from '../../server/config.ts'
import type { ConflictPage, ParcelClaims, Problem } from '../../server/contract.ts'
import { runClassify } from '../../server/strategy/classify.ts'
import { approval, deliver, parcelCode, rect, registration, supervisionNo, supply } from '../build/given.ts'
import { moon, star } from '../claim/given.ts'
import { eachBase } from '../helpers/database.ts'
import { publishedBuild } from '../helpers/published.ts'
import { startApp, type Client } from './client.ts'
import { AS_OF } from './town.ts'

const code = parcelCode(1)
const plot = rect(0, 0, 100, 100)
const AT = '2025-02-01T01:00:00.000Z'
/** Looked back at once the town stood. */
const PAST = '2025-01-15'

eachBase('statements over HTTP', (open) => {
  let client: Client
  beforeAll(async () => {
    const papers = [
      approval('湘政地〔2020〕1号', plot),
      supply(supervisionNo(1), plot, { ...star, holder: '李四' }),
      registration(code, plot, { ...moon, supervision_no: supervisionNo(1) }),
    ]
    await deliver(open(), papers, AT)
    await runBuild(open(), { asOf: AS_OF, startedAt: AT })
    await runClassify(open(), { asOf: AS_OF, startedAt: AT })
    client = await startApp(open())
  })
  afterAll(() => client?.close())

  const problem = async (
    asked: Promise<Response>,
  ): Promise<[status: number, code: string, field?: string]> => {
    const response = await asked
    const { code: name, field } = (await response.json()) as Problem
    return field === undefined ? [response.status, name] : [response.status, name, field]
  }
  const claims = () => client.json<ParcelClaims>(`/api/parcels/${code}/claims`)
  const words = { by: '张建国', reason: '已核实', document: '函1号', decidedOn: '2025-01-31' }
  const post = (body: unknown) => client.post(`/api/parcels/${code}/claims`, body)

  test('are described, listed, and told parcel by parcel; persons are masked', async () => {
    const api = await client.json<{ paths: Record<string, unknown> }>('/openapi.json')
    for (const path of ['/api/claims', '/api/claims/export', '/api/parcels/{id}/claims']) expect(api.paths).toHaveProperty([path]) // prettier-ignore
    const page = await client.json<ConflictPage>('/api/claims?field=holder&pair=supply|registration')
    expect([page.total, page.rows[0]!.parcelCode]).toEqual([1, code])
    expect(page.rows[0]!.statements.map(({ text }) => text)).toEqual([moon.holder, '李*'])
    const english = await client.json<ParcelClaims>(`/api/parcels/${code}/claims?lang=en&asOf=${AS_OF}`)
    expect(english.fields[0]).toMatchObject({ field: 'holder', state: 'open', used: expect.any(Number) })
  })

  test('are chosen with a reason, once what was seen still stands', async () => {
    const [holder] = (await claims()).fields
    const recordId = holder!.statements[1]!.recordId
    const response = await post({ field: 'holder', recordId, seen: holder!.seen, ...words })
    expect(response.status).toBe(201)
    const chosen = ((await response.json()) as ParcelClaims).fields[0]!
    expect([chosen.state, chosen.used, chosen.choices[0]!.by]).toEqual(['chosen', recordId, '张**'])
    expect((await client.json<ConflictPage>('/api/claims?state=chosen')).total).toBe(1)
    expect((await client.json<ConflictPage>('/api/claims?state=open')).total).toBe(0)
    expect((await post({ field: 'holder', recordId: null, ...words })).status).toBe(201)
  })

  test('are listed for the day readers see; of any other the list says that it is not kept', async () => {
    const now = await client.json<ConflictPage>('/api/claims')
    expect(await client.json<ConflictPage>(`/api/claims?asOf=${AS_OF}`)).toEqual(now)
    await publishedBuild(open(), { asOf: PAST, startedAt: '2025-02-03T00:00:00Z' })
    expect(await problem(client.get(`/api/claims?asOf=${PAST}`))).toEqual([404, 'CLAIMS_NOT_KEPT', 'asOf'])
    expect(await problem(client.get(`/api/claims/export?format=csv&asOf=${PAST}`))).toEqual([404, 'CLAIMS_NOT_KEPT', 'asOf']) // prettier-ignore
    expect(await problem(client.get('/api/claims?asOf=1999-01-01'))).toEqual([
      404,
      'NOT_BUILT_FOR_DAY',
      'asOf',
    ])
    const english = await client.get(`/api/claims?asOf=${PAST}&lang=en`)
    expect(((await english.json()) as Problem).detail).toBe(
      `The list of contradictions is kept for ${AS_OF}; there is none of ${PAST}.`,
    )
    const parcel = await client.json<ParcelClaims>(`/api/parcels/${code}/claims?asOf=${PAST}`)
    expect(parcel.asOf).toBe(PAST)
  })

  test('leave as CSV and as a workbook', async () => {
    const csv = await client.get('/api/claims/export?format=csv&field=holder')
    expect(csv.headers.get('content-disposition')).toContain('terrier-claims.csv')
    expect((await csv.text()).split('\r\n')).toHaveLength(4)
    const book = await client.get('/api/claims/export?format=xlsx')
    expect(
      Buffer.from(await book.arrayBuffer())
        .subarray(0, 2)
        .toString(),
    ).toBe('PK')
  })

  test('hostile questions get the answer that fits, and the next one is answered', async () => {
    const get = (path: string) => problem(client.get(path))
    expect(await get('/api/claims?field=holder%27--')).toEqual([400, 'CLAIM_FIELD_UNKNOWN', 'field'])
    expect(await get('/api/claims?pair=registration')).toEqual([400, 'PARAM_INVALID', 'pair'])
    expect(await get('/api/claims?pair=registration|supply|supply')).toEqual([400, 'PARAM_INVALID', 'pair'])
    expect(await get('/api/claims?state=lost')).toEqual([400, 'PARAM_INVALID', 'state'])
    expect(await get('/api/claims?limit=0')).toEqual([400, 'PARAM_INVALID', 'limit'])
    expect(await get('/api/claims?cursor=%5B1%5D')).toEqual([400, 'PARAM_INVALID', 'cursor'])
    expect(await get(`/api/claims?cursor=${Buffer.from('[1,2,"holder"]').toString('base64url')}`)).toEqual([400, 'PARAM_INVALID', 'cursor']) // prettier-ignore
    expect(await get('/api/claims?field=holder&field=area')).toEqual([400, 'PARAM_DUPLICATE', 'field'])
    expect(await get('/api/claims/export?format=csv&field=colour')).toEqual([
      400,
      'CLAIM_FIELD_UNKNOWN',
      'field',
    ])
    expect(await get('/api/claims/export?format=exe')).toEqual([400, 'PARAM_INVALID', 'format'])
    expect(await get('/api/parcels/99999/claims')).toEqual([404, 'PARCEL_UNKNOWN'])
    expect(await get(`/api/parcels/${code}/claims?asOf=2025-13-01`)).toEqual([400, 'BAD_DATE', 'asOf'])
    const said = (body: unknown) => problem(post(body))
    const good = { field: 'holder', recordId: 1, ...words }
    expect(await said({ ...good, reason: ' ' })).toEqual([400, 'BODY_INVALID', 'reason'])
    expect(await said({ ...good, document: undefined })).toEqual([400, 'BODY_INVALID', 'document'])
    expect(await said({ ...good, recordId: '1; drop table claim_choice' })).toEqual([
      400,
      'BODY_INVALID',
      'recordId',
    ])
    expect(await said({ ...good, recordId: 1.5 })).toEqual([400, 'BODY_INVALID', 'recordId'])
    expect(await said({ ...good, seen: 'x' })).toEqual([400, 'BODY_INVALID', 'seen'])
    expect(await said({ ...good, approved: true })).toEqual([400, 'BODY_UNKNOWN', 'approved'])
    expect(await said({ ...good, field: '__proto__' })).toEqual([400, 'CLAIM_FIELD_UNKNOWN', 'field'])
    expect(await said({ ...good, recordId: 2 ** 52 })).toEqual([400, 'CLAIM_RECORD_UNKNOWN', 'recordId'])
    expect(await said({ ...good, decidedOn: '2025-02-30' })).toEqual([400, 'CLAIM_DAY_INVALID', 'decidedOn'])
    expect(await said({ ...good, field: 'parcel_code' })).toEqual([409, 'CLAIM_AGREED', 'parcel_code'])
    expect(await said({ ...good, recordId: 3, seen: 'a'.repeat(32) })).toEqual([409, 'CLAIM_CHANGED', 'seen'])
    expect((await claims()).fields[0]!.choices).toHaveLength(2)
  })

  test('the command line lists, shows and chooses the same', async () => {
    const said: { document: unknown; text: string }[] = []
    const run = (args: string[], options: Record<string, string | boolean> = {}) =>
      command.run({
        config: readConfig({}),
        today: AS_OF,
        args,
        options,
        base: async () => open(),
        progress: () => undefined,
        answer: (document, text) => said.push({ document, text: text() }),
      })
    await run(['list'], { field: 'holder' })
    expect(said.at(-1)!.text).toContain(
      `✓ ${moon.holder}  登记 registration ${code} · 2022-01-10 · registration.json:1`,
    )
    const [holder] = (await claims()).fields
    const record = String(holder!.statements[1]!.recordId)
    const because = { by: '张建国', reason: '已核实', document: '函2号', on: '2025-01-31' }
    await run(['choose', code], { field: 'holder', record, ...because })
    expect(said.at(-1)!.text).toContain('✓ 李*')
    expect(said.at(-1)!.text).toContain('生效 standing 李* 张** · 2025-01-31 · 函2号 · 已核实')
    await run(['choose', code], { field: 'holder', rule: true, ...because })
    await run(['show', code])
    expect((said.at(-1)!.document as ParcelClaims).fields[0]).toMatchObject({
      field: 'holder',
      state: 'open',
    })
    for (const [args, options] of [
      [['choose', code], { field: 'holder', ...because }],
      [['choose', code], { field: 'holder', record: '1', rule: true, ...because }],
      [['choose', code], { field: 'holder', record: 'one', ...because }],
      [['choose', code], { field: 'holder', record, by: 'x', reason: ' ', document: 'x', on: AS_OF }],
      [['list'], { state: 'lost' }],
      [['list'], { out: 'claims.exe' }],
      [['show'], {}],
      [[], {}],
    ] as const)
      await expect(run([...args], options)).rejects.toBeInstanceOf(WrongUsage)
  })
})
