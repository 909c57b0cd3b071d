import type { Kysely } from 'kysely'
import { accounts } from '../build/account.ts'
import type { Moment } from '../build/standing-store.ts'
import { readLedger } from '../build/store.ts'
import type { Ledger } from '../contract.ts'
import type { Database } from '../db/schema.ts'
import { columnsOf, type ExportRow, type ExportTable } from './row.ts'

/** The ledger, one line per district and the total last; m² planar. */
export async function exportLedger(db: Kysely<Database>, moment: Moment = {}): Promise<ExportTable> {
  const ledger = await readLedger(db, moment)
  const figures = [...accounts, 'closure_m2']
  return {
    name: 'ledger',
    columns: columnsOf(['as_of', 'district', 'name', ...figures], {
      as_of: 'date',
      ...Object.fromEntries(figures.map((name) => [name, 'real' as const])),
    }),
    srid: null,
    day: ledger.asOf,
    rows: rows(ledger),
    count: () => Promise.resolve(ledger.districts.length + 1),
  }
}

async function* rows({ asOf, districts, total }: Ledger): AsyncGenerator<ExportRow> {
  for (const { code, name, accounts, closureM2 } of [
    ...districts,
    { code: '', name: '合计 total', ...total },
  ]) {
    yield {
      id: code || 'total',
      wkb: null,
      cells: { as_of: asOf, district: code, name, ...accounts, closure_m2: closureM2 },
    }
  }
}
