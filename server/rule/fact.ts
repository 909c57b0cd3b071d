import type { Message } from '../refusal.ts'

/**
 * The facts a rule may speak of. Ours are about land: one row per parcel and day (domain dossier 10.2); a pack about
 * something else brings a dictionary of its own (`dictionary.ts`).
 * A fact is unknown (absent) unless a record says otherwise; unknown is never false and never zero.
 * The column of a fact in table `fact` is its name with dots as underscores; a test holds table and list together.
 */
export type FactType = 'boolean' | 'number' | 'date' | 'text'

export interface FactDefinition {
  readonly type: FactType
  /** Unit of a number: m2, wan (万元), ratio (0..1), count, score, mu-based money. */
  readonly unit?: string
  /** The closed list a text fact takes its value from. */
  readonly values?: readonly string[]
  /** What the column is called in a table that is delivered, where that is not the name of the fact. */
  readonly column?: string
  readonly zh: string
  readonly en: string
}

const bool = (zh: string, en: string): FactDefinition => ({ type: 'boolean', zh, en })
const date = (zh: string, en: string): FactDefinition => ({ type: 'date', zh, en })
const num = (unit: string, zh: string, en: string): FactDefinition => ({ type: 'number', unit, zh, en })
const text = (zh: string, en: string, values?: readonly string[]): FactDefinition =>
  values ? { type: 'text', values, zh, en } : { type: 'text', zh, en }

export const useGroups = [
  'RES',
  'COM',
  'IND',
  'STO',
  'PUB',
  'INF',
  'TRA',
  'GRN',
  'SPE',
  'AGR',
  'WAT',
  'RSV',
  'MIX',
  'OTH',
] as const

