import { areaLimitM2 } from '../record/area-limit.ts'
import { perimeterM, planarAreaM2 } from '../geo/area.ts'
import { noiseTest } from '../geo/noise.ts'
import type { MultiPolygon } from '../geo/polygon.ts'
import type { Issue } from '../record/draft.ts'
import type { RecordKind } from '../record/record.ts'
import type { Json } from '../record/draft.ts'
import { labelOf } from '../record/field-label.ts'
import { mayFixLater } from './issue.ts'

/** A row as far as it is understood. */
export interface CheckedRow {
  readonly rowNo: number
  readonly fields: Readonly<Record<string, unknown>>
  readonly values: ReadonlyMap<string, Json>
  /** Working CRS. */
  readonly shape: MultiPolygon | null
  readonly areaDocumentM2: number | null
  /** P613 has been said of it: the unit is in doubt, so the figures cannot be compared. */
  readonly unitInDoubt: boolean
}

/** P605, P608, P609, P614: what one row says against itself. The row is used; its sender should look. */
export function checkRow(kind: RecordKind, row: CheckedRow): Issue[] {
  return [...datesOutOfOrder(kind, row), ...areaMismatch(row), ...slivers(kind, row), ...brokenText(row)]
}

/** Days of one document in the order they must come. Days agreed and days it happened are two lines: works may begin early. */
const orders: Partial<Readonly<Record<RecordKind, readonly (readonly string[])[]>>> = {
  approval: [['approved_on', 'status_on']],
  supply: [
    ['signed_on', 'start_on', 'finish_on'],
    ['signed_on', 'handover_on'],
    ['handover_due', 'start_due', 'finish_due'],
  ],
  registration: [['registered_on', 'term_end']],
}

function datesOutOfOrder(kind: RecordKind, { fields, rowNo }: CheckedRow): Issue[] {
  const issues: Issue[] = []
  for (const line of orders[kind] ?? []) {
    const dated = line.filter((field) => typeof fields[field] === 'string')
    for (let i = 1; i < dated.length; i++) {
      const [before, after] = [dated[i - 1]!, dated[i]!]
      const [first, second] = [String(fields[before]), String(fields[after])]
      if (first <= second) continue
      issues.push(
        mayFixLater('P605', {
          row: rowNo,
          field: after,
          zh: `“${labelOf(after).zh}”（${second}）早于“${labelOf(before).zh}”（${first}）。`,
          en: `"${labelOf(after).en}" (${second}) lies before "${labelOf(before).en}" (${first}).`,
          value: second,
        }),
      )
    }
  }
  return issues
}

/** What the paper says against the planar area of the shape, past rounding. */
function areaMismatch({ areaDocumentM2, shape, rowNo, unitInDoubt }: CheckedRow): Issue[] {
  if (areaDocumentM2 === null || shape === null || unitInDoubt) return []
  const planarM2 = planarAreaM2(shape)
  if (Math.abs(planarM2 - areaDocumentM2) <= areaLimitM2(areaDocumentM2)) return []
  return [
    mayFixLater('P608', {
      row: rowNo,
      field: 'geometry',
      zh: `文件面积 ${areaDocumentM2.toFixed(2)} 平方米,图形平面面积 ${planarM2.toFixed(2)} 平方米,相差 ${(planarM2 - areaDocumentM2).toFixed(2)} 平方米。`,
      en: `The document says ${areaDocumentM2.toFixed(2)} m², the shape measures ${planarM2.toFixed(2)} m² (planar): ${(planarM2 - areaDocumentM2).toFixed(2)} m² apart.`,
      value: areaDocumentM2.toFixed(2),
    }),
  ]
}

function slivers(kind: RecordKind, { shape, rowNo }: CheckedRow): Issue[] {
  if (shape === null || kind === 'layer') return []
  const small = shape.filter(
    (polygon) =>
      noiseTest({
        areaM2: planarAreaM2([polygon]),
        perimeterM: perimeterM([polygon]),
        geometry: () => [polygon],
      }) !== null,
  )
  if (small.length === 0) return []
  const m2 = planarAreaM2(small)
  return [
    mayFixLater('P609', {
      row: rowNo,
      field: 'geometry',
      zh: `${shape.length} 个部分中有 ${small.length} 个为碎片(平均宽度不足 0.2 米或面积不足 1 平方米),共 ${m2.toFixed(3)} 平方米。`,
      en: `${small.length} of ${shape.length} parts are slivers (mean width under 0.2 m or area under 1 m²), ${m2.toFixed(3)} m² together.`,
      value: m2.toFixed(3),
    }),
  ]
}

/** Replacement characters; GBK and UTF-8 taken for each other; UTF-8 taken for Latin-1. */
const garbled = /\uFFFD|锟斤拷|锟斤|烫烫烫|屯屯屯|[\u00E3-\u00E9][\u0080-\u00BF]{2}|\u00EF\u00BF\u00BD/u

function brokenText({ values, rowNo }: CheckedRow): Issue[] {
  const issues: Issue[] = []
  for (const [column, value] of values) {
    if (typeof value !== 'string' || !garbled.test(value)) continue
    issues.push(
      mayFixLater('P614', {
        row: rowNo,
        field: column,
        zh: `“${column}”中有乱码,原样保留。`,
        en: `"${column}" holds characters broken before they came to us; kept as they are.`,
        value,
      }),
    )
  }
  return issues
}
