import { sql, type Transaction } from 'kysely'
import { bulkInsert, type BulkColumns, type BulkRow } from '../db/bulk.ts'
import { nextNumbers } from '../db/counter.ts'
import type { Database } from '../db/schema.ts'
import { planarAreaM2 } from '../geo/area.ts'
import { ellipsoidAreaM2 } from '../geo/ellipsoid-area.ts'
import { wkbOf } from '../geo/wkb.ts'
import { countyCodeOf } from './county.ts'
import type { DeliveryInput, Tally } from './delivery.ts'
import type { Draft, Reading } from './draft.ts'
import { contentHash, deliveredEwkb, type Entry } from './entry.ts'
import { nameKeys, namesOf } from './names.ts'

const recordColumns: BulkColumns = {
  county_code: 'text',
  record_id: 'int8',
  version_no: 'int4',
  kind: 'text',
  layer: 'text',
  record_key: 'text',
  doc: 'text',
  fields: 'jsonb',
  raw: 'jsonb',
  content_hash: 'text',
  valid_during: 'daterange',
  recorded_at: 'timestamptz',
  delivery_id: 'int8',
  row_no: 'int4',
  geom: 'geometry',
  geom_delivered: 'bytea',
  area_document_m2: 'float8',
  area_planar_m2: 'float8',
  area_ellipsoid_m2: 'float8',
  names: 'text[]',
  name_keys: 'int8[]',
}

/** The newest version of a row, closed or standing. */
interface KnownVersion {
  readonly record_id: number
  readonly delivery_id: number
  readonly version_no: number
  readonly content_hash: string
  readonly stands: boolean
}

/** Takes the drafts of one delivery, batch by batch. */
export class Register {
  private readonly tx: Transaction<Database>
  private readonly delivery: DeliveryInput
  private readonly deliveryId: number
  private readonly tally: Tally
  private readonly reading: Reading
  private readonly layer: string
  /** Key to the row that brought it first and how often it came: a repeat gets a key of its own. */
  private readonly seen = new Map<string, { row: number; times: number }>()
  /** Deliveries whose standing rows this one repeats or changes: what it is a new state of. */
  readonly sources = new Set<number>()
  /** County and key of every row taken. */
  readonly taken = new Set<string>()
  /** A register with no row of this kind yet needs no look-up; the demo city is loaded so. */
  private isEmpty: boolean | undefined

  constructor(
    tx: Transaction<Database>,
    delivery: DeliveryInput,
    deliveryId: number,
    tally: Tally,
    reading: Reading,
  ) {
    this.tx = tx
    this.delivery = delivery
    this.deliveryId = deliveryId
    this.tally = tally
    this.reading = reading
    this.layer = delivery.layer ?? ''
  }

  async take(drafts: readonly Draft[]): Promise<void> {
    if (drafts.length === 0) return
    const { onlyRows } = this.delivery
    const entries = drafts
      .map((draft) => this.entry(draft))
      .filter(({ draft }) => onlyRows === undefined || onlyRows.has(draft.rowNo))
    if (entries.length === 0) return
    const known = await this.knownVersions(entries)
    const changed: Entry[] = []
    for (const entry of entries) {
      const before = known.get(`${entry.county}|${entry.key}`)
      this.taken.add(`${entry.county}|${entry.key}`)
      if (before?.stands) this.sources.add(before.delivery_id)
      if (before?.stands && before.content_hash === entry.hash) {
        this.tally.unchanged++
        continue
      }
      changed.push(entry)
      if (entry.draft.repaired) this.tally.repaired++
      else this.tally.used++
    }
    if (changed.length === 0) return
    await this.closeVersions(changed.map((entry) => known.get(`${entry.county}|${entry.key}`)))
    const numbers = await this.numbersFor(changed, known)
    await bulkInsert(
      this.tx,
      'record',
      changed.map((entry, i) => this.row(entry, numbers[i]!, known.get(`${entry.county}|${entry.key}`))),
      recordColumns,
    )
  }

