import type { Transaction } from 'kysely'
import { nextNumbers } from '../db/counter.ts'
import { asJson } from '../db/json.ts'
import type { Base } from '../db/open.ts'
import type { Database } from '../db/schema.ts'
import { Refusal } from '../refusal.ts'
import type { IsoDate } from '../units.ts'
import type { BuildNotes } from './store.ts'

/** The row of a build that has begun; takes its number. */
export async function openBuild(
  base: Base,
  { asOf, knownAt, startedAt }: { asOf: IsoDate; knownAt: string; startedAt: string },
): Promise<number> {
  return base.transaction(async (tx) => {
    const buildId = await nextNumbers(tx, 'build', 1)
    await tx
      .insertInto('build')
      .values({ build_id: buildId, as_of: asOf, known_at: knownAt, started_at: startedAt, state: 'running' })
      .execute()
    return buildId
  })
}

/** Unless it was published already: what fails after that does not take it back. */
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
  const { current_build: current } = await tx
    .selectFrom('base')
    .select('current_build')
    .forUpdate()
    .executeTakeFirstOrThrow()
  if (current === expected) return
  throw new Refusal(
    'BUILD_OVERTAKEN',
    { zh: '另一次构建先完成了。', en: 'Another build finished first.' },
    { zh: '请再运行一次。', en: 'Run it again.' },
  )
}

/** Makes a build the one readers see, last of all, and drops what only the older ones could explain. */
export async function swapCurrent(
  tx: Transaction<Database>,
  buildId: number,
  {
    finishedAt,
    layers,
    summary,
  }: { finishedAt: string; layers: Readonly<Record<string, number>>; summary: BuildNotes },
): Promise<void> {
  await tx
    .updateTable('build')
    .set({ state: 'complete', finished_at: finishedAt, layers: asJson(layers), summary: asJson(summary) })
    .where('build_id', '=', buildId)
    .execute()
  await tx.updateTable('base').set({ current_build: buildId }).execute()
  for (const table of ['parcel_record', 'finding', 'ledger_piece'] as const) {
    await tx.deleteFrom(table).where('build_id', '<', buildId).execute()
  }
}
