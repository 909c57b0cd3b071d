import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Base } from '../db/open.ts'
import { loadRecords } from '../record/store.ts'
import type { Message } from '../refusal.ts'
import type { IsoDate } from '../units.ts'
import { writeAnswers } from './answer-store.ts'
import { markFailed, openBuild, requireNoneBetween, swapCurrent } from './build-store.ts'
import { makeCity, type City } from './city.ts'
import type { ParcelDraft } from './parcel-draft.ts'
import { loadRetired, loadStanding, takeParcelNumbers, writeParcels } from './parcel-store.ts'
import { countZones } from './registers.ts'
import { currentBuild, type BuildNotes } from './store.ts'
import { changesOf, keysOf, succeed } from './succession.ts'

/** What is asked of a build. Nothing in it reads the clock but to say how long it took. */
export interface BuildRequest {
  /** The day asked about. */
  readonly asOf: IsoDate
  /** Records known by then, ISO timestamp; default: `startedAt`. */
  readonly knownAt?: string | undefined
  readonly startedAt: string
  readonly onProgress?: ((fraction: number, step: Message) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** As `terrier build --json` prints it. Findings are counted without noise. */
export interface BuildSummary {
  readonly build: number
  readonly asOf: IsoDate
  readonly parcels: { readonly titled: number; readonly supplied: number; readonly remainder: number }
  readonly findings: Readonly<Record<string, number>>
  /** Largest gap between what was approved and where it is booked, over all districts, m² planar. */
  readonly closureM2: number
  readonly seconds: number
}

/**
 * Makes parcels, links, findings and the ledger of one day from the records, and publishes them at once: read,
 * overlay, cut into parcels, keep the books, link, find, number, write.
 *
 * The same records give the same answer, whatever order they came in. Readers see the last build until the very end; a
 * build that fails, does not close or is aborted publishes nothing.
 * @throws Refusal `LEDGER_OPEN`, `BUILD_OVERTAKEN`; the reason of `signal` when aborted
 */
export async function runBuild(base: Base, request: BuildRequest): Promise<BuildSummary> {
  const began = performance.now()
  const knownAt = request.knownAt ?? request.startedAt
  const buildId = await openBuild(base, { asOf: request.asOf, knownAt, startedAt: request.startedAt })
  try {
    await begin('read', request)
    const records = await loadRecords(base.db, { asOf: request.asOf, knownAt })
    const city = await makeCity(request.asOf, records, (step) => begin(step, request))
    const summary = await publish(base, buildId, began, request, city)
    return {
      build: buildId,
      asOf: request.asOf,
      ...summary,
      seconds: Math.round(performance.now() - began) / 1000,
    }
  } catch (error) {
    await markFailed(base, buildId)
    throw error
  }
}

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

async function publish(
  base: Base,
  buildId: number,
  began: number,
  request: BuildRequest,
  city: City,
): Promise<Omit<BuildSummary, 'build' | 'asOf' | 'seconds'>> {
  await begin('numbers', request)
  const before = await currentBuild(base.db)
  const succession = await succeed(city, await loadStanding(base.db), (box) => loadRetired(base.db, box))
  await begin('write', request)
  const summary = summarise(city)
  await base.transaction(async (tx) => {
    await requireNoneBetween(tx, before?.buildId ?? null)
    const unborn = city.parcels.filter((_, index) => succession.heir[index] === null)
    const numbers = await takeParcelNumbers(
      tx,
      unborn.map((parcel) => parcel.districtCode),
    )
    const parcels = keysOf(city, succession, numbers)
    const { asOf, startedAt } = request
    await writeParcels(tx, { buildId, asOf, recordedAt: startedAt }, changesOf(city, succession, parcels))
    await writeAnswers(tx, buildId, city, parcels)
    request.signal?.throwIfAborted()
    await swapCurrent(tx, buildId, {
      finishedAt: new Date(Date.parse(startedAt) + performance.now() - began).toISOString(),
      layers: countZones(city.registers),
      summary: notesOf(city, summary),
    })
  })
  await base.analyze()
  request.onProgress?.(...steps.done)
  return summary
}

function summarise({ parcels, findings, ledger }: City): Omit<BuildSummary, 'build' | 'asOf' | 'seconds'> {
  const count = (kind: ParcelDraft['kind']): number => parcels.filter((parcel) => parcel.kind === kind).length
  const byCode: Record<string, number> = {}
  for (const { code, noise } of findings) if (!noise) byCode[code] = (byCode[code] ?? 0) + 1
  const gaps = [...ledger.districts, ledger.total].map(({ closureM2 }) => Math.abs(closureM2))
  return {
    parcels: { titled: count('titled'), supplied: count('supplied'), remainder: count('remainder') },
    findings: byCode,
    closureM2: gaps.reduce((a, b) => Math.max(a, b), 0),
  }
}

function notesOf(city: City, summary: Omit<BuildSummary, 'build' | 'asOf' | 'seconds'>): BuildNotes {
  const records: Record<string, number> = {}
  for (const { kind } of city.registers.records) records[kind] = (records[kind] ?? 0) + 1
  const { districtCodes, districtNames } = city.faces
  return {
    ...summary,
    conservationErrorM2: city.faces.leastConserved?.errorM2 ?? 0,
    records,
    districts: Object.fromEntries(districtCodes.slice(1).map((code, i) => [code, districtNames[i + 1]!])),
  }
}
