import type { Kysely, Transaction } from 'kysely'
import type { PackChanges, Scenario } from '../contract.ts'
import { nextNumbers } from '../db/counter.ts'
import { asJson } from '../db/json.ts'
import type { Database } from '../db/schema.ts'
import { Refusal } from '../refusal.ts'
import { muFromM2, type IsoDate } from '../units.ts'

export interface NewScenario {
  readonly name: string
  readonly by: string
  readonly note: string
  readonly packHash: string
  readonly wholePack: boolean
  readonly changes: PackChanges
  readonly asOf: IsoDate
  readonly runId: number
  readonly moved: { readonly parcels: number; readonly planarM2: number }
  readonly savedAt: string
}

/** Keeps a scenario; its number. The pack it is about must be kept already. */
export async function insertScenario(tx: Transaction<Database>, scenario: NewScenario): Promise<number> {
  const scenarioId = await nextNumbers(tx, 'scenario', 1)
  const { moved } = scenario
  await tx
    .insertInto('scenario')
    .values({
      scenario_id: scenarioId,
      name: scenario.name,
      by_person: scenario.by,
      note: scenario.note,
      pack_hash: scenario.packHash,
      whole_pack: scenario.wholePack,
      changes: asJson(scenario.changes),
      as_of: scenario.asOf,
      run_id: scenario.runId,
      moved: asJson({ parcels: moved.parcels, planarM2: moved.planarM2 }),
      saved_at: scenario.savedAt,
    })
    .execute()
  return scenarioId
}

/** Scenarios, the newest first. @param closed also those that were closed */
export async function listScenarios(db: Kysely<Database>, closed: boolean): Promise<Scenario[]> {
  const rows = await scenarios(db)
    .$if(!closed, (query) => query.where('s.closed_at', 'is', null))
    .orderBy('s.scenario_id', 'desc')
    .execute()
  return rows.map(toScenario)
}

/** @throws Refusal `SCENARIO_UNKNOWN` */
export async function readScenario(db: Kysely<Database>, scenarioId: number): Promise<Scenario> {
  const row = await scenarios(db).where('s.scenario_id', '=', scenarioId).executeTakeFirst()
  if (row) return toScenario(row)
  throw new Refusal(
    'SCENARIO_UNKNOWN',
    { zh: `没有编号为 ${scenarioId} 的方案。`, en: `There is no scenario ${scenarioId}.` },
    { zh: '全部方案见 terrier scenario list --all。', en: 'See terrier scenario list --all.' },
    { field: 'scenario' },
  )
}

/** Closes a scenario: it stays, but is no longer listed. @throws Refusal `SCENARIO_CLOSED` */
export async function closeScenario(
  tx: Transaction<Database>,
  scenarioId: number,
  { by, at }: { readonly by: string; readonly at: string },
): Promise<void> {
  const { closedAt, closedBy } = await readScenario(tx, scenarioId)
  if (closedAt !== null) {
    throw new Refusal(
      'SCENARIO_CLOSED',
      {
        zh: `方案 ${scenarioId} 已由 ${closedBy} 关闭。`,
        en: `Scenario ${scenarioId} was closed by ${closedBy}.`,
      },
      { zh: '无需再关闭。', en: 'There is nothing to close.' },
    )
  }
  await tx
    .updateTable('scenario')
    .set({ closed_at: at, closed_by: by })
    .where('scenario_id', '=', scenarioId)
    .execute()
}

const scenarios = (db: Kysely<Database>) =>
  db
    .selectFrom('scenario as s')
    .innerJoin('rule_pack as p', 'p.pack_hash', 's.pack_hash')
    .select((eb) => [
      's.scenario_id',
      's.name',
      's.by_person',
      's.note',
      's.pack_hash',
      's.whole_pack',
      's.changes',
      's.as_of',
      's.moved',
      's.saved_at',
      's.closed_at',
      's.closed_by',
      'p.code',
      'p.version',
      'p.title_zh',
      'p.title_en',
      eb
        .selectFrom('pack_adoption as a')
        .select('a.pack_hash')
        .whereRef('a.scenario_id', '=', 's.scenario_id')
        .orderBy('a.adoption_id', 'desc')
        .limit(1)
        .as('adopted_as'),
    ])
type Row = Awaited<ReturnType<ReturnType<typeof scenarios>['execute']>>[number]

function toScenario(row: Row): Scenario {
  const { code, version } = row
  return {
    scenarioId: row.scenario_id,
    name: row.name,
    by: row.by_person,
    note: row.note,
    base: { code, version, hash: row.pack_hash, title: { zh: row.title_zh, en: row.title_en } },
    set: row.changes.set ?? {},
    when: row.changes.when ?? {},
    wholePack: row.whole_pack,
    asOf: row.as_of,
    moved: { ...row.moved, mu: muFromM2(row.moved.planarM2) },
    savedAt: row.saved_at,
    closedAt: row.closed_at,
    closedBy: row.closed_by,
    adoptedAs: row.adopted_as,
  }
}
