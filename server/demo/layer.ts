import type { Polygon, Position } from '../geo/polygon.ts'
import type { Fields } from '../record/record.ts'
import type { Extent } from './district.ts'
import { grown, type Ground } from './ground.ts'
import { USE_SCHEME, uses, type Block, type Use } from './plot.ts'
import { randomFrom, type Random } from './random.ts'
import { gridPosition, solid } from './shape.ts'
import type { CityRecord, PlanPart, Scene } from './scene.ts'

/** Zones of layers that do not belong to one plot. Names say that the lines are invented. */
function zone(
  layer: string,
  number: number,
  shape: Polygon[],
  fields: Fields<'layer'>,
  countyCode = '000000',
): CityRecord {
  return {
    kind: 'layer',
    layer,
    key: `${layer}-${number}`,
    doc: fields.name ?? null,
    countyCode,
    fields,
    geometry: shape,
    areaDocumentM2: null,
    isLater: false,
    meant: { ground: null, under: null, said: fields, slips: [] },
  }
}

export function districtZones(ground: Ground): CityRecord[] {
  return ground.districts.list.map(({ code, name, ring }, i) =>
    zone('district', i + 1, [solid(ring)], { code, name: `${name}(虚构边界)` }, code),
  )
}

/**
 * Plan of a block, with the papers of its plots where any of them is planted: one zone for its use, or one for each plot where a case has the plan change within the block.
 * Neighbouring zones share their corners.
 */
export function planZones(block: Block, scenes: readonly Scene[] | null): CityRecord[] {
  const planned = (
    use: Use,
    i: number,
    shape: Polygon[],
    { status = 'in_force', inForceOn = '2002-01-01' }: Pick<PlanPart, 'status' | 'inForceOn'> = {},
  ): CityRecord => {
    const { code, name, farMin, farMax, density } = uses[use]
    const label = `${name}${block.index + 1}-${i + 1}(虚构)`
    return zone(`control_plan`, block.index * 10_000 + i, shape, {
      name: label, code: `${block.index + 1}-${i + 1}`, use: code, use_scheme: USE_SCHEME, far_min: farMin, far_max: farMax, density, status,
      in_force_on: inForceOn,
    }, block.plots[0]?.district) // prettier-ignore
  }
  if (!scenes?.some((scene) => scene.planParts)) return [planned(block.use, 0, block.outline())]
  let i = 0
  return scenes.flatMap((scene) =>
    scene.planParts
      ? scene.planParts.map((part) => planned(part.use, i++, [part.shape], part))
      : [planned(block.use, i++, [scene.whole])],
  )
}

/**
 * The growth boundary round the whole city, with holes where a case has land outside it; fields and hills outside it;
 * parks and renewal units inside.
 */
export function* wideZones(
  ground: Ground,
  seed: number,
  outsideGrowth: readonly Polygon[],
): Generator<CityRecord> {
  const random = randomFrom(seed, 51)
  const round = solid(winding(grown(ground.extent, 350), 110, random))
  const holes = outsideGrowth.map(([ring]) => ring!.toReversed())
  yield zone('growth_boundary', 1, [[...round, ...holes]], {
    name: '城镇集中建设区(虚构)',
    status: 'in_force',
  })
  yield* outside(ground, random)
  yield* parks(ground, random)
  yield* renewalUnits(ground)
}

/** A box with winding sides, counter-clockwise, never farther in than half and never farther out than `byM`. */
function winding([west, south, east, north]: Extent, byM: number, random: Random): Position[] {
  const [p, q] = [random.between(0, 6), random.between(0, 6)]
  const wave = (t: number): number => (byM / 4) * (Math.sin(t / 260 + p) + Math.sin(t / 97 + q))
  const corners: Position[] = [[west, south], [east, south], [east, north], [west, north]] // prettier-ignore
  return corners.flatMap(([x, y], k) => {
    const [ex, ey] = corners[(k + 1) % 4]!
    const lengthM = Math.hypot(ex - x, ey - y)
    const [ux, uy] = [(ex - x) / lengthM, (ey - y) / lengthM]
    const count = Math.max(2, Math.round(lengthM / 120))
    return Array.from({ length: count }, (_, i) => {
      const t = (lengthM * i) / count
      const calm = Math.min(1, (Math.min(i, count - i) * 4) / count) // straight at the corners
      const off = wave(t) * calm
      return gridPosition(x + ux * t + uy * off, y + uy * t - ux * off)
    })
  })
}

/**
 * Rounded patches all round the city, beyond the growth boundary and inside the districts: two of farmland, then a
 * hill under the red line. Far enough apart not to meet.
 */
function* outside(ground: Ground, random: Random): Generator<CityRecord> {
  const [west, south, east, north] = grown(ground.extent, 1000)
  const corners: Position[] = [[west, south], [east, south], [east, north], [west, north]] // prettier-ignore
  let number = 1
  for (const [k, [x, y]] of corners.entries()) {
    const [ex, ey] = corners[(k + 1) % 4]!
    const count = Math.max(1, Math.floor(Math.hypot(ex - x, ey - y) / 900))
    for (let i = 0; i < count; i++) {
      const t = (i + random.between(0.42, 0.58)) / count
      const shape = patch([x + (ex - x) * t, y + (ey - y) * t], random.between(130, 270), random)
      const [layer, name] =
        number % 3 === 0 ? ['eco_redline', '生态保护红线(虚构)'] : ['farmland', '永久基本农田(虚构)']
      yield zone(layer!, number++, [solid(shape)], { name: name!, exempt: false })
    }
  }
}

function patch([x, y]: Position, radiusM: number, random: Random): Position[] {
  const [p, q] = [random.between(0, 6), random.between(0, 6)]
  const count = Math.max(12, Math.round(radiusM / 8))
  return Array.from({ length: count }, (_, i) => {
    const angle = (i / count) * 2 * Math.PI
    const r = radiusM * (1 + 0.22 * Math.sin(2 * angle + p) + 0.12 * Math.sin(5 * angle + q))
    return gridPosition(x + r * Math.cos(angle), y + r * Math.sin(angle))
  })
}

/** Two parks over a side of the city each; they name land and decide nothing. */
function* parks({ extent: [west, south, east, north] }: Ground, random: Random): Generator<CityRecord> {
  const [w, h] = [east - west, north - south]
  const boxes: readonly (readonly [string, Extent])[] = [
    ['虚构高新技术产业园', [west + w * 0.02, south + h * 0.05, west + w * 0.3, south + h * 0.45]],
    ['虚构轨道交通装备园', [west + w * 0.6, south + h * 0.62, west + w * 0.97, south + h * 0.96]],
  ]
  for (const [i, [name, box]] of boxes.entries()) {
    yield zone('park', i + 1, [solid(winding(grown(box, 0), 60, random))], { name, code: `XG${i + 1}` })
  }
}

/** A few blocks of old houses that are to be renewed as one. */
function* renewalUnits(ground: Ground): Generator<CityRecord> {
  let number = 1
  for (let index = 0; index < ground.fabricBlocks && number <= 3; index++) {
    const block = ground.blockAt(index)
    if (block.era !== 'old' || block.plots.length < 20) continue
    yield zone(
      'renewal',
      number,
      block.outline(),
      { name: `更新片区${number}(虚构)` },
      block.plots[0]!.district,
    )
    number++
  }
}
