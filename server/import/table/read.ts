import type { Issue, Json } from '../../record/draft.ts'
import { Refusal } from '../../refusal.ts'
import type { CrsHint } from '../crs-hint.ts'
import { areaUnitOf } from '../field-name.ts'
import type { AreaUnit } from '../field-type.ts'
import { mustFix, note } from '../issue.ts'
import { MAX_POINT_LINES } from '../limits.ts'
import { emptyFile } from '../sniff.ts'
import type { Source, SourceFormat, SourceRow } from '../source.ts'
import { isTotalText } from '../total-word.ts'
import { sridOfShapeText } from '../wkt-shape.ts'
import { pointRows } from './point-rows.ts'
import { findHeading, isFilled } from './heading.ts'
import { findShapeColumns, shapeOfCell, type ShapeColumns } from './shape-columns.ts'

type Line = readonly Json[]

/** Cells of one column, counted from 0, that are one cell over several lines, counted from 1. */
export interface MergedCells {
  readonly column: number
  readonly first: number
  readonly last: number
}

export interface Table {
  readonly format: SourceFormat
  readonly encoding: string | null
  /** Every line of the table, title and heading included, as often as asked; a blank cell is null or an empty text. */
  lines(): Iterable<Line> | AsyncIterable<Line>
  /** What is written once over several rows holds for each; a number may be their sum and is left in the first. */
  readonly merged?: readonly MergedCells[]
  readonly issues?: readonly Issue[]
  readonly about?: Readonly<Record<string, string>>
}

/** Lines that tell where the heading is and which columns carry shapes. */
const HEAD_LINES = 100
const SAMPLE_LINES = 50

/**
 * A table of any format as a source: finds the heading under a title, names the columns, and takes shapes from WKT, from
 * a cell of points, or from one line per boundary point. Row 1 is the first row below the heading. Walked once here and
 * once for the rows; only where points are lines it is all in memory.
 * @throws Refusal FIELD_DUPLICATE, TOO_MANY_FIELDS, FILE_EMPTY, FILE_TOO_LARGE for too many points
 */
export async function tableSource(table: Table, fileName: string): Promise<Source> {
  const { format, encoding, about = {} } = table
  const { head, filled } = await survey(table)
  const heading = findHeading([...head.keys()], (line) => head.get(line)!, fileName)
  const count = filled - (heading?.below ?? 0)
  if (heading === null || count <= 0) throw emptyFile(fileName)
  const { columns, title, below } = heading
  const shapes = findShapeColumns(columns, [...head.keys()].slice(below, below + SAMPLE_LINES))
  const issues = [...(table.issues ?? []), ...heading.issues]
  if (title.length > 0)
    issues.push(
      note('TITLE_SKIPPED', {
        zh: `表头上方 ${title.length} 行为标题,未计入:${title.join(' / ')}`,
        en: `${title.length} lines above the heading are a title and not counted: ${title.join(' / ')}`,
        value: title.join(' / '),
      }),
    )
  const firstRow = [...head.values()][below] ?? Infinity
  const spread = table.merged?.filter(({ first }) => first >= firstRow).length ?? 0
  if (spread > 0) issues.push(mergedRows(spread))
  const plots =
    shapes.kind === 'points'
      ? pointRows(await pointLines(table, below, count, fileName), columns, shapes)
      : null
  if (plots !== null && shapes.kind === 'points')
    issues.push(
      note('POINT_ROWS', {
        zh: `每行一个界址点,${count} 行按“${shapes.plot}”组成 ${plots.length} 个地块;以地块计行。`,
        en: `One boundary point a line: ${count} lines make ${plots.length} plots by "${shapes.plot}". Plots are counted as rows.`,
        value: count,
      }),
    )
  return {
    format,
    encoding,
    crs: shapes.kind === 'text' ? await crsOf(table, below, columns.indexOf(shapes.column), fileName) : null,
    issues,
    cutNames: new Map(),
    columns,
    about: title.length > 0 ? { ...about, title: title.join(' / ') } : about,
    areaUnit: unitOfTitle(title),
    rowCount: plots?.length ?? count,
    rows: () => plots ?? readRows(table, below, columns, shapes),
  }
}

