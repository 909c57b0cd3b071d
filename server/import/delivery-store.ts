import { sql, type Kysely, type Selectable } from 'kysely'
import type { Delivery, ImportSummary } from '../contract.ts'
import type { Database } from '../db/schema.ts'
import { readContent } from '../record/content-store.ts'
import { Refusal } from '../refusal.ts'

const columns = [
  'delivery_id',
  'kind',
  'layer',
  'file_name',
  'file_sha256',
  'crs',
  'crs_known_by',
  'encoding',
  'rows_read',
  'rows_used',
  'rows_repaired',
  'rows_unchanged',
  'rows_refused',
  'received_at',
  'undone_at',
  'follows_delivery',
  'profile_id',
  'profile_version',
  'rows_missing',
] as const

/** Proposed repairs nobody has said anything to. */
const proposals = sql<number>`(
  select count(*)::int4 from row_repair as repair
  where repair.delivery_id = delivery.delivery_id and repair.state = 'proposed'
    and not exists (
      select 1 from repair_decision as decision
      where decision.delivery_id = repair.delivery_id and decision.row_no = repair.row_no
    )
)`.as('proposals')

/** Rows it brought, or their taking back, are not yet in what readers see. */
const notShown = sql<'brought' | 'taken_back' | null>`(
  select case
    when delivery.rows_used + delivery.rows_repaired = 0 then null
    when delivery.undone_at is null and not seen.by_build then 'brought'
    when delivery.undone_at is not null and seen.by_build then 'taken_back'
  end
  from (
    select exists (
      select from base join build on build.build_id = base.current_build
      where delivery.delivery_id = any(build.seen)
    ) as by_build
  ) as seen
)`.as('notShown')

/** Deliveries, newest first. */
export async function listDeliveries(db: Kysely<Database>, limit: number): Promise<Delivery[]> {
  const rows = await db
    .selectFrom('delivery')
    .select([...columns, proposals, notShown])
    .orderBy('delivery_id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(toDelivery)
}

/** @throws Refusal `DELIVERY_UNKNOWN`. */
export async function readDelivery(db: Kysely<Database>, deliveryId: number): Promise<Delivery> {
  const row = await db
    .selectFrom('delivery')
    .select([...columns, proposals, notShown])
    .where('delivery_id', '=', deliveryId)
    .executeTakeFirst()
  if (!row) throw unknownDelivery(deliveryId)
  return toDelivery(row)
}

/** What was found wrong in a delivery, in the order it was met. @throws Refusal `DELIVERY_UNKNOWN`. */
export async function readIssues(
  db: Kysely<Database>,
  deliveryId: number,
  { after, limit }: { after: number; limit: number },
): Promise<{ issues: ImportSummary['issues']; next: number | null }> {
  await readDelivery(db, deliveryId)
  const rows = await db
    .selectFrom('delivery_issue')
    .selectAll()
    .where('delivery_id', '=', deliveryId)
    .where('issue_no', '>', after)
    .orderBy('issue_no')
    .limit(limit + 1)
    .execute()
  const shown = rows.slice(0, limit)
  return {
    issues: shown.map((row) => ({
      row: row.row_no,
      field: row.field,
      code: row.code,
      severity: row.severity,
      message: { zh: row.message_zh, en: row.message_en },
      value: row.value,
    })),
    next: rows.length > limit ? shown.at(-1)!.issue_no : null,
  }
}

/** The bytes as they came, piece by piece. @throws Refusal `DELIVERY_UNKNOWN`. */
export async function readDeliveredFile(
  db: Kysely<Database>,
  deliveryId: number,
): Promise<{ fileName: string; sha256: string; pieces: AsyncIterable<Uint8Array> }> {
  const row = await db
    .selectFrom('delivery as d')
    .select(['d.file_name', 'd.file_sha256'])
    .where('d.delivery_id', '=', deliveryId)
    .executeTakeFirst()
  if (!row) throw unknownDelivery(deliveryId)
  return { fileName: row.file_name, sha256: row.file_sha256, pieces: readContent(db, row.file_sha256) }
}

type DeliveryRow = Pick<Selectable<Database['delivery']>, (typeof columns)[number]> & {
  readonly proposals: number
  readonly notShown: Delivery['notShown']
}

function toDelivery(row: DeliveryRow): Delivery {
  return {
    deliveryId: row.delivery_id,
    kind: row.kind,
    layer: row.layer,
    fileName: row.file_name,
    sha256: row.file_sha256,
    crs: row.crs,
    crsKnownBy: row.crs_known_by,
    encoding: row.encoding,
    read: row.rows_read,
    used: row.rows_used,
    repaired: row.rows_repaired,
    unchanged: row.rows_unchanged,
    refused: row.rows_refused,
    receivedAt: row.received_at,
    undoneAt: row.undone_at,
    missing: row.rows_missing,
    proposals: row.proposals,
    follows: row.follows_delivery,
    notShown: row.notShown,
    profile: row.profile_id === null ? null : { profileId: row.profile_id, version: row.profile_version! },
  }
}

const unknownDelivery = (deliveryId: number): Refusal =>
  new Refusal(
    'DELIVERY_UNKNOWN',
    { zh: `没有编号为 ${deliveryId} 的交付。`, en: `There is no delivery ${deliveryId}.` },
    { zh: '请检查编号。', en: 'Check the number.' },
  )
