import type { RecordKind } from '../record/record.ts'
import { canonicalUnit, fieldTypes, type AreaUnit, type Unit } from './field-type.ts'
import type { CutName } from './source.ts'

/** What a column means: a canonical field with the unit its heading names, the number of the row, or nothing we know. */
export type ColumnMeaning =
  | { readonly kind: 'field'; readonly field: string; readonly unit: Unit | null; readonly rank: number }
  | { readonly kind: 'row_id'; readonly rank: number }
  | { readonly kind: 'area_unit' }

/** Marks a column that numbers the rows of its own file. */
const ROW_ID = '#row_id'
/** A column that gives the unit of the area column, as registers write it: 1 平方米, 2 亩, 3 公顷. */
const AREA_UNIT = '#area_unit'

/**
 * Known headings per canonical field, without blanks, brackets and units. Chinese names are those of the forms in use,
 * letters those of the registration database (ZDJBXX) and of 中国土地市场网, plain English those of a public crawler.
 */
const everywhere: Readonly<Record<string, readonly string[]>> = {
  [ROW_ID]: [
    '地块编号',
    '地块号',
    '图斑编号',
    '图斑号',
    '标识码',
    'BSM',
    'TBBH',
    'DKBH',
    'FID',
    'OBJECTID',
    'id',
    'demo_id',
  ],
  [AREA_UNIT]: ['面积单位', 'MJDW'],
  project: ['项目名称', '工程名称', 'XMMC', 'xmMc', 'name', 'project_name'],
  holder: [
    '土地使用权人',
    '权利人',
    '权利人名称',
    '使用权人',
    '受让人',
    '受让单位',
    '用地单位',
    '建设单位',
    '单位名称',
    '企业名称',
    'QLRMC',
    'QLR',
    'srr',
    'srDw',
    'tdSyqr',
  ],
  holder_code: [
    '统一社会信用代码',
    '社会信用代码',
    '信用代码',
    '证件号',
    '证件号码',
    '权利人证件号',
    'USCC',
    'ZJH',
  ],
  location: ['项目位置', '坐落', '土地坐落', '宗地坐落', '位置', '地块位置', '土地位置', 'ZL', 'tdZl'],
  use: [
    '土地用途',
    '用途',
    '规划用途',
    '批准用途',
    '地块用途',
    '地类',
    '地类名称',
    'DLMC',
    'YT',
    'tdYt',
    'TDYT',
    'DLBM',
    '地类编码',
    '地类代码',
  ],
  use_scheme: ['用途分类标准', '地类标准', '用途标准', '分类标准'],
  supervision_no: ['电子监管号', '监管号', 'dzBaBh', 'idnumber', 'DZJGH'],
  parcel_code: ['宗地代码', '宗地编码', '宗地编号', 'ZDDM', 'zdBh'],
  approval_doc_no: ['批文号', '批准文号', '农转批文号', '用地批文号', 'PZWH'],
}

