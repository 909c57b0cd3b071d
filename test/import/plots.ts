// The same three plots written in every way their senders do, format by format: what is read of them must not differ.
import { createRequire } from 'node:module'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import iconv from 'iconv-lite'
import { definitionOf } from '../../server/geo/project.ts'
import type { Position } from '../../server/geo/polygon.ts'
import { bytesOf, zip } from './given.ts'

const { Database } = createRequire(import.meta.url)('node-sqlite3-wasm') as typeof import('node-sqlite3-wasm')

interface Plot {
  readonly no: string
  readonly name: string
  /** Rings open, counter-clockwise, in EPSG:4547; of each polygon the outer one first. */
  readonly polygons: readonly (readonly (readonly Position[])[])[]
}

/** A plain one, one round two holes, one of two parts with a hole in the first. */
export const plots: readonly Plot[] = [
  { no: 'P1', name: '株洲一号', polygons: [[square(408_000, 3_078_000, 100)]] },
  {
    no: 'P2',
    name: '二号（天元）',
    polygons: [
      [square(408_200, 3_078_000, 90), square(408_220, 3_078_020, 20), square(408_260, 3_078_040, 9)],
    ],
  },
  {
    no: 'P3',
    name: '三号·河西',
    polygons: [
      [square(408_400, 3_078_000, 50), square(408_410, 3_078_010, 7)],
      [square(408_500, 3_078_000, 30)],
    ],
  },
]
function square(east: number, north: number, size: number): Position[] {
  return [
    [east, north],
    [east + size, north],
    [east + size + 0.125, north + size],
    [east, north + size],
  ]
}

/** One way to write them. Where a format leaves no choice, it is not made. */
export interface Writing {
  readonly order: readonly number[]
  readonly rings: readonly number[]
  readonly turned: boolean
  readonly start: number
  readonly closed: boolean
  readonly twice: boolean
  readonly encoding: 'utf8' | 'gbk' | 'utf-16le'
}
export const plain: Writing = {
  order: [0, 1, 2],
  rings: [0, 1, 2],
  turned: false,
  start: 0,
  closed: true,
  twice: false,
  encoding: 'utf8',
}
export const writing: fc.Arbitrary<Writing> = fc.record({
  order: fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
  rings: fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
  turned: fc.boolean(),
  start: fc.nat(3),
  closed: fc.boolean(),
  twice: fc.boolean(),
  encoding: fc.constantFrom('utf8', 'gbk', 'utf-16le'),
})

function written(ring: readonly Position[], { turned, start, closed, twice }: Writing): Position[] {
  const own = turned ? ring.toReversed() : ring
  const points = [...own.slice(start), ...own.slice(0, start)]
  return [...points, ...(closed ? [points[0]!] : []), ...(closed && twice ? [points[0]!] : [])]
}

const inOrder = <T>(items: readonly T[], order: readonly number[]): T[] =>
  order.filter((i) => i < items.length).map((i) => items[i]!)

/** All rings one behind the other, for formats in which a ring does not say what it is a ring of. */
const ringsOf = ({ polygons }: Plot, how: Writing, turned = (_isHole: boolean) => how.turned): Position[][] =>
  inOrder(
    polygons.flatMap((rings) => rings.map((ring, i) => written(ring, { ...how, turned: turned(i > 0) }))),
    how.rings,
  )

/** Outer rings first, as formats with polygons ask; holes and parts in any order. */
const polygonsOf = ({ polygons }: Plot, how: Writing): Position[][][] =>
  inOrder(polygons, how.rings).map(([outer, ...holes]) =>
    [outer!, ...inOrder(holes, how.rings)].map((ring) => written(ring, how)),
  )

export function boundaryTxt(how: Writing): Uint8Array {
  const lines = ['[属性描述]', '坐标系=2000国家大地坐标系', '几度分带=3', '带号=38', '[地块坐标]']
  for (const plot of inOrder(plots, how.order)) {
    lines.push(`4,1,${plot.no},${plot.name},面,,工业用地,,@`)
    let point = 0
    for (const [i, ring] of ringsOf(plot, how).entries())
      for (const [east, north] of ring) lines.push(`J${++point},${i + 1},${north},${east}`)
  }
  const text = lines.join('\r\n')
  return iconv.encode(text, how.encoding, { addBOM: how.encoding.startsWith('utf-16') })
}

