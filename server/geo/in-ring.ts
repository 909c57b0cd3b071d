import type { Position, Ring } from './polygon.ts'

/** Whether a point lies in a ring, by crossing number (x east, y north); on the border it may be either. */
export function isInRing(ring: Ring, [x, y]: Position): boolean {
  let isInside = false
  for (let i = 1; i < ring.length; i++) {
    const [x0, y0] = ring[i - 1]!
    const [x1, y1] = ring[i]!
    if (y0 > y !== y1 > y && x < ((x1 - x0) * (y - y0)) / (y1 - y0) + x0) isInside = !isInside
  }
  return isInside
}
