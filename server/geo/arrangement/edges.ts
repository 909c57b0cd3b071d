import type { SnappedNodes } from './hot-pixels.ts'
import { Int32List, accumulate } from './int32-list.ts'
import type { PairTable } from './pair-table.ts'
import type { UniqueSegments } from './segments.ts'

/**
 * The boundaries cut at their nodes; edges meet only at their ends. Labels from `labelStart[e]` up to
 * `labelStart[e + 1]`, by ascending shape: walking `from` → `to`, there is `labelSign` more of the shape on the left
 * than on the right. For a valid shape that is +1 or -1.
 */
export interface Edges {
  readonly count: number
  readonly from: Int32Array
  readonly to: Int32Array
  readonly labelStart: Int32Array
  readonly labelShape: Int32Array
  readonly labelSign: Int32Array
}

/** Cuts segments at their nodes, merges those that came to lie on each other, and drops where a shape only meets itself. */
export function makeEdges(segments: UniqueSegments, nodes: PairTable, snapped: SnappedNodes): Edges {
  const cut = cutSegments(segments, nodes, snapped)
  const { starts, ends, pieces } = cut
  const from = new Int32List(segments.count)
  const to = new Int32List(segments.count)
  const labelStart = new Int32List(segments.count + 1)
  const labelShape = new Int32List(segments.count * 2)
  const labelSign = new Int32List(segments.count * 2)
  const labels = new LabelSum()
  labelStart.push(0)
  for (let node = 0; node < nodes.count; node++) {
    const last = starts[node + 1]!
    sortByEnd(ends, pieces, starts[node]!, last)
    for (let at = starts[node]!; at < last;) {
      const end = ends[at]!
      labels.clear()
      for (; at < last && ends[at] === end; at++) {
        const piece = pieces[at]!
        const segment = piece >> 1
        const direction = (piece & 1) === 0 ? 1 : -1
        for (let k = segments.labelStart[segment]!; k < segments.labelStart[segment + 1]!; k++) {
          labels.add(segments.labelShape[k]!, segments.labelSign[k]! * direction)
        }
      }
      if (labels.writeTo(labelShape, labelSign) === 0) continue // both sides belong to the same shapes
      from.push(node)
      to.push(end)
      labelStart.push(labelShape.length)
    }
  }
  return {
    count: from.length,
    from: from.toArray(),
    to: to.toArray(),
    labelStart: labelStart.toArray(),
    labelShape: labelShape.toArray(),
    labelSign: labelSign.toArray(),
  }
}

/**
 * Pieces of segments between nodes, listed at the lower-numbered of their two nodes: node `n` owns `starts[n]` up to
 * `starts[n + 1]` of `ends`, the higher node, and `pieces`, twice the segment, plus 1 where it runs from the higher one.
 * Pieces on one edge thus meet in one short list. Neighbours in the plane have numbers close together, so this reads
 * memory nearly in order, which a hash of both numbers does not.
 */
interface CutSegments {
  readonly starts: Int32Array
  readonly ends: Int32Array
  readonly pieces: Int32Array
}

function cutSegments(segments: UniqueSegments, nodes: PairTable, snapped: SnappedNodes): CutSegments {
  const starts = new Int32Array(nodes.count + 1)
  for (let s = 0; s < segments.count; s++) {
    const start = snapped.starts[s]!
    const end = snapped.starts[s + 1]!
    const last = segments.to[s]!
    let at = segments.from[s]!
    if (end - start > 1) sortAlong(snapped.nodes.subarray(start, end), nodes, at, last)
    for (let k = start; k <= end; k++) {
      const node = k < end ? snapped.nodes[k]! : last
      starts[(at < node ? at : node) + 1]!++
      at = node
    }
  }
  accumulate(starts)
  const ends = new Int32Array(starts[nodes.count]!)
  const pieces = new Int32Array(ends.length)
  const next = starts.slice()
  for (let s = 0; s < segments.count; s++) {
    const end = snapped.starts[s + 1]!
    const last = segments.to[s]!
    let at = segments.from[s]!
    for (let k = snapped.starts[s]!; k <= end; k++) {
      const node = k < end ? snapped.nodes[k]! : last
      const place = next[at < node ? at : node]!++
      ends[place] = at < node ? node : at
      pieces[place] = at < node ? 2 * s : 2 * s + 1
      at = node
    }
  }
  return { starts, ends, pieces }
}

