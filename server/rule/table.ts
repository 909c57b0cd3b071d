import { Refusal, type Message } from '../refusal.ts'
import { isIsoDate, type IsoDate } from '../units.ts'
import { propertiesOf } from './cql2.ts'
import { chooseStrategy, valueOf } from './evaluate.ts'
import type { FactDefinition, Facts, FactValue } from './fact.ts'
import type { RulePack } from './pack.ts'
import { nearestName } from './vocabulary.ts'

/** A row of a plain table: the text under each heading; blank cells may be left out. */
export type TableRow = Readonly<Record<string, string | undefined>>

/** What a pack says about one row. */
export interface Answer {
  readonly strategy: string
  readonly runnersUp: readonly string[]
  /** Class by grade. */
  readonly grades: Readonly<Record<string, string>>
}

/** The facts the rules of a pack speak of, the day asked about aside. */
export function factsAsked(pack: RulePack): string[] {
  const conditions = [...pack.strategies, ...pack.grades.flatMap(({ classes }) => classes)]
  const names = new Set(conditions.flatMap(({ condition }) => propertiesOf(condition)))
  names.delete('as_of')
  return [...names]
}

/**
 * The facts of every row, each under its heading in the table: `column` of the fact, or its name. A blank cell is unknown.
 *
 * A table for rules is made by a machine, so cells are read strictly: numbers with a decimal point, days as 2024-06-30,
 * yes and no as true and false, 是 and 否, 1 and 0.
 * @throws Refusal `TABLE_COLUMN_MISSING`, `TABLE_CELL` with the first row and how many there are.
 */
export function factsOfTable(
  pack: RulePack,
  { columns, rows, file }: { columns: readonly string[]; rows: readonly TableRow[]; file: string },
  asOf: IsoDate,
): Facts[] {
  const asked = factsAsked(pack).map((name) => {
    const definition = pack.dictionary.facts.get(name)!
    const column = definition.column ?? name
    if (!columns.includes(column)) throw missing(column, columns, file)
    return { name, definition, column }
  })
  const wrong: { row: number; column: string; cell: string; definition: FactDefinition }[] = []
  const facts = rows.map((row, i): Facts => {
    const known: Facts = { as_of: asOf }
    for (const { name, definition, column } of asked) {
      const cell = row[column]?.trim() ?? ''
      if (cell === '') continue
      const value = readCell(cell, definition)
      if (value === null) wrong.push({ row: i + 1, column, cell, definition })
      else known[name] = value
    }
    return known
  })
  const [first] = wrong
  if (first) throw unreadable(first, wrong.length, file)
  return facts
}

/** What a cell says, or null when it says nothing of that type. */
function readCell(cell: string, { type, values }: FactDefinition): FactValue | null {
  switch (type) {
    case 'number':
      return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(cell) ? Number(cell) : null
    case 'boolean':
      return truths.get(cell.toLowerCase()) ?? null
    case 'date':
      return isIsoDate(cell) ? cell : null
    case 'text':
      return values && !values.includes(cell) ? null : cell
  }
}
const truths = new Map([
  ['true', true],
  ['是', true],
  ['1', true],
  ['false', false],
  ['否', false],
  ['0', false],
])

/** What the pack says about facts, one at a time. */
export function answerOf(pack: RulePack, facts: Facts): Answer {
  const { strategy, runnersUp } = chooseStrategy(pack, facts)
  const circumstances = { facts, pack }
  const grades = pack.grades.map(({ name, classes }): [string, string] => {
    const found = classes.find(({ condition }) => valueOf(condition, circumstances) === true)
    return [name, (found ?? classes.at(-1)!).code]
  })
  return {
    strategy: strategy.code,
    runnersUp: runnersUp.map(({ code }) => code),
    grades: Object.fromEntries(grades),
  }
}

function missing(column: string, columns: readonly string[], file: string): Refusal {
  const near = nearestName(column, columns)
  return new Refusal(
    'TABLE_COLUMN_MISSING',
    {
      zh: `“${file}”没有规则要用的列“${column}”。`,
      en: `"${file}" has no column "${column}", which a rule needs.`,
    },
    near === null
      ? {
          zh: '请在规则包 facts 中用 column 指明列名。',
          en: 'Name the column with "column" in the facts of the pack.',
        }
      : { zh: `是否指“${near}”?`, en: `Did you mean "${near}"?` },
    { file, field: column },
  )
}

function unreadable(
  {
    row,
    column,
    cell,
    definition,
  }: { row: number; column: string; cell: string; definition: FactDefinition },
  count: number,
  file: string,
): Refusal {
  const wanted = wantedOf(definition)
  return new Refusal(
    'TABLE_CELL',
    {
      zh: `“${file}”第 ${row} 行“${column}”的“${cell}”不是${wanted.zh}(共 ${count} 处)。`,
      en: `"${cell}" in row ${row}, column "${column}" of "${file}" is not ${wanted.en} (${count} in all).`,
    },
    { zh: '请改正或留空;留空即未知。', en: 'Correct it or leave it blank, which is unknown.' },
    { file, row, field: column },
  )
}

function wantedOf({ type, values }: FactDefinition): Message {
  if (values) return { zh: `其中之一:${values.join('、')}`, en: `one of ${values.join(', ')}` }
  const words = {
    number: { zh: '数字', en: 'a number' },
    boolean: { zh: '是否值', en: 'true or false' },
    date: { zh: '日期', en: 'a day like 2024-06-30' },
    text: { zh: '文本', en: 'a text' },
  } as const
  return words[type]
}
