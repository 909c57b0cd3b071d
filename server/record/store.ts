import { createHash } from 'node:crypto'
import { sql, type Kysely, type Transaction } from 'kysely'
import { bulkInsert, type BulkColumns, type BulkRow } from '../db/bulk.ts'
import { nextNumbers } from '../db/counter.ts'
import { asJson } from '../db/json.ts'
import type { Base } from '../db/open.ts'
import { asWkb } from '../db/postgis.ts'
import type { Database } from '../db/schema.ts'
import { planarAreaM2 } from '../geo/area.ts'
import { ellipsoidAreaM2 } from '../geo/ellipsoid-area.ts'
import { WORKING_SRID } from '../geo/polygon.ts'
import { encodeMultiPolygon } from '../geo/wkb.ts'
import { Refusal, type Place } from '../refusal.ts'
import type { IsoDate } from '../units.ts'
import { countyCodeOf } from './county.ts'
import { namesOf } from './names.ts'
import type { DeliverySummary, Draft, Issue, Json, Reading } from './draft.ts'
import type { LandRecord, RecordKind } from './record.ts'

/** How the CRS of a delivery was learned. */
export type CrsKnownBy = 'prj' | 'header' | 'option' | 'magnitude' | 'format' | 'none'

/** The delivery itself: what came in and how it was read. */
export interface DeliveryInput {
  readonly kind: RecordKind
  /** Only for kind `layer`. */
  readonly layer?: string | null
  readonly fileName: string
  readonly bytes: Uint8Array
  /** Mapping, declared CRS, all-or-nothing: what is needed to read the bytes again. */
  readonly options?: { readonly [name: string]: Json }
  /** `EPSG:4526`; null for tables without coordinates. */
  readonly crs?: string | null
  readonly crsKnownBy?: CrsKnownBy
  readonly encoding?: string | null
  /** ISO timestamp; becomes `recorded_at` of every new version. */
  readonly receivedAt: string
  /** Issues and refused rows of the reader; absent: every row became a draft. */
  readonly reading?: Reading
  /** The same summary, nothing written. */
  readonly dryRun?: boolean
  /** One refused row refuses the file. */
  readonly allOrNothing?: boolean
}

/** Drafts at hand, or made while they are taken, inside the transaction that records them. */
export type Drafts =
  Iterable<Draft> | AsyncIterable<Draft> | ((tx: Transaction<Database>) => AsyncIterable<Draft>)

/** A delivery refused whole because some of its rows were; `summary` names them. Nothing was written. */
export class RowsRefused extends Refusal {
  readonly summary: DeliverySummary
  constructor(fileName: string, summary: DeliverySummary) {
    const first = summary.issues.find((issue) => issue.severity === 'must_fix')
    super(
      'ROWS_REFUSED',
      {
        zh: `${summary.read} 行中有 ${summary.refused} 行不能采用,按“全有或全无”整件退回${first ? `;第一处:${first.message.zh}` : ''}`,
        en: `${summary.refused} of ${summary.read} rows cannot be used, so the whole file is refused as asked${first ? `; the first: ${first.message.en}` : ''}`,
      },
      {
        zh: '请先改正这些行;或去掉 --all-or-nothing,只退回有问题的行。',
        en: 'Correct these rows first, or leave out --all-or-nothing to refuse only them.',
      },
      { file: fileName, ...(first ? placeOf(first) : {}) },
    )
    this.summary = summary
  }
}

const placeOf = ({ row, field }: Issue): Place => ({
  ...(row === null ? {} : { row }),
  ...(field === null ? {} : { field }),
})

/** Thrown to roll the transaction back when nothing is to be kept; the summary is the answer all the same. */
class NothingKept extends Error {
  readonly summary: DeliverySummary
  constructor(summary: DeliverySummary) {
    super('Nothing to keep.')
    this.summary = summary
  }
}

/** Big enough that statements are few, small enough that a batch stays in the cache. */
const BATCH = 4_000

/**
 * Records a delivery in one transaction: it arrives whole or not at all.
 *
 * A row with a new key gets a number and version 1; a changed row a further version, the old one closed at
 * `receivedAt`; an unchanged row nothing. Rows missing from this delivery are left alone: a delivery says what it
 * holds, not what has ended. A delivery that changes nothing and was received before leaves no trace (`delivery: null`).
 * Areas are computed here, planar and ellipsoidal, from the shape in the working CRS.
 * @throws RowsRefused with `allOrNothing`
 */
export async function recordDrafts(
  base: Base,
  delivery: DeliveryInput,
  drafts: Drafts,
): Promise<DeliverySummary> {
  try {
    return await base.transaction((tx) => record(tx, delivery, drafts))
  } catch (error) {
    if (error instanceof NothingKept) return error.summary
    throw error
  }
}

