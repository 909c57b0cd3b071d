import { Refusal } from '../../refusal.ts'

const HEADER_BYTES = 100
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

/**
 * Walks the records of a .shp before anything believes their lengths: every record lies inside the file, and its parts
 * and points fill it. Returns the number of records.
 * @see ESRI Shapefile Technical Description, 1998
 * @throws Refusal SHP_CORRUPT with the record, GEOM_TYPE for shapes that are no polygons
 */
export function checkShp(bytes: Uint8Array, fileName: string): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < HEADER_BYTES || view.getInt32(0) !== 9994)
    throw corrupt(fileName, null, '.shp 头部不完整', 'the head of the .shp is cut off')
  const type = view.getInt32(32, true)
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
  const length = view.getInt32(24) * 2
  let count = 0
  let at = HEADER_BYTES
  while (at < Math.min(length, bytes.length)) {
    const record = count + 1
    if (at + 12 > bytes.length) throw truncated(fileName, record)
    const contentBytes = view.getInt32(at + 4) * 2
    if (contentBytes < 4)
      throw corrupt(
        fileName,
        record,
        `第 ${record} 条记录长度为 ${contentBytes}`,
        `record ${record} claims a length of ${contentBytes}`,
      )
    if (at + 8 + contentBytes > bytes.length) throw truncated(fileName, record)
    const recordType = view.getInt32(at + 8, true)
    if (recordType !== NULL_SHAPE) {
      if (recordType !== type)
        throw corrupt(
          fileName,
          record,
          `第 ${record} 条记录类型为 ${recordType},文件类型为 ${type}`,
          `record ${record} is of type ${recordType} in a file of type ${type}`,
        )
      checkPolygon(view, at + 8, contentBytes, record, fileName)
    }
    at += 8 + contentBytes
    count++
  }
  if (length > bytes.length) throw truncated(fileName, count + 1)
  return count
}

function checkPolygon(
  view: DataView,
  start: number,
  contentBytes: number,
  record: number,
  fileName: string,
): void {
  const parts = contentBytes >= 44 ? view.getInt32(start + 36, true) : -1
  const points = contentBytes >= 44 ? view.getInt32(start + 40, true) : -1
  if (parts < 0 || points < 0 || 44 + 4 * parts + 16 * points > contentBytes) {
    throw corrupt(
      fileName,
      record,
      `第 ${record} 条记录称有 ${parts} 环 ${points} 点,与其长度不符`,
      `record ${record} claims ${parts} rings and ${points} points, which do not fit its length`,
    )
  }
  let previous = 0
  for (let i = 0; i < parts; i++) {
    const first = view.getInt32(start + 44 + 4 * i, true)
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
