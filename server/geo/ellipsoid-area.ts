import type { MultiPolygon, Position, Ring } from './polygon.ts'
import { toLonLat } from './project.ts'

/**
 * Polar radius of the CGCS2000 ellipsoid in metres and the series coefficients of the 三调 area formula
 * (国土调查办发〔2008〕32号, formula 2; third national survey uses the same).
 */
const POLAR_RADIUS_M = 6356752.314140356
const A = 1.0033640898341927
const B = 0.001124189381927124
const C = 1.699459473518905e-6
const D = 2.7178578455775555e-9
const E = 4.358419004834514e-12
const RADIANS = Math.PI / 180

/**
 * Area on the ellipsoid (椭球面积) of a shape in the working CRS, EPSG:4547: corners are taken to lon/lat, edges run
 * straight there. Near Zhuzhou about 0.018 % less than the planar area.
 */
export function ellipsoidAreaM2(mp: MultiPolygon): number {
  return ellipsoidAreaLonLatM2(toLonLat(mp))
}

/**
 * Area on the ellipsoid by the 三调 formula, of a shape in lon/lat degrees (EPSG:4490). The first ring of each polygon
 * counts, the others are taken away, whichever way they turn.
 */
export function ellipsoidAreaLonLatM2(mp: MultiPolygon): number {
  let sum = 0
  for (const polygon of mp) {
    polygon.forEach((ring, i) => {
      const area = Math.abs(ringArea(ring))
      sum += i === 0 ? area : -area
    })
  }
  return sum
}

/** Sum of one trapezoid per edge between the edge and a meridian; the meridian cancels out, the first corner's is near. */
function ringArea(ring: Ring): number {
  const reference = (ring[0]?.[0] ?? 0) * RADIANS
  let sum = 0
  for (let i = 1; i < ring.length; i++) {
    const [lon0, lat0] = ring[i - 1] as Position
    const [lon1, lat1] = ring[i] as Position
    const meanLon = ((lon0 + lon1) / 2) * RADIANS - reference
    const halfLat = ((lat1 - lat0) / 2) * RADIANS
    const meanLat = ((lat0 + lat1) / 2) * RADIANS
    sum +=
      meanLon *
      (A * Math.sin(halfLat) * Math.cos(meanLat) -
        B * Math.sin(3 * halfLat) * Math.cos(3 * meanLat) +
        C * Math.sin(5 * halfLat) * Math.cos(5 * meanLat) -
        D * Math.sin(7 * halfLat) * Math.cos(7 * meanLat) +
        E * Math.sin(9 * halfLat) * Math.cos(9 * meanLat))
  }
  return 2 * POLAR_RADIUS_M * POLAR_RADIUS_M * sum
}
