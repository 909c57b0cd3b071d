import type { Maturity } from '../contract/maturity.ts'
import { maturityWeights } from '../identifier/code-list.ts'
import type { Message } from '../refusal.ts'
import { factDefinitions, type Facts, type FactValue, type LandFactName } from '../rule/fact.ts'
import type { MinSupply } from './fact-number.ts'

/** What a part of the score earned of its worth, 0 to 1; null while nobody knows. */
interface Judged {
  readonly share: number | null
  readonly facts: readonly LandFactName[]
  /** Said instead of the facts. */
  readonly why?: Message
}

/**
 * How ready land is to be used (domain dossier 10.4): parts, worths, limits and horizons are those of
 * data/codes/maturity.csv. From facts alone, so that a stored row of facts gives the same score. An unknown part earns
 * nothing in `least` and everything in `most`: the truth lies between.
 */
export function maturityOf(facts: Facts, minSupplyM2: MinSupply | null = null): Maturity {
  const parts = maturityWeights()
    .filter(({ kind }) => kind === 'part')
    .map(({ code, title, value }) => {
      const { share, facts: names, why } = judge(code, facts, minSupplyM2)
      const score = share === null ? null : value * share
      return { code, title, score, max: value, why: why ?? whyOf(facts, names), facts: [...names] }
    })
  const sum = (of: (part: (typeof parts)[number]) => number): number =>
    parts.reduce((total, part) => total + of(part), 0)
  const [least, most] = [sum(({ score }) => score ?? 0), sum(({ score, max }) => score ?? max)]
  const horizons = maturityWeights()
    .filter(({ kind }) => kind === 'horizon')
    .map(({ code, title, value }) => ({ code: code as 'near' | 'mid' | 'far', title, from: value }))
    .toSorted((a, b) => b.from - a.from)
  const horizonAt = (score: number) => horizons.find(({ from }) => score >= from)!
  const [at, ifAll] = [horizonAt(least), horizonAt(most)]
  return {
    least,
    most,
    max: sum(({ max }) => max),
    horizon: at.code === ifAll.code ? { code: at.code, title: at.title } : null,
    horizons,
    unknown: parts.filter(({ score }) => score === null).length,
    parts,
  }
}

/** The same score without its reasons. */
export function provenMaturity(facts: Facts, minSupplyM2: MinSupply | null = null): number {
  let score = 0
  for (const { kind, code, value } of maturityWeights())
    if (kind === 'part') score += value * (judge(code, facts, minSupplyM2).share ?? 0)
  return score
}

/** Land that is not yet used by anybody has a maturity; a plot supplied has a contract instead. */
export const hasMaturity = (facts: Facts): boolean =>
  facts['unit.kind'] === 'remainder' || facts['unit.kind'] === 'planned'

/** What the score is judged by, and which land has one. */
export const maturityFacts = [
  'unit.kind',
  'plan.conflict',
  'chain.approved',
  'expropriation.status',
  'site.clean',
  'site.infra_ready',
  'seal.active',
  'right.dispute',
  'overlap.other_right_m2',
  'viol.open',
  'unit.area_m2',
  'plan.use_group',
  'unit.compactness',
  'unit.project',
] as const satisfies readonly LandFactName[]

function judge(part: string, facts: Facts, minSupplyM2: MinSupply | null): Judged {
  switch (part) {
    case 'plan':
      return when(facts, 'plan.conflict', (conflict) => (conflict === true ? 0 : 1))
    case 'approval':
      return when(facts, 'chain.approved', (approved) => (approved === true ? 1 : 0))
    case 'expropriation':
      return when(facts, 'expropriation.status', (status) => ({ done: 1, part: 0.5 })[String(status)] ?? 0)
    case 'clean':
      return when(facts, 'site.clean', (clean) => (clean === true ? 1 : 0))
    case 'infra':
      return when(facts, 'site.infra_ready', (ready) => (ready === true ? 1 : 0))
    case 'title':
      return cleanTitle(facts)
    case 'size':
      return largeEnough(facts, minSupplyM2)
    case 'shape':
      return when(facts, 'unit.compactness', (value) => (Number(value) >= limit('compactness_min') ? 1 : 0))
    case 'demand':
      return when(facts, 'unit.project', () => 1)
    default:
      throw new TypeError(`data/codes/maturity.csv has a part "${part}" nobody can judge.`)
  }
}

const limit = (code: string): number =>
  maturityWeights().find((each) => each.kind === 'limit' && each.code === code)!.value

function when(facts: Facts, name: LandFactName, share: (value: FactValue) => number): Judged {
  const value = facts[name]
  return { share: value === undefined ? null : share(value), facts: [name] }
}

/** Seal, dispute and violation: any one known spoils it, all three known to be absent earn it. */
function cleanTitle(facts: Facts): Judged {
  const overlap = facts['overlap.other_right_m2']
  const dispute = facts['right.dispute'] ?? (overlap === undefined ? undefined : Number(overlap) > 0)
  const troubles = [facts['seal.active'], dispute, facts['viol.open']]
  return {
    share: troubles.includes(true) ? 0 : troubles.includes(undefined) ? null : 1,
    facts: ['seal.active', 'right.dispute', 'overlap.other_right_m2', 'viol.open'],
  }
}

function largeEnough(facts: Facts, minSupplyM2: MinSupply | null): Judged {
  const [use, areaM2] = [facts['plan.use_group'], facts['unit.area_m2']]
  const names: LandFactName[] = ['unit.area_m2', 'plan.use_group']
  const least =
    typeof use === 'string' && minSupplyM2 ? (minSupplyM2.values[use] ?? minSupplyM2.otherwise) : null
  if (least === null || typeof areaM2 !== 'number') return { share: null, facts: names }
  const m2 = String(Math.round(areaM2))
  return {
    share: areaM2 >= least ? 1 : 0,
    facts: names,
    why: { zh: `${m2} 平方米,下限 ${least} 平方米`, en: `${m2} m², at least ${least} m²` },
  }
}

/** The facts a part was judged by, in words; those nobody knows say so. */
function whyOf(facts: Facts, names: readonly LandFactName[]): Message {
  const said = names.map((name) => {
    const { zh, en } = factDefinitions[name]
    const value = facts[name]
    return {
      zh: `${zh}:${shown(value, '是', '否', '未知')}`,
      en: `${en}: ${shown(value, 'yes', 'no', 'unknown')}`,
    }
  })
  return { zh: said.map(({ zh }) => zh).join(';'), en: said.map(({ en }) => en).join('; ') }
}

function shown(value: FactValue | undefined, yes: string, no: string, unknown: string): string {
  if (value === undefined) return unknown
  if (typeof value === 'boolean') return value ? yes : no
  return typeof value === 'number' ? String(Number(value.toFixed(2))) : value
}
