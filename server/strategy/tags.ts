import type { LandFactName, LandFacts } from '../rule/fact.ts'
import { coveredShare, linksOf, zonesOf, type FactInput } from './fact-input.ts'

/**
 * The identity tags of a parcel (data/codes/identity-tags.csv), sorted: what it is, as far as the records say.
 * A tag nobody can vouch for is not given: without the city's list of state-owned firms, a company is only a company.
 */
export function tagsOf(input: FactInput, facts: LandFacts): string[] {
  const tags = [
    ...ownership(input, facts),
    holderTag[String(facts['holder.class'])],
    ...zones(input, facts),
    input.parcel.useGroup === null ? undefined : useTag[input.parcel.useGroup],
    ...papers(input, facts),
    ...registration(input, facts),
    horizon(facts['maturity.score']),
    facts['eco.class'] === undefined ? undefined : `ECO_${facts['eco.class']}`,
  ]
  return [...new Set(tags)].filter((tag) => tag !== undefined).toSorted()
}

const holderTag: Readonly<Record<string, string>> = {
  government: 'HLD_GOV',
  institution: 'HLD_GOV',
  group: 'HLD_GOV',
  collective: 'HLD_COL',
  soe_city: 'HLD_SOE_C',
  soe_county: 'HLD_SOE_D',
  soe_upper: 'HLD_CSOE',
  platform: 'HLD_PLAT',
  private: 'HLD_PRI',
  foreign: 'HLD_FOR',
}

const useTag: Readonly<Record<string, string>> = {
  IND: 'USE_IND',
  STO: 'USE_IND',
  RES: 'USE_RES',
  COM: 'USE_COM',
  MIX: 'USE_MIX',
  PUB: 'USE_PUB',
  TRA: 'USE_INF',
  INF: 'USE_INF',
  GRN: 'USE_GRN',
  RSV: 'USE_RSV',
}

/** The first feature letter of the 宗地代码, or the nature of the right: codes 100 to 107 are state, 200 to 205 collective land. */
function ownership({ parcel }: FactInput, facts: LandFacts): (string | undefined)[] {
  const letter = /^\d{12}([GJZ])/.exec(parcel.parcelCode ?? '')?.[1]
  if (letter) return [`OWN_${letter}`]
  const nature = String(facts['right.nature'] ?? '')
  if (/^10[0-7]$/.test(nature) || /国有/.test(nature)) return ['OWN_G']
  return /^20[0-5]$/.test(nature) || /集体/.test(nature) ? ['OWN_J'] : []
}

function zones({ links, checked }: FactInput, facts: LandFacts): (string | undefined)[] {
  const inside = facts['ctl.in_udb_ratio']
  const touches = (name: LandFactName): boolean => Number(facts[name] ?? 0) > 0
  return [
    checked.layers.has('park') && coveredShare(zonesOf(links, 'park')) >= 0.5 ? 'ZON_PARK' : undefined,
    inside === undefined ? undefined : boundaryTag(Number(inside)),
    touches('ctl.pbf_m2') ? 'ZON_PBF' : undefined,
    touches('ctl.eco_m2') ? 'ZON_ECO' : undefined,
    facts['unit.in_renewal_unit'] === true ? 'ZON_RENEW' : undefined,
    facts['soil.risk'] === true ? 'ZON_POLL' : undefined,
  ]
}

const boundaryTag = (inside: number): string =>
  inside >= 0.999 ? 'ZON_UDB_IN' : inside < 0.001 ? 'ZON_UDB_OUT' : 'ZON_UDB_MIX'

function papers({ asOf, links }: FactInput, facts: LandFacts): (string | undefined)[] {
  const approvalKind = facts['approval.kind']
  const approval = linksOf(links, 'approval').find((link) => link.doc === facts['approval.doc_no'])
  const supply = linksOf(links, 'supply').find(
    (link) => link.fields.supervision_no === facts['supply.supervision_no'],
  )
  const banked = linksOf(links, 'reserve').some(
    ({ fields }) => (fields.in_on ?? '9999') <= asOf && (fields.out_on === undefined || fields.out_on > asOf),
  )
  return [
    approvalKind === undefined ? undefined : approvalKind === 'batch' ? 'APV_BATCH' : 'APV_SINGLE',
    approval?.fields.authority?.includes('国务院') ? 'APV_SC' : undefined,
    methodTag(String(facts['supply.method'] ?? '')),
    sourceTag(facts['supply.status'] === 'supplied' ? (supply?.fields.source ?? '') : ''),
    banked ? 'RSV_IN' : undefined,
  ]
}

/** 供地方式: allocation, lease, equity, or one of the forms of grant. */
function methodTag(method: string): string | undefined {
  if (method.includes('划拨')) return 'SUP_HB'
  if (method.includes('租赁')) return 'SUP_ZL'
  if (method.includes('作价')) return 'SUP_ZJ'
  return /出让|拍卖|挂牌|招标/.test(method) ? 'SUP_CR' : undefined
}

/** 土地来源, as the land market writes it. */
function sourceTag(source: string): string | undefined {
  if (source.includes('来自存量库')) return 'SRC_POOL'
  if (source.includes('新增')) return 'SRC_NEW'
  return /现有|存量/.test(source) ? 'SRC_OLD' : undefined
}

function registration({ parcel }: FactInput, facts: LandFacts): (string | undefined)[] {
  const state = facts['reg.state']
  return [
    state === 'done' ? 'REG_YES' : state === 'none' || parcel.kind === 'remainder' ? 'REG_NO' : undefined,
    facts['mortgage.active'] === true ? 'REG_MORT' : undefined,
    facts['seal.active'] === true ? 'REG_SEAL' : undefined,
  ]
}

function horizon(score: LandFacts['maturity.score']): string | undefined {
  if (typeof score !== 'number') return undefined
  return score >= 80 ? 'HOR_NEAR' : score >= 50 ? 'HOR_MID' : 'HOR_FAR'
}
