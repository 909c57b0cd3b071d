import type { Position, Ring } from '../../geo/polygon.ts'
import type { Issue, Json } from '../../record/draft.ts'
import { Refusal } from '../../refusal.ts'
import type { CrsHint } from '../crs-hint.ts'
import { mayFixLater, mustFix, note } from '../issue.ts'
import { polygonsFromRings } from '../rings.ts'
import type { DeliveredShape, Source, SourceRow } from '../source.ts'
import { decodeText } from '../text.ts'
import { legacyDatum, zone3, zone6 } from '../wkt.ts'

/**
 * 界址点坐标 TXT (勘测定界、部标报备), in the dialects offices write: GBK or UTF-8, brackets of any width, rings closed
 * or not, eastings with or without the zone, area in 公顷 or 平方米. Grammar: domain 8.1.
 *
 * The standard order is X (north), Y (east); positions come out east first, as everywhere here. A file written the
 * other way round is found by its numbers when the shape is placed.
 * @throws Refusal ENCODING_INVALID, TXT_NO_PLOTS
 */
export function readBoundaryTxt(bytes: Uint8Array, fileName: string): Source {
  const { text, encoding } = decodeText(bytes, fileName)
  const { head, plots } = split(text)
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
    crs: crsOf(head, fileName),
    issues: transformIssues(head),
    cutNames: new Map(),
    columns: [...columns],
    about: Object.fromEntries(head),
    rowCount: plots.length,
    rows: () => plots.map((plot, i) => readPlot(plot, i + 1)),
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

interface PlotLines {
  readonly header: readonly string[]
  readonly points: string[]
}

function split(text: string): { head: Map<string, string>; plots: PlotLines[] } {
  const head = new Map<string, string>()
  const plots: PlotLines[] = []
  for (const raw of text.split(/\r\n|\r|\n/)) {
    const line = raw.trim()
    if (line === '' || /^[[【［\s]*[^,，=＝]*[\]】］]$/.test(line)) continue // blank, or a section such as [属性描述]
    const plain = line.replace(/[,，]\s*$/, '')
    if (/[@＠]$/.test(plain)) {
      plots.push({ header: cells(plain.replace(/[,，]?\s*[@＠]$/, '')), points: [] })
    } else if (plots.length > 0) {
      plots.at(-1)!.points.push(line)
    } else {
      const [key, ...value] = line.split(/[=＝]/)
      if (value.length > 0) head.set(key!.trim(), value.join('=').trim())
    }
  }
  return { head, plots }
}

const cells = (line: string): string[] => line.split(/[,，]/).map((part) => part.trim())

function crsOf(head: ReadonlyMap<string, string>, fileName: string): CrsHint | null {
  const datum = head.get('坐标系') ?? ''
  const width = Number(/\d/.exec(head.get('几度分带') ?? head.get('分带') ?? '')?.[0] ?? Number.NaN)
  const zone = Number(head.get('带号') || Number.NaN)
  const label = [datum, Number.isNaN(width) ? '' : `${width} 度带`, Number.isNaN(zone) ? '' : `${zone} 带`]
    .filter(Boolean)
    .join(' ')
  const legacy = legacyDatum(datum)
  if (legacy !== null) return { by: 'header', label, srid: null, legacy, fileName }
  if (Number.isNaN(zone)) return null
  if (datum !== '' && !/2000|CGCS/i.test(datum)) return { by: 'header', label, srid: null, fileName }
  // Zones 13-23 are 6° and 25-45 are 3° ones, so a missing width is no loss; a contradicting one is.
  const numbers = width === 6 ? zone6(zone) : width === 3 ? zone3(zone) : (zone3(zone) ?? zone6(zone))
  if (numbers === null) return { by: 'header', label, srid: null, fileName }
  return { by: 'header', label, srid: numbers.plain, sridWithZone: numbers.prefixed, fileName }
}

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

function readPlot({ header, points }: PlotLines, rowNo: number): SourceRow {
  const values = new Map<string, Json>()
  for (const [i, value] of header.entries()) {
    if (value !== '') values.set(columns[i] ?? `第 ${i + 1} 列`, value)
  }
  const row = { rowNo, values, repaired: false, issues: [] as Issue[] }
  const kind = header[4] ?? ''
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
  const { rings, failure } = readRings(points)
  if (failure !== null) return { ...row, shape: { kind: 'unusable', issue: failure } }
  if (rings.length === 0) return { ...row, shape: { kind: 'none' } }
  const mended = rings.map(closeRing)
  const issues = [
    ...countIssue(header[0] ?? '', points.length, rowNo),
    ...mended.flatMap(({ issue }, i) =>
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
    shape: { kind: 'polygons', polygons: polygonsFromRings(mended.map(({ ring }) => ring)) },
    issues,
    repaired: mended.some(({ issue }) => issue !== null),
  }
}

interface Point {
  readonly label: string
  readonly position: Position
}

/** Rings in the order they appear; numbering of points is ignored, because it may restart or run on. */
function readRings(lines: readonly string[]): { rings: Point[][]; failure: Omit<Issue, 'row'> | null } {
  const rings = new Map<string, Point[]>()
  for (const [i, line] of lines.entries()) {
    const [label, ringNo, north, east] = cells(line)
    const position: Position = [toNumber(east), toNumber(north)]
    if (ringNo === undefined || !position.every(Number.isFinite)) {
      return {
        rings: [],
        failure: mustFix('COORD_NOT_FINITE', {
          field: 'geometry',
          zh: `第 ${i + 1} 个界址点“${line.slice(0, 60)}”不是“点号,圈号,X,Y”。`,
          en: `Point ${i + 1} "${line.slice(0, 60)}" is not "label, ring, X, Y".`,
          value: line,
        }),
      }
    }
    const ring = rings.get(ringNo)
    if (ring) ring.push({ label: label!, position })
    else rings.set(ringNo, [{ label: label!, position }])
  }
  return { rings: [...rings.values()], failure: null }
}

const toNumber = (text: string | undefined): number =>
  text === undefined || text === '' ? Number.NaN : Number(text.normalize('NFKC'))

const repeats = (a: Position, b: Position): boolean => a[0] === b[0] && a[1] === b[1]

function closeRing(points: readonly Point[]): { ring: Ring; issue: { zh: string; en: string } | null } {
  const ring = points.map(({ position }) => position)
  const [first, last] = [points[0]!, points.at(-1)!]
  if (points.length > 1 && repeats(first.position, last.position)) return { ring, issue: null }
  // One public exporter repeats X for Y on the closing line; the label tells that the first point is meant.
  const isBrokenClosing =
    points.length > 3 &&
    last.label !== '' &&
    last.label === first.label &&
    last.position[1] === first.position[1] &&
    last.position[0] === last.position[1]
  const open = isBrokenClosing ? ring.slice(0, -1) : ring
  return {
    ring: [...open, [first.position[0], first.position[1]]],
    issue: isBrokenClosing
      ? {
          zh: '闭合点的 Y 误写为 X,已按首点闭合。',
          en: 'the closing point repeats X for Y; closed with the first point.',
        }
      : { zh: '未闭合,已按首点闭合。', en: 'not closed; closed with its first point.' },
  }
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

const unusable = (code: string, zh: string, en: string, value: string): DeliveredShape => ({
  kind: 'unusable',
  issue: mustFix(code, { field: 'geometry', zh, en, value }),
})
