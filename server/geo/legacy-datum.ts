import proj4 from 'proj4'
import { LONLAT_SRID, WORKING_SRID, type Position } from './polygon.ts'
import { definitionOf } from './project.ts'

export type LegacyDatum = 'Xian 1980' | 'Beijing 1954'

/** Ellipsoids: IAG 75 for 1980 西安, Krasovsky 1940 for 1954 北京. */
const ellipsoids: Readonly<Record<LegacyDatum, string>> = {
  'Xian 1980': '+a=6378140 +rf=298.257',
  'Beijing 1954': '+a=6378245 +rf=298.3',
}

/** First EPSG number of each family: lon/lat, 6° with zone, 6° without, 3° with zone, 3° without. */
const families: Readonly<
  Record<LegacyDatum | 'CGCS2000', readonly [number, number, number, number, number]>
> = {
  CGCS2000: [LONLAT_SRID, 4491, 4502, 4513, 4534],
  'Xian 1980': [4610, 2327, 2338, 2349, 2370],
  'Beijing 1954': [4214, 21413, 21453, 2401, 2422],
}
const sizes = [1, 11, 11, 21, 21] as const

function moved(srid: number, from: LegacyDatum | 'CGCS2000', to: LegacyDatum | 'CGCS2000'): number | null {
  for (const [i, first] of families[from].entries())
    if (srid >= first && srid < first + sizes[i]!) return families[to][i]! + srid - first
  return null
}

/** Which datum an EPSG number is of, and the CGCS2000 system of the same zone; null for any other number. */
export function legacyOf(srid: number): { datum: LegacyDatum; twin: number } | null {
  for (const datum of ['Xian 1980', 'Beijing 1954'] as const) {
    const twin = moved(srid, datum, 'CGCS2000')
    if (twin !== null) return { datum, twin }
  }
  return null
}

/** EPSG number of the zone of a CGCS2000 system in a legacy datum: 4526 → 2362 in 1980 西安. */
export const legacySridOf = (twin: number, datum: LegacyDatum): number | null =>
  moved(twin, 'CGCS2000', datum)

/**
 * Takes positions of a legacy system to the working plane, with the parameters of the city.
 * @param twin the CGCS2000 system of the same zone
 * @param toCgcs2000 dx, dy, dz in metres; with seven also rx, ry, rz in arc seconds (position vector, as `+towgs84`) and scale in ppm
 */
export function fromLegacy(
  datum: LegacyDatum,
  twin: number,
  toCgcs2000: readonly number[],
): (position: Position) => Position {
  const plain = definitionOf(twin).replace('+a=6378137 +rf=298.257222101', ellipsoids[datum])
  const converter = proj4(
    `${plain} +towgs84=${toCgcs2000.join(',')}`,
    `${definitionOf(WORKING_SRID)} +towgs84=0,0,0,0,0,0,0`,
  )
  return ([x, y]) => {
    const [east, north] = converter.forward([x, y])
    return [east, north]
  }
}

/** A plane of the city's own (独立坐标系), turned, stretched and moved into the working plane. */
export interface LocalPlane {
  /** What is added last, metres. */
  readonly east: number
  readonly north: number
  /** Counter-clockwise, arc seconds. */
  readonly rotation: number
  /** 1 for none. */
  readonly scale: number
}

/** The four-parameter (Helmert) transformation of the plane. */
export function fromLocalPlane({
  east,
  north,
  rotation,
  scale,
}: LocalPlane): (position: Position) => Position {
  const angle = (rotation / 3600 / 180) * Math.PI
  const [c, s] = [scale * Math.cos(angle), scale * Math.sin(angle)]
  return ([x, y]) => [east + c * x - s * y, north + s * x + c * y]
}
