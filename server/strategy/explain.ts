import type { Explanation } from '../contract.ts'
import type { Base } from '../db/open.ts'
import { standingAt, type Moment } from '../parcel/standing-store.ts'
import { Refusal } from '../refusal.ts'
import { chooseStrategy, reasonFor, verdictOf } from '../rule/evaluate.ts'
import type { Facts, FactSources } from '../rule/fact.ts'
import { strategyInfo, type RulePack } from '../rule/pack.ts'
import { factsIn } from '../rule/search.ts'
import type { IsoDate } from '../units.ts'
import { packName } from './classify.ts'
import { decidingUnknowns, nearestFlip } from './flip.ts'
import { describeSource } from './sources.ts'
import { takeFacts } from './one-parcel-store.ts'
import { currentRun, parcelNumber } from './run-store.ts'

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
  const parcel = await parcelNumber(db, standing, idOrCode)
  const known = parcel === null ? null : await takeFacts(db, standing, run, parcel)
  if (parcel === null || known === null) {
    throw new Refusal(
      'PARCEL_NOT_FOUND',
      {
        zh: `没有编号或宗地代码为“${idOrCode}”的现状地块。`,
        en: `There is no current parcel with the number or code "${idOrCode}".`,
      },
      { zh: '请核对代码;新建库后需重新判定。', en: 'Check the code; after a new build, classify again.' },
    )
  }
  return explain({ parcel, asOf: run.asOf, pack: run.pack, ...known })
}

/** The explanation itself, from facts and rules alone. */
export function explain({
  parcel,
  asOf,
  pack,
  facts,
  sources,
}: {
  readonly parcel: number
  readonly asOf: IsoDate
  readonly pack: RulePack
  readonly facts: Facts
  readonly sources: FactSources
}): Explanation {
  const { strategy, runnersUp } = chooseStrategy(pack, facts)
  const circumstances = { facts, pack }
  return {
    parcel,
    asOf,
    rulePack: packName(pack),
    strategy: strategyInfo(strategy),
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
    unknowns: decidingUnknowns(pack, facts, strategy),
    nearestFlip: nearestFlip(pack, facts, strategy),
  }
}
