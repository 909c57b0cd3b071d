import type { Kysely } from 'kysely'
import type { ConflictFilter, ConflictRow } from '../contract.ts'
import type { Database } from '../db/schema.ts'
import { allConflicts } from '../strategy/claim-list-store.ts'
import { columnsOf, type ExportRow, type ExportTable } from './row.ts'

const columns = columnsOf(
  [
    'parcel_id',
    'parcel_code',
    'name',
    'district',
    'area_planar_m2',
    'field',
    'title_zh',
    'title_en',
    'rule',
    'state',
    'used_by',
    'side',
    'used',
    'register',
    'register_zh',
    'register_en',
    'value',
    'unit',
    'document',
    'document_date',
    'record_id',
    'file',
    'row',
  ],
  {
    parcel_id: 'integer',
    area_planar_m2: 'real',
    side: 'integer',
    used: 'flag',
    record_id: 'integer',
    row: 'integer',
  },
)

/**
 * Contradicting statements, one line each: lines of one parcel and field stand together.
 * @throws Refusal as `findConflicts`
 */
export async function exportClaims(
  db: Kysely<Database>,
  filter: ConflictFilter,
  language: 'zh' | 'en',
): Promise<ExportTable> {
  const found = await allConflicts(db, filter, language)
  return { name: 'claims', columns, srid: null, day: found.asOf, rows: rows(found.rows) }
}

async function* rows(conflicts: AsyncIterable<ConflictRow>): AsyncGenerator<ExportRow> {
  let id = 0
  for await (const conflict of conflicts) {
    for (const statement of conflict.statements) {
      yield {
        id: ++id,
        wkb: null,
        cells: {
          parcel_id: conflict.parcelId,
          parcel_code: conflict.parcelCode,
          name: conflict.name,
          district: conflict.district,
          area_planar_m2: conflict.planarM2,
          field: conflict.field,
          title_zh: conflict.title.zh,
          title_en: conflict.title.en,
          rule: conflict.rule,
          state: conflict.state,
          used_by: conflict.usedBy,
          side: statement.side + 1,
          used: statement.used,
          register: statement.register,
          register_zh: statement.registerTitle.zh,
          register_en: statement.registerTitle.en,
          value: statement.text,
          unit: conflict.unit,
          document: statement.doc,
          document_date: statement.on,
          record_id: statement.recordId,
          file: statement.delivery.fileName,
          row: statement.delivery.row,
        },
      }
    }
  }
}
