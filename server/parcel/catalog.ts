import type { Catalog } from '../contract.ts'
import { districts } from '../identifier/code-list.ts'
import type { Message } from '../refusal.ts'
import { tagsInForce } from '../rule/tag-set.ts'

type Entry = { code: string; title: Message }

export const stageEntries: readonly Entry[] = [
  { code: 'planned', title: { zh: '规划', en: 'planned' } },
  { code: 'approved', title: { zh: '已批', en: 'approved' } },
  { code: 'supplied', title: { zh: '已供', en: 'supplied' } },
  { code: 'building', title: { zh: '在建', en: 'building' } },
  { code: 'completed', title: { zh: '竣工', en: 'completed' } },
  { code: 'built', title: { zh: '已建', en: 'built' } },
  { code: 'exited', title: { zh: '退出', en: 'exited' } },
]

export const kindEntries: readonly Entry[] = [
  { code: 'titled', title: { zh: '已登记', en: 'titled' } },
  { code: 'supplied', title: { zh: '已供应', en: 'supplied' } },
  { code: 'remainder', title: { zh: '批而未供', en: 'remainder' } },
]

export const useGroupEntries: readonly Entry[] = [
  { code: 'RES', title: { zh: '住宅', en: 'residential' } },
  { code: 'COM', title: { zh: '商服', en: 'commercial' } },
  { code: 'IND', title: { zh: '工业', en: 'industry' } },
  { code: 'STO', title: { zh: '仓储', en: 'storage' } },
  { code: 'PUB', title: { zh: '公共管理与服务', en: 'public service' } },
  { code: 'INF', title: { zh: '公用设施', en: 'utilities' } },
  { code: 'TRA', title: { zh: '交通运输', en: 'transport' } },
  { code: 'GRN', title: { zh: '绿地', en: 'green' } },
  { code: 'SPE', title: { zh: '特殊用地', en: 'special' } },
  { code: 'AGR', title: { zh: '农用地', en: 'farm land' } },
  { code: 'WAT', title: { zh: '水域', en: 'water' } },
  { code: 'RSV', title: { zh: '留白', en: 'reserved' } },
  { code: 'MIX', title: { zh: '混合', en: 'mixed' } },
  { code: 'OTH', title: { zh: '其他', en: 'other' } },
]

export const layerTitles: Readonly<Record<string, Message>> = {
  district: { zh: '行政区', en: 'Districts' },
  control_plan: { zh: '控制性详细规划', en: 'Control plan' },
  growth_boundary: { zh: '城镇开发边界', en: 'Urban growth boundary' },
  farmland: { zh: '永久基本农田', en: 'Permanent basic farmland' },
  eco_redline: { zh: '生态保护红线', en: 'Ecological red line' },
  park: { zh: '园区', en: 'Development parks' },
  renewal: { zh: '更新片区', en: 'Renewal areas' },
  soil: { zh: '污染地块', en: 'Contaminated plots' },
  reserve: { zh: '储备', en: 'Land reserve' },
  footprint: { zh: '建筑基底', en: 'Building footprints' },
  yard: { zh: '堆场', en: 'Yards' },
  site_road: { zh: '厂区道路', en: 'Roads within sites' },
  site_green: { zh: '厂区绿地', en: 'Green within sites' },
}

/** Names of codes, the same for every base. */
export const flagEntries = (): Catalog['flags'] =>
  tagsInForce().flags.tags.map(({ code, title, severity, source, why }) => ({
    code,
    title,
    severity: severity ?? 'low',
    raisedBy: source,
    notChecked: why,
  }))
export const tagEntries = (): Catalog['tags'] =>
  tagsInForce().tags.tags.map(({ code, title, why }) => ({ code, title, notChecked: why }))
export const districtTitle = (code: string): Message =>
  districts().find((district) => district.code === code)?.title ?? { zh: code, en: code }
