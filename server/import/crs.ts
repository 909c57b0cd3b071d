import proj4 from 'proj4'
import { bboxOf } from '../geo/area.ts'
import {
  fromLegacy,
  fromLocalPlane,
  legacyOf,
  legacySridOf,
  type LegacyDatum,
  type LocalPlane,
} from '../geo/legacy-datum.ts'
import { LONLAT_SRID, WORKING_SRID, type MultiPolygon, type Position } from '../geo/polygon.ts'
import { definitionOf, knownSrids, transform, transformPosition } from '../geo/project.ts'
import type { CrsKnownBy } from '../record/store.ts'
import type { Issue } from '../record/draft.ts'
import { Refusal, type Message } from '../refusal.ts'
import { shapeFromGcj02 } from './gcj02.ts'
import { mayFixLater, note } from './issue.ts'
import type { CrsHint } from './crs-hint.ts'
import { legacyDatum } from './wkt.ts'

/** RFC 7946: lon/lat. WGS 84 there, which is CGCS2000 at the accuracy of exchange. */
export const LONLAT_BY_FORMAT: CrsHint = { by: 'format', label: 'lon/lat', srid: LONLAT_SRID }

/** How the coordinates of a delivery are read. */
export interface Crs {
  /** `EPSG:4526` or `GCJ-02`. */
  readonly name: string
  /** Null for GCJ-02, which has no number. */
  readonly srid: number | null
  readonly knownBy: CrsKnownBy
  /** The way to the working plane, where it is not that of `srid`: with parameters of the city. */
  readonly toWorking?: (position: Position) => Position
}

/**
 * The prefecture of Zhuzhou with room around it, a rectangle of EPSG:4547 (domain 7.1). Surveyed land lies inside; a
 * coordinate outside in every reading is an error. In whatever system a shape comes, it is this rectangle that decides, so
 * that one plot is not inside in one file and outside in another; `lonLat` is a box around it, for what cannot be projected.
 */
export const cityWindow = {
  lonLat: { west: 112.93, south: 26.04, east: 114.14, north: 28.04 },
  working: { west: 394_900, south: 2_882_300, east: 513_100, north: 3_102_300 },
} as const

interface Window {
  readonly west: number
  readonly south: number
  readonly east: number
  readonly north: number
}
const inside = (window: Window, [x, y]: Position): boolean =>
  x >= window.west && x <= window.east && y >= window.south && y <= window.north

/** `EPSG:4526`, `4526`, `urn:ogc:def:crs:EPSG::4526` → 4526; null for anything else. */
export function epsgOf(name: string): number | null {
  const match = /^(?:(?:urn:(?:ogc|x-ogc):def:crs:)?EPSG:{1,2}(?:[\d.]*:)?)?(\d{4,6})$/i.exec(name.trim())
  return match ? Number(match[1]) : null
}

const GIVE_CRS: Message = {
  zh: '请用 --crs 说明坐标系,例如株洲 3 度带 38 带:--crs EPSG:4526（横坐标带带号）或 --crs EPSG:4547（不带带号）,经纬度:--crs EPSG:4490。',
  en: 'Say it with --crs, for Zhuzhou in 3° zone 38: --crs EPSG:4526 (zone in front of the easting) or --crs EPSG:4547 (without), lon/lat: --crs EPSG:4490.',
}

export interface CrsQuestion {
  readonly fileName: string
  /** What the sender of the file told us: `EPSG:4526`, `GCJ-02`. */
  readonly declared?: string | undefined
  readonly hint: CrsHint | null
  /** First vertices of the first rows, as delivered. Empty: a table without coordinates. */
  readonly sample: readonly Position[]
  readonly kind: string
  readonly layer: string | null
  /** 1980 西安 or 1954 北京 to CGCS2000, as the operator gives them: three or seven parameters. */
  readonly towgs84?: readonly number[] | undefined
  /** The city's own plane, as the operator gives it. */
  readonly localPlane?: LocalPlane | undefined
}

