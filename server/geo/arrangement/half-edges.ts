import type { Edges } from './edges.ts'
import { cross } from './exact.ts'
import { accumulate } from './int32-list.ts'
import type { PairTable } from './pair-table.ts'

/**
 * Each edge `e` seen from both sides: half-edge 2e runs `from` → `to`, 2e + 1 back; `h ^ 1` is the other side of `h`.
 * Following `next` walks round the face on the left.
 */
export interface HalfEdges {
  readonly count: number
  readonly origin: Int32Array
  readonly next: Int32Array
}

/** Links half-edges round their faces, by sorting those that leave each node counter-clockwise. */
export function linkHalfEdges(edges: Edges, nodes: PairTable): HalfEdges {
  const count = 2 * edges.count
  const origin = new Int32Array(count)
  const starts = new Int32Array(nodes.count + 1)
  for (let e = 0; e < edges.count; e++) {
    origin[2 * e] = edges.from[e]!
    origin[2 * e + 1] = edges.to[e]!
    starts[edges.from[e]! + 1]!++
    starts[edges.to[e]! + 1]!++
  }
  accumulate(starts)
  const leaving = new Int32Array(count)
  const fill = starts.slice()
  for (let h = 0; h < count; h++) leaving[fill[origin[h]!]!++] = h

  const next = new Int32Array(count)
  const { first: xs, second: ys } = nodes
  const compare = (g: number, h: number): number => {
    const o = origin[g]!
    const [x, y] = [xs[o]!, ys[o]!]
    const [p, q] = [origin[g ^ 1]!, origin[h ^ 1]!]
    return compareAngle(xs[p]! - x, ys[p]! - y, xs[q]! - x, ys[q]! - y)
  }
  for (let node = 0; node < nodes.count; node++) {
    const start = starts[node]!
    const end = starts[node + 1]!
    if (end === start) continue
    sortRound(leaving, start, end, compare)
    for (let at = start; at < end; at++) {
      // coming in along the other side of `at`, the face on the left continues with the neighbour clockwise
      const clockwise = at === start ? end - 1 : at - 1
      next[leaving[at]! ^ 1] = leaving[clockwise]!
    }
  }
  return { count, origin, next }
}

/** Insertion sort for the two to six edges most nodes have. */
function sortRound(
  list: Int32Array,
  start: number,
  end: number,
  compare: (g: number, h: number) => number,
): void {
  if (end - start > 16) {
    list.subarray(start, end).sort(compare)
    return
  }
  for (let i = start + 1; i < end; i++) {
    const h = list[i]!
    let at = i
    while (at > start && compare(list[at - 1]!, h) > 0) {
      list[at] = list[at - 1]!
      at--
    }
    list[at] = h
  }
}

/** Counter-clockwise from due east: negative when the first direction comes first. */
function compareAngle(ax: number, ay: number, bx: number, by: number): number {
  const upperA = ay > 0 || (ay === 0 && ax > 0)
  const upperB = by > 0 || (by === 0 && bx > 0)
  if (upperA !== upperB) return upperA ? -1 : 1
  return -cross(ax, ay, bx, by)
}
