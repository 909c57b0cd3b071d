import type { Ring } from '../../geo/polygon.ts'
import { Refusal } from '../../refusal.ts'
import type { DeliveredFile } from '../delivered-file.ts'
import { FileWindow } from '../file-window.ts'
import { MAX_VERTICES } from '../limits.ts'
import { notFinite, refusedShape } from '../shape-of.ts'
import { tooFewPoints, tooManyVertices } from '../shape.ts'
import type { DeliveredShape } from '../source.ts'
import { polygonsOfShp } from './shp-rings.ts'

const HEADER_BYTES = 100
/** Type, box and counts of a polygon, before the starts of its rings. */
const POLYGON_BYTES = 44
const NULL_SHAPE = 0
const polygonTypes = new Set([5, 15, 25])
const typeNames: Readonly<Record<number, { zh: string; en: string }>> = {
  1: { zh: '点', en: 'points' },
  3: { zh: '线', en: 'lines' },
  8: { zh: '多点', en: 'multipoints' },
  11: { zh: '点', en: 'points' },
  13: { zh: '线', en: 'lines' },
  18: { zh: '多点', en: 'multipoints' },
  21: { zh: '点', en: 'points' },
  23: { zh: '线', en: 'lines' },
  28: { zh: '多点', en: 'multipoints' },
  31: { zh: '三维多面体', en: 'multipatches' },
}

/** The shapes of a .shp that was found sound. */
export interface Shp {
  /** Records, empty ones included. */
  readonly count: number
  /** One walk over the file; a record that is passed over is not unpacked. */
  shapes(): ShpWalk
}

export interface ShpWalk {
  /** The next record; null where `skip` asks for none. */
  next(skip: boolean): Promise<DeliveredShape | null>
}

/**
 * Walks the records of a .shp before anything believes their lengths: every record lies inside the file, and its parts
 * and points fill it.
 * @param windowBytes how much of it is in memory at a time
 * @see ESRI Shapefile Technical Description, 1998
 * @throws Refusal SHP_CORRUPT with the record, GEOM_TYPE for shapes that are no polygons
 */
export async function openShp(file: DeliveredFile, windowBytes?: number): Promise<Shp> {
  const count = await checkShp(file, new FileWindow(file, windowBytes))
  return { count, shapes: () => walk(new FileWindow(file, windowBytes)) }
}

async function checkShp(file: DeliveredFile, window: FileWindow): Promise<number> {
  const { name: fileName, size } = file
  await window.move(0, HEADER_BYTES)
  if (size < HEADER_BYTES || window.view.getInt32(0) !== 9994)
    throw corrupt(fileName, null, '.shp 头部不完整', 'the head of the .shp is cut off')
  const type = window.view.getInt32(32, true)
  if (!polygonTypes.has(type)) {
    const is = typeNames[type] ?? { zh: `类型 ${type}`, en: `shapes of type ${type}` }
    throw new Refusal(
      'GEOM_TYPE',
      { zh: `“${fileName}”的图形是${is.zh},不是面。`, en: `"${fileName}" holds ${is.en}, not polygons.` },
      { zh: '请导出面图层。', en: 'Export the polygon layer.' },
      { file: fileName },
    )
  }
  // The file may be longer than its head says (padding); it must not be shorter.
  const length = window.view.getInt32(24) * 2
  let count = 0
  let at = HEADER_BYTES
  while (at < Math.min(length, size)) {
    const record = count + 1
    if (at + 12 > size) throw truncated(fileName, record)
    if (!window.covers(at, 8 + POLYGON_BYTES)) await window.move(at, 8 + POLYGON_BYTES)
    const contentBytes = window.view.getInt32(at - window.start + 4) * 2
    if (contentBytes < 4)
      throw corrupt(
        fileName,
        record,
        `第 ${record} 条记录长度为 ${contentBytes}`,
        `record ${record} claims a length of ${contentBytes}`,
      )
    if (at + 8 + contentBytes > size) throw truncated(fileName, record)
    const recordType = window.view.getInt32(at - window.start + 8, true)
    if (recordType !== NULL_SHAPE) {
      if (recordType !== type)
        throw corrupt(
          fileName,
          record,
          `第 ${record} 条记录类型为 ${recordType},文件类型为 ${type}`,
          `record ${record} is of type ${recordType} in a file of type ${type}`,
        )
      await checkPolygon(window, at + 8, contentBytes, record, fileName)
    }
    at += 8 + contentBytes
    count++
  }
  if (length > size) throw truncated(fileName, count + 1)
  return count
}

