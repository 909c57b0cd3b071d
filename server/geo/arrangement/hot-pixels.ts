import type { SegmentGrid } from './cell-grid.ts'
import { cross } from './exact.ts'
import { Int32List, accumulate } from './int32-list.ts'
import type { PairTable } from './pair-table.ts'
import type { UniqueSegments } from './segments.ts'

/** Nodes a segment is snapped to between its ends: `nodes` from `starts[s]` up to `starts[s + 1]`, in no order yet. */
export interface SnappedNodes {
  readonly starts: Int32Array
  readonly nodes: Int32Array
}

/**
 * Every segment gets the nodes whose pixel it passes through: snap rounding.
 *
 * Pixels are half open, [-½, ½) in both directions, so that they tile the plane. With closed ones two unit diagonals
 * would each be snapped to the ends of the other and still cross. Decided on the segments as drawn, in exact numbers:
 * then no two edges of the result cross, and none runs through a node that is not its end.
 * @see J. Hobby, Practical segment intersection with finite precision output, 1999
 * @see L. Guibas, D. Marimont, Rounding arrangements dynamically, 1998
 */
export function snapToNodes(segments: UniqueSegments, nodes: PairTable, grid: SegmentGrid): SnappedNodes {
  const { starts: nodeStarts, items: nodeItems } = nodesByLeaf(nodes, grid)
  const segmentHit = new Int32List(segments.count)
  const nodeHit = new Int32List(segments.count)
  const starts = new Int32Array(segments.count + 1)
  const xs = nodes.first
  const ys = nodes.second
  for (let leaf = 0; leaf < grid.leaves; leaf++) {
    const firstNode = nodeStarts[leaf]!
    const lastNode = nodeStarts[leaf + 1]!
    if (firstNode === lastNode) continue
    for (let at = grid.leafStart[leaf]!; at < grid.leafEnd[leaf]!; at++) {
      const s = grid.items[at]!
      const a = segments.from[s]!
      const b = segments.to[s]!
      const ax = xs[a]!
      const ay = ys[a]!
      const bx = xs[b]!
      const by = ys[b]!
      const west = ax < bx ? ax : bx
      const east = ax < bx ? bx : ax
      const south = ay < by ? ay : by
      const north = ay < by ? by : ay
      const dx = bx - ax
      const dy = by - ay
      const reach = Math.abs(dx) + Math.abs(dy)
      for (let k = firstNode; k < lastNode; k++) {
        const node = nodeItems[k]!
        const x = xs[node]!
        const y = ys[node]!
        // ends are grid points, so a pixel whose centre lies outside their box is passed by the line, not the segment
        if (x < west || x > east || y < south || y > north || node === a || node === b) continue
        const offset = 2 * cross(dx, dy, x - ax, y - ay)
        if (offset > reach || offset < -reach) continue
        // through a corner only: of the four corners, just the lower left one belongs to the pixel
        if (offset === reach && !(dx >= 0 && dy <= 0)) continue
        if (offset === -reach && !(dx <= 0 && dy >= 0)) continue
        segmentHit.push(s)
        nodeHit.push(node)
        starts[s + 1]!++
      }
    }
  }
  accumulate(starts)
  const sorted = new Int32Array(nodeHit.length)
  const next = starts.slice()
  for (let k = 0; k < nodeHit.length; k++) sorted[next[segmentHit.data[k]!]!++] = nodeHit.data[k]!
  return { starts, nodes: sorted }
}

function nodesByLeaf(nodes: PairTable, grid: SegmentGrid): { starts: Int32Array; items: Int32Array } {
  const starts = new Int32Array(grid.leaves + 1)
  const leafOf = new Int32Array(nodes.count)
  for (let node = 0; node < nodes.count; node++) {
    leafOf[node] = grid.leafAt(nodes.first[node]!, nodes.second[node]!)
    starts[leafOf[node]! + 1]!++
  }
  accumulate(starts)
  const items = new Int32Array(nodes.count)
  const next = starts.slice()
  for (let node = 0; node < nodes.count; node++) items[next[leafOf[node]!]!++] = node
  return { starts, items }
}