/**
 * Settles the CRS of a delivery: what the sender declared counts first, then .prj, then the head of the file, then the
 * rule of the format, then the size of the numbers. What is claimed is checked against the numbers.
 * @returns null CRS for a table without coordinates
 * @throws Refusal CRS_UNKNOWN, CRS_CONFLICT, CRS_PARAMETERS_NEEDED, CRS_FOREIGN, CRS_GCJ02, CRS_BD09
 */
export function settleCrs(question: CrsQuestion): { crs: Crs | null; issues: Issue[] } {
  const { declared, hint, sample, fileName } = question
  if (question.localPlane !== undefined)
    return byParameters({
      name: 'LOCAL',
      srid: null,
      knownBy: 'option',
      toWorking: fromLocalPlane(question.localPlane),
    })
  if (declared !== undefined) {
    const legacy = legacyDeclared(declared)
    if (legacy !== null) return settleLegacy(question, { ...legacy, label: declared }, 'option')
    const chosen = declaredCrs(declared, question)
    return { crs: chosen, issues: chosen.srid === null ? [approximate()] : [] }
  }
  if (sample.length === 0) return { crs: null, issues: [] }
  const legacy =
    hint?.legacy === undefined
      ? hint?.srid && legacyOf(hint.srid)
      : { datum: hint.legacy, twin: hint.srid, twinWithZone: hint.sridWithZone }
  if (hint !== null && legacy) return settleLegacy(question, { ...legacy, label: hint.label }, hint.by)
  if (hint?.wkt !== undefined && (hint.srid === null || !knownSrids.includes(hint.srid)))
    throw foreign(fileName, hint.label, hint.wkt, sample[0]!)
  if (hint !== null && hint.by !== 'format' && hint.srid === null)
    throw crsUnknown(fileName, {
      zh: `坐标系“${hint.label}”不在支持之列`,
      en: `its CRS "${hint.label}" is not supported`,
    })
  const guess = byMagnitude(sample[0]!)
  if (hint === null) {
    if (guess === null)
      throw crsUnknown(fileName, {
        zh: '文件没有说明坐标系,坐标数值也不在株洲范围内',
        en: 'the file does not name its CRS and its numbers lie in no window of Zhuzhou',
      })
    return { crs: crs(guess, 'magnitude'), issues: [assumed(guess)] }
  }
  const srid =
    hint.sridWithZone !== undefined && sample[0]!.some((ordinate) => Math.abs(ordinate) > 1e7)
      ? hint.sridWithZone
      : hint.srid!
  if (!knownSrids.includes(srid))
    throw crsUnknown(fileName, {
      zh: `坐标系 EPSG:${srid} 不在支持之列`,
      en: `its CRS EPSG:${srid} is not supported`,
    })
  if (guess !== null && guess !== srid && !sample.some((position) => placeOf(position, srid) !== 'outside')) {
    if (hint.by === 'format') return { crs: crs(guess, 'magnitude'), issues: [assumed(guess)] }
    throw conflict(fileName, hint.label, srid, guess)
  }
  if (hint.by === 'format' && isGeographic(srid) && !sample.some(isDegrees)) {
    throw crsUnknown(fileName, {
      zh: '坐标数值不是经纬度,文件也没有说明坐标系',
      en: 'its numbers are no degrees and the file does not name another CRS',
    })
  }
  return { crs: crs(srid, hint.by), issues: [] }
}

const crs = (srid: number, knownBy: CrsKnownBy): Crs => ({ name: `EPSG:${srid}`, srid, knownBy })
const isGeographic = (srid: number): boolean => srid === 4490 || srid === 4326
const isDegrees = ([a, b]: Position): boolean => Math.abs(a) <= 180 && Math.abs(b) <= 180

const approximate = (): Issue =>
  mayFixLater('GCJ02_APPROXIMATE', {
    field: 'geometry',
    zh: '由 GCJ-02 换算,位置为近似值（米级）,不能作为测量成果;请在取得官方行政区图层后替换。',
    en: 'Converted from GCJ-02: positions are approximate (metres) and no survey. Replace it when the official district layer is at hand.',
  })

