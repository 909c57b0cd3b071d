/**
 * Words for values and details that arrive as the codes they are stored under. Names of classes come with the catalog;
 * these are the rest. What is not listed is shown as it came, never hidden.
 */
import { valueWords } from '../server/contract/value-words.ts'
import type { Message } from '../server/refusal.ts'
import { formatShare, formatValue, formatM2, inLanguage } from './format.ts'
import type { Language } from './view.ts'

const say = (zh: string, en: string): Message => ({ zh, en })

/** What a field of a register is called: as the forms of the offices print it, in another language by its name. */
export const headingOf = (
  { heading, title }: { readonly heading: string | null; readonly title: Message },
  lang: Language,
): string => (lang === 'zh' && heading !== null ? heading : inLanguage(title, lang))

/** What the details of a finding and the fields in them are called. */
const names: Readonly<Record<string, Message>> = {
  first: say('在先', 'first'),
  second: say('在后', 'second'),
  test: say('判定', 'test'),
  pieces: say('块数', 'pieces'),
  by: say('依据', 'known by'),
  use: say('用途', 'use'),
  planned: say('规划用途', 'planned use'),
  group: say('用途类', 'group'),
  text: say('原文', 'as written'),
  limitShare: say('认定下限', 'limit'),
  limitM2: say('允许误差', 'tolerance'),
  planarM2: say('平面面积', 'planar area'),
  documentM2: say('文件面积', 'document area'),
  differenceM2: say('相差', 'difference'),
  meanWidthM: say('平均宽度（m）', 'mean width (m)'),
  as_of: say('查询日', 'as of'),
  kind: say('情形', 'kind'),
  cause: say('原因', 'cause'),
  start_due_from: say('开工日推算自', 'start due reckoned from'),
  one_year_last_day: say('满一年', 'one full year on'),
  two_year_last_day: say('满两年', 'two full years on'),
  fields: say('字段', 'fields'),
  field: say('字段', 'field'),
  value: say('原值', 'value'),
  reason: say('原因', 'reason'),
  reversed: say('倒挂', 'out of order'),
  on: say('日期', 'on'),
  approved_on: say('批准日期', 'approved on'),
  signed_on: say('合同签订日期', 'signed on'),
  registered_on: say('登簿日期', 'registered on'),
  accepted_on: say('验收日期', 'accepted on'),
  in_force_on: say('生效日期', 'in force since'),
  handover_due: say('约定交地', 'handover due'),
  handover_on: say('实际交地', 'handed over on'),
  start_due: say('约定开工', 'start due'),
  start_on: say('实际开工', 'started on'),
  start_state: say('开工状态', 'start of works'),
  finish_due: say('约定竣工', 'completion due'),
  finish_on: say('实际竣工', 'completed on'),
  halted_since: say('停工起始日', 'halted since'),
  idle_recognised_on: say('闲置认定日期', 'recognised idle on'),
  parcel_code: say('宗地代码', 'parcel code'),
  unit_code: say('不动产单元号', 'unit code'),
  supervision_no: say('电子监管号', 'supervision number'),
  holder_code: say('信用代码', 'credit code'),
  cert_no: say('证书号', 'certificate'),
}

export const nameOf = (key: string, lang: Language): string =>
  Object.hasOwn(names, key) ? inLanguage(names[key]!, lang) : key

/** What is stated of a finding, in the order of the list above; what the list does not know comes last. */
export function inReadingOrder(detail: Readonly<Record<string, unknown>>): [name: string, value: unknown][] {
  const order = Object.keys(names)
  const rank = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length)
  return Object.entries(detail)
    .filter(([, value]) => value !== null && value !== undefined)
    .toSorted(([a], [b]) => rank(a) - rank(b))
}

/** A value of a fact, in words where it is one of a closed list. */
export function factText(value: unknown, lang: Language): string {
  return typeof value === 'string' && Object.hasOwn(valueWords, value)
    ? inLanguage(valueWords[value]!, lang)
    : formatValue(value, lang)
}

/** The details of a finding are shaped by what was found; this reads any of them aloud. */
export function detailText(key: string, value: unknown, lang: Language): string {
  if (typeof value === 'number' && key.endsWith('M2')) return formatM2(value, lang)
  if (typeof value === 'number' && key.endsWith('Share')) return formatShare(value, lang)
  if (Array.isArray(value))
    return value
      .map((item) => (typeof item === 'string' ? nameOf(item, lang) : detailText(key, item, lang)))
      .join(lang === 'zh' ? '；' : '; ')
  if (isMessage(value)) return inLanguage(value, lang)
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .filter(([, item]) => item !== null)
      .map(
        ([name, item]) =>
          `${nameOf(name, lang)} ${name === 'field' && typeof item === 'string' ? nameOf(item, lang) : detailText(name, item, lang)}`,
      )
      .join(lang === 'zh' ? '，' : ', ')
  }
  if (key.endsWith('_from') && typeof value === 'string') return nameOf(value, lang)
  return factText(value, lang)
}

const isMessage = (value: unknown): value is Message =>
  typeof value === 'object' && value !== null && 'zh' in value && 'en' in value

export { ownLanguage } from '../server/refusal.ts'
