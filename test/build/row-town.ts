import { planarAreaM2 } from '../../server/geo/area.ts'
import { ellipsoidAreaM2 } from '../../server/geo/ellipsoid-area.ts'
import type { MultiPolygon } from '../../server/geo/polygon.ts'
import { encodeMultiPolygon } from '../../server/geo/wkb.ts'
import type { LandRecord, RecordKind } from '../../server/record/record.ts'
import { docOf } from '../../server/record/record-key.ts'
import { parcelCode, parts, rect, supervisionNo } from './given.ts'

/**
 * A town made to be hard on neighbourhoods: one long row of places, where every document takes its numbers and names from
 * those of its own place and the next, and a third of them have no shape. Whatever one document has to do with another is
 * then found a few places further by way of a third, and so on down the row.
 */
export interface Town {
  readonly records: readonly LandRecord[]
  /** Draws the document of a number anew, somewhere near the place it was at. */
  redraw(record: LandRecord): LandRecord
  /** A new document beside another one. */
  beside(record: LandRecord, recordId: number): LandRecord
}

type Draw = (n: number) => number

const SPACING_M = 40
const kinds = [
  ['approval', ''],
  ['approval', ''],
  ['supply', ''],
  ['supply', ''],
  ['registration', ''],
  ['completion', ''],
  ['performance', ''],
  ['expropriation', ''],
  ['permit', ''],
  ['layer', 'control_plan'],
  ['layer', 'farmland'],
  ['layer', 'growth_boundary'],
  ['layer', 'footprint'],
] as const satisfies readonly (readonly [RecordKind, string])[]

/** @param places each with about `perPlace` documents and zones */
export function rowTown(places: number, perPlace: number, draw: Draw): Town {
  let recordId = 0
  const records: LandRecord[] = [
    district(++recordId, 0, places / 2),
    district(++recordId, places / 2, places),
  ]
  for (let place = 0; place < places; place++) {
    for (let n = 0; n < perPlace; n++) {
      const [kind, layer] = kinds[draw(kinds.length)]!
      records.push(made(++recordId, kind, layer, place, draw))
    }
  }
  // every register and layer is there, whatever is drawn
  for (const [kind, layer] of kinds) records.push(made(++recordId, kind, layer, draw(places), draw, true))
  return {
    records,
    redraw: ({ recordId: id, kind, layer, rowNo }) => made(id, kind, layer, rowNo, draw),
    beside({ rowNo }, id) {
      const [kind, layer] = kinds[draw(kinds.length)]!
      return made(id, kind, layer, rowNo, draw)
    },
  }
}

/** `rowNo` keeps the place. */
function made(
  recordId: number,
  kind: RecordKind,
  layer: string,
  place: number,
  draw: Draw,
  hasShape = kind === 'layer' || (kind !== 'performance' && draw(3) > 0),
): LandRecord {
  const fields = Object.fromEntries(
    Object.entries(fieldsOf(kind, place, draw)).filter(([, value]) => value !== undefined),
  ) as LandRecord['fields']
  return recordOf(recordId, kind, layer, place, fields, hasShape ? shapeAt(place, kind, draw) : null)
}

function recordOf(
  recordId: number,
  kind: RecordKind,
  layer: string,
  place: number,
  fields: LandRecord['fields'],
  shape: MultiPolygon | null,
): LandRecord {
  return {
    recordId,
    countyCode: '430211',
    kind,
    layer,
    key: `${kind}${recordId}`,
    doc: docOf(kind, fields),
    fields,
    wkb: shape && encodeMultiPolygon(shape),
    areaDocumentM2: null,
    areaPlanarM2: shape && planarAreaM2(shape),
    areaEllipsoidM2: shape && ellipsoidAreaM2(shape),
    deliveryId: 1,
    rowNo: place,
  }
}

const district = (recordId: number, from: number, to: number): LandRecord => {
  const code = from === 0 ? '430202' : '430211'
  const shape = rect(from * SPACING_M + 7, -500, (to - from) * SPACING_M, 1000)
  return recordOf(recordId, 'layer', 'district', from, { code, name: `区${code}` }, shape)
}

/** Some share borders with the next place, some reach into it, by metres or by centimetres; some have a second plot further on. */
function shapeAt(place: number, kind: RecordKind, draw: Draw): MultiPolygon {
  const plot = (at: number): MultiPolygon => {
    const from = at * SPACING_M + [0, 0, 0, 12, -8, 0.1, 0.0003][draw(7)]!
    const width = [SPACING_M, SPACING_M, SPACING_M - 12, SPACING_M + 9, SPACING_M + 0.05, 20][draw(6)]!
    const [south, height] = [
      [0, 100],
      [0, 100],
      [10, 50],
      [50, 50],
      [30, 0.5],
      [0.02, 99.9],
    ][draw(6)] as [number, number]
    return rect(grid(from), south, grid(width), height)
  }
  if (kind === 'layer')
    return rect(place * SPACING_M + draw(3) * 15, draw(2) * 50, SPACING_M * (1 + draw(2)), 50)
  return draw(12) === 0 ? parts(plot(place), plot(place + 2)) : plot(place)
}

const grid = (m: number): number => Math.round(m * 1e4) / 1e4

