import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runBuild } from '../../server/build/run.ts'
import { command as rulesCommand } from '../../server/cli/rules.ts'
import type {
  DeadlinePage,
  Explanation,
  OverridePage,
  PackDetail,
  ParcelOverride,
  Problem,
  RuleCheck,
  Unknowns,
} from '../../server/contract.ts'
import { readConfig } from '../../server/config.ts'
import { defaultPack } from '../../server/rule/pack.ts'
import { runClassify } from '../../server/strategy/classify.ts'
import { classifyPast } from '../../server/strategy/classify-past.ts'
import { approval, deliver, parcelCode, rect, registration, supervisionNo, supply } from '../build/given.ts'
import { eachBase, temporaryFolder } from '../helpers/database.ts'
import { startApp, type Client } from '../server/client.ts'

const AS_OF = '2024-06-30'
const OFFICE = '自然资源局·开发利用'
const [LAND, NEXT] = [rect(0, 0, 100, 100), rect(200, 0, 100, 50)]
const code = parcelCode(1)
/** A factory plot due on 15 March 2023 and not begun, by its holder's own fault. */
const contract = (more: object) =>
  supply(supervisionNo(1), LAND, {
    start_due: '2023-03-15',
    start_state: 'none',
    finish_due: '2025-12-31',
    finish_state: 'none',
    handover_on: '2022-04-01',
    idle_cause: 'own',
    use: '1001',
    use_scheme: 'YDYH-2023',
    ...more,
  })
const decided = {
  strategy: 'C3',
  by: '张建国',
  reason: '管线迁改未完成,先协商处置',
  document: '株政纪〔2024〕3号',
  expiresOn: '2024-09-30',
}

