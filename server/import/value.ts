import type { Json } from '../record/draft.ts'
import type { Message } from '../refusal.ts'
import { isIsoDate, M2_PER_HA, M2_PER_MU, type IsoDate } from '../units.ts'
import type { AreaUnit, FieldType, Unit } from './field-type.ts'

/** A value understood, a blank, or why it is neither. A remark goes with a value that had to be interpreted. */
export type Parsed<Value> =
  | { readonly state: 'value'; readonly value: Value; readonly remark?: Message }
  | { readonly state: 'blank' }
  | { readonly state: 'wrong'; readonly why: Message }

const value = <Value>(parsed: Value, remark?: Message): Parsed<Value> =>
  remark ? { state: 'value', value: parsed, remark } : { state: 'value', value: parsed }
const blank = { state: 'blank' } as const
const wrong = (zh: string, en: string): { readonly state: 'wrong'; readonly why: Message } => ({
  state: 'wrong',
  why: { zh, en },
})

/** What people and programs write where there is nothing to write. Blank is unknown: never false, never zero. */
const isBlank = (text: string): boolean =>
  /^(?:|[-—–/\\]+|null|none|nan|n\/a|<null>|（空）|空|未知|不详|待定)$/i.test(text)

function plainText(raw: Json): string {
  const text = typeof raw === 'string' ? raw : JSON.stringify(raw)
  return (isAscii.test(text) ? text : text.normalize('NFKC')).trim()
}
const isAscii = /^[ -~]*$/

/** What a spreadsheet writes in place of a value it could not work out. */
const isSheetError = (text: string): boolean =>
  /^(?:ERROR:\s*)?#(?:N\/A|REF!|VALUE!|DIV\/0!|NAME\?|NULL!|NUM!)$/i.test(text)

export function parseText(raw: Json): Parsed<string> {
  const text = (typeof raw === 'string' ? raw : JSON.stringify(raw)).trim()
  if (!mayBeNoText.test(text)) return value(text)
  if (isSheetError(text)) return wrong('是表格公式的错误值', 'is the error of a spreadsheet formula')
  return /^(?:|null|<null>|nan)$/i.test(text) ? blank : value(text)
}

/** 1900 to 2199: outside, a date is a slip of the pen or a program's idea of never. */
const isSensibleYear = (year: number): boolean => year >= 1900 && year < 2200

