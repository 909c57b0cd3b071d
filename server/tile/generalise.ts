import { NO_VALUE, type TileLayer } from './layer.ts'
import { TILE_EXTENT, tileSquare, unitSize, type TileId } from './world.ts'

/** A rectangle in tile units. */
export interface Rectangle {
  readonly west: number
  readonly north: number
  readonly east: number
  readonly south: number
}

/** Small features that are alike and near each other, drawn together. */
export interface Group {
  /** One of them: gives the attributes that are equal for all. */
  readonly sample: number
  readonly members: number[]
  /** Sum of the covers of those that lie where the group is drawn, square tile units. */
  readonly cover: number
}

export interface Generalised {
  /** Side of the cells, tile units. */
  readonly cell: number
  /** Features large enough to be drawn as they are. */
  readonly alone: readonly number[]
  readonly cells: readonly { readonly area: Rectangle; readonly groups: readonly Group[] }[]
}

const SMALLEST_CELL = 8 // one pixel of a 512 pixel tile
const LARGEST_CELL = 1024
/** Of the features a tile may hold, this share may be cells; the rest is for classes that are rare where they lie. */
const SHARE_OF_CELLS = 0.6

/**
 * What to draw where single features would be smaller than a few pixels.
 *
 * Features at least a cell wide are drawn as they are. The others are gathered in square cells, alike ones together
 * (equal in every `group` attribute); the cell doubles until there are few enough. Where a tile could not hold every
 * class of every cell, a cell shows one: classes take turns, each as often as its share of the land (error diffusion),
 * and a class that would not be seen at all in its neighbourhood of cells gets a part of the cell where it is strongest.
 * What a cell does not show is counted with the nearest group of its class. So no class disappears at any level, and
 * each small feature counts exactly once, in the tile that holds the middle of its box.
 */
export function generalise(
  layer: TileLayer,
  tile: TileId,
  candidates: Uint32Array,
  maxFeatures: number,
): Generalised {
  const places = placesOf(layer, tile, candidates)
  const cell = cellFor(places, maxFeatures * SHARE_OF_CELLS)
  const alone: number[] = []
  const small: number[] = []
  for (let k = 0; k < places.count; k++) {
    if (places.size[k]! >= cell) alone.push(places.feature[k]!)
    else if (places.isHere[k] === 1) small.push(k)
  }
  const local = gather(layer, places, small, cell)
  const room = maxFeatures - alone.length
  const shown = local.length <= room ? local : thinOut(local, cell, room)
  return { cell, alone, cells: byCell(shown, cell) }
}

/** Where the candidates lie in the tile, in tile units. */
interface Places {
  readonly count: number
  readonly feature: Uint32Array
  /** Longer side of the box. */
  readonly size: Float64Array
  /** Middle of the box. */
  readonly x: Float64Array
  readonly y: Float64Array
  /** 1 where the middle lies in this tile. */
  readonly isHere: Uint8Array
  /** Covered area, square tile units. */
  readonly cover: Float64Array
}

function placesOf(layer: TileLayer, tile: TileId, candidates: Uint32Array): Places {
  const unit = unitSize(tile.z)
  const { west, north } = tileSquare(tile)
  const count = candidates.length
  const places = {
    count,
    feature: candidates,
    size: new Float64Array(count),
    x: new Float64Array(count),
    y: new Float64Array(count),
    isHere: new Uint8Array(count),
    cover: new Float64Array(count),
  }
  const { boxes, cover } = layer
  for (let k = 0; k < count; k++) {
    const i = candidates[k]!
    const [boxWest, boxNorth, boxEast, boxSouth] = [
      boxes[4 * i]!,
      boxes[4 * i + 1]!,
      boxes[4 * i + 2]!,
      boxes[4 * i + 3]!,
    ]
    const x = ((boxWest + boxEast) / 2 - west) / unit
    const y = ((boxNorth + boxSouth) / 2 - north) / unit
    places.size[k] = Math.max(boxEast - boxWest, boxSouth - boxNorth) / unit
    places.x[k] = x
    places.y[k] = y
    places.isHere[k] = x >= 0 && y >= 0 && x < TILE_EXTENT && y < TILE_EXTENT ? 1 : 0
    places.cover[k] = cover[i]! / (unit * unit)
  }
  return places
}

