import { sql, type Kysely } from 'kysely'
import { asWkb } from '../db/postgis.ts'
import type { Database } from '../db/schema.ts'
import { WORKING_SRID } from '../geo/polygon.ts'
import { knownIn, standingAt, type Moment, type Standing } from '../parcel/standing-store.ts'
import { maskDoc, maskField } from '../record/mask-field.ts'
import { fieldColumnTypes, type RecordKind } from '../record/record.ts'
import { columnsOf, type Cell, type ColumnType, type ExportRow, type ExportTable } from './row.ts'

const own = {
  record_id: 'integer',
  kind: 'text',
  layer: 'text',
  doc: 'text',
  county: 'text',
  valid_during: 'text',
  area_document_m2: 'real',
  area_planar_m2: 'real',
  area_ellipsoid_m2: 'real',
  delivery: 'integer',
  row: 'integer',
} as const satisfies Record<string, ColumnType>

const ROWS_PER_READ = 5_000

/** Which records: of one register, of one delivery; nothing given: all. */
export interface RecordChoice {
  readonly kind?: RecordKind | undefined
  readonly delivery?: number | undefined
}

/**
 * What the documents say as we know it now: the newest version of every record. Asked for a day or a moment, what went
 * into the build that answers for it. Which records those are is settled when the export begins, whatever is brought in
 * while it is written.
 */
export async function exportRecords(
  db: Kysely<Database>,
  moment: Moment = {},
  choice: RecordChoice = {},
  perRead: number = ROWS_PER_READ,
): Promise<ExportTable> {
  const isAsked = 'buildId' in moment || moment.asOf !== undefined || moment.knownAt !== undefined
  const standing = isAsked ? await standingAt(db, moment) : null
  const fields = fieldColumnTypes(choice.kind)
  const versions = await standingVersions(db, standing, choice)
  return {
    name: choice.kind ?? 'records',
    columns: columnsOf([...Object.keys(own), ...Object.keys(fields).filter((name) => !isOwn(name))], {
      ...fields,
      ...own,
    }),
    srid: WORKING_SRID,
    day: standing?.asOf ?? (await lastReceived(db)),
    rows: rows(db, versions, perRead),
    count: () => Promise.resolve(versions.ids.length),
  }
}

const isOwn = (name: string): boolean => name in own

/** The day of the newest delivery, Beijing time; the first of 2000 for an empty base. */
async function lastReceived(db: Kysely<Database>): Promise<string> {
  const { rows } = await sql<{ day: string | null }>`
    select to_char(max(received_at) at time zone 'Asia/Shanghai', 'YYYY-MM-DD') as day from delivery
  `.execute(db)
  return rows[0]?.day ?? '2000-01-01'
}

/** Versions of records, which are never written over. */
interface Versions {
  readonly ids: Float64Array
  readonly numbers: Int32Array
}

/** The versions asked for, by number of their record. */
async function standingVersions(
  db: Kysely<Database>,
  standing: Standing | null,
  { kind, delivery }: RecordChoice,
): Promise<Versions> {
  const found = await db
    .selectFrom('record as r')
    .select(['r.record_id', 'r.version_no'])
    .where(standing ? knownIn(standing) : sql<boolean>`r.replaced_at is null`)
    .$if(kind !== undefined, (query) => query.where('r.kind', '=', kind!))
    .$if(delivery !== undefined, (query) => query.where('r.delivery_id', '=', delivery!))
    .orderBy('r.record_id')
    .execute()
  return {
    ids: Float64Array.from(found, (row) => row.record_id),
    numbers: Int32Array.from(found, (row) => row.version_no),
  }
}

async function* rows(
  db: Kysely<Database>,
  { ids, numbers }: Versions,
  perRead: number,
): AsyncGenerator<ExportRow> {
  for (let at = 0; at < ids.length; at += perRead) {
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
      .where(
        sql<boolean>`(r.record_id, r.version_no) in (select * from unnest(
          ${[...ids.subarray(at, at + perRead)]}::bigint[], ${[...numbers.subarray(at, at + perRead)]}::int[]))`,
      )
      .orderBy('r.record_id')
      .execute()
    for (const row of page) {
      const fields: Record<string, Cell> = {}
      for (const [name, value] of Object.entries(row.fields))
        if (!isOwn(name)) fields[name] = toCell(name, value)
      yield {
        id: row.record_id,
        wkb: row.wkb,
        cells: {
          ...fields,
          record_id: row.record_id,
          kind: row.kind,
          layer: row.layer === '' ? null : row.layer,
          doc: maskDoc(row.kind, row.doc),
          county: row.county_code,
          valid_during: row.valid_during,
          area_document_m2: row.area_document_m2,
          area_planar_m2: row.area_planar_m2,
          area_ellipsoid_m2: row.area_ellipsoid_m2,
          delivery: row.delivery_id,
          row: row.row_no,
        },
      }
    }
  }
}

function toCell(field: string, value: unknown): Cell {
  if (value === null || value === undefined) return null
  if (typeof value === 'number' || typeof value === 'boolean') return value
  return maskField(field, typeof value === 'string' ? value : JSON.stringify(value))
}
