import { setImmediate as nextTurn } from 'node:timers/promises'
import { sql, type Kysely } from 'kysely'
import { inBuild, inRun } from '../db/in-build.ts'
import { asWkb } from '../db/postgis.ts'
import type { Database } from '../db/schema.ts'
import { transformPosition } from '../geo/project.ts'
import { LONLAT_SRID, WORKING_SRID } from '../geo/polygon.ts'
import { readWkb } from '../geo/wkb.ts'
import { knownIn, standsIn, type Standing } from '../parcel/standing-store.ts'
import { TileLayerBuilder, type AttributeSpec, type TileLayer } from './layer.ts'
import { worldX, worldY } from './world.ts'

/** Zone layers that can be drawn, besides parcels and findings. */
export const zoneLayers = [
  'farmland',
  'eco_redline',
  'control_plan',
  'growth_boundary',
  'district',
  'park',
  'renewal',
  'soil',
] as const
export const tileLayers = ['parcel', 'finding', ...zoneLayers] as const
export type TileLayerName = (typeof tileLayers)[number]

const parcelAttributes: readonly AttributeSpec[] = [
  { name: 'strategy', role: 'group' },
  { name: 'stage', role: 'group' },
  { name: 'kind', role: 'group' },
  { name: 'district', role: 'group' },
  { name: 'use_group', role: 'group' },
  { name: 'area', role: 'largest' }, // planar, m², rounded: for filters and hints, never a figure
  { name: 'flags', role: 'union' }, // 'P101,P503'
  { name: 'ruled', role: 'single' }, // what the rules say, where a person decided on something else
]
const findingAttributes: readonly AttributeSpec[] = [
  { name: 'code', role: 'group' },
  { name: 'severity', role: 'group' },
  { name: 'area', role: 'largest' },
]
const zoneAttributes: readonly AttributeSpec[] = [
  { name: 'use_group', role: 'group' },
  { name: 'name', role: 'single' },
  { name: 'code', role: 'single' },
]

const ROWS_PER_READ = 10_000

/**
 * Reads one layer as it stands into memory. Shapes come in the working plane and leave as world coordinates.
 * @param useGroupOf group of a zone's land use, null where unknown
 */
export async function loadLayer(
  db: Kysely<Database>,
  standing: Standing,
  name: TileLayerName,
  useGroupOf: (fields: Record<string, unknown>) => string | null,
): Promise<TileLayer> {
  switch (name) {
    case 'parcel':
      return loadParcels(db, standing)
    case 'finding':
      return loadFindings(db, standing)
    default:
      return loadZones(db, standing, name, useGroupOf)
  }
}

async function loadParcels(db: Kysely<Database>, { buildId, runId }: Standing): Promise<TileLayer> {
  const builder = new TileLayerBuilder('parcel', parcelAttributes)
  for (let after = -1; ;) {
    const rows = await db
      .selectFrom('parcel_version as v')
      .leftJoin('assessment as a', (join) =>
        join
          .onRef('a.county_code', '=', 'v.county_code')
          .onRef('a.parcel_id', '=', 'v.parcel_id')
          .on(inRun('a', runId)),
      )
      .select((eb) => [
        'v.parcel_id',
        'v.stage',
        'v.kind',
        'v.district_code',
        'v.use_group',
        'v.area_planar_m2',
        'a.strategy',
        'a.ruled_strategy',
        'a.override_id',
        'a.flags',
        asWkb(eb.ref('v.geom')).as('wkb'),
      ])
      .where(standsIn(buildId))
      .where('v.parcel_id', '>', after)
      .orderBy('v.parcel_id')
      .limit(ROWS_PER_READ)
      .execute()
    for (const row of rows) {
      builder.add({
        id: row.parcel_id,
        polygons: worldRings(row.wkb),
        attributes: [
          row.strategy,
          row.stage,
          row.kind,
          row.district_code,
          row.use_group,
          Math.round(row.area_planar_m2),
          row.flags && row.flags.length > 0 ? row.flags.join(',') : null,
          row.override_id === null ? null : row.ruled_strategy,
        ],
      })
      after = row.parcel_id
    }
    if (rows.length < ROWS_PER_READ) return builder.finish()
    await nextTurn() // other requests first
  }
}

async function loadFindings(db: Kysely<Database>, { buildId }: Standing): Promise<TileLayer> {
  const builder = new TileLayerBuilder('finding', findingAttributes)
  for (let after = -1; ;) {
    const rows = await db
      .selectFrom('finding as f')
      .select((eb) => [
        'f.finding_id',
        'f.code',
        'f.severity',
        'f.area_planar_m2',
        sql<Uint8Array>`${asWkb(eb.ref('f.geom'))}`.as('wkb'),
      ])
      .where(inBuild('f', buildId))
      .where('f.noise', '=', false)
      .where('f.geom', 'is not', null)
      .where('f.finding_id', '>', after)
      .orderBy('f.finding_id')
      .limit(ROWS_PER_READ)
      .execute()
    for (const row of rows) {
      builder.add({
        id: row.finding_id,
        polygons: worldRings(row.wkb),
        attributes: [
          row.code,
          row.severity,
          row.area_planar_m2 === null ? null : Math.round(row.area_planar_m2),
        ],
      })
      after = row.finding_id
    }
    if (rows.length < ROWS_PER_READ) return builder.finish()
    await nextTurn()
  }
}

async function loadZones(
  db: Kysely<Database>,
  standing: Standing,
  layer: string,
  useGroupOf: (fields: Record<string, unknown>) => string | null,
): Promise<TileLayer> {
  const builder = new TileLayerBuilder(layer, zoneAttributes)
  for (let after = -1; ;) {
    const rows = await db
      .selectFrom('record as r')
      .select((eb) => [
        'r.record_id',
        'r.doc',
        'r.fields',
        sql<Uint8Array>`${asWkb(eb.ref('r.geom'))}`.as('wkb'),
      ])
      .where('r.kind', '=', 'layer')
      .where('r.layer', '=', layer)
      .where('r.geom', 'is not', null)
      .where(knownIn(standing))
      .where('r.record_id', '>', after)
      .orderBy('r.record_id')
      .limit(ROWS_PER_READ)
      .execute()
    for (const row of rows) {
      builder.add({
        id: row.record_id,
        polygons: worldRings(row.wkb),
        attributes: [useGroupOf(row.fields), textOf(row.fields.name) ?? row.doc, textOf(row.fields.code)],
      })
      after = row.record_id
    }
    if (rows.length < ROWS_PER_READ) return builder.finish()
    await nextTurn()
  }
}

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

/** WKB in the working plane to open rings of world coordinates. */
export function worldRings(wkb: Uint8Array): Int32Array[][] {
  const polygons: Int32Array[][] = []
  let rings: Int32Array[] = []
  let ring = new Int32Array(0)
  let at = 0
  readWkb(wkb, {
    polygon: () => polygons.push((rings = [])),
    ring: (positions) => {
      ring = new Int32Array(Math.max(0, 2 * (positions - 1)))
      rings.push(ring)
      at = 0
    },
    position: (x, y) => {
      if (at >= ring.length) return // the closing position
      const [lon, lat] = transformPosition([x, y], WORKING_SRID, LONLAT_SRID)
      ring[at++] = worldX(lon)
      ring[at++] = worldY(lat)
    },
  })
  return polygons
}
