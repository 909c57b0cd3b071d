import { bboxOf } from '../geo/area.ts'
import type { Polygon, Position } from '../geo/polygon.ts'

/**
 * Radius in metres of the largest circle that fits into a polygon, to within `precisionM`. Twice of it is how wide the land
 * is where it is widest: a strip along a fence has area, and no room.
 *
 * Cells of a grid, the most promising first, each cut in four until no cell can hold a larger circle.
 * @param polygon working plane, outer ring first, closed
 */
export function inscribedRadiusM(polygon: Polygon, precisionM = 0.05): number {
  const [west, south, east, north] = bboxOf([polygon])
  const size = Math.min(east - west, north - south)
  if (!(size > 0)) return 0
  const edges = edgesOf(polygon)
  const cells = new Heap()
  for (let x = west; x < east; x += size)
    for (let y = south; y < north; y += size) cells.push(cellAt(x + size / 2, y + size / 2, size / 2, edges))
  let best = 0
  for (let cell = cells.pop(); cell && cell.atMost > best + precisionM; cell = cells.pop()) {
    best = Math.max(best, cell.inside)
    const half = cell.half / 2
    for (const [dx, dy] of quarters) {
      const quarter = cellAt(cell.x + dx * half, cell.y + dy * half, half, edges)
      if (quarter.atMost > best + precisionM) cells.push(quarter)
    }
  }
  return best
}

const quarters = [[-1, -1], [1, -1], [-1, 1], [1, 1]] as const // prettier-ignore

interface Edge {
  readonly a: Position
  readonly b: Position
}
const edgesOf = (polygon: Polygon): Edge[] =>
  polygon.flatMap((ring) => ring.slice(1).map((b, i) => ({ a: ring[i]!, b })))

interface Cell {
  readonly x: number
  readonly y: number
  readonly half: number
  /** From its middle to the border; negative outside. */
  readonly inside: number
  /** No point of the cell is further from the border. */
  readonly atMost: number
}

function cellAt(x: number, y: number, half: number, edges: readonly Edge[]): Cell {
  let nearest = Infinity
  let isInside = false
  for (const { a, b } of edges) {
    if (a[1] > y !== b[1] > y && x < ((b[0] - a[0]) * (y - a[1])) / (b[1] - a[1]) + a[0]) isInside = !isInside
    nearest = Math.min(nearest, distanceToEdgeM([x, y], a, b))
  }
  const inside = isInside ? nearest : -nearest
  return { x, y, half, inside, atMost: inside + half * Math.SQRT2 }
}

export function distanceToEdgeM(p: Position, a: Position, b: Position): number {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]]
  const squared = dx * dx + dy * dy
  const t = squared === 0 ? 0 : Math.max(0, Math.min(1, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / squared))
  return Math.hypot(p[0] - (a[0] + t * dx), p[1] - (a[1] + t * dy))
}

/** Largest `atMost` first. */
class Heap {
  readonly #cells: Cell[] = []

  push(cell: Cell): void {
    const cells = this.#cells
    let at = cells.push(cell) - 1
    while (at > 0) {
      const up = (at - 1) >> 1
      if (cells[up]!.atMost >= cell.atMost) break
      cells[at] = cells[up]!
      at = up
    }
    cells[at] = cell
  }

  pop(): Cell | undefined {
    const cells = this.#cells
    const top = cells[0]
    const last = cells.pop()
    if (top === undefined || last === undefined || cells.length === 0) return top
    let at = 0
    for (;;) {
      let down = 2 * at + 1
      if (down >= cells.length) break
      if (down + 1 < cells.length && cells[down + 1]!.atMost > cells[down]!.atMost) down++
      if (cells[down]!.atMost <= last.atMost) break
      cells[at] = cells[down]!
      at = down
    }
    cells[at] = last
    return top
  }
}