/** The smallest cell that leaves at most `most` features and cells to draw. */
function cellFor(places: Places, most: number): number {
  for (let cell = SMALLEST_CELL; cell < LARGEST_CELL; cell *= 2) {
    const columns = TILE_EXTENT / cell
    const isUsed = new Uint8Array(columns * columns)
    let drawn = 0
    for (let k = 0; k < places.count && drawn <= most; k++) {
      if (places.size[k]! >= cell) drawn++
      else if (places.isHere[k] === 1) {
        const at = Math.floor(places.y[k]! / cell) * columns + Math.floor(places.x[k]! / cell)
        if (isUsed[at] === 0) {
          isUsed[at] = 1
          drawn++
        }
      }
    }
    if (drawn <= most) return cell
  }
  return LARGEST_CELL
}

/** Alike features of one cell. */
interface LocalGroup {
  /** Row-major number of the cell. */
  readonly at: number
  readonly tuple: number
  readonly sample: number
  members: number[]
  cover: number
}

/** One group for each class in each cell, cells row by row, classes in the order they are met. */
function gather(layer: TileLayer, places: Places, small: readonly number[], cell: number): LocalGroup[] {
  const tuples = tuplesOf(layer)
  const columns = TILE_EXTENT / cell
  const groups = new Map<number, LocalGroup>()
  for (const k of small) {
    const at = Math.floor(places.y[k]! / cell) * columns + Math.floor(places.x[k]! / cell)
    const feature = places.feature[k]!
    const tuple = tuples.of[feature]!
    const key = at * tuples.count + tuple
    const group = groups.get(key)
    if (group) {
      group.members.push(feature)
      group.cover += places.cover[k]!
    } else groups.set(key, { at, tuple, sample: feature, members: [feature], cover: places.cover[k]! })
  }
  return [...groups.values()].toSorted((a, b) => a.at - b.at || a.sample - b.sample)
}

/**
 * At most about `room` of the groups: one for each cell, and one for each class of each neighbourhood that no cell of
 * it shows; the neighbourhood grows until they fit. The rest is counted with a group of its class that is shown.
 */
function thinOut(local: readonly LocalGroup[], cell: number, room: number): LocalGroup[] {
  const columns = TILE_EXTENT / cell
  const tuples = local.reduce((most, group) => Math.max(most, group.tuple), 0) + 1
  for (let width = 2; ; width *= 2) {
    const hood = (at: number): number =>
      Math.floor(Math.floor(at / columns) / width) * columns + Math.floor((at % columns) / width)
    const familyOf = (group: LocalGroup): number => hood(group.at) * tuples + group.tuple // one class in one neighbourhood
    const isLast = width >= columns
    if (!isLast && new Set(local.map(familyOf)).size > room) continue // each family shows at least one
    const chosen = takeTurns(local, hood)
    const families = new Map<number, LocalGroup[]>()
    for (const group of local) {
      const family = families.get(familyOf(group))
      if (family) family.push(group)
      else families.set(familyOf(group), [group])
    }
    for (const family of families.values()) {
      if (!family.some((group) => chosen.has(group))) chosen.add(strongest(family))
    }
    if (!isLast && chosen.size > room) continue
    for (const family of families.values()) {
      const head = strongest(family.filter((group) => chosen.has(group)))
      for (const group of family)
        if (!chosen.has(group)) for (const member of group.members) head.members.push(member)
    }
    return local.filter((group) => chosen.has(group))
  }
}

/** For each cell the class that is furthest behind its share of the land in the neighbourhood so far. */
function takeTurns(local: readonly LocalGroup[], hood: (at: number) => number): Set<LocalGroup> {
  const owed = new Map<number, Map<number, number>>()
  const chosen = new Set<LocalGroup>()
  for (let from = 0; from < local.length;) {
    let to = from
    let cover = 0
    for (; to < local.length && local[to]!.at === local[from]!.at; to++) cover += local[to]!.cover
    const here = hood(local[from]!.at)
    const account = owed.get(here) ?? new Map<number, number>()
    owed.set(here, account)
    let next = local[from]!
    let most = -Infinity
    for (let g = from; g < to; g++) {
      const group = local[g]!
      const due = (account.get(group.tuple) ?? 0) + (cover > 0 ? group.cover / cover : 1)
      account.set(group.tuple, due)
      if (due > most) {
        most = due
        next = group
      }
    }
    account.set(next.tuple, most - 1)
    chosen.add(next)
    from = to
  }
  return chosen
}

