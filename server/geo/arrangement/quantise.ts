import { GeometryError, unreadable } from '../geometry-error.ts'
import type { PolygonSet } from '../polygon-set.ts'

/** Where the whole-number coordinates of an arrangement lie in the plane. */
export interface Lattice {
  readonly unitsPerM: number
  /** The local origin, in units from the origin of the plane. */
  readonly originX: number
  readonly originY: number
}

/** Boundary segments in lattice units, each with the inside of its shape on the left. */
export interface Segments {
  readonly count: number
  readonly x0: Int32Array
  readonly y0: Int32Array
  readonly x1: Int32Array
  readonly y1: Int32Array
  readonly shape: Int32Array
}

/** Half the widest extent, in units: a little inside 32 bits, so that cells and margins around it still fit. */
export const MAX_UNITS = 2 ** 31 - 1024

/** The lattice for a set: its origin is the grid point in the middle of everything. @throws GeometryError EXTENT_TOO_LARGE */
export function latticeOf(set: PolygonSet, gridM: number): Lattice {
  const unitsPerM = gridM > 0 && gridM <= 1 ? Math.round(1 / gridM) : 0
  if (!(Math.abs(unitsPerM * gridM - 1) < 1e-9)) {
    throw new RangeError(`gridM must divide a metre evenly, not ${gridM}`)
  }
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity]
  for (let i = 0; i < set.count; i++) {
    west = Math.min(west, set.boxes[4 * i]!)
    south = Math.min(south, set.boxes[4 * i + 1]!)
    east = Math.max(east, set.boxes[4 * i + 2]!)
    north = Math.max(north, set.boxes[4 * i + 3]!)
  }
  if (!(west <= east)) return { unitsPerM, originX: 0, originY: 0 }
  if (Math.max(east - west, north - south) * unitsPerM > 2 * MAX_UNITS) throw tooLarge(gridM)
  return {
    unitsPerM,
    originX: Math.round(((west + east) / 2) * unitsPerM),
    originY: Math.round(((south + north) / 2) * unitsPerM),
  }
}

function tooLarge(gridM: number): GeometryError {
  const km = Math.floor((2 * MAX_UNITS * gridM) / 1000)
  return new GeometryError(
    'EXTENT_TOO_LARGE',
    {
      zh: `图形分布范围超过 ${km} 千米，无法在同一平面叠加`,
      en: `The shapes lie more than ${km} km apart, too far to overlay in one plane`,
    },
    {
      zh: '请检查坐标系和坐标是否写错（如经纬度与平面坐标混用），或按县分批处理。',
      en: 'Check for wrong coordinates or a wrong CRS (lon/lat mixed with plane coordinates), or work county by county.',
    },
  )
}

/** Rings as segments on the lattice. Segments that shrink to a point are gone. @throws GeometryError for NaN and infinities. */
export function quantise(set: PolygonSet, lattice: Lattice): Segments {
  const { xs, ys } = set
  const { unitsPerM, originX, originY } = lattice
  const capacity = xs.length
  const x0 = new Int32Array(capacity)
  const y0 = new Int32Array(capacity)
  const x1 = new Int32Array(capacity)
  const y1 = new Int32Array(capacity)
  const shape = new Int32Array(capacity)
  let count = 0
  for (let i = 0; i < set.count; i++) {
    for (let r = set.shapeRings[i]!; r < set.shapeRings[i + 1]!; r++) {
      const start = set.ringVertices[r]!
      const end = set.ringVertices[r + 1]!
      const insideLeft = set.ringTurn[r] === 1
      if (end === start) continue
      // ring vertices begin after the last one, so that the closing segment comes first
      let px = Math.round(xs[end - 1]! * unitsPerM) - originX
      let py = Math.round(ys[end - 1]! * unitsPerM) - originY
      for (let v = start; v < end; v++) {
        const x = Math.round(xs[v]! * unitsPerM) - originX
        const y = Math.round(ys[v]! * unitsPerM) - originY
        if (!(Math.abs(x) <= MAX_UNITS + 1 && Math.abs(y) <= MAX_UNITS + 1)) {
          throw unreadable({ zh: '坐标不是有限数值', en: 'a coordinate is not a finite number' })
        }
        if (x === px && y === py) continue
        x0[count] = insideLeft ? px : x
        y0[count] = insideLeft ? py : y
        x1[count] = insideLeft ? x : px
        y1[count] = insideLeft ? y : py
        shape[count++] = i
        px = x
        py = y
      }
    }
  }
  return { count, x0, y0, x1, y1, shape }
}
