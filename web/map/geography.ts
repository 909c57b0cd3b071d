import type { Polygon } from 'geojson'
import type { DrawnRing } from '../view.ts'

/** [west, south, east, north] in degrees. */
export type Bounds = readonly [number, number, number, number]

/** A drawn ring as GeoJSON: closed, outer ring counter-clockwise (RFC 7946). */
export function drawnGeometry(ring: DrawnRing): Polygon {
  const open = ring.map(([lon, lat]): [number, number] => [lon, lat])
  const counterClockwise = signedDoubleArea(open) > 0
  const turned = counterClockwise ? open : open.toReversed()
  return { type: 'Polygon', coordinates: [[...turned, turned[0]!]] }
}

/** Positive is counter-clockwise, x east, y north. Only its sign is used: degrees are no measure. */
function signedDoubleArea(ring: readonly (readonly [number, number])[]): number {
  return ring.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = ring[(i + 1) % ring.length]!
    return sum + x * nextY - nextX * y
  }, 0)
}

export function ringBounds(ring: DrawnRing): Bounds {
  const lons = ring.map(([lon]) => lon)
  const lats = ring.map(([, lat]) => lat)
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)]
}

export const boundsRing = ([west, south, east, north]: Bounds): DrawnRing => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
]

/** The box around all coordinates of some features; null when there are none. */
export function collectionBounds(collection: {
  readonly features: readonly { readonly geometry?: unknown }[]
}): Bounds | null {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity]
  const visit = (coordinates: unknown): void => {
    if (!Array.isArray(coordinates)) return
    const [x, y] = coordinates as unknown[]
    if (typeof x === 'number' && typeof y === 'number') {
      west = Math.min(west, x)
      east = Math.max(east, x)
      south = Math.min(south, y)
      north = Math.max(north, y)
    } else coordinates.forEach(visit)
  }
  for (const { geometry } of collection.features) {
    if (typeof geometry === 'object' && geometry !== null && 'coordinates' in geometry)
      visit(geometry.coordinates)
  }
  return west <= east ? [west, south, east, north] : null
}