interface Tally {
  used: number
  repaired: number
  unchanged: number
}

async function record(
  tx: Transaction<Database>,
  delivery: DeliveryInput,
  drafts: Drafts,
): Promise<DeliverySummary> {
  const reading: Reading = delivery.reading ?? { issues: [], refused: 0 }
  const sha256 = createHash('sha256').update(delivery.bytes).digest('hex')
  const receivedBefore = await wasReceived(tx, delivery, sha256)
  const deliveryId = await openDelivery(tx, delivery, sha256)
  const tally: Tally = { used: 0, repaired: 0, unchanged: 0 }
  const register = new Register(tx, delivery, deliveryId, tally, reading)

  let batch: Draft[] = []
  for await (const draft of typeof drafts === 'function' ? drafts(tx) : drafts) {
    batch.push(draft)
    if (batch.length === BATCH) {
      await register.take(batch)
      batch = []
    }
  }
  await register.take(batch)

  const issues = inFileOrder(reading.issues)
  const counts = {
    read: tally.used + tally.repaired + tally.unchanged + reading.refused,
    ...tally,
    refused: reading.refused,
  }
  const summary: DeliverySummary = {
    delivery: deliveryId,
    ...counts,
    crs: delivery.crs ?? null,
    crsKnownBy: delivery.crsKnownBy ?? null,
    issues,
  }
  if (delivery.allOrNothing && reading.refused > 0)
    throw new RowsRefused(delivery.fileName, { ...summary, delivery: null })
  const changesNothing = tally.used + tally.repaired === 0 && (reading.refused === 0 || receivedBefore)
  if (delivery.dryRun || changesNothing) throw new NothingKept({ ...summary, delivery: null })
  await closeDelivery(tx, deliveryId, counts, issues)
  return summary
}

/** Issues of the file as a whole first, then by row. */
const inFileOrder = (issues: readonly Issue[]): Issue[] =>
  issues.toSorted((a, b) => (a.row ?? 0) - (b.row ?? 0))

async function wasReceived(
  tx: Transaction<Database>,
  delivery: DeliveryInput,
  sha256: string,
): Promise<boolean> {
  const found = await tx
    .selectFrom('delivery')
    .select('delivery_id')
    .where('file_sha256', '=', sha256)
    .where('kind', '=', delivery.kind)
    .where('layer', 'is not distinct from', delivery.layer ?? null)
    .where('undone_at', 'is', null)
    .limit(1)
    .executeTakeFirst()
  return found !== undefined
}

/** The delivery must stand before its records can name it; its counts follow in `closeDelivery`. */
async function openDelivery(
  tx: Transaction<Database>,
  delivery: DeliveryInput,
  sha256: string,
): Promise<number> {
  await tx
    .insertInto('delivered_file')
    .values({ sha256, bytes: delivery.bytes })
    .onConflict((conflict) => conflict.column('sha256').doNothing())
    .execute()
  const deliveryId = await nextNumbers(tx, 'delivery', 1)
  await tx
    .insertInto('delivery')
    .values({
      delivery_id: deliveryId,
      kind: delivery.kind,
      layer: delivery.layer ?? null,
      file_name: delivery.fileName,
      file_sha256: sha256,
      options: asJson(delivery.options ?? {}),
      crs: delivery.crs ?? null,
      crs_known_by: delivery.crsKnownBy ?? null,
      encoding: delivery.encoding ?? null,
      rows_read: 0,
      rows_used: 0,
      rows_repaired: 0,
      rows_unchanged: 0,
      rows_refused: 0,
      received_at: delivery.receivedAt,
      undone_at: null,
    })
    .execute()
  return deliveryId
}

async function closeDelivery(
  tx: Transaction<Database>,
  deliveryId: number,
  counts: { read: number; used: number; repaired: number; unchanged: number; refused: number },
  issues: readonly Issue[],
): Promise<void> {
  await tx
    .updateTable('delivery')
    .set({
      rows_read: counts.read,
      rows_used: counts.used,
      rows_repaired: counts.repaired,
      rows_unchanged: counts.unchanged,
      rows_refused: counts.refused,
    })
    .where('delivery_id', '=', deliveryId)
    .execute()
  await bulkInsert(
    tx,
    'delivery_issue',
    issues.map((issue, i) => ({
      delivery_id: deliveryId,
      issue_no: i + 1,
      row_no: issue.row,
      field: issue.field,
      code: issue.code,
      severity: issue.severity,
      message_zh: issue.message.zh,
      message_en: issue.message.en,
      value: issue.value,
    })),
    issueColumns,
  )
}

const issueColumns: BulkColumns = {
  delivery_id: 'int8',
  issue_no: 'int4',
  row_no: 'int4',
  field: 'text',
  code: 'text',
  severity: 'text',
  message_zh: 'text',
  message_en: 'text',
  value: 'text',
}

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
}

