import { PolygonSet } from '../geo/polygon-set.ts'
import { knownLayers, type LandRecord, type RecordKind } from '../record/record.ts'
import type { IsoDate } from '../units.ts'
import { compareRecords } from './order.ts'
import { ranksBy } from './precedence.ts'

/** Records that have a shape, and their shapes in the working plane (EPSG:4547) under the same index. */
export interface Shaped<K extends RecordKind = RecordKind> {
  readonly records: readonly LandRecord<K>[]
  readonly shapes: PolygonSet
}

/** A register whose rows claim land: the lesser rank has it first. */
export interface Ranked<K extends RecordKind> extends Shaped<K> {
  readonly ranks: Int32Array
}

/**
 * Records per kind and zones per layer in the whole base. A register or layer of which nothing was delivered was not
 * checked: nothing known is not nothing granted.
 */
export interface KnownRegisters {
  readonly records: Readonly<Record<string, number>>
  /** Of those, with a shape. */
  readonly shaped: Readonly<Record<string, number>>
  readonly layers: Readonly<Record<string, number>>
}

/** Everything one build reads, sorted so that neither the order of deliveries nor that of rows can be seen in it. */
export interface Registers {
  readonly asOf: IsoDate
  /** What the whole base holds, of which these records may be a part. */
  readonly known: KnownRegisters
  /** All records, with and without a shape, in canonical order. */
  readonly records: readonly LandRecord[]
  readonly approvals: Ranked<'approval'>
  readonly supplies: Ranked<'supply'>
  readonly registrations: Ranked<'registration'>
  readonly completions: Shaped<'completion'>
  /** Every layer with zones, districts included, by name. */
  readonly layers: ReadonlyMap<string, Shaped<'layer'>>
  /** 预审选址, 征收, 储备, 许可, 效益: linked to parcels, never land of their own. */
  readonly others: Shaped
}

/** Kinds that neither make land nor describe a zone; they attach to parcels. */
export const attachingKinds = [
  'preliminary',
  'expropriation',
  'reserve',
  'permit',
  'violation',
  'performance',
] as const

/** @param known of the whole base, where the records are a part of it */
export function readRegisters(
  asOf: IsoDate,
  records: readonly LandRecord[],
  known: KnownRegisters = knownOf(records),
): Registers {
  const sorted = records.toSorted(compareRecords)
  const layers = new Map<string, LandRecord<'layer'>[]>()
  for (const record of sorted) {
    if (!isKind(record, 'layer')) continue
    const zones = layers.get(record.layer)
    if (zones) zones.push(record)
    else layers.set(record.layer, [record])
  }
  const attaching: readonly string[] = attachingKinds
  return {
    asOf,
    known,
    records: sorted,
    approvals: ranked(
      shaped(sorted.filter((r) => isKind(r, 'approval'))),
      (approval) => approval.fields.approved_on,
    ),
    supplies: ranked(shaped(sorted.filter((r) => isKind(r, 'supply'))), (supply) => supply.fields.signed_on),
    registrations: ranked(
      shaped(sorted.filter((r) => isKind(r, 'registration'))),
      (title) => title.fields.registered_on,
    ),
    completions: shaped(sorted.filter((r) => isKind(r, 'completion'))),
    layers: new Map([...layers].map(([name, zones]) => [name, shaped(zones)])),
    others: shaped(sorted.filter((r) => attaching.includes(r.kind))),
  }
}

/** Counted as `build.layers` and the notes of a build keep them; zones without a shape are not there to check against. */
export function knownOf(records: readonly LandRecord[]): KnownRegisters {
  const kinds: Record<string, number> = {}
  const shaped: Record<string, number> = {}
  const layers: Record<string, number> = {}
  for (const { kind, layer, wkb } of records) {
    kinds[kind] = (kinds[kind] ?? 0) + 1
    if (wkb !== null) shaped[kind] = (shaped[kind] ?? 0) + 1
    if (kind === 'layer' && wkb !== null) layers[layer] = (layers[layer] ?? 0) + 1
  }
  return { records: kinds, shaped, layers }
}

export function isKind<K extends RecordKind>(record: LandRecord, kind: K): record is LandRecord<K> {
  return record.kind === kind
}

/** Whether a layer has a meaning of its own in findings and facts. */
export function isKnownLayer(name: string): boolean {
  return (knownLayers as readonly string[]).includes(name)
}

function shaped<K extends RecordKind>(records: readonly LandRecord<K>[]): Shaped<K> {
  const withShape = records.filter((record) => record.wkb !== null)
  return { records: withShape, shapes: PolygonSet.fromWkb(withShape.map((record) => shapeOf(record))) }
}

function ranked<K extends RecordKind>(
  register: Shaped<K>,
  dateOf: (record: LandRecord<K>) => IsoDate | undefined,
): Ranked<K> {
  return { ...register, ranks: ranksBy(register.records, dateOf) }
}

/** The shape of a record known to have one. */
export function shapeOf(record: LandRecord): Uint8Array {
  if (record.wkb === null) throw new TypeError(`Record ${record.recordId} has no shape.`)
  return record.wkb
}