eachBase('what offices ask and people decide', (open) => {
  let client: Client
  beforeAll(async () => {
    const base = open()
    await deliver(
      base,
      [
        approval('湘政地〔2021〕9号', LAND, { approved_on: '2021-06-30' }),
        // two years old on the day asked about: its last day
        approval('湘政地〔2022〕1号', NEXT, {
          approved_on: '2022-06-30',
          compensated: false,
          site_used: false,
        }),
        contract({}),
        registration(code, LAND, { supervision_no: supervisionNo(1), sealed: false }),
      ],
      '2024-07-01T00:00:00Z',
    )
    await runBuild(base, { asOf: AS_OF, startedAt: '2024-07-01T08:00:00Z' })
    await runClassify(base, { startedAt: '2024-07-01T09:00:00Z' })
    client = await startApp(base)
  })
  afterAll(() => client?.close())

  const send = (method: string, path: string, body: unknown) =>
    fetch(client.url + path, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const problem = async (response: Response): Promise<[number, string]> => [
    response.status,
    ((await response.json()) as Problem).code,
  ]
  const strategy = () => client.json<Explanation>(`/api/parcels/${code}/strategy`)

  describe('deadlines', () => {
    const ask = (query: string) => client.json<DeadlinePage>(`/api/deadlines${query}`)

    test('the next one of every parcel, soonest first, with its light', async () => {
      const page = await ask('')
      expect(page).toMatchObject({ asOf: AS_OF, total: 2, nextCursor: null })
      expect(page.totalPlanarM2).toBeCloseTo(15_000, 6)
      expect(page.rows.map(({ strategy, due, daysLeft, rule, light }) => [strategy, due, daysLeft, rule, light])).toEqual([
        ['Z0', '2024-06-30', 0, 'approval_lapse', 'yellow'],
        // due to start 473 days ago, more than half of the 652 days the contract gave: red; the second year ends in March
        ['C5', '2025-03-15', 258, 'idle_two_years', 'red'],
      ]) // prettier-ignore
      expect(page.lights.map(({ light, parcels }) => [light, parcels])).toEqual(
        expect.arrayContaining([
          ['red', 1],
          ['yellow', 1],
        ]),
      )
    })

    test.each([
      ['?light=red', ['C5']],
      ['?light=green,grey', []],
      [`?office=${encodeURIComponent(OFFICE)}`, ['Z0', 'C5']],
      [`?office=${encodeURIComponent('农业农村局')}`, []],
      ['?within=90', ['Z0']],
      ['?overdue=true', []],
      ['?limit=1', ['Z0']],
    ])('%s lists %j', async (query, codes) =>
      expect((await ask(query)).rows.map((row) => row.strategy)).toEqual(codes),
    )

    test('page by page, and a query that is none is refused', async () => {
      const { nextCursor } = await ask('?limit=1')
      expect((await ask(`?limit=1&cursor=${encodeURIComponent(nextCursor!)}`)).rows[0]!.strategy).toBe('C5')
      expect((await client.get('/api/deadlines?within=soon')).status).toBe(400)
    })

    test('of an office that leads nothing are no calendar: who leads is told', async () => {
      const response = await client.get(`/api/deadlines/${encodeURIComponent('自然资源局')}.ics`)
      expect(response.status).toBe(404)
      expect(await response.json()).toMatchObject({ code: 'OFFICE_UNKNOWN', field: 'office', hint: expect.stringContaining(OFFICE) as string }) // prettier-ignore
    })

    test('of one office as a calendar: two events with three reminders each, the same bytes again', async () => {
      const feed = `/api/deadlines/${encodeURIComponent(OFFICE)}.ics`
      const response = await client.get(feed)
      expect([response.status, response.headers.get('content-type')]).toEqual([
        200,
        'text/calendar; charset=utf-8',
      ])
      const text = await response.text()
      expect(text).toMatch(/^BEGIN:VCALENDAR\r\n[\s\S]*END:VCALENDAR\r\n$/)
      expect(text.match(/BEGIN:VEVENT/g)).toHaveLength(2)
      expect(text.match(/DTSTART;VALUE=DATE:\d+/g)).toEqual(['DTSTART;VALUE=DATE:20240630', 'DTSTART;VALUE=DATE:20250315']) // prettier-ignore
      const reminders = ['TRIGGER:-P90D', 'TRIGGER:-P30D', 'TRIGGER:-P7D']
      expect(text.match(/TRIGGER:-P\d+D/g)).toEqual([...reminders, ...reminders])
      expect(await (await client.get(feed)).text()).toBe(text)
      const other = await (await client.get(`/api/deadlines/${encodeURIComponent('农业农村局')}.ics`)).text()
      expect(other).not.toContain('VEVENT')
    })
  })

  test('unknowns: what to find out, most land first, and how many parcels hang on it', async () => {
    const { asOf, parcels, planarM2, rows } = await client.json<Unknowns>('/api/unknowns')
    expect([asOf, parcels]).toEqual([AS_OF, 2])
    expect(planarM2).toBeCloseTo(15_000, 6)
    expect(rows.map((row) => row.planarM2)).toEqual(rows.map((row) => row.planarM2).toSorted((a, b) => b - a))
    // the register of violations is not in the base: it could stop both
    const violation = rows.find(({ name }) => name === 'viol.open')!
    expect(violation).toMatchObject({ parcels: 2, couldGive: ['X3'] })
    // whether the land was expropriated is asked of the remainder alone
    const expropriation = rows.find(({ name }) => name === 'expropriation.status')!
    expect(expropriation).toMatchObject({ parcels: 1, now: [{ strategy: 'Z0', parcels: 1 }] })
    expect(expropriation.planarM2).toBeCloseTo(5000, 6)
  })

  describe('overrides', () => {
    const path = `/api/parcels/${code}/override`

    test('are refused with their reason', async () => {
      expect(await problem(await send('POST', path, { ...decided, strategy: 'C5' }))).toEqual([
        409,
        'OVERRIDE_SAME',
      ])
      expect(await problem(await send('POST', path, { ...decided, expiresOn: '2024-06-29' }))).toEqual([400, 'OVERRIDE_INVALID']) // prettier-ignore
      expect((await problem(await send('POST', path, { ...decided, document: undefined })))[0]).toBe(400)
      expect(await problem(await send('DELETE', path, { by: '李四光', reason: '无' }))).toEqual([404, 'OVERRIDE_NONE']) // prettier-ignore
      expect((await send('POST', '/api/parcels/99/override', decided)).status).toBe(404)
    })

    test('are made, shown and listed; persons are masked', async () => {
      const response = await send('POST', path, decided)
      expect(response.status).toBe(201)
      const made = (await response.json()) as ParcelOverride
      expect(made).toMatchObject({
        strategy: 'C3',
        ruledStrategy: 'C5',
        current: { state: 'in_force', by: '张**' },
      })
      expect(await client.json(path)).toEqual(made)
      expect(await strategy()).toMatchObject({ strategy: { code: 'C3' }, ruled: { code: 'C5' }, override: { document: decided.document } }) // prettier-ignore
      const { rows } = await client.json<OverridePage>('/api/overrides?state=in_force')
      expect(rows).toEqual([made.current])
      const deadlines = await client.json<DeadlinePage>('/api/deadlines')
      expect(deadlines.rows.find((row) => row.strategy === 'C3')).toMatchObject({ ruledStrategy: 'C5' })
    })

    test('a past day shows what was decided by the moment asked about, and not what came later', async () => {
      const at = '2026-12-31T00:00:00Z'
      const before = { asOf: AS_OF, knownAt: '2024-07-02T00:00:00Z' }
      const then = await classifyPast(open(), before, { startedAt: at })
      expect(then.counts).toEqual({ C5: 1, Z0: 1 })
      expect((await classifyPast(open(), { asOf: AS_OF }, { startedAt: at })).counts).toEqual({
        C3: 1,
        Z0: 1,
      })
      const asked = `?asOf=${AS_OF}&knownAt=${before.knownAt}`
      expect(await client.json(`/api/parcels/${code}/strategy${asked}`)).toMatchObject({ strategy: { code: 'C5' }, override: null }) // prettier-ignore
      expect(await classifyPast(open(), before, { startedAt: at })).toEqual(then)
    })

    test('are opened again when their facts change, and wait until somebody has seen to them', async () => {
      await deliver(open(), [contract({ idle_cause: 'force_majeure' })], '2024-07-15T00:00:00Z')
      await runBuild(open(), { asOf: '2024-07-31', startedAt: '2024-08-01T08:00:00Z' })
      await runClassify(open(), { startedAt: '2024-08-01T09:00:00Z' })
      expect(await strategy()).toMatchObject({ strategy: { code: 'C3' }, override: null }) // now by the rules
      const { rows } = await client.json<OverridePage>('/api/overrides?state=attention')
      expect(rows).toMatchObject([{ state: 'reopened', needsAttention: true, end: { why: 'facts', on: '2024-07-31' } }]) // prettier-ignore
      expect(rows[0]!.end!.text.zh).toContain('闲置原因')
      expect((await send('DELETE', path, { by: '李四光', reason: '规则已得同一结论' })).status).toBe(200)
      expect((await client.json<OverridePage>('/api/overrides?state=attention')).rows).toEqual([])
    })

    test('end with their last day', async () => {
      expect((await send('POST', path, { ...decided, strategy: 'C9', expiresOn: '2024-08-31' })).status).toBe(
        201,
      )
      await runClassify(open(), { asOf: '2024-08-31', startedAt: '2024-09-01T09:00:00Z' })
      expect((await strategy()).strategy.code).toBe('C9')
      await runClassify(open(), { asOf: '2024-09-01', startedAt: '2024-09-02T09:00:00Z' })
      expect((await strategy()).strategy.code).toBe('C3')
      const { rows } = await client.json<OverridePage>('/api/overrides')
      expect(rows.map(({ state, end }) => [state, end?.why])).toEqual([['reopened', 'expired'], ['reopened', 'facts']]) // prettier-ignore
    })
  })

  describe('rules check', () => {
    const check = async (pack: string) =>
      (await (await client.post('/api/rules/check', { pack })).json()) as RuleCheck

    test('a good pack is usable, with a parcel for every strategy', async () => {
      const { usable, pack, complaints, witnesses } = await check(defaultPack().yaml)
      expect([usable, pack!.hash]).toEqual([true, defaultPack().hash])
      expect(complaints.filter(({ severity }) => severity === 'error')).toEqual([])
      expect(Object.keys(witnesses)).toContain('C5')
    })

    test('a rule nobody can reach is named; what is no pack is said to be none', async () => {
      const dead = defaultPack().yaml.replace(
        'when: flags.block > 0',
        'when: flags.block > 0 AND flags.block < 0',
      )
      const { usable, complaints } = await check(dead)
      expect(usable).toBe(false)
      expect(complaints.filter(({ severity }) => severity === 'error')[0]).toMatchObject({ strategy: 'X1' })
      const nothing = await check('code: [')
      expect([nothing.usable, nothing.pack]).toEqual([false, null])
      expect(nothing.complaints[0]!.text.zh).toContain('YAML')
      expect((await client.post('/api/rules/check', { pack: '' })).status).toBe(400)
    })
  })

  describe('on the command line', () => {
    const folder = temporaryFolder()
    afterAll(() => folder.remove())
    const rules = async (args: string[], options: Record<string, string> = {}) => {
      let [document, text]: [unknown, string] = [undefined, '']
      await rulesCommand.run({
        config: readConfig({}),
        today: AS_OF,
        args,
        options,
        base: async () => open(),
        progress: () => undefined,
        answer: (said, inWords) => ([document, text] = [said, inWords()]),
      })
      return { document, text }
    }
    const yaml = defaultPack().yaml.replace("version: '1'", "version: '2'").replace('idle_fee_after: { value: 12,', 'idle_fee_after: { value: 9,') // prettier-ignore
    const file = () => {
      const path = join(folder.path, 'nine.yaml')
      writeFileSync(path, yaml)
      return path
    }
    const signed = { from: '2025-01-01', by: '政策科', reason: '市政府会议纪要' }

    test('rules adopt puts a pack in force from its day, with who and why; rules show gives it word for word', async () => {
      const { document, text } = await rules(['adopt', file()], signed)
      const { hash } = document as { hash: string }
      expect(document).toMatchObject({
        code: 'zhuzhou-2024',
        version: '2',
        from: '2025-01-01',
        adoptedBy: '政策科',
      })
      expect(text).toContain('自 2025-01-01 起生效')
      for (const name of [hash.slice(0, 8), 'zhuzhou-2024']) {
        const shown = await rules(['show', name])
        expect(shown.text).toBe(yaml.trimEnd())
        expect(shown.document as PackDetail).toMatchObject({ hash, inForce: [{ from: '2025-01-01', reason: signed.reason }] }) // prettier-ignore
      }
      expect((await rules(['in-force'], { 'as-of': '2024-12-31' })).document).toMatchObject({
        pack: { version: '1' },
      })
      expect((await rules(['in-force'], { 'as-of': '2025-01-01' })).document).toMatchObject({
        pack: { version: '2' },
      })
    })

    test('without a reason, a day or a sound pack nothing is adopted', async () => {
      await expect(rules(['adopt', file()], { from: '2025-02-01', by: '政策科' })).rejects.toThrow('--reason')
      await expect(rules(['adopt', file()], { ...signed, from: '2025-02-30' })).rejects.toThrow('2025-02-30')
      await expect(rules(['adopt', file()], { ...signed, reason: ' ' })).rejects.toMatchObject({ code: 'ADOPTION_UNSIGNED' }) // prettier-ignore
      await expect(rules(['show', 'nothing'])).rejects.toMatchObject({ code: 'RULE_PACK_UNKNOWN' })
      expect((await rules(['in-force'], { 'as-of': '2025-03-01' })).document).toMatchObject({
        from: '2025-01-01',
      })
    })
  })
})