function assumed(srid: number): Issue {
  return note('CRS_ASSUMED', {
    zh: `坐标系由坐标数值推断为 EPSG:${srid}（按 CGCS2000）;如不符请用 --crs 说明后重新导入。`,
    en: `The CRS was told from the size of the numbers: EPSG:${srid}, taking CGCS2000. If that is wrong, take the delivery back and import it with --crs.`,
  })
}

const within = (value: number, low: number, high: number): boolean => value >= low && value <= high

/** The windows of domain 7.1. Which datum it is cannot be told from numbers; CGCS2000 is the legal one since 2018. */
function byMagnitude([a, b]: Position): number | null {
  const isNorth = (value: number) => within(value, 2_880_000, 3_110_000)
  if ([a, b].every((value) => value > 20 && value < 180))
    return [a, b].some((value) => within(value, 112, 115)) ? LONLAT_SRID : null
  const other = isNorth(b) ? a : isNorth(a) ? b : null
  if (other === null) return null
  if (within(other, 38_390_000, 38_520_000)) return 4526
  if (within(other, 394_000, 514_000)) return WORKING_SRID
  // 6° zone 19, central meridian 111°E: Zhuzhou lies 190 to 310 km east of it.
  if (within(other, 19_680_000, 19_820_000)) return 4497
  return null
}

function declaredCrs(declared: string, { fileName, kind, layer, sample }: CrsQuestion): Crs {
  const plain = declared
    .trim()
    .toUpperCase()
    .replaceAll(/[\s_-]/g, '')
  if (plain === 'GCJ02' || declared.includes('火星')) {
    if (kind === 'layer' && layer === 'district') return { name: 'GCJ-02', srid: null, knownBy: 'option' }
    throw new Refusal(
      'CRS_GCJ02',
      {
        zh: `“${fileName}”声明为 GCJ-02（火星坐标）,在株洲约偏 671 米,不能作为测量成果采用。`,
        en: `"${fileName}" is declared GCJ-02, which is about 671 m off at Zhuzhou and cannot count as a survey.`,
      },
      {
        zh: '请取得 CGCS2000 坐标的原始成果。仅行政区图层（--as layer:district）可按近似位置导入。',
        en: 'Get the original survey in CGCS2000. Only the district layer (--as layer:district) may be imported, as approximate.',
      },
      { file: fileName },
    )
  }
  if (plain === 'BD09' || plain === 'BD09LL') {
    throw new Refusal(
      'CRS_BD09',
      {
        zh: `“${fileName}”声明为 BD-09（百度坐标）,在株洲约偏 1255 米,不能采用。`,
        en: `"${fileName}" is declared BD-09, which is about 1255 m off at Zhuzhou and cannot be used.`,
      },
      { zh: '请取得 CGCS2000 坐标的原始成果。', en: 'Get the original in CGCS2000.' },
      { file: fileName },
    )
  }
  const srid = epsgOf(declared)
  if (srid === null || !knownSrids.includes(srid))
    throw crsUnknown(fileName, {
      zh: `--crs ${declared} 不在支持之列`,
      en: `--crs ${declared} is not supported`,
    })
  const guess = sample.length === 0 ? null : byMagnitude(sample[0]!)
  if (guess !== null && guess !== srid && !sample.some((position) => placeOf(position, srid) !== 'outside'))
    throw conflict(fileName, `--crs ${declared}`, srid, guess)
  return crs(srid, 'option')
}

interface LegacyClaim {
  readonly datum: LegacyDatum
  readonly label: string
  /** CGCS2000 systems of the same zone; absent where only the datum was named. */
  readonly twin?: number | null
  readonly twinWithZone?: number | undefined
}

function legacyDeclared(declared: string): Omit<LegacyClaim, 'label'> | null {
  const srid = epsgOf(declared)
  if (srid !== null) return legacyOf(srid)
  const datum = legacyDatum(declared)
  return datum === null ? null : { datum }
}

/**
 * A legacy datum becomes CGCS2000 with the operator's parameters or not at all. Which zone, and whether it stands in
 * front of the easting, is what was named, or what the numbers tell.
 */