/** Where the words for errors and blanks begin. */
const mayBeNoText = /^(?:$|#|ERROR|null|<|nan)/i

const BEIJING_MS = 8 * 3_600_000

/**
 * A calendar day in any of the usual spellings: 2019年12月21日 (日 or 号), 二〇一九年十二月二十一日, 2019-12-21, 2019/12/21,
 * 2019.12.21, 20191221, full-width digits, 21 December 2019, with or without a time of day; milliseconds since 1970, as
 * the land market writes midnight in Beijing; an Excel day number.
 * A day that does not exist is wrong, not the day after; a month without a day is no day.
 * @param order of 01/02/2023, which does not tell it; without, such a date is wrong
 */
export function parseDate(raw: Json, order?: 'dmy' | 'mdy'): Parsed<IsoDate> {
  if (typeof raw !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(raw)) return parseOtherDate(raw, order)
  // the spelling of most files, whose days come again and again
  let known = isoDates.get(raw)
  if (known === undefined) {
    known = parseOtherDate(raw, order)
    if (isoDates.size < 100_000) isoDates.set(raw, known)
  }
  return known
}
const isoDates = new Map<string, Parsed<IsoDate>>()

function parseOtherDate(raw: Json, order: 'dmy' | 'mdy' | undefined): Parsed<IsoDate> {
  const text = chineseNumerals(plainText(raw))
  if (isBlank(text)) return blank
  if (/^-?\d{12,13}$/.test(text)) return dayOfInstant(Number(text))
  if (/^\d{5}(?:\.\d+)?$/.test(text)) {
    const serial = Math.floor(Number(text))
    const day = new Date(Date.UTC(1899, 11, 30) + serial * 86_400_000).toISOString().slice(0, 10)
    return isSensibleYear(Number(day.slice(0, 4)))
      ? value(day, { zh: `按 Excel 日期序号读作 ${day}。`, en: `Read as an Excel day number: ${day}.` })
      : wrong('不是日期', 'is not a date')
  }
  if (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}.*(?:Z|[+-]\d{2}:?\d{2})$/.test(text)) {
    const instant = Date.parse(text)
    return Number.isNaN(instant) ? wrong('不是日期', 'is not a date') : dayOfInstant(instant)
  }
  if (/^\d{4}(?:年\d{1,2}月?|[-/.]\d{1,2})$/.test(text))
    return wrong('只有年月,没有日', 'names a month and no day')
  const western = westernDate(text, order)
  if (western !== null) return western
  const match =
    /^(\d{4})(?:[-/.](\d{1,2})[-/.](\d{1,2})|年(\d{1,2})月(\d{1,2})[日号]?|(\d{2})(\d{2}))(?:(?:[T\s]+|(?<=[日号]))\d{1,2}[:时]\d{1,2}.*)?$/.exec(
      text.replaceAll(/\s*([年月日号/.-])\s*/g, '$1').replace(/(?<=\d)[.。]$/, ''),
    )
  if (!match)
    return wrong(
      '不是日期（应如 2019-12-21 或 2019年12月21日）',
      'is not a date (write 2019-12-21 or 2019年12月21日)',
    )
  const [, year, m1, d1, m2, d2, m3, d3] = match
  const day = `${year}-${(m1 ?? m2 ?? m3)!.padStart(2, '0')}-${(d1 ?? d2 ?? d3)!.padStart(2, '0')}`
  if (!isIsoDate(day)) return wrong('日历上没有这一天', 'is no day of the calendar')
  return isSensibleYear(Number(year)) ? value(day) : wrong('年份不合情理', 'has a year that cannot be meant')
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** 21 December 2019, Dec 21, 2019, 21-Dec-2019; 21/12/2019 where its order was given. Null for another spelling. */
function westernDate(text: string, order: 'dmy' | 'mdy' | undefined): Parsed<IsoDate> | null {
  const named =
    /^(\d{1,2})(?:st|nd|rd|th)?[\s-]+([a-z]{3,9})\.?,?[\s-]+(\d{4})$/i.exec(text) ??
    /^([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})$/i.exec(text)
  const numbers = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:\s+\d{1,2}:\d{2}.*)?$/.exec(text)
  let parts: [day: string, month: string, year: string]
  if (named) {
    const [first, second, year] = named.slice(1) as [string, string, string]
    const [day, word] = /^\d/.test(first) ? [first, second] : [second, first]
    const month = months.indexOf(word.slice(0, 3).toLowerCase()) + 1
    if (month === 0) return null
    parts = [day, String(month), year]
  } else if (numbers && order !== undefined) {
    const [a, b, year] = numbers.slice(1) as [string, string, string]
    parts = order === 'dmy' ? [a, b, year] : [b, a, year]
  } else if (numbers) {
    return wrong(
      '日月先后不明,请在映射文件中写 dates: dmy 或 mdy',
      'does not tell its day from its month; write dates: dmy or mdy in a mapping file',
    )
  } else return null
  const [day, month, year] = parts
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  return isIsoDate(date) && isSensibleYear(Number(year))
    ? value(date)
    : wrong('日历上没有这一天', 'is no day of the calendar')
}

