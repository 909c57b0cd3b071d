import { sql, type Kysely } from 'kysely'
import type { AreaBrief } from '../contract.ts'
import { inBuild, inRun } from '../db/in-build.ts'
import { asWkb, envelope } from '../db/postgis.ts'
import type { Database } from '../db/schema.ts'
import { bboxOf, planarAreaM2, type Box } from '../geo/area.ts'
import { ellipsoidAreaM2 } from '../geo/ellipsoid-area.ts'
import type { MultiPolygon } from '../geo/polygon.ts'
import { overlappingPairs } from '../geo/pair-area.ts'
import { PolygonSet } from '../geo/polygon-set.ts'
import { problemFlags } from '../identifier/code-list.ts'
import type { PlaneBox } from '../parcel/box.ts'
import { boxColumns, rowColumns, toParcelRow } from '../parcel/row.ts'
import { knownIn, standingAt, standsIn, type Moment, type Standing } from '../parcel/standing-store.ts'
import type { LandRecord, RecordKind } from '../record/record.ts'
import { Refusal } from '../refusal.ts'
import { clipLedger } from './brief.ts'

/** The kinds the ledger is made of. */
const ledgerKinds = ['approval', 'supply', 'registration'] as const
/** More parcels than anyone reads in one brief, and about what a second can carry. */
const MAX_PARCELS = 20_000
/** Boxes looked up one by one; past it one box around them all is cheaper. */
const MAX_BOXES = 2_000

/**
 * What lies in a drawn area of the working plane: parcels by the part inside, the ledger clipped to it, findings.
 * @throws as `standingAt`; Refusal `AREA_TOO_LARGE`.
 */
export async function areaBrief(
  db: Kysely<Database>,
  drawn: MultiPolygon,
  moment: Moment = {},
): Promise<AreaBrief> {
  const standing = await standingAt(db, moment)
  const rows = await parcelsInside(db, standing, drawn)
  const records = await recordsAround(db, standing, planeBox(bboxOf(drawn)))
  const { accounts, closureM2, inParcelsM2 } = clipLedger(standing.asOf, records, drawn)
  const rowsM2 = rows.reduce((sum, row) => sum + row.insideM2, 0)
  return {
    asOf: standing.asOf,
    knownAt: standing.knownAt,
    areaPlanarM2: planarAreaM2(drawn),
    areaEllipsoidM2: ellipsoidAreaM2(drawn),
    parcels: rows.length,
    parcelsPlanarM2: inParcelsM2,
    overlapM2: Math.max(0, rowsM2 - inParcelsM2),
    accounts,
    closureM2,
    byStrategy: sumBy(rows, (row) => row.strategy ?? ''),
    byKind: sumBy(rows, (row) => row.kind),
    byUse: sumBy(rows, (row) => row.useGroup ?? ''),
    findings: await findingsOn(
      db,
      standing,
      rows.map((row) => row.parcelId),
    ),
    rows,
  }
}

type BriefRow = AreaBrief['rows'][number]

async function parcelsInside(
  db: Kysely<Database>,
  standing: Standing,
  drawn: MultiPolygon,
): Promise<BriefRow[]> {
  const candidates = await db
    .selectFrom('parcel_version as v')
    .leftJoin('assessment as a', (join) =>
      join
        .onRef('a.county_code', '=', 'v.county_code')
        .onRef('a.parcel_id', '=', 'v.parcel_id')
        .on(inRun('a', standing.runId)),
    )
    .select((eb) => [...rowColumns, ...boxColumns, asWkb(eb.ref('v.geom')).as('wkb')])
    .where(standsIn(standing.buildId))
    .where(sql<boolean>`v.geom && ${envelope(planeBox(bboxOf(drawn)))}`)
    .orderBy('v.parcel_id')
    .limit(MAX_PARCELS + 1)
    .execute()
  if (candidates.length > MAX_PARCELS) {
    throw new Refusal(
      'AREA_TOO_LARGE',
      {
        zh: `范围内超过 ${MAX_PARCELS} 宗地。`,
        en: `There are more than ${MAX_PARCELS} parcels in that area.`,
      },
      {
        zh: '请画小一些;全市数字见台账与统计。',
        en: 'Draw a smaller one; the ledger has the figures of the whole city.',
      },
      { field: 'geometry' },
    )
  }
  const inside = new Map<number, number>()
  overlappingPairs(
    PolygonSet.fromMultiPolygons([drawn]),
    PolygonSet.fromWkb(candidates.map((row) => row.wkb)),
    (_, parcel, areaM2) => inside.set(parcel, areaM2),
  )
  return candidates
    .flatMap((row, i): BriefRow[] => {
      const insideM2 = inside.get(i)
      // a hairline of a parcel that merely borders on the drawing is none of its parcels
      return insideM2 === undefined || insideM2 < 0.01 ? [] : [{ ...toParcelRow(row), insideM2 }]
    })
    .toSorted((a, b) => b.insideM2 - a.insideM2 || a.parcelId - b.parcelId)
}

/**
 * Every record of the ledger whose box meets the area, every one whose box meets one of those approvals or supplies
 * (what is noise is judged on whole pieces), and the districts.
 */