/** GeoJSON is UTF-8; a mark of byte order is all that differs. */
export function geoJson(how: Writing): Uint8Array {
  const features = inOrder(plots, how.order).map((plot) => ({
    type: 'Feature',
    properties: { 地块编号: plot.no, 地块名称: plot.name },
    geometry: { type: 'MultiPolygon', coordinates: polygonsOf(plot, how) },
  }))
  const text = JSON.stringify({
    type: 'FeatureCollection',
    crs: { type: 'name', properties: { name: 'EPSG:4547' } },
    features,
  })
  return bytesOf(how.encoding === 'utf8' ? text : `\uFEFF${text}`)
}

const prj =
  'PROJCS["CGCS2000_3_Degree_GK_CM_114E",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",114.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'

/**
 * UTF-8 with its `.cpg`, GBK with, or GBK without. Outer rings clockwise and holes against it, as they should be; or the
 * other way; or all counter-clockwise. (All clockwise is one polygon over another: that is for a person to decide.)
 * @see ESRI Shapefile Technical Description, July 1998 */
export function shapefileZip(how: Writing): Uint8Array {
  const isGbk = how.encoding !== 'utf8'
  const shown = inOrder(plots, how.order)
  const turned = (isHole: boolean): boolean => (how.turned ? isHole && how.start % 2 === 0 : !isHole)
  const records = shown.map((plot) => polygonRecord(ringsOf(plot, how, turned)))
  const index: Buffer[] = []
  let at = 100
  const shp = records.map((content, i) => {
    const head = Buffer.alloc(8)
    head.writeInt32BE(i + 1, 0)
    head.writeInt32BE(content.length / 2, 4)
    const entry = Buffer.alloc(8)
    entry.writeInt32BE(at / 2, 0)
    entry.writeInt32BE(content.length / 2, 4)
    index.push(entry)
    at += head.length + content.length
    return Buffer.concat([head, content])
  })
  const cpg = how.encoding === 'utf8' ? 'UTF-8' : how.encoding === 'gbk' ? 'GBK' : null
  const parts: [string, Uint8Array][] = [
    ['.shp', Buffer.concat([shpHead(at), ...shp])],
    ['.shx', Buffer.concat([shpHead(100 + 8 * records.length), ...index])],
    ['.dbf', dbf(shown.map(({ no, name }) => [no, iconv.encode(name, isGbk ? 'gbk' : 'utf8')]))],
    ['.prj', bytesOf(prj)],
    ...(cpg === null ? [] : [['.cpg', bytesOf(cpg)] as [string, Uint8Array]]),
  ]
  return zip(parts.map(([part, bytes]) => ({ name: `plots${part}`, bytes })))
}

const box = (points: readonly Position[]): number[] => {
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)]
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]
}

function polygonRecord(rings: readonly (readonly Position[])[]): Buffer {
  const points = rings.flat()
  const bytes = Buffer.alloc(44 + 4 * rings.length + 16 * points.length)
  bytes.writeInt32LE(5, 0)
  for (const [i, value] of box(points).entries()) bytes.writeDoubleLE(value, 4 + 8 * i)
  bytes.writeInt32LE(rings.length, 36)
  bytes.writeInt32LE(points.length, 40)
  let first = 0
  for (const [i, ring] of rings.entries()) {
    bytes.writeInt32LE(first, 44 + 4 * i)
    first += ring.length
  }
  for (const [i, value] of points.flat().entries()) bytes.writeDoubleLE(value, 44 + 4 * rings.length + 8 * i)
  return bytes
}

function shpHead(length: number): Buffer {
  const head = Buffer.alloc(100)
  head.writeInt32BE(9994, 0)
  head.writeInt32BE(length / 2, 24)
  head.writeInt32LE(1000, 28)
  head.writeInt32LE(5, 32)
  const all = plots.flatMap(({ polygons }) => polygons.flat(2))
  for (const [i, value] of box(all).entries()) head.writeDoubleLE(value, 36 + 8 * i)
  return head
}

