import { indexCells, type CellIndex, type Lines } from './cell-grid.ts'
import type { Cycles } from './cycles.ts'
import type { Edges } from './edges.ts'
import { cross } from './exact.ts'
import type { HalfEdges } from './half-edges.ts'
import type { PairTable } from './pair-table.ts'

/** Connected pieces of the net of edges, numbered by their outer cycles. */
export interface Components {
  /** By cycle: the outer (negative) cycle of its component. */
  readonly outerCycle: Int32Array
  /** By outer cycle: the cycle whose face holds the component, or -1 when nothing surrounds it. -1 for other cycles. */
  readonly enclosing: Int32Array
}

/** Finds out which face each component lies in: the face that its leftmost node sees when looking west. */
export function nestComponents(
  edges: Edges,
  halfEdges: HalfEdges,
  cycles: Cycles,
  nodes: PairTable,
): Components {
  const outerCycle = outerCycles(halfEdges, cycles)
  const enclosing = new Int32Array(cycles.count).fill(-1)
  const outer: number[] = []
  for (let c = 0; c < cycles.count; c++) if (outerCycle[c] === c) outer.push(c)
  if (outer.length < 2) return { outerCycle, enclosing }
  const lines: Lines = {
    count: edges.count,
    from: edges.from,
    to: edges.to,
    xs: nodes.first,
    ys: nodes.second,
  }
  const index = indexCells(lines, 2)
  for (const cycle of outer) {
    const node = leftmostNode(halfEdges, cycles.firstHalfEdge[cycle]!, nodes)
    const edge = edgeWestOf(nodes.first[node]!, nodes.second[node]!, lines, index)
    if (edge < 0) continue
    // the side of the edge that faces east is on the left of the half-edge that runs down
    const isDown = lines.ys[lines.from[edge]!]! > lines.ys[lines.to[edge]!]!
    enclosing[cycle] = cycles.of[isDown ? 2 * edge : 2 * edge + 1]!
  }
  return { outerCycle, enclosing }
}

/** Spreads from every outer cycle over all cycles that share an edge with it, directly or not. */
function outerCycles(halfEdges: HalfEdges, cycles: Cycles): Int32Array {
  const outerCycle = new Int32Array(cycles.count).fill(-1)
  const waiting = new Int32Array(cycles.count)
  for (let outer = 0; outer < cycles.count; outer++) {
    if (cycles.doubledArea[outer]! > 0) continue
    let waitingCount = 1
    waiting[0] = outer
    outerCycle[outer] = outer
    while (waitingCount > 0) {
      const start = cycles.firstHalfEdge[waiting[--waitingCount]!]!
      let h = start
      do {
        const neighbour = cycles.of[h ^ 1]!
        if (outerCycle[neighbour]! < 0) {
          outerCycle[neighbour] = outer
          waiting[waitingCount++] = neighbour
        }
        h = halfEdges.next[h]!
      } while (h !== start)
    }
  }
  return outerCycle
}

function leftmostNode(halfEdges: HalfEdges, start: number, nodes: PairTable): number {
  const { first: xs, second: ys } = nodes
  let best = halfEdges.origin[start]!
  for (let h = halfEdges.next[start]!; h !== start; h = halfEdges.next[h]!) {
    const node = halfEdges.origin[h]!
    if (xs[node]! < xs[best]! || (xs[node] === xs[best] && ys[node]! < ys[best]!)) best = node
  }
  return best
}

/**
 * The first edge met from a point towards the west, on a line a hair's breadth above it, so that it never runs through a
 * node; -1 if there is none. Decided by exact signs alone. Edges of the point's own component are not met, the point
 * being its leftmost.
 */
function edgeWestOf(x: number, y: number, lines: Lines, { frame, starts, items }: CellIndex): number {
  const { from, to, ys } = lines
  const row = frame.rowAt(y) * frame.columns
  let best = -1
  for (let column = frame.columnAt(x); column >= 0; column--) {
    for (let at = starts[row + column]!; at < starts[row + column + 1]!; at++) {
      const edge = items[at]!
      if (ys[from[edge]!]! > y === ys[to[edge]!]! > y) continue
      if (sideOf(lines, edge, x, y) >= 0) continue // the point is not to the right of it
      if (best < 0 || liesEastOf(lines, edge, best)) best = edge
    }
    // an edge that meets the line farther east would have been listed in a cell already seen
    if (best >= 0 && xAt(lines, best, y) >= frame.west + column * frame.side) return best
  }
  return best
}

function xAt({ from, to, xs, ys }: Lines, edge: number, y: number): number {
  const a = from[edge]!
  const b = to[edge]!
  return xs[a]! + ((y - ys[a]!) / (ys[b]! - ys[a]!)) * (xs[b]! - xs[a]!)
}

/** Positive where the point lies to the left of the edge taken upwards, negative to the right. */
function sideOf({ from, to, xs, ys }: Lines, edge: number, x: number, y: number): number {
  const upward = ys[from[edge]!]! < ys[to[edge]!]!
  const a = upward ? from[edge]! : to[edge]!
  const b = upward ? to[edge]! : from[edge]!
  return cross(xs[b]! - xs[a]!, ys[b]! - ys[a]!, x - xs[a]!, y - ys[a]!)
}

/** Whether, where both meet one horizontal line, `e` meets it farther east than `f`. Edges do not cross. */
function liesEastOf(lines: Lines, e: number, f: number): boolean {
  const { from, to, xs, ys } = lines
  const lower = (edge: number): number => (ys[from[edge]!]! < ys[to[edge]!]! ? from[edge]! : to[edge]!)
  const upper = (edge: number): number => (ys[from[edge]!]! < ys[to[edge]!]! ? to[edge]! : from[edge]!)
  // the higher of the two lower ends lies beside the other edge
  if (ys[lower(e)]! >= ys[lower(f)]!) {
    const side = sideOf(lines, f, xs[lower(e)]!, ys[lower(e)]!)
    if (side !== 0) return side < 0
  } else {
    const side = sideOf(lines, e, xs[lower(f)]!, ys[lower(f)]!)
    if (side !== 0) return side > 0
  }
  // they share their lower end: their directions decide
  const [a, b, c] = [lower(e), upper(e), upper(f)]
  return cross(xs[c]! - xs[a]!, ys[c]! - ys[a]!, xs[b]! - xs[a]!, ys[b]! - ys[a]!) < 0
}