/** `单位：公顷、万元` above a table; 填报单位 is who filled it in. Two units of area are none. */
function unitOfTitle(title: readonly string[]): AreaUnit | null {
  const named = [...title.join(' ').matchAll(/单位\s*[:：]?\s*([^\s;；()（）]+)/g)].flatMap(([, words]) =>
    words!.split(/[,，、/]/),
  )
  const units = new Set(named.map((word) => (word.length <= 3 ? areaUnitOf(word) : null)))
  units.delete(null)
  return units.size === 1 ? [...units][0]! : null
}

/** The first lines that are not empty, each with its number in the table, and how many there are. */
async function survey(table: Table): Promise<{ head: Map<Line, number>; filled: number }> {
  const head = new Map<Line, number>()
  let lineNo = 0
  let filled = 0
  for await (const line of table.lines()) {
    lineNo++
    if (!line.some(isFilled)) continue
    filled++
    if (head.size < HEAD_LINES) head.set(line, lineNo)
  }
  return { head, filled }
}

/** Lines below the heading that are not empty. */
async function* linesBelow(table: Table, below: number): AsyncGenerator<Line> {
  const { merged = [] } = table
  const starts = new Map<number, MergedCells[]>()
  for (const cells of merged) starts.set(cells.first, [...(starts.get(cells.first) ?? []), cells])
  let open: { readonly column: number; readonly last: number; readonly text: string }[] = []
  let lineNo = 0
  let filled = 0
  for await (const line of table.lines()) {
    lineNo++
    if (!line.some(isFilled) || ++filled <= below) continue
    open = open.filter(({ last }) => last >= lineNo)
    yield open.length === 0 ? line : withTexts(line, open)
    for (const { column, last } of starts.get(lineNo) ?? []) {
      const text = line[column]
      if (typeof text === 'string' && isFilled(text)) open.push({ column, last, text })
    }
  }
}

function withTexts(line: Line, texts: readonly { readonly column: number; readonly text: string }[]): Line {
  const full = [...line]
  for (const { column, text } of texts) if (!isFilled(full[column])) full[column] = text
  return full
}

const mergedRows = (count: number): Issue =>
  note('CELLS_MERGED', {
    zh: `表中有 ${count} 处跨行合并单元格:文字与日期对所跨各行都有效;数字（如面积）可能是合计,只记在首行。`,
    en: `${count} cells are merged over several rows: their text or date holds for each row; a number, which may be a sum, for the first alone.`,
    value: count,
  })

async function* readRows(
  table: Table,
  below: number,
  columns: readonly string[],
  shapes: ShapeColumns,
): AsyncGenerator<SourceRow> {
  let rowNo = 0
  for await (const line of linesBelow(table, below)) yield readRow(line, columns, shapes, ++rowNo)
}

/** Points of a plot may stand anywhere in the table, so all are taken. @throws Refusal FILE_TOO_LARGE */
async function pointLines(table: Table, below: number, count: number, fileName: string): Promise<Line[]> {
  if (count > MAX_POINT_LINES)
    throw new Refusal(
      'FILE_TOO_LARGE',
      {
        zh: `“${fileName}”有 ${count} 行界址点,超过 ${MAX_POINT_LINES} 行。`,
        en: `"${fileName}" has ${count} lines of boundary points, more than ${MAX_POINT_LINES}.`,
      },
      { zh: '请按县区或批次拆分后分次导入。', en: 'Split it by county or batch.' },
      { file: fileName },
    )
  const lines: Line[] = []
  for await (const line of linesBelow(table, below)) lines.push(line)
  return lines
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
  const isTotal = isTotalText(first)
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
async function crsOf(table: Table, below: number, column: number, fileName: string): Promise<CrsHint | null> {
  const srids = new Set<number>()
  for await (const line of linesBelow(table, below)) {
    const cell = line[column]
    const srid = typeof cell === 'string' ? sridOfShapeText(cell) : null
    if (srid !== null) srids.add(srid)
  }
  if (srids.size === 0) return null
  const [srid] = srids
  const label = [...srids].map((each) => `SRID=${each}`).join('、')
  return { by: 'header', label, srid: srids.size === 1 ? srid! : null, fileName }
}