async function recordsAround(db: Kysely<Database>, standing: Standing, box: PlaneBox): Promise<LandRecord[]> {
  const around = [box, ...(await boxesOf(db, standing, ['approval', 'supply'], box))]
  const wide = await readRecords(db, standing, ledgerKinds, mergeBoxes(around))
  const districts = await readRecords(db, standing, ['layer'], [box], 'district')
  return [...wide, ...districts]
}

/** Boxes of the records that meet a box. */
async function boxesOf(
  db: Kysely<Database>,
  standing: Standing,
  kinds: readonly RecordKind[],
  box: PlaneBox,
): Promise<PlaneBox[]> {
  return db
    .selectFrom('record as r')
    .select([
      sql<number>`st_xmin(r.geom)`.as('west'),
      sql<number>`st_ymin(r.geom)`.as('south'),
      sql<number>`st_xmax(r.geom)`.as('east'),
      sql<number>`st_ymax(r.geom)`.as('north'),
    ])
    .where('r.kind', 'in', [...kinds])
    .where(knownIn(standing))
    .where(sql<boolean>`r.geom && ${envelope(box)}`)
    .execute()
}

async function readRecords(
  db: Kysely<Database>,
  standing: Standing,
  kinds: readonly RecordKind[],
  boxes: readonly PlaneBox[],
  layer = '',
): Promise<LandRecord[]> {
  const edge = (pick: (box: PlaneBox) => number) => sql`${boxes.map(pick)}::float8[]`
  const rows = await db
    .selectFrom('record as r')
    .select((eb) => [
      'r.record_id',
      'r.county_code',
      'r.kind',
      'r.layer',
      'r.record_key',
      'r.doc',
      'r.fields',
      'r.area_document_m2',
      'r.area_planar_m2',
      'r.area_ellipsoid_m2',
      'r.delivery_id',
      'r.row_no',
      sql<Uint8Array>`${asWkb(eb.ref('r.geom'))}`.as('wkb'),
    ])
    .where('r.kind', 'in', [...kinds])
    .where('r.layer', '=', layer)
    .where(knownIn(standing))
    .where(
      sql<boolean>`(r.county_code, r.record_id, r.version_no) in (
        select hit.county_code, hit.record_id, hit.version_no
        from unnest(${edge((b) => b.west)}, ${edge((b) => b.south)}, ${edge((b) => b.east)}, ${edge((b) => b.north)})
          as box(west, south, east, north)
        join record as hit on hit.geom && st_makeenvelope(box.west, box.south, box.east, box.north, 4547)
      )`,
    )
    .execute()
  return rows.map((row) => ({
    recordId: row.record_id,
    countyCode: row.county_code,
    kind: row.kind as RecordKind,
    layer: row.layer,
    key: row.record_key,
    doc: row.doc,
    fields: row.fields as LandRecord['fields'],
    wkb: row.wkb,
    areaDocumentM2: row.area_document_m2,
    areaPlanarM2: row.area_planar_m2,
    areaEllipsoidM2: row.area_ellipsoid_m2,
    deliveryId: row.delivery_id,
    rowNo: row.row_no,
  }))
}

/** One box where many would cover much the same land: fewer look-ups, a few more records. The first is the drawing's. */
function mergeBoxes(boxes: readonly PlaneBox[]): readonly PlaneBox[] {
  const all = boxes.reduce((around, box) => ({
    west: Math.min(around.west, box.west),
    south: Math.min(around.south, box.south),
    east: Math.max(around.east, box.east),
    north: Math.max(around.north, box.north),
  }))
  return boxArea(all) <= 4 * boxArea(boxes[0]!) || boxes.length > MAX_BOXES ? [all] : boxes
}

async function findingsOn(
  db: Kysely<Database>,
  { buildId }: Standing,
  parcelIds: readonly number[],
): Promise<AreaBrief['findings']> {
  if (parcelIds.length === 0) return []
  // joined, not `&&`: the index on parcel_ids would be asked once for each of thousands of parcels
  const { rows } = await sql<{ code: string; count: number }>`
    select f.code, count(distinct f.finding_id)::int as count
    from finding as f
    cross join lateral unnest(f.parcel_ids) as concerned(parcel_id)
    join unnest(${parcelIds}::bigint[]) as inside(parcel_id) using (parcel_id)
    where ${inBuild('f', buildId)} and not f.noise
    group by f.code
    order by f.code`.execute(db)
  return rows.map(({ code, count }) => ({
    code,
    title: problemFlags().find((flag) => flag.code === code)?.title ?? { zh: code, en: code },
    count,
  }))
}

function sumBy(rows: readonly BriefRow[], keyOf: (row: BriefRow) => string): AreaBrief['byKind'] {
  const sums = new Map<string, { parcels: number; planarM2: number }>()
  for (const row of rows) {
    const sum = sums.get(keyOf(row)) ?? { parcels: 0, planarM2: 0 }
    sum.parcels += 1
    sum.planarM2 += row.insideM2
    sums.set(keyOf(row), sum)
  }
  return [...sums].map(([key, sum]) => ({ key, ...sum })).toSorted((a, b) => b.planarM2 - a.planarM2)
}

const planeBox = ([west, south, east, north]: Box): PlaneBox => ({ west, south, east, north })
const boxArea = (box: PlaneBox): number => (box.east - box.west) * (box.north - box.south)