function settleLegacy(
  { fileName, sample, towgs84 }: CrsQuestion,
  { datum, label, twin, twinWithZone }: LegacyClaim,
  knownBy: CrsKnownBy,
): { crs: Crs | null; issues: Issue[] } {
  if (sample.length === 0) return { crs: null, issues: [] }
  if (towgs84 === undefined) throw parametersNeeded(fileName, label, datum)
  const carriesZone = sample[0]!.some((ordinate) => Math.abs(ordinate) > 1e7)
  const named = carriesZone && twinWithZone !== undefined ? twinWithZone : twin
  const like = named ?? byMagnitude(sample[0]!)
  const srid = like === null || like === undefined ? null : legacySridOf(like, datum)
  if (like === null || like === undefined || srid === null)
    throw crsUnknown(fileName, {
      zh: `“${label}”没有写明带号,坐标数值也看不出`,
      en: `"${label}" names no zone and the numbers do not tell one`,
    })
  return byParameters({
    name: `EPSG:${srid}`,
    srid,
    knownBy,
    toWorking: fromLegacy(datum, like, towgs84),
  })
}

const byParameters = (crs: Crs): { crs: Crs; issues: Issue[] } => ({
  crs,
  issues: [
    mayFixLater('CRS_BY_PARAMETERS', {
      field: 'geometry',
      zh: `坐标由 ${crs.name} 按映射文件给出的参数换算,精度取决于参数;参数本身不随来件保存。`,
      en: `Coordinates were taken from ${crs.name} with the parameters of the mapping and are as good as those; the parameters themselves are not kept with the delivery.`,
    }),
  ],
})

/** How a shape reads in a CRS: as it stands, with its ordinates exchanged, or nowhere near the city. */
export type Reading = 'as_written' | 'swapped' | 'outside'

function placeOf(position: Position, srid: number): Reading {
  if (readsInside(position, srid)) return 'as_written'
  return readsInside([position[1], position[0]], srid) ? 'swapped' : 'outside'
}

function readsInside(position: Position, srid: number): boolean {
  if (isGeographic(srid) && !inside(cityWindow.lonLat, position)) return false
  if (!position.every((ordinate) => Math.abs(ordinate) < 1e9)) return false
  return inside(cityWindow.working, transformPosition(position, srid, WORKING_SRID))
}

export interface Placed {
  /** In the working CRS, not yet on the grid. */
  readonly shape: MultiPolygon
  readonly reading: 'as_written' | 'swapped'
}

/**
 * Takes a delivered shape to the working plane. Ordinates written the wrong way round are turned only when the shape
 * lies in the city one way and nowhere the other way; the windows of east and north do not meet, so that is certain.
 * @param reach `inside`: every corner lies in the city's window; `touches`: the shape comes near it (layers reach further)
 * @returns null when the shape lies outside in every reading
 */
export function placeShape(delivered: MultiPolygon, { srid, toWorking }: Crs, reach: Reach): Placed | null {
  for (const reading of ['as_written', 'swapped'] as const) {
    const read = reading === 'as_written' ? delivered : swapped(delivered)
    const shape = inWorkingPlane(read, { srid, toWorking }, reach)
    if (shape !== null && fits(shape, cityWindow.working, reach)) return { shape, reading }
  }
  return null
}

type Reach = 'inside' | 'touches'

function fits(shape: MultiPolygon, window: Window, reach: Reach): boolean {
  const [west, south, east, north] = bboxOf(shape)
  if (reach === 'inside')
    return west >= window.west && east <= window.east && south >= window.south && north <= window.north
  return west <= window.east && east >= window.west && south <= window.north && north >= window.south
}

/** Null for numbers a projection cannot be asked about, among them lon/lat that are not near the city. */
function inWorkingPlane(
  read: MultiPolygon,
  { srid, toWorking }: Pick<Crs, 'srid' | 'toWorking'>,
  reach: Reach,
): MultiPolygon | null {
  if (toWorking !== undefined)
    return isPlausible(read) ? read.map((polygon) => polygon.map((ring) => ring.map(toWorking))) : null
  if (srid !== null && !isGeographic(srid))
    return isPlausible(read) ? transform(read, srid, WORKING_SRID) : null
  const lonLat = srid === null ? shapeFromGcj02(read) : read
  return fits(lonLat, cityWindow.lonLat, reach) ? transform(lonLat, srid ?? LONLAT_SRID, WORKING_SRID) : null
}