export const factDefinitions = {
  as_of: date('查询日', 'day asked about'),
  'flags.block': num('count', '阻断性问题数', 'blocking flags'),
  'unit.kind': text('地块类别', 'kind of parcel', ['titled', 'supplied', 'remainder', 'planned']),
  'unit.area_m2': num('m2', '面积(平面)', 'planar area'),
  'unit.zddm': text('宗地代码', 'parcel code'),
  'unit.project': text('意向或实际项目', 'named project'),
  'unit.compactness': num('ratio', '紧凑度 4πA/P²', 'compactness 4πA/P²'),
  'unit.use_group': text('用途类', 'use group', useGroups),
  'unit.in_park': bool('位于园区', 'inside a park'),
  'unit.in_renewal_unit': bool('位于更新片区', 'inside a renewal unit'),
  'chain.approved': bool('已批准', 'approved'),
  'chain.stage': text('阶段', 'stage', [
    'planned',
    'approved',
    'supplied',
    'building',
    'completed',
    'built',
    'exited',
  ]),
  'approval.doc_no': text('批文号', 'approval number'),
  'approval.date': date('批准日期', 'approved on'),
  'approval.authority': text('批准机关', 'approving authority'),
  'approval.kind': text('批次类型', 'batch or single site', ['batch', 'single']),
  'approval.batch_name': text('批次名称', 'name of the batch'),
  'approval.valid': text('批文状态', 'state of the approval', ['valid', 'lapsed', 'withdrawn', 'reduced']),
  'comp.implemented': bool('补偿已实施', 'compensation implemented'),
  'expropriation.status': text('征收状态', 'expropriation', ['none', 'part', 'done']),
  'site.clean': bool('净地', 'site is clean'),
  'site.infra_ready': bool('基础设施到位', 'infrastructure ready'),
  'site.used': bool('已实际使用', 'land is in use'),
  'site.built': bool('已建设', 'built upon'),
  'site.class_unchanged': bool('现场地类未变', 'land class as before approval'),
  'reserve.in': bool('在储备库', 'in the land reserve'),
  'reserve.in_date': date('入库日期', 'into the reserve on'),
  'reserve.out_date': date('出库日期', 'out of the reserve on'),
  'supply.status': text('供应状态', 'supply', ['none', 'supplied']),
  'supply.method': text('供地方式', 'method of supply'),
  'supply.source': text('土地来源', 'where the land came from'),
  'supply.date': date('合同签订日期', 'contract signed on'),
  'supply.area_m2': num('m2', '供应面积(文件)', 'supplied area (document)'),
  'supply.use_group': text('供应用途类', 'supplied use group', useGroups),
  'supply.price_wan': num('wan', '成交价格', 'price'),
  'supply.paid_wan': num('wan', '已缴价款', 'price paid'),
  'supply.supervision_no': text('电子监管号', 'supervision number'),
  'deliver.state': text('交地状态', 'handover', ['none', 'done', 'unknown']),
  'deliver.due': date('约定交地日', 'handover due'),
  'deliver.actual': date('实际交地日', 'handed over on'),
  'start.state': text('开工状态', 'start of works', ['none', 'started', 'unknown']),
  'start.due': date('约定开工日', 'start due'),
  'start.actual': date('实际开工日', 'started on'),
  'halt.since': date('停工起始日', 'halted since'),
  dev_area: num('m2', '已开发面积', 'developed area'),
  dev_area_should: num('m2', '应开发面积', 'area that should be developed'),
  invested_wan: num('wan', '已投资额', 'invested'),
  total_invest_wan: num('wan', '总投资额', 'total investment'),
  'finish.state': text('竣工状态', 'completion', ['none', 'done', 'unknown']),
  'finish.due': date('约定竣工日', 'completion due'),
  'finish.actual': date('实际竣工日', 'completed on'),
  'verify.state': text('规划核实', 'plan verification', ['none', 'done', 'not_required', 'unknown']),
  'verify.date': date('核实日期', 'verified on'),
  'reg.state': text('登记状态', 'registration', ['none', 'done', 'unknown']),
  'reg.cert_no': text('证书号', 'certificate number'),
  'right.type': text('权利类型', 'right type'),
  'right.nature': text('权利性质', 'right nature'),
  'right.feature2': text('宗地特征码第二位', 'second feature letter'),
  'right.dispute': bool('权属争议', 'disputed'),
  'right.legacy_built': bool('历史建成', 'built before the rules'),
  'overlap.other_right_m2': num('m2', '与其他权利重叠面积', 'overlap with other titles'),
  'holder.id': text('权利人代码', 'holder code'),
  'holder.class': text('权利人类别', 'holder class'),
  'holder.bankrupt': bool('权利人破产', 'holder bankrupt'),
  'holder.unwilling_or_unable': bool('无力或无意开发', 'holder unwilling or unable'),
  'mortgage.active': bool('抵押', 'mortgaged'),
  'seal.active': bool('查封', 'seized'),
  'plan.use': text('规划用途', 'planned use'),
  'plan.use_group': text('规划用途类', 'planned use group', useGroups),
  'plan.far_max': num('ratio', '规划容积率上限', 'planned FAR, upper'),
  'plan.far_min': num('ratio', '规划容积率下限', 'planned FAR, lower'),
  'plan.density': num('ratio', '规划建筑密度', 'planned density'),
  'plan.supply_possible': bool('规划上可供', 'supply possible under the plan'),
  'plan.conflict': bool('规划冲突', 'plan conflict'),
  'plan.use_sensitive': bool('规划用途敏感', 'sensitive planned use'),
  'actual.use_group': text('现状用途类', 'actual use group', useGroups),
  'far.actual': num('ratio', '现状容积率', 'actual FAR'),
  'far.norm_min': num('ratio', '容积率控制下限', 'FAR norm, lower'),
  'far.plan_max': num('ratio', '规划容积率上限', 'planned FAR, upper'),
  'ctl.pbf_m2': num('m2', '占永久基本农田', 'on permanent basic farmland'),
  'ctl.eco_m2': num('m2', '占生态保护红线', 'on the ecological red line'),
  'ctl.in_udb_ratio': num('ratio', '开发边界内占比', 'share inside the growth boundary'),
  'ctl.exempt': bool('管控例外', 'exempt from control lines'),
  'soil.risk': bool('土壤污染风险', 'soil risk'),
  'soil.cleared': bool('已移出污染名录', 'cleared of soil risk'),
  'viol.open': bool('在办违法案件', 'open violation case'),
  'production.due': date('约定投产日', 'production due'),
  'production.started': bool('已投产', 'in production'),
  'agree.assess_date': date('达产考核日', 'assessment date'),
  'agree.tax_per_mu': num('wan per mu', '约定亩均税收', 'agreed tax per mu'),
  'agree.invest_per_mu': num('wan per mu', '约定亩均投资', 'agreed investment per mu'),
  'eco.year': num('year', '评价年度', 'assessment year'),
  'eco.class': text('亩均评价等级', 'efficiency class', ['A', 'B', 'C', 'D']),
  'eco.tax_per_mu': num('wan per mu', '亩均税收', 'tax per mu'),
  'eco.invest_per_mu': num('wan per mu', '亩均投资', 'investment per mu'),
  'partial.unused_m2': num('m2', '未用面积', 'unused area'),
  'partial.unused_ratio': num('ratio', '未用占比', 'unused share'),
  'low_eff.hit': bool('低效名单', 'on the low-efficiency list'),
  'low_eff.rule_id': text('低效认定规则', 'low-efficiency rule'),
  'idle.kind': text('闲置情形', 'kind of idleness', ['none', 'not_started', 'stopped']),
  'idle.cause': text('闲置原因', 'cause of idleness', ['unknown', 'gov', 'force_majeure', 'own', 'mixed']),
  'idle.recognised_on': date('闲置认定日', 'recognised idle on'),
  'term.end': date('使用权终止日', 'term ends on'),
  'buyback.listed': bool('列入收购清单', 'listed for buy-back'),
  'maturity.score': num('score', '成熟度', 'maturity'),
} as const satisfies Record<string, FactDefinition>

/** A fact about land, checked as it is written down. */
export type LandFactName = keyof typeof factDefinitions
/** A fact of whatever dictionary a pack uses; that it is known there has been checked. */
export type FactName = string
export type FactValue = boolean | number | string
/** Absent: unknown. */
export type Facts = Record<FactName, FactValue | undefined>
/** What is known about one parcel. */
export type LandFacts = { [K in LandFactName]?: FactValue }

/** Where a fact came from: a record and its field, a layer, or a computation of ours. */
export interface FactSource {
  readonly recordId?: number
  readonly kind?: string
  readonly doc?: string | null
  readonly field?: string
  readonly layer?: string
  readonly computed?: string
  /** The day of the document, or the year of a list. */
  readonly on?: string
  /** When this version of the record became known to us, an instant; said for the one parcel somebody asks about. */
  readonly knownAt?: string
  /** The records a computed value was worked out from. */
  readonly from?: readonly FactSource[]
  /** The numbers of the rule pack it was worked out with; said for the one parcel somebody asks about. */
  readonly numbers?: readonly { readonly title: Message; readonly shown: Message; readonly basis: string }[]
}
export type FactSources = Record<FactName, FactSource | undefined>

export const factNames = Object.keys(factDefinitions) as LandFactName[]
export const isFactName = (name: string): name is LandFactName => Object.hasOwn(factDefinitions, name)
export const factColumn = (name: FactName): string => name.replaceAll('.', '_')
