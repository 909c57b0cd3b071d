import { sql, type Transaction } from 'kysely'
import type { Database } from '../db/schema.ts'
import type { DeliveryInput } from './delivery.ts'
import type { Issue, Reading } from './draft.ts'
import type { Register } from './register-store.ts'

/** Named one by one; the rest is in the count. */
const NAMED = 1_000
/** Standing rows read together. */
const PAGE = 20_000

/**
 * Finds rows that stand from the deliveries this one repeats or changes, and are not in it. Each is reported and left as
 * it is: a file that no longer names a plot does not end it. Where less than half of those deliveries is here, the file
 * is a part or a correction of them, and only the count is told.
 * @returns how many
 */
export async function reportMissing(
  tx: Transaction<Database>,
  delivery: DeliveryInput,
  register: Pick<Register, 'sources' | 'has'>,
  reading: Reading,
): Promise<number> {
  const { sources } = register
  if (sources.size === 0) return 0
  let standing = 0
  let count = 0
  let first: StandingRow[] = []
  for (let after: number | undefined = 0; after !== undefined;) {
    const page: readonly StandingRow[] = await pageOf(tx, delivery, sources, after)
    standing += page.length
    after = page.length < PAGE ? undefined : page.at(-1)!.record_id
    const missing = page.filter((row) => !register.has(row.county_code, row.record_key))
    count += missing.length
    first = [...first, ...missing].toSorted(inFileOrder).slice(0, NAMED)
  }
  if (count === 0) return 0
  reading.issues.push(total(count, sources))
  if (count * 2 <= standing || count <= 20)
    for (const row of first) reading.issues.push(one(row.doc ?? row.record_key))
  return count
}

interface StandingRow {
  readonly record_id: number
  readonly county_code: string
  readonly record_key: string
  readonly doc: string | null
  readonly delivery_id: number
  readonly row_no: number
}

/** Standing rows of some deliveries, by number, so that a register of millions is never held whole. */
async function pageOf(
  tx: Transaction<Database>,
  { kind, layer }: DeliveryInput,
  sources: ReadonlySet<number>,
  after: number,
): Promise<StandingRow[]> {
  const { rows } = await sql<StandingRow>`
    select record_id, county_code, record_key, doc, delivery_id, row_no from record
    where record_id > ${after} and delivery_id = any(${[...sources]}::int8[])
      and kind = ${kind} and layer = ${layer ?? ''} and replaced_at is null
    order by record_id limit ${PAGE}
  `.execute(tx)
  return rows
}

const inFileOrder = (a: StandingRow, b: StandingRow): number =>
  a.delivery_id - b.delivery_id || a.row_no - b.row_no

const total = (count: number, sources: ReadonlySet<number>): Issue => {
  const from = [...sources].toSorted((a, b) => a - b).join('、')
  return {
    row: null,
    field: null,
    code: 'ROWS_MISSING',
    severity: 'note',
    message: {
      zh: `来件 ${from} 中有 ${count} 行不在本文件中;仍按原样保留,未作删除。如已终止,请提供注明状态的记录,或撤回原来件。`,
      en: `${count} rows of delivery ${from.replaceAll('、', ', ')} are not in this file; they stand as they were, nothing was deleted. If they have ended, deliver them with their state, or take the old delivery back.`,
    },
    value: String(count),
  }
}

const one = (name: string): Issue => ({
  row: null,
  field: null,
  code: 'ROW_MISSING',
  severity: 'note',
  message: { zh: '本文件中没有,仍按原样保留。', en: 'Not in this file; it stands as it was.' },
  value: name,
})