/** The newest version of a row, closed or standing. */
interface KnownVersion {
  readonly record_id: number
  readonly version_no: number
  readonly content_hash: string
  readonly stands: boolean
}

/** A draft with what identifies it settled. */
interface Entry {
  readonly draft: Draft
  readonly county: string
  readonly key: string
  readonly wkb: Uint8Array | null
  readonly hash: string
}

/** Takes the drafts of one delivery, batch by batch. */
class Register {
  private readonly tx: Transaction<Database>
  private readonly delivery: DeliveryInput
  private readonly deliveryId: number
  private readonly tally: Tally
  private readonly reading: Reading
  private readonly layer: string
  /** Key to the row that brought it first and how often it came: a repeat gets a key of its own. */
  private readonly seen = new Map<string, { row: number; times: number }>()
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
    const entries = drafts.map((draft) => this.entry(draft))
    const known = await this.knownVersions(entries)
    const changed: Entry[] = []
    for (const entry of entries) {
      const before = known.get(`${entry.county}|${entry.key}`)
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
      this.reading.issues.push({
        row: draft.rowNo,
        field: null,
        code: 'P607',
        severity: 'note',
        message: {
          zh: `第 ${draft.rowNo} 行与第 ${first.row} 行编号相同,两行都已保留。`,
          en: `Row ${draft.rowNo} carries the same number as row ${first.row}; both are kept.`,
        },
        value: draft.key,
      })
    } else this.seen.set(`${county}|${draft.key}`, { row: draft.rowNo, times: 1 })
    const wkb = draft.geometry === null ? null : encodeMultiPolygon(draft.geometry)
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
        county_code, record_key, record_id, version_no, content_hash, replaced_at is null as stands
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
      names: namesOf({ kind: this.delivery.kind, fields: draft.fields, wkb }),
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

/** Of what the row says, where it lies and when it holds: the same hash, nothing changed. Field order does not matter. */
function contentHash(draft: Draft, wkb: Uint8Array | null): string {
  const fields = Object.entries(draft.fields).toSorted(([a], [b]) => (a < b ? -1 : 1))
  const hash = createHash('sha256').update(
    JSON.stringify([
      fields,
      draft.doc,
      draft.areaDocumentM2,
      draft.validFrom ?? null,
      draft.validTo ?? null,
      draft.delivered?.srid ?? null,
    ]),
  )
  const shape = draft.delivered?.wkb ?? wkb
  if (shape) hash.update(shape)
  return hash.digest('hex')
}

const EWKB_HAS_SRID = 0x20000000

/** The delivered coordinates with their SRID in the header, as PostGIS writes it; null where there was no shape. */
function deliveredEwkb(draft: Draft, wkb: Uint8Array | null): Uint8Array | null {
  const shape = draft.delivered ?? (wkb === null ? null : { srid: WORKING_SRID, wkb })
  if (shape === null) return null
  const little = shape.wkb[0] === 1
  const from = new DataView(shape.wkb.buffer, shape.wkb.byteOffset)
  const ewkb = new Uint8Array(shape.wkb.length + 4)
  const to = new DataView(ewkb.buffer)
  ewkb[0] = shape.wkb[0]!
  to.setUint32(1, from.getUint32(1, little) | EWKB_HAS_SRID, little)
  to.setUint32(5, shape.srid, little)
  ewkb.set(shape.wkb.subarray(5), 9)
  return ewkb
}

const PAGE = 20_000

/**
 * The records true on a day and known at a moment, sorted by kind, layer, key and number: the same answer on both
 * bases, whatever the order of deliveries.
 * @param when.knownAt ISO timestamp; absent: as known now. A version counts from its `recorded_at` until, not
 * including, its `replaced_at`.
 */
export async function loadRecords(
  db: Kysely<Database>,
  when: { asOf: IsoDate; knownAt?: string | undefined; kinds?: readonly RecordKind[] | undefined },
): Promise<LandRecord[]> {
  const records: LandRecord[] = []
  let after = -1
  for (;;) {
    const page = await pageOfRecords(db, when, after)
    for (const row of page) records.push(row)
    if (page.length < PAGE) break
    after = page.at(-1)!.recordId
  }
  return records.toSorted(inRegisterOrder)
}

function inRegisterOrder(a: LandRecord, b: LandRecord): number {
  return (
    compare(a.kind, b.kind) || compare(a.layer, b.layer) || compare(a.key, b.key) || a.recordId - b.recordId
  )
}
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** The columns a `LandRecord` is read from. */
export const landRecordColumns = [
  'record_id as recordId',
  'county_code as countyCode',
  'kind',
  'layer',
  'record_key as key',
  'doc',
  'fields',
  asWkb(sql.ref('geom')).as('wkb'),
  'area_document_m2 as areaDocumentM2',
  'area_planar_m2 as areaPlanarM2',
  'area_ellipsoid_m2 as areaEllipsoidM2',
  'delivery_id as deliveryId',
  'row_no as rowNo',
] as const

async function pageOfRecords(
  db: Kysely<Database>,
  {
    asOf,
    knownAt,
    kinds,
  }: { asOf: IsoDate; knownAt?: string | undefined; kinds?: readonly RecordKind[] | undefined },
  after: number,
): Promise<LandRecord[]> {
  let query = db
    .selectFrom('record')
    .select(landRecordColumns)
    .where('record_id', '>', after)
    .where(sql<boolean>`valid_during @> ${asOf}::date`)
    .orderBy('record_id')
    .limit(PAGE)
  query =
    knownAt === undefined
      ? query.where('replaced_at', 'is', null)
      : query.where(
          sql<boolean>`recorded_at <= ${knownAt}::timestamptz and (replaced_at is null or replaced_at > ${knownAt}::timestamptz)`,
        )
  if (kinds !== undefined) query = query.where('kind', 'in', [...kinds])
  // The table holds kind and fields as text and JSON; both were written by `recordDrafts` from the same types.
  return (await query.execute()) as LandRecord[]
}

/** What taking a delivery back did. */
export interface UndoSummary {
  readonly delivery: number
  /** Versions of this delivery that stood and now do not. */
  readonly closed: number
  /** Rows whose version before it stands again, as a version of its own. */
  readonly restored: number
}

/**
 * Takes a delivery back whole: its standing versions are closed at `at`, and where one had replaced a version of a
 * delivery that still stands, that one is recorded again. What later deliveries changed since is left as it is.
 * @throws Refusal DELIVERY_UNKNOWN, DELIVERY_UNDONE
 */
export async function undoDelivery(base: Base, deliveryId: number, at: string): Promise<UndoSummary> {
  return base.transaction(async (tx) => {
    await markUndone(tx, deliveryId, at)
    const { rows: closed } = await sql<{ record_id: number }>`
      update record set replaced_at = greatest(${at}::timestamptz, recorded_at)
      where delivery_id = ${deliveryId} and replaced_at is null
      returning record_id
    `.execute(tx)
    const { rows: restored } = await sql<{ record_id: number }>`
      insert into record (
        county_code, record_id, version_no, kind, layer, record_key, doc, fields, raw, content_hash, valid_during,
        recorded_at, delivery_id, row_no, geom, geom_delivered, area_document_m2, area_planar_m2, area_ellipsoid_m2, names
      )
      select distinct on (old.record_id)
        old.county_code, old.record_id, newest.version_no + 1, old.kind, old.layer, old.record_key, old.doc, old.fields, old.raw, old.content_hash, old.valid_during,
        newest.replaced_at, old.delivery_id, old.row_no, old.geom, old.geom_delivered, old.area_document_m2, old.area_planar_m2, old.area_ellipsoid_m2, old.names
      from record as old
      join delivery on delivery.delivery_id = old.delivery_id and delivery.undone_at is null
      join (
        select record_id, version_no, replaced_at from record as version
        where record_id = any(${closed.map((row) => row.record_id)}::int8[])
          and version_no = (select max(version_no) from record as other where other.record_id = version.record_id)
      ) as newest on newest.record_id = old.record_id
      order by old.record_id, old.version_no desc
      returning record_id
    `.execute(tx)
    return { delivery: deliveryId, closed: closed.length, restored: restored.length }
  })
}

async function markUndone(tx: Transaction<Database>, deliveryId: number, at: string): Promise<void> {
  const delivery = await tx
    .selectFrom('delivery')
    .select(['file_name', 'undone_at'])
    .where('delivery_id', '=', deliveryId)
    .executeTakeFirst()
  if (!delivery) {
    throw new Refusal(
      'DELIVERY_UNKNOWN',
      { zh: `没有编号为 ${deliveryId} 的来件。`, en: `There is no delivery ${deliveryId}.` },
      { zh: '来件编号见导入时的回执。', en: 'The number of a delivery stands in the answer to its import.' },
    )
  }
  if (delivery.undone_at !== null) {
    throw new Refusal(
      'DELIVERY_UNDONE',
      {
        zh: `来件 ${deliveryId}（${delivery.file_name}）已于 ${delivery.undone_at} 撤回。`,
        en: `Delivery ${deliveryId} (${delivery.file_name}) was taken back at ${delivery.undone_at}.`,
      },
      { zh: '如需恢复,请重新导入该文件。', en: 'Import the file again to bring it back.' },
      { file: delivery.file_name },
    )
  }
  await tx.updateTable('delivery').set({ undone_at: at }).where('delivery_id', '=', deliveryId).execute()
}
