import { sql, type Transaction } from 'kysely'
import { copyBinary, OneAtATime } from '../db/bulk.ts'
import { BinaryRows, micros } from '../db/copy-binary.ts'
import { NumbersAsNeeded } from '../db/counter.ts'
import type { Database } from '../db/schema.ts'
import { planarAreaM2 } from '../geo/area.ts'
import { ellipsoidAreaM2 } from '../geo/ellipsoid-area.ts'
import { encodeMultiPolygon } from '../geo/wkb.ts'
import { countyCodeOf } from './county.ts'
import type { DeliveryInput, Tally } from './delivery.ts'
import type { Draft, Reading } from './draft.ts'
import { contentHash, type Entry } from './entry.ts'
import { FirstRows } from './first-rows.ts'
import { nameKeys, namesOf } from './names.ts'

/** In the order `writeRow` writes them. */
const recordColumns = [
  'county_code',
  'record_id',
  'version_no',
  'kind',
  'layer',
  'record_key',
  'doc',
  'fields',
  'raw',
  'content_hash',
  'valid_during',
  'recorded_at',
  'delivery_id',
  'row_no',
  'geom',
  'geom_delivered',
  'area_document_m2',
  'area_planar_m2',
  'area_ellipsoid_m2',
  'names',
  'name_keys',
] as const

/** Small enough that the base works on one statement while the next is written here. */
const BYTES_PER_STATEMENT = 1_000_000

/** The newest version of a row, closed or standing. */
interface KnownVersion {
  readonly record_id: number
  readonly delivery_id: number
  readonly version_no: number
  readonly content_hash: string
  readonly stands: boolean
}

