import type { Base } from '../db/open.ts'
import { requireLatest, standingAt } from '../parcel/standing-store.ts'
import { Refusal, type Message } from '../refusal.ts'
import { errorsOf, type PackComplaint } from '../rule/check.ts'
import { loadPack, type RulePack } from '../rule/pack.ts'
import { isIsoDate, type IsoDate } from '../units.ts'
import { changesSince, factsStand } from './change-store.ts'
import { assessBuild, parcelsOf, sumOf } from './assess-build.ts'
import { dropConflicts } from './conflict-store.ts'
import { dropFacts } from './fact-store.ts'
import {
  closeAssessments,
  countParcels,
  countStrategies,
  currentRun,
  publishRun,
  startRun,
  waitForRuns,
  type Counts,
} from './run-store.ts'
import { reopenOverrides } from './override-store.ts'
import { mustBeAboutLand, packInForce, recordShipped, type PackInForce } from './pack-store.ts'

export interface ClassifyOptions {
  /** The day asked about; absent: the day of the build. */
  readonly asOf?: IsoDate | undefined
  /** YAML of a rule pack; absent: the one in force on the day asked about. */
  readonly packText?: string | undefined
  /**
   * `changes`: only what changed since the last run, where that can be told, and facts only where other ones can follow;
   * default. `full`: every parcel and fact.
   */
  readonly scope?: 'full' | 'changes' | undefined
  /**
   * Parcels of what readers see, to ask again in any case, such as one whose override was set; only with the pack and day of
   * the last run.
   */
  readonly asking?: readonly number[] | undefined
  /** ISO instant, given by the entry point. */
  readonly startedAt: string
  readonly onProgress?: ((fraction: number, step: Message) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

export interface ClassifySummary {
  readonly asOf: IsoDate
  readonly rulePack: RulePackName
  /** Since when the pack holds, and whether the day lies before that; null for a pack that was named. */
  readonly inForce: Omit<PackInForce, 'pack'> | null
  readonly scope: 'full' | 'changes'
  /** Parcels asked: all, or those that changed. */
  readonly asked: number
  readonly parcels: number
  /** Parcels per strategy. */
  readonly counts: Counts
  /** Always 0: a run that leaves a parcel without a strategy is not published. */
  readonly unclassified: number
  /** Strategies of the pack nobody can reach, as far as a small search tells. */
  readonly complaints: readonly PackComplaint[]
}

export interface RulePackName {
  readonly code: string
  readonly version: string
  readonly hash: string
  readonly title: Message
}

export const packName = ({ code, version, hash, title }: RulePack): RulePackName => ({
  code,
  version,
  hash,
  title,
})

/** What a run writes anew for every parcel; of the rest the build has told the planner. */
const written = ['fact', 'assessment', 'claim_conflict'] as const

/**
 * Facts and a strategy for every parcel of the last build, and then, last of all, readers see both.
 *
 * One transaction: a run that fails or is cancelled leaves what readers see untouched.
 * @throws Refusal `NOT_BUILT`, `UNCLASSIFIED` when a parcel would have none, and those of `loadPack`.
 */
export async function runClassify(base: Base, options: ClassifyOptions): Promise<ClassifySummary> {
  const named = options.packText === undefined ? null : loadPack(options.packText)
  if (named) mustBeAboutLand(named)
  if (options.asOf !== undefined && !isIsoDate(options.asOf)) throw badDay(options.asOf)
  // a pack that was named is checked before others are kept waiting
  const told = named && errorsOf(named)

  const summary = await base.transaction(async (tx) => {
    await waitForRuns(tx)
    const build = options.asking ? await standingAt(tx) : await requireLatest(tx)
    const asOf = options.asOf ?? build.asOf
    if (!named) await recordShipped(tx, options.startedAt)
    const inForce = named ? null : await packInForce(tx, asOf)
    const pack = named ?? inForce!.pack
    const complaints = told ?? errorsOf(pack)
    const changes =
      options.scope === 'full' ? null : await changesSince(tx, build, { pack, asOf, asking: options.asking })
    const keepFacts = !changes && options.scope !== 'full' && (await factsStand(tx, build, { pack, asOf }))
    const only = changes?.changed
    const scope: ClassifySummary['scope'] = changes ? 'changes' : 'full'
    const { startedAt } = options
    const run = { buildId: build.buildId, asOf, pack, startedAt, after: changes?.after ?? null }
    const runId = await startRun(tx, run)

    const total = parcelsOf(build) ?? (await countParcels(tx, build))
    const wanted = only?.length ?? total
    const concerned = changes ? [...changes.changed, ...changes.ended] : undefined
    const closed = await closeAssessments(tx, runId, concerned)
    if (!keepFacts) {
      await dropFacts(tx, concerned)
      await dropConflicts(tx, concerned)
    }
    const beforeChoosing = () =>
      reopenOverrides(tx, { asOf, pack, at: startedAt, ended: changes?.ended, only })
    const order = {
      runId,
      toRun: null,
      build,
      asOf,
      pack,
      only,
      wanted,
      factsStand: keepFacts,
      beforeChoosing,
    }
    const asked = await assessBuild(tx, order, options)
    const chosen = await countStrategies(tx, runId)
    const counts = changes ? addCounts(changes.counts, chosen, closed) : chosen
    const assessed = sumOf(counts)
    if (assessed !== total || asked !== wanted) throw unclassified(total - assessed)
    await publishRun(tx, { runId, buildId: build.buildId }, counts)
    options.onProgress?.(1, { zh: '完成', en: 'Done' })
    return {
      asOf,
      rulePack: packName(pack),
      inForce: inForce && { from: inForce.from, adoption: inForce.adoption, early: inForce.early },
      scope,
      asked,
      parcels: total,
      counts,
      unclassified: 0,
      complaints,
    }
  })
  if (summary.scope === 'full') await base.analyze(written)
  return summary
}

/** The last run again, for this parcel alone: after a person decided something about it. */
export async function assessAgain(base: Base, parcelId: number, at: string): Promise<void> {
  const { asOf, pack } = await currentRun(base.db)
  await runClassify(base, { asOf, packText: pack.yaml, asking: [parcelId], startedAt: at })
}

/** Yesterday's counts with what was chosen anew, without what was closed; strategies nobody has any more are left out. */
function addCounts(before: Counts, chosen: Counts, closed: Counts): Record<string, number> {
  const codes = new Set([...Object.keys(before), ...Object.keys(chosen)])
  const counts = [...codes]
    .toSorted()
    .map((code) => [code, (before[code] ?? 0) + (chosen[code] ?? 0) - (closed[code] ?? 0)] as const)
  return Object.fromEntries(counts.filter(([, parcels]) => parcels > 0))
}

export const unclassified = (count: number): Refusal =>
  new Refusal(
    'UNCLASSIFIED',
    {
      zh: `有 ${count} 宗地块没有得到策略,结果未发布。`,
      en: `${count} parcels got no strategy; nothing was published.`,
    },
    { zh: '请检查规则包,并重新建库后再试。', en: 'Check the rule pack, build again and retry.' },
  )

export const badDay = (text: string): Refusal =>
  new Refusal(
    'BAD_DATE',
    { zh: `“${text}”不是日历上的一天。`, en: `"${text}" is not a calendar day.` },
    { zh: '日期写作 2025-06-30。', en: 'Write a day as 2025-06-30.' },
  )
