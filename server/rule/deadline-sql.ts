import { sql, type RawBuilder } from 'kysely'
import { deadlineEvents, type DeadlinePart } from './deadline-model.ts'
import { factColumn } from './fact.ts'
import type { RulePack } from './pack.ts'
import { conditionToSql, packNames } from './to-sql.ts'

/** What the deadlines of a row follow from, as SQL: dates, null where there is none. */
export interface HeldSql {
  /** Alias of the facts. */
  readonly facts: string
  readonly strategy: RawBuilder<unknown>
  readonly since: RawBuilder<unknown>
  readonly setOn: RawBuilder<unknown>
  readonly expiresOn: RawBuilder<unknown>
}

/** A day something is due on: whether it has been met is not known (`unsure`), and how long its term is. */
interface Column {
  readonly rule: RawBuilder<unknown>
  readonly due: RawBuilder<unknown>
  readonly unsure: RawBuilder<unknown>
  readonly limit: RawBuilder<unknown>
  readonly recurring: boolean
}

/**
 * `due_on`, `due_rule` and `light` of a row of facts and its strategy: a lateral select. The same meaning as
 * `nextDeadline` and `lightOf` in deadline.ts; a test holds the two together over every parcel of the demo city.
 */
export function deadlineSql(pack: RulePack, held: HeldSql): RawBuilder<unknown> {
  const columns = [...clockColumns(pack, held), ...termColumns(pack, held), overrideColumn(held)]
  const asOf = sql.ref(`${held.facts}.as_of`)
  const at = (letter: string, i: number) => sql.ref(`d.${letter}${i}`)
  // `2025-03-15 start_due`: orders by day, then by rule
  const key = (i: number) =>
    sql`to_char(${at('d', i)}, 'YYYY-MM-DD') || ' ' || ${columns[i]!.rule} collate "C"`
  const once = columns.flatMap(({ recurring }, i) => (recurring ? [] : [i]))
  const rounds = columns.flatMap(({ recurring }, i) => (recurring ? [i] : []))
  const some = (parts: readonly RawBuilder<unknown>[], between = sql` or `) =>
    parts.length === 0 ? sql`false` : sql`(${sql.join(parts, between)})`
  const extreme = (which: 'least' | 'greatest', parts: readonly RawBuilder<unknown>[]) =>
    parts.length === 0 ? sql`null::text` : sql`${sql.raw(which)}(${sql.join(parts)})`
  const isLate = (i: number) => sql`coalesce(${at('d', i)} < ${asOf} and not ${at('u', i)}, false)`
  const wholly = (i: number) =>
    sql`(${isLate(i)} and coalesce(2 * (${asOf} - ${at('d', i)}) >= ${at('l', i)}, true))`
  const isSoon = (i: number) => sql`coalesce(${at('d', i)} between ${asOf} and ${asOf} + 90, false)`
  const isPast = (i: number) => sql`coalesce(${at('d', i)} < ${asOf}, false)`
  return sql`
    select left(next.key, 10)::date as due_on, substr(next.key, 12) as due_rule, next.light
    from (
      select coalesce(
          ${extreme(
            'least',
            once.map((i) => sql`case when ${at('d', i)} >= ${asOf} then ${key(i)} end`),
          )},
          ${extreme(
            'greatest',
            once.map((i) => sql`case when ${isLate(i)} then ${key(i)} end`),
          )},
          ${extreme('least', rounds.map(key))}
        ) as key,
        case when ${some(once.map(wholly))} then 'red'
          when ${some([...once.map(isLate), ...once.map(isSoon)])} then 'yellow'
          when ${some(once.map(isPast))} or coalesce(${sql.join(columns.map((_, i) => at('d', i)))}) is null then 'grey'
          else 'green' end as light
      from (
        select ${sql.join(
          columns.map(
            ({ due, unsure, limit }, i) =>
              sql`(${due})::date as ${sql.ref(`d${i}`)}, coalesce(${unsure}, false) as ${sql.ref(`u${i}`)}, (${limit})::int as ${sql.ref(`l${i}`)}`,
          ),
        )}
        offset 0
      ) as d
    ) as next`
}