const strongest = (groups: readonly LocalGroup[]): LocalGroup =>
  groups.reduce((best, group) => (group.cover > best.cover ? group : best))

function byCell(groups: readonly LocalGroup[], cell: number): Generalised['cells'] {
  const columns = TILE_EXTENT / cell
  const cells = new Map<number, LocalGroup[]>()
  for (const group of groups) {
    const list = cells.get(group.at)
    if (list) list.push(group)
    else cells.set(group.at, [group])
  }
  return [...cells].map(([at, list]) => ({
    area: filledPart(at % columns, Math.floor(at / columns), cell, list),
    // largest first, then by their first member: the same picture however the cell was filled
    groups: list.toSorted((a, b) => b.cover - a.cover || a.sample - b.sample),
  }))
}

/** A square in the middle of the cell as large as the land it stands for, though never too small to see. */
function filledPart(column: number, row: number, cell: number, groups: readonly LocalGroup[]): Rectangle {
  const cover = groups.reduce((sum, group) => sum + group.cover, 0)
  const visible = Math.max(4, 2 * Math.ceil(Math.sqrt(groups.length)))
  const side = Math.min(cell, Math.max(visible, Math.round(Math.sqrt(cover))))
  const west = column * cell + Math.floor((cell - side) / 2)
  const north = row * cell + Math.floor((cell - side) / 2)
  return { west, north, east: west + side, south: north + side }
}

/**
 * Divides a rectangle among shares, each at least one unit wide, by halving the list along the longer side.
 * Where there are more shares than units some rectangles coincide, but none is empty.
 */
export function divide(area: Rectangle, shares: readonly number[]): Rectangle[] {
  if (shares.length <= 1) return shares.map(() => area)
  const half = Math.ceil(shares.length / 2)
  const first = shares.slice(0, half)
  const second = shares.slice(half)
  const firstSum = first.reduce((a, b) => a + b, 0)
  const total = firstSum + second.reduce((a, b) => a + b, 0)
  const width = area.east - area.west
  const height = area.south - area.north
  const isWide = width >= height
  const long = isWide ? width : height
  const short = isWide ? height : width
  if (long < 2) return shares.map(() => area)
  const least = Math.min(long - 1, Math.ceil(first.length / short))
  const most = Math.max(1, long - Math.ceil(second.length / short))
  const wanted = Math.round(total > 0 ? (long * firstSum) / total : long / 2)
  const cut = Math.min(Math.max(wanted, least), most)
  return isWide
    ? [
        ...divide({ ...area, east: area.west + cut }, first),
        ...divide({ ...area, west: area.west + cut }, second),
      ]
    : [
        ...divide({ ...area, south: area.north + cut }, first),
        ...divide({ ...area, north: area.north + cut }, second),
      ]
}

interface Tuples {
  readonly of: Uint32Array
  readonly count: number
}
const tuplesByLayer = new WeakMap<TileLayer, Tuples>()

/** A number for each combination of `group` attributes that occurs in the layer. */
function tuplesOf(layer: TileLayer): Tuples {
  const known = tuplesByLayer.get(layer)
  if (known) return known
  const width = layer.attributes.length
  const grouping = layer.attributes.flatMap(({ role }, a) => (role === 'group' ? [a] : []))
  const numbers = new Map<string, number>()
  const of = new Uint32Array(layer.count)
  for (let i = 0; i < layer.count; i++) {
    let key = ''
    for (const a of grouping) key += `${layer.valueOf[i * width + a] ?? NO_VALUE},`
    let number = numbers.get(key)
    if (number === undefined) numbers.set(key, (number = numbers.size))
    of[i] = number
  }
  const tuples = { of, count: Math.max(1, numbers.size) }
  tuplesByLayer.set(layer, tuples)
  return tuples
}
