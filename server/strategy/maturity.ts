import type { LandFacts } from '../rule/fact.ts'
import type { FactInput } from './fact-input.ts'

/** One part of the score: what it is worth, and what it earned; null while nobody knows. */
interface Part {
  readonly zh: string
  readonly worth: number
  readonly earned: number | null
}

/**
 * How ready land is to be used, 0 to 100 (domain dossier 10.4): plan fit 20, approval 20, cleared land 20,
 * infrastructure 15, legal cleanliness 10, site 10, demand 5. An unknown part earns nothing and is listed as unknown,
 * so the score is what is proven, not what may be.
 */
export function maturity(facts: LandFacts, input: FactInput): { score: number; parts: string } {
  const parts = partsOf(facts, input)
  const score = parts.reduce((sum, part) => sum + (part.earned ?? 0), 0)
  return { score, parts: parts.map(({ zh, worth, earned }) => `${zh} ${earned ?? '?'}/${worth}`).join(';') }
}

function partsOf(facts: LandFacts, { parcel, minSupplyM2 }: FactInput): Part[] {
  const planUse = facts['plan.use_group']
  const least = typeof planUse === 'string' ? (minSupplyM2?.(planUse) ?? null) : null
  const compactness = facts['unit.compactness']
  return [
    { zh: '规划', worth: 20, earned: when(facts['plan.conflict'], (conflict) => (conflict ? 0 : 20)) },
    { zh: '批准', worth: 20, earned: when(facts['chain.approved'], (approved) => (approved ? 20 : 0)) },
    {
      zh: '征收',
      worth: 10,
      earned: when(facts['expropriation.status'], (status) => ({ done: 10, part: 5 })[String(status)] ?? 0),
    },
    { zh: '净地', worth: 10, earned: when(facts['site.clean'], (clean) => (clean ? 10 : 0)) },
    { zh: '配套', worth: 15, earned: when(facts['site.infra_ready'], (ready) => (ready ? 15 : 0)) },
    { zh: '权属', worth: 10, earned: cleanTitle(facts) },
    { zh: '规模', worth: 5, earned: least === null ? null : parcel.areaM2 >= least ? 5 : 0 },
    { zh: '形状', worth: 5, earned: when(compactness, (value) => (Number(value) >= 0.4 ? 5 : 0)) },
    { zh: '项目', worth: 5, earned: parcel.project === null ? null : 5 },
  ]
}

/** Seal, dispute and violation: any one known spoils it, all three known to be absent earn it. */
function cleanTitle(facts: LandFacts): number | null {
  const overlap = facts['overlap.other_right_m2']
  const dispute = facts['right.dispute'] ?? (overlap === undefined ? undefined : Number(overlap) > 0)
  const troubles = [facts['seal.active'], dispute, facts['viol.open']]
  if (troubles.includes(true)) return 0
  return troubles.includes(undefined) ? null : 10
}

const when = <T>(value: T | undefined, then: (value: T) => number): number | null =>
  value === undefined ? null : then(value)