function fieldsOf(kind: RecordKind, place: number, draw: Draw): Record<string, unknown> {
  // most of what a paper says is about one and the same contract; two contracts next to each other share a project
  const mostly = place + draw(2)
  const near = () => (draw(4) ? mostly : place + draw(2))
  const maybe = <T>(value: T): T | undefined => (draw(2) ? value : undefined)
  const often = <T>(value: T): T | undefined => (draw(4) ? value : undefined)
  const day = () => often(`20${10 + draw(14)}-0${1 + draw(9)}-15`)
  const holder = () => often(`株洲${near()}公司`)
  const code = () => (draw(4) ? undefined : `91430200MA4L${String(1000 + near()).padStart(4, '0')}XX`)
  const project = () => often(`项目${near() >> 1}`)
  const use = () => maybe(['工业用地', '商业用地', '城镇住宅用地', '0601'][draw(4)])
  const approvalNo = () => `湘政地〔2020〕${near()}号`
  switch (kind) {
    case 'approval':
      return {
        doc_no: often(approvalNo()),
        approved_on: day(),
        status: ['valid', undefined, 'withdrawn', 'valid'][draw(4)],
        status_on: maybe('2023-05-01'),
        site_used: [true, false, undefined][draw(3)],
        compensated: [true, false, undefined][draw(3)],
        expropriation: maybe(['none', 'part', 'done'][draw(3)]),
        use: use(),
      }
    case 'supply':
      return {
        supervision_no: maybe(supervisionNo(near()) + (draw(6) ? '' : '-1')),
        approval_doc_no: maybe(approvalNo()),
        parcel_code: maybe(parcelCode(near())),
        project: project(),
        holder: holder(),
        holder_code: code(),
        signed_on: day(),
        start_due: day(),
        start_on: maybe(day()),
        finish_due: day(),
        start_state: maybe(['none', 'started'][draw(2)]),
        finish_state: maybe(['none', 'done'][draw(2)]),
        use: use(),
      }
    case 'registration':
      return {
        parcel_code: often(parcelCode(near())),
        unit_code: maybe(`${parcelCode(near())}F00010001`),
        cert_no: maybe(`湘(2022)株洲市不动产权第${1000 + near()}号`),
        supervision_no: maybe(supervisionNo(near())),
        approval_doc_no: maybe(approvalNo()),
        project: project(),
        holder: holder(),
        holder_code: code(),
        registered_on: day(),
        legacy_built: maybe(draw(3) === 0),
        use: maybe(use()),
      }
    case 'completion':
      return {
        doc_no: `验${near()}`,
        project: project(),
        supervision_no: maybe(supervisionNo(near())),
        parcel_code: maybe(parcelCode(near())),
        holder: holder(),
        accepted_on: day(),
        footprint_m2: maybe(300 + draw(500)),
      }
    case 'performance':
      return {
        parcel_code: maybe(parcelCode(near())),
        holder: holder(),
        holder_code: code(),
        year: 2023,
        eco_class: 'B',
      }
    case 'expropriation':
      return {
        doc_no: `征${near()}`,
        announced_on: day(),
        state: ['none', 'part', 'done'][draw(3)],
        compensated: maybe(true),
      }
    case 'permit':
      return { doc_no: `许${near()}`, project: project(), issued_on: day() }
    default:
      return {
        code: `${place}-${draw(100)}`,
        use: use(),
        status: maybe('in_force'),
        in_force_on: maybe('2021-01-01'),
      }
  }
}

/** One to four documents dropped, added, redrawn or saying something else. */
export function someRowEdit(
  { redraw, beside }: Town,
  records: readonly LandRecord[],
  draw: Draw,
  newId: number,
): { readonly what: string; readonly before: readonly LandRecord[]; readonly after: readonly LandRecord[] } {
  const those = records.filter(({ layer }) => layer !== 'district')
  const before = new Set<LandRecord>()
  const after: LandRecord[] = []
  const said: string[] = []
  for (let n = draw(5) === 0 ? 1 + draw(4) : 1; n > 0; n--) {
    const record = those[draw(those.length)]!
    const what = (['dropped', 'added', 'redrawn', 'field', 'field', 'field'] as const)[draw(6)]!
    if (what !== 'added' && before.has(record)) continue
    const other = redraw(record)
    const { wkb, areaPlanarM2, areaEllipsoidM2 } = other
    if (what !== 'added') before.add(record)
    if (what === 'added') after.push(beside(record, newId + n))
    if (what === 'redrawn') after.push({ ...record, wkb, areaPlanarM2, areaEllipsoidM2 })
    const names = Object.keys(other.fields)
    const name = names[draw(names.length)] ?? ''
    if (what === 'field') after.push(saying(record, name, draw(3) === 0 ? undefined : valueOf(other, name)))
    said.push(`${what} ${name} of ${record.kind} ${record.layer} ${record.recordId} at ${record.rowNo}`)
  }
  return { what: said.join(), before: [...before], after }
}

const valueOf = ({ fields }: LandRecord, name: string): unknown => (fields as Record<string, unknown>)[name]

function saying(record: LandRecord, name: string, value: unknown): LandRecord {
  const { [name]: _, ...others } = record.fields as Record<string, unknown>
  return { ...record, fields: value === undefined ? others : { ...others, [name]: value } } as LandRecord
}
