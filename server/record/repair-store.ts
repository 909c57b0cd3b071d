import type { Transaction } from 'kysely'
import { bulkInsert, type BulkColumns } from '../db/bulk.ts'
import type { Database } from '../db/schema.ts'
import type { RowRepair } from './repair.ts'

/** Writes down what was done to the shapes of a delivery, and what waits for a person. */
export async function keepRepairs(
  tx: Transaction<Database>,
  deliveryId: number,
  repairs: readonly RowRepair[],
): Promise<void> {
  await bulkInsert(
    tx,
    'row_repair',
    repairs.map((repair) => ({
      delivery_id: deliveryId,
      row_no: repair.row,
      state: repair.state,
      methods: [...repair.methods],
      reason_zh: repair.reason.zh,
      reason_en: repair.reason.en,
      area_before_m2: repair.areaBeforeM2,
      area_after_m2: repair.areaAfterM2,
      shape_hash: repair.shapes?.hash ?? null,
      shape_before: repair.shapes?.before ?? null,
      shape_after: repair.shapes?.after ?? null,
    })),
    columns,
  )
}

const columns: BulkColumns = {
  delivery_id: 'int8',
  row_no: 'int4',
  state: 'text',
  methods: 'text[]',
  reason_zh: 'text',
  reason_en: 'text',
  area_before_m2: 'float8',
  area_after_m2: 'float8',
  shape_hash: 'text',
  shape_before: 'bytea',
  shape_after: 'bytea',
}
