import { expect, it, test } from 'vitest'
import { parseCql2 } from '../../server/rule/cql2.ts'
import { defaultPack } from '../../server/rule/pack.ts'
import { conditionInWords, valueInWords } from '../../server/rule/words.ts'

const pack = defaultPack()
const inWords = (text: string) => conditionInWords(parseCql2(text, 'rule'), pack)

// What an officer reads in place of CQL2.
it.each([
  ["chain.stage = 'supplied'", '阶段 是 已供', 'stage is supplied'],
  ['site.built = FALSE', '已建设:否', 'built upon: no'],
  [
    'as_of > add_months(start.due, :idle_recover_after)',
    '查询日 晚于 约定开工日之后无偿收回期限(24 个月)',
    'day asked about is after start due plus recovery without compensation after (24 months)',
  ],
  [
    'as_of <= add_years(start.due, 2)',
    '查询日 不晚于 约定开工日之后 2 年',
    'day asked about is not after 2 years after start due',
  ],
  ['ctl.pbf_m2 >= 1', '占永久基本农田 不少于 1 平方米', 'on permanent basic farmland is at least 1 m²'],
  [
    "supply.use_group IN ('RES', 'COM')",
    '供应用途类 属于 住宅、商服',
    'supplied use group is one of residential, commercial',
  ],
  ["expropriation.status <> 'done'", '征收状态 不是 已完成', 'expropriation is not done'],
  ['term.end IS NULL', '使用权终止日 不详', 'term ends on is unknown'],
  [
    'seal.active = TRUE AND (site.built = TRUE OR NOT site.used = TRUE)',
    '查封:是,且 (已建设:是,或 并非:已实际使用:是)',
    'seized: yes and (built upon: yes or not: land is in use: yes)',
  ],
  [
    'plan.use_group <> actual.use_group',
    '规划用途类 不是 现状用途类',
    'planned use group is not actual use group',
  ],
])('%s', (cql2, zh, en) => expect(inWords(cql2)).toEqual({ zh, en }))

test('no condition of the pack keeps a sign of CQL2 in its words', () => {
  for (const { code, condition } of pack.strategies) {
    const { zh } = conditionInWords(condition, pack)
    expect(zh, code).not.toMatch(/[<>=:]{2}|[a-z]+\.[a-z]+|:\w+_|TRUE|FALSE|'/)
  }
})

test('a value is shown with its unit, and the unknown as unknown', () => {
  expect(valueInWords(pack.dictionary, 'unit.area_m2', 3333.336).zh).toBe('3333.34 平方米')
  expect(valueInWords(pack.dictionary, 'idle.cause', 'own').zh).toBe('企业自身')
  expect(valueInWords(pack.dictionary, 'eco.year', 2024).zh).toBe('2024')
  expect(valueInWords(pack.dictionary, 'site.built', null)).toEqual({ zh: '不详', en: 'unknown' })
})
