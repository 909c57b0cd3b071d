import { arrange } from '../geo/arrangement.ts'
import type { Polygon, Position } from '../geo/polygon.ts'
import { PolygonSet } from '../geo/polygon-set.ts'
import { cutDistricts, type Districts, type Extent } from './district.ts'
import { fabricBlocks, type FabricBlock } from './fabric.ts'
import type { Block, Plot, Use } from './plot.ts'
import { randomFrom } from './random.ts'
import { areaM2, centroid, isConvex, onGrid, opened, signedAreaM2, solid } from './shape.ts'
import { crossing, drawCell, planCell, plotsOf, type Cell } from './street.ts'

/** The land of the city, before any paper: blocks of plots, and the districts they lie in. */
export interface Ground {
  readonly plots: number
  readonly extent: Extent
  readonly districts: Districts
  /** Blocks of the new area next to the old town, where cases are planted. */
  readonly nearBlocks: readonly number[]
  /** Blocks of the old town. */
  readonly fabricBlocks: number
  /** All blocks in order; drawn anew at every call, so that a province needs no memory. */
  blocks(): Iterable<Block>
  blockAt(index: number): Block
}

/** Middle of the real shapes, and so of the city. */
const MIDDLE: Position = [408_400, 3_077_420]
/** How many cells of the new area have large plots. */
const NEAR_CELLS = 44
/** At least so many plots lie in the new area, that every case finds one. */
const MIN_NEW_PLOTS = 420
const NEW_SHARE = 0.15
/** Room kept between the old town and the first street of the new area, metres. */
const KEEP_OFF_M = 18

export function layGround({ parcels, seed }: { parcels: number; seed: number }): Ground {
  const forFabric = parcels - Math.max(MIN_NEW_PLOTS, Math.round(parcels * NEW_SHARE))
  const old = take(fabricBlocks(), forFabric)
  const oldPlots = old.reduce((sum, block) => sum + block.polygons.length, 0)
  const cells = planCells(seed, parcels - oldPlots, old)
  const starts: number[] = []
  let next = 0
  for (const count of [
    ...old.map((block) => block.polygons.length),
    ...cells.map(({ cell }) => plotsOf(cell)),
  ]) {
    starts.push(next)
    next += count
  }
  const extent = extentOf(seed, old, cells)
  const districts = cutDistricts(grown(extent, 1600), MIDDLE, randomFrom(seed, 15))
  const draw = (index: number): Block => {
    const start = starts[index]!
    const room = parcels - start // the last block may be cut short
    if (index < old.length) return fabricBlock(seed, old[index]!, { index, start, room }, districts)
    return streetBlock(seed, cells[index - old.length]!, { index, start, room }, districts)
  }
  return {
    plots: Math.min(next, parcels),
    extent,
    districts,
    fabricBlocks: old.length,
    nearBlocks: cells.flatMap(({ isNear }, i) => (isNear ? [old.length + i] : [])),
    *blocks() {
      for (let index = 0; index < starts.length; index++) yield draw(index)
    },
    blockAt: draw,
  }
}

/** Whole blocks from the middle outwards, as many as fit. */
function take(blocks: readonly FabricBlock[], plots: number): FabricBlock[] {
  const taken: FabricBlock[] = []
  let room = plots
  for (const block of blocks) {
    if (block.polygons.length > room) continue
    taken.push(block)
    room -= block.polygons.length
  }
  return taken
}

interface PlannedCell {
  readonly cell: Cell
  readonly isNear: boolean
}

/** Cells round the old town, nearest first, until there are plots enough. */
function planCells(seed: number, plots: number, old: readonly FabricBlock[]): PlannedCell[] {
  const taken = new TakenGround(old)
  const planned: PlannedCell[] = []
  let room = plots
  for (const [i, j] of outwards()) {
    if (room <= 0) break
    const corners = [crossing(seed, MIDDLE, i, j), crossing(seed, MIDDLE, i + 1, j), crossing(seed, MIDDLE, i + 1, j + 1), crossing(seed, MIDDLE, i, j + 1)] // prettier-ignore
    if (taken.meets(boxOf(corners))) continue
    const isNear = planned.length < NEAR_CELLS
    const cell = planCell(seed, i, j, isNear)
    planned.push({ cell, isNear })
    room -= plotsOf(cell)
  }
  return planned
}

/** Cells of the street grid in order of their distance from the middle. */
function* outwards(): Generator<[number, number]> {
  const STEP = 8
  for (let reach = STEP; ; reach += STEP) {
    const ring: [number, number][] = []
    for (let j = -reach; j < reach; j++) {
      for (let i = -reach; i < reach; i++) {
        const far = Math.hypot(i + 0.5, j + 0.5)
        if (far >= reach - STEP && far < reach) ring.push([i, j])
      }
    }
    ring.sort(
      (a, b) =>
        Math.hypot(a[0] + 0.5, a[1] + 0.5) - Math.hypot(b[0] + 0.5, b[1] + 0.5) || a[1] - b[1] || a[0] - b[0],
    )
    yield* ring
  }
}

