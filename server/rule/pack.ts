import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { parse as parseYaml, YAMLParseError } from 'yaml'
import { z } from 'zod'
import type { StrategyInfo } from '../contract.ts'
import { Refusal, type Message, type Place } from '../refusal.ts'
import { isIsoDate, type IsoDate } from '../units.ts'
import { parseCql2, type Cql2Node } from './cql2.ts'
import { typeProblems, type Complaint } from './type-check.ts'
import {
  dateFunctions,
  factMeanings,
  tableKeys,
  type Meaning,
  type Signature,
  type TableKey,
  type Vocabulary,
} from './vocabulary.ts'

/** A number or day that a rule compares with, kept apart from the rule so that it can be dated, sourced and tried out. */
export interface Parameter {
  /** What it is called; its name where the pack does not say. */
  readonly title: Message
  readonly value: number | string
  readonly unit: string
  /** Whose number it is: the law's (or a ministry's), or our own; null where the pack does not say. */
  readonly kind: 'law' | 'mgmt' | null
  readonly basis: string
  /** The day someone last held the value against its source; null where it is our own choice. */
  readonly readOn: IsoDate | null
}

/** A number looked up by use group, for example the smallest plot worth supplying. */
export interface Table {
  readonly title: Message
  readonly by: TableKey
  readonly unit: string
  readonly values: Readonly<Record<string, number>>
  readonly otherwise: number
  readonly basis: string
}

export interface Strategy {
  readonly code: string
  readonly stage: string
  readonly title: Message
  /** CQL2 text over facts, and the same parsed. */
  readonly when: string
  readonly condition: Cql2Node
  /** Articles of law or management rules; "(unverified)" where nobody has yet read the source. */
  readonly basis: readonly string[]
  readonly lead: string
  readonly co: readonly string[]
  readonly actions: readonly string[]
  /** `law`: set by law or by the ministry; `mgmt`: our own management target. */
  readonly deadline: { readonly text: Message; readonly kind: 'law' | 'mgmt' }
}

/** Strategies in order: the first whose condition is true wins, and the last one's always is. */
export interface RulePack {
  readonly code: string
  readonly version: string
  readonly title: Message
  readonly validFrom: IsoDate
  /** sha256 of the text: the same hash, the same rules. */
  readonly hash: string
  readonly yaml: string
  readonly parameters: Readonly<Record<string, Parameter>>
  readonly tables: Readonly<Record<string, Table>>
  readonly strategies: readonly Strategy[]
}

const message = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) })
const day = z.string().refine(isIsoDate, 'not a calendar day')
const name = z.string().regex(/^[a-z][a-z0-9_]*$/, 'lower case letters, digits and _')
const units = ['m2', 'year', 'month', 'day', 'date', 'ratio', 'score', 'count', 'wan', 'wan per mu'] as const
const packSchema = z.strictObject({
  code: z.string().regex(/^[a-z0-9-]{1,60}$/),
  version: z.string().min(1).max(40),
  title: message,
  valid_from: day,
  parameters: z.record(
    name,
    z
      .strictObject({
        value: z.union([z.number(), day]),
        unit: z.enum(units),
        kind: z.enum(['law', 'mgmt']).optional(),
        title: message.optional(),
        basis: z.string().min(1),
        read_on: day.nullable(),
      })
      .refine(
        ({ value, unit }) => (unit === 'date') === (typeof value === 'string'),
        'a day has the unit date, a number another',
      )
      .refine(
        ({ value, unit }) =>
          (unit !== 'year' && unit !== 'month') ||
          (Number.isInteger(value) && Math.abs(Number(value)) <= 1200),
        'years and months are whole numbers',
      ),
  ),
  tables: z.record(
    name,
    z.strictObject({
      title: message.optional(),
      by: z.literal('use_group'),
      unit: z.enum(units),
      values: z.partialRecord(z.enum(tableKeys.use_group), z.number()),
      otherwise: z.number(),
      basis: z.string().min(1),
    }),
  ),
  strategies: z
    .array(
      z.strictObject({
        code: z.string().regex(/^[A-Z]\d{1,2}$/),
        stage: z.string().min(1),
        title: message,
        when: z.string().min(1),
        basis: z.array(z.string().min(1)).min(1),
        lead: z.string().min(1),
        co: z.array(z.string().min(1)),
        actions: z.array(z.string().min(1)).min(1),
        deadline: z.strictObject({ text: message, kind: z.enum(['law', 'mgmt']) }),
      }),
    )
    .min(1)
    .max(200),
})

