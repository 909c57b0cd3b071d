import { createHash } from 'node:crypto'
import { parse as parseYaml, YAMLParseError } from 'yaml'
import { z } from 'zod'
import { Refusal, type Message, type Place } from '../refusal.ts'
import { isIsoDate, type IsoDate } from '../units.ts'
import { parseCql2, type Cql2Node } from './cql2.ts'
import { factColumn, type FactDefinition } from './fact.ts'
import { dictionaryOf, landDictionary, type Dictionary } from './dictionary.ts'
import { typeProblems, type Complaint } from './type-check.ts'
import { dateFunctions, type Meaning, type Signature, type Vocabulary } from './vocabulary.ts'

/** A number or day that a rule compares with, kept apart from the rule so that it can be dated, sourced and tried out. */
export interface Parameter {
  /** What it is called; its name where the file does not say. */
  readonly title: Message
  /** What it is, or was to begin with where it has changed since. */
  readonly value: number | string
  /** What it became, and from which day on, in order; mostly nothing. */
  readonly changes: readonly Change[]
  readonly unit: string
  /** Whose number it is: the law's (or a ministry's), or our own; null where the file does not say. */
  readonly kind: 'law' | 'mgmt' | null
  readonly basis: string
  /** The day someone last held the value against its source; null where it is our own choice. */
  readonly readOn: IsoDate | null
}
export interface Change {
  readonly from: IsoDate
  readonly value: number | string
}

/** What a parameter is on a day; what it was to begin with when the day is not known. */
export function parameterOn({ value, changes }: Parameter, asOf: unknown): number | string {
  const change = typeof asOf === 'string' ? changes.findLast(({ from }) => from <= asOf) : undefined
  return change === undefined ? value : change.value
}

/** A number looked up by one of a closed list, for example the smallest plot worth supplying by use group. */
export interface Table {
  readonly title: Message
  readonly by: string
  readonly unit: string
  readonly values: Readonly<Record<string, number>>
  readonly otherwise: number
  readonly basis: string
}

/** What files of rules have in common: whose they are, since when, and what their conditions may speak of. */
export interface RuleFile {
  readonly code: string
  readonly version: string
  readonly title: Message
  readonly validFrom: IsoDate
  /** sha256 of the text: the same hash, the same rules. */
  readonly hash: string
  readonly yaml: string
  readonly dictionary: Dictionary
  readonly parameters: Readonly<Record<string, Parameter>>
  readonly tables: Readonly<Record<string, Table>>
}

export const message = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) })
const day = z.string().refine(isIsoDate, 'not a calendar day')
const name = z.string().regex(/^[a-z][a-z0-9_]*$/, 'lower case letters, digits and _')
const factName = z
  .string()
  .regex(/^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$/, 'lower case words joined by dots')
  .max(60)
const unit = z.string().regex(/^[a-z][a-z0-9_/ ]{0,30}$/, 'a unit, in lower case')
const amount = z.union([z.number(), day])

const parameterSchema = z
  .strictObject({
    value: amount.optional(),
    values: z
      .array(z.strictObject({ from: day, value: amount }))
      .min(1)
      .optional(),
    unit,
    kind: z.enum(['law', 'mgmt']).optional(),
    title: message.optional(),
    basis: z.string().min(1),
    read_on: day.nullable(),
  })
  .refine((said) => (said.value === undefined) !== (said.values === undefined), 'either value or values')
  .refine(
    (said) => amountsOf(said).every((value) => (said.unit === 'date') === (typeof value === 'string')),
    'a day has the unit date, a number another',
  )
  .refine(
    (said) =>
      (said.unit !== 'year' && said.unit !== 'month') ||
      amountsOf(said).every((value) => Number.isInteger(value) && Math.abs(Number(value)) <= 1200),
    'years and months are whole numbers',
  )
  .refine(
    ({ values = [] }) => values.every(({ from }, i) => i === 0 || values[i - 1]!.from < from),
    'values follow each other in time',
  )

const amountsOf = (said: { value?: number | string | undefined; values?: readonly Change[] | undefined }) =>
  said.values?.map(({ value }) => value) ?? [said.value]

const factSchema = z
  .strictObject({
    type: z.enum(['boolean', 'number', 'date', 'text']),
    unit: unit.optional(),
    values: z.array(z.string().min(1)).min(1).max(200).optional(),
    column: z.string().min(1).max(200).optional(),
    zh: z.string().min(1),
    en: z.string().min(1),
  })
  .refine(
    ({ type, unit: of }) => (type === 'number') === (of !== undefined),
    'a number, and only it, has a unit',
  )
  .refine(({ type, values }) => type === 'text' || values === undefined, 'only a text has a list of values')

