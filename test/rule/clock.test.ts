import { readFileSync } from 'node:fs'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import type { Base } from '../../server/db/open.ts'
import { parseCql2 } from '../../server/rule/cql2.ts'
import { valueOf, verdictOf } from '../../server/rule/evaluate.ts'
import type { Facts } from '../../server/rule/fact.ts'
import { defaultPack } from '../../server/rule/pack.ts'
import { conditionToSql, type SqlNames } from '../../server/rule/to-sql.ts'
import { eachBase } from '../helpers/database.ts'
import { addDays } from '../../server/units.ts'

// 民法典 §§200-204: the first day is not counted; a period ends on the corresponding day, or on the last day of the
// month where there is none. Vectors of the dossier, then days worked out by hand for the odd months.
interface Vectors {
  idle_dates: {
    start_due: string
    one_year_last_day: string
    idle_from: string
    two_year_last_day?: string
    recover_from?: string
  }[]
  approval_dates: { approved: string; two_year_last_day: string; lapse_from: string }[]
}
const file = new URL('../fixtures/rule/clock-vectors.json', import.meta.url)
const { idle_dates, approval_dates } = JSON.parse(readFileSync(file, 'utf8')) as Vectors

/** From a day, so many months on, the last day. */
const periods: readonly (readonly [string, number, string])[] = [
  ...idle_dates.map((each) => [each.start_due, 12, each.one_year_last_day] as const),
  ...idle_dates.flatMap((each) =>
    each.two_year_last_day ? [[each.start_due, 24, each.two_year_last_day] as const] : [],
  ),
  ...approval_dates.map((each) => [each.approved, 24, each.two_year_last_day] as const),
  ['2024-01-31', 1, '2024-02-29'],
  ['2023-01-31', 1, '2023-02-28'],
  ['2024-08-31', 6, '2025-02-28'],
  ['2024-10-31', 1, '2024-11-30'],
  ['2024-12-31', 2, '2025-02-28'],
  ['2024-11-30', 3, '2025-02-28'],
  ['2024-02-29', 48, '2028-02-29'],
  ['2096-02-29', 48, '2100-02-28'], // 2100 is no leap year
  ['1999-12-31', 14, '2001-02-28'],
  ['2024-03-31', -1, '2024-02-29'],
  ['2025-01-15', -13, '2023-12-15'],
]
/** From the day asked about to another, in days. */
const distances: readonly (readonly [string, string, number])[] = [
  ['2025-01-31', '2026-01-31', 365],
  ['2024-01-31', '2025-01-31', 366], // over 2024-02-29
  ['2025-01-31', '2025-01-31', 0],
  ['2025-03-01', '2025-02-28', -1],
  ['2024-03-01', '2024-02-28', -2],
  ['1999-12-31', '2000-03-01', 61],
]

const pack = defaultPack()
const value = (text: string, facts: Facts = {}) => valueOf(parseCql2(text, 'rule'), { facts, pack })

describe('in TypeScript', () => {
  test.each(periods)('%s and %i months end on %s', (from, months, last) => {
    expect(value(`add_months(DATE('${from}'), ${months})`)).toBe(last)
    if (months % 12 === 0) expect(value(`add_years(DATE('${from}'), ${months / 12})`)).toBe(last)
  })
  test.each(distances)('on %s it is so far to %s: %i', (asOf, day, days) => {
    expect(value(`days_to(DATE('${day}'))`, { as_of: asOf })).toBe(days)
  })
})

eachBase('in SQL', (open) => {
  const names = (asOf: string): SqlNames => ({
    property: (name) => {
      throw new TypeError(name)
    },
    parameter: (name) => {
      throw new TypeError(name)
    },
    call: (name) => {
      throw new TypeError(name)
    },
    asOf: sql`${asOf}::text::date`,
  })
  const ask = async (base: Base, texts: readonly [string, string][]): Promise<string[]> => {
    const columns = texts.map(
      ([text, asOf]) => sql`(${conditionToSql(parseCql2(text, 'rule'), names(asOf))})::text`,
    )
    const { rows } = await sql<{ answers: string[] }>`select array[${sql.join(columns)}] as answers`.execute(
      base.db,
    )
    return rows[0]!.answers
  }

  test('periods end on the same days', async () => {
    const months = periods.map(([from, n]): [string, string] => [
      `add_months(DATE('${from}'), ${n})`,
      '2025-01-31',
    ])
    expect(await ask(open(), months)).toEqual(periods.map(([, , last]) => last))
    const whole = periods.filter(([, n]) => n % 12 === 0)
    const years = whole.map(([from, n]): [string, string] => [
      `add_years(DATE('${from}'), ${n / 12})`,
      '2025-01-31',
    ])
    expect(await ask(open(), years)).toEqual(whole.map(([, , last]) => last))
  })

  test('and days are as far', async () => {
    const texts = distances.map(([asOf, day]): [string, string] => [`days_to(DATE('${day}'))`, asOf])
    expect((await ask(open(), texts)).map(Number)).toEqual(distances.map(([, , days]) => days))
  })
})

describe('the clocks of the pack', () => {
  const holds = (code: string, facts: Facts): boolean =>
    verdictOf(pack.strategies.find((each) => each.code === code)!.condition, { facts, pack }) === 'true'
  const idle = (due: string, asOf: string): Facts => ({
    as_of: asOf,
    'chain.stage': 'supplied',
    'idle.kind': 'not_started',
    'idle.cause': 'own',
    'start.due': due,
  })

  test.each(idle_dates)(
    'due $start_due: a fee from $idle_from',
    ({ start_due, one_year_last_day, idle_from }) => {
      expect(addDays(one_year_last_day, 1)).toBe(idle_from)
      expect(holds('C5', idle(start_due, one_year_last_day))).toBe(false)
      expect(holds('C5', idle(start_due, idle_from))).toBe(true)
    },
  )

  test.each(idle_dates.filter(({ recover_from }) => recover_from !== undefined))(
    'due $start_due: recovered from $recover_from',
    ({ start_due, two_year_last_day, recover_from }) => {
      expect(holds('C4', idle(start_due, two_year_last_day!))).toBe(false)
      expect(holds('C4', idle(start_due, recover_from!))).toBe(true)
      expect(holds('C5', idle(start_due, two_year_last_day!))).toBe(true)
      expect(holds('C5', idle(start_due, recover_from!))).toBe(false)
    },
  )

  test.each(approval_dates)(
    'approved $approved: lapsed from $lapse_from',
    ({ approved, two_year_last_day, lapse_from }) => {
      const facts: Facts = {
        'chain.stage': 'approved',
        'approval.valid': 'valid',
        'approval.date': approved,
        'comp.implemented': false,
        'site.used': false,
      }
      expect(holds('B1', { ...facts, as_of: two_year_last_day })).toBe(false)
      expect(holds('B1', { ...facts, as_of: lapse_from })).toBe(true)
    },
  )
})
