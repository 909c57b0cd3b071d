import { BoxGrid } from './box-grid.ts'
import type { PolygonSet } from './polygon-set.ts'

/**
 * Areas of overlap by arithmetic alone, without building a shape.
 *
 * A point lies in A when the edges above it, counted with their turn, leave one over: 1_A = Σ s_e·[y < y_e(x)], where s_e
 * is +1 for edges with the inside below them. So |A∩B| = Σ_e Σ_f s_e s_f ∫ min(y_e, y_f) dx over the x both edges span:
 * one closed form per pair of edges. No crossings are looked for and nothing is decided, so shared edges, holes, parts
 * and touching corners are ordinary terms, and nothing can throw.
 */

/**
 * Square metres two shapes of the working plane have in common, exact to about 1e-8 m² for parcels.
 *
 * Land that an invalid shape covers twice counts twice. Shapes that only touch give 0 or a rounding error of either sign.
 */
export function pairAreaM2(a: PolygonSet, i: number, b: PolygonSet, j: number): number {
  const west = Math.max(a.boxes[4 * i]!, b.boxes[4 * j]!)
  const south = Math.max(a.boxes[4 * i + 1]!, b.boxes[4 * j + 1]!)
  const east = Math.min(a.boxes[4 * i + 2]!, b.boxes[4 * j + 2]!)
  const north = Math.min(a.boxes[4 * i + 3]!, b.boxes[4 * j + 3]!)
  if (!(west < east && south < north)) return 0
  clippedA.cut(edgesOf(a), i, west, south, east, north)
  clippedB.cut(edgesOf(b), j, west, south, east, north)
  return areaBelowBoth(clippedA, clippedB)
}

/**
 * Calls `visit` once for every pair of shapes that have more than `minM2` in common: `i` of `a` with `j` of `b`, or
 * with `b` null every pair i < j within `a`. `i` ascends; the `j` of one `i` come in no particular order.
 */
export function overlappingPairs(
  a: PolygonSet,
  b: PolygonSet | null,
  visit: (i: number, j: number, areaM2: number) => void,
  minM2 = 1e-6,
): void {
  new PairSearch(a, b).among(0, a.count, visit, minM2)
}

/** The pairs of two sets, or of one with itself, a stretch of the first at a time: what threads share out. */
export class PairSearch {
  readonly #a: PolygonSet
  readonly #b: PolygonSet | null
  readonly #grid: BoxGrid

  constructor(a: PolygonSet, b: PolygonSet | null) {
    this.#a = a
    this.#b = b
    this.#grid = new BoxGrid(b ?? a)
  }

  /** As `overlappingPairs`, for `i` from `from` up to, not including, `to`. */
  among(from: number, to: number, visit: (i: number, j: number, areaM2: number) => void, minM2 = 1e-6): void {
    const a = this.#a
    const b = this.#b ?? a
    const within = this.#b === null
    for (let i = from; i < to; i++) {
      this.#grid.meeting(a, i, (j) => {
        if (within && j <= i) return
        const areaM2 = pairAreaM2(a, i, b, j)
        if (areaM2 > minM2) visit(i, j, areaM2)
      })
    }
  }
}

/** Edges are looked through in blocks, so that a boundary of thousands of edges costs a parcel only its own stretch. */
const BLOCK = 32

/** The edges of every shape, left end first; vertical ones bound no area from above and are left out. */
interface Edges {
  /** Edges of shape `i`: `first[i]` up to `first[i + 1]`. */
  readonly first: Uint32Array
  readonly left: Float64Array
  readonly right: Float64Array
  readonly yLeft: Float64Array
  readonly slope: Float64Array
  /** +1 where the inside lies below the edge, -1 where it lies above. */
  readonly sign: Int8Array
  /** Blocks of shape `i` begin at `firstBlock[i]`; each holds the x range of up to `BLOCK` edges. */
  readonly firstBlock: Uint32Array
  readonly blockLeft: Float64Array
  readonly blockRight: Float64Array
}

const edgesOfSet = new WeakMap<PolygonSet, Edges>()

function edgesOf(set: PolygonSet): Edges {
  const known = edgesOfSet.get(set)
  if (known) return known
  const made = makeEdges(set)
  edgesOfSet.set(set, made)
  return made
}

