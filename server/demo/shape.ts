import { GRID_M, type Polygon, type Position, type Ring } from '../geo/polygon.ts'
import type { Random } from './random.ts'

/**
 * Small shapes of the demo city, all in the working CRS (EPSG:4547, metres, east first) on the 0.1 mm grid.
 * An open ring does not repeat its first position; rings of convex plots turn counter-clockwise.
 */
export type OpenRing = readonly Position[]

const PER_M = Math.round(1 / GRID_M)

export const onGrid = (metres: number): number => Math.round(metres * PER_M) / PER_M
export const gridPosition = (east: number, north: number): Position => [onGrid(east), onGrid(north)]

export function closed(ring: OpenRing): Ring {
  return [...ring, ring[0]!].map(([east, north]) => [east, north])
}
export const opened = (ring: Ring): Position[] => ring.slice(0, -1)
export const solid = (ring: OpenRing): Polygon => [closed(ring)]

/** m², positive for a counter-clockwise ring. Local origin first: at these coordinates a raw sum loses digits. */
export function signedAreaM2(ring: OpenRing): number {
  const [ox, oy] = ring[0]!
  let doubled = 0
  for (let i = 0; i < ring.length; i++) {
    const [ax, ay] = ring[i]!
    const [bx, by] = ring[(i + 1) % ring.length]!
    doubled += (ax - ox) * (by - oy) - (bx - ox) * (ay - oy)
  }
  return doubled / 2
}

export function areaM2(polygon: Polygon): number {
  return polygon.reduce((sum, ring, i) => {
    const ringM2 = Math.abs(signedAreaM2(opened(ring)))
    return i === 0 ? ringM2 : sum - ringM2
  }, 0)
}

export function perimeterM(polygon: Polygon): number {
  let sum = 0
  for (const ring of polygon) for (let i = 1; i < ring.length; i++) sum += distanceM(ring[i - 1]!, ring[i]!)
  return sum
}

export const distanceM = (a: Position, b: Position): number => Math.hypot(b[0] - a[0], b[1] - a[1])

/** The same shape with its outer ring counter-clockwise and holes clockwise. */
export function wound(polygon: Polygon): Polygon {
  return polygon.map((ring, i) => (signedAreaM2(opened(ring)) > 0 === (i === 0) ? ring : ring.toReversed()))
}

export function centroid(ring: OpenRing): Position {
  const [ox, oy] = ring[0]!
  let [x, y, a] = [0, 0, 0]
  for (let i = 0; i < ring.length; i++) {
    const [px, py] = [ring[i]![0] - ox, ring[i]![1] - oy]
    const q = ring[(i + 1) % ring.length]!
    const [qx, qy] = [q[0] - ox, q[1] - oy]
    const cross = px * qy - qx * py
    a += cross
    x += (px + qx) * cross
    y += (py + qy) * cross
  }
  return [ox + x / (3 * a), oy + y / (3 * a)]
}

/** Whether a ring only turns left, allowing dents of a millimetre where a snapped vertex lies on a straight side. */
export function isConvex(ring: OpenRing): boolean {
  const n = ring.length
  for (let i = 0; i < n; i++) {
    const [a, b, c] = [ring[(i + n - 1) % n]!, ring[i]!, ring[(i + 1) % n]!]
    const cross = (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])
    if (cross / Math.max(distanceM(a, c), GRID_M) < -0.001) return false
  }
  return true
}

/** Whether no two sides of a ring meet except neighbours in their common vertex. */
export function isSimple(ring: OpenRing): boolean {
  const n = ring.length
  if (n < 3) return false
  for (let i = 0; i < n; i++) {
    const [a, b] = [ring[i]!, ring[(i + 1) % n]!]
    if (a[0] === b[0] && a[1] === b[1]) return false
    for (let j = i + 2; j < n; j++) {
      if (i === 0 && j === n - 1) continue
      if (sidesMeet(a, b, ring[j]!, ring[(j + 1) % n]!)) return false
    }
  }
  return true
}

