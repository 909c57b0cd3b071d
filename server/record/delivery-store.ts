import type { Transaction } from 'kysely'
import { nextNumbers } from '../db/counter.ts'
import { asJson } from '../db/json.ts'
import type { Database } from '../db/schema.ts'
import type { DeliveryInput } from './delivery.ts'

/** Whether the same bytes already stand in the same register. */
export async function wasReceived(
  tx: Transaction<Database>,
  delivery: DeliveryInput,
  sha256: string,
): Promise<boolean> {
  const found = await tx
    .selectFrom('delivery')
    .select('delivery_id')
    .where('file_sha256', '=', sha256)
    .where('kind', '=', delivery.kind)
    .where('layer', 'is not distinct from', delivery.layer ?? null)
    .where('undone_at', 'is', null)
    .limit(1)
    .executeTakeFirst()
  return found !== undefined
}

/** The delivery must stand before its records can name it, and its bytes before it; its counts follow in `closeDelivery`. */
export async function openDelivery(
  tx: Transaction<Database>,
  delivery: DeliveryInput,
  sha256: string,
): Promise<number> {
  const deliveryId = await nextNumbers(tx, 'delivery', 1)
  await tx
    .insertInto('delivery')
    .values({
      delivery_id: deliveryId,
      kind: delivery.kind,
      layer: delivery.layer ?? null,
      file_name: delivery.fileName,
      file_sha256: sha256,
      options: asJson(delivery.options ?? {}),
      crs: delivery.crs ?? null,
      crs_known_by: delivery.crsKnownBy ?? null,
      encoding: delivery.encoding ?? null,
      rows_read: 0,
      rows_used: 0,
      rows_repaired: 0,
      rows_unchanged: 0,
      rows_refused: 0,
      received_at: delivery.receivedAt,
      undone_at: null,
      job_id: delivery.jobId ?? null,
      follows_delivery: delivery.follows ?? null,
      profile_id: delivery.profile?.profileId ?? null,
      profile_version: delivery.profile?.version ?? null,
    })
    .execute()
  return deliveryId
}

/** Writes what became of the rows. */
export async function closeDelivery(
  tx: Transaction<Database>,
  deliveryId: number,
  counts: {
    read: number
    used: number
    repaired: number
    unchanged: number
    refused: number
    missing: number
  },
): Promise<void> {
  await tx
    .updateTable('delivery')
    .set({
      rows_read: counts.read,
      rows_used: counts.used,
      rows_repaired: counts.repaired,
      rows_unchanged: counts.unchanged,
      rows_refused: counts.refused,
      rows_missing: counts.missing,
    })
    .where('delivery_id', '=', deliveryId)
    .execute()
}
