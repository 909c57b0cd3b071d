import type { Polygon } from 'geojson'
import type { DrawnRing, Place } from '../view.ts'

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

/** About 200 m round a place. */
export const placeBounds = ({ lon, lat }: Place): Bounds => [lon - 1e-3, lat - 1e-3, lon + 1e-3, lat + 1e-3]

/**
 * A point inside the largest part of a shape, well away from its border: the middle of the widest stretch of a line across
 * it. Degrees; null for a shape without land.
 */
export function pointInside({
  coordinates,
}: {
  readonly coordinates: readonly (readonly (readonly (readonly number[])[])[])[]
}): Place | null {
  let best: (Place & { readonly width: number }) | null = null
  for (const polygon of coordinates) {
    const lats = (polygon[0] ?? []).map(([, lat]) => lat!)
    const [south, north] = [Math.min(...lats), Math.max(...lats)]
    for (const share of [0.5, 0.37, 0.63]) {
      const lat = south + (north - south) * share
      const crossings = polygon
        .flatMap((ring) =>
          ring.slice(1).flatMap(([x1, y1], at) => {
            const [x0, y0] = ring[at] as [number, number]
            // half open: a corner on the line counts once
            if (y0 > lat === y1! > lat) return []
            return [x0 + ((lat - y0) / (y1! - y0)) * (x1! - x0)]
          }),
        )
        .toSorted((a, b) => a - b)
      for (let at = 0; at + 1 < crossings.length; at += 2) {
        const [west, east] = [crossings[at]!, crossings[at + 1]!]
        if (east - west > (best?.width ?? 0)) best = { lon: (west + east) / 2, lat, width: east - west }
      }
    }
  }
  return best && { lon: best.lon, lat: best.lat }
}

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

/** Degrees as an address or a filter has them: a millimetre on the ground. */
export const degrees = (value: number): number => Math.round(value * 1e8) / 1e8
