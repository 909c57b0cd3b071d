import { createHash } from 'node:crypto'
import { makeCity as demoCity } from '../../server/demo/city.ts'
import type { City } from '../../server/build/city.ts'
import type { RecordSource } from '../../server/build/neighbourhood.ts'
import type { Box } from '../../server/geo/area.ts'
import { PolygonSet } from '../../server/geo/polygon-set.ts'
import { planarAreaM2 } from '../../server/geo/area.ts'
import { ellipsoidAreaM2 } from '../../server/geo/ellipsoid-area.ts'
import type { MultiPolygon } from '../../server/geo/polygon.ts'
import { decodeMultiPolygon, encodeMultiPolygon } from '../../server/geo/wkb.ts'
import { namesOf } from '../../server/record/names.ts'
import type { LandRecord } from '../../server/record/record.ts'

/** Every document and zone of a demo city, as a build would read them. */
export function demoRecords(parcels: number, seed: number): LandRecord[] {
  let recordId = 0
  return demoCity({ parcels, seed }).deliveries.flatMap(({ kind, layer, records }) =>
    [...records()].map(
      ({ key, doc, countyCode, fields, geometry, areaDocumentM2 }): LandRecord =>
        ({
          recordId: ++recordId,
          countyCode: countyCode ?? '430211',
          kind,
          layer: layer ?? '',
          key,
          doc,
          fields,
          ...shaped(geometry),
          areaDocumentM2,
          deliveryId: 1,
          rowNo: recordId,
        }) as LandRecord,
    ),
  )
}

function shaped(geometry: MultiPolygon | null) {
  return {
    wkb: geometry && encodeMultiPolygon(geometry),
    areaPlanarM2: geometry && planarAreaM2(geometry),
    areaEllipsoidM2: geometry && ellipsoidAreaM2(geometry),
  }
}

/** A list of records as a base would answer from it. */
export function listSource(records: readonly LandRecord[]): RecordSource {
  const boxOf = new Map(
    records
      .filter(({ wkb }) => wkb !== null)
      .map((record) => [record, PolygonSet.fromWkb([record.wkb!]).box(0)] as const),
  )
  const byName = new Map<string, LandRecord[]>()
  for (const record of records) {
    for (const name of namesOf(record)) byName.set(name, [...(byName.get(name) ?? []), record])
  }
  const near = (boxes: readonly Box[], wanted: (record: LandRecord) => boolean): LandRecord[] =>
    [...boxOf]
      .filter(
        ([record, [west, south, east, north]]) =>
          wanted(record) && boxes.some((b) => b[0] <= east && b[2] >= west && b[1] <= north && b[3] >= south),
      )
      .map(([record]) => record)
  return {
    documentsNear: async (boxes) => near(boxes, ({ kind }) => kind !== 'layer'),
    zonesNear: async (boxes) => near(boxes, ({ kind, layer }) => kind === 'layer' && layer !== 'district'),
    named: async (names) => [...new Set(names.flatMap((name) => byName.get(name) ?? []))],
    districts: async () => records.filter(({ kind, layer }) => kind === 'layer' && layer === 'district'),
  }
}

/** Draws numbers below `n`, the same for the same seed. */
export function dice(seed: number): (n: number) => number {
  let state = seed >>> 0
  return (n) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x297a2d39) >>> 0
    let x = state
    x = Math.imul(x ^ (x >>> 12), 0x45d9f3b)
    return ((x ^ (x >>> 16)) >>> 0) % n
  }
}

/** One edit: the records before and after, of the same number unless one is new or gone. */
export interface Edit {
  readonly what: string
  readonly before: LandRecord | null
  readonly after: LandRecord | null
}

type Draw = (n: number) => number

/** One of the things that happen to records: redrawn, moved, dropped, copied, renamed, dated otherwise, ended. */
export function someEdit(records: readonly LandRecord[], draw: Draw, newId: number): Edit {
  for (;;) {
    const before = records[draw(records.length)]!
    const edit = edits[draw(edits.length)]!
    const made = edit(before, draw, records, newId)
    if (made) return made
  }
}

type MakeEdit = (record: LandRecord, draw: Draw, records: readonly LandRecord[], newId: number) => Edit | null

const grid = (m: number): number => Math.round(m * 1e4) / 1e4