const perKind: Readonly<Record<RecordKind, Readonly<Record<string, readonly string[]>>>> = {
  approval: {
    doc_no: ['批文号', '批准文号', '批复文号', '文号', 'PZWH', 'PZWJH'],
    approved_on: ['批准日期', '批准时间', '批复日期', '批复时间', 'PZRQ', 'PZSJ'],
    authority: ['批准机关', '批准单位', '审批机关', 'PZJG'],
    approval_kind: ['批次类型', '报批类型', '用地类型', 'PCLX'],
    batch_name: ['批次名称', '批次', '项目名称', 'PCMC', 'XMMC'],
    plot_no: ['地块编号', '地块号', 'DKBH', 'TBBH', '图斑编号'],
    area_ha: ['批准面积', '报批面积', '用地面积', '地块面积', '面积', '总面积', 'PZMJ', 'YDZMJ'],
    status: ['批文状态', '状态', '有效状态'],
    status_on: ['状态日期', '撤回日期', '失效日期', '核减日期'],
    compensated: ['补偿到位', '补偿安置到位', '是否补偿到位', '补偿状态'],
    expropriation: ['征收状态', '征地状态', '征收情况'],
    site_clean: ['净地', '是否净地'],
    infra_ready: ['基础设施', '基础设施到位', '是否通平', '配套到位'],
    site_used: ['已实际使用', '是否已用', '现状已用'],
    class_unchanged: ['地类未变', '现场地类未变'],
    supply_possible: ['可供', '规划可供', '是否可供'],
  },
  supply: {
    area_ha: [
      '面积',
      '地块面积',
      '供应面积',
      '供地面积',
      '出让面积',
      '宗地面积',
      '总面积',
      'gyMj',
      'GYMJ',
      'area',
    ],
    method: ['供地方式', '供应方式', '出让方式', 'gyFs', 'GYFS', 'supply'],
    use: ['use'],
    location: ['location'],
    holder: ['holder'],
    price_wan: [
      '成交价格',
      '成交价',
      '成交价款',
      '成交总价',
      '出让价款',
      '合同价款',
      '土地价款',
      '成交金额',
      'je',
      'cjJg',
      'price',
    ],
    paid_wan: ['已缴价款', '实缴价款', '已缴纳金额'],
    signed_on: ['合同签订日期', '合同签订时间', '签订日期', '签约日期', 'qdRq', 'date4sign'],
    handover_due: ['约定交地时间', '约定交地日期', 'jdSj', 'time4handover_plan'],
    handover_on: ['实际交地时间', '实际交地日期', '交地日期', 'time4handover_reality'],
    handover_state: ['交地状态', '交地情况'],
    start_due: [
      '约定开工时间',
      '约定开工日期',
      '约定动工时间',
      '约定动工日期',
      'dgSj',
      'time4commencement_plan',
    ],
    start_on: [
      '实际开工时间',
      '实际开工日期',
      '实际动工时间',
      '实际动工日期',
      '开工日期',
      'time4commencement_reality',
    ],
    start_state: ['开工状态', '动工状态', '开工情况', '动工情况'],
    finish_due: ['约定竣工时间', '约定竣工日期', 'jgSj', 'time4completion_plan'],
    finish_on: ['实际竣工时间', '实际竣工日期', '竣工日期', 'time4completion_reality'],
    finish_state: ['竣工状态', '竣工情况'],
    far_min: ['约定容积率下限', '容积率下限', 'minRjl', 'plot_ratio_minimum'],
    far_max: ['约定容积率上限', '容积率上限', 'maxRjl', 'plot_ratio_maximum'],
    term_text: ['土地使用年限', '使用年限', '出让年限', 'crNx', 'duration'],
    invested_wan: ['已投资额', '已投资', '累计投资', '实际投资额'],
    total_invest_wan: ['总投资额', '总投资', '投资总额', '计划总投资'],
    developed_m2: ['已开发面积', '已动工面积', '已建面积'],
    should_develop_m2: ['应开发面积', '应动工开发面积', '应建面积'],
    halted_since: ['停工日期', '停工时间', '中止开发日期', '停建日期'],
    idle_cause: ['闲置原因', '未动工原因'],
    idle_recognised_on: ['闲置认定日期', '闲置认定时间', '认定日期'],
    supplement_signed_on: ['补充协议签订日期', '补充协议日期'],
    holder_bankrupt: ['权利人破产', '是否破产'],
    holder_unwilling: ['无力或无意开发', '无意开发'],
    buyback_listed: ['列入收购清单', '是否列入收购清单'],
    production_due: ['约定投产时间', '约定投产日期'],
    assess_on: ['达产考核日期', '考核日期'],
    agree_tax_per_mu: ['约定亩均税收', '亩均税收承诺'],
    agree_invest_per_mu: ['约定亩均投资', '投资强度承诺'],
    district: ['行政区', '行政区划', '区县', 'district', 'xzqFullName'],
    source: ['土地来源', 'tdLy', 'source'],
    industry: ['行业分类', '行业', 'hyFl', 'industry'],
    grade: ['土地级别', '级别', 'tdJb', 'grade'],
    authority: ['批准单位', '批准机关', 'pzJg', 'approvedby'],
  },
  registration: {
    unit_code: ['不动产单元号', '不动产单元代码', 'BDCDYH'],
    cert_no: ['证书号', '不动产权证号', '不动产权证书号', '产权证号', '权证号', '土地证号', 'BDCQZH', 'CQZH'],
    right_type: ['权利类型', 'QLLX'],
    right_nature: ['权利性质', '使用权类型', 'QLXZ'],
    area_m2: [
      '宗地面积',
      '面积',
      '地块面积',
      '使用权面积',
      '土地面积',
      '登记面积',
      '总面积',
      'ZDMJ',
      'SYQMJ',
      'MJ',
    ],
    registered_on: ['登簿日期', '登记日期', '登记时间', '登簿时间', '发证日期', 'DBSJ', 'DJSJ', 'DBRQ'],
    term_end: ['使用期限止', '土地使用权终止日期', '终止日期', '使用权结束时间', 'SYQJSSJ', 'JSSJ'],
    mortgaged: ['是否抵押', '抵押', '抵押状态', 'SFDY'],
    sealed: ['是否查封', '查封', '查封状态', 'SFCF'],
    dispute: ['权属争议', '是否有争议', '争议'],
    legacy_built: ['历史建成', '建成年代久远'],
    plot_name: ['地块名称', '宗地名称', 'DKMC'],
  },
  completion: {
    doc_no: ['验收文号', '竣工验收文号', '备案编号', '验收备案号', '核实证号'],
    accepted_on: ['验收日期', '竣工验收日期', '竣工验收时间', '验收时间', '竣工日期'],
    footprint_m2: ['基底面积', '建筑基底面积', '占地面积', '建筑占地面积'],
    floor_area_m2: ['建筑面积', '总建筑面积'],
    yard_m2: ['堆场面积', '露天堆场面积'],
    production_on: ['投产日期', '投产时间'],
    verify_state: ['规划核实', '规划核实状态', '核实状态'],
    verified_on: ['规划核实日期', '核实日期'],
  },
  layer: {
    name: ['名称', '图层名称', '区名', '园区名称', 'name', 'XZQMC', 'MC', 'KFYQMC', 'GHFQMC'],
    code: [
      '代码',
      '编码',
      '编号',
      '行政区代码',
      '区划代码',
      'adcode',
      'code',
      'XZQDM',
      'XZQHDM',
      'GHFQDM',
      'JBNTTBBH',
      'TBBH',
      '图斑编号',
      '地块编号',
    ],
    use: ['规划用地性质', '用地性质', '规划地类', 'GHDLDM', 'GHYTDM', 'GHDLMC', 'YDXZ'],
    far_max: ['容积率', '容积率上限', '规划容积率', 'RJL', 'RJLSX'],
    far_min: ['容积率下限', 'RJLXX'],
    density: ['建筑密度', 'JZMD'],
    status: ['状态', '规划状态', '审批状态'],
    in_force_on: ['批准日期', '生效日期', '批复日期'],
    exempt: ['管控例外', '允许占用', '豁免'],
    adopted_doc: ['批准文号', '批复文号', '规划批文', '批文号'],
    cleared: ['已移出名录', '已移出', '修复完成'],
  },
  preliminary: {
    doc_no: ['预审文号', '选址意见书号', '文号', '编号'],
    issued_on: ['核发日期', '发文日期', '批准日期'],
    valid_until: ['有效期至', '有效期止'],
    area_ha: ['面积', '用地面积'],
  },
  expropriation: {
    doc_no: ['征收公告文号', '公告文号', '文号'],
    announced_on: ['公告日期', '公告时间'],
    state: ['征收状态', '状态'],
    compensated: ['补偿到位', '是否补偿到位'],
  },
  reserve: {
    doc_no: ['储备文号', '入库文号', '文号'],
    in_on: ['入库日期', '收储日期'],
    out_on: ['出库日期'],
    area_ha: ['面积', '储备面积'],
  },
  permit: {
    doc_no: ['许可证号', '证号', '编号'],
    issued_on: ['发证日期', '核发日期'],
    permit_kind: ['许可类型', '证件类型'],
    area_m2: ['面积', '用地面积', '建筑面积'],
  },
  violation: {
    doc_no: ['案件编号', '案号', '立案文号', '文号'],
    holder: ['当事人', '违法主体'],
    found_on: ['发现日期', '发现时间'],
    filed_on: ['立案日期', '立案时间'],
    closed_on: ['结案日期', '结案时间'],
    state: ['案件状态', '办理状态', '状态'],
    area_m2: ['违法面积', '违法占地面积', '占地面积', '面积'],
  },
  firm: {
    holder: ['企业名称'],
    holder_class: ['企业性质', '企业类别', '国企类别', '单位性质'],
    bankrupt: ['是否破产', '破产'],
    year: ['年度', '年份'],
    list_name: ['名录名称', '名录'],
  },
  firm_land_use: {
    holder: ['企业名称'],
    area_m2: ['用地面积', '使用面积', '占用面积', '面积'],
    basis: ['用地方式', '使用方式', '取得方式'],
    year: ['年度', '年份'],
  },
  performance: {
    year: ['年度', '年份', '评价年度'],
    eco_class: ['亩均等级', '评价等级', '等级'],
    tax_per_mu: ['亩均税收'],
    invest_per_mu: ['亩均投资', '投资强度'],
    tax_wan: ['实缴税收', '税收总额', '税收', '入库税收'],
    invest_wan: ['累计投资', '固定资产投资', '投资额'],
    low_efficiency: ['低效', '是否低效', '低效认定'],
    rule_id: ['认定规则', '低效规则'],
  },
}

