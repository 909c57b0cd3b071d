import initGeosJs from 'geos-wasm'
import type { MultiPolygon } from '../../server/geo/polygon.ts'
import { encodeMultiPolygon } from '../../server/geo/wkb.ts'

const geos = await initGeosJs()
const reader = geos.GEOSWKBReader_create()

/** GEOS itself, without PostGIS around it: m² of a shape, and of what two shapes have in common. */
export function geosCommonM2(a: MultiPolygon, b: MultiPolygon): number {
  const [p, q] = [read(a), read(b)]
  const common = geos.GEOSIntersection(p, q)
  if (common === 0) throw new Error('GEOS could not overlay these shapes.')
  const m2 = areaOf(common)
  for (const geometry of [p, q, common]) geos.GEOSGeom_destroy(geometry)
  return m2
}

export function geosIsValid(shape: MultiPolygon): boolean {
  const geometry = read(shape)
  const valid = geos.GEOSisValid(geometry) === 1
  geos.GEOSGeom_destroy(geometry)
  return valid
}

function read(shape: MultiPolygon): number {
  const wkb = encodeMultiPolygon(shape)
  const at = geos.Module._malloc(wkb.length)
  geos.Module.HEAPU8.set(wkb, at)
  const geometry = geos.GEOSWKBReader_read(reader, at, wkb.length)
  geos.Module._free(at)
  if (geometry === 0) throw new Error('GEOS could not read this shape.')
  return geometry
}

function areaOf(geometry: number): number {
  const at = geos.Module._malloc(8)
  geos.GEOSArea(geometry, at)
  const m2 = geos.Module.getValue(at, 'double') as number
  geos.Module._free(at)
  return m2
}
