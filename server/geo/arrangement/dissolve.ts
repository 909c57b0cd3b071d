import type { MultiPolygon, Ring } from '../polygon.ts'
import { ExactSum } from './exact.ts'
import type { HalfEdges } from './half-edges.ts'
import { accumulate } from './int32-list.ts'
import type { Lattice } from './quantise.ts'

/** One connected region of one group. Parts that touch only in a point are separate pieces. */
export interface Piece {
  readonly group: number
  /** Faces it consists of, ascending. */
  readonly faces: Int32Array
  /** Planar, in the working CRS; from whole-number coordinates, rounded once. */
  readonly areaM2: number
  /** All rings, holes included. */
  readonly perimeterM: number
  /**
   * A valid MultiPolygon of one polygon: outer ring counter-clockwise, holes clockwise, no ring touches itself, each starts
   * at its smallest (x, then y) position, holes in order of those.
   */
  geometry(): MultiPolygon
}

/** What `dissolve` needs of an arrangement. */
export interface Net {
  readonly faceCount: number
  readonly halfEdges: HalfEdges
  /** By half-edge: the listed face on its left, or -1. */
  readonly faceOfHalfEdge: Int32Array
  readonly doubledArea: Float64Array
  /** Coordinates of the nodes, in lattice units. */
  readonly xs: Int32Array
  readonly ys: Int32Array
  readonly lattice: Lattice
}

/**
 * Unites the faces of each group into connected pieces, by ascending group, then by their smallest (x, then y) corner.
 * @param groupOf by face; -1 leaves a face out
 */
export function dissolve(net: Net, groupOf: Int32Array): Piece[] {
  if (groupOf.length !== net.faceCount) {
    throw new RangeError(`groupOf has ${groupOf.length} entries for ${net.faceCount} faces`)
  }
  const { pieceOf, count } = connect(net, groupOf)
  const faces = facesByPiece(pieceOf, count)
  const boundary = boundaries(net, pieceOf, count)
  const trace = new RingTracer(net, pieceOf)
  const { xs, ys } = net
  const { unitsPerM } = net.lattice
  const sum = new ExactSum()
  const pieces: { piece: Piece; x: number; y: number }[] = []
  for (let p = 0; p < count; p++) {
    const own = faces.items.subarray(faces.starts[p]!, faces.starts[p + 1]!)
    for (const face of own) sum.add(net.doubledArea[face]!)
    const halfEdges = boundary.items.subarray(boundary.starts[p]!, boundary.starts[p + 1]!)
    let perimeter = 0
    let [x, y] = [Infinity, Infinity]
    for (const h of halfEdges) {
      const a = net.halfEdges.origin[h]!
      const b = net.halfEdges.origin[h ^ 1]!
      perimeter += Math.hypot(xs[b]! - xs[a]!, ys[b]! - ys[a]!)
      if (xs[a]! < x || (xs[a] === x && ys[a]! < y)) [x, y] = [xs[a]!, ys[a]!]
    }
    const piece: Piece = {
      group: groupOf[own[0]!]!,
      faces: own,
      areaM2: sum.take() / 2 / unitsPerM / unitsPerM,
      perimeterM: perimeter / unitsPerM,
      geometry: () => [trace.rings(halfEdges)],
    }
    pieces.push({ piece, x, y })
  }
  pieces.sort(
    (a, b) => a.piece.group - b.piece.group || a.x - b.x || a.y - b.y || a.piece.areaM2 - b.piece.areaM2,
  )
  return pieces.map(({ piece }) => piece)
}

/** Faces of one group that share an edge belong to one piece. Pieces are numbered by their first face. */
function connect(net: Net, groupOf: Int32Array): { pieceOf: Int32Array; count: number } {
  const parent = Int32Array.from({ length: net.faceCount }, (_, f) => f)
  const find = (face: number): number => {
    let f = face
    while (parent[f] !== f) {
      parent[f] = parent[parent[f]!]!
      f = parent[f]!
    }
    return f
  }
  for (let h = 0; h < net.halfEdges.count; h += 2) {
    const left = net.faceOfHalfEdge[h]!
    const right = net.faceOfHalfEdge[h + 1]!
    if (left < 0 || right < 0 || groupOf[left]! < 0 || groupOf[left] !== groupOf[right]) continue
    const a = find(left)
    const b = find(right)
    if (a < b) parent[b] = a
    else parent[a] = b
  }
  const pieceOf = new Int32Array(net.faceCount).fill(-1)
  let count = 0
  for (let f = 0; f < net.faceCount; f++) {
    if (groupOf[f]! < 0) continue
    const root = find(f)
    pieceOf[f] = root === f ? count++ : pieceOf[root]!
  }
  return { pieceOf, count }
}

interface Grouped {
  readonly starts: Int32Array
  readonly items: Int32Array
}