/** The heading offices most often use for a field; null where they have none. */
export const headingOf = (kind: RecordKind, field: string): string | null =>
  perKind[kind][field]?.find(isChinese) ?? everywhere[field]?.find(isChinese) ?? null
const isChinese = (name: string): boolean => /\p{sc=Han}/u.test(name)

/** Units that headings carry, longest first so that 平方米 is not read as 米. */
const unitWords: readonly (readonly [RegExp, Unit])[] = [
  [/平方米|平米|m2|m²|㎡/i, 'm2'],
  [/公顷|(?<![a-z])ha(?![a-z])|hm2|hm²/i, 'ha'],
  [/亩/, 'mu'],
  [/万元/, 'wan'],
  [/(?<!万)元/, 'yuan'],
]

/**
 * Units of headings that name none but have one by definition: the register's ZDMJ is in m², the land market's areas
 * in hectares and its prices in 万元.
 */
const fixedUnits: Readonly<Record<string, Unit>> = {
  zdmj: 'm2',
  syqmj: 'm2',
  gymj: 'ha',
  area: 'ha',
  je: 'wan',
  cjjg: 'wan',
  price: 'wan',
  pzmj: 'ha',
  ydzmj: 'ha',
}

/** `约定容积率（下限）` → `约定容积率下限`; blanks, brackets, separators and case do not count. */
const folded = (name: string): string =>
  name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s()[\]{}【】〔〕<>《》:：,，、._/-]/g, '')

