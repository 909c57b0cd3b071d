import type { Position, Ring } from '../geo/polygon.ts'
import type { Message } from '../refusal.ts'

/** A boundary point as survey files list it, east first. */
export interface RingPoint {
  readonly label: string
  /** As written; points of one value belong together. */
  readonly ring: string
  readonly position: Position
}

export interface ClosedRing {
  readonly ring: Ring
  /** What had to be done to close it. */
  readonly issue: Message | null
}

/**
 * Closed rings from boundary points. Points of one ring number form a ring; where the first point comes back before the
 * list ends, that ring is closed and the next begins, because some writers give every ring of a plot the number 1.
 */
export function ringsOfPoints(points: readonly RingPoint[]): ClosedRing[] {
  const byNumber = new Map<string, RingPoint[]>()
  for (const point of points) {
    const ring = byNumber.get(point.ring)
    if (ring) ring.push(point)
    else byNumber.set(point.ring, [point])
  }
  return [...byNumber.values()].flatMap(cutWhereClosed).map(closeRing)
}

const repeats = (a: Position, b: Position): boolean => a[0] === b[0] && a[1] === b[1]

function cutWhereClosed(points: readonly RingPoint[]): RingPoint[][] {
  const rings: RingPoint[][] = []
  let ring: RingPoint[] = []
  for (const point of points) {
    // The same closing point written twice belongs to the ring it closes.
    const last = rings.at(-1)
    if (ring.length === 0 && last !== undefined && repeats(last[0]!.position, point.position)) continue
    ring.push(point)
    if (ring.length > 3 && repeats(ring[0]!.position, point.position)) {
      rings.push(ring)
      ring = []
    }
  }
  if (ring.length > 0) rings.push(ring)
  return rings
}

function closeRing(points: readonly RingPoint[]): ClosedRing {
  const ring = points.map(({ position }) => position)
  const [first, last] = [points[0]!, points.at(-1)!]
  if (points.length > 1 && repeats(first.position, last.position)) return { ring, issue: null }
  // One public exporter repeats X for Y on the closing line; the label tells that the first point is meant.
  const isBrokenClosing =
    points.length > 3 &&
    last.label !== '' &&
    last.label === first.label &&
    last.position[1] === first.position[1] &&
    last.position[0] === last.position[1]
  const open = isBrokenClosing ? ring.slice(0, -1) : ring
  return {
    ring: [...open, [first.position[0], first.position[1]]],
    issue: isBrokenClosing
      ? {
          zh: '闭合点的 Y 误写为 X,已按首点闭合。',
          en: 'the closing point repeats X for Y; closed with the first point.',
        }
      : { zh: '未闭合,已按首点闭合。', en: 'not closed; closed with its first point.' },
  }
}
