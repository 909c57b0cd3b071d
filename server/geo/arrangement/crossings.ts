import type { SegmentGrid } from './cell-grid.ts'
import { cross, crossingPixel, type Crossing } from './exact.ts'
import type { PairTable } from './pair-table.ts'
import type { UniqueSegments } from './segments.ts'

/**
 * Adds a node in the pixel of every crossing inside two segments. Where a segment ends on another, or both run along
 * each other, their ends are nodes already. Returns the number of crossings met; one may be met in several cells.
 */
export function addCrossings(segments: UniqueSegments, nodes: PairTable, grid: SegmentGrid): number {
  const local = new LocalSegments()
  const crossing: Crossing = { ax: 0, ay: 0, bx: 0, by: 0, cx: 0, cy: 0, dx: 0, dy: 0 }
  let crossings = 0
  for (let leaf = 0; leaf < grid.leaves; leaf++) {
    const count = local.load(segments, nodes, grid, leaf)
    const { x0, y0, x1, y1, west, east, south, north } = local
    for (let i = 0; i < count; i++) {
      const ax = x0[i]!
      const ay = y0[i]!
      const bx = x1[i]!
      const by = y1[i]!
      const aWest = west[i]!
      const aEast = east[i]!
      const aSouth = south[i]!
      const aNorth = north[i]!
      // segments out of one node meet nowhere else
      for (let j = i < local.fan ? local.fan : i + 1; j < count; j++) {
        if (west[j]! > aEast || east[j]! < aWest || south[j]! > aNorth || north[j]! < aSouth) continue
        const cx = x0[j]!
        const cy = y0[j]!
        const dx = x1[j]!
        const dy = y1[j]!
        const sideC = cross(bx - ax, by - ay, cx - ax, cy - ay)
        if (sideC === 0) continue
        const sideD = cross(bx - ax, by - ay, dx - ax, dy - ay)
        if (sideD === 0 || sideC > 0 === sideD > 0) continue
        const sideA = cross(dx - cx, dy - cy, ax - cx, ay - cy)
        if (sideA === 0) continue
        const sideB = cross(dx - cx, dy - cy, bx - cx, by - cy)
        if (sideB === 0 || sideA > 0 === sideB > 0) continue
        crossing.ax = ax
        crossing.ay = ay
        crossing.bx = bx
        crossing.by = by
        crossing.cx = cx
        crossing.cy = cy
        crossing.dx = dx
        crossing.dy = dy
        const share = sideA / (sideA - sideB)
        nodes.number(crossingPixel(crossing, share, 0), crossingPixel(crossing, share, 1))
        crossings++
      }
    }
  }
  return crossings
}

/** In a leaf with more segments than this, one looks for a node that most of them come out of. */
const CROWDED = 64

/** The segments of one leaf side by side in memory, where the pair loop reads them over and over. */
class LocalSegments {
  /** The first so many come out of one node: thousands of wedges round one point are no thousands squared of pairs. */
  fan = 0
  x0 = new Float64Array(0)
  y0 = new Float64Array(0)
  x1 = new Float64Array(0)
  y1 = new Float64Array(0)
  west = new Float64Array(0)
  east = new Float64Array(0)
  south = new Float64Array(0)
  north = new Float64Array(0)

  load(segments: UniqueSegments, nodes: PairTable, grid: SegmentGrid, leaf: number): number {
    const start = grid.leafStart[leaf]!
    const own = grid.items.subarray(start, grid.leafEnd[leaf]!)
    const count = own.length
    if (count > this.x0.length) this.#resize(2 * count)
    this.fan = 0
    if (count > CROWDED) {
      const [fan, others] = fanFirst(own, segments)
      this.fan = fan.length
      this.#copy(fan, 0, segments, nodes)
      this.#copy(others, fan.length, segments, nodes)
    } else this.#copy(own, 0, segments, nodes)
    return count
  }

  #copy(list: ArrayLike<number>, first: number, segments: UniqueSegments, nodes: PairTable): void {
    for (let i = 0, k = first; i < list.length; i++, k++) {
      const s = list[i]!
      const a = segments.from[s]!
      const b = segments.to[s]!
      const ax = nodes.first[a]!
      const ay = nodes.second[a]!
      const bx = nodes.first[b]!
      const by = nodes.second[b]!
      this.x0[k] = ax
      this.y0[k] = ay
      this.x1[k] = bx
      this.y1[k] = by
      this.west[k] = ax < bx ? ax : bx
      this.east[k] = ax < bx ? bx : ax
      this.south[k] = ay < by ? ay : by
      this.north[k] = ay < by ? by : ay
    }
  }

  #resize(length: number): void {
    this.x0 = new Float64Array(length)
    this.y0 = new Float64Array(length)
    this.x1 = new Float64Array(length)
    this.y1 = new Float64Array(length)
    this.west = new Float64Array(length)
    this.east = new Float64Array(length)
    this.south = new Float64Array(length)
    this.north = new Float64Array(length)
  }
}

/** The segments out of the node that most of them come out of, and the others. */
function fanFirst(list: Int32Array, { from, to }: UniqueSegments): [fan: number[], others: number[]] {
  const times = new Map<number, number>()
  let hub = -1
  for (const s of list) {
    for (const node of [from[s]!, to[s]!]) {
      const seen = (times.get(node) ?? 0) + 1
      times.set(node, seen)
      if (hub < 0 || seen > times.get(hub)!) hub = node
    }
  }
  const fan: number[] = []
  const others: number[] = []
  for (const s of list) (from[s] === hub || to[s] === hub ? fan : others).push(s)
  return [fan, others]
}
