import { sql, type Kysely, type RawBuilder, type Transaction } from 'kysely'
import type { Adoption } from '../contract.ts'
import { nextNumbers } from '../db/counter.ts'
import type { Database } from '../db/schema.ts'
import { Refusal, type Message } from '../refusal.ts'
import { errorsOf } from '../rule/check.ts'
import { landDictionary } from '../rule/dictionary.ts'
import { defaultPack, deliveredPacks, loadPack, type RulePack } from '../rule/pack.ts'
import type { RuleFile } from '../rule/rule-file.ts'
import type { IsoDate } from '../units.ts'
import { factNumbers } from './fact-number.ts'

/** The pack that holds on a day, and since when. */
export interface PackInForce {
  readonly pack: RulePack
  /** The day it holds from. */
  readonly from: IsoDate
  /** Who said so; null: nobody has said anything yet, the one that ships holds from its own day. */
  readonly adoption: Adoption | null
  /** The day asked about lies before any pack held, so the earliest answers. */
  readonly early: boolean
}

/** What rules are kept as: packs of strategies, or the tags and flags given beside them. */
export type RuleKind = 'strategies' | 'tags'

/**
 * The pack in force on a day, as known at a moment: of those said by then, the one with the latest first day not after
 * it; of two with the same first day the one said last. Before the first of them, the earliest.
 * @param knownAt ISO instant; absent: everything said so far.
 */
export async function packInForce(
  db: Kysely<Database>,
  asOf: IsoDate,
  knownAt?: string,
): Promise<PackInForce> {
  const row = await adoptionOn(db, { asOf, knownAt })
  if (!row) {
    const pack = defaultPack()
    return { pack, from: pack.validFrom, adoption: null, early: asOf < pack.validFrom }
  }
  const { yaml, ...adoption } = row
  return { pack: loadPack(yaml), from: adoption.from, adoption, early: asOf < adoption.from }
}

async function adoptionOn(
  db: Kysely<Database>,
  { asOf, knownAt }: { asOf: IsoDate; knownAt?: string | undefined },
): Promise<(Adoption & { yaml: string }) | undefined> {
  const { rows } = await sql<Adoption & { yaml: string }>`
    select a.valid_from as "from", a.by_person as "adoptedBy", a.reason, a.adopted_at as "adoptedAt", p.yaml
    from pack_adoption as a join rule_pack as p using (pack_hash)
    where ${knownAt === undefined ? sql`true` : knownBy(knownAt)}
    order by a.valid_from > ${asOf}::text::date,
             case when a.valid_from > ${asOf}::text::date then a.valid_from end,
             a.valid_from desc, a.adoption_id desc
    limit 1`.execute(db)
  return rows[0]
}

/** What was said by a moment; and the first thing said, which is that what ships holds: that was so before it was written. */
const knownBy = (knownAt: string): RawBuilder<boolean> => sql`(
  a.adopted_at <= ${knownAt}::text::timestamptz or a.adoption_id = (select min(adoption_id) from pack_adoption))`

/** Every adoption so far, in the order they were said, by the hash of the pack. */
export async function adoptionsByPack(db: Kysely<Database>): Promise<Map<string, Adoption[]>> {
  const rows = await db
    .selectFrom('pack_adoption')
    .select([
      'pack_hash as hash',
      'valid_from as from',
      'by_person as adoptedBy',
      'reason',
      'adopted_at as adoptedAt',
    ])
    .orderBy('adoption_id')
    .execute()
  const byPack = new Map<string, Adoption[]>()
  for (const { hash, ...adoption } of rows) byPack.set(hash, [...(byPack.get(hash) ?? []), adoption])
  return byPack
}

export interface AdoptionOrder {
  readonly pack: RulePack
  /** Holds from this day on. */
  readonly validFrom: IsoDate
  readonly by: string
  readonly reason: string
  /** ISO instant, given by the entry point. */
  readonly adoptedAt: string
}

/**
 * Puts a pack in force from a day on. Nothing said before is changed: until that day what held goes on holding.
 * @throws Refusal `RULE_PACK_OTHER_FACTS`, `RULE_PACK_UNSOUND` for a pack the checker has an error in,
 *   `ADOPTION_UNSIGNED` without a name or a reason.
 */
export async function putInForce(tx: Transaction<Database>, order: AdoptionOrder): Promise<void> {
  const [by, reason] = [order.by.trim(), order.reason.trim()]
  if (by === '' || reason === '') throw unsigned()
  mustBeAboutLand(order.pack)
  const [error] = errorsOf(order.pack)
  if (error) throw unsound(order.pack, error.text)
  const after = (await packInForce(tx, order.validFrom)).pack
  await recordAdoption(tx, { ...order, by, reason, after, scenarioId: null })
}

