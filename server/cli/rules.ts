import { readFile, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { PackLibrary } from '../contract.ts'
import { csvCell } from '../export/csv.ts'
import { readCsv } from '../import/csv/read.ts'
import { DeliveredFile } from '../import/delivered-file.ts'
import { Refusal, type Message } from '../refusal.ts'
import { checkSheet } from '../rule/check/sheet.ts'
import { loadPack, type RulePack } from '../rule/pack.ts'
import { ruleCheck } from '../rule/routes.ts'
import { answerOf, factsOfTable, type Answer, type TableRow } from '../rule/table.ts'
import { putInForce } from '../strategy/pack-store.ts'
import { listPacks, namedInForce, onePack } from '../strategy/packs.ts'
import { answersBySql } from '../strategy/table-store.ts'
import { isIsoDate } from '../units.ts'
import { readRules, readText } from './classify.ts'
import { dayAsked, takesNoMore, WrongUsage, type Command, type Context } from './command.ts'

export const command: Command = {
  name: 'rules',
  summary: {
    zh: '规则包:列出、查看、核查、生效,或在数据表上运行。',
    en: 'Rule packs: list, show, check, adopt, or run one over a table.',
  },
  usage: [
    'rules list [--as-of DATE]',
    '          show PACK                     代码或哈希 code or hash',
    '          check FILE',
    '          in-force [--as-of DATE] [--known-at TIME]',
    '          adopt FILE --from DATE --by NAME --reason TEXT',
    '          apply --rules FILE --table FILE.csv --out FILE.csv [--as-of DATE] [--sql]',
  ].join('\n'),
  options: {
    'as-of': { type: 'string' },
    'known-at': { type: 'string' },
    from: { type: 'string' },
    by: { type: 'string' },
    reason: { type: 'string' },
    rules: { type: 'string' },
    table: { type: 'string' },
    out: { type: 'string' },
    sql: { type: 'boolean' },
  },
  async run(context) {
    const [action, ...rest] = context.args
    const actions: Readonly<Record<string, (context: Context, args: readonly string[]) => Promise<void>>> = {
      list,
      show,
      check,
      'in-force': inForce,
      adopt,
      apply,
    }
    const chosen = action === undefined || !Object.hasOwn(actions, action) ? undefined : actions[action]
    if (!chosen) {
      const names = Object.keys(actions).join('、')
      throw new WrongUsage({ zh: `请说明做什么:${names}。`, en: `Say what to do: ${names}.` })
    }
    await chosen(context, rest)
  },
}

async function list(context: Context, args: readonly string[]): Promise<void> {
  takesNoMore(args)
  const packs = await listPacks((await context.base()).db, dayAsked(context) ?? context.today)
  context.answer(packs, () => packs.packs.map((pack) => packLine(pack, packs.current)).join('\n'))
}

function packLine(pack: PackLibrary['packs'][number], current: string): string {
  const since = pack.inForce.map(({ from, adoptedBy }) => `自 from ${from} (${adoptedBy})`).join(', ')
  const about = pack.dictionary === 'land' ? '' : ` [${pack.dictionary}]`
  return `${pack.hash === current ? '*' : ' '} ${pack.hash.slice(0, 12)}  ${pack.code} v${pack.version}${about}  ${pack.title.zh} ${pack.title.en}${since === '' ? '' : `  ${since}`}`
}

async function show(context: Context, [name, ...rest]: readonly string[]): Promise<void> {
  if (name === undefined) throw new WrongUsage({ zh: '请给出代码或哈希。', en: 'Give a code or a hash.' })
  takesNoMore(rest)
  const pack = await onePack((await context.base()).db, name)
  context.answer(pack, () => pack.yaml.trimEnd())
}

async function check(context: Context, [file, ...rest]: readonly string[]): Promise<void> {
  if (file === undefined)
    throw new WrongUsage({ zh: '请给出规则包文件。', en: 'Name the file of a rule pack.' })
  takesNoMore(rest)
  const checked = ruleCheck(await readText(file))
  context.answer(checked, () => checkSheet(checked))
  if (checked.usable) return
  throw new Refusal(
    'RULE_PACK_UNSOUND',
    { zh: `规则包 ${basename(file)} 有错误,不能使用。`, en: `The pack ${basename(file)} has errors.` },
    { zh: '请逐条改正。', en: 'Correct them one by one.' },
    { file },
  )
}

async function inForce(context: Context, args: readonly string[]): Promise<void> {
  takesNoMore(args)
  const asOf = dayAsked(context) ?? context.today
  const knownAt = context.options['known-at']
  const said = typeof knownAt === 'string' ? knownAt : undefined
  const held = await namedInForce((await context.base()).db, asOf, said)
  context.answer(held, () => {
    const { pack, ...rest } = held
    const early = rest.early ? ' (早于任何规则包,取最早者 before any pack held: the earliest)' : ''
    const by = rest.adoption ? ` ${rest.adoption.adoptedBy}: ${rest.adoption.reason}` : ''
    return `${asOf} ${pack.code} v${pack.version} 自 from ${rest.from}${by}${early}\n${pack.hash}`
  })
}

async function adopt(context: Context, [file, ...rest]: readonly string[]): Promise<void> {
  takesNoMore(rest)
  const { from, by, reason } = context.options
  if (
    file === undefined ||
    typeof from !== 'string' ||
    typeof by !== 'string' ||
    typeof reason !== 'string'
  ) {
    throw new WrongUsage({
      zh: '生效须给出文件、--from、--by 和 --reason。',
      en: 'Adopting takes a file, --from, --by and --reason.',
    })
  }
  if (!isIsoDate(from)) {
    throw new WrongUsage({
      zh: `--from 须为日历上的一天,“${from}”不是。`,
      en: `--from takes a day like 2024-06-30, not "${from}".`,
    })
  }
  const pack = loadPack(await readRules(file))
  const adoptedAt = new Date().toISOString()
  const base = await context.base()
  await base.transaction((tx) => putInForce(tx, { pack, validFrom: from, by, reason, adoptedAt }))
  context.answer(
    { hash: pack.hash, code: pack.code, version: pack.version, from, adoptedBy: by, reason },
    () => {
      const line = `${pack.code} v${pack.version} 自 ${from} 起生效 in force from ${from}`
      return `${line}\n${pack.hash}`
    },
  )
}

async function apply(context: Context, args: readonly string[]): Promise<void> {
  takesNoMore(args)
  const { rules, table, out } = context.options
  if (typeof rules !== 'string' || typeof table !== 'string' || typeof out !== 'string') {
    throw new WrongUsage({
      zh: '请用 --rules、--table 和 --out 给出三个文件。',
      en: 'Name three files with --rules, --table and --out.',
    })
  }
  const pack = loadPack(await readRules(rules))
  const { columns, rows } = await readTable(table)
  const asOf = dayAsked(context) ?? context.today
  const facts = factsOfTable(pack, { columns, rows, file: basename(table) }, asOf)
  const answers =
    context.options.sql === true
      ? await (await context.base()).transaction((tx) => answersBySql(tx, pack, facts))
      : facts.map((known) => answerOf(pack, known))
  await writeFile(out, tableText(pack, { columns, rows }, answers))
  const counts = countsOf(pack, answers)
  context.answer({ rules: pack.code, hash: pack.hash, asOf, rows: rows.length, counts, out }, () =>
    [
      `${rows.length} 行 rows → ${out}`,
      ...Object.entries(counts).flatMap(([question, codes]) => [
        question,
        ...Object.entries(codes).map(([code, n]) => `  ${code.padEnd(16)}${String(n).padStart(8)}`),
      ]),
    ].join('\n'),
  )
}

/** @throws Refusal `TABLE_UNREADABLE`, `TABLE_ROW`, and those of `readCsv` */
async function readTable(path: string): Promise<{ columns: readonly string[]; rows: TableRow[] }> {
  const file = basename(path)
  let bytes: Buffer
  try {
    bytes = await readFile(path)
  } catch (cause) {
    throw new Refusal(
      'TABLE_UNREADABLE',
      { zh: `无法读取数据表 ${path}。`, en: `The table ${path} cannot be read.` },
      { zh: '请检查路径和权限。', en: 'Check the path and its permissions.' },
      { file: path },
      { cause },
    )
  }
  const source = await readCsv(DeliveredFile.of(bytes, file))
  const rows: TableRow[] = []
  for await (const row of source.rows()) {
    const [issue] = row.issues
    if (issue) throw brokenRow(file, row.rowNo, issue.message)
    rows.push(Object.fromEntries([...row.values].map(([column, value]) => [column, String(value)])))
  }
  return { columns: source.columns ?? Object.keys(rows[0] ?? {}), rows }
}

const brokenRow = (file: string, row: number, text: Message): Refusal =>
  new Refusal(
    'TABLE_ROW',
    { zh: `“${file}”第 ${row} 行:${text.zh}`, en: `"${file}", row ${row}: ${text.en}` },
    { zh: '请改正后重试。', en: 'Correct it and try again.' },
    { file, row },
  )

/** The table as it came, with what the rules say about each row in columns of its own. */
function tableText(
  pack: RulePack,
  { columns, rows }: { columns: readonly string[]; rows: readonly TableRow[] },
  answers: readonly Answer[],
): string {
  const titles = new Map(pack.strategies.map(({ code, title }) => [code, title]))
  const heading = [
    ...columns,
    'rule_strategy',
    'rule_title_zh',
    'rule_title_en',
    'rule_runners_up',
    ...pack.grades.map(({ name }) => `rule_${name}`),
  ]
  const lines = rows.map((row, i) => {
    const { strategy, runnersUp, grades } = answers[i]!
    const title = titles.get(strategy)!
    const said = [
      strategy,
      title.zh,
      title.en,
      runnersUp.join(' '),
      ...pack.grades.map(({ name }) => grades[name]!),
    ]
    return [...columns.map((column) => asItCame(row[column] ?? '')), ...said.map(csvCell)].join(',')
  })
  return `\ufeff${[heading.map(csvCell).join(','), ...lines].join('\r\n')}\r\n`
}

/** A number stays as it was written; its sign is no formula. */
const asItCame = (cell: string): string => (/^[+-]?\d+(\.\d+)?$/.test(cell) ? cell : csvCell(cell))

function countsOf(pack: RulePack, answers: readonly Answer[]): Record<string, Record<string, number>> {
  const counts: Record<string, Record<string, number>> = {}
  const count = (question: string, codes: readonly string[], said: (answer: Answer) => string): void => {
    const of = (counts[question] = Object.fromEntries(codes.map((code) => [code, 0])))
    for (const answer of answers) of[said(answer)] = (of[said(answer)] ?? 0) + 1
  }
  count(
    'strategy',
    pack.strategies.map(({ code }) => code),
    (answer) => answer.strategy,
  )
  for (const { name, classes } of pack.grades)
    count(
      name,
      classes.map(({ code }) => code),
      (answer) => answer.grades[name]!,
    )
  return counts
}
