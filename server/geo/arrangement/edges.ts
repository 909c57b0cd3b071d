import type { SnappedNodes } from './hot-pixels.ts'
import { Int32List, accumulate } from './int32-list.ts'
import { PairTable } from './pair-table.ts'
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
  const { starts, order } = groupByEdge(cut)
  const from = new Int32List(cut.pairs.count)
  const to = new Int32List(cut.pairs.count)
  const labelStart = new Int32List(cut.pairs.count + 1)
  const labelShape = new Int32List(cut.pairs.count * 2)
  const labelSign = new Int32List(cut.pairs.count * 2)
  const labels = new LabelSum()
  labelStart.push(0)
  for (let e = 0; e < cut.pairs.count; e++) {
    labels.clear()
    for (let at = starts[e]!; at < starts[e + 1]!; at++) {
      const segment = cut.segment[order[at]!]!
      const direction = cut.direction[order[at]!]!
      for (let k = segments.labelStart[segment]!; k < segments.labelStart[segment + 1]!; k++) {
        labels.add(segments.labelShape[k]!, segments.labelSign[k]! * direction)
      }
    }
    if (labels.writeTo(labelShape, labelSign) === 0) continue // both sides belong to the same shapes
    from.push(cut.pairs.first[e]!)
    to.push(cut.pairs.second[e]!)
    labelStart.push(labelShape.length)
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

/** Pieces of segments between nodes: which edge each lies on, which way it runs there, and which segment it is from. */
interface CutSegments {
  readonly pairs: PairTable
  readonly count: number
  readonly edge: Int32Array
  readonly segment: Int32Array
  readonly direction: Int8Array
}

function cutSegments(segments: UniqueSegments, nodes: PairTable, snapped: SnappedNodes): CutSegments {
  const capacity = segments.count + snapped.nodes.length
  const pairs = new PairTable(capacity)
  const edge = new Int32Array(capacity)
  const segment = new Int32Array(capacity)
  const direction = new Int8Array(capacity)
  let count = 0
  for (let s = 0; s < segments.count; s++) {
    const start = snapped.starts[s]!
    const end = snapped.starts[s + 1]!
    const last = segments.to[s]!
    let at = segments.from[s]!
    if (end - start > 1) sortAlong(snapped.nodes.subarray(start, end), nodes, at, last)
    for (let k = start; k <= end; k++) {
      const node = k < end ? snapped.nodes[k]! : last
      edge[count] = at < node ? pairs.number(at, node) : pairs.number(node, at)
      direction[count] = at < node ? 1 : -1
      segment[count++] = s
      at = node
    }
  }
  return { pairs, count, edge, segment, direction }
}

/** Orders nodes as one meets them walking from node `a` to node `b`. */
function sortAlong(list: Int32Array, nodes: PairTable, a: number, b: number): void {
  const { first: xs, second: ys } = nodes
  const dx = xs[b]! - xs[a]!
  const dy = ys[b]! - ys[a]!
  // pixels passed one after the other differ by whole steps, so products of small differences decide, exactly
  const order = (p: number, q: number): number => dx * (xs[p]! - xs[q]!) + dy * (ys[p]! - ys[q]!)
  if (list.length === 2) {
    if (order(list[0]!, list[1]!) > 0) list.reverse()
  } else list.sort(order)
}

function groupByEdge(cut: CutSegments): { starts: Int32Array; order: Int32Array } {
  const starts = new Int32Array(cut.pairs.count + 1)
  for (let i = 0; i < cut.count; i++) starts[cut.edge[i]! + 1]!++
  accumulate(starts)
  const order = new Int32Array(cut.count)
  const next = starts.slice()
  for (let i = 0; i < cut.count; i++) order[next[cut.edge[i]!]!++] = i
  return { starts, order }
}

/** Adds up signs per shape. Shapes arrive mostly in ascending order: one sorted run per segment on the edge. */
class LabelSum {
  #shape: number[] = []
  #sign: number[] = []
  #sorted = true

  clear(): void {
    this.#shape.length = 0
    this.#sign.length = 0
    this.#sorted = true
  }

  add(shape: number, sign: number): void {
    const last = this.#shape.length - 1
    if (last >= 0 && this.#shape[last] === shape) {
      this.#sign[last]! += sign
      return
    }
    if (last >= 0 && this.#shape[last]! > shape) this.#sorted = false
    this.#shape.push(shape)
    this.#sign.push(sign)
  }

  /** Appends the shapes whose signs do not cancel, by ascending shape; returns how many. */
  writeTo(shapes: Int32List, signs: Int32List): number {
    if (!this.#sorted) this.#sort()
    const before = shapes.length
    for (let k = 0; k < this.#shape.length; k++) {
      if (this.#sign[k] === 0) continue
      shapes.push(this.#shape[k]!)
      signs.push(this.#sign[k]!)
    }
    return shapes.length - before
  }

  #sort(): void {
    const [shape, sign] = [this.#shape, this.#sign]
    const order = shape.map((_, k) => k).sort((p, q) => shape[p]! - shape[q]!)
    this.#shape = []
    this.#sign = []
    this.#sorted = true
    for (const k of order) this.add(shape[k]!, sign[k]!)
  }
}