/** Writes down that a pack is in force from a day on; its number. @throws Refusal `RULE_PACK_OTHER_FACTS` */
export async function recordAdoption(
  tx: Transaction<Database>,
  adoption: AdoptionOrder & { readonly after: RulePack; readonly scenarioId: number | null },
): Promise<number> {
  mustBeAboutLand(adoption.pack)
  await recordShipped(tx, adoption.adoptedAt)
  await keepPack(tx, adoption.after, adoption.adoptedAt)
  await keepPack(tx, adoption.pack, adoption.adoptedAt)
  return insertAdoption(tx, adoption)
}

/**
 * Writes down that the pack that ships holds, where nothing was ever said: so that a later version of the product does
 * not change by itself what held.
 */
export async function recordShipped(tx: Transaction<Database>, at: string): Promise<void> {
  const said = await tx.selectFrom('pack_adoption').select('adoption_id').limit(1).executeTakeFirst()
  if (said) return
  const pack = defaultPack()
  await keepPack(tx, pack, at)
  const reason = '随产品交付 ships with the product'
  await insertAdoption(tx, {
    pack,
    after: null,
    validFrom: pack.validFrom,
    by: 'terrier',
    reason,
    scenarioId: null,
    adoptedAt: at,
  })
}

async function insertAdoption(
  tx: Transaction<Database>,
  adoption: AdoptionOrder & { readonly after: RulePack | null; readonly scenarioId: number | null },
): Promise<number> {
  const adoptionId = await nextNumbers(tx, 'adoption', 1)
  await tx
    .insertInto('pack_adoption')
    .values({
      adoption_id: adoptionId,
      pack_hash: adoption.pack.hash,
      after_hash: adoption.after?.hash ?? null,
      valid_from: adoption.validFrom,
      reason: adoption.reason,
      by_person: adoption.by,
      scenario_id: adoption.scenarioId,
      adopted_at: adoption.adoptedAt,
    })
    .execute()
  return adoptionId
}

/** Keeps a pack for ever, known by the hash of its text; twice is once. */
export const keepPack = (tx: Transaction<Database>, pack: RulePack, at: string): Promise<void> =>
  keepRules(tx, pack, 'strategies', at)

/** The same for any file of rules. */
export async function keepRules(
  tx: Transaction<Database>,
  { hash, code, version, title, yaml }: RuleFile,
  kind: RuleKind,
  at: string,
): Promise<void> {
  await tx
    .insertInto('rule_pack')
    .values({
      pack_hash: hash,
      code,
      version,
      title_zh: title.zh,
      title_en: title.en,
      yaml,
      added_at: at,
      kind,
    })
    .onConflict((conflict) => conflict.column('pack_hash').doNothing())
    .execute()
}

/** A kept pack, or one delivered with the product. @throws Refusal `PACK_UNKNOWN` */
export async function packByHash(db: Kysely<Database>, hash: string): Promise<RulePack> {
  const delivered = deliveredPacks().find(({ pack }) => pack.hash === hash)
  if (delivered) return delivered.pack
  const row = await db
    .selectFrom('rule_pack')
    .select('yaml')
    .where('pack_hash', '=', hash)
    .where('kind', '=', 'strategies')
    .executeTakeFirst()
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
    .where('p.kind', '=', 'strategies')
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

/**
 * @throws Refusal `RULE_PACK_OTHER_FACTS` for a pack that brings facts of its own: parcels do not have them;
 *   `RULE_PACK_INVALID` for one whose numbers facts cannot be worked out with.
 */
export function mustBeAboutLand(pack: RulePack): void {
  const { code, dictionary } = pack
  if (dictionary === landDictionary) {
    factNumbers(pack, pack.validFrom)
    return
  }
  throw new Refusal(
    'RULE_PACK_OTHER_FACTS',
    {
      zh: `规则包 ${code} 使用自带的事实,不能用于宗地分类。`,
      en: `The pack ${code} brings facts of its own; parcels do not have them.`,
    },
    {
      zh: '请用 terrier rules apply 在数据表上运行它。',
      en: 'Run it over a table with terrier rules apply.',
    },
    { file: code },
  )
}

const unsound = ({ code }: RulePack, { zh, en }: Message): Refusal =>
  new Refusal(
    'RULE_PACK_UNSOUND',
    {
      zh: `规则包 ${code} 有错,不能生效:${zh}`,
      en: `The pack ${code} has an error and cannot be adopted: ${en}`,
    },
    { zh: '请用 terrier rules check 查看全部问题。', en: 'See all of it with terrier rules check.' },
    { file: code },
  )

const unsigned = (): Refusal =>
  new Refusal(
    'ADOPTION_UNSIGNED',
    { zh: '规则包生效须注明批准人和理由。', en: 'A pack is adopted by someone, for a reason.' },
    { zh: '请填写两项。', en: 'Give both.' },
  )