/** The part every file of rules begins with. */
export const headShape = {
  code: z.string().regex(/^[a-z0-9-]{1,60}$/),
  version: z.string().min(1).max(40),
  title: message,
  valid_from: day,
  facts: z.record(factName, factSchema).optional(),
  parameters: z.record(name, parameterSchema),
  tables: z.record(
    name,
    z.strictObject({
      title: message.optional(),
      by: factName,
      unit,
      values: z.record(z.string().min(1), z.number()),
      otherwise: z.number(),
      basis: z.string().min(1),
    }),
  ),
}
const headSchema = z.object(headShape)
type Head = z.infer<typeof headSchema>

/** zod's own words for what is malformed. */
const wording = { zh: z.locales.zhCN().localeError, en: z.locales.en().localeError }

/** Reads a file of rules as far as its shape goes. @throws Refusal `RULE_PACK_INVALID` with the place. */
export function readRuleFile<Body extends Head>(
  yamlText: string,
  schema: z.ZodType<Body>,
): { file: RuleFile; body: Body } {
  const document = readYaml(yamlText)
  const raw = schema.safeParse(document, { error: wording.en })
  if (!raw.success) {
    const [issue] = raw.error.issues
    const where = issue!.path.map(String).join('.')
    const inChinese = schema.safeParse(document, { error: wording.zh }).error!.issues[0]!.message
    throw malformed(where || 'top', { zh: inChinese, en: issue!.message })
  }
  const { code, version, title, valid_from } = raw.data
  const dictionary = dictionaryIn(raw.data)
  const known = new Set([...standardUnits, ...[...dictionary.facts.values()].map((fact) => fact.unit)])
  for (const [kind, entries] of [
    ['parameters', raw.data.parameters],
    ['tables', raw.data.tables],
  ] as const) {
    for (const [key, said] of Object.entries(entries)) {
      if (known.has(said.unit)) continue
      const units = [...known].filter((each) => each !== undefined).join(', ')
      throw malformed(`${kind}.${key}.unit`, {
        zh: `单位“${said.unit}”不存在,可用:${units}`,
        en: `there is no unit "${said.unit}"; known: ${units}`,
      })
    }
  }
  const file = {
    code,
    version,
    title,
    validFrom: valid_from,
    hash: createHash('sha256').update(yamlText).digest('hex'),
    yaml: yamlText,
    dictionary,
    parameters: parametersIn(raw.data),
    tables: tablesIn(raw.data, dictionary),
  }
  return { file, body: raw.data }
}

/** Units a number may have even where no fact of the dictionary has them. */
const standardUnits = ['m2', 'year', 'month', 'day', 'date', 'ratio', 'score', 'count', 'wan', 'wan per mu']

function dictionaryIn({ code, facts }: Head): Dictionary {
  if (!facts) return landDictionary
  const columns = new Map<string, string>()
  for (const fact of ['as_of', ...Object.keys(facts)]) {
    const twin = columns.get(factColumn(fact))
    if (twin !== undefined) {
      throw malformed(`facts.${fact}`, {
        zh: `与“${twin}”同名`,
        en: `is the same column as "${twin}"`,
      })
    }
    columns.set(factColumn(fact), fact)
  }
  const own = Object.entries(facts).map(([key, fact]): [string, FactDefinition] => [key, defined(fact)])
  const asOf = landDictionary.facts.get('as_of')!
  const lists = own.flatMap(([key, { values }]): [string, readonly string[]][] =>
    values ? [[key, values]] : [],
  )
  return dictionaryOf(code, new Map([['as_of', asOf], ...own]), new Map(lists))
}

function parametersIn({ parameters }: Head): Record<string, Parameter> {
  return mapValues(parameters, ({ title, kind, read_on, value, values, unit: of, basis }, key) => ({
    title: title ?? { zh: key, en: key },
    value: value ?? values![0]!.value,
    changes: values?.slice(1) ?? [],
    unit: of,
    kind: kind ?? null,
    basis,
    readOn: read_on,
  }))
}

function tablesIn({ tables }: Head, { tableKeys }: Dictionary): Record<string, Table> {
  return mapValues(tables, (table, key) => {
    const list = tableKeys.get(table.by)
    const where = list ? `tables.${key}.values` : `tables.${key}.by`
    const wrong = list ? Object.keys(table.values).find((value) => !list.includes(value)) : table.by
    if (wrong !== undefined) {
      const among = list ?? [...tableKeys.keys()]
      throw malformed(where, {
        zh: `“${wrong}”不在其中:${among.join('、') || '无'}`,
        en: `"${wrong}" is none of ${among.join(', ') || 'nothing'}`,
      })
    }
    return { ...table, title: table.title ?? { zh: key, en: key } }
  })
}

