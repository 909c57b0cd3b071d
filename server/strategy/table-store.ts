import { sql, type RawBuilder, type Transaction } from 'kysely'
import type { Database } from '../db/schema.ts'
import { factColumn, type Facts, type FactType } from '../rule/fact.ts'
import type { RulePack } from '../rule/pack.ts'
import { factsAsked, type Answer } from '../rule/table.ts'
import { conditionToSql, fittingCodes, packNames } from '../rule/to-sql.ts'

const typeSql: Readonly<Record<FactType, RawBuilder<unknown>>> = {
  boolean: sql`boolean`,
  number: sql`float8`,
  date: sql`date`,
  text: sql`text`,
}

/** Rows of one statement; the embedded base takes some megabytes of text at once. */
const ROWS_PER_INSERT = 5000

/**
 * What a pack says about facts that are not parcels: as one SELECT over a table made for it and dropped with the
 * transaction. Same answers as `answerOf`, in the order given; a test holds the two together.
 */
export async function answersBySql(
  tx: Transaction<Database>,
  pack: RulePack,
  facts: readonly Facts[],
): Promise<Answer[]> {
  const names = ['as_of', ...factsAsked(pack)]
  const columns = names.map((name) => {
    const { type } = pack.dictionary.facts.get(name)!
    return sql`${sql.ref(factColumn(name))} ${typeSql[type]}`
  })
  await sql`create temp table rule_row (row_no int primary key, ${sql.join(columns)}) on commit drop`.execute(
    tx,
  )
  for (let first = 0; first < facts.length; first += ROWS_PER_INSERT) {
    const rows = facts.slice(first, first + ROWS_PER_INSERT).map((known, i) => ({
      row_no: first + i,
      ...Object.fromEntries(names.map((name) => [factColumn(name), known[name] ?? null])),
    }))
    await sql`insert into rule_row select * from json_populate_recordset(null::rule_row, ${JSON.stringify(rows)}::text::json)`.execute(
      tx,
    )
  }
  const { rows } = await sql<{ codes: string[]; grades: string[] }>`
    select ${fittingCodes(pack, 'f')} as codes, array[${sql.join(pack.grades.map((grade) => gradeToSql(pack, grade)))}]::text[] as grades
    from rule_row as f order by f.row_no`.execute(tx)
  await sql`drop table rule_row`.execute(tx)
  const last = pack.strategies.at(-1)!.code
  return rows.map(({ codes: [strategy = last, ...runnersUp], grades }) => ({
    strategy,
    runnersUp,
    grades: Object.fromEntries(pack.grades.map(({ name }, i) => [name, grades[i]!])),
  }))
}

/** The first class of a grade that is true. */
function gradeToSql(pack: RulePack, { classes }: RulePack['grades'][number]): RawBuilder<unknown> {
  const names = packNames(pack, 'f')
  const whens = classes.map(
    ({ code, condition }) => sql`when ${conditionToSql(condition, names)} then ${code}::text`,
  )
  return sql`(case ${sql.join(whens, sql` `)} end)`
}
