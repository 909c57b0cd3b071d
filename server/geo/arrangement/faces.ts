import { nestComponents } from './components.ts'
import { walkCycles } from './cycles.ts'
import type { Edges } from './edges.ts'
import { linkHalfEdges, type HalfEdges } from './half-edges.ts'
import { accumulate } from './int32-list.ts'
import type { PairTable } from './pair-table.ts'

/**
 * The regions the edges divide the plane into. Face `count` is the unbounded one; a face with islands in it is bounded
 * by several cycles.
 */
export interface Faces {
  readonly count: number
  readonly halfEdges: HalfEdges
  /** By half-edge: the face on its left, `count` for the unbounded one. */
  readonly ofHalfEdge: Int32Array
  /** One half-edge of every cycle round face `f`, from `cycleStart[f]` up to `cycleStart[f + 1]`. */
  readonly cycleStart: Int32Array
  readonly cycleHalfEdge: Int32Array
  /** Twice the area in square units, islands taken out. The unbounded face has none. */
  readonly doubledArea: Float64Array
}

export function makeFaces(edges: Edges, nodes: PairTable): Faces {
  const halfEdges = linkHalfEdges(edges, nodes)
  const cycles = walkCycles(halfEdges, nodes)
  const { outerCycle, enclosing } = nestComponents(edges, halfEdges, cycles, nodes)

  const faceOf = new Int32Array(cycles.count).fill(-1)
  let count = 0
  for (let c = 0; c < cycles.count; c++) if (cycles.doubledArea[c]! > 0) faceOf[c] = count++
  for (let c = 0; c < cycles.count; c++)
    if (faceOf[c]! < 0) resolveOuter(c, faceOf, outerCycle, enclosing, count)

  const cycleStart = new Int32Array(count + 2)
  const doubledArea = new Float64Array(count + 1)
  for (let c = 0; c < cycles.count; c++) {
    cycleStart[faceOf[c]! + 1]!++
    if (faceOf[c]! < count) doubledArea[faceOf[c]!]! += cycles.doubledArea[c]!
  }
  accumulate(cycleStart)
  const cycleHalfEdge = new Int32Array(cycles.count)
  const fill = cycleStart.slice()
  for (let c = 0; c < cycles.count; c++) cycleHalfEdge[fill[faceOf[c]!]!++] = cycles.firstHalfEdge[c]!

  const ofHalfEdge = cycles.of // reused: half-edges are the largest arrays here
  for (let h = 0; h < halfEdges.count; h++) ofHalfEdge[h] = faceOf[ofHalfEdge[h]!]!
  return { count, halfEdges, ofHalfEdge, cycleStart, cycleHalfEdge, doubledArea }
}

/**
 * The outside of a component is the face it lies in. What it sees to the west may be the outside of another component
 * in the same face, and so on: the chain is walked to its end and all of it gets the answer.
 */
function resolveOuter(
  cycle: number,
  faceOf: Int32Array,
  outerCycle: Int32Array,
  enclosing: Int32Array,
  unbounded: number,
): void {
  const chain: number[] = []
  let face = -1
  for (let c = cycle; face < 0;) {
    chain.push(c)
    const seen = enclosing[outerCycle[c]!]!
    if (seen < 0) face = unbounded
    else if (faceOf[seen]! >= 0) face = faceOf[seen]!
    else c = seen
  }
  for (const c of chain) faceOf[c] = face
}