function facesByPiece(pieceOf: Int32Array, count: number): Grouped {
  const starts = new Int32Array(count + 1)
  for (const piece of pieceOf) if (piece >= 0) starts[piece + 1]!++
  accumulate(starts)
  const items = new Int32Array(starts[count]!)
  const next = starts.slice()
  for (let f = 0; f < pieceOf.length; f++) if (pieceOf[f]! >= 0) items[next[pieceOf[f]!]!++] = f
  return { starts, items }
}

/** Half-edges with their piece on the left and something else on the right. */
function boundaries(net: Net, pieceOf: Int32Array, count: number): Grouped {
  const pieceLeftOf = (h: number): number => {
    const face = net.faceOfHalfEdge[h]!
    return face < 0 ? -1 : pieceOf[face]!
  }
  const starts = new Int32Array(count + 1)
  for (let h = 0; h < net.halfEdges.count; h++) {
    const piece = pieceLeftOf(h)
    if (piece >= 0 && pieceLeftOf(h ^ 1) !== piece) starts[piece + 1]!++
  }
  accumulate(starts)
  const items = new Int32Array(starts[count]!)
  const next = starts.slice()
  for (let h = 0; h < net.halfEdges.count; h++) {
    const piece = pieceLeftOf(h)
    if (piece >= 0 && pieceLeftOf(h ^ 1) !== piece) items[next[piece]!++] = h
  }
  return { starts, items }
}

/**
 * Strings boundary half-edges into rings.
 *
 * At a node that a piece passes more than once, a ring goes on along the same *outside*: each ring then bounds one
 * connected region that is not the piece, and visits a node only once. Following the inside instead would give rings that
 * touch themselves, which OGC 06-103r4 §6.1.11 does not allow. Being connected, a piece has exactly one outer ring.
 */
class RingTracer {
  readonly #net: Net
  readonly #pieceOf: Int32Array
  readonly #done: Uint8Array

  constructor(net: Net, pieceOf: Int32Array) {
    this.#net = net
    this.#pieceOf = pieceOf
    this.#done = new Uint8Array(net.halfEdges.count)
  }

  /** The outer ring, then the holes, of the piece with this boundary. */
  rings(boundary: Int32Array): Ring[] {
    const traced: { ring: Ring; isOuter: boolean }[] = []
    for (const h of boundary) if (this.#done[h] === 0) traced.push(this.#trace(h))
    for (const h of boundary) this.#done[h] = 0
    traced.sort((a, b) => Number(b.isOuter) - Number(a.isOuter) || byStart(a.ring, b.ring))
    return traced.map(({ ring }) => ring)
  }

  /** Walks backwards: with only `next` at hand, turning clockwise round a node is the cheap direction. */
  #trace(start: number): { ring: Ring; isOuter: boolean } {
    const { origin, next } = this.#net.halfEdges
    const { xs, ys } = this.#net
    const piece = this.#pieceLeftOf(start)
    const path: number[] = []
    let smallest = 0
    let h = start
    do {
      this.#done[h] = 1
      const node = origin[h]!
      const best = path[smallest] ?? node
      if (xs[node]! < xs[best]! || (xs[node] === xs[best] && ys[node]! < ys[best]!)) smallest = path.length
      path.push(node)
      let leaving = next[h ^ 1]!
      while (this.#pieceLeftOf(leaving ^ 1) !== piece) leaving = next[leaving ^ 1]!
      h = leaving ^ 1
    } while (h !== start)
    // the path was walked backwards: read it the other way, from its smallest corner
    const ring: Ring = []
    const sum = new ExactSum()
    const ox = xs[path[smallest]!]!
    const oy = ys[path[smallest]!]!
    let [px, py] = [0, 0]
    for (let k = 0; k <= path.length; k++) {
      const node = path[(smallest - k + 2 * path.length) % path.length]!
      sum.addCross(px, py, xs[node]! - ox, ys[node]! - oy)
      px = xs[node]! - ox
      py = ys[node]! - oy
      ring.push(this.#position(xs[node]!, ys[node]!))
    }
    return { ring, isOuter: sum.take() > 0 }
  }

  #pieceLeftOf(h: number): number {
    const face = this.#net.faceOfHalfEdge[h]!
    return face < 0 ? -1 : this.#pieceOf[face]!
  }

  /** Back to metres: the nearest double to the decimal number, the same one the input had. */
  #position(x: number, y: number): [number, number] {
    const { unitsPerM, originX, originY } = this.#net.lattice
    return [(x + originX) / unitsPerM, (y + originY) / unitsPerM]
  }
}

function byStart(a: Ring, b: Ring): number {
  const [p, q] = [a[0]!, b[0]!]
  return p[0] - q[0] || p[1] - q[1]
}
