import { TILE_EXTENT } from './world.ts'

/** How far a tile draws past its edge, in tile units, so that outlines and joins meet across tiles. */
export const TILE_BUFFER = 64
const LOW = -TILE_BUFFER
const HIGH = TILE_EXTENT + TILE_BUFFER

/**
 * One ring on its way into a tile: scratch space that is reused, coordinates in tile units, x and y in turn, open.
 * Growing is rare; nothing is allocated per ring.
 */
export class TileRing {
  xy = new Int32Array(1 << 12)
  /** Vertices. */
  count = 0
  #spare = new Int32Array(1 << 12)

  /**
   * Rounds the vertices from..to of `world` to the tile's grid. Vertices are dropped only where they fall on their
   * predecessor, so that two parcels that share a border in the world share it in the tile.
   * @param snap side of the grid in tile units: 1, or more at low levels, where a coarser grid thins both
   *   neighbours alike.
   */
  read(
    world: Int32Array,
    from: number,
    to: number,
    west: number,
    north: number,
    unit: number,
    snap: number,
  ): void {
    if (2 * (to - from) > this.xy.length) this.#grow(2 * (to - from))
    const xy = this.xy
    const step = unit * snap
    const scale = 1 / step
    const half = step / 2
    let n = 0
    let lastX = NaN
    let lastY = NaN
    for (let k = 2 * from; k < 2 * to; k += 2) {
      const x = Math.floor((world[k]! - west + half) * scale) * snap
      const y = Math.floor((world[k + 1]! - north + half) * scale) * snap
      if (x === lastX && y === lastY) continue
      xy[n++] = lastX = x
      xy[n++] = lastY = y
    }
    this.count = n / 2
    this.#open()
  }

  /**
   * Cuts the ring to the tile and its buffer, edge by edge (Sutherland-Hodgman). A ring that leaves and returns
   * keeps edges along the border; they lie in the buffer, out of sight.
   */
  clip(): void {
    for (let side = 0; side < 4 && this.count > 0; side++) this.#clipSide(side)
    this.#open()
  }

  /** Twice the area, positive where the ring turns clockwise on the screen (y south), as outer rings of tiles must. */
  signedDoubleArea(): number {
    const { xy, count } = this
    let sum = 0
    for (let i = 0, j = count - 1; i < count; j = i++) {
      sum += xy[2 * j]! * xy[2 * i + 1]! - xy[2 * i]! * xy[2 * j + 1]!
    }
    return sum
  }

  reverse(): void {
    const { xy, count } = this
    for (let i = 0, j = count - 1; i < j; i++, j--) {
      const x = xy[2 * i]!
      const y = xy[2 * i + 1]!
      xy[2 * i] = xy[2 * j]!
      xy[2 * i + 1] = xy[2 * j + 1]!
      xy[2 * j] = x
      xy[2 * j + 1] = y
    }
  }

  #open(): void {
    const { xy } = this
    while (this.count > 1 && xy[0] === xy[2 * this.count - 2] && xy[1] === xy[2 * this.count - 1])
      this.count--
  }

  #clipSide(side: number): void {
    const { xy: source, count } = this
    if (this.#spare.length < 4 * count) this.#spare = new Int32Array(8 * count)
    const target = this.#spare
    const axis = side >> 1 // 0: x, 1: y
    const isHigh = (side & 1) === 1
    const limit = isHigh ? HIGH : LOW
    let n = 0
    let previousX = source[2 * count - 2]!
    let previousY = source[2 * count - 1]!
    for (let i = 0; i < count; i++) {
      const x = source[2 * i]!
      const y = source[2 * i + 1]!
      const from = axis === 0 ? previousX : previousY
      const to = axis === 0 ? x : y
      const fromInside = isHigh ? from <= limit : from >= limit
      const toInside = isHigh ? to <= limit : to >= limit
      if (fromInside !== toInside) {
        const t = (limit - from) / (to - from)
        target[n++] = axis === 0 ? limit : Math.round(previousX + (x - previousX) * t)
        target[n++] = axis === 1 ? limit : Math.round(previousY + (y - previousY) * t)
      }
      if (toInside) {
        target[n++] = x
        target[n++] = y
      }
      previousX = x
      previousY = y
    }
    this.#spare = source
    this.xy = target
    this.count = n / 2
  }

  #grow(length: number): void {
    this.xy = new Int32Array(2 * length)
  }
}
