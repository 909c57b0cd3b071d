/** Tiles of the invented city, by the real encoder. */
import { type Position } from '../../../server/geo/polygon.ts'
import { type TileLayer, TileLayerBuilder } from '../../../server/tile/layer.ts'
import { worldX, worldY } from '../../../server/tile/world.ts'
import type { ParcelRow } from '../../../server/contract.ts'
import { eastM, northM, rectangle, street, width } from './base.ts'

export function makeLayers(
  rows: readonly ParcelRow[],
  rings: readonly Position[][],
  columns: number,
): Record<string, TileLayer> {
  const world = (ring: readonly Position[]) =>
    Int32Array.from(ring.slice(0, -1).flatMap(([lon, lat]) => [worldX(lon), worldY(lat)]))
  const parcels = new TileLayerBuilder('parcel', [
    { name: 'strategy', role: 'group' },
    { name: 'stage', role: 'group' },
    { name: 'kind', role: 'group' },
    { name: 'district', role: 'group' },
    { name: 'use_group', role: 'group' },
    { name: 'area', role: 'largest' },
    { name: 'flags', role: 'union' },
  ])
  rows.forEach((row, i) => {
    parcels.add({
      id: row.parcelId,
      polygons: [[world(rings[i]!)]],
      attributes: [
        row.strategy,
        row.stage,
        row.kind,
        row.district,
        row.useGroup,
        row.areas.planarM2,
        row.flags.join(',') || null,
      ],
    })
  })
  const side = columns * (width + street)
  const zone = (layer: string, name: string, x: number, y: number, w: number, h: number) => {
    const builder = new TileLayerBuilder(layer, [
      { name: 'use_group', role: 'group' },
      { name: 'name', role: 'single' },
      { name: 'code', role: 'single' },
    ])
    builder.add({
      id: 1,
      polygons: [[world(rectangle(eastM + x * side, northM + y * side, w * side, h * side))]],
      attributes: [null, name, null],
    })
    return builder.finish()
  }
  // number 7, the one every parcel's conflicts tell of, lies over the whole of one parcel near the middle
  const findings = new TileLayerBuilder('finding', [{ name: 'code', role: 'group' }])
  findings.add({
    id: 7,
    polygons: [[world(rings[Math.floor(rings.length / 2) + 25] ?? rings[0]!)]],
    attributes: ['P101'],
  })
  return {
    parcel: parcels.finish(),
    district: zone('district', '天元区', -0.1, -0.1, 1.2, 1),
    control_plan: zone('control_plan', '控规单元', 0.1, 0.1, 0.5, 0.3),
    farmland: zone('farmland', '基本农田', 0.6, 0.1, 0.3, 0.2),
    eco_redline: zone('eco_redline', '生态红线', 0.05, 0.5, 0.25, 0.25),
    growth_boundary: zone('growth_boundary', '开发边界', 0, 0, 0.95, 0.75),
    park: zone('park', '虚构产业园', 0.4, 0.4, 0.4, 0.3),
    renewal: zone('renewal', '更新片区', 0.7, 0.55, 0.2, 0.2),
    finding: findings.finish(),
  }
}
