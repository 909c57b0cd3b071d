import Flatbush from 'flatbush'

/** A value a tile can carry. */
export type TileValue = string | number | boolean

/**
 * What becomes of an attribute where small features are drawn together (see generalise.ts):
 * `group` features are only joined when it is equal, so that a filter on it stays exact at every level;
 * of `largest` the greatest value is kept, so that "at least" filters lose nothing; `union` is a comma separated list,
 * joined; `single` is left out.
 */
export type AttributeRole = 'group' | 'largest' | 'union' | 'single'

export interface AttributeSpec {
  readonly name: string
  readonly role: AttributeRole
}

/**
 * One map layer in memory: world coordinates of every ring and the attributes, in typed arrays, with a box index.
 * Rings are open (the last point does not repeat the first). Filled once per version, never changed.
 */
export interface TileLayer {
  readonly name: string
  readonly attributes: readonly AttributeSpec[]
  readonly count: number
  /** Feature ids; below 2^53, so that they survive the trip through the browser. */
  readonly ids: Float64Array
  /** Ring range of feature i: ringStart[i] to ringStart[i + 1]. */
  readonly ringStart: Uint32Array
  /** 1 for the outer ring that opens a polygon, 0 for its holes. */
  readonly ringIsOuter: Uint8Array
  /** Vertex range of ring r: vertexStart[r] to vertexStart[r + 1]. */
  readonly vertexStart: Uint32Array
  /** x and y of each vertex. */
  readonly xy: Int32Array
  /** west, north, east, south of each feature. */
  readonly boxes: Int32Array
  /** Covered area of each feature in square world units: for deciding what to draw, never a figure. */
  readonly cover: Float64Array
  /** Every distinct attribute value once; features refer to it by position. */
  readonly values: readonly TileValue[]
  /** Position in `values` of attribute a of feature i at [i × attributes + a]; NO_VALUE where it is absent. */
  readonly valueOf: Uint32Array
  readonly index: Flatbush | null
}

export const NO_VALUE = 0xffffffff

/** One feature as it is put in. Rings in world coordinates, x and y in turn, open; outer ring first in each polygon. */
export interface TileFeature {
  readonly id: number
  readonly polygons: readonly (readonly Int32Array[])[]
  readonly attributes: readonly (TileValue | null)[]
}

/** Collects features and packs them. The order of features is kept: it is the drawing order. */
export class TileLayerBuilder {
  readonly #name: string
  readonly #attributes: readonly AttributeSpec[]
  readonly #ids: number[] = []
  readonly #ringStart: number[] = [0]
  readonly #ringIsOuter: number[] = []
  readonly #vertexStart: number[] = [0]
  #xy = new Int32Array(1 << 16)
  #used = 0
  readonly #boxes: number[] = []
  readonly #cover: number[] = []
  readonly #values: TileValue[] = []
  readonly #valuePosition = new Map<TileValue, number>()
  readonly #valueOf: number[] = []

  constructor(name: string, attributes: readonly AttributeSpec[]) {
    this.#name = name
    this.#attributes = attributes
  }

  add({ id, polygons, attributes }: TileFeature): void {
    let west = Infinity
    let north = Infinity
    let east = -Infinity
    let south = -Infinity
    let cover = 0
    for (const rings of polygons) {
      rings.forEach((ring, r) => {
        cover += (r === 0 ? 1 : -1) * Math.abs(signedDoubleArea(ring)) * 0.5
        this.#reserve(ring.length)
        this.#xy.set(ring, this.#used)
        this.#used += ring.length
        this.#vertexStart.push(this.#used / 2)
        this.#ringIsOuter.push(r === 0 ? 1 : 0)
        if (r > 0) return // holes lie within
        for (let k = 0; k < ring.length; k += 2) {
          const x = ring[k]!
          const y = ring[k + 1]!
          if (x < west) west = x
          if (x > east) east = x
          if (y < north) north = y
          if (y > south) south = y
        }
      })
    }
    if (west > east) return // nothing to draw
    this.#ids.push(id)
    this.#ringStart.push(this.#ringIsOuter.length)
    this.#boxes.push(west, north, east, south)
    this.#cover.push(Math.max(0, cover))
    for (let a = 0; a < this.#attributes.length; a++) this.#valueOf.push(this.#intern(attributes[a] ?? null))
  }

  finish(): TileLayer {
    const count = this.#ids.length
    const boxes = Int32Array.from(this.#boxes)
    let index: Flatbush | null = null
    if (count > 0) {
      index = new Flatbush(count, 16, Float64Array)
      for (let i = 0; i < count; i++) {
        index.add(boxes[4 * i]!, boxes[4 * i + 1]!, boxes[4 * i + 2]!, boxes[4 * i + 3]!)
      }
      index.finish()
    }
    return {
      name: this.#name,
      attributes: this.#attributes,
      count,
      ids: Float64Array.from(this.#ids),
      ringStart: Uint32Array.from(this.#ringStart),
      ringIsOuter: Uint8Array.from(this.#ringIsOuter),
      vertexStart: Uint32Array.from(this.#vertexStart),
      xy: this.#xy.slice(0, this.#used),
      boxes,
      cover: Float64Array.from(this.#cover),
      values: this.#values,
      valueOf: Uint32Array.from(this.#valueOf),
      index,
    }
  }

  #intern(value: TileValue | null): number {
    if (value === null) return NO_VALUE
    let position = this.#valuePosition.get(value)
    if (position === undefined) {
      position = this.#values.length
      this.#values.push(value)
      this.#valuePosition.set(value, position)
    }
    return position
  }

  #reserve(length: number): void {
    if (this.#used + length <= this.#xy.length) return
    const larger = new Int32Array(Math.max(this.#xy.length * 2, this.#used + length))
    larger.set(this.#xy.subarray(0, this.#used))
    this.#xy = larger
  }
}

/** Features whose box meets a square, in drawing order. */
export function featuresIn(
  layer: TileLayer,
  west: number,
  north: number,
  east: number,
  south: number,
): Uint32Array {
  if (!layer.index) return new Uint32Array(0)
  return Uint32Array.from(layer.index.search(west, north, east, south)).toSorted()
}

/** Positive where the ring turns clockwise on the screen (y south). Local origin first, to keep the digits. */
function signedDoubleArea(ring: Int32Array): number {
  const x0 = ring[0]!
  const y0 = ring[1]!
  let sum = 0
  let px = ring[ring.length - 2]! - x0
  let py = ring[ring.length - 1]! - y0
  for (let k = 0; k < ring.length; k += 2) {
    const x = ring[k]! - x0
    const y = ring[k + 1]! - y0
    sum += px * y - x * py
    px = x
    py = y
  }
  return sum
}
