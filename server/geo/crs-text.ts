import { GeometryError } from './geometry-error.ts'

// The CRS of domain 7.1 as text, for files that must name theirs. Axes are east first in all of them, as everywhere here.

interface Zone {
  readonly degrees: 3 | 6
  readonly zone: number
  /** Whether eastings carry the zone in front. */
  readonly prefixed: boolean
}

/** The Gauss-Krüger zone of CGCS2000 an EPSG number stands for; null for any other. */
export function zoneOf(srid: number): Zone | null {
  if (srid >= 4491 && srid <= 4501) return { degrees: 6, zone: srid - 4491 + 13, prefixed: true }
  if (srid >= 4502 && srid <= 4512) return { degrees: 6, zone: srid - 4502 + 13, prefixed: false }
  if (srid >= 4513 && srid <= 4533) return { degrees: 3, zone: srid - 4513 + 25, prefixed: true }
  if (srid >= 4534 && srid <= 4554) return { degrees: 3, zone: srid - 4534 + 25, prefixed: false }
  return null
}

/** The same zone with the zone number in front of the easting, as survey files write it. */
export function prefixedSrid(srid: number): number {
  const zone = zoneOf(srid)
  if (zone === null || zone.prefixed) return srid
  return zone.degrees === 3 ? 4513 + zone.zone - 25 : 4491 + zone.zone - 13
}

const meridianOf = ({ degrees, zone }: Zone): number => (degrees === 3 ? zone * 3 : zone * 6 - 3)
const eastingOf = ({ zone, prefixed }: Zone): number => (prefixed ? zone * 1_000_000 + 500_000 : 500_000)

/** The name EPSG gives it. @throws GeometryError CRS_UNKNOWN */
export function crsName(srid: number): string {
  if (srid === 4490) return 'China Geodetic Coordinate System 2000'
  if (srid === 4326) return 'WGS 84'
  if (srid === 3857) return 'WGS 84 / Pseudo-Mercator'
  const zone = zoneOf(srid)
  if (zone === null) throw unknown(srid)
  const system = zone.degrees === 3 ? 'CGCS2000 / 3-degree Gauss-Kruger' : 'CGCS2000 / Gauss-Kruger'
  return zone.prefixed ? `${system} zone ${zone.zone}` : `${system} CM ${meridianOf(zone)}E`
}

const wgs84 = 'DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]]'

/**
 * Well-known text as OGC 01-009 spells it, with its EPSG number.
 * @throws GeometryError CRS_UNKNOWN
 */
export function ogcWkt(srid: number): string {
  const degrees = 'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]'
  const epsg = `AUTHORITY["EPSG","${srid}"]`
  const cgcs2000 = `GEOGCS["China Geodetic Coordinate System 2000",DATUM["China_2000",SPHEROID["CGCS2000",6378137,298.257222101]],${degrees},AUTHORITY["EPSG","4490"]]`
  if (srid === 4490) return cgcs2000
  if (srid === 4326) return `GEOGCS["WGS 84",${wgs84},${degrees},${epsg}]`
  if (srid === 3857)
    return `PROJCS["${crsName(srid)}",GEOGCS["WGS 84",${wgs84},${degrees},AUTHORITY["EPSG","4326"]],PROJECTION["Mercator_1SP"],PARAMETER["central_meridian",0],PARAMETER["scale_factor",1],PARAMETER["false_easting",0],PARAMETER["false_northing",0],UNIT["metre",1],EXTENSION["PROJ4","+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0 +k=1 +units=m +nadgrids=@null +wktext +no_defs"],${epsg}]`
  const zone = zoneOf(srid)
  if (zone === null) throw unknown(srid)
  return `PROJCS["${crsName(srid)}",${cgcs2000},PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",${meridianOf(zone)}],PARAMETER["scale_factor",1],PARAMETER["false_easting",${eastingOf(zone)}],PARAMETER["false_northing",0],UNIT["metre",1],${epsg}]`
}

/**
 * Well-known text as ESRI spells it: what ArcGIS, SuperMap and MapGIS expect in a .prj.
 * @throws GeometryError CRS_UNKNOWN
 */
export function esriWkt(srid: number): string {
  const degrees = 'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]'
  const gcs2000 = `GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],${degrees}]`
  const gcs84 = `GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],${degrees}]`
  if (srid === 4490) return gcs2000
  if (srid === 4326) return gcs84
  if (srid === 3857)
    return `PROJCS["WGS_1984_Web_Mercator_Auxiliary_Sphere",${gcs84},PROJECTION["Mercator_Auxiliary_Sphere"],PARAMETER["False_Easting",0.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",0.0],PARAMETER["Standard_Parallel_1",0.0],PARAMETER["Auxiliary_Sphere_Type",0.0],UNIT["Meter",1.0]]`
  const zone = zoneOf(srid)
  if (zone === null) throw unknown(srid)
  const system = zone.degrees === 3 ? 'CGCS2000_3_Degree_GK' : 'CGCS2000_GK'
  const name = zone.prefixed ? `${system}_Zone_${zone.zone}` : `${system}_CM_${meridianOf(zone)}E`
  return `PROJCS["${name}",${gcs2000},PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",${eastingOf(zone)}.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",${meridianOf(zone)}.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]`
}

const unknown = (srid: number): GeometryError =>
  new GeometryError(
    'CRS_UNKNOWN',
    { zh: `不支持坐标系 EPSG:${srid}`, en: `The coordinate system EPSG:${srid} is not supported` },
    {
      zh: '支持 CGCS2000 经纬度（4490）、3 度带与 6 度带高斯投影（4491–4554）。',
      en: 'Supported: CGCS2000 lon/lat (4490) and its 3° and 6° Gauss-Krüger zones (4491-4554).',
    },
  )
