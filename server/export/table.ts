import type { Kysely } from 'kysely'
import type { Database } from '../db/schema.ts'
import type { Moment } from '../parcel/standing-store.ts'
import { exportFindings } from './finding-store.ts'
import { exportLedger } from './ledger.ts'
import { exportParcels } from './parcel-store.ts'
import { exportRecords } from './record-store.ts'
import { Refusal } from '../refusal.ts'
import type { ExportTable } from './row.ts'

export const exportKinds = ['parcels', 'records', 'findings', 'ledger'] as const
export type ExportKind = (typeof exportKinds)[number]

/**
 * The table of a kind. Rows are read in pages while they are written, so the whole city never sits in memory.
 * @param filter CQL2 text, for parcels alone
 * @throws as `standingAt`; Refusal `FILTER_INVALID`.
 */
export async function openExport(
  db: Kysely<Database>,
  kind: ExportKind,
  filter: string | null,
  moment: Moment = {},
): Promise<ExportTable> {
  if (filter !== null && kind !== 'parcels') {
    throw new Refusal(
      'FILTER_INVALID',
      { zh: '只有 parcels 可以带筛选条件。', en: 'Only parcels can be filtered.' },
      { zh: '请去掉 filter。', en: 'Leave out the filter.' },
      { field: 'filter' },
    )
  }
  switch (kind) {
    case 'parcels':
      return exportParcels(db, filter, moment)
    case 'records':
      return exportRecords(db, moment)
    case 'findings':
      return exportFindings(db, moment)
    case 'ledger':
      return exportLedger(db, moment)
  }
}
