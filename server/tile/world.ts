/**
 * The square world of web maps (EPSG:3857) as whole numbers: [0, 2^31) from west to east and from north to south,
 * 1.9 cm at the equator. Tiles are pictures; no area is ever taken from these coordinates.
 */
export const WORLD_BITS = 31
export const WORLD_SIZE = 2 ** WORLD_BITS
/** Side of a tile in its own units. */
export const TILE_EXTENT = 4096
const EXTENT_BITS = 12
/** Latitude at which the square ends. */
export const MAX_LATITUDE = 85.051128779806604
/** Deepest level served; below it the browser enlarges. */
export const MAX_ZOOM = 18

/** Longitude in degrees to the world square, rounded. */
export function worldX(lon: number): number {
  return clampToWorld(Math.round((lon / 360 + 0.5) * WORLD_SIZE))
}

/** Latitude in degrees to the world square, rounded; positive is south. */
export function worldY(lat: number): number {
  const sin = Math.sin((Math.max(-MAX_LATITUDE, Math.min(MAX_LATITUDE, lat)) * Math.PI) / 180)
  return clampToWorld(Math.round((0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)) * WORLD_SIZE))
}

const clampToWorld = (value: number): number => Math.max(0, Math.min(WORLD_SIZE - 1, value))

/** Back to degrees, for tests and the extent of a layer. */
export const lonOfWorldX = (x: number): number => (x / WORLD_SIZE - 0.5) * 360
export const latOfWorldY = (y: number): number =>
  (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / WORLD_SIZE))) * 180) / Math.PI

/** World units in one tile unit; below 1 past level 19. */
export const unitSize = (z: number): number => 2 ** (WORLD_BITS - EXTENT_BITS - z)

export interface TileId {
  readonly z: number
  readonly x: number
  readonly y: number
}

/** The tile's square in world units: west and north edge, and its side. */
export function tileSquare({ z, x, y }: TileId): { west: number; north: number; side: number } {
  const side = WORLD_SIZE / 2 ** z
  return { west: x * side, north: y * side, side }
}
