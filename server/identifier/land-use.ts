import { landUses, type LandUse } from './code-list.ts'

/**
 * Groups uses are compared in, because the schemes do not agree on codes: residential, commercial, industrial,
 * storage, public services, utilities (公用设施), transport, green, special, agricultural, water, reserved (留白),
 * mixed, other. The same list as the fact dictionary's.
 */
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
export type UseGroup = (typeof useGroups)[number]

/**
 * Schemes of data/codes/land-use.csv. 45 of the 60 codes GB/T 21010-2017 and 用地用海 share mean different things,
 * so a code means nothing without its scheme.
 */
export const landUseSchemes = [
  'GBT21010-2017',
  'SURVEY3-2019',
  'YDYH-2023',
  'GBT21010-2007',
  'CZCSXM-2019',
] as const
export type LandUseScheme = (typeof landUseSchemes)[number]

/** The scheme people mean: `GB/T 21010-2017`, `三调`, `用地用海` and the like; null when it is none we hold. */
export function landUseScheme(text: string): LandUseScheme | null {
  const plain = text
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[\s/_《》-]/g, '')
  if (plain.includes('用地用海') || plain.includes('国土空间') || plain.startsWith('YDYH')) return 'YDYH-2023'
  if (plain.includes('三调') || plain.includes('第三次') || plain.startsWith('SURVEY3')) return 'SURVEY3-2019'
  if (plain.startsWith('CZCSXM') || plain.includes('城镇村属性')) return 'CZCSXM-2019'
  if (plain.includes('21010') || plain.includes('土地利用现状'))
    return plain.includes('2007') ? 'GBT21010-2007' : plain.includes('2017') ? 'GBT21010-2017' : null
  return null
}

/**
 * The group of a land use given as a code with its scheme, an official name, or a text of the land market.
 *
 * - A code without a scheme counts only where every scheme that has it puts it in one group; else null.
 * - Texts of several uses (`住宅用地70年; 商服用地40年`) are MIX when the uses differ in group.
 * - A head that names two groups itself (工矿仓储用地) and anything unknown are null: not known, not OTH.
 */
export function useGroupOf({
  use,
  scheme,
}: {
  readonly use: string
  readonly scheme?: string | undefined
}): UseGroup | null {
  const text = use.normalize('NFKC').replaceAll(/\s+/g, '')
  if (text === '') return null
  const known = scheme === undefined ? null : landUseScheme(scheme)
  const groups = groupsIn(text, known, separators)
  const [first, ...others] = groups
  if (others.length === 0) return first ?? null
  groups.delete(null)
  // Two known uses are mixed whatever else is named; one known beside an unknown one is not known to be one group.
  return groups.size > 1 ? 'MIX' : null
}

/** From the strongest to the weakest: names themselves hold 、 and 与, so the text is tried whole before it is cut. */
const separators: readonly RegExp[] = [/[;|/+]/, /,/, /兼容|兼|、|及|和/]

function groupsIn(text: string, scheme: LandUseScheme | null, cuts: readonly RegExp[]): Set<UseGroup | null> {
  const whole = looksLikeCode(text) ? groupOfCode(text, scheme) : groupOfName(text, scheme)
  const [cut, ...weaker] = cuts
  if (whole !== null || cut === undefined) return new Set([whole])
  const parts = text.split(cut).filter((part) => part !== '')
  return new Set(parts.flatMap((part) => [...groupsIn(part, scheme, weaker)]))
}

/** Whether a text is a land-use code (perhaps with a suffix such as K 可调整 or A) and no name. */
export const looksLikeCode = (use: string): boolean => /^\d{2}(?:\d{1,4}|H\d)?[AK]?$/i.test(use.trim())

/** The entry of a code in a scheme; a suffix (可调整 K, 养殖坑塘 A) is set aside when the code with it is not listed. */
export function landUseByCode(code: string, scheme: LandUseScheme): LandUse | undefined {
  const plain = code.trim().toUpperCase()
  const bare = plain.replace(/[AK]$/, '')
  return tables().byCode.get(`${scheme} ${plain}`) ?? tables().byCode.get(`${scheme} ${bare}`)
}

/** Entries of every scheme that carry a name, with or without 用地. */
export const landUseByName = (name: string): readonly LandUse[] => tables().byName.get(bareName(name)) ?? []

