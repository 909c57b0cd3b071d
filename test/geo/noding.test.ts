import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SegmentGrid } from '../../server/geo/arrangement/cell-grid.ts'
import { addCrossings } from '../../server/geo/arrangement/crossings.ts'
import { makeEdges } from '../../server/geo/arrangement/edges.ts'
import { snapToNodes } from '../../server/geo/arrangement/hot-pixels.ts'
import { PairTable } from '../../server/geo/arrangement/pair-table.ts'
import { uniqueSegments } from '../../server/geo/arrangement/segments.ts'

type Segment = readonly [number, number, number, number]

/** Nodes and edges of segments with whole-number ends. Each segment is its own shape, so that none cancels. */
function noded(list: readonly Segment[]) {
  const column = (k: number): Int32Array => Int32Array.from(list, (segment) => segment[k]!)
  const shape = Int32Array.from(list.keys())
  const segments = { count: list.length, x0: column(0), y0: column(1), x1: column(2), y1: column(3), shape }
  const nodes = new PairTable(16)
  const unique = uniqueSegments(segments, nodes)
  const lines = { count: unique.count, from: unique.from, to: unique.to, xs: nodes.first, ys: nodes.second }
  const grid = new SegmentGrid(lines)
  addCrossings(unique, nodes, grid)
  const edges = makeEdges(unique, nodes, snapToNodes(unique, nodes, grid))
  const at = (node: number): [number, number] => [nodes.first[node]!, nodes.second[node]!]
  return {
    nodes: Array.from({ length: nodes.count }, (_, n) => at(n)),
    edges: Array.from({ length: edges.count }, (_, e): Segment => [
      ...at(edges.from[e]!),
      ...at(edges.to[e]!),
    ]),
  }
}

const side = ([ax, ay, bx, by]: Segment, [x, y]: readonly [number, number]): number =>
  Math.sign((bx - ax) * (y - ay) - (by - ay) * (x - ax))

const isInside = (edge: Segment, point: readonly [number, number]): boolean => {
  const [ax, ay, bx, by] = edge
  const [x, y] = point
  if (side(edge, point) !== 0) return false
  const along = (x - ax) * (bx - ax) + (y - ay) * (by - ay)
  return along > 0 && along < (bx - ax) ** 2 + (by - ay) ** 2
}

const cross = (e: Segment, f: Segment): boolean =>
  side(e, [f[0], f[1]]) * side(e, [f[2], f[3]]) < 0 && side(f, [e[0], e[1]]) * side(f, [e[2], e[3]]) < 0

/** What snap rounding promises, tried on every pair. */
function expectArranged({ nodes, edges }: ReturnType<typeof noded>): void {
  for (const [i, e] of edges.entries()) {
    expect(nodes.filter((node) => isInside(e, node))).toEqual([])
    expect(edges.slice(i + 1).filter((f) => cross(e, f))).toEqual([])
  }
  expect(new Set(edges.map((e) => e.join(' '))).size).toBe(edges.length)
}

const segmentsUpTo = (size: number, maxLength: number): fc.Arbitrary<Segment[]> => {
  const c = fc.integer({ min: -size, max: size })
  const segment = fc.tuple(c, c, c, c).filter(([a, b, x, y]) => a !== x || b !== y)
  return fc.array(segment, { minLength: 2, maxLength })
}

describe('after snapping, edges meet at their ends only', () => {
  test('the two diagonals of one cell', () => {
    const { nodes, edges } = noded([
      [0, 0, 1, 1],
      [0, 1, 1, 0],
    ])
    expectArranged({ nodes, edges })
    // they cross at (½, ½), which belongs to the pixel of (1, 1)
    const ends = edges.map(([a, b, x, y]) => [`${a},${b}`, `${x},${y}`].sort().join(' - ')).sort()
    expect(ends).toEqual(['0,0 - 1,1', '0,1 - 1,1', '1,0 - 1,1'])
  })

  test('a line through the lower left corner of a pixel belongs to it, one through the upper right does not', () => {
    // x + y = 1 meets pixel (1, 1) in (½, ½), pixel (0, 0) in (½, ½) as well
    const through = noded([
      [-2, 3, 3, -2],
      [1, 1, 5, 5],
      [0, 0, -5, -5],
    ])
    expectArranged(through)
    expect(through.edges.some((e) => e.join(' ') === '0 0 -5 -5')).toBe(true)
    expect(
      through.edges.filter((e) => [e.slice(0, 2), e.slice(2)].some((p) => p.join() === '1,1')),
    ).toHaveLength(3)
    expect(
      through.edges.filter((e) => [e.slice(0, 2), e.slice(2)].some((p) => p.join() === '0,0')),
    ).toHaveLength(1)
  })

  test('on a tiny board, where nearly every crossing lies on a border or a corner', () => {
    fc.assert(
      fc.property(segmentsUpTo(4, 10), (list) => expectArranged(noded(list))),
      { numRuns: 1000 },
    )
  })

  test('on a larger board', () => {
    fc.assert(
      fc.property(segmentsUpTo(60, 30), (list) => expectArranged(noded(list))),
      { numRuns: 100 },
    )
  })

  test('long lines over many cells of the search grid', () => {
    fc.assert(
      fc.property(segmentsUpTo(2000, 60), (list) => expectArranged(noded(list))),
      { numRuns: 15 },
    )
  })

  test('a hundred lines in one crowded yard, and one across the country', () => {
    const crowd = Array.from({ length: 150 }, (_, k): Segment => [
      k % 13,
      (k * 7) % 150,
      150 - (k % 11),
      (k * 5) % 149,
    ])
    expectArranged(noded([...crowd, [-40_000, -40_000, 40_001, 39_999], [30_000, 0, 30_001, 7]]))
  })
})
