import { sql, type Kysely } from 'kysely'
import { asWkb } from '../db/postgis.ts'
import type { Database } from '../db/schema.ts'
import { maskPersonal } from '../identifier/mask.ts'
import { masked } from '../parcel/row.ts'
import { knownIn, standingAt, type Moment, type Standing } from '../parcel/standing-store.ts'
import { recordFields } from '../record/record.ts'
import type { Cell, ExportRow, ExportTable } from './row.ts'

const own = [
  'record_id',
  'kind',
  'layer',
  'doc',
  'county',
  'valid_during',
  'area_document_m2',
  'area_planar_m2',
  'area_ellipsoid_m2',
  'delivery',
  'row',
] as const
/** Every canonical field of every kind, once, behind our own columns. */
const fieldColumns = [...new Set(Object.values(recordFields).flatMap((shape) => Object.keys(shape.shape)))]

const ROWS_PER_READ = 5_000

/**
 * What the documents say as we know it now: the newest version of every record. Asked for a day or a moment, what went
 * into the build that answers for it.
 */
export async function exportRecords(db: Kysely<Database>, moment: Moment = {}): Promise<ExportTable> {
  const isAsked = 'buildId' in moment || moment.asOf !== undefined || moment.knownAt !== undefined
  const standing = isAsked ? await standingAt(db, moment) : null
  return {
    name: 'records',
    columns: [...own, ...fieldColumns.filter((name) => !isOwn(name))],
    rows: rows(db, standing),
  }
}

const isOwn = (name: string): boolean => own.some((column) => column === name)

async function* rows(db: Kysely<Database>, standing: Standing | null): AsyncGenerator<ExportRow> {
  for (let after = -1; ;) {
    const page = await db
      .selectFrom('record as r')
      .select((eb) => [
        'r.record_id',
        'r.kind',
        'r.layer',
        'r.doc',
        'r.county_code',
        'r.fields',
        'r.area_document_m2',
        'r.area_planar_m2',
        'r.area_ellipsoid_m2',
        'r.delivery_id',
        'r.row_no',
        sql<string>`r.valid_during::text`.as('valid_during'),
        asWkb(eb.ref('r.geom')).as('wkb'),
      ])
      .where(standing ? knownIn(standing) : sql<boolean>`r.replaced_at is null`)
      .where('r.record_id', '>', after)
      .orderBy('r.record_id')
      .limit(ROWS_PER_READ)
      .execute()
    for (const row of page) {
      const fields: Record<string, Cell> = {}
      for (const [name, value] of Object.entries(row.fields)) if (!isOwn(name)) fields[name] = toCell(value)
      yield {
        id: row.record_id,
        wkb: row.wkb,
        cells: {
          ...fields,
          record_id: row.record_id,
          kind: row.kind,
          layer: row.layer === '' ? null : row.layer,
          doc: masked(row.doc),
          county: row.county_code,
          valid_during: row.valid_during,
          area_document_m2: row.area_document_m2,
          area_planar_m2: row.area_planar_m2,
          area_ellipsoid_m2: row.area_ellipsoid_m2,
          delivery: row.delivery_id,
          row: row.row_no,
        },
      }
      after = row.record_id
    }
    if (page.length < ROWS_PER_READ) return
  }
}

function toCell(value: unknown): Cell {
  if (value === null || value === undefined) return null
  if (typeof value === 'number' || typeof value === 'boolean') return value
  return maskPersonal(typeof value === 'string' ? value : JSON.stringify(value))
}