  private entry(draft: Draft): Entry {
    const county = draft.countyCode ?? countyCodeOf(draft.fields)
    const first = this.seen.get(`${county}|${draft.key}`)
    if (first) {
      first.times++
      if (this.delivery.onlyRows?.has(draft.rowNo) ?? true)
        this.reading.issues.push({
          row: draft.rowNo,
          field: null,
          code: 'P607',
          severity: 'may_fix_later',
          message: {
            zh: `第 ${draft.rowNo} 行与第 ${first.row} 行编号相同,两行都已保留。`,
            en: `Row ${draft.rowNo} carries the same number as row ${first.row}; both are kept.`,
          },
          value: draft.key,
        })
    } else this.seen.set(`${county}|${draft.key}`, { row: draft.rowNo, times: 1 })
    const wkb = draft.geometry === null ? null : wkbOf(draft.geometry)
    return {
      draft,
      county,
      key: first ? `${draft.key}#${first.times}` : draft.key,
      wkb,
      hash: contentHash(draft, wkb),
    }
  }

  private async knownVersions(entries: readonly Entry[]): Promise<Map<string, KnownVersion>> {
    this.isEmpty ??= await this.hasNoRows()
    if (this.isEmpty) return new Map()
    const { rows } = await sql<KnownVersion & { county_code: string; record_key: string }>`
      select distinct on (county_code, record_key)
        county_code, record_key, record_id, delivery_id, version_no, content_hash, replaced_at is null as stands
      from record
      where kind = ${this.delivery.kind} and layer = ${this.layer} and record_key = any(${entries.map((entry) => entry.key)}::text[])
      order by county_code, record_key, version_no desc
    `.execute(this.tx)
    return new Map(rows.map((row) => [`${row.county_code}|${row.record_key}`, row]))
  }

  private async hasNoRows(): Promise<boolean> {
    const any = await this.tx
      .selectFrom('record')
      .select('record_id')
      .where('kind', '=', this.delivery.kind)
      .where('layer', '=', this.layer)
      .where('delivery_id', '<>', this.deliveryId)
      .limit(1)
      .executeTakeFirst()
    return any === undefined
  }

  private async closeVersions(versions: readonly (KnownVersion | undefined)[]): Promise<void> {
    const ids = versions.filter((version) => version?.stands).map((version) => version!.record_id)
    if (ids.length === 0) return
    await sql`
      update record set replaced_at = ${this.delivery.receivedAt}::timestamptz
      where record_id = any(${ids}::int8[]) and replaced_at is null
    `.execute(this.tx)
  }

  /** A row known before keeps its number; new ones take theirs from the counter of their county. */
  private async numbersFor(
    entries: readonly Entry[],
    known: ReadonlyMap<string, KnownVersion>,
  ): Promise<number[]> {
    const isNew = (entry: Entry) => !known.has(`${entry.county}|${entry.key}`)
    const newPerCounty = new Map<string, number>()
    for (const entry of entries)
      if (isNew(entry)) newPerCounty.set(entry.county, (newPerCounty.get(entry.county) ?? 0) + 1)
    const next = new Map<string, number>()
    for (const [county, count] of [...newPerCounty].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      next.set(county, recordNumber(county, await nextNumbers(this.tx, `record:${county}`, count)))
    }
    return entries.map((entry) => {
      const before = known.get(`${entry.county}|${entry.key}`)
      if (before) return before.record_id
      const number = next.get(entry.county)!
      next.set(entry.county, number + 1)
      return number
    })
  }

  private row(
    { draft, county, key, wkb, hash }: Entry,
    recordId: number,
    before: KnownVersion | undefined,
  ): BulkRow {
    const names = namesOf({ kind: this.delivery.kind, fields: draft.fields, wkb })
    return {
      county_code: county,
      record_id: recordId,
      version_no: (before?.version_no ?? 0) + 1,
      kind: this.delivery.kind,
      layer: this.layer,
      record_key: key,
      doc: draft.doc,
      fields: draft.fields,
      raw: draft.raw,
      content_hash: hash,
      valid_during: `[${draft.validFrom ?? ''},${draft.validTo ?? ''})`,
      recorded_at: this.delivery.receivedAt,
      delivery_id: this.deliveryId,
      row_no: draft.rowNo,
      names,
      name_keys: nameKeys(names),
      geom: wkb,
      geom_delivered: deliveredEwkb(draft, wkb),
      area_document_m2: draft.areaDocumentM2,
      area_planar_m2: draft.geometry === null ? null : planarAreaM2(draft.geometry),
      area_ellipsoid_m2: draft.geometry === null ? null : ellipsoidAreaM2(draft.geometry),
    }
  }
}

/** A record's number: county code × 10⁸ + serial, so that shards number on their own and no two numbers are alike. */
const recordNumber = (county: string, serial: number): number => Number(county) * 1e8 + serial
