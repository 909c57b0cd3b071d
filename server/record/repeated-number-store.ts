import { sql, type Transaction } from 'kysely'
import { asWkb } from '../db/postgis.ts'
import type { Database } from '../db/schema.ts'
import { planarAreaM2 } from '../geo/area.ts'
import { NumberList } from '../geo/number-list.ts'
import { isOtherLand } from '../geo/other-land.ts'
import { overlapShape } from '../geo/overlap-shape.ts'
import { decodeMultiPolygon } from '../geo/wkb.ts'
import type { DeliveryInput } from './delivery.ts'
import type { Draft, Issue, Reading } from './draft.ts'
import { labelOf } from './field-label.ts'
import { nameKey, offeredNumbers } from './names.ts'
import { ownNumbersOf } from './own-number.ts'
import type { RecordKind } from './record.ts'

/** Named one by one; the rest is counted. */
const NAMED = 1_000
/** Pairs whose shapes are compared together. */
const PAGE = 200
/** Up to so many numbers the index of names is asked for them; past it, the register is read once. */
const FEW_NUMBERS = 3_000

/** How a number is offered by its field; a row that repeats a 电子监管号 has told so already, by its key. */
const { parcel_code, unit_code, cert_no } = offeredNumbers
const offered: Readonly<Record<string, string>> = { parcel_code, unit_code, cert_no }

/**
 * P607 at import: a row that carries a number of its own which a standing record of the same register carries on other
 * land, be it in the base or further up in the file. A record this delivery replaces does not stand any more.
 */
export class RepeatedNumbers {
  private readonly kind: RecordKind
  /** Of every row with a shape, repeats included: numbers as `nameKey` gives them. */
  private readonly keys = new NumberList()

  constructor({ kind }: Pick<DeliveryInput, 'kind'>) {
    this.kind = kind
  }

  add({ fields, geometry }: Draft): void {
    if (geometry === null) return
    for (const [field, number] of ownNumbersOf({ kind: this.kind, fields })) {
      const prefix = offered[field]
      if (prefix !== undefined) this.keys.push(nameKey(prefix + number))
    }
  }

  /**
   * Reports them once everything is written.
   * @param besides whether the register holds rows this delivery did not bring
   */
  async report(
    tx: Transaction<Database>,
    delivery: DeliveryInput,
    deliveryId: number,
    { besides, reading }: { readonly besides: boolean; readonly reading: Reading },
  ): Promise<void> {
    const asked = besides ? distinct(this.keys) : repeatsIn(this.keys)
    if (asked.length === 0) return
    const pairs = await pairsOf(tx, delivery, deliveryId, asked)
    let named = 0
    for (let at = 0; at < pairs.length; at += PAGE) {
      if (named >= NAMED) {
        reading.issues.push(more(new Set(pairs.slice(at).map(({ mine }) => mine)).size))
        return
      }
      for (const { row, other } of await shapesOf(tx, pairs.slice(at, at + PAGE))) {
        const issue = judged(this.kind, row, other, deliveryId)
        if (issue === null) continue
        reading.issues.push(issue)
        named++
      }
    }
  }
}

/** Those that are there more than once, once each. */
const repeatsIn = (keys: NumberList): Float64Array =>
  keys
    .toFloat64()
    .sort()
    .filter((key, i, sorted) => key === sorted[i - 1] && key !== sorted[i - 2])

const distinct = (keys: NumberList): Float64Array =>
  keys
    .toFloat64()
    .sort()
    .filter((key, i, sorted) => key !== sorted[i - 1])

interface Pair {
  readonly mine: number
  readonly first: number
}

/**
 * Rows of the delivery in their order, each with the standing record that carried one of its numbers first. Those on the
 * very same land, and repeats that have been told of as such, are no pairs.
 */
