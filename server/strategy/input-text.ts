import { standingChoices, type Choice } from '../claim/choice.ts'
import { Speakers } from '../claim/speakers.ts'
import type { Fields, RecordKind } from '../record/record.ts'
import type { IsoDate } from '../units.ts'
import type { AnyLink, Checked, FactInput, Link, ParcelFinding, ParcelInput } from './fact-input.ts'
import type { FactNumbers } from './fact-number.ts'
import { FirmLand, firmKey } from './firm-land.ts'
import { parcelAsChosen } from './parcel-as-chosen.ts'

/**
 * What a run reads once, before it goes through the parcels. JSON text as the base wrote it: it is parsed by the thread that
 * takes the facts, and the one that asks for it stays free.
 */
export interface RunText {
  readonly asOf: IsoDate
  readonly layers: readonly string[]
  readonly registers: readonly RecordKind[]
  /** Rows of `FindingRow`, by code and number; null: there are none. */
  readonly findings: string | null
  /** Yearly lists: rows of `RecordRow`. */
  readonly lists: string | null
  /** What people chose among statements: rows of `ChoiceRow`, the newest of each parcel and field. */
  readonly choices: string | null
  /** From the rule pack. */
  readonly numbers: FactNumbers
}

/** Some thousand parcels with everything their facts are taken from. */
export interface PageText {
  /** Rows of `ParcelRow`, in the order of their numbers. */
  readonly parcels: string
  /** Rows of `LinkRow`, by parcel and record. */
  readonly links: string | null
  /** The records linked to: rows of `RecordRow`. */
  readonly records: string | null
}

export type ParcelRow = readonly [
  countyCode: string,
  parcelId: number,
  kind: ParcelInput['kind'],
  stage: string,
  sourceRecordId: number,
  parcelCode: string | null,
  holder: string | null,
  holderCode: string | null,
  project: string | null,
  useGroup: string | null,
  areaM2: number,
  perimeterM: number,
]
export type LinkRow = readonly [
  parcelId: number,
  recordId: number,
  areaM2: number | null,
  shareOfParcel: number | null,
  shareOfRecord: number | null,
  isCertain: boolean,
]
export type RecordRow = readonly [
  recordId: number,
  kind: RecordKind,
  layer: string,
  doc: string | null,
  fields: Readonly<Record<string, unknown>>,
]
export type FindingRow = readonly [
  code: string,
  severity: ParcelFinding['severity'],
  areaM2: number | null,
  parcelIds: readonly number[],
  recordIds: readonly number[],
]

export type ChoiceRow = readonly [
  parcelId: number,
  choiceNo: number,
  field: string,
  recordId: number | null,
  seenHash: string,
]

interface RecordHead {
  readonly recordId: number
  readonly kind: RecordKind
  readonly layer: string
  readonly doc: string | null
  readonly fields: Readonly<Record<string, unknown>>
}

/** Pages of one run as inputs of facts. Pure. */
export class InputReader {
  readonly #asOf: IsoDate
  readonly #checked: Checked
  readonly #findings: ReadonlyMap<number, readonly ParcelFinding[]>
  /** The yearly lists by what their rows are known by: a parcel, or a holder. */
  readonly #byParcel: ReadonlyMap<string, readonly RecordHead[]>
  readonly #byHolder: ReadonlyMap<string, readonly RecordHead[]>
  /** The firm list, by what firms are known by. */
  readonly #firms: ReadonlyMap<string, readonly Link<'firm'>[]>
  readonly #land: FirmLand
  readonly #choices = new Map<number, Map<string, Choice>>()
  readonly #numbers: FactNumbers

