import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Transaction } from 'kysely'
import type { Database } from '../db/schema.ts'
import { canonicalShape, planarAreaM2 } from '../geo/area.ts'
import type { MultiPolygon } from '../geo/polygon.ts'
import { encodeMultiPolygon } from '../geo/wkb.ts'
import type { Draft, Issue, Reading } from '../record/draft.ts'
import { recordKey } from '../record/record-key.ts'
import type { Fields, RecordKind } from '../record/record.ts'
import type { Message } from '../refusal.ts'
import { placeShape, type Crs } from './crs.ts'
import { FileChecks } from './check-file.ts'
import { checkRow } from './check-row.ts'
import { fileIssues, refuseUnknownTable } from './file-issues.ts'
import { inNormalSpelling } from './identifiers.ts'
import { mayFixLater, mustFix, note } from './issue.ts'
import type { Mapping } from './mapping.ts'
import { mendShapes } from './mend.ts'
import { gridded, mendRings, type Repair } from './shape.ts'
import type { Source, SourceRow } from './source.ts'
import { SameRows } from './same-row-store.ts'
import { shapesNamed, together } from './store.ts'
import type { Target } from './target.ts'
import { docNumber, Reader, settleArea, validFrom, type Understood } from './understand.ts'

/** Rows understood, checked and handed on together. */
const BATCH = 100

/** A delivery whose file is read and whose CRS is settled. */
export interface Delivery {
  readonly target: Target
  readonly source: Source
  readonly mapping: Mapping
  readonly crs: Crs | null
  readonly reading: Reading
  readonly fileName: string
  readonly receivedOn: string
  readonly onProgress: ((fraction: number, step: Message) => void) | undefined
}

/** A row on its way to a draft. */
interface Pending {
  readonly row: SourceRow
  readonly understood: Understood
  /** In the working CRS, on the grid; null for a row without a shape. */
  shape: MultiPolygon | null
  readonly delivered: Draft['delivered']
  readonly repairs: readonly Repair[]
  repaired: boolean
}

/**
 * Rows of a delivery as drafts, batch by batch (none, where none of it can be used): understand, place, mend, join, ask the
 * database about the shape.
 * What is refused or odd goes into `delivery.reading` as it is found; what concerns the whole file, after its last row.
 * @throws Refusal FIELDS_UNKNOWN for a table of which no column means anything, or one alone where there are no shapes
 */
export async function* drafts(tx: Transaction<Database>, delivery: Delivery): AsyncGenerator<Draft[]> {
  const reader = new Reader(delivery.target.kind, delivery.source, delivery.mapping)
  const checks = new FileChecks(delivery.target.kind)
  const same = new SameRows(tx, delivery.target)
  const tally = { rows: 0, shapeless: 0, withoutDoc: 0, hasShapes: false }
  let batch: SourceRow[] = []
  const finish = async (): Promise<Draft[]> => {
    const made = await draftBatch(tx, delivery, { reader, checks, same }, batch)
    tally.rows += batch.length
    if (delivery.mapping.shapes !== 'leave_out')
      tally.hasShapes ||= batch.some(({ shape }) => shape.kind !== 'none')
    for (const draft of made) {
      if (draft.geometry === null) tally.shapeless++
      else tally.hasShapes = true // joined
      if (delivery.target.kind === 'approval' && !('doc_no' in draft.fields)) tally.withoutDoc++
    }
    batch = []
    await nextTurn() // rows written before leave for the base meanwhile
    delivery.onProgress?.(tally.rows / Math.max(1, delivery.source.rowCount), {
      zh: `已读 ${tally.rows} 行`,
      en: `${tally.rows} rows read`,
    })
    return made
  }
  const rows = delivery.source.rows()
  if (Symbol.iterator in rows) {
    for (const row of rows) {
      batch.push(row)
      if (batch.length === BATCH) yield await finish()
    }
  } else {
    for await (const row of rows) {
      batch.push(row)
      if (batch.length === BATCH) yield await finish()
    }
  }
  yield await finish()
  refuseUnknownTable(delivery, reader, tally.hasShapes)
  delivery.reading.issues.push(
    ...reader.closingIssues(),
    ...fileIssues(tally, delivery.mapping),
    ...checks.closing(),
  )
}