/** zod's own words for what is malformed. */
const wording = { zh: z.locales.zhCN().localeError, en: z.locales.en().localeError }

/**
 * Reads a rule pack: every condition parsed, every name, type and unit held against the fact dictionary.
 * @throws Refusal `RULE_PACK_INVALID` for what is not a pack, `RULE_SYNTAX` for a condition that cannot be read,
 *   `RULE_UNKNOWN_FACT`, `RULE_UNKNOWN_NAME`, `RULE_TYPE` for one that cannot be meant: each names pack, strategy and
 *   the nearest known name; `RULE_INCOMPLETE` when the last condition is not TRUE.
 */
export function loadPack(yamlText: string): RulePack {
  const document = readYaml(yamlText)
  const raw = packSchema.safeParse(document, { error: wording.en })
  if (!raw.success) {
    const [issue] = raw.error.issues
    const where = issue!.path.map(String).join('.')
    const inChinese = packSchema.safeParse(document, { error: wording.zh }).error!.issues[0]!.message
    throw invalid({
      zh: `规则包的“${where || '内容'}”不符合格式:${inChinese}。`,
      en: `The rule pack is malformed at "${where || 'top'}": ${issue!.message}.`,
    })
  }
  const { code, version, title, valid_from, parameters, tables, strategies } = raw.data
  const pack = {
    code,
    version,
    title,
    validFrom: valid_from,
    hash: createHash('sha256').update(yamlText).digest('hex'),
    yaml: yamlText,
    parameters: mapValues(parameters, ({ title: called, kind, read_on, ...said }, name) => ({
      ...said,
      title: called ?? { zh: name, en: name },
      kind: kind ?? null,
      readOn: read_on,
    })),
    tables: mapValues(tables, (table, name) => ({
      ...table,
      title: table.title ?? { zh: name, en: name },
      values: defined(table.values),
    })),
  }
  const vocabulary = packVocabulary(pack)
  const seen = new Set<string>()
  const ready = strategies.map((strategy): Strategy => {
    const place = { file: code, field: `strategies.${strategy.code}.when` }
    if (seen.has(strategy.code)) {
      throw invalid({
        zh: `策略代码 ${strategy.code} 出现两次。`,
        en: `Strategy ${strategy.code} occurs twice.`,
      })
    }
    seen.add(strategy.code)
    const condition = inStrategy(code, strategy.code, () => parseCql2(strategy.when.trim(), 'rule'))
    const [complaint] = typeProblems(condition, vocabulary)
    if (complaint) throw complaintRefusal(complaint, code, strategy.code, place)
    return { ...strategy, when: strategy.when.trim(), condition }
  })
  if (ready.at(-1)!.condition !== true) {
    throw new Refusal(
      'RULE_INCOMPLETE',
      {
        zh: `规则包 ${code} 的最后一条 ${ready.at(-1)!.code} 不是恒真,会有地块没有策略。`,
        en: `The last strategy of ${code}, ${ready.at(-1)!.code}, is not always true; some parcels would get none.`,
      },
      { zh: '请以 when: TRUE 的兜底策略收尾。', en: 'End with a strategy whose condition is TRUE.' },
      { file: code },
    )
  }
  return { ...pack, strategies: ready }
}

let shipped: RulePack | undefined
/** The pack that ships with the product: data/rules/zhuzhou-2024.yaml. */
export function defaultPack(): RulePack {
  shipped ??= loadPack(readFileSync(new URL('../../data/rules/zhuzhou-2024.yaml', import.meta.url), 'utf8'))
  return shipped
}

