import type { Issue, Json } from '../../record/draft.ts'
import type { CrsHint } from '../crs-hint.ts'
import { areaUnitOf } from '../field-name.ts'
import { mustFix, note } from '../issue.ts'
import { emptyFile } from '../sniff.ts'
import type { Source, SourceFormat, SourceRow } from '../source.ts'
import { sridOfShapeText } from '../wkt-shape.ts'
import { pointRows } from './point-rows.ts'
import { findHeading, isFilled } from './heading.ts'
import { findShapeColumns, shapeOfCell, type ShapeColumns } from './shape-columns.ts'

export interface Table {
  readonly format: SourceFormat
  readonly encoding: string | null
  /** Every line of the table, title and heading included; a blank cell is null or an empty text. */
  readonly lines: readonly (readonly Json[])[]
  readonly issues?: readonly Issue[]
  readonly about?: Readonly<Record<string, string>>
}

/**
 * A table of any format as a source: finds the heading under a title, names the columns, and takes shapes from WKT, from
 * a cell of points, or from one line per boundary point. Row 1 is the first row below the heading.
 * @throws Refusal FIELD_DUPLICATE, TOO_MANY_FIELDS, FILE_EMPTY
 */
export function tableSource(table: Table, fileName: string): Source {
  const { format, encoding, about = {} } = table
  const filled = table.lines.filter((line) => line.some(isFilled))
  const heading = findHeading(filled, (line) => table.lines.indexOf(line) + 1, fileName)
  const lines = filled.slice(heading?.below ?? 0)
  if (heading === null || lines.length === 0) throw emptyFile(fileName)
  const { columns, title } = heading
  const shapes = findShapeColumns(columns, lines.slice(0, 50))
  const issues = [...(table.issues ?? []), ...heading.issues]
  if (title.length > 0)
    issues.push(
      note('TITLE_SKIPPED', {
        zh: `表头上方 ${title.length} 行为标题,未计入:${title.join(' / ')}`,
        en: `${title.length} lines above the heading are a title and not counted: ${title.join(' / ')}`,
        value: title.join(' / '),
      }),
    )
  const unit = /单位[:：]?\s*([^\s;；,，、()（）]+)/.exec(title.join(' '))?.[1]
  const rows =
    shapes.kind === 'points'
      ? pointRows(lines, columns, shapes)
      : lines.map((line, i) => readRow(line, columns, shapes, i + 1))
  if (shapes.kind === 'points')
    issues.push(
      note('POINT_ROWS', {
        zh: `每行一个界址点,${lines.length} 行按“${shapes.plot}”组成 ${rows.length} 个地块;以地块计行。`,
        en: `One boundary point a line: ${lines.length} lines make ${rows.length} plots by "${shapes.plot}". Plots are counted as rows.`,
        value: lines.length,
      }),
    )
  return {
    format,
    encoding,
    crs: shapes.kind === 'text' ? crsOf(lines, columns.indexOf(shapes.column), fileName) : null,
    issues,
    cutNames: new Map(),
    columns,
    about: title.length > 0 ? { ...about, title: title.join(' / ') } : about,
    areaUnit: unit === undefined ? null : areaUnitOf(unit),
    rowCount: rows.length,
    rows: () => rows,
  }
}

function readRow(
  line: readonly Json[],
  columns: readonly string[],
  shapes: ShapeColumns,
  rowNo: number,
): SourceRow {
  const values = new Map<string, Json>()
  let shape: SourceRow['shape'] = { kind: 'none' }
  for (const [i, column] of columns.entries()) {
    const cell = line[i]
    if (!isFilled(cell)) continue
    if (shapes.kind === 'text' && column === shapes.column) shape = shapeOfCell(cell!)
    else values.set(column, typeof cell === 'string' ? cell.trim() : cell!)
  }
  const row = { rowNo, values, shape, repaired: false }
  const fault = surplus(line, columns.length, rowNo) ?? notData(values, rowNo)
  return fault === null ? { ...row, issues: [] } : { ...row, refused: true, issues: [fault] }
}

/** Cells left off at the end are blank; cells too many mean that a comma stands unquoted and columns have shifted. */
export function surplus(line: readonly Json[], columns: number, rowNo: number): Issue | null {
  const extra = line.slice(columns).filter(isFilled)
  if (extra.length === 0) return null
  return mustFix('CSV_COLUMNS', {
    row: rowNo,
    zh: `该行有 ${line.length} 格,表头只有 ${columns} 列,内容可能错位。`,
    en: `The row has ${line.length} cells under a heading of ${columns}; its columns may have shifted.`,
    value: extra[0],
  })
}

/** A total or a remark under a table is no plot; taken as one it would count land twice. */
function notData(values: ReadonlyMap<string, Json>, row: number): Issue | null {
  const [first] = values.values()
  if (typeof first !== 'string') return null
  const isTotal = /^(?:合\s*计|总\s*计|小\s*计|共\s*计|累\s*计|合计数|total|sum)\s*[:：]?$/i.test(first)
  const isRemark =
    values.size <= 2 && /^(?:注|说明|备注|填表人|制表人|审核人|单位负责人|填报日期)\s*[:：]/.test(first)
  if (!isTotal && !isRemark) return null
  return mustFix('ROW_NOT_DATA', {
    row,
    zh: `该行是${isTotal ? '合计' : '说明'}行（“${first.slice(0, 30)}”）,不是地块,未计入台账。`,
    en: `The row is a ${isTotal ? 'total' : 'remark'} ("${first.slice(0, 30)}") and no plot; it is not booked.`,
    value: first,
  })
}

/** All SRIDs written in front of the shapes are one, else none counts. */
function crsOf(lines: readonly (readonly Json[])[], column: number, fileName: string): CrsHint | null {
  const srids = new Set(
    lines.map((line) => {
      const cell = line[column]
      return typeof cell === 'string' ? sridOfShapeText(cell) : null
    }),
  )
  srids.delete(null)
  if (srids.size === 0) return null
  const [srid] = srids as Set<number>
  const label = [...srids].map((each) => `SRID=${each}`).join('、')
  return { by: 'header', label, srid: srids.size === 1 ? srid! : null, fileName }
}
