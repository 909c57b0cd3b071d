import type { Kysely } from 'kysely'
import { exportKinds } from '../contract.ts'
import type { Database } from '../db/schema.ts'
import type { Moment } from '../parcel/standing-store.ts'
import type { RecordKind } from '../record/record.ts'
import { Refusal } from '../refusal.ts'
import { exportDelivered } from './delivered-store.ts'
import { exportFindings } from './finding-store.ts'
import { exportLedger } from './ledger.ts'
import { exportParcels } from './parcel-store.ts'
import { exportRecords } from './record-store.ts'
import type { ExportTable } from './row.ts'

export { exportKinds }
export type ExportKind = (typeof exportKinds)[number]

/** Which rows are asked for; nothing given: all that stand. */
export interface ExportChoice {
  /** For parcels alone, as a list of parcels is asked for: CQL2 text, words, box. */
  readonly filter?: string | undefined
  readonly q?: string | undefined
  readonly bbox?: string | undefined
  /** For records alone: of one register, of one delivery. */
  readonly register?: RecordKind | undefined
  readonly delivery?: number | undefined
  /** The delivery as it delivered them: its columns, its coordinates. */
  readonly delivered?: boolean | undefined
}

/**
 * The table of a kind. Rows are read in pages while they are written, so the whole city never sits in memory.
 * @throws as `standingAt`; Refusal `FILTER_INVALID`, `DELIVERY_UNKNOWN`, `DELIVERED_CRS_UNNUMBERED`
 */
export async function openExport(
  db: Kysely<Database>,
  kind: ExportKind,
  choice: ExportChoice = {},
  moment: Moment = {},
): Promise<ExportTable> {
  const { filter, q, bbox } = choice
  if (kind !== 'parcels')
    for (const name of ['filter', 'q', 'bbox'] as const)
      if (choice[name] !== undefined) throw notFor(name, 'parcels')
  if (kind !== 'records')
    for (const name of ['register', 'delivery', 'delivered'] as const)
      if (choice[name]) throw notFor(name, 'records')
  switch (kind) {
    case 'parcels':
      return exportParcels(db, { filter, q, bbox }, moment)
    case 'records':
      if (!choice.delivered)
        return exportRecords(db, moment, { kind: choice.register, delivery: choice.delivery })
      if (choice.delivery === undefined) throw deliveryNeeded()
      return exportDelivered(db, choice.delivery)
    case 'findings':
      return exportFindings(db, moment)
    case 'ledger':
      return exportLedger(db, moment)
  }
}

const notFor = (field: string, only: ExportKind): Refusal =>
  new Refusal(
    'FILTER_INVALID',
    { zh: `只有 ${only} 可以带 ${field}。`, en: `Only ${only} take ${field}.` },
    { zh: `请去掉 ${field}。`, en: `Leave out ${field}.` },
    { field },
  )

const deliveryNeeded = (): Refusal =>
  new Refusal(
    'FILTER_INVALID',
    { zh: '按原样导出须指明是哪一件来件。', en: 'As delivered means as one delivery had them.' },
    { zh: '请加 --delivery 编号。', en: 'Say which with --delivery NUMBER.' },
    { field: 'delivery' },
  )