function makeEdges(set: PolygonSet): Edges {
  const { xs, ys, shapeRings, ringVertices, ringTurn, count } = set
  const capacity = xs.length
  const first = new Uint32Array(count + 1)
  const left = new Float64Array(capacity)
  const right = new Float64Array(capacity)
  const yLeft = new Float64Array(capacity)
  const slope = new Float64Array(capacity)
  const sign = new Int8Array(capacity)
  let n = 0
  for (let i = 0; i < count; i++) {
    for (let r = shapeRings[i]!; r < shapeRings[i + 1]!; r++) {
      const start = ringVertices[r]!
      const end = ringVertices[r + 1]!
      const turn = ringTurn[r]!
      for (let v = start; v < end; v++) {
        const w = v + 1 === end ? start : v + 1
        const x0 = xs[v]!
        const x1 = xs[w]!
        if (x0 === x1) continue
        const eastward = x0 < x1
        left[n] = eastward ? x0 : x1
        right[n] = eastward ? x1 : x0
        yLeft[n] = eastward ? ys[v]! : ys[w]!
        slope[n] = (ys[w]! - ys[v]!) / (x1 - x0)
        // with the inside on its left, an edge that runs east has it above
        sign[n] = eastward ? -turn : turn
        n++
      }
    }
    first[i + 1] = n
  }
  sortLargeShapes(first, left, right, yLeft, slope, sign)
  return { first, left, right, yLeft, slope, sign, ...makeBlocks(first, left, right) }
}

/** Sorted by their left ends, edges that lie together share a block. Shapes of one block need no order. */
function sortLargeShapes(first: Uint32Array, ...columns: (Float64Array | Int8Array)[]): void {
  const left = columns[0]!
  for (let i = 0; i + 1 < first.length; i++) {
    const start = first[i]!
    const end = first[i + 1]!
    if (end - start <= BLOCK) continue
    const order = Uint32Array.from({ length: end - start }, (_, k) => start + k)
    order.sort((p, q) => left[p]! - left[q]!)
    for (const column of columns) {
      const copy = column.slice(start, end)
      for (let k = 0; k < order.length; k++) column[start + k] = copy[order[k]! - start]!
    }
  }
}

function makeBlocks(
  first: Uint32Array,
  left: Float64Array,
  right: Float64Array,
): Pick<Edges, 'firstBlock' | 'blockLeft' | 'blockRight'> {
  const firstBlock = new Uint32Array(first.length)
  for (let i = 0; i + 1 < first.length; i++) {
    firstBlock[i + 1] = firstBlock[i]! + Math.ceil((first[i + 1]! - first[i]!) / BLOCK)
  }
  const blocks = firstBlock.at(-1) ?? 0
  const blockLeft = new Float64Array(blocks).fill(Infinity)
  const blockRight = new Float64Array(blocks).fill(-Infinity)
  for (let i = 0; i + 1 < first.length; i++) {
    for (let e = first[i]!; e < first[i + 1]!; e++) {
      const block = firstBlock[i]! + Math.floor((e - first[i]!) / BLOCK)
      if (left[e]! < blockLeft[block]!) blockLeft[block] = left[e]!
      if (right[e]! > blockRight[block]!) blockRight[block] = right[e]!
    }
  }
  return { firstBlock, blockLeft, blockRight }
}

/**
 * The edges of one shape inside a box, from its lower left corner: small numbers keep the error near 1e-8 m².
 * Below the box an edge has no area under it and is dropped; above it, it runs along the top of the box.
 */
class ClippedEdges {
  count = 0
  left = new Float64Array(1024)
  right = new Float64Array(1024)
  yLeft = new Float64Array(1024)
  slope = new Float64Array(1024)
  sign = new Float64Array(1024)
  blockLeft = new Float64Array(1024 / BLOCK)
  blockRight = new Float64Array(1024 / BLOCK)

  cut(edges: Edges, shape: number, west: number, south: number, east: number, north: number): void {
    this.count = 0
    const height = north - south
    const lastEdge = edges.first[shape + 1]!
    const lastBlock = edges.firstBlock[shape + 1]!
    let begin = edges.first[shape]!
    for (let block = edges.firstBlock[shape]!; block < lastBlock; block++, begin += BLOCK) {
      if (edges.blockRight[block]! <= west || edges.blockLeft[block]! >= east) continue
      const end = Math.min(begin + BLOCK, lastEdge)
      // one edge becomes at most three pieces: along the top, sloped, along the top
      if (this.count + 3 * BLOCK > this.left.length) this.#grow()
      for (let e = begin; e < end; e++) {
        const edgeLeft = edges.left[e]!
        const edgeRight = edges.right[e]!
        if (edgeRight <= west || edgeLeft >= east) continue
        const slope = edges.slope[e]!
        const l = edgeLeft < west ? 0 : edgeLeft - west
        const r = (edgeRight > east ? east : edgeRight) - west
        const y = edges.yLeft[e]! - south + (edgeLeft < west ? slope * (west - edgeLeft) : 0)
        this.#clipHeight(l, y, r, slope, height, edges.sign[e]!)
      }
    }
    this.#makeBlocks()
  }

