import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { sql } from 'kysely'
import { parse } from 'csv-parse/sync'
import { beforeAll, describe, expect, test } from 'vitest'
import { isFactName, type Facts } from '../../server/rule/fact.ts'
import { deliveredTags, loadTagSet, tagsToSql, type TagSet } from '../../server/rule/tag-set.ts'
import { insertFacts } from '../../server/strategy/fact-store.ts'
import { eachBase } from '../helpers/database.ts'
import { factsArbitrary } from './arbitrary.ts'
import { tagsByFacts } from './tags-by-facts.ts'

const tags = deliveredTags('identity-tags')
const flags = deliveredTags('problem-flags')
const rowsOf = (file: string) =>
  parse(readFileSync(new URL(`../../data/codes/${file}.csv`, import.meta.url), 'utf8'), {
    columns: true,
  }) as Record<string, string>[]

describe('tags and flags as data', () => {
  test.each([
    ['identity-tags', tags, 60],
    ['problem-flags', flags, 50],
  ] as const)('%s has every row of the domain list, by its name', (file, set, atLeast) => {
    const rows = rowsOf(file)
    expect(rows.length).toBeGreaterThanOrEqual(atLeast)
    expect(set.tags.map(({ code, group, title }) => [code, group, title.zh, title.en])).toEqual(
      rows.map((row) => [row.code, row.group, row.name_zh, row.name_en]),
    )
  })

  test('what facts cannot say names a fact that is not there', () => {
    for (const { code, condition, source, missing } of [...tags.tags, ...flags.tags]) {
      if (condition === null && source !== 'build' && source !== 'import')
        expect(missing.length, code).toBeGreaterThan(0)
      for (const name of missing) expect(isFactName(name), `${code} ${name}`).toBe(false)
    }
  })

  test.each<[Facts, string[]]>([
    [{ 'unit.zddm': '430211001001GB00001', 'reg.state': 'done' }, ['OWN_G', 'REG_YES']],
    [{ 'right.nature': '203', 'supply.method': '租赁' }, ['OWN_J', 'SUP_ZL']],
    [{ 'supply.method': '国有土地使用权作价出资(入股)' }, ['SUP_ZJ']],
    [{ 'ctl.in_udb_ratio': 0.999 }, ['ZON_UDB_IN']],
    [{ 'ctl.in_udb_ratio': 0.9989 }, ['ZON_UDB_MIX']],
    [{ 'ctl.in_udb_ratio': 0.0009 }, ['ZON_UDB_OUT']],
    [{ 'maturity.score': 79 }, ['HOR_MID']],
    [{ 'unit.use_group': 'STO', 'unit.in_park': true }, ['USE_IND', 'ZON_PARK']],
    [{ 'supply.source': '新增建设用地(来自存量库)' }, ['SRC_POOL']],
    [{ 'supply.source': '现有建设用地' }, ['SRC_OLD']],
    [{ 'unit.zddm': '430211001001WB00001', 'right.nature': '105' }, ['OWN_G']], // neither G, J nor Z
    [{ 'approval.batch_name': '2024年增减挂钩第2批' }, ['APV_LINK']],
    [{}, []],
  ])('%j is %j', (facts, codes) => expect(tagsByFacts(tags, facts)).toEqual(codes))

  test('a tag that nobody can give and that says nothing is refused', () => {
    expect(() => loadTagSet(tags.yaml.replace(", when: 'unit.in_park = TRUE'", ''))).toThrow('ZON_PARK')
    expect(() => loadTagSet(tags.yaml.replace(/, why: \{[^}]*\}/, ''))).toThrow('HLD_MIL')
    expect(() => loadTagSet(tags.yaml.replace('eco.class =', 'eco.klass ='))).toThrow('eco.klass')
  })
})

eachBase('tags by SQL and by TypeScript', (open) => {
  const wild = fc.sample(factsArbitrary, { seed: 60, numRuns: 400 })
  beforeAll(() =>
    open().transaction((tx) =>
      insertFacts(
        tx,
        1,
        wild.map((facts, i) => ({ countyCode: '430211', parcelId: i + 1, facts, sources: {} })),
      ),
    ),
  )
  // conditions that stand beside a finding of the build are held together too
  const all = (set: TagSet): TagSet => ({ ...set, tags: set.tags.map((tag) => ({ ...tag, source: 'fact' })) })
  test.each([all(tags), all(flags)])('are the same over facts known and unknown ($code)', async (set) => {
    const { rows } = await sql<{ codes: string[] }>`
      select ${tagsToSql(set, 'f')} as codes from fact as f order by f.parcel_id`.execute(open().db)
    expect(rows.map(({ codes }) => codes)).toEqual(wild.map((facts) => tagsByFacts(set, facts)))
  })
})
