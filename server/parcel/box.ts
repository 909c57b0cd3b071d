import { transformPosition } from '../geo/project.ts'
import { LONLAT_SRID, WORKING_SRID } from '../geo/polygon.ts'

/** west, south, east, north in degrees (EPSG:4490). */
export type LonLatBox = [number, number, number, number]
/** Edges in metres of the working plane (EPSG:4547). */
export interface PlaneBox {
  readonly west: number
  readonly south: number
  readonly east: number
  readonly north: number
}

/** How far into the projection's zone a box is followed: beyond, a transverse Mercator plane means nothing. */
const REACH = { west: 102, east: 126, south: -5, north: 60 } as const
const STEPS = 8

/** A plane box around a lon/lat box: sides are walked, because parallels are curved in the plane. */
export function toWorkingBox([west, south, east, north]: LonLatBox): PlaneBox {
  const w = clamp(west, REACH.west, REACH.east)
  const e = clamp(east, REACH.west, REACH.east)
  const s = clamp(south, REACH.south, REACH.north)
  const n = clamp(north, REACH.south, REACH.north)
  return around(w, s, e, n, LONLAT_SRID, WORKING_SRID)
}

/** A lon/lat box around a plane box. */
export function toLonLatBox({ west, south, east, north }: PlaneBox): LonLatBox {
  const box = around(west, south, east, north, WORKING_SRID, LONLAT_SRID, 1)
  return [box.west, box.south, box.east, box.north]
}

function around(
  w: number,
  s: number,
  e: number,
  n: number,
  from: number,
  to: number,
  steps = STEPS,
): PlaneBox {
  let west = Infinity
  let south = Infinity
  let east = -Infinity
  let north = -Infinity
  for (let i = 0; i <= steps; i++) {
    const t = i / steps
    const x = w + (e - w) * t
    const y = s + (n - s) * t
    for (const corner of [
      [x, s],
      [x, n],
      [w, y],
      [e, y],
    ] as [number, number][]) {
      const [u, v] = transformPosition(corner, from, to)
      west = Math.min(west, u)
      east = Math.max(east, u)
      south = Math.min(south, v)
      north = Math.max(north, v)
    }
  }
  return { west, south, east, north }
}

const clamp = (value: number, least: number, most: number): number => Math.max(least, Math.min(most, value))
