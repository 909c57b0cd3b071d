import type { Transaction } from 'kysely'
import { nextNumbers } from '../db/counter.ts'
import { asJson } from '../db/json.ts'
import type { Base } from '../db/open.ts'
import type { Database } from '../db/schema.ts'
import { Refusal } from '../refusal.ts'
import type { IsoDate } from '../units.ts'
import { readLatest, type BuildNotes, type Standing } from './standing-store.ts'

/** A build that has begun. */
export interface OpenedBuild {
  /** Negative for a look-back. */
  readonly buildId: number
  /** The last build when it began, which it goes on from. */
  readonly current: Standing | null
  /** Deliveries it reads: those that stood by the moment it goes by. */
  readonly seen: readonly number[]
}

/**
 * The row of a build that has begun; takes its number. A build for an earlier day than the last one, or made on purpose of
 * earlier knowledge, is a look-back: its number is negative, and readers go on seeing what they see.
 * @param given.knownAt as asked for; absent: all that is known when the build starts
 */
export async function openBuild(
  base: Base,
  { asOf, knownAt, startedAt }: { asOf: IsoDate; knownAt?: string | undefined; startedAt: string },
): Promise<OpenedBuild> {
  return base.transaction(async (tx) => {
    const current = await readLatest(tx)
    const isLookBack =
      current !== null &&
      (asOf < current.asOf || (knownAt !== undefined && Date.parse(knownAt) < Date.parse(current.knownAt)))
    const seen = await deliveriesStanding(tx, knownAt ?? startedAt)
    const number = await nextNumbers(tx, 'build', 1)
    const buildId = isLookBack ? -number : number
    await tx
      .insertInto('build')
      .values({
        build_id: buildId,
        as_of: asOf,
        known_at: knownAt ?? startedAt,
        started_at: startedAt,
        state: 'running',
        after_build: isLookBack ? null : (current?.buildId ?? null),
        seen: [...seen],
      })
      .execute()
    return { buildId, current, seen }
  })
}

/**
 * Noted before the records are read: a delivery that arrives in between may be read without being noted, and is then
 * looked at once more by the next build; the other way round it would be overlooked. So would one be that carries a later
 * moment than this build goes by, its clock ahead or this build begun just before: it is not read, and not noted either.
 */
async function deliveriesStanding(tx: Transaction<Database>, knownAt: string): Promise<number[]> {
  const rows = await tx
    .selectFrom('delivery')
    .select('delivery_id')
    .where('received_at', '<=', knownAt)
    .where((eb) => eb.or([eb('undone_at', 'is', null), eb('undone_at', '>', knownAt)]))
    .orderBy('delivery_id')
    .execute()
  return rows.map((row) => row.delivery_id)
}

/** Unless it was complete already: what fails after that does not take it back. */
export async function markFailed(base: Base, buildId: number): Promise<void> {
  await base.db
    .updateTable('build')
    .set({ state: 'failed' })
    .where('build_id', '=', buildId)
    .where('state', '=', 'running')
    .execute()
}

/** Two builds at once would both give out what follows from the same past; the later one to finish gives way. */
export async function requireNoneBetween(tx: Transaction<Database>, expected: number | null): Promise<void> {
  const { latest_build: latest } = await tx
    .selectFrom('base')
    .select('latest_build')
    .forUpdate()
    .executeTakeFirstOrThrow()
  if (latest === expected) return
  throw new Refusal(
    'BUILD_OVERTAKEN',
    { zh: '另一次构建先完成了。', en: 'Another build finished first.' },
    { zh: '请再运行一次。', en: 'Run it again.' },
  )
}

/** Completes a build; unless it is a look-back, the next one goes on from it. Readers see it with its strategies: `publishRun`. */
export async function finishBuild(
  tx: Transaction<Database>,
  buildId: number,
  {
    finishedAt,
    layers,
    scope,
    summary,
  }: {
    finishedAt: string
    layers: Readonly<Record<string, number>>
    scope: 'full' | 'changes'
    summary: BuildNotes
  },
): Promise<void> {
  await tx
    .updateTable('build')
    .set({
      state: 'complete',
      finished_at: finishedAt,
      layers: asJson(layers),
      scope,
      summary: asJson(summary),
    })
    .where('build_id', '=', buildId)
    .execute()
  if (buildId > 0) await tx.updateTable('base').set({ latest_build: buildId }).execute()
}
