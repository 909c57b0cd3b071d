import { sql, type Kysely } from 'kysely'
import type { Finding, FindingPage, FindingQuery } from '../contract.ts'
import { listMark, readCursor, writeCursor } from '../cursor.ts'
import { inBuild } from '../db/in-build.ts'
import { asWkb } from '../db/postgis.ts'
import type { Database } from '../db/schema.ts'
import { toLonLat } from '../geo/project.ts'
import { decodeMultiPolygon } from '../geo/wkb.ts'
import { flagOf } from './findings/finding.ts'
import { standingAt, versionOf, type Moment, type Standing } from './standing-store.ts'

/** What narrows a list of findings; without `noise`, what surveys merely disagree on is left out. */
export type FindingConditions = Omit<FindingQuery, 'limit' | 'cursor'>

/** Where a page ended: findings come by code and number. */
interface Place {
  readonly code: string
  readonly findingNo: number
}
const START: Place = { code: '', findingNo: -1 }

const DEFAULT_LIMIT = 100
const ROWS_PER_READ = 5_000

/**
 * A page of the findings that meet the conditions, and how many there are; shapes as GeoJSON in lon/lat (EPSG:4490).
 * @throws as `standingAt`; Refusal `PARAM_INVALID` for a cursor of another list
 */
export async function findFindings(
  db: Kysely<Database>,
  { limit = DEFAULT_LIMIT, cursor, ...conditions }: FindingQuery,
  moment: Moment = {},
): Promise<FindingPage> {
  const standing = await standingAt(db, moment)
  const mark = listMark('findings', versionOf(standing), conditions)
  let after = START
  let total: number
  if (cursor === undefined) total = await countFindings(db, standing, conditions)
  else {
    const [code, findingNo, counted] = readCursor(cursor, mark, ['text', 'number_of_ours', 'number_of_ours'])
    after = { code, findingNo }
    total = counted // with the first page: what is listed stays what it is
  }
  const rows = await findingRows(db, standing, conditions, { after, limit: limit + 1 })
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    asOf: standing.asOf,
    knownAt: standing.knownAt,
    total,
    rows: shown.map(toFinding),
    nextCursor: rows.length > limit && last ? writeCursor(mark, [last.code, last.findingNo, total]) : null,
  }
}

/** All findings that meet the conditions, as `findFindings` gives them: for a parcel, or a reader of the whole list. */
export async function readFindings(
  db: Kysely<Database>,
  conditions: FindingConditions = {},
  moment: Moment = {},
): Promise<Finding[]> {
  const findings: Finding[] = []
  for await (const row of eachFinding(db, await standingAt(db, moment), conditions))
    findings.push(toFinding(row))
  return findings
}

/** Every finding of a build that meets the conditions, some thousand read at a time. */
export async function* eachFinding(
  db: Kysely<Database>,
  standing: Standing,
  conditions: FindingConditions = {},
): AsyncGenerator<FindingRow> {
  for (let after = START; ;) {
    const rows = await findingRows(db, standing, conditions, { after, limit: ROWS_PER_READ })
    yield* rows
    const last = rows.at(-1)
    if (!last || rows.length < ROWS_PER_READ) return
    after = last
  }
}

export async function countFindings(
  db: Kysely<Database>,
  standing: Standing,
  conditions: FindingConditions = {},
): Promise<number> {
  const counted = await standingFindings(db, standing, conditions)
    .select(sql<number>`count(*)::int`.as('findings'))
    .executeTakeFirstOrThrow()
  return counted.findings
}

function standingFindings(db: Kysely<Database>, { buildId }: Standing, asked: FindingConditions) {
  const { code, parcel, noise } = asked
  return db
    .selectFrom('finding as f')
    .where(inBuild('f', buildId))
    .$if(code !== undefined, (query) => query.where('f.code', '=', code!))
    .$if(parcel !== undefined, (query) =>
      query.where(sql<boolean>`f.parcel_ids @> array[${parcel!}::bigint]`),
    )
    .$if(noise !== 'true', (query) => query.where('f.noise', '=', false))
}

function findingRows(
  db: Kysely<Database>,
  standing: Standing,
  conditions: FindingConditions,
  { after, limit }: { readonly after: Place; readonly limit: number },
) {
  return standingFindings(db, standing, conditions)
    .select(({ ref }) => [
      'f.finding_id as findingNo',
      'f.code',
      'f.severity',
      'f.noise',
      'f.parcel_ids as parcels',
      'f.records',
      'f.detail',
      'f.area_planar_m2 as planarM2',
      'f.area_ellipsoid_m2 as ellipsoidM2',
      'f.share_of_first as shareOfFirst',
      'f.share_of_second as shareOfSecond',
      asWkb(ref('f.geom')).as('wkb'),
    ])
    .where(sql<boolean>`(f.code, f.finding_id) > (${after.code}, ${after.findingNo}::bigint)`)
    .orderBy('f.code')
    .orderBy(sql`f.finding_id + 0`) // or, for a code, all findings of the city are walked in the order of their numbers
    .limit(limit)
    .execute()
}
export type FindingRow = Awaited<ReturnType<typeof findingRows>>[number]

function toFinding({ wkb, records, detail, ...row }: FindingRow): Finding {
  return {
    ...row,
    title: flagOf(row.code).title,
    records: records as Finding['records'],
    detail: detail as Finding['detail'],
    geometry: wkb === null ? null : { type: 'MultiPolygon', coordinates: toLonLat(decodeMultiPolygon(wkb)) },
  }
}
