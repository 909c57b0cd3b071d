import type { IsoDate } from '../units.ts'
import { randomFrom } from './random.ts'

/**
 * Numbers and names of invented documents. Each follows from the position of its plot in the city, so that no two
 * are alike and no count has to be kept. `k` tells several documents of one kind on one plot apart.
 */
const pad = (n: number, width: number): string => String(n).padStart(width, '0')

/** 宗地代码 (19): county, 地籍区 and 子区 from the block, state-owned surface right, serial from the plot. */
export function parcelCode(
  county: string,
  blockIndex: number,
  indexInBlock: number,
  k: number,
  right = 'B',
): string {
  const serial = indexInBlock + 1 + k * 10_000
  return `${county}${pad(Math.floor(blockIndex / 1000) + 1, 3)}${pad(blockIndex % 1000, 3)}G${right}${pad(serial, 5)}`
}

/** 不动产单元号 (28): the parcel, and either one building on it or none. */
export const unitCode = (code: string, isBuilt: boolean): string =>
  `${code}${isBuilt ? 'F00010001' : 'W00000000'}`

/** 证书号. The form was seen on certificates; the serial is ours. */
export const certNo = (registeredOn: IsoDate, ordinal: number, k: number): string =>
  `湘(${registeredOn.slice(0, 4)})株洲市不动产权第${pad((ordinal * 4 + k) % 10_000_000, 7)}号`

/**
 * 电子监管号 of the supply family (16). Five digits are not enough for a province, so the letter goes on from B;
 * further documents of one plot count under Z.
 */
export function supervisionNo(county: string, signedOn: IsoDate, ordinal: number, k: number): string {
  const letters = 'BCDEFGHIJKLMNOPQRSTUVWXY'
  const letter = k === 0 ? letters[Math.floor(ordinal / 100_000) % letters.length]! : 'Z'
  const serial = k === 0 ? ordinal % 100_000 : (ordinal * 4 + k) % 100_000
  return `${county}${signedOn.slice(0, 4)}${letter}${pad(serial, 5)}`
}

/** 批文号 of a batch; 虚 says that the office never issued it. */
export const batchNo = (approvedOn: IsoDate, serial: number): string =>
  `湘政地虚〔${approvedOn.slice(0, 4)}〕${pad(serial, 3)}号`
/** 批文号 of a single site; a number has six digits at most, so further documents of one plot change the issuer. */
export const singleSiteNo = (approvedOn: IsoDate, ordinal: number, k: number): string =>
  `株政地虚${['', '续', '再', '补'][k] ?? `补${k}`}〔${approvedOn.slice(0, 4)}〕${pad(ordinal, 3)}号`

const creditAlphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const creditWeights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
const organisationAlphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const organisationWeights = [3, 7, 9, 10, 5, 8, 4, 2]

/** 统一社会信用代码 (18) of an invented company, with both of its check characters. @see GB 32100-2015, GB 11714 */
export function creditCode(county: string, ordinal: number): string {
  let rest = ordinal
  let organisation = ''
  for (let i = 0; i < 6; i++) {
    organisation = creditAlphabet[rest % 31]! + organisation
    rest = Math.floor(rest / 31)
  }
  organisation = `MA${organisation}`
  const organisationSum = organisationWeights.reduce(
    (sum, weight, i) => sum + weight * organisationAlphabet.indexOf(organisation[i]!),
    0,
  )
  const check = 11 - (organisationSum % 11)
  const body = `91${county}${organisation}${check === 10 ? 'X' : check === 11 ? '0' : check}`
  const sum = creditWeights.reduce((total, weight, i) => total + weight * creditAlphabet.indexOf(body[i]!), 0)
  return body + creditAlphabet[(31 - (sum % 31)) % 31]!
}

/** The same code with its check character changed, as a slip of the pen changes it. */
export function misspelt(code: string): string {
  const last = creditAlphabet.indexOf(code.at(-1)!)
  return code.slice(0, -1) + creditAlphabet[(last + 1) % 31]!
}

const first = ['云岭', '青禾', '朗川', '衡原', '星垣', '瑞庭', '拓岳', '浩屿', '明溪', '远桥', '金陂', '宏澜', '启航', '恒阜', '泰岑', '嘉树'] as const // prettier-ignore
const second = ['华', '成', '立', '安', '盛', '信', '同', '达', '和', '源', '新', '捷'] as const
const trades = {
  IND: ['精密机械', '轨道配件', '电气设备', '新材料', '硬质合金', '智能装备', '汽车零部件', '生物制药'],
  STO: ['物流', '供应链', '冷链仓储'],
  COM: ['商业管理', '商贸', '酒店管理', '商业置业'],
  RES: ['房地产开发', '置业', '城市建设'],
  PUB: ['教育投资', '公共服务'],
  GRN: ['园林建设'],
} as const satisfies Record<string, readonly [string, ...string[]]>
const surnames = ['陈', '李', '刘', '周', '谭', '易', '罗', '彭', '文', '唐', '谢', '邓', '欧阳'] as const
const roads = [
  '云岭',
  '青禾',
  '朗川',
  '渌滨',
  '橘洲',
  '枫溪',
  '响石',
  '曙色',
  '五桥',
  '长岗',
  '新塘',
  '荷香',
] as const

/** An invented company. The numeral keeps two companies of one trade apart. */
export function company(use: keyof typeof trades, ordinal: number): string {
  const random = randomFrom(31, ordinal)
  return `株洲${random.pick(first)}${random.pick(second)}${random.pick(trades[use])}有限公司(虚构${ordinal})`
}

export const person = (ordinal: number): string => `${randomFrom(32, ordinal).pick(surnames)}某某`

export function location(districtName: string, blockIndex: number, indexInBlock: number): string {
  const random = randomFrom(33, blockIndex)
  return `${districtName}${random.pick(roads)}路${random.whole(1, 99)}号街区${pad(indexInBlock + 1, 3)}号地`
}

/** A project name no other plot has, so that a name alone can link two documents. */
export function project(use: keyof typeof trades, ordinal: number): string {
  const random = randomFrom(31, ordinal)
  const [name, end] = [`${random.pick(first)}${random.pick(second)}`, random.pick(trades[use])]
  return `${name}${end}项目(${pad(ordinal, 5)}号地块)`
}