function groupOfCode(code: string, scheme: LandUseScheme | null): UseGroup | null {
  if (scheme !== null) {
    const entry = landUseByCode(code, scheme)
    return entry ? groupOfEntry(entry) : null
  }
  const groups = new Set<UseGroup | null>()
  for (const each of landUseSchemes) {
    const entry = landUseByCode(code, each)
    if (entry) groups.add(groupOfEntry(entry))
  }
  return groups.size === 1 ? [...groups][0]! : null
}

function groupOfName(text: string, scheme: LandUseScheme | null): UseGroup | null {
  const name = bareName(text)
  const market = marketNames[name]
  if (market !== undefined) return market
  const all = landUseByName(text)
  const entries = scheme === null ? all : all.filter((entry) => entry.scheme === scheme)
  const groups = new Set((entries.length > 0 ? entries : all).map(groupOfEntry))
  return groups.size === 1 ? [...groups][0]! : null
}

/** Longest matching beginning of the code decides. Heads that span groups are named with null. */
const rules: Readonly<Record<LandUseScheme, Readonly<Record<string, UseGroup | null>>>> = {
  'YDYH-2023': {
    '01': 'AGR',
    '02': 'AGR',
    '03': 'AGR',
    '04': 'AGR',
    '05': 'WAT',
    '06': 'AGR',
    '07': 'RES',
    '08': 'PUB',
    '09': 'COM',
    '10': 'IND',
    '11': 'STO',
    '12': 'TRA',
    '13': 'INF',
    '14': 'GRN',
    '15': 'SPE',
    '16': 'RSV',
    '17': 'WAT',
    '18': 'OTH',
    '19': 'OTH',
    '20': 'OTH',
    '21': 'OTH',
    '22': 'OTH',
    '23': 'OTH',
    '2303': 'AGR',
    '24': 'OTH',
  },
  'GBT21010-2017': {
    '01': 'AGR',
    '02': 'AGR',
    '03': 'AGR',
    '04': 'AGR',
    '05': 'COM',
    '06': null,
    '0601': 'IND',
    '0602': 'IND',
    '0603': 'IND',
    '0604': 'STO',
    '07': 'RES',
    '08': 'PUB',
    '0809': 'INF',
    '0810': 'GRN',
    '09': 'SPE',
    '10': 'TRA',
    '1006': 'AGR',
    '11': 'WAT',
    '1109': 'INF',
    '12': 'OTH',
    '1202': 'AGR',
    '1203': 'AGR',
  },
  'SURVEY3-2019': {
    '00': 'WAT',
    '0303': 'WAT',
    '0304': 'WAT',
    '0306': 'WAT',
    '0402': 'WAT',
    '01': 'AGR',
    '02': 'AGR',
    '03': 'AGR',
    '04': 'AGR',
    '05': null,
    '05H1': 'COM',
    '0508': 'STO',
    '06': 'IND',
    '07': 'RES',
    '08': 'PUB',
    '0809': 'INF',
    '0810': 'GRN',
    '09': 'SPE',
    '10': 'TRA',
    '1006': 'AGR',
    '11': 'WAT',
    '1109': 'INF',
    '12': 'OTH',
    '1202': 'AGR',
    '1203': 'AGR',
  },
  'GBT21010-2007': {
    '01': 'AGR',
    '02': 'AGR',
    '03': 'AGR',
    '04': 'AGR',
    '05': 'COM',
    '06': null,
    '061': 'IND',
    '062': 'IND',
    '063': 'STO',
    '07': 'RES',
    '08': 'PUB',
    '086': 'INF',
    '087': 'GRN',
    '088': 'SPE',
    '09': 'SPE',
    '10': 'TRA',
    '104': 'AGR',
    '11': 'WAT',
    '118': 'INF',
    '12': 'OTH',
    '122': 'AGR',
    '123': 'AGR',
    '125': 'WAT',
  },
  // 城镇村属性: which kind of settlement, not which use; only the industrial and mining ones say a use.
  'CZCSXM-2019': {
    '201': null,
    '201A': 'IND',
    '202': null,
    '202A': 'IND',
    '203': null,
    '203A': 'IND',
    '204': 'IND',
    '205': 'SPE',
  },
}

function groupOfEntry({ scheme, code }: LandUse): UseGroup | null {
  const table = rules[scheme as LandUseScheme]
  for (let length = code.length; length >= 2; length--) {
    const group = table[code.slice(0, length)]
    if (group !== undefined) return group
  }
  return null
}

