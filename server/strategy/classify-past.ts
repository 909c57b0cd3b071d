import type { Base } from '../db/open.ts'
import { readLatest, standingToClassify, type Moment, type Question } from '../parcel/standing-store.ts'
import { isIsoDate, type IsoDate } from '../units.ts'
import { errorsOf, type PackComplaint } from '../rule/check.ts'
import { loadPack } from '../rule/pack.ts'
import { assessBuild, parcelsOf } from './assess-build.ts'
import { badDay, packName, unclassified, type ClassifyOptions, type RulePackName } from './classify.ts'
import { countParcels, countStrategies, finishRun, startRun, type Counts } from './run-store.ts'
import { mustBeAboutLand } from './pack-store.ts'
import { assessmentsOf, digestOf, keptRun, packThen, setFactsApart, type Assessed } from './past-store.ts'

/**
 * A classification as it was on a day, as known by a moment. Nothing in it tells when it was asked for: the same question
 * gives the same bytes, however often and after whatever came in since.
 */
export interface PastClassification {
  readonly asOf: IsoDate
  /** What the build that answers knew. */
  readonly knownAt: string
  readonly rulePack: RulePackName
  /** The day lies before the pack was meant to hold: there was no earlier one. */
  readonly early: boolean
  readonly parcels: number
  readonly counts: Counts
  readonly unclassified: number
  readonly complaints: readonly PackComplaint[]
  /** sha256 over every parcel with its strategy, runners-up, flags and tags, in the order of their numbers. */
  readonly digest: string
  /** The same parcel by parcel, where it was asked for. */
  readonly assessments?: readonly Assessed[]
}

/**
 * Whether a question is about what was: an earlier day than that of the last build, or what was known by some moment. Anything else is
 * a run that readers are to see.
 */
export async function isPast({ db }: Pick<Base, 'db'>, { asOf, knownAt }: Question): Promise<boolean> {
  if (knownAt !== undefined) return true
  if (asOf === undefined || !isIsoDate(asOf)) return false
  const current = await readLatest(db)
  return current !== null && asOf < current.asOf
}

/**
 * Facts and strategies of a past day, from the build that answers for it, the records it knew and the pack then in force.
 * What readers see stays as it is. Kept beside it: asked again it is read, and every read of that day shows it.
 * @param moment the day and what was known by then, or the build itself (a look-back just made)
 * @throws as `standingToClassify`; Refusal `UNCLASSIFIED`, and those of `loadPack`
 */
export async function classifyPast(
  base: Base,
  moment: Moment,
  {
    packText,
    startedAt,
    withParcels = false,
    onProgress,
    signal,
  }: Omit<ClassifyOptions, 'asOf' | 'scope'> & { readonly withParcels?: boolean },
): Promise<PastClassification> {
  if (moment.asOf !== undefined && !isIsoDate(moment.asOf)) throw badDay(moment.asOf)
  return base.transaction(async (tx) => {
    const build = await standingToClassify(tx, moment)
    const asOf = moment.asOf ?? build.asOf
    const pack =
      packText === undefined
        ? await packThen(tx, { runId: build.runId, asOf, knownAt: build.knownAt })
        : loadPack(packText)
    mustBeAboutLand(pack)
    const complaints = errorsOf(pack)
    let runId = await keptRun(tx, { buildId: build.buildId, runId: build.runId, asOf, packHash: pack.hash })
    if (runId === null) {
      const run = { buildId: build.buildId, asOf, pack, startedAt, after: null, beside: true }
      runId = await startRun(tx, run)
      const wanted = parcelsOf(build) ?? (await countParcels(tx, build))
      await setFactsApart(tx)
      const order = { runId, toRun: runId + 1, build, asOf, pack, wanted }
      const asked = await assessBuild(tx, order, { onProgress, signal })
      const counts = await countStrategies(tx, runId)
      const assessed = Object.values(counts).reduce((sum, n) => sum + n, 0)
      if (assessed !== wanted || asked !== wanted) throw unclassified(wanted - assessed)
      await finishRun(tx, runId, counts)
    }
    onProgress?.(1, { zh: '完成', en: 'Done' })
    const { digest, counts, parcels } = await digestOf(tx, runId)
    return {
      asOf,
      knownAt: build.knownAt,
      rulePack: packName(pack),
      early: asOf < pack.validFrom,
      parcels,
      counts,
      unclassified: 0,
      complaints,
      digest,
      ...(withParcels ? { assessments: await assessmentsOf(tx, runId) } : {}),
    }
  })
}