function sidesMeet(a: Position, b: Position, c: Position, d: Position): boolean {
  if (Math.max(a[0], b[0]) < Math.min(c[0], d[0]) || Math.max(c[0], d[0]) < Math.min(a[0], b[0])) return false
  if (Math.max(a[1], b[1]) < Math.min(c[1], d[1]) || Math.max(c[1], d[1]) < Math.min(a[1], b[1])) return false
  return turn(a, b, c) * turn(a, b, d) <= 0 && turn(c, d, a) * turn(c, d, b) <= 0
}

/** Twice the area of a triangle, positive when it turns left. */
function turn(p: Position, q: Position, r: Position): number {
  return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])
}

/** Leaves out positions that repeat the one before, as rounding to the grid can make them. */
function withoutRepeats(ring: OpenRing): Position[] {
  return ring.filter((p, i) => {
    const before = ring[(i + ring.length - 1) % ring.length]!
    return p[0] !== before[0] || p[1] !== before[1]
  })
}

/** Ground to the left of the line through `at` along the unit vector `along`. */
interface Side {
  readonly at: Position
  readonly along: Position
}

function leftOf(ring: OpenRing, { at, along }: Side): Position[] {
  const height = (p: Position): number => along[0] * (p[1] - at[1]) - along[1] * (p[0] - at[0])
  const kept: Position[] = []
  for (let i = 0; i < ring.length; i++) {
    const [p, q] = [ring[i]!, ring[(i + 1) % ring.length]!]
    const [hp, hq] = [height(p), height(q)]
    if (hp >= 0) kept.push(p)
    if (hp > 0 !== hq > 0 && hp !== 0 && hq !== 0) {
      // Always from the lower to the upper end, so that both halves get the same snapped position.
      const [low, high, t] = hp < hq ? [p, q, hp / (hp - hq)] : [q, p, hq / (hq - hp)]
      kept.push(gridPosition(low[0] + (high[0] - low[0]) * t, low[1] + (high[1] - low[1]) * t))
    }
  }
  return withoutRepeats(kept)
}

/** The part of a ring within a convex ring; empty when they have no ground in common. */
export function clippedBy(ring: OpenRing, convex: OpenRing): Position[] {
  let kept: Position[] = [...ring]
  for (let i = 0; i < convex.length && kept.length > 0; i++) {
    const [a, b] = [convex[i]!, convex[(i + 1) % convex.length]!]
    const lengthM = distanceM(a, b)
    kept = leftOf(kept, { at: a, along: [(b[0] - a[0]) / lengthM, (b[1] - a[1]) / lengthM] })
  }
  return kept.length < 3 ? [] : kept
}

/** Index of the longest side: from this vertex to the next. */
export function longestSide(ring: OpenRing): number {
  let best = 0
  const lengthM = (i: number): number => distanceM(ring[i]!, ring[(i + 1) % ring.length]!)
  for (let i = 1; i < ring.length; i++) if (lengthM(i) > lengthM(best)) best = i
  return best
}

/**
 * The part of a convex plot between two lines square to its longest side, each given by the share of the area
 * that lies before it, moved on by `aheadM` metres. Parts that meet at one line share their corners exactly.
 */
export function part(ring: OpenRing, from: Cut, to: Cut): Position[] {
  let kept: Position[] = [...ring]
  if (from.share > 0 || from.aheadM > 0) kept = leftOf(kept, flipped(lineAt(ring, from)))
  if (to.share < 1 || to.aheadM < 0) kept = leftOf(kept, lineAt(ring, to))
  return kept
}
export interface Cut {
  readonly share: number
  readonly aheadM: number
}
/** A cut where a share of the area lies before it, then moved on by some metres. */
export const ahead = (share: number, aheadM: number): Cut => ({ share, aheadM })