/** Which squares of 30 m the old town takes up. */
class TakenGround {
  readonly #squares = new Set<string>()
  static readonly #SIDE_M = 30

  constructor(old: readonly FabricBlock[]) {
    for (const polygon of old.flatMap((block) => block.polygons)) {
      const box = grown(boxOf(polygon[0]!), KEEP_OFF_M)
      this.#each(box, (square) => this.#squares.add(square))
    }
  }

  meets(box: Extent): boolean {
    let met = false
    this.#each(box, (square) => (met ||= this.#squares.has(square)))
    return met
  }

  #each([west, south, east, north]: Extent, visit: (square: string) => void): void {
    const side = TakenGround.#SIDE_M
    for (let x = Math.floor(west / side); x <= Math.floor(east / side); x++) {
      for (let y = Math.floor(south / side); y <= Math.floor(north / side); y++) visit(`${x} ${y}`)
    }
  }
}

interface Place {
  readonly index: number
  readonly start: number
  readonly room: number
}

function fabricBlock(seed: number, block: FabricBlock, { index, start }: Place, districts: Districts): Block {
  const random = randomFrom(seed, 14, index)
  const areas = block.polygons.map(areaM2).toSorted((a, b) => a - b)
  const median = areas[areas.length >> 1] ?? 0
  const use: Use =
    median < 900
      ? random.pick(['RES', 'RES', 'RES', 'RES', 'RES', 'RES', 'RES', 'COM', 'PUB'])
      : random.pick(['IND', 'IND', 'STO', 'PUB', 'COM', 'RES'])
  const era = random.chance(0.45) ? 'old' : 'new'
  const plots = block.polygons.map((polygon, i) =>
    plotOf(polygon, { index, start, indexInBlock: i, use }, districts),
  )
  return { index, use, era, plots, outline: () => united(block.polygons) }
}

function streetBlock(
  seed: number,
  { cell, isNear }: PlannedCell,
  { index, start, room }: Place,
  districts: Districts,
): Block {
  const drawn = drawCell(seed, MIDDLE, cell)
  const { use } = cell
  const era = isNear || !(use === 'RES' && randomFrom(seed, 16, index).chance(0.3)) ? 'new' : 'old'
  const plots = drawn.plots
    .slice(0, room)
    .map((ring, i) => plotOf(solid(ring), { index, start, indexInBlock: i, use }, districts))
  return { index, use, era, plots, outline: () => [solid(drawn.outline)] }
}

function plotOf(
  polygon: Polygon,
  { index, start, indexInBlock, use }: { index: number; start: number; indexInBlock: number; use: Use },
  districts: Districts,
): Plot {
  const ring = opened(polygon[0]!)
  const district = districts.codeAt(centroid(ring))
  const [west, south, east, north] = boxOf(ring)
  const around: Position[] = [...ring, [west, south], [east, south], [east, north], [west, north]]
  return {
    ordinal: start + indexInBlock,
    blockIndex: index,
    indexInBlock,
    polygon,
    convex: polygon.length === 1 && isConvex(ring) ? ring : null,
    areaM2: areaM2(polygon),
    use,
    district,
    onBorder: around.some((position) => districts.codeAt(position) !== district),
  }
}

/** Holes smaller than this are the millimetres by which neighbours of the cadastre miss each other. */
const REAL_HOLE_M2 = 5

/** The ground of a block, without the borders inside it. */
function united(polygons: readonly Polygon[]): Polygon[] {
  const arrangement = arrange(PolygonSet.fromMultiPolygons(polygons.map((polygon) => [polygon])))
  return arrangement
    .dissolve(new Int32Array(arrangement.faceCount))
    .flatMap((piece) => piece.geometry())
    .map((polygon) =>
      polygon.filter((ring, i) => i === 0 || Math.abs(signedAreaM2(opened(ring))) > REAL_HOLE_M2),
    )
}

export function boxOf(positions: readonly Position[]): Extent {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const [x, y] of positions) {
    ;[west, south] = [Math.min(west, x), Math.min(south, y)]
    ;[east, north] = [Math.max(east, x), Math.max(north, y)]
  }
  return [west, south, east, north]
}

export const grown = ([west, south, east, north]: Extent, byM: number): Extent => [
  onGrid(west - byM),
  onGrid(south - byM),
  onGrid(east + byM),
  onGrid(north + byM),
]

function extentOf(seed: number, old: readonly FabricBlock[], cells: readonly PlannedCell[]): Extent {
  let extent: Extent = boxOf([MIDDLE])
  const add = ([west, south, east, north]: Extent): void => {
    extent = [
      Math.min(extent[0], west),
      Math.min(extent[1], south),
      Math.max(extent[2], east),
      Math.max(extent[3], north),
    ]
  }
  for (const polygon of old.flatMap((block) => block.polygons)) add(boxOf(polygon[0]!))
  for (const { cell } of cells) {
    for (const [di, dj] of [[0, 0], [1, 1], [0, 1], [1, 0]] as const) add(boxOf([crossing(seed, MIDDLE, cell.i + di, cell.j + dj)])) // prettier-ignore
  }
  return extent
}
