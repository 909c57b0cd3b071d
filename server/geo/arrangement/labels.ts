import type { Edges } from './edges.ts'
import type { Faces } from './faces.ts'
import { Int32List } from './int32-list.ts'

/** How often each shape covers each face: `shape` and `times` from `start[f]` up to `end[f]`, by ascending shape, never 0 times. */
export interface Coverage {
  readonly start: Int32Array
  readonly end: Int32Array
  readonly shape: Int32Array
  readonly times: Int32Array
}

/**
 * Carries labels from face to face, beginning outside, where there are none: what an edge has more of on one side is
 * added when it is crossed. A valid shape covers a face once or not at all; one whose rings overlap or cross may cover
 * faces twice or minus once, and stays a local error.
 */
export function labelFaces(edges: Edges, faces: Faces): Coverage {
  const { halfEdges, ofHalfEdge, cycleStart, cycleHalfEdge } = faces
  const start = new Int32Array(faces.count + 1).fill(-1)
  const end = new Int32Array(faces.count + 1)
  const shape = new Int32List(4 * faces.count)
  const times = new Int32List(4 * faces.count)
  const waiting = new Int32Array(faces.count + 1)
  let waitingCount = 1
  waiting[0] = faces.count
  start[faces.count] = 0
  while (waitingCount > 0) {
    const face = waiting[--waitingCount]!
    for (let c = cycleStart[face]!; c < cycleStart[face + 1]!; c++) {
      const first = cycleHalfEdge[c]!
      let h = first
      do {
        const neighbour = ofHalfEdge[h ^ 1]!
        if (start[neighbour]! < 0) {
          start[neighbour] = shape.length
          crossEdge(edges, h, shape, times, start[face]!, end[face]!)
          end[neighbour] = shape.length
          waiting[waitingCount++] = neighbour
        }
        h = halfEdges.next[h]!
      } while (h !== first)
    }
  }
  return { start, end, shape: shape.toArray(), times: times.toArray() }
}

/** Appends the labels right of half-edge `h`: those on its left (`from` up to `to`) merged with what the edge changes. */
function crossEdge(
  edges: Edges,
  h: number,
  shape: Int32List,
  times: Int32List,
  from: number,
  to: number,
): void {
  const edge = h >> 1
  const towardsLess = h % 2 === 0 ? -1 : 1 // edge labels count what is more on the left of its even half-edge
  const lastChange = edges.labelStart[edge + 1]!
  let change = edges.labelStart[edge]!
  shape.reserve(to - from + lastChange - change)
  times.reserve(to - from + lastChange - change)
  const shapes = shape.data
  const counts = times.data
  let at = shape.length
  for (let k = from; k < to || change < lastChange;) {
    const left = k < to ? shapes[k]! : Infinity
    const changed = change < lastChange ? edges.labelShape[change]! : Infinity
    let sum = 0
    if (left <= changed) sum += counts[k++]!
    if (changed <= left) sum += towardsLess * edges.labelSign[change++]!
    if (sum === 0) continue
    shapes[at] = left <= changed ? left : changed
    counts[at++] = sum
  }
  shape.length = at
  times.length = at
}
