import type { MultiPolygon, Position } from '../geo/polygon.ts'

// GCJ-02, the displaced frame of map services in China. No standard defines it; these are the formulas the open
// converters agree on (eviltransform, gcoord, coordtransform), on the Krasovsky ellipsoid.
const SEMI_MAJOR_M = 6378245
const ECCENTRICITY_SQUARED = 0.006693421622965943

/** Where GCJ-02 shows a true position. Lon/lat in degrees, both ways. */
function displaced([lon, lat]: Position): Position {
  const x = lon - 105
  const y = lat - 35
  const waves = (20 * Math.sin(6 * x * Math.PI) + 20 * Math.sin(2 * x * Math.PI)) * (2 / 3)
  const north =
    -100 +
    2 * x +
    3 * y +
    0.2 * y * y +
    0.1 * x * y +
    0.2 * Math.sqrt(Math.abs(x)) +
    waves +
    (20 * Math.sin(y * Math.PI) + 40 * Math.sin((y / 3) * Math.PI)) * (2 / 3) +
    (160 * Math.sin((y / 12) * Math.PI) + 320 * Math.sin((y * Math.PI) / 30)) * (2 / 3)
  const east =
    300 +
    x +
    2 * y +
    0.1 * x * x +
    0.1 * x * y +
    0.1 * Math.sqrt(Math.abs(x)) +
    waves +
    (20 * Math.sin(x * Math.PI) + 40 * Math.sin((x / 3) * Math.PI)) * (2 / 3) +
    (150 * Math.sin((x / 12) * Math.PI) + 300 * Math.sin((x / 30) * Math.PI)) * (2 / 3)
  const radians = (lat / 180) * Math.PI
  const magic = 1 - ECCENTRICITY_SQUARED * Math.sin(radians) ** 2
  const metresPerDegreeNorth =
    ((SEMI_MAJOR_M * (1 - ECCENTRICITY_SQUARED)) / (magic * Math.sqrt(magic))) * (Math.PI / 180)
  const metresPerDegreeEast = (SEMI_MAJOR_M / Math.sqrt(magic)) * Math.cos(radians) * (Math.PI / 180)
  return [lon + east / metresPerDegreeEast, lat + north / metresPerDegreeNorth]
}

/**
 * The true position (WGS 84, here the same as CGCS2000) of a position in GCJ-02. Found by fixed-point steps: the
 * displacement changes so slowly that ten leave less than a millimetre.
 */
export function fromGcj02(position: Position): Position {
  let [lon, lat] = position
  for (let step = 0; step < 10; step++) {
    const [shownLon, shownLat] = displaced([lon, lat])
    lon += position[0] - shownLon
    lat += position[1] - shownLat
  }
  return [lon, lat]
}

/** As `fromGcj02`, for a shape in lon/lat. */
export const shapeFromGcj02 = (mp: MultiPolygon): MultiPolygon =>
  mp.map((polygon) => polygon.map((ring) => ring.map(fromGcj02)))

export { displaced as toGcj02 }
