import type { PolygonSet } from './polygon-set.ts'

/**
 * A uniform grid over the boxes of a set, for finding which boxes meet. Each box is listed in every cell it touches;
 * a pair that shares several cells is reported only in the cell of the lower left corner of its common box.
 */
export class BoxGrid {
  readonly #set: PolygonSet
  #west = 0
  #south = 0
  #cell = 1
  #columns = 1
  #rows = 1
  #start: Uint32Array
  #items: Uint32Array

  constructor(set: PolygonSet) {
    this.#set = set
    this.#size()
    const cells = this.#columns * this.#rows
    this.#start = new Uint32Array(cells + 1)
    this.#forEachCell((cell) => this.#start[cell + 1]!++)
    for (let c = 0; c < cells; c++) this.#start[c + 1]! += this.#start[c]!
    this.#items = new Uint32Array(this.#start[cells]!)
    const next = this.#start.slice()
    this.#forEachCell((cell, i) => (this.#items[next[cell]!++] = i))
  }

  /** Calls `visit` once for every shape of the set whose box meets the box of shape `i` of `query`. */
  meeting(query: PolygonSet, i: number, visit: (j: number) => void): void {
    const { boxes } = this.#set
    const west = query.boxes[4 * i]!
    const south = query.boxes[4 * i + 1]!
    const east = query.boxes[4 * i + 2]!
    const north = query.boxes[4 * i + 3]!
    if (!(west <= east)) return // an empty shape
    const firstColumn = this.#column(west)
    const lastColumn = this.#column(east)
    const lastRow = this.#row(north)
    for (let row = this.#row(south); row <= lastRow; row++) {
      for (let column = firstColumn; column <= lastColumn; column++) {
        const cell = row * this.#columns + column
        const end = this.#start[cell + 1]!
        for (let at = this.#start[cell]!; at < end; at++) {
          const j = this.#items[at]!
          const jWest = boxes[4 * j]!
          const jSouth = boxes[4 * j + 1]!
          if (jWest > east || boxes[4 * j + 2]! < west || jSouth > north || boxes[4 * j + 3]! < south)
            continue
          if (this.#column(west > jWest ? west : jWest) !== column) continue
          if (this.#row(south > jSouth ? south : jSouth) !== row) continue
          visit(j)
        }
      }
    }
  }

  #column(x: number): number {
    return clamp(Math.floor((x - this.#west) / this.#cell), this.#columns)
  }

  #row(y: number): number {
    return clamp(Math.floor((y - this.#south) / this.#cell), this.#rows)
  }

  /** Cells about as large as a box; larger where huge boxes would otherwise be listed in too many of them. */
  #size(): void {
    const { boxes, count } = this.#set
    let east = -Infinity
    let north = -Infinity
    let sides = 0
    let filled = 0
    this.#west = Infinity
    this.#south = Infinity
    for (let i = 0; i < count; i++) {
      if (!(boxes[4 * i]! <= boxes[4 * i + 2]!)) continue
      filled++
      this.#west = Math.min(this.#west, boxes[4 * i]!)
      this.#south = Math.min(this.#south, boxes[4 * i + 1]!)
      east = Math.max(east, boxes[4 * i + 2]!)
      north = Math.max(north, boxes[4 * i + 3]!)
      sides += boxes[4 * i + 2]! - boxes[4 * i]! + boxes[4 * i + 3]! - boxes[4 * i + 1]!
    }
    if (filled === 0) return
    const width = east - this.#west
    const height = north - this.#south
    this.#cell = Math.max(sides / (2 * filled), Math.max(width, height) / 4000, 1e-9)
    for (;;) {
      this.#columns = Math.floor(width / this.#cell) + 1
      this.#rows = Math.floor(height / this.#cell) + 1
      if (this.#columns * this.#rows <= 16 * filled + 64 && this.#listed() <= 12 * filled + 64) return
      this.#cell *= 1.5
    }
  }

  #listed(): number {
    let listed = 0
    const { boxes, count } = this.#set
    for (let i = 0; i < count; i++) {
      if (!(boxes[4 * i]! <= boxes[4 * i + 2]!)) continue
      const columns = this.#column(boxes[4 * i + 2]!) - this.#column(boxes[4 * i]!) + 1
      listed += columns * (this.#row(boxes[4 * i + 3]!) - this.#row(boxes[4 * i + 1]!) + 1)
    }
    return listed
  }

  #forEachCell(visit: (cell: number, i: number) => void): void {
    const { boxes, count } = this.#set
    for (let i = 0; i < count; i++) {
      if (!(boxes[4 * i]! <= boxes[4 * i + 2]!)) continue
      const firstColumn = this.#column(boxes[4 * i]!)
      const lastColumn = this.#column(boxes[4 * i + 2]!)
      const lastRow = this.#row(boxes[4 * i + 3]!)
      for (let row = this.#row(boxes[4 * i + 1]!); row <= lastRow; row++) {
        for (let column = firstColumn; column <= lastColumn; column++) visit(row * this.#columns + column, i)
      }
    }
  }
}

function clamp(index: number, length: number): number {
  return index < 0 ? 0 : index < length ? index : length - 1
}
