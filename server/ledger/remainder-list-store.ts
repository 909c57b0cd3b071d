import type { Kysely } from 'kysely'
import { standingAt, type Moment } from '../build/standing-store.ts'
import { readLedger } from '../build/store.ts'
import type { Remainders } from '../contract.ts'
import type { Database } from '../db/schema.ts'
import { approvalNoKey } from '../identifier/approval-no.ts'
import { answersFor, districtTitle } from './answer.ts'
import { loadApprovals } from './approval-store.ts'
import { groupBy, sumOf } from './group.ts'
import { loadRemainders, type RemainderLand } from './remainder-store.ts'
import type { ClockState, RemainderState } from '../contract/remainder-state.ts'

export interface RemainderQuery {
  readonly district?: string | undefined
  readonly state?: RemainderState | undefined
  readonly clock?: ClockState | undefined
  /** 批文号 in any spelling. */
  readonly doc?: string | undefined
  readonly limit?: number | undefined
  readonly offset?: number | undefined
}

const DEFAULT_LIMIT = 500

/**
 * 批而未供清单: remainder parcels with their approval, state and clock, those whose last day is nearest first, and what
 * they sum to. Asked for a whole district or the city, the sum is the ledger's remainder.
 * @throws as `standingAt`
 */
export async function remainderList(
  db: Kysely<Database>,
  query: RemainderQuery,
  moment: Moment = {},
): Promise<Remainders> {
  const standing = await standingAt(db, moment)
  const all = await loadRemainders(db, standing, await loadApprovals(db, standing))
  const asked = all.filter((land) => isAsked(land, query)).toSorted(byLastDay)
  const { limit = DEFAULT_LIMIT, offset = 0, district } = query
  const booked = await readLedger(db, standing)
  const isWhole = query.state === undefined && query.clock === undefined && query.doc === undefined
  const ledgerM2 =
    district === undefined
      ? booked.total.accounts.remainder
      : (booked.districts.find(({ code }) => code === district)?.accounts.remainder ?? 0)
  const total = sums(asked)
  return {
    ...answersFor(standing),
    planChecked: 'control_plan' in standing.layers,
    total,
    ledgerRemainderM2: isWhole ? ledgerM2 : null,
    differenceM2: isWhole ? total.planarM2 - ledgerM2 : null,
    states: [...groupBy(asked, ({ state }) => state)].map(([state, lands]) => ({
      state: state as RemainderState,
      ...sums(lands),
    })),
    clocks: [...groupBy(asked, ({ clock }) => clock.state)].map(([clock, lands]) => ({
      clock: clock as ClockState,
      ...sums(lands),
    })),
    districts: [...groupBy(asked, ({ districtCode }) => districtCode)]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([code, lands]) => ({ ...districtTitle(code, standing), ...sums(lands) })),
    rows: asked.slice(offset, offset + limit).map(toRow),
  }
}

function isAsked({ approval, districtCode, state, clock }: RemainderLand, query: RemainderQuery): boolean {
  if (query.district !== undefined && districtCode !== query.district) return false
  if (query.state !== undefined && state !== query.state) return false
  if (query.clock !== undefined && clock.state !== query.clock) return false
  return (
    query.doc === undefined || approval.batch === approvalNoKey(query.doc) || approval.batch === query.doc
  )
}

const never = '9999-12-31'
function byLastDay(a: RemainderLand, b: RemainderLand): number {
  const [first, second] = [a.clock.lastDay ?? never, b.clock.lastDay ?? never]
  return first < second ? -1 : first > second ? 1 : a.parcelId - b.parcelId
}

function sums(lands: readonly RemainderLand[]) {
  return {
    parcels: lands.length,
    planarM2: sumOf(lands, ({ planarM2 }) => planarM2),
    ellipsoidM2: sumOf(lands, ({ ellipsoidM2 }) => ellipsoidM2),
    documentM2: sumOf(lands, ({ documentM2 }) => documentM2 ?? 0),
    withoutDocumentArea: lands.filter(({ documentM2 }) => documentM2 === null).length,
  }
}

function toRow({ approval, facts, ...land }: RemainderLand): Remainders['rows'][number] {
  const { fields, recordId } = approval.record
  return {
    ...land,
    ...facts,
    recordId,
    batch: approval.batch,
    docNo: fields.doc_no ?? fields.batch_name ?? null,
    plotNo: fields.plot_no ?? null,
    approvedOn: fields.approved_on ?? null,
    approvalKind: fields.approval_kind ?? null,
  }
}
