import { ExactSum, EXACT } from './exact.ts'
import type { HalfEdges } from './half-edges.ts'
import type { PairTable } from './pair-table.ts'

/**
 * Closed walks along half-edges with one face on the left. The walk round a face from inside encloses a positive area;
 * the walk round the outside of a connected piece of the net encloses a negative one, and there is one per component.
 */
export interface Cycles {
  readonly count: number
  /** By half-edge: the cycle it belongs to. */
  readonly of: Int32Array
  readonly firstHalfEdge: Int32Array
  /** Twice the enclosed area in square units, rounded once from the exact integer. */
  readonly doubledArea: Float64Array
}

export function walkCycles(halfEdges: HalfEdges, nodes: PairTable): Cycles {
  const { next, origin, count } = halfEdges
  const { first: xs, second: ys } = nodes
  const of = new Int32Array(count).fill(-1)
  let cycles = 0
  for (let start = 0; start < count; start++) {
    if (of[start]! >= 0) continue
    for (let h = start; of[h]! < 0; h = next[h]!) of[h] = cycles
    cycles++
  }
  const firstHalfEdge = new Int32Array(cycles).fill(-1)
  const doubledArea = new Float64Array(cycles)
  const sum = new ExactSum()
  for (let start = 0, cycle = 0; start < count; start++) {
    if (of[start] !== cycle) continue
    firstHalfEdge[cycle] = start
    const ox = xs[origin[start]!]!
    const oy = ys[origin[start]!]!
    let px = 0
    let py = 0
    let doubled = 0
    let largest = 0
    for (let h = next[start]!; h !== start; h = next[h]!) {
      const x = xs[origin[h]!]! - ox
      const y = ys[origin[h]!]! - oy
      const left = px * y
      const right = py * x
      doubled += left - right
      // whole numbers whose sizes together stay under 2^53 were neither rounded nor is their sum
      largest += Math.abs(left) + Math.abs(right)
      px = x
      py = y
    }
    doubledArea[cycle++] = largest < EXACT ? doubled : exactDoubledArea(start, halfEdges, nodes, sum)
  }
  return { count: cycles, of, firstHalfEdge, doubledArea }
}

/** The same for the few cycles that are kilometres round. */
function exactDoubledArea(
  start: number,
  { next, origin }: HalfEdges,
  nodes: PairTable,
  sum: ExactSum,
): number {
  const { first: xs, second: ys } = nodes
  const ox = xs[origin[start]!]!
  const oy = ys[origin[start]!]!
  let px = 0
  let py = 0
  for (let h = next[start]!; h !== start; h = next[h]!) {
    const x = xs[origin[h]!]! - ox
    const y = ys[origin[h]!]! - oy
    sum.addCross(px, py, x, y)
    px = x
    py = y
  }
  return sum.take()
}
