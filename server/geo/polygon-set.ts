import type { Box } from './area.ts'
import type { MultiPolygon } from './polygon.ts'
import { readWkb } from './wkb.ts'

/**
 * Many shapes of the working plane in flat arrays: what bulk geometry reads instead of nested arrays.
 *
 * Shape `i` owns the rings `shapeRings[i]` up to `shapeRings[i + 1]`; ring `r` owns the vertices `ringVertices[r]` up to
 * `ringVertices[r + 1]` of `xs` and `ys`, its closing vertex left out.
 */
export class PolygonSet {
  readonly count: number
  readonly shapeRings: Uint32Array
  readonly ringVertices: Uint32Array
  /** +1 where the ring as stored has the inside of its shape on its left (outer counter-clockwise, hole clockwise), else -1. */
  readonly ringTurn: Int8Array
  readonly xs: Float64Array
  readonly ys: Float64Array
  /** West, south, east, north of each shape, four numbers in a row. */
  readonly boxes: Float64Array
  readonly areas: Float64Array

  private constructor(collected: Collector) {
    this.count = collected.shapeRings.length - 1
    this.shapeRings = collected.shapeRings.toUint32()
    this.ringVertices = collected.ringVertices.toUint32()
    this.xs = collected.xs.toFloat64()
    this.ys = collected.ys.toFloat64()
    this.ringTurn = new Int8Array(this.ringVertices.length - 1)
    this.boxes = new Float64Array(4 * this.count)
    this.areas = new Float64Array(this.count)
    const isHole = collected.isHole.toUint32()
    for (let i = 0; i < this.count; i++) this.measure(i, isHole)
  }

  static fromWkb(list: readonly Uint8Array[]): PolygonSet {
    const collector = new Collector()
    for (const wkb of list) {
      readWkb(wkb, collector)
      collector.endShape()
    }
    return new PolygonSet(collector)
  }

  static fromMultiPolygons(list: readonly MultiPolygon[]): PolygonSet {
    const collector = new Collector()
    for (const shape of list) {
      for (const polygon of shape) {
        if (polygon.length > 0) collector.polygon()
        for (const ring of polygon) {
          collector.ring()
          for (const [x, y] of ring) collector.position(x, y)
        }
      }
      collector.endShape()
    }
    return new PolygonSet(collector)
  }

  /** Planar area in square metres: outer rings count, holes are taken away, whichever way they turn. */
  areaM2(i: number): number {
    return this.areas[i]!
  }

  /** The box around shape `i`; [∞, ∞, -∞, -∞] for an empty shape. */
  box(i: number): Box {
    const at = 4 * i
    return [this.boxes[at]!, this.boxes[at + 1]!, this.boxes[at + 2]!, this.boxes[at + 3]!]
  }

  private measure(i: number, isHole: Uint32Array): void {
    const { xs, ys } = this
    let west = Infinity
    let south = Infinity
    let east = -Infinity
    let north = -Infinity
    let area = 0
    for (let r = this.shapeRings[i]!; r < this.shapeRings[i + 1]!; r++) {
      const start = this.ringVertices[r]!
      const end = this.ringVertices[r + 1]!
      // from a local origin: raw sums of large coordinates lose area
      const ox = xs[start] ?? 0
      const oy = ys[start] ?? 0
      let sum = 0
      let px = 0
      let py = 0
      for (let v = start; v < end; v++) {
        const x = xs[v]!
        const y = ys[v]!
        if (x < west) west = x
        if (x > east) east = x
        if (y < south) south = y
        if (y > north) north = y
        sum += px * (y - oy) - (x - ox) * py
        px = x - ox
        py = y - oy
      }
      const outer = isHole[r] === 0
      this.ringTurn[r] = sum > 0 === outer ? 1 : -1
      area += (outer ? Math.abs(sum) : -Math.abs(sum)) / 2
    }
    this.boxes.set([west, south, east, north], 4 * i)
    this.areas[i] = area
  }
}

/** Grows flat arrays while shapes are read. */
class Collector {
  readonly shapeRings = new NumberList()
  readonly ringVertices = new NumberList()
  readonly isHole = new NumberList()
  readonly xs = new NumberList()
  readonly ys = new NumberList()
  #ringOfPolygon = 0
  #ringStart = 0

  constructor() {
    this.shapeRings.push(0)
    this.ringVertices.push(0)
  }

  polygon(): void {
    this.#closeRing()
    this.#ringOfPolygon = 0
  }

  ring(): void {
    this.#closeRing()
    this.isHole.push(this.#ringOfPolygon++ === 0 ? 0 : 1)
    this.#ringStart = this.xs.length
  }

  position(x: number, y: number): void {
    this.xs.push(x)
    this.ys.push(y)
  }

  endShape(): void {
    this.#closeRing()
    this.shapeRings.push(this.isHole.length)
  }

  /** Leaves out the closing vertex: rings are implicitly closed here. */
  #closeRing(): void {
    if (this.ringVertices.length > this.isHole.length) return
    const { xs, ys } = this
    const last = xs.length - 1
    const first = this.#ringStart
    if (last > first && xs.at(last) === xs.at(first) && ys.at(last) === ys.at(first)) {
      xs.drop()
      ys.drop()
    }
    this.ringVertices.push(xs.length)
  }
}

class NumberList {
  #data = new Float64Array(1024)
  length = 0

  push(value: number): void {
    if (this.length === this.#data.length) {
      const grown = new Float64Array(this.#data.length * 2)
      grown.set(this.#data)
      this.#data = grown
    }
    this.#data[this.length++] = value
  }

  at(i: number): number {
    return this.#data[i]!
  }

  drop(): void {
    this.length--
  }

  toFloat64(): Float64Array {
    return this.#data.slice(0, this.length)
  }

  toUint32(): Uint32Array {
    return Uint32Array.from(this.#data.subarray(0, this.length))
  }
}
