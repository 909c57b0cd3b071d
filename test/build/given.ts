import type { FreshBase } from '../helpers/database.ts'
import { planarAreaM2 } from '../../server/geo/area.ts'
import { ellipsoidAreaM2 } from '../../server/geo/ellipsoid-area.ts'
import type { MultiPolygon } from '../../server/geo/polygon.ts'
import { encodeMultiPolygon } from '../../server/geo/wkb.ts'
import type { Draft } from '../../server/record/draft.ts'
import type { Fields, LandRecord, RecordKind } from '../../server/record/record.ts'
import { docOf } from '../../server/record/record-key.ts'
import { recordDrafts } from '../../server/record/store.ts'

/** A corner of the working plane near Zhuzhou; the examples are metres east and north of it. */
const EAST = 414_000
const NORTH = 3_079_000

/** A rectangle, metres from the corner. */
export function rect(x: number, y: number, width: number, height: number): MultiPolygon {
  const [west, south, east, north] = [EAST + x, NORTH + y, EAST + x + width, NORTH + y + height]
  return [
    [
      [
        [west, south],
        [east, south],
        [east, north],
        [west, north],
        [west, south],
      ],
    ],
  ]
}

/** Several parts as one shape. */
export const parts = (...shapes: MultiPolygon[]): MultiPolygon => shapes.flat()

export interface Given<K extends RecordKind = RecordKind> {
  readonly kind: K
  readonly layer: string
  readonly key: string
  readonly fields: Fields<K>
  readonly shape: MultiPolygon | null
  readonly areaDocumentM2: number | null
}

type More = { readonly key?: string; readonly areaDocumentM2?: number }

function given<K extends RecordKind>(
  kind: K,
  layer: string,
  key: string,
  shape: MultiPolygon | null,
  fields: Fields<K>,
  more: More,
): Given<K> {
  return { kind, layer, key: more.key ?? key, fields, shape, areaDocumentM2: more.areaDocumentM2 ?? null }
}

/** Documents with every date their stage needs, so that an example shows only what it is about. */
export const approval = (
  docNo: string,
  shape: MultiPolygon | null,
  fields: Fields<'approval'> = {},
  more: More = {},
) => given('approval', '', docNo, shape, { doc_no: docNo, approved_on: '2020-03-01', ...fields }, more)
export const supply = (
  no: string,
  shape: MultiPolygon | null,
  fields: Fields<'supply'> = {},
  more: More = {},
) =>
  given(
    'supply',
    '',
    no,
    shape,
    {
      supervision_no: no,
      signed_on: '2021-06-01',
      start_due: '2022-06-01',
      start_state: 'started',
      ...fields,
    },
    more,
  )
export const registration = (
  code: string,
  shape: MultiPolygon | null,
  fields: Fields<'registration'> = {},
  more: More = {},
) =>
  given('registration', '', code, shape, { parcel_code: code, registered_on: '2022-01-10', ...fields }, more)
export const completion = (
  docNo: string,
  shape: MultiPolygon | null,
  fields: Fields<'completion'> = {},
  more: More = {},
) => given('completion', '', docNo, shape, { doc_no: docNo, accepted_on: '2023-05-01', ...fields }, more)
export const zone = (layer: string, code: string, shape: MultiPolygon, fields: Fields<'layer'> = {}) =>
  given('layer', layer, code, shape, { code, ...fields }, {})
export const district = (code: string, shape: MultiPolygon, name = `区${code}`) =>
  zone('district', code, shape, { name })

/** Well-formed numbers. */
export const supervisionNo = (serial: number) => `4302112021B${String(serial).padStart(5, '0')}`
export const parcelCode = (serial: number) => `430211001001GB${String(serial).padStart(5, '0')}`

/** The records as a build reads them, without a base. Record ids follow the order given, as they would on arrival. */
export function recordsOf(documents: readonly Given[]): LandRecord[] {
  return documents.map(({ kind, layer, key, fields, shape, areaDocumentM2 }, at) => ({
    recordId: at + 1,
    countyCode: '430211',
    kind,
    layer,
    key,
    doc: docOf(kind, fields),
    fields,
    wkb: shape && encodeMultiPolygon(shape),
    areaDocumentM2,
    areaPlanarM2: shape && planarAreaM2(shape),
    areaEllipsoidM2: shape && ellipsoidAreaM2(shape),
    deliveryId: 1,
    rowNo: at + 1,
  }))
}

let deliveries = 0
/** Delivers documents to a base, one delivery per kind and layer in the order given. */
export async function deliver(
  base: FreshBase,
  documents: readonly Given[],
  receivedAt: string,
): Promise<number[]> {
  const groups = new Map<string, Given[]>()
  for (const document of documents) {
    const name = `${document.kind} ${document.layer}`
    groups.set(name, [...(groups.get(name) ?? []), document])
  }
  const made: number[] = []
  for (const group of groups.values()) {
    const { kind, layer } = group[0]!
    const drafts = group.map((document, at): Draft => ({
      rowNo: at + 1,
      key: document.key,
      doc: docOf(kind, document.fields),
      fields: document.fields,
      raw: { key: document.key },
      geometry: document.shape,
      areaDocumentM2: document.areaDocumentM2,
      repaired: false,
    }))
    const summary = await recordDrafts(
      base,
      {
        kind,
        layer: layer || null,
        fileName: `${kind}.json`,
        bytes: Buffer.from(`delivery ${++deliveries}`),
        receivedAt,
      },
      drafts,
    )
    if (summary.delivery !== null) made.push(summary.delivery)
  }
  return made
}
