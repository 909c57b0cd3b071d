import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Base } from '../db/open.ts'
import { fillNames } from '../record/name-store.ts'
import { loadRecords } from '../record/store.ts'
import type { Message } from '../refusal.ts'
import type { IsoDate } from '../units.ts'
import { writeAnswers } from './answer-store.ts'
import { markFailed, finishBuild, openBuild, requireNoneBetween, type OpenedBuild } from './build-store.ts'
import { makeChange } from './change.ts'
import { changeSince, recordsIn } from './change-store.ts'
import { BUILD_RULES, type City } from './city.ts'
import { knownAfter, notesAfter, notesOf } from './notes-store.ts'
import { continueNumbers, lookUpNumbers } from './numbering.ts'
import { takeParcelNumbers, writeParcels } from './parcel-store.ts'
import { makeWholeCity } from './whole-city.ts'

/** What is asked of a build. Nothing in it reads the clock but to say how long it took. */
export interface BuildRequest {
  /** The day asked about. */
  readonly asOf: IsoDate
  /** Records known by then, ISO timestamp; default: `startedAt`. */
  readonly knownAt?: string | undefined
  readonly startedAt: string
  /**
   * `changes`: where the day is that of the last build, only what changed since is built again; default. `full`: everything.
   * Both come to the same, see server/build/neighbourhood.ts.
   */
  readonly scope?: 'full' | 'changes' | undefined
  readonly onProgress?: ((fraction: number, step: Message) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** As `terrier build --json` prints it. Findings are counted without noise. */
export interface BuildSummary {
  /** Negative for a look-back. */
  readonly build: number
  readonly asOf: IsoDate
  /** Made for an earlier day than that of the last build; readers go on seeing what they saw, and can ask for this day. */
  readonly lookBack: boolean
  /** Whether everything was built, or only what a few changed records can have touched. */
  readonly scope: 'full' | 'changes'
  readonly parcels: { readonly titled: number; readonly supplied: number; readonly remainder: number }
  readonly findings: Readonly<Record<string, number>>
  /** Largest gap between what was approved and where it is booked, over all districts, m² planar. */
  readonly closureM2: number
  readonly seconds: number
  /** Links, findings and pieces of the ledger written anew and closed. */
  readonly written: { readonly opened: number; readonly closed: number }
}

/**
 * Makes parcels, links, findings and the ledger of one day from the records: read, overlay, cut into parcels, keep the
 * books, link, find, number, write.
 *
 * The same records give the same answer, whatever order they came in. A build that fails, does not close or is aborted
 * leaves nothing. Readers go on seeing what they saw until its parcels have strategies: `runClassify`, or both at once,
 * server/strategy/build-and-classify.ts.
 * @throws Refusal `LEDGER_OPEN`, `BUILD_OVERTAKEN`; the reason of `signal` when aborted
 */
export async function runBuild(base: Base, request: BuildRequest): Promise<BuildSummary> {
  const began = performance.now()
  const opened = await openBuild(base, request)
  const { buildId } = opened
  try {
    await begin('read', request)
    const change = request.scope === 'full' ? null : await changedCity(base, opened, request)
    const made = change ?? (await wholeCity(base, request))
    const summary = await write(base, opened, began, request, made)
    return {
      build: buildId,
      asOf: request.asOf,
      lookBack: buildId < 0,
      scope: made.owned === null ? 'full' : 'changes',
      ...summary,
      seconds: Math.round(performance.now() - began) / 1000,
    }
  } catch (error) {
    await markFailed(base, buildId)
    throw error
  }
}

/** A city to be written, and the records whose rows it speaks for; null: every row. */
interface Made {
  readonly city: City
  readonly owned: readonly number[] | null
}

async function wholeCity(base: Base, request: BuildRequest): Promise<Made> {
  const { asOf, startedAt, knownAt = startedAt } = request
  await base.transaction((tx) => fillNames(tx))
  const records = await loadRecords(base.db, { asOf, knownAt })
  const city = await makeWholeCity(asOf, records, {
    begin: (step) => begin(step, request),
    onSection: (share) => request.onProgress?.(0.12 + 0.56 * share, sections),
    signal: request.signal,
  })
  return { city, owned: null }
}

/** A neighbourhood of more records than this, or than a quarter of the base, is built with everything else. */
const LARGEST_CHANGE = 20_000

/** Null where everything has to be built: another day, no build to go on from, other rules, or a change too large. */
async function changedCity(
  base: Base,
  { buildId, current, seen }: OpenedBuild,
  { asOf, startedAt, knownAt = startedAt }: BuildRequest,
): Promise<Made | null> {
  if (buildId < 0 || current === null || current.asOf !== asOf) return null
  if (current.summary.rules !== BUILD_RULES) return null
  const day = { asOf, knownAt }
  const change = await changeSince(base.db, current, seen, day)
  const known = change && knownAfter(current, change)
  if (!known) return null
  const total = Object.values(known.records).reduce((sum, n) => sum + n, 0)
  const limit = Math.min(LARGEST_CHANGE, Math.max(1_000, total / 4))
  return makeChange(asOf, change, recordsIn(base.db, day), known, limit)
}

/** A large city is overlaid, cut, booked, linked and looked through section by section. */
const sections: Message = { zh: '分片构建', en: 'Building section by section' }

const steps = {
  read: [0, { zh: '读取档案', en: 'Reading records' }],
  overlay: [
    0.12,
    { zh: '叠加报批、供应、登记和行政区', en: 'Overlaying approvals, supplies, registrations and districts' },
  ],
  parcels: [0.3, { zh: '划分地块', en: 'Cutting parcels' }],
  ledger: [0.38, { zh: '登记台账', en: 'Keeping the ledger' }],
  links: [0.48, { zh: '关联档案', en: 'Linking records' }],
  findings: [0.56, { zh: '查找问题', en: 'Looking for problems' }],
  numbers: [0.68, { zh: '承接地块编号', en: 'Keeping parcel numbers' }],
  write: [0.75, { zh: '写入成果', en: 'Writing the result' }],
  done: [1, { zh: '完成', en: 'Done' }],
} as const satisfies Record<string, readonly [number, Message]>

/** Tells the next step, and lets others have their turn: each step holds the thread for seconds in a large city. */
async function begin(step: keyof typeof steps, { onProgress, signal }: BuildRequest): Promise<void> {
  signal?.throwIfAborted()
  const [fraction, text] = steps[step]
  onProgress?.(fraction, text)
  await nextTurn()
  signal?.throwIfAborted()
}

async function write(
  base: Base,
  { buildId, current }: OpenedBuild,
  began: number,
  request: BuildRequest,
  { city, owned }: Made,
): Promise<Omit<BuildSummary, 'build' | 'asOf' | 'lookBack' | 'scope' | 'seconds'>> {
  await begin('numbers', request)
  const isLookBack = buildId < 0
  const { asOf, startedAt, knownAt = startedAt } = request
  const numbered = isLookBack
    ? await lookUpNumbers(base.db, city, { asOf, knownAt })
    : await continueNumbers(base.db, city, owned)
  await begin('write', request)
  const { written, notes } = await base.transaction(async (tx) => {
    if (!isLookBack) await requireNoneBetween(tx, current?.buildId ?? null)
    const keys = numbered.keys(await takeParcelNumbers(tx, numbered.unborn))
    await writeParcels(tx, { buildId, asOf, recordedAt: startedAt }, numbered.changes(keys))
    const previous = isLookBack ? null : (current?.buildId ?? null)
    const written = await writeAnswers(tx, { buildId, previous, owned }, city, keys)
    const notes = owned === null ? notesOf(city) : await notesAfter(tx, buildId, current!, city)
    request.signal?.throwIfAborted()
    await finishBuild(tx, buildId, {
      finishedAt: new Date(Date.parse(startedAt) + performance.now() - began).toISOString(),
      layers: city.registers.known.layers,
      scope: owned === null ? 'full' : 'changes',
      summary: notes,
    })
    return { written, notes }
  })
  if (owned === null) await base.analyze()
  request.onProgress?.(...steps.done)
  const { parcels, findings, closureM2 } = notes
  return { parcels, findings, closureM2, written }
}