  #clipHeight(left: number, y: number, right: number, slope: number, height: number, sign: number): void {
    const yRight = y + slope * (right - left)
    if (y <= 0 && yRight <= 0) return
    if (y >= height && yRight >= height) {
      this.#add(left, height, right, 0, sign)
      return
    }
    let l = left
    let r = right
    let yl = y
    if (y < 0) {
      l = left - y / slope
      yl = 0
    } else if (y > height) {
      l = left + (height - y) / slope
      yl = height
      if (l > left) this.#add(left, height, l < right ? l : right, 0, sign)
    }
    if (yRight < 0) {
      r = left - y / slope
    } else if (yRight > height) {
      r = left + (height - y) / slope
      if (r < right) this.#add(r > left ? r : left, height, right, 0, sign)
    }
    if (l < r) this.#add(l, yl, r, slope, sign)
  }

  #add(left: number, y: number, right: number, slope: number, sign: number): void {
    const n = this.count++
    this.left[n] = left
    this.right[n] = right
    this.yLeft[n] = y
    this.slope[n] = slope
    this.sign[n] = sign
  }

  #makeBlocks(): void {
    for (let begin = 0, block = 0; begin < this.count; begin += BLOCK, block++) {
      const end = Math.min(begin + BLOCK, this.count)
      let left = Infinity
      let right = -Infinity
      for (let e = begin; e < end; e++) {
        if (this.left[e]! < left) left = this.left[e]!
        if (this.right[e]! > right) right = this.right[e]!
      }
      this.blockLeft[block] = left
      this.blockRight[block] = right
    }
  }

  #grow(): void {
    const double = (old: Float64Array): Float64Array<ArrayBuffer> => {
      const grown = new Float64Array(old.length * 2)
      grown.set(old)
      return grown
    }
    this.left = double(this.left)
    this.right = double(this.right)
    this.yLeft = double(this.yLeft)
    this.slope = double(this.slope)
    this.sign = double(this.sign)
    this.blockLeft = double(this.blockLeft)
    this.blockRight = double(this.blockRight)
  }
}

const clippedA = new ClippedEdges()
const clippedB = new ClippedEdges()

/** Σ_e Σ_f s_e s_f ∫ min(y_e, y_f) dx. */
function areaBelowBoth(a: ClippedEdges, b: ClippedEdges): number {
  const { left: bLeft, right: bRight, yLeft: bY, slope: bSlope, sign: bSign, blockLeft, blockRight } = b
  let doubled = 0
  for (let e = 0; e < a.count; e++) {
    const eLeft = a.left[e]!
    const eRight = a.right[e]!
    const eY = a.yLeft[e]!
    const eSlope = a.slope[e]!
    let below = 0
    for (let begin = 0, block = 0; begin < b.count; begin += BLOCK, block++) {
      if (blockRight[block]! <= eLeft || blockLeft[block]! >= eRight) continue
      const end = begin + BLOCK < b.count ? begin + BLOCK : b.count
      for (let f = begin; f < end; f++) {
        const fLeft = bLeft[f]!
        const fRight = bRight[f]!
        const l = eLeft > fLeft ? eLeft : fLeft
        const r = eRight < fRight ? eRight : fRight
        if (l >= r) continue
        const e0 = eY + eSlope * (l - eLeft)
        const e1 = eY + eSlope * (r - eLeft)
        const f0 = bY[f]! + bSlope[f]! * (l - fLeft)
        const f1 = bY[f]! + bSlope[f]! * (r - fLeft)
        const d0 = e0 - f0
        const d1 = e1 - f1
        const width = r - l
        let twice: number
        if (d0 <= 0 && d1 <= 0) twice = (e0 + e1) * width
        else if (d0 >= 0 && d1 >= 0) twice = (f0 + f1) * width
        else {
          // they cross: the lower one changes there
          const k = d0 / (d0 - d1)
          const yCross = e0 + (e1 - e0) * k
          const widthBefore = width * k
          twice =
            ((d0 < 0 ? e0 : f0) + yCross) * widthBefore +
            ((d1 < 0 ? e1 : f1) + yCross) * (width - widthBefore)
        }
        below += bSign[f]! * twice
      }
    }
    doubled += a.sign[e]! * below
  }
  return doubled / 2
}
