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
  approval: say('所在批文', 'approval'),
  approvals: say('涉及批文', 'approvals'),
  approval_doc_no: say('所依批文', 'approval referred to'),
  inside: say('所在批文', 'inside'),
  beside: say('其余部分所依', 'the rest stands on'),
  beyond: say('超出的文件', 'beyond'),
  document: say('文件', 'document'),
  named: say('所称批文', 'approval named'),
  onTheLand: say('此处的批文', 'approvals on this land'),
  alsoUnder: say('另有批文', 'also under'),
  boundary: say('边界', 'boundary'),
  title: say('登记', 'title'),
  contract: say('合同', 'contract'),
  works: say('竣工验收', 'completions'),
  doc: say('文号', 'number'),
  plots: say('地块数', 'plots'),
  status: say('状态', 'state'),
  status_on: say('状态日期', 'state since'),
  overlap: say('重叠方式', 'overlap'),
  wholeOf: say('完全落入对方的', 'wholly inside the other'),
  bothValidFrom: say('同时有效起', 'both valid from'),
  bothValidUntil: say('同时有效至', 'both valid until'),
  sameProject: say('项目相同', 'same project'),
  sameHolder: say('权利人相同', 'same holder'),
  method: say('供地方式', 'method'),
  expropriation: say('征收状态', 'expropriation'),
  compensated: say('补偿到位', 'compensated'),
  site_used: say('已实际使用', 'site in use'),
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
  noiseM2: say('另计测量误差', 'set aside as noise'),
  unusedM2: say('未利用面积', 'unused area'),
  unusedShare: say('未利用占比', 'unused share'),
  footprintM2: say('建筑占地', 'under buildings'),
  footprintBy: say('建筑占地来自', 'under buildings, known by'),
  yardM2: say('堆场、操作场', 'yards'),
  yardBy: say('堆场、操作场来自', 'yards, known by'),
  otherM2: say('道路与绿地', 'roads and green'),
  density: say('建筑密度', 'building density'),
  coefficient: say('建筑系数', 'building coefficient'),
  farActual: say('实际容积率', 'actual floor area ratio'),
  far: say('与约定容积率相比', 'against the agreed ratio'),
  largest: say('最大一块', 'largest piece'),
  areaM2: say('面积', 'area'),
  widthM: say('宽度（m）', 'width (m)'),
  frontageM: say('临路长度（m）', 'frontage (m)'),
  canBeSplitOff: say('可单独分割', 'can be split off'),
  as_of: say('查询日', 'as of'),
  kind: say('情形', 'kind'),
  cause: say('原因', 'cause'),
  start_due_from: say('开工日推算自', 'start due reckoned from'),
  one_year_last_day: say('满一年', 'one full year on'),
  two_year_last_day: say('满两年', 'two full years on'),
  daysLeft: say('剩余天数', 'days left'),
  fields: say('字段', 'fields'),
  field: say('字段', 'field'),
  value: say('原值', 'value'),
  reason: say('原因', 'reason'),
  reversed: say('倒挂', 'out of order'),
  on: say('日期', 'on'),
  approved_on: say('批准日期', 'approved on'),
  signed_on: say('合同签订日期', 'signed on'),
  supplement_signed_on: say('补充协议签订日期', 'supplement signed on'),
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

/** Values only findings have. */
const findingWords: Readonly<Record<string, Message>> = {
  mean_width: say('平均宽度不足，属测量误差', 'too narrow: survey noise'),
  area: say('面积不足，属测量误差', 'too small: survey noise'),
  as_drawn: say('按文件图形', 'as the document draws it'),
  whole: say('整体重叠', 'whole'),
  partial: say('部分重叠', 'partial'),
  both: say('双方', 'both'),
  first: say('在先一方', 'the first'),
  second: say('在后一方', 'the second'),
  shapes: say('图形', 'shapes'),
  figures: say('数字', 'figures'),
  figure: say('填报数字', 'a figure'),
  survey: say('实测', 'survey'),
  code: say('代码', 'code'),
  name: say('名称', 'name'),
  in_force: say('生效', 'in force'),
  pending: say('待生效', 'not yet in force'),
  below: say('低于下限', 'below'),
  within: say('在范围内', 'within'),
  above: say('高于上限', 'above'),
}

export const nameOf = (key: string, lang: Language): string =>
  Object.hasOwn(names, key) ? inLanguage(names[key]!, lang) : key

/** What is stated of a finding, in the order of the list above; what the list does not know comes last. */
export function inReadingOrder(detail: Readonly<Record<string, unknown>>): [name: string, value: unknown][] {
  const order = Object.keys(names)
  const rank = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length)
  return Object.entries(detail)
    .filter(
      ([, value]) => value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0),
    )
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
  if (typeof value === 'string' && Object.hasOwn(findingWords, value))
    return inLanguage(findingWords[value]!, lang)
  return factText(value, lang)
}

const isMessage = (value: unknown): value is Message =>
  typeof value === 'object' && value !== null && 'zh' in value && 'en' in value

export { ownLanguage } from '../server/refusal.ts'
