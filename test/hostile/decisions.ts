import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import type {
  ImportSummary,
  Job,
  ParcelOverride,
  ParcelPage,
  RuleCheck,
  SourceProfile,
} from '../../server/contract.ts'
import { bytesOf, lonLatSquare } from '../import/given.ts'
import {
  absent,
  bring,
  elsewhere,
  holds,
  json,
  judgedRows,
  raw,
  refusedRequest,
  refuses,
  type Case,
  type Stage,
} from './case.ts'
import { twoRows } from './make.ts'

const paths = async ({ client }: Stage): Promise<string[]> =>
  Object.keys((await client.json<{ paths: Record<string, unknown> }>('/openapi.json')).paths)
const nothingLike = (pattern: RegExp) => async (stage: Stage) =>
  expect((await paths(stage)).filter((path) => pattern.test(path))).toEqual([])
const pack = readFileSync(new URL('../../data/rules/zhuzhou-2024.yaml', import.meta.url), 'utf8')
const judged = (what: string, change: (text: string) => string, code: string, part: string): Case =>
  holds(what, async ({ client }) => {
    const text = change(pack)
    expect(text).not.toBe(pack)
    const response = await client.post('/api/rules/check', { pack: text })
    expect(response.status, await response.clone().text()).toBe(200)
    const { usable, complaints } = (await response.json()) as RuleCheck
    const named = complaints.filter((each) => each.code === code)
    expect(named, JSON.stringify(complaints).slice(0, 2_000)).not.toEqual([])
    expect(JSON.stringify(named)).toContain(part)
    if (code === 'NOT_READ') expect(usable).toBe(false)
  })

const [[a, b, c, d]] = lonLatSquare() as [[number[], number[], number[], number[]]]
const bowTie = [[a, c, b, d, a]]
/** Brings a file that stays; the number of its delivery. */
async function delivered(stage: Stage, name: string, bytes: Uint8Array): Promise<number> {
  const { state, result } = await bring(stage, name, bytes, 'reserve', { stays: true })
  expect(state).toBe('done')
  return (result as ImportSummary).delivery!
}
const takenBack = async ({ client }: Stage, deliveryId: number): Promise<void> =>
  expect((await client.post(`/api/deliveries/${deliveryId}/undo`, {})).status).toBe(200)

const HEAD = 'GET /api/catalog HTTP/1.1\r\nHost: 127.0.0.1\r\n'