/** dBASE III: two columns of text, DKBH of 4 bytes and DKMC of 40. */
function dbf(rows: readonly (readonly [no: string, name: Buffer])[]): Buffer {
  const fields = [
    ['DKBH', 4],
    ['DKMC', 40],
  ] as const
  const head = Buffer.alloc(32 + 32 * fields.length + 1)
  head.set([3, 124, 5, 1])
  head.writeUInt32LE(rows.length, 4)
  head.writeUInt16LE(head.length, 8)
  head.writeUInt16LE(1 + 44, 10)
  for (const [i, [name, width]] of fields.entries()) {
    head.write(`${name}\0`, 32 + 32 * i, 'latin1')
    head.write('C', 32 + 32 * i + 11, 'latin1')
    head[32 + 32 * i + 16] = width
  }
  head[head.length - 1] = 0x0d
  const lines = rows.map(([no, name]) => {
    const line = Buffer.alloc(45, ' ')
    line.write(no, 1, 'latin1')
    line.set(name, 5)
    return line
  })
  return Buffer.concat([head, ...lines, Buffer.from([0x1a])])
}

/** A database in UTF-8 or UTF-16, its shapes little or big end first. @see OGC 12-128r18 */
export function geoPackage(how: Writing): Uint8Array {
  const isBig = how.encoding !== 'utf8'
  const folder = mkdtempSync(join(tmpdir(), 'terrier-test-gpkg-'))
  try {
    const path = join(folder, 'plots.gpkg')
    const db = new Database(path)
    db.exec(`
      PRAGMA encoding = '${how.encoding === 'utf8' ? 'UTF-8' : 'UTF-16le'}';
      PRAGMA application_id = 1196444487;
      PRAGMA journal_mode = OFF;
      PRAGMA synchronous = OFF;
      BEGIN;
      CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY, organization TEXT, organization_coordsys_id INTEGER, definition TEXT);
      CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, identifier TEXT, srs_id INTEGER);
      CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER, z INTEGER, m INTEGER);
      CREATE TABLE plots (fid INTEGER PRIMARY KEY, geom BLOB, 地块编号 TEXT, 地块名称 TEXT);
      INSERT INTO gpkg_contents VALUES ('plots', 'features', 'plots', 4547);
      INSERT INTO gpkg_geometry_columns VALUES ('plots', 'geom', 'MULTIPOLYGON', 4547, 0, 0);`)
    db.run('INSERT INTO gpkg_spatial_ref_sys VALUES (?, 4547, ?, 4547, ?)', [
      'CGCS2000',
      'EPSG',
      definitionOf(4547),
    ])
    for (const plot of inOrder(plots, how.order))
      db.run('INSERT INTO plots (geom, 地块编号, 地块名称) VALUES (?, ?, ?)', [
        gpkgBlob(polygonsOf(plot, how), isBig),
        plot.no,
        plot.name,
      ])
    db.exec('COMMIT')
    db.close()
    return readFileSync(path)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function gpkgBlob(polygons: readonly (readonly (readonly Position[])[])[], isBig: boolean): Buffer {
  const int = (value: number): Buffer => {
    const bytes = Buffer.alloc(4)
    if (isBig) bytes.writeUInt32BE(value)
    else bytes.writeUInt32LE(value)
    return bytes
  }
  const double = (value: number): Buffer => {
    const bytes = Buffer.alloc(8)
    if (isBig) bytes.writeDoubleBE(value)
    else bytes.writeDoubleLE(value)
    return bytes
  }
  const end = Buffer.from([isBig ? 0 : 1])
  const head = [Buffer.from([0x47, 0x50, 0, isBig ? 0 : 1]), int(4547)]
  return Buffer.concat([
    ...head,
    end,
    int(6),
    int(polygons.length),
    ...polygons.flatMap((rings) => [
      end,
      int(3),
      int(rings.length),
      ...rings.flatMap((ring) => [int(ring.length), ...ring.flat().map(double)]),
    ]),
  ])
}
