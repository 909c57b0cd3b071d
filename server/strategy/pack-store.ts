import { sql, type Kysely, type Transaction } from 'kysely'
import { nextNumbers } from '../db/counter.ts'
import type { Database } from '../db/schema.ts'
import { Refusal } from '../refusal.ts'
import { defaultPack, loadPack, type RulePack } from '../rule/pack.ts'
import type { IsoDate } from '../units.ts'

/** Keeps a pack for ever, known by the hash of its text; twice is once. */
export async function keepPack(tx: Transaction<Database>, pack: RulePack, addedAt: string): Promise<void> {
  await tx
    .insertInto('rule_pack')
    .values({
      pack_hash: pack.hash,
      code: pack.code,
      version: pack.version,
      title_zh: pack.title.zh,
      title_en: pack.title.en,
      yaml: pack.yaml,
      added_at: addedAt,
    })
    .onConflict((conflict) => conflict.column('pack_hash').doNothing())
    .execute()
}

/** A kept pack, or the one that ships. @throws Refusal `PACK_UNKNOWN` */
export async function packByHash(db: Kysely<Database>, hash: string): Promise<RulePack> {
  if (hash === defaultPack().hash) return defaultPack()
  const row = await db.selectFrom('rule_pack').select('yaml').where('pack_hash', '=', hash).executeTakeFirst()
  if (row) return loadPack(row.yaml)
  throw new Refusal(
    'PACK_UNKNOWN',
    {
      zh: `没有保存摘要为 ${hash.slice(0, 12)} 的规则包。`,
      en: `No rule pack ${hash.slice(0, 12)} is kept.`,
    },
    { zh: '可用的规则包见 /api/rules/packs。', en: 'See /api/rules/packs for what there is.' },
    { field: 'base' },
  )
}

/** The pack in force on a day: the one adopted last for a day not after it, or the one that ships. */
export async function packInForce(db: Kysely<Database>, asOf: IsoDate): Promise<RulePack> {
  const row = await db
    .selectFrom('pack_adoption')
    .innerJoin('rule_pack', 'rule_pack.pack_hash', 'pack_adoption.pack_hash')
    .select('rule_pack.yaml')
    .where(sql<boolean>`pack_adoption.valid_from <= ${asOf}::date`)
    .orderBy('pack_adoption.valid_from', 'desc')
    .orderBy('pack_adoption.adoption_id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ? loadPack(row.yaml) : defaultPack()
}

export interface KeptPack {
  readonly hash: string
  readonly code: string
  readonly version: string
  readonly title: { readonly zh: string; readonly en: string }
  readonly yaml: string
  readonly addedAt: string
  /** Why it was adopted; null: it never was. */
  readonly reason: string | null
}

/** Every pack a classification used or somebody adopted, the newest first. */
export async function keptPacks(db: Kysely<Database>): Promise<KeptPack[]> {
  const rows = await db
    .selectFrom('rule_pack as p')
    .select((eb) => [
      'p.pack_hash',
      'p.code',
      'p.version',
      'p.title_zh',
      'p.title_en',
      'p.yaml',
      'p.added_at',
      eb
        .selectFrom('pack_adoption as a')
        .select('a.reason')
        .whereRef('a.pack_hash', '=', 'p.pack_hash')
        .orderBy('a.adoption_id', 'desc')
        .limit(1)
        .as('reason'),
    ])
    .orderBy('p.added_at', 'desc')
    .orderBy('p.pack_hash')
    .execute()
  return rows.map((row) => ({
    hash: row.pack_hash,
    code: row.code,
    version: row.version,
    title: { zh: row.title_zh, en: row.title_en },
    yaml: row.yaml,
    addedAt: row.added_at,
    reason: row.reason,
  }))
}

/** Writes down that a pack is in force from a day on; its number. */
export async function recordAdoption(
  tx: Transaction<Database>,
  adoption: {
    readonly pack: RulePack
    readonly after: RulePack
    readonly validFrom: IsoDate
    readonly reason: string
    readonly by: string
    readonly scenarioId: number | null
    readonly adoptedAt: string
  },
): Promise<number> {
  await keepPack(tx, adoption.after, adoption.adoptedAt)
  await keepPack(tx, adoption.pack, adoption.adoptedAt)
  const adoptionId = await nextNumbers(tx, 'adoption', 1)
  await tx
    .insertInto('pack_adoption')
    .values({
      adoption_id: adoptionId,
      pack_hash: adoption.pack.hash,
      after_hash: adoption.after.hash,
      valid_from: adoption.validFrom,
      reason: adoption.reason,
      by_person: adoption.by,
      scenario_id: adoption.scenarioId,
      adopted_at: adoption.adoptedAt,
    })
    .execute()
  return adoptionId
}