/**
 * Names of the land market that no scheme lists, without their 用地. The older texts come from the use list of
 * 中国土地市场网 (data/codes/README.md); 商住 and 综合 are mixed by their own wording.
 */
const marketNames: Readonly<Record<string, UseGroup | null>> = {
  高档住宅: 'RES',
  '中低价位、中小套型普通商品住房': 'RES',
  其他普通商品住房: 'RES',
  普通商品住房: 'RES',
  商品住房: 'RES',
  商品住宅: 'RES',
  经济适用住房: 'RES',
  经济适用房: 'RES',
  廉租住房: 'RES',
  廉租房: 'RES',
  公共租赁住房: 'RES',
  公租房: 'RES',
  保障性租赁住房: 'RES',
  保障性住房: 'RES',
  租赁住房: 'RES',
  其他住房: 'RES',
  限价商品住房: 'RES',
  安置房: 'RES',
  住房: 'RES',
  居住: 'RES',
  住宅: 'RES',
  一类居住: 'RES',
  二类居住: 'RES',
  三类居住: 'RES',
  批发零售: 'COM',
  批发和零售: 'COM',
  住宿餐饮: 'COM',
  商务金融: 'COM',
  其他商服: 'COM',
  商服: 'COM',
  商业: 'COM',
  商业服务业: 'COM',
  商业服务业设施: 'COM',
  零售商业: 'COM',
  加油加气站: 'COM',
  旅馆: 'COM',
  餐饮: 'COM',
  娱乐: 'COM',
  工业: 'IND',
  新型工业: 'IND',
  工矿: 'IND',
  采矿: 'IND',
  一类工业: 'IND',
  二类工业: 'IND',
  三类工业: 'IND',
  标准厂房: 'IND',
  仓储: 'STO',
  物流: 'STO',
  物流仓储: 'STO',
  工矿仓储: null,
  科教: 'PUB',
  科教文卫: 'PUB',
  医卫慈善: 'PUB',
  文体娱乐: 'PUB',
  机关团体: 'PUB',
  新闻出版: 'PUB',
  教育: 'PUB',
  科研: 'PUB',
  医疗卫生: 'PUB',
  文化: 'PUB',
  体育: 'PUB',
  社会福利: 'PUB',
  公共管理与公共服务: 'PUB',
  公共管理与公共服务设施: 'PUB',
  公共设施: 'INF',
  公用设施: 'INF',
  水工建筑: 'INF',
  水工设施: 'INF',
  街巷: 'TRA',
  公路: 'TRA',
  铁路: 'TRA',
  道路: 'TRA',
  城市道路: 'TRA',
  城镇村道路: 'TRA',
  交通运输: 'TRA',
  交通服务场站: 'TRA',
  停车场: 'TRA',
  公园与绿地: 'GRN',
  绿地: 'GRN',
  绿地与广场: 'GRN',
  公园绿地: 'GRN',
  防护绿地: 'GRN',
  风景名胜设施: 'SPE',
  特殊: 'SPE',
  留白: 'RSV',
  商住: 'MIX',
  商住混合: 'MIX',
  住宅兼商业: 'MIX',
  综合: 'MIX',
  混合: 'MIX',
}

/** `其他商服用地40年` → `其他商服`: years, remarks in brackets, codes beside the name and 用地 taken away. */
function bareName(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/\s+/g, '')
    .replaceAll(/\([^()]*\)/g, '')
    .replace(/^\d{2,6}[-:]?(?=\p{sc=Han})/u, '')
    .replace(/[:]?\d+(?:\.\d+)?年?$/, '')
    .replace(/用地$/, '')
}

interface Tables {
  readonly byCode: ReadonlyMap<string, LandUse>
  readonly byName: ReadonlyMap<string, readonly LandUse[]>
}
let kept: Tables | undefined
function tables(): Tables {
  if (kept) return kept
  const byCode = new Map<string, LandUse>()
  const byName = new Map<string, LandUse[]>()
  for (const entry of landUses()) {
    byCode.set(`${entry.scheme} ${entry.code}`, entry)
    const name = bareName(entry.title.zh)
    byName.set(name, [...(byName.get(name) ?? []), entry])
  }
  return (kept = { byCode, byName })
}