/** B81-B90: decisions, events, rules and the protocol below them. */
export const decisions: Readonly<Record<string, readonly Case[]>> = {
  B81: [
    absent(
      'approving a request of one’s own',
      'there are no accounts and no requests to approve; an override carries the name of who decided',
      nothingLike(/approv|request|signoff/),
    ),
    holds('a repair is decided on once: not before it waits, and not again', async (stage) => {
      const { client } = stage
      const waits = await delivered(stage, 'waits.geojson', twoRows({}, bowTie))
      const path = `/api/deliveries/${waits}/decisions`
      const body = { accept: true, by: '张建国', reason: '与实地一致' }
      const isRefused = (row: number) =>
        refuses(stage, json(path, { ...body, rows: [row] }), 404, {
          code: 'PROPOSAL_UNKNOWN',
          file: 'waits.geojson',
          row,
          zh: `第 ${row} 行`,
          en: `Row ${row}`,
        })
      await isRefused(1)
      const { jobId } = (await (await client.post(path, { ...body, rows: [2] })).json()) as Job
      const accepted = (await client.app.jobs.finished(jobId))!
      expect(accepted.state).toBe('done')
      await isRefused(2)
      await takenBack(stage, (accepted.result as ImportSummary).delivery!)
      await takenBack(stage, waits)
    }),
    holds('the same override twice is one override in force, and both are remembered', async ({ client }) => {
      const { rows } = await client.json<ParcelPage>('/api/parcels?kind=supplied')
      const path = `/api/parcels/${rows[0]!.parcelId}/override`
      const body = {
        strategy: rows[0]!.strategy === 'C3' ? 'C4' : 'C3',
        by: '张建国',
        reason: '先协商',
        document: '株政纪〔2025〕3号',
        expiresOn: '2025-06-30',
      }
      expect((await client.post(path, body)).status).toBe(201)
      expect((await client.post(path, body)).status).toBe(201)
      const after = await client.json<ParcelOverride>(path)
      expect(after).toMatchObject({ strategy: body.strategy, current: { strategy: body.strategy } })
      expect(after.history).toHaveLength(2)
      const ended = await fetch(client.url + path, {
        method: 'DELETE',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ by: '张建国', reason: '误操作' }),
      })
      expect(ended.status).toBe(200)
    }),
  ],
  B82: [
    judgedRows(
      'a day after the file came',
      'a.csv',
      bytesOf('宗地代码,登簿日期\n430211001001GB00001,2199-01-01\n'),
      {
        counts: { read: 1, used: 1 },
        told: [{ code: 'DATE_IN_FUTURE', row: 1, field: 'registered_on', severity: 'may_fix_later' }],
      },
    ),
    judgedRows(
      'finished before it began',
      'a.csv',
      bytesOf(
        '电子监管号,合同签订日期,实际开工时间,实际竣工时间\n4302112023B00019,2020-01-01,2022-05-01,2021-05-01\n',
      ),
      {
        counts: { read: 1, used: 1 },
        told: [{ code: 'P605', row: 1, severity: 'may_fix_later' }],
      },
      'supply',
    ),
  ],
  B83: [
    absent(
      'a split that loses 3 m²',
      'nobody edits shapes: splits follow from deliveries, and what moves balances by construction',
      nothingLike(/split|merge|edit/),
    ),
    elsewhere('test/build/run.test.ts', 'land that is cut in two is split: the halves are its successors'),
  ],
  B84: [
    absent(
      'a merger of parcels that do not touch',
      'nobody edits shapes: mergers follow from deliveries',
      nothingLike(/split|merge|edit/),
    ),
  ],
  B85: [
    elsewhere('test/build/identity.test.ts', 'a code that two carry says nothing, then the land decides'),
    elsewhere(
      'test/build/run.test.ts',
      'land that comes back as it was takes its old number, and the halves are merged into it',
    ),
  ],
  B86: [
    holds(
      'what a colleague has taken back meanwhile is not decided on, nor taken back again',
      async (stage) => {
        const gone = await delivered(stage, 'gone.geojson', twoRows({}, bowTie))
        await takenBack(stage, gone)
        const path = `/api/deliveries/${gone}`
        const word = json(`${path}/decisions`, { rows: [2], accept: true, by: '甲', reason: '可' })
        const told = { code: 'DELIVERY_UNDONE', file: 'gone.geojson' }
        await refuses(stage, word, 409, told)
        await refuses(stage, json(`${path}/undo`, {}), 409, told)
      },
    ),
    holds('a mapping a colleague has deleted meanwhile is not renamed', async (stage) => {
      const { client } = stage
      const saved = await client.post('/api/source-profiles', {
        as: 'approval',
        name: '高新区',
        columns: ['甲', '乙'],
        mapping: { fields: { doc_no: '甲' } },
        by: '甲',
      })
      expect(saved.status).toBe(201)
      const path = `/api/source-profiles/${((await saved.json()) as SourceProfile).profileId}`
      expect((await fetch(`${client.url}${path}?by=乙`, { method: 'DELETE' })).status).toBe(200)
      await refuses(stage, json(`${path}/rename`, { name: '开发区', by: '甲' }), 409, {
        code: 'PROFILE_DELETED',
        zh: '高新区',
        en: '高新区',
      })
    }),
    elsewhere(
      'test/server/claims.test.ts',
      'hostile questions get the answer that fits, and the next one is answered',
    ),
  ],
  B87: [
    judged(
      'an unknown fact in a condition',
      (text) => text.replace(/start\.due/, 'start.dew'),
      'NOT_READ',
      'start.dew',
    ),
    judged(
      'a division by zero',
      (text) => text.replace('flags.block > 0', 'unit.area_m2 / 0 > 1'),
      'CONTRADICTORY',
      'X1',
    ),
  ],
  B88: [
    ...['TRACE', 'PUT', 'PATCH'].map((method) =>
      method === 'TRACE'
        ? holds('TRACE', async (stage) =>
            expect(
              await raw(stage, `TRACE /api/catalog HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`),
            ).toMatch(/^HTTP\/1\.1 405 [\s\S]*METHOD_NOT_ALLOWED/),
          )
        : refusedRequest(`${method} on what is only read`, { method, path: '/api/catalog' }, 405, {
            code: 'METHOD_NOT_ALLOWED',
          }),
    ),
    ...['/api/%00', '/api/../../etc/passwd', '/.git/config', '/api/parcels/%ff'].map((path) =>
      holds(`nothing at ${path}, and nothing of ours is shown`, async (stage) => {
        const answer = await raw(
          stage,
          `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`,
        )
        expect(answer).toMatch(/^HTTP\/1\.1 40[04] /)
        expect(answer).not.toMatch(/node_modules|at .*\.ts:|Error:/)
      }),
    ),
  ],
  B89: [
    holds('a head of 64 kB', async (stage) =>
      expect(await raw(stage, `${HEAD}X-Long: ${'x'.repeat(65_536)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /),
    ),
    holds('1 000 heads', async (stage) =>
      expect(
        await raw(stage, `${HEAD}${Array.from({ length: 1_000 }, (_, i) => `X-${i}: y\r\n`).join('')}\r\n`),
      ).toMatch(/^HTTP\/1\.1 431 /),
    ),
    holds('two lengths of one body', async (stage) =>
      expect(
        await raw(
          stage,
          'POST /api/builds HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /evil HTTP/1.1\r\n\r\n',
        ),
      ).toMatch(/^HTTP\/1\.1 400 /),
    ),
  ],
  B90: [
    holds('an address a peer claims to forward for changes nothing', async (stage) => {
      const { express } = stage.client.app
      expect(express.get('trust proxy')).toBe(false)
    }),
  ],
}
