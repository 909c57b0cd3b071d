import { Int32List, accumulate } from './int32-list.ts'

/** End points of the segments to be indexed, by node. */
export interface Lines {
  readonly count: number
  readonly from: Int32Array
  readonly to: Int32Array
  readonly xs: Int32Array
  readonly ys: Int32Array
}

/** A segment is listed in every cell it comes this near to, in units: it may be snapped to nodes in them. */
const MARGIN = 2

/** A rectangle of square cells, and the cells a segment passes. */
export class CellFrame {
  readonly west: number
  readonly south: number
  readonly side: number
  readonly columns: number
  readonly rows: number
  /** The cells found by the last `pass`. */
  passed = new Int32Array(256)

  constructor(west: number, south: number, side: number, columns: number, rows: number) {
    this.west = west
    this.south = south
    this.side = side
    this.columns = columns
    this.rows = rows
  }

  cellAt(x: number, y: number): number {
    return this.rowAt(y) * this.columns + this.columnAt(x)
  }

  columnAt(x: number): number {
    return clamp(Math.floor((x - this.west) / this.side), this.columns)
  }

  rowAt(y: number): number {
    return clamp(Math.floor((y - this.south) / this.side), this.rows)
  }

  /** Fills `passed` with the cells a segment comes within MARGIN of, each once, and returns their number. */
  pass(ax: number, ay: number, bx: number, by: number): number {
    const upward = ay <= by
    const x0 = upward ? ax : bx
    const y0 = upward ? ay : by
    const x1 = upward ? bx : ax
    const y1 = upward ? by : ay
    const firstRow = this.rowAt(y0 - MARGIN)
    const lastRow = this.rowAt(y1 + MARGIN)
    const perRow = y1 > y0 ? (x1 - x0) / (y1 - y0) : 0
    const east = this.west + this.columns * this.side
    let found = 0
    for (let row = firstRow; row <= lastRow; row++) {
      let left = x0
      let right = x1
      if (y1 > y0) {
        const bottom = this.south + row * this.side - MARGIN
        const top = bottom + this.side + 2 * MARGIN
        if (y0 < bottom) left = x0 + perRow * (bottom - y0)
        if (y1 > top) right = x0 + perRow * (top - y0)
      }
      if (left > right) {
        const swapped = left
        left = right
        right = swapped
      }
      if (right + MARGIN < this.west || left - MARGIN > east) continue // beside a frame inside a crowded cell
      const lastColumn = this.columnAt(right + MARGIN)
      for (let column = this.columnAt(left - MARGIN); column <= lastColumn; column++) {
        if (found === this.passed.length) this.#grow()
        this.passed[found++] = row * this.columns + column
      }
    }
    return found
  }

  #grow(): void {
    const grown = new Int32Array(this.passed.length * 2)
    grown.set(this.passed)
    this.passed = grown
  }
}

function clamp(index: number, length: number): number {
  return index < 0 ? 0 : index < length ? index : length - 1
}

/** Which segments pass which cell of a uniform grid: `items` from `starts[c]` up to `starts[c + 1]`. */
export interface CellIndex {
  readonly frame: CellFrame
  readonly starts: Int32Array
  readonly items: Int32Array
}

/**
 * Cells about as many as segments, wide enough that a segment passes only a few of them.
 * @param segmentsPerCell how many segments share a cell, if they are spread evenly
 */
export function indexCells(lines: Lines, segmentsPerCell: number): CellIndex {
  const frame = frameFor(lines, segmentsPerCell)
  const starts = new Int32Array(frame.columns * frame.rows + 1)
  forEachCell(lines, frame, (cell) => starts[cell + 1]!++)
  accumulate(starts)
  const items = new Int32Array(starts.at(-1)!)
  const next = starts.slice()
  forEachCell(lines, frame, (cell, s) => (items[next[cell]!++] = s))
  return { frame, starts, items }
}

function forEachCell(lines: Lines, frame: CellFrame, visit: (cell: number, s: number) => void): void {
  const { from, to, xs, ys, count } = lines
  for (let s = 0; s < count; s++) {
    const a = from[s]!
    const b = to[s]!
    const found = frame.pass(xs[a]!, ys[a]!, xs[b]!, ys[b]!)
    for (let k = 0; k < found; k++) visit(frame.passed[k]!, s)
  }
}