function clockColumns(pack: RulePack, held: HeldSql): Column[] {
  const names = packNames(pack, held.facts)
  return pack.clocks.map(({ code, when, met, unsure, due, from }) => {
    const day = conditionToSql(due, names)
    const isMet = conditionToSql(met, names)
    return {
      rule: sql`${code}::text`,
      due: sql`case when ${conditionToSql(when, names)} and ${isMet} is not true then ${day} end`,
      unsure: sql`(${isMet} is null or coalesce(${conditionToSql(unsure, names)}, false))`,
      limit: from === null ? sql`null` : sql`${day} - ${conditionToSql(from, names)}`,
      recurring: false,
    }
  })
}

/** The terms of the strategies, side by side: the first term of each is one column, the second another. */
function termColumns({ strategies }: RulePack, held: HeldSql): Column[] {
  const most = Math.max(0, ...strategies.map(({ deadline }) => deadline.parts.length))
  const columns: Column[] = []
  for (let i = 0; i < most; i++) {
    for (const recurring of [false, true]) {
      const terms = strategies.flatMap(({ code, deadline }) => {
        const part = deadline.parts[i]
        const begins = part && part.every === recurring ? beginOf(part, held) : null
        return part && begins ? [{ code, part, begins }] : []
      })
      if (terms.length === 0) continue
      const choose = (of: (term: (typeof terms)[number]) => RawBuilder<unknown>) =>
        sql`case ${held.strategy} ${sql.join(
          terms.map((term) => sql`when ${term.code}::text then ${of(term)}`),
          sql` `,
        )} end`
      const due = ({ part, begins }: (typeof terms)[number]) =>
        recurring
          ? roundSql(part, begins, sql.ref(`${held.facts}.as_of`))
          : sql`(${afterSql(part, begins, sql`1`)})`
      columns.push({
        rule: sql`${held.strategy} || ${`.${i + 1}`}::text`,
        due: choose(due),
        unsure: sql`false`,
        limit: recurring ? sql`null` : choose((term) => sql`${due(term)} - ${term.begins}`),
        recurring,
      })
    }
  }
  return columns
}

function overrideColumn({ setOn, expiresOn }: HeldSql): Column {
  return {
    rule: sql`'override'::text`,
    due: expiresOn,
    unsure: sql`false`,
    limit: sql`${expiresOn} - ${setOn}`,
    recurring: false,
  }
}

/** The day a term begins; null: it begins with an event that no fact records. */
function beginOf({ from }: DeadlinePart, { facts, since }: HeldSql): RawBuilder<unknown> | null {
  if (from === 'flag') return since
  return Object.hasOwn(deadlineEvents, from) ? null : sql.ref(`${facts}.${factColumn(from)}`)
}

function afterSql(
  { n, unit }: DeadlinePart,
  from: RawBuilder<unknown>,
  times: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const count = sql`(${sql.lit(n)} * ${times})`
  const weekday = sql`extract(isodow from ${from})::int`
  switch (unit) {
    case 'day':
      return sql`${from} + ${count}`
    case 'working_day':
      return sql`${from} + (least(${weekday}, 5) - ${weekday} + ${count} + 2 * ((least(${weekday}, 5) - 1 + ${count}) / 5))`
    case 'month':
      return sql`(${from} + make_interval(months => ${count}))::date`
    case 'year':
      return sql`(${from} + make_interval(years => ${count}))::date`
    case 'year_end':
      return sql`make_date(extract(year from ${from})::int, 12, 31)`
  }
}

/** The first day a term comes round to that is not before the day asked about. */
function roundSql(
  part: DeadlinePart,
  from: RawBuilder<unknown>,
  asOf: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const months = sql`(12 * (extract(year from ${asOf})::int - extract(year from ${from})::int) + extract(month from ${asOf})::int - extract(month from ${from})::int)`
  const gone =
    part.unit === 'day' || part.unit === 'working_day'
      ? sql`(${asOf} - ${from})`
      : part.unit === 'month'
        ? months
        : sql`(${months} / 12)`
  const times = sql`greatest(1, greatest(0, ${gone}) / ${sql.lit(part.n)})`
  const first = afterSql(part, from, times)
  return sql`case when ${first} >= ${asOf} then ${first} else ${afterSql(part, from, sql`(${times} + 1)`)} end`
}
