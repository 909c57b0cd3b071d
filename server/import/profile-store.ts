import { createHash } from 'node:crypto'
import { sql, type Kysely, type Selectable } from 'kysely'
import type { SourceProfile } from '../contract.ts'
import { nextNumbers } from '../db/counter.ts'
import { asJson } from '../db/json.ts'
import type { Base } from '../db/open.ts'
import type { Database, IsoTime, SourceProfileTable } from '../db/schema.ts'
import { labelOf } from '../record/field-label.ts'
import { Refusal } from '../refusal.ts'
import { readMapping, type Mapping } from './mapping.ts'
import { parseTarget, type Target } from './target.ts'

/** A profile as the import uses it. */
export interface KnownProfile extends SourceProfile {
  readonly mapping: Mapping
}

export interface NewProfile {
  readonly as: string
  readonly name: string
  readonly columns: readonly string[]
  readonly mapping: Mapping
  readonly crs?: string | null | undefined
  readonly by: string
}

/** Files with the same columns, in whatever order, are of one source. */
const columnsHash = (columns: readonly string[]): string =>
  createHash('sha256')
    .update(JSON.stringify([...new Set(columns)].toSorted()))
    .digest('hex')
    .slice(0, 32)

/** What is remembered for files with these columns; null: nothing, or it was retired. */
export async function profileFor(
  db: Kysely<Database>,
  { kind, layer }: Target,
  columns: readonly string[],
): Promise<KnownProfile | null> {
  if (columns.length === 0) return null
  const row = await db
    .selectFrom('source_profile')
    .selectAll()
    .where('kind', '=', kind)
    .where('layer', '=', layer ?? '')
    .where('columns_hash', '=', columnsHash(columns))
    .orderBy('version_no', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row && !row.retired ? ((await withUse(db, [row]))[0] ?? null) : null
}

/** The newest version of every profile; with `profileId` every version of one, newest first. */
export async function listProfiles(db: Kysely<Database>, profileId?: number): Promise<KnownProfile[]> {
  const rows =
    profileId === undefined
      ? await db
          .selectFrom('source_profile as p')
          .selectAll('p')
          .where(
            sql<boolean>`p.version_no = (select max(version_no) from source_profile as other where other.profile_id = p.profile_id)`,
          )
          .orderBy('profile_id')
          .execute()
      : await db
          .selectFrom('source_profile')
          .selectAll()
          .where('profile_id', '=', profileId)
          .orderBy('version_no', 'desc')
          .execute()
  if (profileId !== undefined && rows.length === 0) throw unknownProfile(profileId)
  return withUse(db, rows)
}

/**
 * Remembers how files with these columns are read. Where something is remembered already, it becomes a further version of
 * it; saying the same again adds nothing.
 * @throws Refusal MAPPING_INVALID, TARGET_UNKNOWN
 */
export async function saveProfile(base: Base, given: NewProfile, at: IsoTime): Promise<KnownProfile> {
  const { kind, layer } = parseTarget(given.as)
  const mapping = readMapping({ name: given.name, text: JSON.stringify(given.mapping) }, kind)
  const columns = [...new Set(given.columns)].toSorted()
  return base.transaction(async (tx) => {
    const before = await tx
      .selectFrom('source_profile')
      .selectAll()
      .where('kind', '=', kind)
      .where('layer', '=', layer ?? '')
      .where('columns_hash', '=', columnsHash(columns))
      .orderBy('version_no', 'desc')
      .limit(1)
      .executeTakeFirst()
    const same =
      before &&
      !before.retired &&
      before.name === given.name &&
      before.crs === (given.crs ?? null) &&
      JSON.stringify(sorted(before.mapping)) === JSON.stringify(sorted(mapping))
    if (same) return oneWithUse(tx, before)
    const row = {
      profile_id: before?.profile_id ?? (await nextNumbers(tx, 'source_profile', 1)),
      version_no: (before?.version_no ?? 0) + 1,
      kind,
      layer: layer ?? '',
      name: given.name,
      mapping,
      columns,
      columns_hash: columnsHash(columns),
      crs: given.crs ?? null,
      retired: false,
      saved_by: given.by,
      saved_at: at,
    }
    return insertVersion(tx, row)
  })
}

/** Another name for the same source: a further version. @throws Refusal PROFILE_UNKNOWN, PROFILE_DELETED */
export async function renameProfile(
  base: Base,
  profileId: number,
  { name, by }: { readonly name: string; readonly by: string },
  at: IsoTime,
): Promise<KnownProfile> {
  return base.transaction(async (tx) => {
    const newest = await newestVersion(tx, profileId)
    if (newest.retired) throw deletedProfile(newest.name)
    if (newest.name === name) return oneWithUse(tx, newest)
    return addVersion(tx, newest, { name, saved_by: by, saved_at: at })
  })
}

/** No longer used by itself; kept, as every version is. @throws Refusal PROFILE_UNKNOWN */
export async function retireProfile(base: Base, profileId: number, by: string, at: IsoTime): Promise<void> {
  await base.transaction(async (tx) => {
    const newest = await newestVersion(tx, profileId)
    if (!newest.retired) await addVersion(tx, newest, { retired: true, saved_by: by, saved_at: at })
  })
}

type Row = Selectable<SourceProfileTable>

async function newestVersion(db: Kysely<Database>, profileId: number): Promise<Row> {
  const row = await db
    .selectFrom('source_profile')
    .selectAll()
    .where('profile_id', '=', profileId)
    .orderBy('version_no', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!row) throw unknownProfile(profileId)
  return row
}

const addVersion = (db: Kysely<Database>, before: Row, changes: Partial<Row>): Promise<KnownProfile> =>
  insertVersion(db, { ...before, ...changes, version_no: before.version_no + 1 })

async function insertVersion(db: Kysely<Database>, row: Row): Promise<KnownProfile> {
  await db
    .insertInto('source_profile')
    .values({ ...row, mapping: asJson(row.mapping) })
    .execute()
  return oneWithUse(db, row)
}

const oneWithUse = async (db: Kysely<Database>, row: Row): Promise<KnownProfile> =>
  (await withUse(db, [row]))[0]!

/** Profiles with the deliveries that were read by them; those taken back count as well: they were read. */
async function withUse(db: Kysely<Database>, rows: readonly Row[]): Promise<KnownProfile[]> {
  if (rows.length === 0) return []
  const found = await db
    .selectFrom('delivery')
    .select(({ fn }) => ['profile_id', fn.countAll().as('uses'), fn.max('received_at').as('last')])
    .where('profile_id', 'in', [...new Set(rows.map((row) => row.profile_id))])
    .groupBy('profile_id')
    .execute()
  const uses = new Map(found.map((each) => [each.profile_id, each]))
  return rows.map((row) => {
    const use = uses.get(row.profile_id)
    return { ...toProfile(row), uses: Number(use?.uses ?? 0), lastUsedAt: use?.last ?? null }
  })
}

function toProfile(row: Row): Omit<KnownProfile, 'uses' | 'lastUsedAt'> {
  const mapping = row.mapping as Mapping // checked by `readMapping` when it was saved
  const named = Object.keys({ ...mapping.fields, ...mapping.constants })
  return {
    profileId: row.profile_id,
    version: row.version_no,
    as: row.kind === 'layer' ? `layer:${row.layer}` : row.kind,
    name: row.name,
    columns: row.columns,
    mapping,
    titles: Object.fromEntries(named.map((field) => [field, labelOf(field)])),
    crs: row.crs,
    retired: row.retired,
    savedBy: row.saved_by,
    savedAt: row.saved_at,
  }
}

/** Keys in one order, so that two mappings that say the same are the same text. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  )
}

const deletedProfile = (name: string): Refusal =>
  new Refusal(
    'PROFILE_DELETED',
    { zh: `来源对照“${name}”已删除。`, en: `The source profile "${name}" has been deleted.` },
    { zh: '请重新保存一份。', en: 'Save it anew.' },
  )

const unknownProfile = (profileId: number): Refusal =>
  new Refusal(
    'PROFILE_UNKNOWN',
    { zh: `没有编号为 ${profileId} 的来源对照。`, en: `There is no source profile ${profileId}.` },
    { zh: '请检查编号。', en: 'Check the number.' },
  )
