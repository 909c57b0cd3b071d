import { valueWords } from '../contract/value-words.ts'
import type { Message } from '../refusal.ts'
import { isDate, isList, isOperation, isParameter, isProperty, isTimestamp, type Cql2Node } from './cql2.ts'
import { definitionOf, type Dictionary } from './dictionary.ts'
import type { FactDefinition, FactName, FactValue } from './fact.ts'
import type { RuleFile } from './rule-file.ts'
import { printCql2 } from './print.ts'

type Lang = keyof Message
type Numbers = Pick<RuleFile, 'dictionary' | 'parameters' | 'tables'>

/** A condition in words, for a reader who has never seen CQL2: `查询日 晚于 约定开工日之后 无偿收回期限(24 个月)`. */
export function conditionInWords(node: Cql2Node, pack: Numbers): Message {
  return { zh: inWords(node, pack, 'zh'), en: inWords(node, pack, 'en') }
}

/** A value of a fact with its unit, in words where it is one of a closed list; null is unknown. */
export function valueInWords(dictionary: Dictionary, name: FactName, value: FactValue | null): Message {
  const { unit, type } = definitionOf(dictionary, name)
  return { zh: valueText(value, unit, type, 'zh'), en: valueText(value, unit, type, 'en') }
}

/** A number of a pack, or a day, with its unit. */
export function numberInWords(value: number | string, unit: string): Message {
  if (typeof value === 'string') return { zh: value, en: value }
  return { zh: withUnit(value, unit, 'zh'), en: withUnit(value, unit, 'en') }
}

function valueText(
  value: FactValue | null,
  unit: string | undefined,
  type: FactDefinition['type'] | undefined,
  lang: Lang,
): string {
  if (value === null) return lang === 'zh' ? '不详' : 'unknown'
  if (typeof value === 'boolean') return lang === 'zh' ? (value ? '是' : '否') : value ? 'yes' : 'no'
  if (typeof value === 'number') return withUnit(value, unit, lang)
  if (type === 'text' && Object.hasOwn(valueWords, value)) return valueWords[value]![lang]
  return value
}

const unitWords: Readonly<Record<string, Message>> = {
  m2: { zh: '平方米', en: 'm²' },
  wan: { zh: '万元', en: '×10,000 CNY' },
  'wan per mu': { zh: '万元/亩', en: '×10,000 CNY per mu' },
  day: { zh: '日', en: 'days' },
  month: { zh: '个月', en: 'months' },
  year: { zh: '年', en: 'years' },
  score: { zh: '分', en: 'points' },
  count: { zh: '个', en: '' },
}

function withUnit(value: number, unit: string | undefined, lang: Lang): string {
  // what a measure is worth in print: areas to the hundredth, shares to the thousandth
  const text = Number.isInteger(value) ? String(value) : String(Number(value.toFixed(unit === 'm2' ? 2 : 4)))
  const word = unit === undefined || unit === 'ratio' ? '' : (unitWords[unit]?.[lang] ?? unit)
  if (unit === 'year' && value > 1000) return text // a year of the calendar
  return word === '' ? text : `${text} ${word}`
}

const comparisons: Readonly<Record<string, Record<'day' | 'number' | 'other', Message>>> = {
  '=': alike({ zh: '是', en: 'is' }, { zh: '等于', en: 'equals' }),
  '<>': alike({ zh: '不是', en: 'is not' }, { zh: '不等于', en: 'differs from' }),
  '<': ordered({ zh: '早于', en: 'is before' }, { zh: '小于', en: 'is less than' }),
  '<=': ordered({ zh: '不晚于', en: 'is not after' }, { zh: '不超过', en: 'is at most' }),
  '>': ordered({ zh: '晚于', en: 'is after' }, { zh: '大于', en: 'is more than' }),
  '>=': ordered({ zh: '不早于', en: 'is not before' }, { zh: '不少于', en: 'is at least' }),
}
function alike(other: Message, number: Message) {
  return { day: other, number, other }
}
function ordered(day: Message, number: Message) {
  return { day, number, other: number }
}

