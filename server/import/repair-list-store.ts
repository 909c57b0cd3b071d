import { sql, type Kysely, type Transaction } from 'kysely'
import type { Repair } from '../contract.ts'
import { nextNumbers } from '../db/counter.ts'
import type { Database, IsoTime } from '../db/schema.ts'
import { toLonLat } from '../geo/project.ts'
import { decodeMultiPolygon } from '../geo/wkb.ts'
import { Refusal } from '../refusal.ts'
import { readDelivery } from './delivery-store.ts'

/** What a person says of proposed repairs. */
export interface Decision {
  readonly accept: boolean
  readonly by: string
  readonly reason: string
  readonly at: IsoTime
}

/** How a delivery was read, as far as reading it again needs. */
export interface ReadAs {
  readonly fileName: string
  readonly as: string
  readonly declaredCrs: string | null
  readonly mapping: unknown
  /** Layer, sheet or packed file, where the file holds several. */
  readonly from: string | null
}

/** Repairs of a delivery, made, proposed and decided, by row. @throws Refusal DELIVERY_UNKNOWN */
export async function listRepairs(
  db: Kysely<Database>,
  deliveryId: number,
  { after, limit }: { after: number; limit: number },
): Promise<{ repairs: Repair[]; next: number | null }> {
  await readDelivery(db, deliveryId)
  const { rows } = await sql<RepairRow>`
    select repair.*, decision.accepted, decision.decided_by, decision.reason, decision.decided_at
    from row_repair as repair
    left join lateral (
      select * from repair_decision as each
      where each.delivery_id = repair.delivery_id and each.row_no = repair.row_no
      order by decision_no desc limit 1
    ) as decision on true
    where repair.delivery_id = ${deliveryId} and repair.row_no > ${after}
    order by repair.row_no
    limit ${limit + 1}
  `.execute(db)
  const shown = rows.slice(0, limit)
  return {
    repairs: shown.map(toRepair),
    next: rows.length > limit ? shown.at(-1)!.row_no : null,
  }
}

interface RepairRow {
  readonly delivery_id: number
  readonly row_no: number
  readonly state: 'made' | 'proposed'
  readonly methods: string[]
  readonly reason_zh: string
  readonly reason_en: string
  readonly area_before_m2: number
  readonly area_after_m2: number
  readonly shape_before: Uint8Array | null
  readonly shape_after: Uint8Array | null
  readonly accepted: boolean | null
  readonly decided_by: string | null
  readonly reason: string | null
  readonly decided_at: string | null
}

function toRepair(row: RepairRow): Repair {
  const geometry = (wkb: Uint8Array | null) =>
    wkb === null ? null : { type: 'MultiPolygon', coordinates: toLonLat(decodeMultiPolygon(wkb)) }
  return {
    delivery: row.delivery_id,
    row: row.row_no,
    state: row.accepted === null ? row.state : row.accepted ? 'accepted' : 'rejected',
    methods: row.methods,
    reason: { zh: row.reason_zh, en: row.reason_en },
    areaBeforeM2: row.area_before_m2,
    areaAfterM2: row.area_after_m2,
    decision:
      row.accepted === null
        ? null
        : { accepted: row.accepted, by: row.decided_by!, reason: row.reason!, at: row.decided_at! },
    before: geometry(row.shape_before),
    after: geometry(row.shape_after),
  }
}

/**
 * Makes sure that each row has a proposal nobody has accepted yet, and says how the delivery was read.
 * @throws Refusal DELIVERY_UNKNOWN, DELIVERY_UNDONE, PROPOSAL_UNKNOWN
 */
export async function openProposals(
  db: Kysely<Database>,
  deliveryId: number,
  rows: readonly number[],
): Promise<ReadAs> {
  const { fileName, undoneAt } = await readDelivery(db, deliveryId)
  if (undoneAt !== null)
    throw new Refusal(
      'DELIVERY_UNDONE',
      { zh: `来件 ${deliveryId} 已撤回。`, en: `Delivery ${deliveryId} was taken back.` },
      { zh: '请重新导入后再决定。', en: 'Import it again before deciding.' },
      { file: fileName },
    )
  const { rows: open } = await sql<{ row_no: number }>`
    select row_no from row_repair as repair
    where delivery_id = ${deliveryId} and state = 'proposed' and row_no = any(${[...rows]}::int4[])
      and not exists (
        select 1 from repair_decision as decision
        where decision.delivery_id = repair.delivery_id and decision.row_no = repair.row_no and decision.accepted
      )
  `.execute(db)
  const known = new Set(open.map(({ row_no }) => row_no))
  const first = rows.find((row) => !known.has(row))
  if (first !== undefined)
    throw new Refusal(
      'PROPOSAL_UNKNOWN',
      { zh: `第 ${first} 行没有待定的修复。`, en: `Row ${first} has no repair that waits for a decision.` },
      {
        zh: '待定的行见 terrier delivery repairs。',
        en: 'See "terrier delivery repairs" for the rows that wait.',
      },
      { file: fileName, row: first },
    )
  const { options } = await db
    .selectFrom('delivery')
    .select('options')
    .where('delivery_id', '=', deliveryId)
    .executeTakeFirstOrThrow()
  const read = options as { as: string; declared_crs: string | null; mapping: unknown; from?: string | null }
  return {
    fileName,
    as: read.as,
    declaredCrs: read.declared_crs,
    mapping: read.mapping,
    from: read.from ?? null,
  }
}

export async function writeDecisions(
  tx: Transaction<Database>,
  deliveryId: number,
  rows: readonly number[],
  { accept, by, reason, at }: Decision,
): Promise<void> {
  const first = await nextNumbers(tx, 'repair_decision', rows.length)
  await tx
    .insertInto('repair_decision')
    .values(
      rows.map((row, i) => ({
        decision_no: first + i,
        delivery_id: deliveryId,
        row_no: row,
        accepted: accept,
        decided_by: by,
        reason,
        decided_at: at,
      })),
    )
    .execute()
}
