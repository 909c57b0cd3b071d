import { ByteWriter, varintLength } from './byte-writer.ts'
import { NO_VALUE, type TileLayer, type TileValue } from './layer.ts'
import type { TileRing } from './ring.ts'
import { TILE_EXTENT } from './world.ts'

const MOVE_TO_ONE = 9
const LINE_TO = 2
const CLOSE_PATH = 15
const POLYGON = 3

/**
 * Writes one layer of a vector tile (Mapbox Vector Tile 2.1) feature by feature: geometry first, then
 * `endFeature`. Attribute values used in the tile are numbered as they appear.
 */
export class TileWriter {
  readonly #layer: TileLayer
  readonly #features = new ByteWriter()
  /** Tile number of each value of the layer; -1 while unused. */
  readonly #numberOf: Int32Array
  readonly #extraNumbers = new Map<TileValue, number>()
  readonly #values: TileValue[] = []
  readonly #keys: string[]
  #tags = new Uint32Array(64)
  #tagCount = 0
  #geometry = new Uint32Array(1 << 12)
  #geometryLength = 0
  #x = 0
  #y = 0
  featureCount = 0

  /** @param extraKeys attribute names beyond the layer's own. */
  constructor(layer: TileLayer, extraKeys: readonly string[] = []) {
    this.#layer = layer
    this.#numberOf = new Int32Array(layer.values.length).fill(-1)
    this.#keys = [...layer.attributes.map((attribute) => attribute.name), ...extraKeys]
  }

  /** Adds a ring to the feature under way. It must have three or more vertices and turn the right way. */
  addRing(ring: TileRing): void {
    const { xy, count } = ring
    this.#reserve(2 * count + 3)
    const geometry = this.#geometry
    let at = this.#geometryLength
    let x = this.#x
    let y = this.#y
    geometry[at++] = MOVE_TO_ONE
    for (let i = 0; i < count; i++) {
      if (i === 1) geometry[at++] = ((count - 1) << 3) | LINE_TO
      const dx = xy[2 * i]! - x
      const dy = xy[2 * i + 1]! - y
      geometry[at++] = zigzag(dx)
      geometry[at++] = zigzag(dy)
      x += dx
      y += dy
    }
    geometry[at++] = CLOSE_PATH
    this.#geometryLength = at
    this.#x = x
    this.#y = y
  }

  /** Adds an upright rectangle, edges in tile units. */
  addRectangle(west: number, north: number, east: number, south: number): void {
    const width = east - west
    const height = south - north
    this.#reserve(11)
    const geometry = this.#geometry
    let at = this.#geometryLength
    for (const command of [
      MOVE_TO_ONE,
      zigzag(west - this.#x),
      zigzag(north - this.#y),
      (3 << 3) | LINE_TO,
      zigzag(width),
      0,
      0,
      zigzag(height),
      zigzag(-width),
      0,
      CLOSE_PATH,
    ]) {
      geometry[at++] = command
    }
    this.#geometryLength = at
    this.#x = west
    this.#y = south
  }

  get hasGeometry(): boolean {
    return this.#geometryLength > 0
  }

  /** Attribute number `key` of the feature under way, by its place in the layer's value list. */
  tagStored(key: number, position: number): void {
    if (position === NO_VALUE) return
    let number = this.#numberOf[position]!
    if (number < 0) {
      number = this.#values.length
      this.#values.push(this.#layer.values[position]!)
      this.#numberOf[position] = number
    }
    this.#tag(key, number)
  }

  /** Attribute number `key` of the feature under way, a value made for this tile. */
  tagValue(key: number, value: TileValue): void {
    let number = this.#extraNumbers.get(value)
    if (number === undefined) {
      number = this.#values.length
      this.#values.push(value)
      this.#extraNumbers.set(value, number)
    }
    this.#tag(key, number)
  }

  /** Closes the feature; one without geometry is forgotten. */
  endFeature(id: number | null): void {
    const geometryLength = this.#geometryLength
    const out = this.#features
    if (geometryLength > 0) {
      const tagBytes = packedLength(this.#tags, this.#tagCount)
      const geometryBytes = packedLength(this.#geometry, geometryLength)
      const idBytes = id === null ? 0 : 1 + varintLength(id)
      out.tag(2, 2)
      out.varint(
        idBytes +
          (1 + varintLength(tagBytes) + tagBytes) +
          2 +
          (1 + varintLength(geometryBytes) + geometryBytes),
      )
      if (id !== null) {
        out.tag(1, 0)
        out.varint(id)
      }
      out.tag(2, 2)
      out.varint(tagBytes)
      out.varints(this.#tags, this.#tagCount)
      out.tag(3, 0)
      out.varint(POLYGON)
      out.tag(4, 2)
      out.varint(geometryBytes)
      out.varints(this.#geometry, geometryLength)
      this.featureCount++
    }
    this.#tagCount = 0
    this.#geometryLength = 0
    this.#x = 0
    this.#y = 0
  }

  /** The tile's bytes, or null when nothing was drawn. */
  finish(): Uint8Array<ArrayBuffer> | null {
    if (this.featureCount === 0) return null
    const head = new ByteWriter()
    head.tag(15, 0)
    head.varint(2)
    head.text(1, this.#layer.name)
    const tail = new ByteWriter()
    for (const key of this.#keys) tail.text(3, key)
    const value = new ByteWriter()
    for (const each of this.#values) {
      value.clear()
      writeValue(value, each)
      tail.tag(4, 2)
      tail.varint(value.length)
      tail.bytes(value.view())
    }
    tail.tag(5, 0)
    tail.varint(TILE_EXTENT)
    const tile = new ByteWriter()
    tile.tag(3, 2)
    tile.varint(head.length + this.#features.length + tail.length)
    tile.bytes(head.view())
    tile.bytes(this.#features.view())
    tile.bytes(tail.view())
    return tile.finish()
  }

  #tag(key: number, number: number): void {
    this.#tags[this.#tagCount++] = key
    this.#tags[this.#tagCount++] = number
  }

  #reserve(more: number): void {
    if (this.#geometryLength + more <= this.#geometry.length) return
    const larger = new Uint32Array(2 * (this.#geometryLength + more))
    larger.set(this.#geometry.subarray(0, this.#geometryLength))
    this.#geometry = larger
  }
}

/** Small numbers for small differences, whatever their sign. */
const zigzag = (value: number): number => (value << 1) ^ (value >> 31)

function packedLength(values: Uint32Array, count: number): number {
  let bytes = 0
  for (let i = 0; i < count; i++) {
    const value = values[i]!
    bytes += value < 128 ? 1 : value < 16384 ? 2 : value < 2097152 ? 3 : value < 268435456 ? 4 : 5
  }
  return bytes
}

function writeValue(out: ByteWriter, value: TileValue): void {
  if (typeof value === 'string') out.text(1, value)
  else if (typeof value === 'boolean') {
    out.tag(7, 0)
    out.varint(value ? 1 : 0)
  } else if (Number.isSafeInteger(value) && value >= 0) {
    out.tag(5, 0)
    out.varint(value)
  } else {
    out.tag(3, 1)
    out.double(value)
  }
}