interface Known {
  readonly meanings: ReadonlyMap<string, ColumnMeaning>
}
const kept = new Map<RecordKind, Known>()

/** Canonical names first, then names of the kind, then those used everywhere; the lower rank wins when two columns claim one field. */
function known(kind: RecordKind): Known {
  const before = kept.get(kind)
  if (before) return before
  const meanings = new Map<string, ColumnMeaning>()
  const types = fieldTypes(kind)
  const add = (name: string, target: string, rank: number): void => {
    const key = folded(name)
    if (meanings.has(key)) return
    if (target === ROW_ID) meanings.set(key, { kind: 'row_id', rank })
    else if (target === AREA_UNIT) meanings.set(key, { kind: 'area_unit' })
    else if (types.has(target))
      meanings.set(key, { kind: 'field', field: target, unit: fixedUnits[key] ?? null, rank })
  }
  for (const field of types.keys())
    meanings.set(folded(field), { kind: 'field', field, unit: canonicalUnit(field), rank: 0 })
  for (const [field, names] of Object.entries(perKind[kind]))
    names.forEach((name, i) => add(name, field, 100 + i))
  for (const [field, names] of Object.entries(everywhere))
    names.forEach((name, i) => add(name, field, 200 + i))
  const made = { meanings }
  kept.set(kind, made)
  return made
}