const edits: readonly MakeEdit[] = [
  (before, draw) =>
    reshaped('moved', before, (shape) => {
      const [dx, dy] = [draw(400) / 100 - 2, draw(400) / 100 - 2]
      return shape.map((rings) => rings.map((ring) => ring.map(([x, y]) => [grid(x + dx), grid(y + dy)])))
    }),
  (before, draw) =>
    reshaped('one corner moved', before, (shape) => {
      const ring = shape[0]![0]!
      const at = 1 + draw(ring.length - 2)
      const [x, y] = ring[at]!
      const moved = ring.with(at, [grid(x + draw(600) / 1000 - 0.3), grid(y + draw(600) / 1000 - 0.3)])
      return [[moved, ...shape[0]!.slice(1)], ...shape.slice(1)]
    }),
  (before) =>
    reshaped('corners added', before, (shape) =>
      shape.map((rings) =>
        rings.map(
          (ring) =>
            ring.flatMap(([x, y], at) => {
              const next = ring[at + 1]
              return next
                ? [
                    [x, y],
                    [grid((x + next[0]) / 2), grid((y + next[1]) / 2)],
                  ]
                : [[x, y]]
            }) as MultiPolygon[0][0],
        ),
      ),
    ),
  (before) => (before.layer === 'district' ? null : { what: 'dropped', before, after: null }),
  (before, draw, _, newId) =>
    before.wkb === null || before.kind === 'layer'
      ? null
      : {
          what: 'copied',
          before: null,
          after: { ...before, recordId: newId, key: `${before.key}/${draw(1e6)}`, doc: `${before.doc}之二` },
        },
  (before, draw, records) => {
    const names = [
      'supervision_no',
      'parcel_code',
      'unit_code',
      'approval_doc_no',
      'project',
      'holder',
      'holder_code',
      'doc_no',
      'cert_no',
      'use',
    ] as const
    const name = names[draw(names.length)]!
    const others = records.filter((record) => record.kind === before.kind)
    const value = draw(4) === 0 ? undefined : fieldsOf(others[draw(others.length)]!)[name]
    return withFields(`${name} taken over`, before, { [name]: value })
  },
  (before, draw) => {
    const dates = [
      'approved_on',
      'signed_on',
      'registered_on',
      'accepted_on',
      'start_due',
      'start_on',
      'handover_due',
    ] as const
    return withFields('a date', before, {
      [dates[draw(dates.length)]!]: draw(3) === 0 ? undefined : `20${10 + draw(15)}-0${1 + draw(9)}-15`,
    })
  },
  (before, draw) =>
    before.kind === 'approval'
      ? withFields('status', before, {
          status: ['valid', 'withdrawn', 'lapsed'][draw(3)],
          status_on: '2024-01-01',
        })
      : null,
  (before, draw) =>
    before.kind === 'layer' && before.layer !== 'district'
      ? withFields('zone', before, { status: draw(2) ? 'pending' : 'in_force' })
      : null,
]

const fieldsOf = (record: LandRecord) => record.fields as Readonly<Record<string, unknown>>

function withFields(
  what: string,
  before: LandRecord,
  changed: Readonly<Record<string, unknown>>,
): Edit | null {
  const fields = Object.fromEntries(
    Object.entries({ ...fieldsOf(before), ...changed }).filter(([, value]) => value !== undefined),
  )
  if (JSON.stringify(fields) === JSON.stringify(before.fields)) return null
  return { what, before, after: { ...before, fields } as LandRecord }
}

function reshaped(what: string, before: LandRecord, redraw: (shape: MultiPolygon) => unknown): Edit | null {
  if (before.wkb === null || before.layer === 'district') return null
  return {
    what,
    before,
    after: { ...before, ...shaped(redraw(decodeMultiPolygon(before.wkb)) as MultiPolygon) },
  }
}

/** Every row a city has for these documents, as text; parcels by what they are, not by where they stand in a list. */
export function rowsOf(city: City, isOwn: (recordId: number) => boolean): string[] {
  const own = city.ownParcels ?? city.parcels.length
  const nameOf = city.parcels.map(({ kind, source, wkb }) => `${kind} ${source.recordId} ${hash(wkb)}`)
  const rows: string[] = []
  for (let at = 0; at < own; at++) {
    const { source, areaPlanarM2, areaEllipsoidM2, districtCode } = city.parcels[at]!
    if (!isOwn(source.recordId)) continue
    rows.push(
      `parcel ${nameOf[at]} ${areaPlanarM2} ${areaEllipsoidM2} ${districtCode} ${JSON.stringify(city.attributes[at])}`,
    )
    for (const { record, extent: _, ...link } of city.links[at]!)
      rows.push(`link ${nameOf[at]} ${record.recordId} ${JSON.stringify(link)}`)
  }
  for (const { records, parcels, wkb, ...finding } of city.findings) {
    if (!isOwn(records[0]!.recordId)) continue
    rows.push(
      `finding ${records.map(({ recordId }) => recordId).join()} ${sorted(parcels.map((at) => nameOf[at]!)).join()} ${wkb && hash(wkb)} ${JSON.stringify(finding)}`,
    )
  }
  for (const { records, parcel, wkb, ...piece } of city.ledger.pieces) {
    if (!isOwn(records[0]!.recordId)) continue
    rows.push(
      `piece ${records.map(({ recordId }) => recordId).join()} ${parcel === null ? '' : nameOf[parcel]} ${wkb && hash(wkb)} ${JSON.stringify(piece)}`,
    )
  }
  return sorted(rows)
}

const sorted = (texts: readonly string[]): string[] => texts.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))

const hash = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('base64url')