/** Takes the drafts of one delivery, batch by batch. What it writes may be under way until `finish`. */
export class Register {
  private readonly tx: Transaction<Database>
  private readonly delivery: DeliveryInput
  private readonly deliveryId: number
  private readonly tally: Tally
  private readonly reading: Reading
  private readonly layer: string
  private readonly recordedAt: bigint
  /** County and key to the row that brought it first; a repeat gets a key of its own. */
  private readonly firstRows = new FirstRows()
  /** How often a key came, of those that came more than once. */
  private readonly repeats = new Map<string, number>()
  /** County and key of their own of rows that repeat one before. */
  private readonly repeated = new Set<string>()
  /** Deliveries whose standing rows this one repeats or changes: what it is a new state of. */
  readonly sources = new Set<number>()
  /** A register with no row of this kind yet needs no look-up; the demo city is loaded so. */
  private isEmpty: boolean | undefined
  private readonly numbers: NumbersAsNeeded
  /** Rows being written, and those the base is taking. */
  private rows = new BinaryRows()
  private sent = new BinaryRows()
  private readonly sending = new OneAtATime()

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
    this.recordedAt = micros(delivery.receivedAt)
    this.numbers = new NumbersAsNeeded(tx)
  }

  async take(drafts: readonly Draft[]): Promise<void> {
    const { onlyRows } = this.delivery
    const entries: Entry[] = []
    for (const draft of drafts) {
      const entry = this.entry(draft)
      if (onlyRows === undefined || onlyRows.has(draft.rowNo)) entries.push(entry)
    }
    if (entries.length === 0) return
    const known = await this.knownVersions(entries)
    const changed: Entry[] = []
    const closed: number[] = []
    for (const entry of entries) {
      const before = known.get(entry.id)
      if (before?.stands) {
        this.sources.add(before.delivery_id)
        if (before.content_hash === entry.hash) {
          this.tally.unchanged++
          continue
        }
        closed.push(before.record_id)
      }
      changed.push(entry)
      if (entry.draft.repaired) this.tally.repaired++
      else this.tally.used++
    }
    if (closed.length > 0) await this.closeVersions(closed)
    const numbers = await this.numbersFor(changed, known)
    for (const [i, entry] of changed.entries()) {
      this.writeRow(entry, numbers[i]!, known.get(entry.id)?.version_no ?? 0)
      if (this.rows.size >= BYTES_PER_STATEMENT) await this.send()
    }
  }

  /** Everything is in the base afterwards. */
  async finish(): Promise<void> {
    if (this.rows.rows > 0) await this.send()
    await this.settled()
    await this.numbers.settle()
  }

  /** Waits for what is under way; throws what became of it. */
  async settled(): Promise<void> {
    await this.sending.settled()
  }

  /** Whether the delivery brought this row. */
  has(county: string, key: string): boolean {
    const id = idOf(county, key)
    return this.firstRows.has(id) || this.repeated.has(id)
  }

  private async send(): Promise<void> {
    const { rows } = this
    await this.sending.start(() => copyBinary(this.tx, 'record', recordColumns, rows))
    this.rows = this.sent // what it held before is in the base by now
    this.rows.clear()
    this.sent = rows
  }

  private entry(draft: Draft): Entry {
    const county = draft.countyCode ?? countyCodeOf(draft.fields)
    const wkb = draft.geometry === null ? null : (draft.wkb ?? encodeMultiPolygon(draft.geometry))
    const hash = contentHash(draft, wkb)
    const id = idOf(county, draft.key)
    const firstRow = this.firstRows.firstOf(id, draft.rowNo)
    if (firstRow === undefined) return { draft, county, key: draft.key, id, wkb, hash }
    const times = (this.repeats.get(id) ?? 1) + 1
    this.repeats.set(id, times)
    if (this.delivery.onlyRows?.has(draft.rowNo) ?? true)
      this.reading.issues.push({
        row: draft.rowNo,
        field: null,
        code: 'P607',
        severity: 'may_fix_later',
        message: {
          zh: `第 ${draft.rowNo} 行与第 ${firstRow} 行编号相同,两行都已保留。`,
          en: `Row ${draft.rowNo} carries the same number as row ${firstRow}; both are kept.`,
        },
        value: draft.key,
      })
    const key = `${draft.key}#${times}`
    const ownId = idOf(county, key)
    this.repeated.add(ownId)
    return { draft, county, key, id: ownId, wkb, hash }
  }

  /** Whether there are rows a delivery may repeat or change. */
  async looksUp(): Promise<boolean> {
    this.isEmpty ??= await this.hasNoRows()
    return !this.isEmpty
  }

  private async knownVersions(entries: readonly Entry[]): Promise<Map<string, KnownVersion>> {
    if (!(await this.looksUp())) return new Map()
    const { rows } = await sql<KnownVersion & { county_code: string; record_key: string }>`
      select distinct on (county_code, record_key)
        county_code, record_key, record_id, delivery_id, version_no, content_hash, replaced_at is null as stands
      from record
      where kind = ${this.delivery.kind} and layer = ${this.layer} and record_key = any(${entries.map((entry) => entry.key)}::text[])
      order by county_code, record_key, version_no desc
    `.execute(this.tx)
    return new Map(rows.map((row) => [idOf(row.county_code, row.record_key), row]))
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

  private async closeVersions(recordIds: readonly number[]): Promise<void> {
    await sql`
      update record set replaced_at = ${this.delivery.receivedAt}::timestamptz
      where record_id = any(${[...recordIds]}::int8[]) and replaced_at is null
    `.execute(this.tx)
  }

  /** A row known before keeps its number; new ones take theirs from the counter of their county. */
  private async numbersFor(
    entries: readonly Entry[],
    known: ReadonlyMap<string, KnownVersion>,
  ): Promise<number[]> {
    const newPerCounty = new Map<string, number>()
    for (const { county, id } of entries)
      if (!known.has(id)) newPerCounty.set(county, (newPerCounty.get(county) ?? 0) + 1)
    const next = new Map<string, number>()
    for (const [county, count] of [...newPerCounty].toSorted(([a], [b]) => (a < b ? -1 : 1)))
      next.set(county, recordNumber(county, await this.numbers.take(`record:${county}`, count)))
    return entries.map(({ county, id }) => {
      const before = known.get(id)
      if (before) return before.record_id
      const number = next.get(county)!
      next.set(county, number + 1)
      return number
    })
  }

  private writeRow({ draft, county, key, wkb, hash }: Entry, recordId: number, versionBefore: number): void {
    const { rows, delivery } = this
    const { geometry } = draft
    const names = namesOf({ kind: delivery.kind, fields: draft.fields, wkb })
    rows.begin(recordColumns.length)
    rows.text(county)
    rows.int8(recordId)
    rows.int4(versionBefore + 1)
    rows.text(delivery.kind)
    rows.text(this.layer)
    rows.text(key)
    rows.text(draft.doc)
    rows.jsonbObject(draft.fields)
    rows.jsonbObject(draft.raw as ReadonlyMap<string, unknown> | Readonly<Record<string, unknown>>)
    rows.text(hash)
    rows.daterange(draft.validFrom, draft.validTo)
    rows.timestamptz(this.recordedAt)
    rows.int8(this.deliveryId)
    rows.int4(draft.rowNo)
    rows.geometry(wkb)
    if (draft.delivered) rows.ewkb(draft.delivered)
    else rows.geometry(wkb)
    rows.float8(draft.areaDocumentM2)
    rows.float8(geometry === null ? null : planarAreaM2(geometry))
    rows.float8(geometry === null ? null : ellipsoidAreaM2(geometry))
    rows.textArray(names)
    rows.int8Array(nameKeys(names))
  }
}

/** County and key as one text, by which rows of a delivery are told apart. */
const idOf = (county: string, key: string): string => `${county}|${key}`

/** A record's number: county code × 10⁸ + serial, so that shards number on their own and no two numbers are alike. */
const recordNumber = (county: string, serial: number): number => Number(county) * 1e8 + serial