async function checkPolygon(
  window: FileWindow,
  start: number,
  contentBytes: number,
  record: number,
  fileName: string,
): Promise<void> {
  const head = start - window.start
  const parts = contentBytes >= POLYGON_BYTES ? window.view.getInt32(head + 36, true) : -1
  const points = contentBytes >= POLYGON_BYTES ? window.view.getInt32(head + 40, true) : -1
  if (parts < 0 || points < 0 || POLYGON_BYTES + 4 * parts + 16 * points > contentBytes) {
    throw corrupt(
      fileName,
      record,
      `第 ${record} 条记录称有 ${parts} 环 ${points} 点,与其长度不符`,
      `record ${record} claims ${parts} rings and ${points} points, which do not fit its length`,
    )
  }
  let previous = 0
  for (let i = 0; i < parts; i++) {
    const at = start + POLYGON_BYTES + 4 * i
    if (!window.covers(at, 4)) await window.move(at, 4)
    const first = window.view.getInt32(at - window.start, true)
    if (first < previous || first > points || (i === 0 && first !== 0))
      throw corrupt(
        fileName,
        record,
        `第 ${record} 条记录的环起点不成立`,
        `record ${record} starts its rings at impossible points`,
      )
    previous = first
  }
}

function walk(window: FileWindow): ShpWalk {
  let at = HEADER_BYTES
  return {
    async next(skip) {
      if (!window.covers(at, 8 + POLYGON_BYTES)) await window.move(at, 8 + POLYGON_BYTES)
      const head = at - window.start
      const contentBytes = window.view.getInt32(head + 4) * 2
      const start = at + 8
      at = start + contentBytes
      if (skip) return null
      if (window.view.getInt32(head + 8, true) === NULL_SHAPE) return { kind: 'none' }
      const parts = window.view.getInt32(head + 44, true)
      const points = window.view.getInt32(head + 48, true)
      if (points > MAX_VERTICES) return refusedShape(tooManyVertices(points))
      if (parts > MAX_VERTICES) return refusedShape(tooFewPoints(points + 1, 0)) // more rings than points
      if (parts === 0) return { kind: 'none' }
      const bytes = POLYGON_BYTES + 4 * parts + 16 * points
      if (!window.covers(start, bytes)) await window.move(start, bytes)
      return shapeOf(window.view, start - window.start, parts, points)
    },
  }
}

function shapeOf(view: DataView, start: number, parts: number, points: number): DeliveredShape {
  const rings: Ring[] = []
  const firstPoint = start + POLYGON_BYTES + 4 * parts
  for (let part = 0; part < parts; part++) {
    const first = view.getInt32(start + POLYGON_BYTES + 4 * part, true)
    const end = part + 1 < parts ? view.getInt32(start + POLYGON_BYTES + 4 * (part + 1), true) : points
    const ring: Ring = []
    for (let point = first, at = firstPoint + 16 * first; point < end; point++, at += 16) {
      const x = view.getFloat64(at, true)
      const y = view.getFloat64(at + 8, true)
      if (!Number.isFinite(x) || !Number.isFinite(y)) return notFinite()
      ring.push([x, y])
    }
    rings.push(ring)
  }
  return { kind: 'polygons', polygons: polygonsOfShp(rings) }
}

function truncated(fileName: string, record: number): Refusal {
  return corrupt(
    fileName,
    record,
    `.shp 在第 ${record} 条记录处中断`,
    `the .shp breaks off at record ${record}`,
  )
}

function corrupt(fileName: string, record: number | null, zh: string, en: string): Refusal {
  return new Refusal(
    'SHP_CORRUPT',
    { zh: `“${fileName}”已损坏:${zh}。`, en: `"${fileName}" is damaged: ${en}.` },
    { zh: '请重新导出或重新取得文件。', en: 'Export it again or get it again.' },
    record === null ? { file: fileName } : { file: fileName, row: record },
  )
}
