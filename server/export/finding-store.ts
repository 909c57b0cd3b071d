import { sql, type Kysely } from 'kysely'
import { inBuild } from '../db/in-build.ts'
import { asWkb } from '../db/postgis.ts'
import type { Database } from '../db/schema.ts'
import { standingAt, type Moment, type Standing } from '../parcel/standing-store.ts'
import { problemFlags } from '../identifier/code-list.ts'
import { WORKING_SRID } from '../geo/polygon.ts'
import { columnsOf, type ExportRow, type ExportTable } from './row.ts'

const columns = [
  'finding_no',
  'code',
  'title_zh',
  'title_en',
  'severity',
  'parcels',
  'records',
  'area_planar_m2',
  'area_ellipsoid_m2',
  'share_of_first',
  'share_of_second',
  'detail',
] as const
const types = {
  finding_no: 'integer',
  area_planar_m2: 'real',
  area_ellipsoid_m2: 'real',
  share_of_first: 'real',
  share_of_second: 'real',
} as const

const ROWS_PER_READ = 5_000

/** Findings by code and number; what surveys merely disagree on is left out. */
export async function exportFindings(db: Kysely<Database>, moment: Moment = {}): Promise<ExportTable> {
  const standing = await standingAt(db, moment)
  return {
    name: 'findings',
    columns: columnsOf(columns, types),
    srid: WORKING_SRID,
    day: standing.asOf,
    rows: rows(db, standing),
    async count() {
      const counted = standingFindings(db, standing).select(sql<number>`count(*)::int`.as('rows'))
      return (await counted.executeTakeFirstOrThrow()).rows
    },
  }
}

const standingFindings = (db: Kysely<Database>, { buildId }: Standing) =>
  db.selectFrom('finding as f').where(inBuild('f', buildId)).where('f.noise', '=', false)

async function* rows(db: Kysely<Database>, standing: Standing): AsyncGenerator<ExportRow> {
  const titles = new Map(problemFlags().map((flag) => [flag.code, flag.title]))
  let after = { code: '', findingId: -1 }
  for (;;) {
    const page = await standingFindings(db, standing)
      .selectAll('f')
      .select((eb) => asWkb(eb.ref('f.geom')).as('wkb'))
      .where(sql<boolean>`(f.code, f.finding_id) > (${after.code}, ${after.findingId}::bigint)`)
      .orderBy('f.code')
      .orderBy('f.finding_id')
      .limit(ROWS_PER_READ)
      .execute()
    for (const row of page) {
      yield {
        id: row.finding_id,
        wkb: row.wkb,
        cells: {
          finding_no: row.finding_id,
          code: row.code,
          title_zh: titles.get(row.code)?.zh ?? row.code,
          title_en: titles.get(row.code)?.en ?? row.code,
          severity: row.severity,
          parcels: row.parcel_ids.join(','),
          records: (row.records as { kind: string; doc: string | null }[])
            .map(({ kind, doc }) => `${kind} ${doc ?? '-'}`)
            .join('; '),
          area_planar_m2: row.area_planar_m2,
          area_ellipsoid_m2: row.area_ellipsoid_m2,
          share_of_first: row.share_of_first,
          share_of_second: row.share_of_second,
          detail: JSON.stringify(row.detail),
        },
      }
      after = { code: row.code, findingId: row.finding_id }
    }
    if (page.length < ROWS_PER_READ) return
  }
}