async function draftBatch(
  tx: Transaction<Database>,
  delivery: Delivery,
  { reader, checks, same }: { readonly reader: Reader; readonly checks: FileChecks; readonly same: SameRows },
  rows: readonly SourceRow[],
): Promise<Draft[]> {
  const { reading } = delivery
  const refuse = (issues: readonly Issue[]): void => {
    reading.refused++
    reading.issues.push(...issues)
  }
  const pending: Pending[] = []
  for (const row of rows) {
    const total = checks.total(row)
    if (row.refused) {
      refuse(row.issues)
      continue
    }
    if (total) {
      refuse([total])
      continue
    }
    const understood = reader.understand(row)
    const placed = understood.refused ? { refused: [] } : place(row, delivery)
    if ('refused' in placed) {
      refuse([...row.issues, ...understood.issues, ...placed.refused])
      continue
    }
    understood.issues.unshift(...row.issues, ...placed.issues)
    pending.push({
      row,
      understood,
      shape: placed.shape,
      delivered: placed.delivered,
      repairs: placed.repairs,
      repaired: row.repaired || placed.repairs.length > 0,
    })
  }
  await joinShapes(tx, delivery, pending)
  const refused = await mend(tx, delivery, pending)
  const made: { readonly draft: Draft; readonly rowId: string | undefined }[] = []
  for (const each of pending) {
    const invalid = refused.get(each)
    if (invalid) {
      refuse([...each.understood.issues, invalid])
      continue
    }
    if (delivery.target.kind === 'layer' && each.shape === null) {
      refuse([
        ...each.understood.issues,
        mustFix('P601', {
          row: each.row.rowNo,
          field: 'geometry',
          zh: '图层要素没有图形。',
          en: 'A zone of a layer has no shape.',
        }),
      ])
      continue
    }
    if (each.shape === null && Object.keys(each.understood.fields).length === 0) {
      refuse([
        ...each.understood.issues,
        mustFix('ROW_EMPTY', {
          row: each.row.rowNo,
          zh: '该行既没有图形,也没有可识别的内容。',
          en: 'The row has neither a shape nor anything we recognise.',
        }),
      ])
      continue
    }
    const draft = toDraft(each, delivery)
    made.push({ draft, rowId: each.understood.rowId })
    checks.record(draft.rowNo, draft.fields, each.understood.issues)
    each.understood.issues.push(
      ...checkRow(delivery.target.kind, {
        rowNo: draft.rowNo,
        fields: draft.fields,
        values: each.row.values,
        shape: each.shape,
        areaDocumentM2: draft.areaDocumentM2,
        unitInDoubt: each.understood.issues.some(({ code }) => code === 'P613'),
      }),
    )
    reading.issues.push(...each.understood.issues)
  }
  const { drafts, issues } = await same.settle(made)
  reading.issues.push(...issues)
  return drafts
}

type Placement =
  | { readonly refused: readonly Issue[] }
  | {
      readonly shape: MultiPolygon | null
      readonly delivered: Draft['delivered']
      readonly issues: Issue[]
      readonly repairs: readonly Repair[]
    }

/** Rings of these are told apart by where they lie; which way they turn means nothing there. */
const turnless: ReadonlySet<string> = new Set(['boundary-txt', 'dxf', 'kml', 'csv', 'xlsx', 'json-table'])

/** From delivered coordinates to a clean shape on the grid of the working plane. */
function place({ shape, rowNo }: SourceRow, { crs, source, target, mapping }: Delivery): Placement {
  if (mapping.shapes === 'leave_out') return { shape: null, delivered: undefined, issues: [], repairs: [] }
  if (shape.kind === 'unusable') return { refused: [{ ...shape.issue, row: rowNo }] }
  if (shape.kind === 'none' || crs === null)
    return { shape: null, delivered: undefined, issues: [], repairs: [] }
  const mended = mendRings(shape.polygons)
  if (!mended.ok) return unplaced(rowNo, mended.code, mended.why)
  const placed = placeShape(mended.shape, crs, target.kind === 'layer' ? 'touches' : 'inside')
  if (placed === null) {
    const [x, y] = shape.polygons[0]![0]![0]!
    return unplaced(rowNo, 'P603', {
      zh: `坐标（${x}, ${y}）按 ${crs.name} 读、两轴互换读都不在株洲范围内。请核对坐标系（--crs）与坐标顺序。`,
      en: `The coordinates (${x}, ${y}) lie outside Zhuzhou read as ${crs.name}, either way round. Check the CRS (--crs) and the order of the axes.`,
    })
  }
  const clean = gridded(placed.shape)
  if (!clean.ok) return unplaced(rowNo, clean.code, clean.why)
  const at = { row: rowNo, field: 'geometry' }
  const repairs = [...mended.repairs, ...clean.repairs].filter(
    ({ method }) => method !== 'winding' || !turnless.has(source.format),
  )
  const issues = repairs.map(({ what }) => note('P610', { ...at, ...what }))
  if (placed.reading === 'swapped') {
    repairs.push({ method: 'axes', what: axesTurned })
    issues.push(note('P603', { ...at, ...axesTurned }))
  }
  return {
    shape: clean.shape,
    delivered: { srid: crs.srid ?? 0, wkb: encodeMultiPolygon(shape.polygons) },
    issues,
    repairs,
  }
}