function inWords(node: Cql2Node, pack: Numbers, lang: Lang): string {
  if (typeof node === 'boolean') {
    if (lang === 'zh') return node ? '总是成立(兜底)' : '从不成立'
    return node ? 'always (the last resort)' : 'never'
  }
  if (!isOperation(node)) return operand(node, pack, lang, null)
  const { op, args } = node
  const word = (zh: string, en: string): string => (lang === 'zh' ? zh : en)
  const part = (i: number): string => operand(args[i] ?? '', pack, lang, null)
  if (op === 'and' || op === 'or')
    return args
      .map((arg) =>
        isOperation(arg) && arg.op !== op && (arg.op === 'and' || arg.op === 'or')
          ? `(${inWords(arg, pack, lang)})`
          : inWords(arg, pack, lang),
      ) // prettier-ignore
      .join(op === 'and' ? word(',且 ', ' and ') : word(',或 ', ' or '))
  if (op === 'not')
    return word(`并非:${inWords(args[0]!, pack, lang)}`, `not: ${inWords(args[0]!, pack, lang)}`)
  if (op === 'isNull') return word(`${part(0)} 不详`, `${part(0)} is unknown`)
  const about = factOf(args[0]) ?? factOf(args[1])
  const value = (i: number): string => operand(args[i] ?? '', pack, lang, about)
  if (op === 'in') {
    const list = args[1]!
    const items = (isList(list) ? list : [list]).map((item) => operand(item, pack, lang, about))
    return word(`${part(0)} 属于 ${items.join('、')}`, `${part(0)} is one of ${items.join(', ')}`)
  }
  if (op === 'between') return word(`${part(0)} 在 ${value(1)} 与 ${value(2)} 之间`, `${part(0)} is between ${value(1)} and ${value(2)}`) // prettier-ignore
  if (op === 'like') return word(`${part(0)} 形如 ${value(1)}`, `${part(0)} looks like ${value(1)}`)
  const comparison = comparisons[op]
  if (!comparison) return operand(node, pack, lang, null)
  const type = about === null ? undefined : definitionOf(pack.dictionary, about).type
  if (type === 'boolean' && op === '=') return word(`${value(0)}:${value(1)}`, `${value(0)}: ${value(1)}`)
  const kind = type === 'date' ? 'day' : type === 'number' ? 'number' : 'other'
  return `${value(0)} ${comparison[kind][lang]} ${value(1)}`
}

/** The fact a side of a comparison speaks of: itself, or the day it is counted from. */
function factOf(node: Cql2Node | undefined): FactName | null {
  if (node === undefined) return null
  if (isProperty(node)) return node.property
  if (isOperation(node) && (node.op === 'add_years' || node.op === 'add_months')) return factOf(node.args[0])
  return null
}

function operand(node: Cql2Node, pack: Numbers, lang: Lang, about: FactName | null): string {
  if (isProperty(node)) return definitionOf(pack.dictionary, node.property)[lang]
  if (isParameter(node)) {
    const parameter = pack.parameters[node.parameter]
    if (!parameter) return `:${node.parameter}`
    const value =
      typeof parameter.value === 'number' ? withUnit(parameter.value, parameter.unit, lang) : parameter.value
    return lang === 'zh' ? `${parameter.title.zh}(${value})` : `${parameter.title.en} (${value})`
  }
  if (isDate(node)) return node.date
  if (isTimestamp(node)) return node.timestamp.slice(0, 10)
  if (typeof node !== 'object') {
    const definition: FactDefinition | null = about === null ? null : definitionOf(pack.dictionary, about)
    return valueText(node, definition?.unit, definition?.type, lang)
  }
  if (!isOperation(node)) return printCql2(node)
  return calculation(node.op, node.args, pack, lang)
}

function calculation(op: string, args: readonly Cql2Node[], pack: Numbers, lang: Lang): string {
  const part = (i: number): string => operand(args[i] ?? '', pack, lang, null)
  if (op === 'add_years' || op === 'add_months') return shifted(op, args, pack, lang)
  if (op === 'days_to') return lang === 'zh' ? `距${part(0)}的天数` : `days to "${part(0)}"`
  const sign = { '+': '+', '-': '−', '*': '×', '/': '÷' }[op]
  if (sign !== undefined) return `${part(0)} ${sign} ${part(1)}`
  const table = pack.tables[op]
  if (table) return lang === 'zh' ? `${table.title.zh}(按${part(0)})` : `${table.title.en} (by ${part(0)})`
  return printCql2({ op, args })
}

function shifted(
  op: 'add_years' | 'add_months',
  args: readonly Cql2Node[],
  pack: Numbers,
  lang: Lang,
): string {
  const day = operand(args[0] ?? '', pack, lang, null)
  const by = args[1]
  if (typeof by !== 'number') {
    const term = operand(by ?? '', pack, lang, null)
    return lang === 'zh' ? `${day}之后${term}` : `${day} plus ${term}`
  }
  const term = withUnit(Math.abs(by), op === 'add_years' ? 'year' : 'month', lang)
  if (lang === 'zh') return `${day}之${by < 0 ? '前' : '后'} ${term}`
  return `${term} ${by < 0 ? 'before' : 'after'} ${day}`
}