const flipped = ({ at, along }: Side): Side => ({ at, along: [-along[0], -along[1]] })

function lineAt(ring: OpenRing, { share, aheadM }: Cut): Side {
  const i = longestSide(ring)
  const [a, b] = [ring[i]!, ring[(i + 1) % ring.length]!]
  const lengthM = distanceM(a, b)
  const [ux, uy] = [(b[0] - a[0]) / lengthM, (b[1] - a[1]) / lengthM]
  const along: Position = [-uy, ux] // left of it lies what comes before
  const reach = ring.map((p) => (p[0] - a[0]) * ux + (p[1] - a[1]) * uy)
  let [low, high] = [Math.min(...reach), Math.max(...reach)]
  const whole = signedAreaM2(ring)
  const lineAhead = (m: number): Side => ({ at: [a[0] + ux * m, a[1] + uy * m], along })
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2
    const before = leftOf(ring, lineAhead(middle))
    if (before.length >= 3 && signedAreaM2(before) > share * whole) high = middle
    else low = middle
  }
  return lineAhead((low + high) / 2 + aheadM)
}

/** A convex plot drawn larger: its longest side moved outwards, corners left where they were. */
export function withBulge(ring: OpenRing, outM: number): Position[] {
  const i = longestSide(ring)
  const [a, b] = [ring[i]!, ring[(i + 1) % ring.length]!]
  const lengthM = distanceM(a, b)
  const [nx, ny] = [((b[1] - a[1]) / lengthM) * outM, (-(b[0] - a[0]) / lengthM) * outM]
  const out = [gridPosition(a[0] + nx, a[1] + ny), gridPosition(b[0] + nx, b[1] + ny)]
  return [...ring.slice(0, i + 1), ...out, ...ring.slice(i + 1)]
}

/** A convex ring drawn smaller about its centroid. */
export function shrunk(ring: OpenRing, factor: number): Position[] {
  const [cx, cy] = centroid(ring)
  return withoutRepeats(ring.map(([x, y]) => gridPosition(cx + (x - cx) * factor, cy + (y - cy) * factor)))
}

/** How far a redrawn boundary strays from the first drawing, metres; a strip of it is noise, far under 0.2 m. */
export const REDRAW_M = 0.03

/**
 * The same boundary as another office drew it: every vertex off by up to 3 cm, nearly straight vertices left out,
 * vertices added on long sides. Comes back as it was where the new drawing would cross itself.
 */
export function redrawn(polygon: Polygon, random: Random): Polygon {
  if (polygon.length > 1) return polygon // a hole could come to touch the ring round it
  const ring = opened(polygon[0]!)
  const off = (): number => random.between(-REDRAW_M, REDRAW_M) * Math.SQRT1_2
  const drawn: Position[] = []
  for (let i = 0; i < ring.length; i++) {
    const before = ring[(i + ring.length - 1) % ring.length]!
    const [p, after] = [ring[i]!, ring[(i + 1) % ring.length]!]
    if (drawn.length > 2 && ring.length > 4 && random.chance(0.3) && bendM(before, p, after) < 0.01) continue
    drawn.push(gridPosition(p[0] + off(), p[1] + off()))
    if (distanceM(p, after) > 20 && random.chance(0.3)) {
      const t = random.between(0.3, 0.7)
      drawn.push(gridPosition(p[0] + (after[0] - p[0]) * t + off(), p[1] + (after[1] - p[1]) * t + off()))
    }
  }
  return isSimple(drawn) ? solid(drawn) : polygon
}

/** How far a vertex lies off the straight line between its neighbours, metres. */
function bendM(before: Position, p: Position, after: Position): number {
  const cross = (after[0] - before[0]) * (p[1] - before[1]) - (after[1] - before[1]) * (p[0] - before[0])
  return Math.abs(cross) / Math.max(distanceM(before, after), GRID_M)
}
