import type { Explanation, Override } from '../contract.ts'
import type { Base } from '../db/open.ts'
import { standingAt, type Moment } from '../parcel/standing-store.ts'
import { landDictionary } from '../rule/dictionary.ts'
import { chooseStrategy, reasonFor, verdictOf } from '../rule/evaluate.ts'
import type { Facts, FactSources } from '../rule/fact.ts'
import { strategyInfo, type RulePack } from '../rule/pack.ts'
import { factsIn } from '../rule/search.ts'
import { givenByFacts, tagsInForce } from '../rule/tag-set.ts'
import type { IsoDate } from '../units.ts'
import { packName } from './classify.ts'
import { parcelDeadlines } from './deadlines.ts'
import { nearestFlip } from './flip.ts'
import { hasMaturity, maturityOf } from './maturity.ts'
import { factNumbers } from './fact-number.ts'
import { takeFacts } from './one-parcel-store.ts'
import { overrideByNumber } from './overrides.ts'
import { currentRun, heldBy, parcelNotFound, requireParcel } from './run-store.ts'
import { describeSource } from './sources.ts'
import { decidingUnknowns } from './unknowns.ts'

/**
 * Why a parcel has its strategy: every rule in order with its verdict and reason, the unknowns that could change the
 * outcome and the smallest change of a fact that would. From the facts and the pack of the run readers see.
 * @param idOrCode our own parcel number, or the 宗地代码 of a current parcel.
 * @throws as `standingAt`; Refusal `NOT_CLASSIFIED`, `PARCEL_NOT_FOUND`.
 */
export async function explainParcel(
  { db }: Pick<Base, 'db'>,
  idOrCode: number | string,
  moment: Moment = {},
): Promise<Explanation> {
  const standing = await standingAt(db, moment)
  const run = await currentRun(db, standing)
  const parcel = await requireParcel(db, standing, idOrCode)
  const known = await takeFacts(db, standing, run, parcel)
  const held = await heldBy(db, parcel, run.runId)
  if (!known || !held) throw parcelNotFound(idOrCode)
  const override = await overrideByNumber({ db }, held.overrideId)
  return explain({ parcel, asOf: run.asOf, pack: run.pack, ...known, since: held.since, override })
}

/** The explanation itself, from facts and rules alone. */
export function explain({
  parcel,
  asOf,
  pack,
  facts,
  sources,
  since = null,
  override = null,
}: {
  readonly parcel: number
  readonly asOf: IsoDate
  readonly pack: RulePack
  readonly facts: Facts
  readonly sources: FactSources
  /** The day the parcel came to have its strategy; null: not known. */
  readonly since?: IsoDate | null
  /** What a person decided instead, while that stands. */
  readonly override?: Override | null
}): Explanation {
  const { strategy: ruled, runnersUp } = chooseStrategy(pack, facts)
  const decided = override && pack.strategies.find(({ code }) => code === override.strategy)
  const strategy = decided || ruled
  const circumstances = { facts, pack }
  const held = {
    strategy,
    since,
    override: override ? { setOn: override.setOn, expiresOn: override.expiresOn } : undefined,
  }
  return {
    parcel,
    asOf,
    rulePack: packName(pack),
    strategy: strategyInfo(strategy),
    ruled: { code: ruled.code, title: ruled.title },
    override,
    deadlines: parcelDeadlines(pack, { facts, sources }, held),
    maturity: hasMaturity(facts) ? maturityOf(facts, factNumbers(pack, asOf).minSupplyM2) : null,
    runnersUp: runnersUp.map(({ code }) => code),
    tried: pack.strategies.map(({ code, title, condition }) => ({
      code,
      title,
      verdict: verdictOf(condition, circumstances),
      facts: factsIn(condition).map((name) => ({
        name,
        value: facts[name] ?? null,
        source: sources[name] ?? null,
      })),
      reason: reasonFor(condition, circumstances, (name) => describeSource(sources[name])),
    })),
    flags: pack.dictionary === landDictionary ? flagsRaised(facts, sources) : [],
    unknowns: decidingUnknowns(pack, facts, ruled),
    nearestFlip: nearestFlip(pack, facts, ruled),
  }
}

/** The flags facts raise, each with the facts it rests on: the build has no finding of them. */
function flagsRaised(facts: Facts, sources: FactSources): Explanation['flags'] {
  const { flags } = tagsInForce()
  const circumstances = { facts, pack: flags }
  return givenByFacts(flags)
    .filter(({ condition }) => verdictOf(condition, circumstances) === 'true')
    .map(({ code, title, severity, condition }) => ({
      code,
      title,
      severity: severity ?? 'low',
      reason: reasonFor(condition, circumstances, (name) => describeSource(sources[name])),
    }))
}
