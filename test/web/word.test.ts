import { afterAll, beforeAll, expect, test } from 'vitest'
import { runBuild } from '../../server/build/run.ts'
import { loadDemo } from '../../server/demo/load.ts'
import { detailText, inReadingOrder, nameOf } from '../../web/word.ts'
import { freshBase, type FreshBase } from '../helpers/database.ts'

const startedAt = '2025-07-01T08:00:00Z'
let base: FreshBase
beforeAll(async () => {
  base = await freshBase('embedded')
  await loadDemo(base, { parcels: 2000, seed: 7, at: startedAt })
  await runBuild(base, { asOf: '2025-06-30', startedAt })
})
afterAll(() => base?.remove())

/** Every name in a detail, however deep; both languages of a message are no names. */
function namesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(namesIn)
  if (typeof value !== 'object' || value === null || 'zh' in value) return []
  return Object.entries(value).flatMap(([name, inner]) => [name, ...namesIn(inner)])
}

test('whatever a finding of the demo city states has a name in both languages', async () => {
  const findings = await base.db.selectFrom('finding').select(['code', 'detail']).execute()
  expect(new Set(findings.map(({ code }) => code)).size).toBeGreaterThanOrEqual(15)
  const names = new Set(findings.flatMap(({ detail }) => namesIn(detail)))
  expect([...names].filter((name) => nameOf(name, 'zh') === name)).toEqual([])
  const texts = findings.flatMap(({ detail }) =>
    inReadingOrder(detail as Record<string, unknown>).map(([name, value]) => detailText(name, value, 'zh')),
  )
  expect([...new Set(texts)].filter((text) => /[a-z]{2,}_|\b[a-z]{4,}\b/.test(text))).toEqual([])
})

test('a finding reads as a sentence would: papers by number, nothing empty, no word of the database', () => {
  const detail = {
    test: 'real',
    inside: [{ doc: '株政地虚〔2015〕4021号', status: 'valid', status_on: null, approved_on: '2015-03-02' }],
    beside: [],
    overlap: 'partial',
  }
  const told = (lang: 'zh' | 'en') =>
    inReadingOrder(detail).map(([name, value]) => `${nameOf(name, lang)} | ${detailText(name, value, lang)}`)
  expect(told('zh')).toEqual([
    '所在批文 | 文号 株政地虚〔2015〕4021号，状态 有效，批准日期 2015-03-02',
    '重叠方式 | 部分重叠',
    '判定 | 实质重叠',
  ])
  expect(told('en')).toEqual([
    'inside | number 株政地虚〔2015〕4021号, state valid, approved on 2 Mar 2015',
    'overlap | partial',
    'test | real',
  ])
})