/**
 * What a column means for a kind of record; null for one we do not know, which is kept as delivered and no more.
 * @param cut the name as a format left it that cuts names, perhaps in the middle of a character
 */
export function meaningOf(kind: RecordKind, name: string, cut: CutName | undefined): ColumnMeaning | null {
  if (name.includes(GROUP_SIGN)) return meaningInGroup(kind, name)
  const { meanings } = known(kind)
  const exact = meanings.get(folded(name))
  if (exact) return exact
  const { bare, unit } = withoutUnit(name)
  const plain = meanings.get(folded(bare))
  if (plain && unit !== null)
    return plain.kind === 'field' && canTake(plain.field, unit) ? { ...plain, unit } : null
  return cut === undefined ? null : meaningOfCut(meanings, cut)
}

/** Between the two halves of a heading of two lines: the group, then the column in it. */
export const GROUP_SIGN = '·'
/** Groups that only say that something is said. */
const emptyGroup = /信息|情况|基本|其中|内容|^项目$|^地块$|^宗地$/

/**
 * A column under a group: 约定时间·开工 is 约定开工时间, 开工时间·约定 and 约定·开工时间 are too, so the name is looked for
 * at every place of the group. Alone it counts only under a group that says nothing.
 */
function meaningInGroup(kind: RecordKind, name: string): ColumnMeaning | null {
  const at = name.indexOf(GROUP_SIGN)
  const group = name.slice(0, at)
  const own = name.slice(at + GROUP_SIGN.length)
  for (let i = group.length; i >= 0; i--) {
    const meaning = meaningOf(kind, `${group.slice(0, i)}${own}${group.slice(i)}`, undefined)
    if (meaning !== null) return meaning
  }
  const bare = group.replace(/(?:基本)?(?:情况|信息|内容)$/, '')
  if (bare !== '' && bare !== group) return meaningInGroup(kind, `${bare}${GROUP_SIGN}${own}`)
  return emptyGroup.test(group) ? meaningOf(kind, own, undefined) : null
}

function withoutUnit(name: string): { bare: string; unit: Unit | null } {
  for (const [pattern, unit] of unitWords)
    if (pattern.test(name)) return { bare: name.replace(pattern, ''), unit }
  return { bare: name, unit: null }
}

const canTake = (field: string, unit: Unit): boolean => {
  const own = canonicalUnit(field)
  return own !== null && (own === 'wan') === (unit === 'wan' || unit === 'yuan')
}

/** The one known name that starts with what is left; units may have been cut away as well, so `面积公` counts as 面积 in 公顷. */
function meaningOfCut(
  meanings: ReadonlyMap<string, ColumnMeaning>,
  { name, stray }: CutName,
): ColumnMeaning | null {
  const start = folded(name)
  if (start.length < 2) return null
  const found = new Map<string, ColumnMeaning>()
  const consider = (full: string, meaning: ColumnMeaning) => {
    if (!full.startsWith(start) || full.length === start.length) return
    const rest = Buffer.from(full.slice(start.length))
    if (stray.every((byte, i) => rest[i] === byte))
      found.set(meaning.kind === 'field' ? meaning.field : meaning.kind, meaning)
  }
  for (const [full, meaning] of meanings) {
    consider(full, meaning)
    if (meaning.kind === 'field')
      for (const [word, unit] of spelledUnits)
        if (canTake(meaning.field, unit)) consider(`${full}${word}`, { ...meaning, unit })
  }
  return found.size === 1 ? [...found.values()][0]! : null
}
const spelledUnits: readonly (readonly [string, Unit])[] = [
  ['公顷', 'ha'],
  ['平方米', 'm2'],
  ['亩', 'mu'],
  ['万元', 'wan'],
]

/** Codes of 面积单位 in the registration database, and the words themselves. */
export function areaUnitOf(value: string): AreaUnit | null {
  const text = value.normalize('NFKC').trim()
  if (text === '1') return 'm2'
  if (text === '2') return 'mu'
  if (text === '3') return 'ha'
  const unit = unitWords.find(([pattern]) => pattern.test(text))?.[1]
  return unit === 'm2' || unit === 'ha' || unit === 'mu' ? unit : null
}