/** Orders nodes as one meets them walking from node `a` to node `b`. Few lie on one segment: insertion sort does. */
function sortAlong(list: Int32Array, nodes: PairTable, a: number, b: number): void {
  const { first: xs, second: ys } = nodes
  const dx = xs[b]! - xs[a]!
  const dy = ys[b]! - ys[a]!
  if (list.length > MANY) {
    list.sort((p, q) => dx * (xs[p]! - xs[q]!) + dy * (ys[p]! - ys[q]!))
    return
  }
  for (let i = 1; i < list.length; i++) {
    const node = list[i]!
    const x = xs[node]!
    const y = ys[node]!
    let at = i
    for (; at > 0; at--) {
      const before = list[at - 1]!
      // pixels passed one after the other differ by whole steps, so products of small differences decide, exactly
      if (dx * (xs[before]! - x) + dy * (ys[before]! - y) <= 0) break
      list[at] = before
    }
    list[at] = node
  }
}

/** Brings pieces on one edge together, and leaves them in the order of their segments. */
function sortByEnd(ends: Int32Array, pieces: Int32Array, start: number, end: number): void {
  if (end - start > MANY) {
    const order = Uint32Array.from({ length: end - start }, (_, k) => k)
    const [oldEnds, oldPieces] = [ends.slice(start, end), pieces.slice(start, end)]
    order.sort((p, q) => oldEnds[p]! - oldEnds[q]! || p - q)
    for (let k = 0; k < order.length; k++) {
      ends[start + k] = oldEnds[order[k]!]!
      pieces[start + k] = oldPieces[order[k]!]!
    }
    return
  }
  for (let i = start + 1; i < end; i++) {
    const own = ends[i]!
    const piece = pieces[i]!
    let at = i
    for (; at > start && ends[at - 1]! > own; at--) {
      ends[at] = ends[at - 1]!
      pieces[at] = pieces[at - 1]!
    }
    ends[at] = own
    pieces[at] = piece
  }
}

/** From this many on, insertion sort is the slower one. */
const MANY = 32

/** Adds up signs per shape. Shapes arrive mostly in ascending order: one sorted run per segment on the edge. */
class LabelSum {
  #shape = new Int32Array(64)
  #sign = new Int32Array(64)
  #count = 0
  #sorted = true

  clear(): void {
    this.#count = 0
    this.#sorted = true
  }

  add(shape: number, sign: number): void {
    const count = this.#count
    if (count > 0) {
      const last = this.#shape[count - 1]!
      if (last === shape) {
        this.#sign[count - 1]! += sign
        return
      }
      if (last > shape) this.#sorted = false
    }
    if (count === this.#shape.length) this.#grow()
    this.#shape[count] = shape
    this.#sign[count] = sign
    this.#count = count + 1
  }

  /** Appends the shapes whose signs do not cancel, by ascending shape; returns how many. */
  writeTo(shapes: Int32List, signs: Int32List): number {
    if (!this.#sorted) this.#sort()
    const before = shapes.length
    for (let k = 0; k < this.#count; k++) {
      if (this.#sign[k] === 0) continue
      shapes.push(this.#shape[k]!)
      signs.push(this.#sign[k]!)
    }
    return shapes.length - before
  }

  #sort(): void {
    const shape = this.#shape.slice(0, this.#count)
    const sign = this.#sign.slice(0, this.#count)
    const order = Uint32Array.from(shape.keys()).sort((p, q) => shape[p]! - shape[q]!)
    this.clear()
    for (const k of order) this.add(shape[k]!, sign[k]!)
  }

  #grow(): void {
    const double = (old: Int32Array): Int32Array<ArrayBuffer> => {
      const grown = new Int32Array(old.length * 2)
      grown.set(old)
      return grown
    }
    this.#shape = double(this.#shape)
    this.#sign = double(this.#sign)
  }
}