function frameFor(lines: Lines, segmentsPerCell: number): CellFrame {
  const { from, to, xs, ys, count } = lines
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity]
  let length = 0
  for (let s = 0; s < count; s++) {
    const ax = xs[from[s]!]!
    const ay = ys[from[s]!]!
    const bx = xs[to[s]!]!
    const by = ys[to[s]!]!
    west = Math.min(west, ax, bx)
    east = Math.max(east, ax, bx)
    south = Math.min(south, ay, by)
    north = Math.max(north, ay, by)
    length += Math.abs(bx - ax) + Math.abs(by - ay)
  }
  if (count === 0) return new CellFrame(0, 0, 1, 1, 1)
  const width = east - west
  const height = north - south
  const cells = Math.max(1, count / segmentsPerCell)
  const side = Math.ceil(
    Math.max(
      Math.sqrt((width * height) / cells),
      Math.max(width, height) / cells, // all on one line: no more columns than cells
      length / (3 * count), // boundaries much longer than the rest: at most about four cells each on average
      8 * MARGIN,
    ),
  )
  return new CellFrame(west, south, side, Math.floor(width / side) + 1, Math.floor(height / side) + 1)
}

/** Cells with more segments than this are divided again: a village on a map of a province. */
const CROWDED = 64
const MAX_DIVISION = 64

/**
 * The cell index with its crowded cells divided once more. Its smallest cells, the leaves, each list the segments
 * `items` from `leafStart[leaf]` up to `leafEnd[leaf]`; every grid point lies in exactly one leaf.
 */
export class SegmentGrid {
  readonly leafStart: Int32Array
  readonly leafEnd: Int32Array
  readonly items: Int32Array
  readonly #frame: CellFrame
  /** By cell: its leaf, or ~k for the k-th divided cell. */
  readonly #leafOfCell: Int32Array
  readonly #divided: { frame: CellFrame; firstLeaf: number }[] = []

  constructor(lines: Lines) {
    const { frame, starts, items } = indexCells(lines, 2)
    const cells = frame.columns * frame.rows
    this.#frame = frame
    this.#leafOfCell = new Int32Array(cells)
    const leafStart = new Int32List(cells)
    const leafEnd = new Int32List(cells)
    const all = new Int32List(0)
    all.data = items
    all.length = items.length
    for (let cell = 0; cell < cells; cell++) {
      const start = starts[cell]!
      const end = starts[cell + 1]!
      const inner = end - start > CROWDED ? divide(frame, cell, end - start) : null
      if (inner === null) {
        this.#leafOfCell[cell] = leafStart.length
        leafStart.push(start)
        leafEnd.push(end)
        continue
      }
      this.#leafOfCell[cell] = ~this.#divided.length
      this.#divided.push({ frame: inner, firstLeaf: leafStart.length })
      const parts = listInner(lines, inner, all, start, end)
      for (let leaf = 0; leaf + 1 < parts.length; leaf++) {
        leafStart.push(parts[leaf]!)
        leafEnd.push(parts[leaf + 1]!)
      }
    }
    this.leafStart = leafStart.toArray()
    this.leafEnd = leafEnd.toArray()
    this.items = all.data
  }

  get leaves(): number {
    return this.leafStart.length
  }

  /** The leaf a grid point lies in. */
  leafAt(x: number, y: number): number {
    const leaf = this.#leafOfCell[this.#frame.cellAt(x, y)]!
    if (leaf >= 0) return leaf
    const { frame, firstLeaf } = this.#divided[~leaf]!
    return firstLeaf + frame.cellAt(x, y)
  }
}

function divide(frame: CellFrame, cell: number, segments: number): CellFrame | null {
  const wanted = Math.min(MAX_DIVISION, Math.ceil(Math.sqrt(segments / 8)))
  const side = Math.max(Math.ceil(frame.side / wanted), 8 * MARGIN)
  const division = Math.ceil(frame.side / side)
  if (division < 2) return null
  const west = frame.west + (cell % frame.columns) * frame.side
  const south = frame.south + Math.floor(cell / frame.columns) * frame.side
  return new CellFrame(west, south, side, division, division)
}

/** Appends the lists of the inner cells to `all`; returns where each begins, and where the last one ends. */
function listInner(lines: Lines, inner: CellFrame, all: Int32List, start: number, end: number): Int32Array {
  const { from, to, xs, ys } = lines
  const starts = new Int32Array(inner.columns * inner.rows + 1)
  for (let at = start; at < end; at++) {
    const s = all.data[at]!
    const found = inner.pass(xs[from[s]!]!, ys[from[s]!]!, xs[to[s]!]!, ys[to[s]!]!)
    for (let k = 0; k < found; k++) starts[inner.passed[k]! + 1]!++
  }
  accumulate(starts)
  const base = all.length
  all.reserve(starts.at(-1)!)
  const next = starts.slice()
  for (let at = start; at < end; at++) {
    const s = all.data[at]!
    const found = inner.pass(xs[from[s]!]!, ys[from[s]!]!, xs[to[s]!]!, ys[to[s]!]!)
    for (let k = 0; k < found; k++) all.data[base + next[inner.passed[k]!]!++] = s
  }
  all.length = base + starts.at(-1)!
  return starts.map((at) => base + at)
}
