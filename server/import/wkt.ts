import type { LegacyDatum } from '../geo/legacy-datum.ts'
import { LONLAT_SRID } from '../geo/polygon.ts'
import type { CrsHint } from './crs-hint.ts'

/** 3° zones 25-45: EPSG number with the zone in front of the easting, and without. */
export const zone3 = (zone: number): { prefixed: number; plain: number } | null =>
  Number.isInteger(zone) && zone >= 25 && zone <= 45
    ? { prefixed: 4513 + zone - 25, plain: 4534 + zone - 25 }
    : null
/** 6° zones 13-23. */
export const zone6 = (zone: number): { prefixed: number; plain: number } | null =>
  Number.isInteger(zone) && zone >= 13 && zone <= 23
    ? { prefixed: 4491 + zone - 13, plain: 4502 + zone - 13 }
    : null

/**
 * The CRS a .prj names, in ESRI or OGC spelling. An EPSG number at the end of the text counts first; else datum,
 * central meridian and false easting say it, because every program writes the names its own way.
 * Null for text that is no WKT at all, such as the error page of a download server.
 */
export function crsFromPrj(text: string, fileName: string): CrsHint | null {
  const wkt = text.trim()
  const root = /^(PROJCS|GEOGCS|PROJCRS|GEOGCRS|GEODCRS|COMPD_CS)\s*[[(]\s*"([^"]*)"/i.exec(wkt)
  if (!root) return null
  const [, keyword, label] = root as unknown as [string, string, string]
  const legacy = legacyDatum(wkt)
  const hint = (srid: number | null): CrsHint =>
    legacy === null
      ? { by: 'prj', label, srid, ...(srid === null && { wkt }), fileName }
      : { by: 'prj', label, srid, legacy, fileName }
  const isGeographic = /^GEO/i.test(keyword)
  if (legacy !== null) {
    const srid = isGeographic ? LONLAT_SRID : projected(wkt)
    // parameters lead from one zone to another, not from a plane of its own
    return srid === null ? { by: 'prj', label, srid, wkt, fileName } : hint(srid)
  }
  const authority = /(?:AUTHORITY|ID)\s*\[\s*"EPSG"\s*,\s*"?(\d+)"?\s*\]\s*\]\s*$/i.exec(wkt)
  if (authority) return { ...hint(Number(authority[1])), wkt }
  if (isGeographic) return hint(isCgcs2000(wkt) ? LONLAT_SRID : /WGS[_ ]?(?:19)?84/i.test(wkt) ? 4326 : null)
  if (/Mercator/i.test(wkt) && /Auxiliary|Pseudo|Web/i.test(wkt)) return hint(3857)
  return hint(isCgcs2000(wkt) ? projected(wkt) : null)
}

/**
 * Number of the CGCS2000 zone with the meridian and false easting of a projected system. A plane of a city that is
 * stretched, moved north or counted in other units than metres is none, though it lies on the meridian of one.
 */
function projected(wkt: string): number | null {
  if (!isPlainZone(wkt)) return null
  const meridian = parameter(wkt, 'Central_Meridian') ?? parameter(wkt, 'Longitude of natural origin')
  const easting = parameter(wkt, 'False_Easting') ?? parameter(wkt, 'False easting')
  return meridian === null || easting === null ? null : gaussKruger(meridian, easting)
}

function isPlainZone(wkt: string): boolean {
  const is = (wanted: number, ...names: string[]): boolean =>
    names.every((name) => Math.abs((parameter(wkt, name) ?? wanted) - wanted) < 1e-9)
  const units = [...wkt.matchAll(/(?<![A-Z])(?:LENGTH)?UNIT\s*\[\s*"[^"]*"\s*,\s*([\d.eE+-]+)/gi)]
  return (
    is(1, 'Scale_Factor', 'Scale factor at natural origin') &&
    is(0, 'False_Northing', 'Latitude_Of_Origin', 'Latitude of natural origin') &&
    units.every(([, size]) => Math.abs(Number(size) - 1) < 1e-9 || isDegree(Number(size)))
  )
}
const isDegree = (radians: number): boolean => Math.abs(radians - Math.PI / 180) < 1e-9

const isCgcs2000 = (wkt: string): boolean =>
  /CGCS[_ ]?2000|China[_ ](?:Geodetic[_ ]Coordinate[_ ]System[_ ])?2000/i.test(wkt)

/** 西安80 and 北京54 cannot be taken to CGCS2000 without the parameters of the city. */
export function legacyDatum(text: string): LegacyDatum | null {
  if (/Xian[_ ]?(?:19)?80|西安|(?:^|[^\d])80国家/i.test(text)) return 'Xian 1980'
  if (/Beijing[_ ]?(?:19)?54|北京|(?:^|[^\d])54国家/i.test(text)) return 'Beijing 1954'
  return null
}

function parameter(wkt: string, name: string): number | null {
  const match = new RegExp(
    `PARAMETER\\s*\\[\\s*"${name.replaceAll(/[_ ]/g, '[_ ]')}"\\s*,\\s*(-?[\\d.eE+]+)`,
    'i',
  ).exec(wkt)
  return match ? Number(match[1]) : null
}

/** 3° before 6° where both have the meridian: at 1:10 000 and larger, which parcels are, 3° is the rule. */
function gaussKruger(meridian: number, easting: number): number | null {
  const prefix = Math.floor(easting / 1_000_000)
  if (easting - prefix * 1_000_000 !== 500_000) return null
  const three = meridian % 3 === 0 ? zone3(meridian / 3) : null
  const six = (meridian + 3) % 6 === 0 ? zone6((meridian + 3) / 6) : null
  if (prefix === 0) return three?.plain ?? six?.plain ?? null
  if (three && prefix === meridian / 3) return three.prefixed
  if (six && prefix === (meridian + 3) / 6) return six.prefixed
  return null
}