/** What a condition of this file may speak of. */
export function vocabularyOf({ dictionary, parameters, tables }: RuleFile): Vocabulary {
  const amounts = Object.entries(parameters).map(([key, { unit: of }]): [string, Meaning] => [
    key,
    of === 'date' ? { type: 'date' } : { type: 'number', unit: of },
  ])
  const lookups = Object.entries(tables).map(([key, { by, unit: of }]): [string, Signature] => [
    key,
    {
      args: [{ type: 'text', values: dictionary.tableKeys.get(by) }],
      returns: { type: 'number', unit: of },
    },
  ])
  return {
    properties: dictionary.meanings,
    parameters: new Map(amounts),
    functions: new Map([...dateFunctions, ...lookups]),
  }
}

/**
 * Reads the conditions of a file, each held against its dictionary and numbers.
 * @param part what the condition belongs to, `strategies.C5`; its last name is the code shown to the reader.
 * @throws Refusal `RULE_SYNTAX`, `RULE_UNKNOWN_FACT`, `RULE_UNKNOWN_NAME`, `RULE_TYPE`.
 */
export function conditionReader(file: RuleFile): (text: string, part: string) => Cql2Node {
  const vocabulary = vocabularyOf(file)
  return (text, part) => {
    const [place, about] = [{ file: file.code, field: `${part}.when` }, part.slice(part.indexOf('.') + 1)]
    const named = ({ zh, en }: Message): Message => ({
      zh: `${file.code} 的 ${about}:${zh}`,
      en: `${file.code}, ${about}: ${en}`,
    })
    let condition: Cql2Node
    try {
      condition = parseCql2(text.trim(), 'rule')
    } catch (cause) {
      if (!(cause instanceof Refusal)) throw cause
      throw new Refusal(cause.code, named(cause.text), cause.hint, place, { cause })
    }
    const [complaint] = typeProblems(condition, vocabulary)
    if (complaint) throw new Refusal(codeOf(complaint), named(complaint.text), complaint.hint, place)
    return condition
  }
}

const codeOf = ({ code }: Complaint): string =>
  code === 'UNKNOWN_FACT'
    ? 'RULE_UNKNOWN_FACT'
    : code === 'TYPE' || code === 'UNIT'
      ? 'RULE_TYPE'
      : 'RULE_UNKNOWN_NAME'

function readYaml(text: string): unknown {
  if (text.length > 500_000) {
    throw invalidFile({ zh: '规则包超过 500 KB。', en: 'The rule pack is larger than 500 KB.' })
  }
  try {
    return parseYaml(text, { maxAliasCount: 0 })
  } catch (cause) {
    // Its first line says what is wrong; the lines after it show the text.
    const [said = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n', 1)
    const reason = said.replace(/ at line \d+, column \d+:?$/, '')
    const at = cause instanceof YAMLParseError ? cause.linePos?.[0] : undefined
    throw invalidFile(
      {
        zh: `规则包${at ? `第 ${at.line} 行第 ${at.col} 列` : ''}不是有效的 YAML:${reason}。`,
        en: `The rule pack is not valid YAML${at ? ` at line ${at.line}, column ${at.col}` : ''}: ${reason}.`,
      },
      cause,
      at && { row: at.line },
    )
  }
}

const malformed = (where: string, { zh, en }: Message): Refusal =>
  invalidFile({
    zh: `规则包的“${where === 'top' ? '内容' : where}”不符合格式:${zh}。`,
    en: `The rule pack is malformed at "${where}": ${en}.`,
  })

export const invalidFile = (text: Message, cause?: unknown, place: Place = {}): Refusal =>
  new Refusal(
    'RULE_PACK_INVALID',
    text,
    { zh: '请对照 data/rules/zhuzhou-2024.yaml 修改。', en: 'Compare it with data/rules/zhuzhou-2024.yaml.' },
    place,
    { cause },
  )

function mapValues<A, B>(
  record: Readonly<Record<string, A>>,
  change: (value: A, key: string) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]))
}

/** A fact without what was not said of it. */
const defined = (fact: z.infer<typeof factSchema>): FactDefinition =>
  Object.fromEntries(
    Object.entries(fact).filter(([, value]) => value !== undefined),
  ) as unknown as FactDefinition
