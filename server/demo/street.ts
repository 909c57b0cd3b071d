import type { Position } from '../geo/polygon.ts'
import type { Use } from './plot.ts'
import { randomFrom } from './random.ts'
import { gridPosition, type OpenRing } from './shape.ts'

/** Distance between street crossings, metres. */
export const PITCH_M = 240

/** A block between four streets of the new town, before its land is drawn: what it is for and how it is cut. */
export interface Cell {
  readonly i: number
  readonly j: number
  readonly use: Use
  /** Where each row is cut, as shares of its length: 0, …, 1. Southern row first. */
  readonly rows: readonly (readonly number[])[]
}

export const plotsOf = (cell: Cell): number => cell.rows.reduce((sum, cuts) => sum + cuts.length - 1, 0)

/**
 * How a cell is used and cut. Cells near the old town are a new area of large plots; farther out, housing on small
 * plots prevails. Depends on the seed and the cell alone.
 */
export function planCell(seed: number, i: number, j: number, isNear: boolean): Cell {
  const random = randomFrom(seed, 11, i, j)
  const use = isNear
    ? random.pick(['IND', 'IND', 'IND', 'RES', 'RES', 'COM', 'COM', 'STO', 'PUB'])
    : random.pick(['RES', 'RES', 'RES', 'RES', 'RES', 'RES', 'IND', 'IND', 'COM', 'PUB', 'STO'])
  const perRow = (): number => {
    if (isNear) return random.whole(3, 5)
    if (use === 'RES') return random.whole(8, 15)
    if (use === 'COM') return random.whole(4, 8)
    return random.whole(2, 5)
  }
  const cuts = (count: number): number[] => {
    const inner = Array.from({ length: count - 1 }, (_, k) => (k + 1 + random.between(-0.22, 0.22)) / count)
    return [0, ...inner, 1]
  }
  return { i, j, use, rows: [cuts(perRow()), cuts(perRow())] }
}

/** The land of a cell: its plots, which share their borders corner by corner, and the outline they fill. */
export function drawCell(
  seed: number,
  middle: Position,
  cell: Cell,
): { plots: OpenRing[]; outline: OpenRing } {
  const { i, j } = cell
  const corners = inset(
    [crossing(seed, middle, i, j), crossing(seed, middle, i + 1, j), crossing(seed, middle, i + 1, j + 1), crossing(seed, middle, i, j + 1)], // prettier-ignore
    [halfStreetM(j), halfStreetM(i + 1), halfStreetM(j + 1), halfStreetM(i)],
  )
  const between = randomFrom(seed, 13, i, j).between(0.44, 0.56)
  const at = (u: number, v: number): Position => {
    const [sw, se, ne, nw] = corners
    const mix = (axis: 0 | 1): number =>
      (1 - v) * ((1 - u) * sw[axis] + u * se[axis]) + v * ((1 - u) * nw[axis] + u * ne[axis])
    return gridPosition(mix(0), mix(1))
  }
  const [south, north] = [cell.rows[0]!, cell.rows[1]!]
  const plots: OpenRing[] = []
  for (let k = 1; k < south.length; k++) {
    const [a, b] = [south[k - 1]!, south[k]!]
    const onTop = north.filter((u) => u > a && u < b).toReversed()
    plots.push([at(a, 0), at(b, 0), at(b, between), ...onTop.map((u) => at(u, between)), at(a, between)])
  }
  for (let k = 1; k < north.length; k++) {
    const [a, b] = [north[k - 1]!, north[k]!]
    const below = south.filter((u) => u > a && u < b)
    plots.push([at(a, between), ...below.map((u) => at(u, between)), at(b, between), at(b, 1), at(a, 1)])
  }
  const outline = [
    ...south.map((u) => at(u, 0)),
    at(1, between),
    ...north.toReversed().map((u) => at(u, 1)),
    at(0, between),
  ]
  return { plots, outline }
}

/** Where two streets cross; neighbouring cells ask for the same crossing and get the same answer. */
export function crossing(seed: number, middle: Position, i: number, j: number): Position {
  const random = randomFrom(seed, 12, i, j)
  return [
    middle[0] + i * PITCH_M + random.between(-24, 24),
    middle[1] + j * PITCH_M + random.between(-24, 24),
  ]
}

/** Every fifth street is a main road. */
const halfStreetM = (line: number): number => (line % 5 === 0 ? 16 : 8)

type Quad = readonly [Position, Position, Position, Position]

/** A quadrangle, counter-clockwise, with each side (k to k+1) moved inwards by its own distance, metres. */
function inset(quad: Quad, byM: readonly [number, number, number, number]): Quad {
  const moved = (k: number): { at: Position; along: Position } => {
    const [a, b] = [quad[k % 4]!, quad[(k + 1) % 4]!]
    const lengthM = Math.hypot(b[0] - a[0], b[1] - a[1])
    const [ux, uy] = [(b[0] - a[0]) / lengthM, (b[1] - a[1]) / lengthM]
    const d = byM[k % 4]!
    return { at: [a[0] - uy * d, a[1] + ux * d], along: [ux, uy] }
  }
  const corner = (k: number): Position => {
    const [p, q] = [moved(k + 3), moved(k)]
    const det = p.along[0] * q.along[1] - p.along[1] * q.along[0]
    const t = ((q.at[0] - p.at[0]) * q.along[1] - (q.at[1] - p.at[1]) * q.along[0]) / det
    return [p.at[0] + p.along[0] * t, p.at[1] + p.along[1] * t]
  }
  return [corner(0), corner(1), corner(2), corner(3)]
}
