import { layerTitles } from '../parcel/catalog.ts'
import { labelOf } from '../record/field-label.ts'
import type { FactSource } from '../rule/fact.ts'
import type { RecordKind } from '../record/record.ts'
import type { Message } from '../refusal.ts'

/** How a fact came about that stands in no single record. */
export const computations = {
  asked: { zh: '查询日', en: 'the day asked about' },
  findings: { zh: '问题核查结果', en: 'findings of the build' },
  shape: { zh: '图形量算(平面)', en: 'measured on the shape (plane)' },
  build: { zh: '建库结果', en: 'result of the build' },
  choice: { zh: '人工择定的说法', en: 'the statement a person chose' },
  approval_cover: { zh: '有效批文覆盖比例', en: 'share covered by valid approvals' },
  no_status: { zh: '批文未注明失效或撤回', en: 'the approval is not marked lapsed or withdrawn' },
  no_supply: { zh: '供应图层无此地块', en: 'no supply covers this land' },
  no_title: { zh: '登记库无此地块', en: 'no title covers this land' },
  title: { zh: '已登记', en: 'the parcel is titled' },
  works: { zh: '由开工、竣工情况推定', en: 'follows from start and completion' },
  blank_state: { zh: '台账未填', en: 'left blank in the register' },
  idle_clock: { zh: '闲置期限计算(闲置办法 2)', en: 'idle clock (闲置办法 2)' },
  handover_plus_year: { zh: '未约定开工日,按交地满一年计', en: 'no start agreed: one year after handover' },
  contract_era: { zh: '1999 年后按合同开工或竣工', en: 'begun or finished since 1999 under a contract' },
  code_letter: { zh: '宗地特征码', en: 'feature code of the parcel number' },
  credit_code: { zh: '统一社会信用代码', en: 'unified social credit code' },
  zones: { zh: '图层叠加', en: 'overlay with the layer' },
  zones_clean: { zh: '图层已核查,无重叠', en: 'layer checked, no overlap' },
  sensitive_use: { zh: '住宅、公共服务类规划用途', en: 'housing or public service planned' },
  unused: { zh: '宗地面积减建筑基底和堆场', en: 'parcel less footprints and yards' },
  unused_survey: { zh: '宗地面积减实测基底和堆场', en: 'parcel less surveyed footprints and yards' },
  floor_area: { zh: '竣工建筑面积 ÷ 宗地面积', en: 'floor area completed ÷ parcel area' },
  used_land: { zh: '用地企业合计 ÷ 实际使用土地', en: 'all firms on the land ÷ land they use' },
  register_silent: { zh: '登记簿已核查,无此地块', en: 'register checked, nothing on this land' },
  maturity: { zh: '成熟度各项合计(未知项计 0)', en: 'sum of the parts of maturity, unknown parts as 0' },
  registered_use: { zh: '登记或供应用途', en: 'use as registered or supplied' },
} as const satisfies Record<string, Message>
export type Computation = keyof typeof computations

export const kindTitle: Record<RecordKind, Message> = {
  approval: { zh: '报批', en: 'approval' },
  supply: { zh: '供应', en: 'supply' },
  registration: { zh: '登记', en: 'registration' },
  completion: { zh: '竣工验收', en: 'completion' },
  layer: { zh: '图层', en: 'layer' },
  preliminary: { zh: '预审选址', en: 'preliminary review' },
  expropriation: { zh: '征收', en: 'expropriation' },
  reserve: { zh: '储备', en: 'reserve' },
  permit: { zh: '许可', en: 'permit' },
  violation: { zh: '违法案件', en: 'violation case' },
  performance: { zh: '效益', en: 'performance' },
  firm: { zh: '企业名录', en: 'firm list' },
  firm_land_use: { zh: '企业用地', en: 'land used by firms' },
}

/** A source in a line for the reader: which register, which document, which field; or how it was worked out. */
export function describeSource(source: FactSource | undefined): Message | null {
  return source ? { zh: inWords(source, 'zh'), en: inWords(source, 'en') } : null
}

function inWords(source: FactSource, lang: keyof Message): string {
  const { computed, kind = '', layer, doc, recordId, field, on, numbers = [] } = source
  if (computed !== undefined) {
    const how = isComputation(computed) ? computations[computed][lang] : computed
    const rests = numbers.map(({ title, shown, basis }) => `${title[lang]} ${shown[lang]}(${basis})`)
    return [how, ...rests].join(' · ')
  }
  return [
    layer ? (layerTitles[layer]?.[lang] ?? layer) : (kindTitle[kind as RecordKind]?.[lang] ?? kind),
    doc ?? (recordId === undefined ? '' : `#${recordId}`),
    field === undefined ? '' : labelOf(field)[lang],
    on ?? '',
  ]
    .filter((part) => part !== '')
    .join(' · ')
}

const isComputation = (key: string): key is Computation => Object.hasOwn(computations, key)