/** 二〇一九年十二月二十一日 → 2019年12月21日; other text as it is. */
function chineseNumerals(text: string): string {
  const match =
    /^([〇○零Oo一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月(?:([一二三四五六七八九十廿卅]{1,4})[日号])?$/.exec(
      text,
    )
  if (!match) return text
  const digit = (sign: string): number => Math.max(0, '〇一二三四五六七八九'.indexOf(sign))
  const small = (word: string): number => {
    const plain = word.replace('廿', '二十').replace('卅', '三十')
    const [tens, ones] = plain.includes('十') ? plain.split('十') : ['', plain]
    return (
      (plain.includes('十') ? (tens === '' ? 1 : digit(tens!)) * 10 : 0) + (ones === '' ? 0 : digit(ones!))
    )
  }
  const [, year, month, day] = match
  return `${[...year!].map(digit).join('')}年${small(month!)}月${day === undefined ? '' : `${small(day)}日`}`
}

function dayOfInstant(ms: number): Parsed<IsoDate> {
  const day = new Date(ms + BEIJING_MS).toISOString().slice(0, 10)
  return isSensibleYear(Number(day.slice(0, 4))) ? value(day) : wrong('不是日期', 'is not a date')
}

const cellUnits: readonly (readonly [RegExp, Unit])[] = [
  [/(?:平方米|平米|m2|㎡)$/i, 'm2'],
  [/(?:公顷|ha|hm2)$/i, 'ha'],
  [/亩$/, 'mu'],
  [/万元$/, 'wan'],
  [/元$/, 'yuan'],
]

export interface Quantity {
  readonly amount: number
  /** Named in the cell itself: 0.7655公顷. */
  readonly unit: Unit | null
}

/** A number with thousands commas, full-width digits, a percent sign or a unit behind it. Never 0 for what is no number. */
export function parseQuantity(raw: Json): Parsed<Quantity> {
  if (typeof raw === 'boolean') return wrong('不是数', 'is not a number')
  if (typeof raw === 'number' && Number.isFinite(raw)) return value({ amount: raw + 0, unit: null })
  let text = plainText(raw)
  if (isBlank(text)) return blank
  const unit = cellUnits.find(([pattern]) => pattern.test(text))
  if (unit) text = text.replace(unit[0], '').trim()
  const percent = text.endsWith('%')
  const plain = text.replace(/%$/, '').trim()
  if (!/^[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?(?:e[+-]?\d+)?$/i.test(plain) || !/\d/.test(plain))
    return wrong('不是数', 'is not a number')
  const amount = Number(plain.replaceAll(',', ''))
  if (!Number.isFinite(amount)) return wrong('数值过大', 'is too large a number')
  return value({ amount: percent ? amount / 100 : amount, unit: unit?.[1] ?? null })
}

const m2Per: Readonly<Record<AreaUnit, number>> = { ha: M2_PER_HA, m2: 1, mu: M2_PER_MU }

/** An amount taken from one unit to another of the same kind. Fifteen digits are kept: 0.0647 ha is 647 m², not 646.9999999999999. */
export function convert(amount: number, from: Unit, to: Unit): number {
  if (from === to) return amount
  const exact =
    from === 'wan'
      ? amount * 10_000
      : from === 'yuan'
        ? amount / 10_000
        : (amount * m2Per[from]) / m2Per[to as AreaUnit]
  return Number(exact.toPrecision(15))
}

export function parseFlag(raw: Json): Parsed<boolean> {
  if (typeof raw === 'boolean') return value(raw)
  const text = plainText(raw).toLowerCase()
  if (isBlank(text)) return blank
  if (/^(?:是|有|已|对|真|净地|到位|√|✓|y|yes|t|true|1)$/.test(text) || /^(?:已|是)/.test(text))
    return value(true)
  if (/^(?:否|无|未|不|错|假|毛地|×|x|n|no|f|false|0)$/.test(text) || /^(?:未|否|不|没|无)/.test(text))
    return value(false)
  return wrong('不是“是/否”', 'is neither yes nor no')
}

/** Chinese words for the choices of canonical fields. Looked up per field, then for every field. */
const choiceWords: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  status: {
    有效: 'valid',
    生效: 'in_force',
    现行: 'in_force',
    已批: 'in_force',
    批准: 'in_force',
    失效: 'lapsed',
    过期: 'lapsed',
    自动失效: 'lapsed',
    撤回: 'withdrawn',
    撤销: 'withdrawn',
    撤批: 'withdrawn',
    废止: 'withdrawn',
    核减: 'reduced',
    调减: 'reduced',
    在编: 'pending',
    待批: 'pending',
    未批: 'pending',
    公示: 'pending',
  },
  approval_kind: {
    批次: 'batch',
    分批次: 'batch',
    城市批次: 'batch',
    批次用地: 'batch',
    单选: 'single',
    单独选址: 'single',
    单独选址项目: 'single',
  },
  expropriation: {
    未征收: 'none',
    未征: 'none',
    未启动: 'none',
    未: 'none',
    部分征收: 'part',
    部分: 'part',
    征收中: 'part',
    已征收: 'done',
    已征: 'done',
    完成: 'done',
    已完成: 'done',
  },
  state: {
    未征收: 'none',
    未征: 'none',
    未启动: 'none',
    部分征收: 'part',
    部分: 'part',
    征收中: 'part',
    已征收: 'done',
    完成: 'done',
    已完成: 'done',
    在办: 'open',
    未结案: 'open',
    已立案: 'open',
    结案: 'closed',
    已结案: 'closed',
    销案: 'closed',
  },
  handover_state: {
    未交地: 'none',
    未交付: 'none',
    未: 'none',
    否: 'none',
    已交地: 'done',
    已交付: 'done',
    是: 'done',
    已: 'done',
  },
  start_state: {
    未动工: 'none',
    未开工: 'none',
    未开发: 'none',
    未: 'none',
    否: 'none',
    已动工: 'started',
    已开工: 'started',
    在建: 'started',
    施工中: 'started',
    已: 'started',
    是: 'started',
  },
  finish_state: {
    未竣工: 'none',
    未完工: 'none',
    未: 'none',
    否: 'none',
    在建: 'none',
    已竣工: 'done',
    竣工: 'done',
    已完工: 'done',
    已: 'done',
    是: 'done',
  },
  verify_state: {
    未核实: 'none',
    未: 'none',
    否: 'none',
    已核实: 'done',
    已: 'done',
    是: 'done',
    无需核实: 'not_required',
    不需要: 'not_required',
    无需: 'not_required',
  },
  idle_cause: {
    政府原因: 'gov',
    政府: 'gov',
    不可抗力: 'force_majeure',
    自身原因: 'own',
    企业原因: 'own',
    企业自身原因: 'own',
    混合原因: 'mixed',
    混合: 'mixed',
    政府和企业原因: 'mixed',
    原因不明: 'unknown',
  },
  holder_class: {
    市属国企: 'soe_city',
    市属国有企业: 'soe_city',
    区属国企: 'soe_county',
    区属国有企业: 'soe_county',
    县属国企: 'soe_county',
    央企: 'soe_upper',
    省企: 'soe_upper',
    省属国企: 'soe_upper',
    平台公司: 'platform',
    政府平台公司: 'platform',
    民营: 'private',
    民营企业: 'private',
    外资: 'foreign',
    外资企业: 'foreign',
  },
  basis: { 自有: 'owned', 自用: 'owned', 出让取得: 'owned', 租赁: 'rented', 承租: 'rented', 租用: 'rented' },
  eco_class: { A类: 'A', B类: 'B', C类: 'C', D类: 'D' },
}

export function parseChoice(raw: Json, field: string, values: readonly string[]): Parsed<string> {
  const text = plainText(raw)
  // `none` as our own files write it, before it is taken for a blank; a program's None is one.
  if (values.includes(text)) return value(text)
  // A stated 未知 is a value where the field has one for it.
  if (/^(?:未知|不详|不明|unknown)$/i.test(text) && values.includes('unknown')) return value('unknown')
  if (isBlank(text)) return blank
  const own = values.find((choice) => choice.toLowerCase() === text.toLowerCase())
  if (own !== undefined) return value(own)
  const word = choiceWords[field]?.[text]
  if (word !== undefined && values.includes(word)) return value(word)
  // 有效 is `valid` for an approval and `in_force` for a plan.
  if (text === '有效' && values.includes('in_force')) return value('in_force')
  return wrong(`不在可选值内（${values.join('、')}）`, `is none of ${values.join(', ')}`)
}

/** A value as a canonical field takes it; quantities keep their unit apart. */
export function parseField(
  raw: Json,
  field: string,
  type: FieldType,
  order?: 'dmy' | 'mdy',
): Parsed<string | boolean | Quantity> {
  switch (type.type) {
    case 'text':
      return parseText(raw)
    case 'date':
      return parseDate(raw, order)
    case 'number':
      return parseQuantity(raw)
    case 'flag':
      return parseFlag(raw)
    case 'choice':
      return parseChoice(raw, field, type.values)
  }
}
