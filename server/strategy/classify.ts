import type { Base } from '../db/open.ts'
import { standingAt, type Standing } from '../parcel/standing-store.ts'
import { Refusal, type Message } from '../refusal.ts'
import { checkPack, type PackComplaint } from '../rule/check.ts'
import { defaultPack, loadPack, type RulePack } from '../rule/pack.ts'
import { isIsoDate, type IsoDate } from '../units.ts'
import { changesSince } from './change-store.ts'
import { factTaker, type FactTaker } from './fact-pool.ts'
import { dropFacts, writeFacts } from './fact-store.ts'
import type { FactsTaken } from './fact-work.ts'
import { parcelPages, readRun } from './input-store.ts'
import { minimumSupply, type PageText } from './input-text.ts'
import {
  assess,
  closeAssessments,
  countParcels,
  countStrategies,
  publishRun,
  startRun,
  TagSets,
  type Counts,
} from './run-store.ts'

export interface ClassifyOptions {
  /** The day asked about; absent: the day of the build. */
  readonly asOf?: IsoDate | undefined
  /** YAML of a rule pack; absent: the one that ships with the product. */
  readonly packText?: string | undefined
  /**
   * `changes`: only what changed since the last run, where that can be told; default. `full`: every parcel, as after a new
   * version of the program.
   */
  readonly scope?: 'full' | 'changes' | undefined
  /** ISO instant, given by the entry point. */
  readonly startedAt: string
  readonly onProgress?: ((fraction: number, step: Message) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

export interface ClassifySummary {
  readonly asOf: IsoDate
  readonly rulePack: RulePackName
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

/**
 * Facts and a strategy for every parcel of the current build, and then, last of all, readers see them.
 *
 * One transaction: a run that fails or is cancelled leaves what readers see untouched.
 * @throws Refusal `NOT_BUILT`, `UNCLASSIFIED` when a parcel would have none, and those of `loadPack`.
 */
export async function runClassify(base: Base, options: ClassifyOptions): Promise<ClassifySummary> {
  const pack = options.packText === undefined ? defaultPack() : loadPack(options.packText)
  if (options.asOf !== undefined && !isIsoDate(options.asOf)) throw badDay(options.asOf)
  const report = options.onProgress ?? (() => undefined)

  const complaints = checkPack(pack).complaints.filter(({ severity }) => severity === 'error')
  const summary = await base.transaction(async (tx) => {
    const build = await standingAt(tx)
    const asOf = options.asOf ?? build.asOf
    const changes = options.scope === 'full' ? null : await changesSince(tx, build, { pack, asOf })
    const only = changes?.changed
    const scope: ClassifySummary['scope'] = changes ? 'changes' : 'full'
    const { startedAt } = options
    const run = { buildId: build.buildId, asOf, pack, startedAt, after: changes?.after ?? null }
    const runId = await startRun(tx, run)

    report(0, { zh: '读取问题和图层', en: 'Reading findings and layers' })
    const read = await readRun(tx, build, only)
    const total = parcelsOf(build) ?? (await countParcels(tx, build))
    const wanted = only?.length ?? total
    const concerned = changes ? [...changes.changed, ...changes.ended] : undefined
    const closed = await closeAssessments(tx, runId, concerned)
    await dropFacts(tx, concerned)
    const tags = new TagSets()
    let asked = 0
    const taker = factTaker({ runId, run: { ...read, asOf, minSupplyM2: minimumSupply(pack) } }, wanted)
    try {
      for await (const page of takeAll(parcelPages(tx, build, only), taker)) {
        options.signal?.throwIfAborted()
        await writeFacts(tx, page.rows)
        page.parcelIds.forEach((parcelId, i) => tags.add(parcelId, page.tags[i]!))
        asked += page.count
        report(0.9 * (asked / Math.max(1, wanted)), {
          zh: `汇集事实 ${asked} 宗`,
          en: `Facts of ${asked} parcels`,
        })
      }
    } finally {
      await taker.close()
    }

    options.signal?.throwIfAborted()
    report(0.9, { zh: '判定策略', en: 'Choosing strategies' })
    await assess(tx, { runId, buildId: build.buildId, pack, tags, only })
    const chosen = await countStrategies(tx, runId)
    const counts = changes ? addCounts(changes.counts, chosen, closed) : chosen
    const assessed = sumOf(counts)
    if (assessed !== total || asked !== wanted) throw unclassified(total - assessed)
    await publishRun(tx, runId, counts)
    report(1, { zh: '完成', en: 'Done' })
    return {
      asOf,
      rulePack: packName(pack),
      scope,
      asked,
      parcels: total,
      counts,
      unclassified: 0,
      complaints,
    }
  })
  if (summary.scope === 'full') await base.analyze()
  return summary
}

/** How many parcels a build says it has; undefined where it does not say. */
function parcelsOf({ summary }: Standing): number | undefined {
  return summary.parcels && sumOf(summary.parcels)
}

const sumOf = (counts: Counts): number => Object.values(counts).reduce((sum, n) => sum + n, 0)

/** Yesterday's counts with what was chosen anew, without what was closed; strategies nobody has any more are left out. */
function addCounts(before: Counts, chosen: Counts, closed: Counts): Record<string, number> {
  const codes = new Set([...Object.keys(before), ...Object.keys(chosen)])
  const counts = [...codes]
    .toSorted()
    .map((code) => [code, (before[code] ?? 0) + (chosen[code] ?? 0) - (closed[code] ?? 0)] as const)
  return Object.fromEntries(counts.filter(([, parcels]) => parcels > 0))
}

/** Pages of parcels with their facts taken, in their order; a few are under way while the next is read. */
async function* takeAll(pages: AsyncIterable<PageText>, taker: FactTaker): AsyncGenerator<FactsTaken> {
  const underWay: Promise<FactsTaken>[] = []
  for await (const page of pages) {
    underWay.push(taker.take(page))
    if (underWay.length > taker.ahead) yield await underWay.shift()!
  }
  for (const taken of underWay) yield await taken
}

const unclassified = (count: number): Refusal =>
  new Refusal(
    'UNCLASSIFIED',
    {
      zh: `有 ${count} 宗地块没有得到策略,结果未发布。`,
      en: `${count} parcels got no strategy; nothing was published.`,
    },
    { zh: '请检查规则包,并重新建库后再试。', en: 'Check the rule pack, build again and retry.' },
  )

const badDay = (text: string): Refusal =>
  new Refusal(
    'BAD_DATE',
    { zh: `“${text}”不是日历上的一天。`, en: `"${text}" is not a calendar day.` },
    { zh: '日期写作 2025-06-30。', en: 'Write a day as 2025-06-30.' },
  )
