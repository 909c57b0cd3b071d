import { isInRing } from './in-ring.ts'
import type { MultiPolygon, Ring } from './polygon.ts'

/** Metres. What comes closer is left to an engine with exact arithmetic; doubles of the working plane are good to 1e-10 m. */
const CLEARANCE_M = 1e-5
/** Up to so many segments every pair is looked at: sorting would cost more. */
const FEW = 48
/** A shape of more rings is left to the engine: who lies in whom is asked of every pair. */
const MANY_RINGS = 64

/**
 * Whether a shape is valid beyond doubt (OGC 06-103r4 §6.1.11): no two segments meet but neighbours in their common corner,
 * none folds back on its neighbour, holes lie in their outer ring, parts beside each other, all with room to spare.
 * False says nothing: rings that touch in a point may be valid, and only an exact engine can tell.
 * @param mp closed rings in metres of a plane, neighbouring positions different
 */
export function isPlainlyValid(mp: MultiPolygon): boolean {
  let count = 0
  let rings = 0
  for (const polygon of mp) {
    if (polygon.length === 0) return false
    rings += polygon.length
    for (const ring of polygon) {
      if (ring.length < 4) return false
      count += ring.length - 1
    }
  }
  if (count === 0 || rings > MANY_RINGS) return false
  const segments = new Segments(count)
  for (const polygon of mp) for (const ring of polygon) if (!segments.add(ring)) return false
  if (!(count <= FEW ? segments.allApart() : segments.allApartSwept())) return false
  return rings === 1 || nestsPlainly(mp)
}

/** Segments of all rings, ring after ring. */
class Segments {
  readonly #x0: Float64Array
  readonly #y0: Float64Array
  readonly #x1: Float64Array
  readonly #y1: Float64Array
  /** Place of the first and behind the last segment of the ring each belongs to. */
  readonly #first: Int32Array
  readonly #end: Int32Array
  #count = 0

  constructor(size: number) {
    this.#x0 = new Float64Array(size)
    this.#y0 = new Float64Array(size)
    this.#x1 = new Float64Array(size)
    this.#y1 = new Float64Array(size)
    this.#first = new Int32Array(size)
    this.#end = new Int32Array(size)
  }

  /** False where a segment folds back on the one before it, or is none. */
  add(ring: Ring): boolean {
    const first = this.#count
    const end = first + ring.length - 1
    let [bx, by] = ring[ring.length - 2]!
    for (let i = 0; i < ring.length - 1; i++) {
      const [x, y] = ring[i]!
      const [nx, ny] = ring[i + 1]!
      if (!(Number.isFinite(x) && Number.isFinite(y)) || foldsBack(bx - x, by - y, nx - x, ny - y))
        return false
      const at = this.#count++
      this.#x0[at] = x
      this.#y0[at] = y
      this.#x1[at] = nx
      this.#y1[at] = ny
      this.#first[at] = first
      this.#end[at] = end
      bx = x
      by = y
    }
    const [start, last] = [ring[0]!, ring.at(-1)!]
    return start[0] === last[0] && start[1] === last[1]
  }

  allApart(): boolean {
    for (let i = 0; i < this.#count; i++)
      for (let j = i + 1; j < this.#count; j++) if (!this.#apart(i, j)) return false
    return true
  }

  /** As `allApart`, by sweeping from west to east. */
  allApartSwept(): boolean {
    const west = this.#x0.map((x, i) => Math.min(x, this.#x1[i]!))
    const order = Uint32Array.from(west, (_, i) => i).sort((i, j) => west[i]! - west[j]!)
    for (let a = 0; a < order.length; a++) {
      const i = order[a]!
      const east = Math.max(this.#x0[i]!, this.#x1[i]!) + CLEARANCE_M
      for (let b = a + 1; b < order.length && west[order[b]!]! <= east; b++)
        if (!this.#apart(i, order[b]!)) return false
    }
    return true
  }

  /** Neighbours have been looked at in `add`. */
  #apart(i: number, j: number): boolean {
    const [low, high] = i < j ? [i, j] : [j, i]
    const first = this.#first[low]!
    if (first === this.#first[high]! && (high === low + 1 || (low === first && high === this.#end[low]! - 1)))
      return true
    const [ax, ay, bx, by] = [this.#x0[i]!, this.#y0[i]!, this.#x1[i]!, this.#y1[i]!]
    const [cx, cy, dx, dy] = [this.#x0[j]!, this.#y0[j]!, this.#x1[j]!, this.#y1[j]!]
    return (
      Math.min(ax, bx) - Math.max(cx, dx) > CLEARANCE_M ||
      Math.min(cx, dx) - Math.max(ax, bx) > CLEARANCE_M ||
      Math.min(ay, by) - Math.max(cy, dy) > CLEARANCE_M ||
      Math.min(cy, dy) - Math.max(ay, by) > CLEARANCE_M ||
      onOneSide(bx - ax, by - ay, cx - ax, cy - ay, dx - ax, dy - ay) ||
      onOneSide(dx - cx, dy - cy, ax - cx, ay - cy, bx - cx, by - cy)
    )
  }
}

/** Whether two points lie on the same side of a line through the origin, both clear of it. */
function onOneSide(lx: number, ly: number, px: number, py: number, qx: number, qy: number): boolean {
  const clear = CLEARANCE_M * Math.sqrt(lx * lx + ly * ly)
  const p = lx * py - ly * px
  const q = lx * qy - ly * qx
  return (p > clear && q > clear) || (p < -clear && q < -clear)
}

/** Whether two segments from one corner run the same way, one along the other or hardly beside it. */
function foldsBack(ux: number, uy: number, wx: number, wy: number): boolean {
  const [u, w] = [ux * ux + uy * uy, wx * wx + wy * wy]
  if (u === 0 || w === 0) return true
  const along = ux * wx + uy * wy
  const across = ux * wy - uy * wx
  return along > 0 && across * across <= CLEARANCE_M * CLEARANCE_M * Math.max(u, w)
}

/** Of rings that keep clear of each other one corner tells on which side of another ring it lies. */
function nestsPlainly(mp: MultiPolygon): boolean {
  const outers = mp.map((polygon) => polygon[0]!)
  for (const [i, [outer, ...holes]] of mp.entries()) {
    for (const [k, hole] of holes.entries()) {
      if (!isInRing(outer!, hole[0]!)) return false
      if (holes.some((other, l) => l !== k && isInRing(other, hole[0]!))) return false
    }
    if (outers.some((other, j) => j !== i && isInRing(other, outer![0]!))) return false
  }
  return true
}