/** Ordinates a projection can be asked about: metres on the earth, zone number included. */
const isPlausible = (mp: MultiPolygon): boolean => bboxOf(mp).every((ordinate) => Math.abs(ordinate) < 1e9)

const swapped = (mp: MultiPolygon): MultiPolygon =>
  mp.map((polygon) => polygon.map((ring) => ring.map(([x, y]): Position => [y, x])))

function crsUnknown(fileName: string, why: Message): Refusal {
  return new Refusal(
    'CRS_UNKNOWN',
    {
      zh: `“${fileName}”的坐标系无法确定:${why.zh}。`,
      en: `The CRS of "${fileName}" cannot be told: ${why.en}.`,
    },
    GIVE_CRS,
    { file: fileName },
  )
}

/** A system from elsewhere: where its first point lies says why it is of no use here. */
function foreign(fileName: string, label: string, wkt: string, [x, y]: Position): Refusal {
  const place = lonLatOf(wkt, [x, y])
  const where =
    place === null
      ? { zh: '', en: '' }
      : {
          zh: `,其首点在东经 ${place[0].toFixed(3)}°、北纬 ${place[1].toFixed(3)}°`,
          en: `; its first point lies at ${place[0].toFixed(3)}° E, ${place[1].toFixed(3)}° N`,
        }
  return new Refusal(
    'CRS_FOREIGN',
    {
      zh: `“${fileName}”的坐标系为 ${label}${where.zh},不能归入工作坐标系（CGCS2000 3 度带,株洲）。`,
      en: `"${fileName}" is in ${label}${where.en}, which does not belong in the working system (CGCS2000 3° zone, Zhuzhou).`,
    },
    {
      zh: '请由提供方转换为 CGCS2000;如只需其属性,在映射文件中写 shapes: leave_out,按无图记录导入。',
      en: 'Have the sender convert it to CGCS2000; if only its attributes matter, write shapes: leave_out in a mapping file to import them as records without a shape.',
    },
    { file: fileName },
  )
}

function lonLatOf(wkt: string, position: Position): Position | null {
  try {
    const [lon, lat] = proj4(wkt, definitionOf(LONLAT_SRID)).forward([position[0], position[1]])
    return Number.isFinite(lon) && Number.isFinite(lat) ? [lon, lat] : null
  } catch {
    return null // a projection proj4 does not know, or text that is no WKT: the place cannot be told
  }
}

function conflict(fileName: string, label: string, srid: number, guess: number): Refusal {
  return new Refusal(
    'CRS_CONFLICT',
    {
      zh: `“${fileName}”称坐标系为 ${label}（EPSG:${srid}）,但坐标数值像 EPSG:${guess}。`,
      en: `"${fileName}" claims ${label} (EPSG:${srid}), but its numbers look like EPSG:${guess}.`,
    },
    {
      zh: `请与提供方核实;如确为 EPSG:${guess},请加 --crs EPSG:${guess} 重新导入。`,
      en: `Ask the sender; if it is EPSG:${guess}, import it with --crs EPSG:${guess}.`,
    },
    { file: fileName },
  )
}

function parametersNeeded(fileName: string, label: string, legacy: string): Refusal {
  return new Refusal(
    'CRS_PARAMETERS_NEEDED',
    {
      zh: `“${fileName}”的坐标系为 ${label}（${legacy}）,转换到 CGCS2000 需要本市的转换参数。`,
      en: `"${fileName}" is in ${label} (${legacy}); taking it to CGCS2000 needs the parameters of the city.`,
    },
    {
      zh: '请由测绘部门转换为 CGCS2000 后再导入;或在映射文件 towgs84 中给出本市三参数或七参数。通用参数误差可达数十米,不予使用。',
      en: 'Have the surveyors convert it to CGCS2000, or give the three or seven parameters of the city under towgs84 in a mapping file. General parameters are off by tens of metres and are not used.',
    },
    { file: fileName },
  )
}
