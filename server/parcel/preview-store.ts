import { sql, type Kysely } from 'kysely'
import { analyseShape, type OtherShape } from '../analysis/analyse-shape.ts'
import type { OverlapPreview } from '../contract.ts'
import { asWkb, envelope } from '../db/postgis.ts'
import type { Database } from '../db/schema.ts'
import { bboxOf } from '../geo/area.ts'
import type { MultiPolygon } from '../geo/polygon.ts'
import { toLonLat } from '../geo/project.ts'
import { decodeMultiPolygon } from '../geo/wkb.ts'
import { knownLayers, type RecordKind } from '../record/record.ts'
import { Refusal } from '../refusal.ts'
import { knownIn, standingAt, type Standing } from './standing-store.ts'

const registers = ['approval', 'supply', 'registration'] as const
type Register = (typeof registers)[number]

/** Layers a drawing is held against. Districts and the growth boundary are meant to cover it. */
const layers = ['control_plan', 'farmland', 'eco_redline', 'renewal', 'soil', 'park'] as const

/** Whose land is taken away first (design section 6): a title before a supply, a supply before an approval. */
const takenBy: Readonly<Record<Register, readonly Register[]>> = {
  approval: ['approval', 'supply', 'registration'],
  supply: ['supply', 'registration'],
  registration: ['registration'],
}
const MAX_OTHERS = 3_000

/**
 * One drawn shape, as if it were delivered: what it would overlap, and what would be left of it. Nothing is written.
 * Approvals that are withdrawn, lapsed or reduced by the day of the build take nothing and are left out.
 * @param shape in the working plane (EPSG:4547), valid
 * @throws Refusal `NOT_BUILT`, `AREA_TOO_LARGE`.
 */
export async function previewOverlaps(
  db: Kysely<Database>,
  shape: MultiPolygon,
  as: Register,
): Promise<OverlapPreview> {
  const standing = await standingAt(db)
  const others = await othersAt(db, standing, shape)
  const takes = (other: OtherShape): boolean => takenBy[as].some((kind) => kind === other.kind)
  const land = analyseShape({ shape, others: others.filter(takes), asOf: standing.asOf })
  const rest = analyseShape({ shape, others: others.filter((other) => !takes(other)), asOf: standing.asOf })
  return {
    asOf: standing.asOf,
    areaPlanarM2: land.areaPlanarM2,
    areaEllipsoidM2: land.areaEllipsoidM2,
    overlaps: [...land.overlaps, ...rest.overlaps].map((overlap) => ({
      ...overlap,
      geometry: geoJson(overlap.geometry),
    })),
    remainder: { ...land.remainder, geometry: geoJson(land.remainder.geometry) },
    notChecked: await notDelivered(db, standing),
  }
}

async function othersAt(
  db: Kysely<Database>,
  standing: Standing,
  shape: MultiPolygon,
): Promise<OtherShape[]> {
  const [west, south, east, north] = bboxOf(shape)
  const rows = await db
    .selectFrom('record as r')
    .select((eb) => [
      'r.record_id',
      'r.kind',
      'r.layer',
      'r.doc',
      sql<Uint8Array>`${asWkb(eb.ref('r.geom'))}`.as('wkb'),
    ])
    .where((eb) =>
      eb.or([
        eb('r.kind', 'in', [...registers]),
        eb.and([eb('r.kind', '=', 'layer'), eb('r.layer', 'in', [...layers])]),
      ]),
    )
    .where(sql<boolean>`r.geom && ${envelope({ west, south, east, north })}`)
    .where(knownIn(standing))
    .where(
      sql<boolean>`(r.kind <> 'approval' or coalesce(r.fields ->> 'status', 'valid') = 'valid'
        or coalesce(r.fields ->> 'status_on', '') > ${standing.asOf}::text)`,
    )
    .orderBy('r.record_id')
    .limit(MAX_OTHERS + 1)
    .execute()
  if (rows.length > MAX_OTHERS) {
    throw new Refusal(
      'AREA_TOO_LARGE',
      {
        zh: `范围内超过 ${MAX_OTHERS} 个图形。`,
        en: `There are more than ${MAX_OTHERS} shapes in that area.`,
      },
      { zh: '预览以一宗地为宜,请画小一些。', en: 'A preview is for one plot; draw a smaller one.' },
      { field: 'geometry' },
    )
  }
  return rows.map((row) => ({
    recordId: row.record_id,
    kind: row.kind,
    layer: row.layer,
    doc: row.doc,
    shape: decodeMultiPolygon(row.wkb),
  }))
}

/** Registers and layers of which nothing was delivered: silence about them is no clean bill. */
async function notDelivered(db: Kysely<Database>, standing: Standing): Promise<string[]> {
  const missing: string[] = []
  for (const kind of registers satisfies readonly RecordKind[]) {
    const row = await db
      .selectFrom('record as r')
      .select('r.record_id')
      .where('r.kind', '=', kind)
      .where(knownIn(standing))
      .limit(1)
      .executeTakeFirst()
    if (!row) missing.push(kind)
  }
  return [...missing, ...knownLayers.filter((layer) => !(standing.layers[layer]! > 0))]
}

const geoJson = (shape: MultiPolygon) => ({ type: 'MultiPolygon' as const, coordinates: toLonLat(shape) })
