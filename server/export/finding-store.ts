import type { Kysely } from 'kysely'
import { asWkb } from '../db/postgis.ts'
import type { Database } from '../db/schema.ts'
import { standingOrRefuse, type Standing } from '../parcel/standing-store.ts'
import { problemFlags } from '../identifier/code-list.ts'
import type { ExportRow, ExportTable } from './row.ts'

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

const ROWS_PER_READ = 5_000

/** Findings of the current build; what surveys merely disagree on is left out. */
export async function exportFindings(db: Kysely<Database>): Promise<ExportTable> {
  return { name: 'findings', columns, rows: rows(db, await standingOrRefuse(db)) }
}

async function* rows(db: Kysely<Database>, { buildId }: Standing): AsyncGenerator<ExportRow> {
  const titles = new Map(problemFlags().map((flag) => [flag.code, flag.title]))
  for (let after = -1; ;) {
    const page = await db
      .selectFrom('finding as f')
      .selectAll('f')
      .select((eb) => asWkb(eb.ref('f.geom')).as('wkb'))
      .where('f.build_id', '=', buildId)
      .where('f.noise', '=', false)
      .where('f.finding_no', '>', after)
      .orderBy('f.finding_no')
      .limit(ROWS_PER_READ)
      .execute()
    for (const row of page) {
      yield {
        id: row.finding_no,
        wkb: row.wkb,
        cells: {
          finding_no: row.finding_no,
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
      after = row.finding_no
    }
    if (page.length < ROWS_PER_READ) return
  }
}
