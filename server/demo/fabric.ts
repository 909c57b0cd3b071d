import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { toWorking } from '../geo/project.ts'
import type { Polygon } from '../geo/polygon.ts'
import { areaM2, centroid, isConvex, isSimple, onGrid, opened, perimeterM, wound } from './shape.ts'

const file = new URL('../../data/demo/demo-parcels-cgcs2000.geojsonl.gz', import.meta.url)

/** Parcels of the fabric that hang together, without a street between them. */
export interface FabricBlock {
  /** Working CRS, on the grid. */
  readonly polygons: readonly Polygon[]
}

/** Smallest plot taken over; below lie verges and leftovers of the cadastre. */
const MIN_AREA_M2 = 60
const MIN_MEAN_WIDTH_M = 3

let read: FabricBlock[] | undefined

/**
 * The real shapes the old part of the city is made of (`data/demo/README.md`), as blocks from the middle outwards.
 * Delivered in lon/lat (EPSG:4490), given in the working CRS (EPSG:4547).
 */
export function fabricBlocks(): readonly FabricBlock[] {
  return (read ??= readBlocks())
}

function readBlocks(): FabricBlock[] {
  const polygons = gunzipSync(readFileSync(file))
    .toString('utf8')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { geometry: { coordinates: Polygon } }).geometry.coordinates)
    .map((lonLat) => wound(toGrid(toWorking([lonLat])[0]!)))
    .filter(isUsable)
  const middle = centroid(opened(hullBox(polygons)))
  return connected(polygons)
    .map((block) => ({ polygons: block, fromMiddleM: farFrom(middle, block) }))
    .toSorted((a, b) => a.fromMiddleM - b.fromMiddleM)
    .map(({ polygons }) => ({ polygons }))
}

const toGrid = (polygon: Polygon): Polygon =>
  polygon.map((ring) => ring.map(([east, north]) => [onGrid(east), onGrid(north)]))

function isUsable(polygon: Polygon): boolean {
  const m2 = areaM2(polygon)
  if (m2 < MIN_AREA_M2 || (2 * m2) / perimeterM(polygon) < MIN_MEAN_WIDTH_M) return false
  return polygon.every((ring) => isSimple(opened(ring)))
}

function hullBox(polygons: readonly Polygon[]): Polygon[0] {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const polygon of polygons) {
    for (const [x, y] of polygon[0]!) {
      ;[west, south] = [Math.min(west, x), Math.min(south, y)]
      ;[east, north] = [Math.max(east, x), Math.max(north, y)]
    }
  }
  return [[west, south], [east, south], [east, north], [west, north], [west, south]] // prettier-ignore
}

/** Groups polygons that have a vertex in common, to the centimetre. */
function connected(polygons: readonly Polygon[]): Polygon[][] {
  const parent = polygons.map((_, i) => i)
  const root = (i: number): number => {
    while (parent[i] !== i) i = parent[i] = parent[parent[i]!]!
    return i
  }
  const firstAt = new Map<string, number>()
  polygons.forEach((polygon, i) => {
    for (const [x, y] of polygon.flat()) {
      const vertex = `${Math.round(x * 100)} ${Math.round(y * 100)}`
      const other = firstAt.get(vertex)
      if (other === undefined) firstAt.set(vertex, i)
      else parent[root(i)] = root(other)
    }
  })
  const groups = new Map<number, Polygon[]>()
  polygons.forEach((polygon, i) => {
    const group = groups.get(root(i))
    if (group) group.push(polygon)
    else groups.set(root(i), [polygon])
  })
  return [...groups.values()]
}

function farFrom([x, y]: readonly [number, number], block: readonly Polygon[]): number {
  const [cx, cy] = centroid(opened(hullBox(block)))
  return Math.hypot(cx - x, cy - y)
}

/** Whether the outer ring is convex and there are no holes. */
export const isPlain = (polygon: Polygon): boolean => polygon.length === 1 && isConvex(opened(polygon[0]!))