async function pairsOf(
  tx: Transaction<Database>,
  { kind, layer }: DeliveryInput,
  deliveryId: number,
  keys: Float64Array,
): Promise<readonly Pair[]> {
  const few = keys.length <= FEW_NUMBERS
  // first_value instead of joins: of rows of this transaction the base has no statistics to plan them by
  const { rows } = await sql<Pair>`
    with carrier as (
      select
        record_id, delivery_id, row_no, record_key, geom,
        first_value(record_id) over same as first,
        first_value(delivery_id) over same as first_delivery,
        first_value(record_key) over same as first_key,
        first_value(geom) over same as first_geom
      from record, unnest(names) as name
      where kind = ${kind} and layer = ${layer ?? ''} and replaced_at is null and geom is not null
        ${few ? sql`and name_keys && ${[...keys]}::int8[]` : sql``}
        and name ^@ any(${Object.values(offered)}::text[])
      window same as (partition by name order by delivery_id, row_no, record_id)
    )
    select distinct row_no, record_id as mine, first
    from carrier
    where delivery_id = ${deliveryId} and record_id <> first and not geom = first_geom
      and not (first_delivery = delivery_id and starts_with(record_key, first_key || '#'))
    order by row_no, first
  `.execute(tx)
  return rows
}

interface Carrier {
  readonly record_id: number
  readonly delivery_id: number
  readonly row_no: number
  readonly fields: object
  readonly wkb: Uint8Array
  readonly file_name: string
  readonly received_on: string
}

async function shapesOf(
  tx: Transaction<Database>,
  pairs: readonly Pair[],
): Promise<{ readonly row: Carrier; readonly other: Carrier }[]> {
  const wanted = new Set(pairs.flatMap(({ mine, first }) => [mine, first]))
  const found: Carrier[] = await tx
    .selectFrom('record as r')
    .innerJoin('delivery as d', 'd.delivery_id', 'r.delivery_id')
    .select(({ ref }) => [
      'r.record_id',
      'r.delivery_id',
      'r.row_no',
      'r.fields',
      asWkb(ref('r.geom')).$notNull().as('wkb'),
      'd.file_name',
      sql<string>`to_char(d.received_at at time zone 'UTC', 'YYYY-MM-DD')`.as('received_on'),
    ])
    .where('r.record_id', 'in', [...wanted])
    .where('r.replaced_at', 'is', null)
    .execute()
  const byId = new Map(found.map((each) => [each.record_id, each]))
  return pairs.map(({ mine, first }) => ({ row: byId.get(mine)!, other: byId.get(first)! }))
}

/** Null: the numbers differ after all, or the land is the same. */
function judged(kind: RecordKind, row: Carrier, other: Carrier, deliveryId: number): Issue | null {
  const isBefore = other.delivery_id === deliveryId
  const theirs = new Map(ownNumbersOf({ kind, fields: other.fields }))
  const shared = ownNumbersOf({ kind, fields: row.fields }).filter(
    ([field, number]) => theirs.get(field) === number,
  )
  if (shared.length === 0) return null
  const [own, their] = [decodeMultiPolygon(row.wkb), decodeMultiPolygon(other.wkb)]
  if (!isOtherLand(own, their)) return null
  const common = overlapShape(own, their).reduce((sum, { areaM2 }) => sum + areaM2, 0)
  const [mine, others, both] = [planarAreaM2(own), planarAreaM2(their), common].map((m2) => m2.toFixed(2))
  const where = isBefore
    ? { zh: `第 ${other.row_no} 行`, en: `row ${other.row_no}` }
    : {
        zh: `${other.received_on} 来件 ${other.delivery_id}“${other.file_name}”第 ${other.row_no} 行`,
        en: `row ${other.row_no} of "${other.file_name}", delivery ${other.delivery_id} of ${other.received_on}`,
      }
  const said = (language: 'zh' | 'en', sign: string): string =>
    shared.map(([field, number]) => `${labelOf(field)[language]} ${number}`).join(sign)
  return {
    row: row.row_no,
    field: shared[0]![0],
    code: 'P607',
    severity: 'may_fix_later',
    message: {
      zh: `${said('zh', '、')} 与${where.zh}相同,而不是同一块地:本行 ${mine} 平方米,该记录 ${others} 平方米,重叠 ${both} 平方米（平面面积）;两者都已保留。`,
      en: `${said('en', ', ')} stands in ${where.en} as well, on other land: this row ${mine} m², that record ${others} m², ${both} m² of both (planar); both are kept.`,
    },
    value: shared[0]![1],
  }
}

const more = (count: number): Issue => ({
  row: null,
  field: null,
  code: 'P607',
  severity: 'may_fix_later',
  message: {
    zh: `另有 ${count} 行的编号与已有记录相同,未逐一比较图形。`,
    en: `${count} more rows carry numbers other records carry; their shapes were not compared one by one.`,
  },
  value: String(count),
})
