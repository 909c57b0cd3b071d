import type { Issue, Json } from '../../record/draft.ts'
import { Refusal } from '../../refusal.ts'
import { mayFixLater, note } from '../issue.ts'
import { ringsOfPoints, type RingPoint } from '../ring-points.ts'
import { polygonsFromRings } from '../rings.ts'
import { unusable } from '../shape-of.ts'
import type { Source, SourceRow } from '../source.ts'
import { decodeText } from '../text.ts'
import { crsOfHead } from './crs.ts'
import { cells, cutLines, type PlotLines } from './lines.ts'

/**
 * 界址点坐标 TXT (勘测定界、部标报备), in the dialects offices write: GBK, UTF-8 or UTF-16, brackets and commas of any
 * width, rings closed or not, numbered each for itself or all alike, plots in any number, eastings with or without the
 * zone, area in 公顷 or 平方米. Grammar: domain 8.1. Which ring is a hole, the rings' places tell.
 *
 * The standard order is X (north), Y (east); positions come out east first, as everywhere here. A file written the
 * other way round is found by its numbers when the shape is placed.
 * @throws Refusal ENCODING_INVALID, TXT_NO_PLOTS, TXT_SEVERAL_HEADS, TXT_UNIT
 */
export function readBoundaryTxt(bytes: Uint8Array, fileName: string): Source {
  const { text, encoding } = decodeText(bytes, fileName)
  const { head, plots } = cutLines(text, fileName)
  if (plots.length === 0) {
    throw new Refusal(
      'TXT_NO_PLOTS',
      {
        zh: `“${fileName}”中没有地块:没有以“@”结尾的地块行。`,
        en: `"${fileName}" holds no plots: no line ends with "@".`,
      },
      {
        zh: '请按部标格式导出:[地块坐标] 之后,每个地块一行以“,@”结尾,随后为界址点。',
        en: 'Export in the ministry format: after [地块坐标] one line per plot ending in ",@", then its points.',
      },
      { file: fileName },
    )
  }
  return {
    format: 'boundary-txt',
    encoding,
    crs: crsOfHead(head, fileName),
    issues: transformIssues(head),
    cutNames: new Map(),
    columns: [...columns],
    about: Object.fromEntries(head),
    rowCount: plots.length,
    *rows() {
      for (const [i, plot] of plots.entries()) yield readPlot(plot, i + 1)
    },
  }
}

/** Values before the @ of a plot line, in order. */
const columns = [
  '界址点数',
  '地块面积',
  '地块编号',
  '地块名称',
  '图形属性',
  '图幅号',
  '地块用途',
  '地类编码',
] as const
/** Where the kind of shape stands in a full line; short lines leave out what comes before it. */
const KIND_AT = columns.indexOf('图形属性')

function transformIssues(head: ReadonlyMap<string, string>): Issue[] {
  const parameters = head.get('转换参数') ?? ''
  if (!/[1-9]/.test(parameters)) return []
  return [
    mayFixLater('TXT_TRANSFORM', {
      field: '转换参数',
      zh: '文件头含非零转换参数,未作转换,坐标按所写采用。',
      en: 'The head holds transformation parameters; they were not applied, coordinates were taken as written.',
      value: parameters,
    }),
  ]
}

/** Values of a plot line by column; a line that leaves out the first cells is told by where 面 stands. */
function valuesOf(header: readonly string[]): Map<string, Json> {
  const kindAt = header.findIndex((cell) => /^(?:面|线|点)$/.test(cell))
  const shift = kindAt >= 0 && kindAt < KIND_AT ? KIND_AT - kindAt : 0
  const values = new Map<string, Json>()
  for (const [i, value] of header.entries())
    if (value !== '') values.set(columns[i + shift] ?? `第 ${i + 1} 列`, value)
  return values
}

function readPlot({ header, points }: PlotLines, rowNo: number): SourceRow {
  const values = valuesOf(header)
  const row = { rowNo, values, repaired: false, issues: [] as Issue[] }
  const kind = values.get('图形属性')
  if (kind === '线' || kind === '点')
    return {
      ...row,
      shape: unusable(
        'GEOM_TYPE',
        `图形属性为“${kind}”,不是面。`,
        `The plot is marked ${kind} (no polygon).`,
        kind,
      ),
    }
  const read: RingPoint[] = []
  for (const [i, line] of points.entries()) {
    const point = pointOf(line)
    if (point === null) {
      return {
        ...row,
        shape: unusable(
          'COORD_NOT_FINITE',
          `第 ${i + 1} 个界址点“${line.slice(0, 60)}”不是“点号,圈号,X,Y”。`,
          `Point ${i + 1} "${line.slice(0, 60)}" is not "label, ring, X, Y".`,
          line,
        ),
      }
    }
    read.push(point)
  }
  if (read.length === 0) return { ...row, shape: { kind: 'none' } }
  const rings = ringsOfPoints(read)
  const written = values.get('界址点数')
  const issues = [
    ...countIssue(typeof written === 'string' ? written : '', points.length, rowNo),
    ...rings.flatMap(({ issue }, i) =>
      issue === null
        ? []
        : [
            note('P610', {
              row: rowNo,
              field: 'geometry',
              zh: `第 ${i + 1} 圈${issue.zh}`,
              en: `Ring ${i + 1}: ${issue.en}`,
            }),
          ],
    ),
  ]
  return {
    ...row,
    shape: { kind: 'polygons', polygons: polygonsFromRings(rings.map(({ ring }) => ring)) },
    issues,
    repaired: rings.some(({ issue }) => issue !== null),
  }
}

/**
 * `label, ring, X, Y`; the ring or both it and the label may be left out, and a height may follow. X is north.
 * Numbering of points is ignored: it may restart per ring or run on.
 */
function pointOf(line: string): RingPoint | null {
  const parts = cells(line.normalize('NFKC'))
  while (parts.at(-1) === '') parts.pop()
  const numbers = parts.map(toNumber)
  // A coordinate has more than four digits before its point, or is in degrees and has decimals; a ring number neither.
  const isOrdinate = (i: number): boolean =>
    Number.isFinite(numbers[i]!) && (Math.abs(numbers[i]!) >= 10_000 || /\.\d/.test(parts[i]!))
  const at =
    parts.length >= 4 && !isOrdinate(1)
      ? 2
      : parts.length >= 3 && !isOrdinate(0)
        ? 1
        : parts.length === 2
          ? 0
          : 2
  const [north, east] = [numbers[at], numbers[at + 1]]
  if (north === undefined || east === undefined || !Number.isFinite(north) || !Number.isFinite(east))
    return null
  return { label: at === 0 ? '' : parts[0]!, ring: at === 2 ? parts[1]! : '', position: [east, north] }
}

const toNumber = (text: string): number => {
  const plain = text.replace(/\s*(?:m|米)$/i, '')
  return plain === '' ? Number.NaN : Number(plain)
}

/** Writers count points in several ways, so the count is never relied on; a number that fits none of them is worth a note. */
function countIssue(written: string, lines: number, row: number): Issue[] {
  const count = Number(written)
  if (written === '' || !Number.isFinite(count) || Math.abs(count - lines) <= 4) return []
  return [
    note('TXT_POINT_COUNT', {
      row,
      field: '界址点数',
      zh: `地块行写 ${count} 个界址点,实有 ${lines} 行;以实有为准。`,
      en: `The plot line says ${count} points, ${lines} lines follow; the lines count.`,
      value: written,
    }),
  ]
}