  constructor({ asOf, layers, registers, findings, lists, choices, numbers }: RunText) {
    this.#asOf = asOf
    this.#checked = { layers: new Set(layers), registers: new Set(registers) }
    this.#findings = byParcel(rowsOf<FindingRow>(findings))
    const all = rowsOf<RecordRow>(lists).map(toHead)
    const heads = all.filter(({ kind }) => kind === 'performance')
    const key = (head: RecordHead, field: string): string => String(head.fields[field] ?? '')
    this.#byParcel = groupBy(heads, (head) => key(head, 'parcel_code'))
    this.#byHolder = groupBy(heads, (head) =>
      key(head, 'parcel_code') === '' ? key(head, 'holder_code') : '',
    )
    const ofKind = <K extends RecordKind>(kind: K): Link<K>[] =>
      all.filter((head) => head.kind === kind).map((head) => asLink(head, 'probable') as unknown as Link<K>)
    const byFirm = <K extends 'firm' | 'performance'>(rows: readonly Link<K>[]): Map<string, Link<K>[]> => {
      const groups = new Map<string, Link<K>[]>()
      for (const row of rows) {
        const key = firmKey(row.fields as Fields<'firm'>)
        if (key !== null) append(groups, key, row)
      }
      return groups
    }
    this.#firms = byFirm(ofKind('firm'))
    const ofFirms = ofKind('performance').filter(({ fields }) => fields.parcel_code === undefined)
    this.#land = new FirmLand(ofKind('firm_land_use'), byFirm(ofFirms), asOf)
    for (const [parcelId, choiceNo, field, recordId, hash] of rowsOf<ChoiceRow>(choices)) {
      let ofParcel = this.#choices.get(parcelId)
      if (!ofParcel) this.#choices.set(parcelId, (ofParcel = new Map()))
      ofParcel.set(field, { choiceNo, field, recordId, seenHash: hash })
    }
    this.#numbers = numbers
  }

  *inputs({ parcels, links, records }: PageText): Generator<ParcelPapers> {
    const heads = new Map(rowsOf<RecordRow>(records).map((row) => [row[0], toHead(row)]))
    const linksOf = new Map<number, AnyLink[]>()
    for (const [parcelId, recordId, areaM2, shareOfParcel, shareOfRecord, isCertain] of rowsOf<LinkRow>(
      links,
    )) {
      const head = heads.get(recordId)
      if (!head) continue // a layer that is only shown, or a record taken back since the build
      const certainty = isCertain ? 'certain' : 'probable'
      // Kinds and fields were checked against record.ts when the record was made.
      const link = { ...head, areaM2, shareOfParcel, shareOfRecord, certainty } as AnyLink
      append(linksOf, parcelId, link)
    }
    for (const row of rowsOf<ParcelRow>(parcels)) {
      const parcel = toParcel(row)
      const linked = linksOf.get(parcel.parcelId) ?? []
      const input = this.#inputOf(parcel, linked)
      const choices = this.#choices.get(parcel.parcelId)
      yield { input: choices ? this.#asChosen(input, linked, choices) : input, choices: choices ?? noChoices }
    }
  }

  #inputOf(parcel: ParcelInput, linked: readonly AnyLink[]): FactInput {
    return {
      asOf: this.#asOf,
      checked: this.#checked,
      numbers: this.#numbers,
      parcel,
      links: [...linked, ...this.#listed(parcel, linked)],
      findings: this.#findings.get(parcel.parcelId) ?? [],
      firms: this.#firmsOf(parcel),
      users: this.#land.usersOf(parcel.parcelCode),
    }
  }

  /** The parcel as people see it who chose otherwise than the rules: lists are then looked up by the holder they chose. */
  #asChosen(input: FactInput, linked: readonly AnyLink[], choices: ReadonlyMap<string, Choice>): FactInput {
    const all = [...choices.values()]
    const first = standingChoices(all, new Speakers(input))
    if (first.size === 0) return input
    const known = this.#inputOf(parcelAsChosen(input.parcel, first), linked)
    // again, because which firms are known on the land hangs on the holder chosen
    const chosen = standingChoices(all, new Speakers(known))
    return { ...known, parcel: parcelAsChosen(input.parcel, chosen), chosen }
  }

  #firmsOf({ holderCode, holder }: ParcelInput): readonly Link<'firm'>[] {
    const key = firmKey({ holder_code: holderCode ?? undefined, holder: holder ?? undefined })
    const named = firmKey({ holder: holder ?? undefined })
    return [key, named].flatMap((each) => (each === null ? [] : (this.#firms.get(each) ?? []))).slice(0, 1)
  }

  /** Rows of the yearly lists that name the parcel or its holder, where the build has not linked them already. */
  #listed({ parcelCode, holderCode }: ParcelInput, linked: readonly AnyLink[]): AnyLink[] {
    if (linked.some((link) => link.kind === 'performance')) return []
    const named = parcelCode === null ? [] : (this.#byParcel.get(parcelCode) ?? [])
    const held = holderCode === null ? [] : (this.#byHolder.get(holderCode) ?? [])
    return [...named.map((head) => asLink(head, 'certain')), ...held.map((head) => asLink(head, 'probable'))]
  }
}

const noChoices: ReadonlyMap<string, Choice> = new Map()

/** A parcel with its papers, and what people chose among what they say. */
export interface ParcelPapers {
  /** With the choices that stand. */
  readonly input: FactInput
  /** The newest choice of each field, standing or not. */
  readonly choices: ReadonlyMap<string, Choice>
}

/** A row of a list, which has no shape of its own. */
const asLink = (head: RecordHead, certainty: 'certain' | 'probable'): AnyLink =>
  ({ ...head, areaM2: null, shareOfParcel: null, shareOfRecord: null, certainty }) as AnyLink

const rowsOf = <Row>(text: string | null): readonly Row[] =>
  text === null ? [] : (JSON.parse(text) as readonly Row[])

const toHead = ([recordId, kind, layer, doc, fields]: RecordRow): RecordHead => ({
  recordId,
  kind,
  layer,
  doc,
  fields,
})

function toParcel(row: ParcelRow): ParcelInput {
  const [countyCode, parcelId, kind, stage, sourceRecordId, parcelCode, holder, holderCode] = row
  const [, , , , , , , , project, useGroup, areaM2, perimeterM] = row
  const who = { parcelCode, holder, holderCode, project, useGroup }
  return { countyCode, parcelId, kind, stage, sourceRecordId, ...who, areaM2, perimeterM }
}

function byParcel(rows: readonly FindingRow[]): Map<number, ParcelFinding[]> {
  const found = new Map<number, ParcelFinding[]>()
  for (const [code, severity, areaM2, parcelIds, recordIds] of rows) {
    const finding = { code, severity, areaM2, recordIds }
    for (const parcelId of new Set(parcelIds)) append(found, parcelId, finding)
  }
  return found
}

function groupBy(
  heads: readonly RecordHead[],
  keyOf: (head: RecordHead) => string,
): Map<string, RecordHead[]> {
  const groups = new Map<string, RecordHead[]>()
  for (const head of heads) {
    const key = keyOf(head)
    if (key !== '') append(groups, key, head)
  }
  return groups
}

function append<K, V>(lists: Map<K, V[]>, key: K, item: V): void {
  const list = lists.get(key)
  if (list) list.push(item)
  else lists.set(key, [item])
}
