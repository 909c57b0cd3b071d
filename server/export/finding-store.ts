import type { Kysely } from 'kysely'
import { countFindings, eachFinding } from '../build/finding-store.ts'
import { flagOf } from '../build/findings/finding.ts'
import type { Database } from '../db/schema.ts'
import { WORKING_SRID } from '../geo/polygon.ts'
import { standingAt, type Moment, type Standing } from '../parcel/standing-store.ts'
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

/** Findings by code and number; what surveys merely disagree on is left out. */
export async function exportFindings(db: Kysely<Database>, moment: Moment = {}): Promise<ExportTable> {
  const standing = await standingAt(db, moment)
  return {
    name: 'findings',
    columns: columnsOf(columns, types),
    srid: WORKING_SRID,
    day: standing.asOf,
    rows: rows(db, standing),
    count: () => countFindings(db, standing),
  }
}

async function* rows(db: Kysely<Database>, standing: Standing): AsyncGenerator<ExportRow> {
  for await (const finding of eachFinding(db, standing)) {
    const { title } = flagOf(finding.code)
    yield {
      id: finding.findingNo,
      wkb: finding.wkb,
      cells: {
        finding_no: finding.findingNo,
        code: finding.code,
        title_zh: title.zh,
        title_en: title.en,
        severity: finding.severity,
        parcels: finding.parcels.join(','),
        records: (finding.records as { kind: string; doc: string | null }[])
          .map(({ kind, doc }) => `${kind} ${doc ?? '-'}`)
          .join('; '),
        area_planar_m2: finding.planarM2,
        area_ellipsoid_m2: finding.ellipsoidM2,
        share_of_first: finding.shareOfFirst,
        share_of_second: finding.shareOfSecond,
        detail: JSON.stringify(finding.detail),
      },
    }
  }
}
