import type { Box } from './area.ts'
import { NumberList } from './number-list.ts'
import type { MultiPolygon, Ring } from './polygon.ts'
import { readWkb } from './wkb.ts'

/** The arrays a `PolygonSet` is made of, fit to be handed to another thread. */
export interface SharedShapes {
  readonly shapeRings: Uint32Array
  readonly ringVertices: Uint32Array
  readonly ringIsHole: Uint8Array
  readonly xs: Float64Array
  readonly ys: Float64Array
}

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
  /** 1 where the ring is a hole of the outer ring before it. */
  readonly ringIsHole: Uint8Array
  /** +1 where the ring as stored has the inside of its shape on its left (outer counter-clockwise, hole clockwise), else -1. */
  readonly ringTurn: Int8Array
  readonly xs: Float64Array
  readonly ys: Float64Array
  /** West, south, east, north of each shape, four numbers in a row. */
  readonly boxes: Float64Array
  readonly areas: Float64Array

  private constructor(arrays: SharedShapes) {
    this.count = arrays.shapeRings.length - 1
    this.shapeRings = arrays.shapeRings
    this.ringVertices = arrays.ringVertices
    this.ringIsHole = arrays.ringIsHole
    this.xs = arrays.xs
    this.ys = arrays.ys
    this.ringTurn = new Int8Array(this.ringVertices.length - 1)
    this.boxes = new Float64Array(4 * this.count)
    this.areas = new Float64Array(this.count)
    for (let i = 0; i < this.count; i++) this.measure(i)
  }

  /** The same shapes over what another thread shared; nothing is copied. */
  static fromShared(arrays: SharedShapes): PolygonSet {
    return new PolygonSet(arrays)
  }

  /** What another thread makes the same set from: its arrays, copied once to where both can read. */
  share(): SharedShapes {
    const { shapeRings, ringVertices, ringIsHole, xs, ys } = this
    const shared: SharedShapes = {
      shapeRings: new Uint32Array(new SharedArrayBuffer(shapeRings.byteLength)),
      ringVertices: new Uint32Array(new SharedArrayBuffer(ringVertices.byteLength)),
      ringIsHole: new Uint8Array(new SharedArrayBuffer(ringIsHole.byteLength)),
      xs: new Float64Array(new SharedArrayBuffer(xs.byteLength)),
      ys: new Float64Array(new SharedArrayBuffer(ys.byteLength)),
    }
    shared.shapeRings.set(shapeRings)
    shared.ringVertices.set(ringVertices)
    shared.ringIsHole.set(ringIsHole)
    shared.xs.set(xs)
    shared.ys.set(ys)
    return shared
  }

  /** Shape `i` as nested rings, closed. */
  geometry(i: number): MultiPolygon {
    const shape: MultiPolygon = []
    for (let r = this.shapeRings[i]!; r < this.shapeRings[i + 1]!; r++) {
      const ring: Ring = []
      for (let v = this.ringVertices[r]!; v < this.ringVertices[r + 1]!; v++)
        ring.push([this.xs[v]!, this.ys[v]!])
      const [first] = ring
      if (first) ring.push([first[0], first[1]])
      if (this.ringIsHole[r] === 1) shape.at(-1)!.push(ring)
      else shape.push([ring])
    }
    return shape
  }

  static fromWkb(list: readonly Uint8Array[]): PolygonSet {
    const collector = new Collector()
    for (const wkb of list) {
      readWkb(wkb, collector)
      collector.endShape()
    }
    return new PolygonSet(collector.arrays())
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
    return new PolygonSet(collector.arrays())
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

  private measure(i: number): void {
    const { xs, ys, ringIsHole } = this
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
      const outer = ringIsHole[r] === 0
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

  arrays(): SharedShapes {
    return {
      shapeRings: this.shapeRings.toUint32(),
      ringVertices: this.ringVertices.toUint32(),
      ringIsHole: Uint8Array.from(this.isHole.toUint32()),
      xs: this.xs.toFloat64(),
      ys: this.ys.toFloat64(),
    }
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