const unplaced = (row: number, code: string, why: Message): Placement => ({
  refused: [mustFix(code, { row, field: 'geometry', ...why })],
})

const axesTurned: Message = {
  zh: '坐标两轴写反（东、北或经、纬互换）,只有互换后才落在株洲范围内,已换回。',
  en: 'The axes were the wrong way round (east and north, or lon and lat); only exchanged does the shape lie in Zhuzhou, so it was turned back.',
}

/** Mends shapes as `mendShapes` does; the issue that refuses a row, by row. */
async function mend(
  tx: Transaction<Database>,
  { reading }: Delivery,
  pending: readonly Pending[],
): Promise<Map<Pending, Issue>> {
  const shaped = pending.filter(({ shape }) => shape !== null)
  const verdicts = await mendShapes(
    tx,
    shaped.map(({ row, shape, repairs }) => ({ rowNo: row.rowNo, shape: shape!, repairs })),
  )
  const refused = new Map<Pending, Issue>()
  for (const [i, verdict] of verdicts.entries()) {
    const each = shaped[i]!
    if (verdict.repair) reading.repairs?.push(verdict.repair)
    if (verdict.refused) {
      refused.set(each, verdict.refused)
      continue
    }
    each.repaired ||= verdict.issues.length > 0
    if (verdict.shape !== each.shape) each.shape = canonicalShape(verdict.shape)
    each.understood.issues.push(...verdict.issues)
  }
  return refused
}

/** Rows of a table take the shape of the records they name, as the mapping says. */
async function joinShapes(
  tx: Transaction<Database>,
  { mapping }: Delivery,
  pending: readonly Pending[],
): Promise<void> {
  const { join, pairs } = mapping
  if (!join) return
  const partners = new Map<string, string[]>()
  for (const { key, to } of pairs ?? []) partners.set(key, [...(partners.get(key) ?? []), to])
  const namesOf = ({ row, understood }: Pending): readonly string[] => {
    const own = understood.fields[join.on] ?? row.values.get(join.on)
    if (own === undefined || own === null) return []
    const names = pairs === undefined ? [String(own)] : (partners.get(String(own)) ?? [])
    return names.map((name) => inNormalSpelling(join.to.field, name))
  }
  const wanted = new Set(pending.filter(({ shape }) => shape === null).flatMap(namesOf))
  const shapes = await shapesNamed(tx, join.to, [...wanted])
  for (const each of pending) {
    if (each.shape !== null) continue
    const names = namesOf(each)
    const missing = names.filter((name) => !shapes.has(name))
    const found = names.flatMap((name) => shapes.get(name) ?? [])
    const place = { row: each.row.rowNo, field: join.on }
    if (missing.length > 0) {
      each.understood.issues.push(
        mayFixLater('JOIN_NOT_FOUND', {
          ...place,
          zh: `没有找到 ${join.to.kind} 中 ${join.to.field} 为“${missing.join('、')}”的图形。`,
          en: `No shape of a ${join.to.kind} has ${join.to.field} "${missing.join(', ')}".`,
          value: missing.join(', '),
        }),
      )
    }
    if (found.length === 0) continue
    if (found.length > 1)
      each.understood.issues.push(
        note('JOIN_SEVERAL', {
          ...place,
          zh: `图形由 ${found.length} 个地块合并而成。`,
          en: `The shape is the union of ${found.length} plots.`,
          value: names.join(', '),
        }),
      )
    each.shape = canonicalShape(together(found))
  }
}

function toDraft(
  { row, understood, shape, delivered, repaired }: Pending,
  { target, source, receivedOn }: Delivery,
): Draft {
  const { kind } = target
  const wkb = shape === null ? null : encodeMultiPolygon(shape)
  const areaDocumentM2 = settleArea(
    understood,
    source,
    row.rowNo,
    shape === null ? null : planarAreaM2(shape),
  )
  return {
    rowNo: row.rowNo,
    key: recordKey({ kind, fields: understood.fields, rowId: understood.rowId, wkb }),
    doc: docNumber(kind, understood),
    // Reader puts in only canonical names with values of their types; see field-type.ts.
    fields: understood.fields as Fields<RecordKind>,
    raw: row.values,
    geometry: shape,
    wkb: wkb ?? undefined,
    delivered,
    validFrom: validFrom(kind, understood, row.rowNo, receivedOn),
    areaDocumentM2,
    repaired,
  }
}
