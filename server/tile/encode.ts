import { divide, generalise, type Group, type Rectangle } from './generalise.ts'
import { featuresIn, NO_VALUE, type TileLayer, type TileValue } from './layer.ts'
import { TileRing, TILE_BUFFER } from './ring.ts'
import { TileWriter } from './tile-writer.ts'
import { TILE_EXTENT, tileSquare, unitSize, type TileId } from './world.ts'

/** From this level every feature is drawn with its full shape and all its attributes. */
export const FULL_ZOOM = 13
/** Grid below that level, tile units: half a pixel of a 512 pixel tile; neighbours are thinned alike. */
const COARSE_SNAP = 4
/** Side of the square drawn for a shape that rounding made vanish, tile units. */
const SMALLEST_SIDE = 2

const maxFeaturesAt = (z: number): number => (z >= 12 ? 20_000 : 12_000)

/** Attribute of a group: how many features it stands for. */
export const COUNT_KEY = 'n'

const scratch = new TileRing()

/**
 * One layer of one tile as Mapbox Vector Tile bytes, or null when it is empty.
 * Below `FULL_ZOOM` small features are drawn together: see generalise.ts.
 */
export function encodeTile(layer: TileLayer, tile: TileId): Uint8Array<ArrayBuffer> | null {
  const { west, north, side } = tileSquare(tile)
  const buffer = (side * TILE_BUFFER) / TILE_EXTENT
  const candidates = featuresIn(
    layer,
    west - buffer,
    north - buffer,
    west + side + buffer,
    north + side + buffer,
  )
  if (candidates.length === 0) return null
  if (tile.z >= FULL_ZOOM) {
    const writer = new TileWriter(layer)
    for (const i of candidates) writeFeature(writer, layer, tile, i, 1)
    return writer.finish()
  }
  const { alone, cells } = generalise(layer, tile, candidates, maxFeaturesAt(tile.z))
  const writer = new TileWriter(layer, [COUNT_KEY])
  for (const i of alone) writeFeature(writer, layer, tile, i, COARSE_SNAP)
  for (const { area, groups } of cells) {
    const parts = divide(
      area,
      groups.map((group) => group.cover),
    )
    groups.forEach((group, k) => writeGroup(writer, layer, group, parts[k]!))
  }
  return writer.finish()
}

function writeFeature(writer: TileWriter, layer: TileLayer, tile: TileId, i: number, snap: number): void {
  const unit = unitSize(tile.z)
  const { west, north, side } = tileSquare(tile)
  const buffer = TILE_BUFFER * unit
  const leaves =
    layer.boxes[4 * i]! < west - buffer ||
    layer.boxes[4 * i + 1]! < north - buffer ||
    layer.boxes[4 * i + 2]! > west + side + buffer ||
    layer.boxes[4 * i + 3]! > north + side + buffer
  let outerDrawn = false
  for (let r = layer.ringStart[i]!; r < layer.ringStart[i + 1]!; r++) {
    const isOuter = layer.ringIsOuter[r] === 1
    if (!isOuter && !outerDrawn) continue // the hole of a ring that vanished
    scratch.read(layer.xy, layer.vertexStart[r]!, layer.vertexStart[r + 1]!, west, north, unit, snap)
    if (leaves) scratch.clip()
    const area = scratch.count < 3 ? 0 : scratch.signedDoubleArea()
    if (isOuter) outerDrawn = area !== 0
    if (area === 0) continue
    if (area > 0 !== isOuter) scratch.reverse()
    writer.addRing(scratch)
  }
  if (!writer.hasGeometry) {
    const spot = smallSquare(layer, tile, i)
    if (!spot) return
    writer.addRectangle(spot.west, spot.north, spot.east, spot.south)
  }
  const width = layer.attributes.length
  for (let a = 0; a < width; a++) writer.tagStored(a, layer.valueOf[i * width + a]!)
  writer.endFeature(layer.ids[i]!)
}

/** Where a feature too thin for the grid is still shown: in the tile that holds the middle of its box. */
function smallSquare(layer: TileLayer, tile: TileId, i: number): Rectangle | null {
  const unit = unitSize(tile.z)
  const { west, north } = tileSquare(tile)
  const x = Math.floor(((layer.boxes[4 * i]! + layer.boxes[4 * i + 2]!) / 2 - west) / unit)
  const y = Math.floor(((layer.boxes[4 * i + 1]! + layer.boxes[4 * i + 3]!) / 2 - north) / unit)
  if (x < 0 || y < 0 || x >= TILE_EXTENT || y >= TILE_EXTENT) return null
  return { west: x, north: y, east: x + SMALLEST_SIDE, south: y + SMALLEST_SIDE }
}

function writeGroup(writer: TileWriter, layer: TileLayer, group: Group, part: Rectangle): void {
  const width = layer.attributes.length
  writer.addRectangle(part.west, part.north, part.east, part.south)
  layer.attributes.forEach(({ role }, a) => {
    if (role === 'group') writer.tagStored(a, layer.valueOf[group.sample * width + a]!)
    else if (role === 'largest') {
      const numbers = numbersOf(layer, group.members, a)
      if (numbers.length > 0)
        writer.tagValue(
          a,
          numbers.reduce((most, value) => Math.max(most, value)),
        )
    } else if (role === 'union') {
      const union = unionOf(layer, group.members, a)
      if (union !== null) writer.tagValue(a, union)
    }
  })
  writer.tagValue(width, group.members.length)
  writer.endFeature(null)
}

function numbersOf(layer: TileLayer, members: readonly number[], a: number): number[] {
  return members.map((i) => valueAt(layer, i, a)).filter((value) => typeof value === 'number')
}

function unionOf(layer: TileLayer, members: readonly number[], a: number): string | null {
  const parts = new Set<string>()
  for (const i of members) {
    const value = valueAt(layer, i, a)
    if (typeof value === 'string') for (const part of value.split(',')) if (part !== '') parts.add(part)
  }
  return parts.size === 0 ? null : [...parts].toSorted().join(',')
}

function valueAt(layer: TileLayer, i: number, a: number): TileValue | null {
  const position = layer.valueOf[i * layer.attributes.length + a]!
  return position === NO_VALUE ? null : layer.values[position]!
}
