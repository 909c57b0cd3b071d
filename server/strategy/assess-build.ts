import type { Transaction } from 'kysely'
import type { Database } from '../db/schema.ts'
import type { Standing } from '../parcel/standing-store.ts'
import type { Message } from '../refusal.ts'
import type { RulePack } from '../rule/pack.ts'
import type { IsoDate } from '../units.ts'
import { readChoices } from './choice-store.ts'
import { writeConflicts } from './conflict-store.ts'
import { factTaker, type FactTaker } from './fact-pool.ts'
import { countFacts, writeFacts } from './fact-store.ts'
import type { FactsTaken } from './fact-work.ts'
import { parcelPages, readRun } from './input-store.ts'
import { factNumbers } from './fact-number.ts'
import type { PageText } from './input-text.ts'
import { assess, type Counts } from './run-store.ts'

/** What a run goes through, and under which number. */
export interface RunOrder {
  readonly runId: number
  /** The run in which its strategies stand no more; null: they stand. */
  readonly toRun: number | null
  readonly build: Standing
  readonly asOf: IsoDate
  readonly pack: RulePack
  /** Parcels to ask; absent: all. */
  readonly only?: readonly number[] | undefined
  /** How many that are. */
  readonly wanted: number
  /** The facts that stand are those of this build and day: they are not taken again. */
  readonly factsStand?: boolean | undefined
  /** Once the facts are there and before strategies are chosen. */
  readonly beforeChoosing?: (() => Promise<unknown>) | undefined
}

/**
 * Facts, tags and strategies of the parcels of a build, written under the number of a run; how many parcels were asked.
 * Facts go into the table `fact` of the transaction, which for a past day is one of its own.
 */
export async function assessBuild(
  tx: Transaction<Database>,
  order: RunOrder,
  options: Watched,
): Promise<number> {
  const asked = order.factsStand ? await countFacts(tx) : await takeFacts(tx, order, options)
  options.signal?.throwIfAborted()
  options.onProgress?.(0.9, { zh: '判定策略', en: 'Choosing strategies' })
  await order.beforeChoosing?.()
  await assess(tx, order)
  return asked
}

interface Watched {
  readonly onProgress?: ((fraction: number, step: Message) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** Takes the facts of the parcels of a build and writes them; of how many. */
async function takeFacts(
  tx: Transaction<Database>,
  { runId, toRun, build, asOf, pack, only, wanted }: RunOrder,
  options: Watched,
): Promise<number> {
  const report = options.onProgress ?? (() => undefined)
  report(0, { zh: '读取问题和图层', en: 'Reading findings and layers' })
  const read = await readRun(tx, build, only)
  // what readers see rests on every choice so far; a past day on those known of it
  const choices = await readChoices(tx, { knownBy: toRun === null ? undefined : build.knownAt, only })
  let asked = 0
  const taker = factTaker(
    {
      runId,
      run: { ...read, choices, asOf, numbers: factNumbers(pack, asOf) },
      withConflicts: toRun === null,
    },
    wanted,
  )
  try {
    for await (const page of takeAll(parcelPages(tx, build, only), taker)) {
      options.signal?.throwIfAborted()
      await writeFacts(tx, page.rows)
      await writeConflicts(tx, page.conflicts)
      asked += page.count
      report(0.9 * (asked / Math.max(1, wanted)), {
        zh: `汇集事实 ${asked} 宗`,
        en: `Facts of ${asked} parcels`,
      })
    }
  } finally {
    await taker.close()
  }
  return asked
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

/** How many parcels a build says it has; undefined where it does not say. */
export function parcelsOf({ summary }: Standing): number | undefined {
  return summary.parcels && sumOf(summary.parcels)
}

export const sumOf = (counts: Counts): number => Object.values(counts).reduce((sum, n) => sum + n, 0)