/** What a condition of this pack may speak of. */
export function packVocabulary(pack: Pick<RulePack, 'parameters' | 'tables'>): Vocabulary {
  const parameters = Object.entries(pack.parameters).map(([key, { unit }]): [string, Meaning] => [
    key,
    unit === 'date' ? { type: 'date' } : { type: 'number', unit },
  ])
  const tables = Object.entries(pack.tables).map(([key, { by, unit }]): [string, Signature] => [
    key,
    { args: [{ type: 'text', values: tableKeys[by] }], returns: { type: 'number', unit } },
  ])
  return {
    properties: factMeanings,
    parameters: new Map(parameters),
    functions: new Map([...dateFunctions, ...tables]),
  }
}

/** A strategy as readers see it. */
export function strategyInfo(strategy: Strategy): StrategyInfo {
  const { code, title, stage, basis, lead, co, actions, deadline, when } = strategy
  return {
    code,
    title,
    stage,
    basis: [...basis],
    lead,
    co: [...co],
    actions: [...actions],
    deadline:
      deadline.text.zh === deadline.text.en ? deadline.text.zh : `${deadline.text.zh} / ${deadline.text.en}`,
    deadlineKind: deadline.kind,
    condition: when,
  }
}

function readYaml(text: string): unknown {
  if (text.length > 500_000) {
    throw invalid({ zh: '规则包超过 500 KB。', en: 'The rule pack is larger than 500 KB.' })
  }
  try {
    return parseYaml(text, { maxAliasCount: 0 })
  } catch (cause) {
    // Its first line says what is wrong; the lines after it show the text.
    const [said = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n', 1)
    const reason = said.replace(/ at line \d+, column \d+:?$/, '')
    const at = cause instanceof YAMLParseError ? cause.linePos?.[0] : undefined
    throw invalid(
      {
        zh: `规则包${at ? `第 ${at.line} 行第 ${at.col} 列` : ''}不是有效的 YAML:${reason}。`,
        en: `The rule pack is not valid YAML${at ? ` at line ${at.line}, column ${at.col}` : ''}: ${reason}.`,
      },
      cause,
      at && { row: at.line },
    )
  }
}

const invalid = (text: Message, cause?: unknown, place: Place = {}): Refusal =>
  new Refusal(
    'RULE_PACK_INVALID',
    text,
    { zh: '请对照 data/rules/zhuzhou-2024.yaml 修改。', en: 'Compare it with data/rules/zhuzhou-2024.yaml.' },
    place,
    { cause },
  )

function inStrategy<T>(pack: string, strategy: string, work: () => T): T {
  try {
    return work()
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause
    const text = {
      zh: `${pack} 的 ${strategy}:${cause.text.zh}`,
      en: `${pack}, ${strategy}: ${cause.text.en}`,
    }
    throw new Refusal(
      cause.code,
      text,
      cause.hint,
      { file: pack, field: `strategies.${strategy}.when` },
      { cause },
    )
  }
}

function complaintRefusal(
  complaint: Complaint,
  pack: string,
  strategy: string,
  place: { file: string; field: string },
): Refusal {
  const code =
    complaint.code === 'UNKNOWN_FACT'
      ? 'RULE_UNKNOWN_FACT'
      : complaint.code === 'TYPE' || complaint.code === 'UNIT'
        ? 'RULE_TYPE'
        : 'RULE_UNKNOWN_NAME'
  const text = {
    zh: `${pack} 的 ${strategy}:${complaint.text.zh}`,
    en: `${pack}, ${strategy}: ${complaint.text.en}`,
  }
  return new Refusal(code, text, complaint.hint, place)
}

function mapValues<A, B>(
  record: Readonly<Record<string, A>>,
  change: (value: A, name: string) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]))
}

const defined = (record: Readonly<Partial<Record<string, number>>>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(record).filter((entry): entry is [string, number] => entry[1] !== undefined),
  )
