import { sql, type Kysely } from 'kysely'
import { isZoneInForce } from '../build/precedence.ts'
import { knownIn, standsIn, type Standing } from '../build/standing-store.ts'
import { inBuild } from '../db/in-build.ts'
import type { Database } from '../db/schema.ts'
import { useGroupOf } from '../identifier/land-use.ts'
import type { Fields, LandRecord, RecordKind } from '../record/record.ts'
import type { IsoDate } from '../units.ts'
import type { ApprovalRow } from './approval-row.ts'
import { lapseClock, remainderState, type LapseClock, type RemainderFacts } from './remainder-state.ts'
import type { RemainderState } from '../contract/remainder-state.ts'

/** A remainder parcel (批而未供) with what the registers say of it. */
export interface RemainderLand {
  readonly parcelId: number
  readonly districtCode: string
  readonly approval: ApprovalRow
  readonly planarM2: number
  readonly ellipsoidM2: number
  /** The plot's document area, by the part of its shape that remains; null where it states none. */
  readonly documentM2: number | null
  readonly facts: RemainderFacts
  readonly state: RemainderState
  readonly clock: LapseClock
  /** What the detailed plan wants most of it for; null where no plan in force lies on it. */
  readonly plan: PlanUse | null
}

export interface PlanUse {
  readonly useText: string | null
  readonly useGroup: string | null
  /** Of the parcel, 0 to 1. */
  readonly share: number
}

/** A document the build linked to the parcel. */
interface Linked {
  readonly kind: RecordKind
  readonly recordId: number
  readonly fields: Record<string, unknown>
  readonly shareOfParcel: number | null
  readonly shareOfRecord: number | null
  readonly certainty: 'certain' | 'probable'
}

/** A zone under this share of the parcel does not say what it is for (P301 has the same limit). */
const PLAN_SHARE = 0.05

/**
 * Remainder parcels of a build, by number of the parcel.
 * @param only plots of these approvals; default: all
 */
export async function loadRemainders(
  db: Kysely<Database>,
  standing: Standing,
  approvals: ReadonlyMap<number, ApprovalRow>,
  only?: readonly number[],
): Promise<RemainderLand[]> {
  const parcels = await db
    .selectFrom('parcel_version as v')
    .select([
      'v.parcel_id',
      'v.district_code',
      'v.source_record_id',
      'v.area_planar_m2',
      'v.area_ellipsoid_m2',
    ])
    .where('v.kind', '=', 'remainder')
    .where(standsIn(standing.buildId))
    .$if(only !== undefined, (query) =>
      query.where(sql<boolean>`v.source_record_id = any(${only}::bigint[])`),
    )
    .orderBy('v.parcel_id')
    .execute()
  const links = await loadLinks(db, standing, only)
  return parcels.map((parcel) => {
    const approval = approvals.get(parcel.source_record_id)
    if (!approval) throw new TypeError(`Parcel ${parcel.parcel_id} comes from no approval of its build.`)
    const linked = links.get(parcel.parcel_id) ?? []
    const facts = factsOf(approval.record, linked, standing.asOf)
    const { areaDocumentM2, areaPlanarM2, fields } = approval.record
    return {
      parcelId: parcel.parcel_id,
      districtCode: parcel.district_code,
      approval,
      planarM2: parcel.area_planar_m2,
      ellipsoidM2: parcel.area_ellipsoid_m2,
      documentM2:
        areaDocumentM2 === null || areaPlanarM2 === null
          ? null
          : areaDocumentM2 * (parcel.area_planar_m2 / areaPlanarM2),
      facts,
      state: remainderState(facts),
      clock: lapseClock({ approvedOn: fields.approved_on ?? null, ...facts }, standing.asOf),
      plan: planUse(linked, standing.asOf),
    }
  })
}

async function loadLinks(
  db: Kysely<Database>,
  standing: Standing,
  only: readonly number[] | undefined,
): Promise<ReadonlyMap<number, Linked[]>> {
  const rows = await db
    .selectFrom('parcel_version as v')
    .innerJoin('parcel_record as l', 'l.parcel_id', 'v.parcel_id')
    .innerJoin('record as r', 'r.record_id', 'l.record_id')
    .select([
      'l.parcel_id',
      'r.kind',
      'r.record_id as recordId',
      'r.fields',
      'l.share_of_parcel as shareOfParcel',
      'l.share_of_record as shareOfRecord',
      'l.certainty',
    ])
    .where('v.kind', '=', 'remainder')
    .where(standsIn(standing.buildId))
    .where(inBuild('l', standing.buildId))
    .where(knownIn(standing))
    .where(
      sql<boolean>`(l.record_kind in ('completion', 'expropriation', 'reserve') or (l.record_kind = 'layer' and r.layer = 'control_plan'))`,
    )
    .$if(only !== undefined, (query) =>
      query.where(sql<boolean>`v.source_record_id = any(${only}::bigint[])`),
    )
    .execute()
  const links = new Map<number, Linked[]>()
  for (const { parcel_id, ...link } of rows as (Linked & { parcel_id: number })[]) {
    const held = links.get(parcel_id)
    if (held) held.push(link)
    else links.set(parcel_id, [link])
  }
  return links
}

function factsOf(
  { fields }: LandRecord<'approval'>,
  linked: readonly Linked[],
  asOf: IsoDate,
): RemainderFacts {
  // the office that expropriates knows best how far it is; an acceptance says that somebody has built
  const expropriation = foremost<'expropriation'>(linked, 'expropriation')
  const isBuilt = foremost<'completion'>(linked, 'completion') !== undefined
  const isReserved = linked.some(
    (link) => link.kind === 'reserve' && speaksOf(link) && isIn(link.fields, asOf),
  )
  return {
    siteUsed: isBuilt ? true : (fields.site_used ?? null),
    supplyPossible: fields.supply_possible ?? null,
    expropriation: expropriation?.state ?? fields.expropriation ?? null,
    compensated: expropriation?.compensated ?? fields.compensated ?? null,
    siteClean: fields.site_clean ?? null,
    inReserve: isReserved,
  }
}

/** 入库 without a day is in; 出库 without a day has not happened. */
function isIn(fields: Fields<'reserve'>, asOf: IsoDate): boolean {
  return (fields.in_on ?? asOf) <= asOf && (fields.out_on === undefined || fields.out_on > asOf)
}

/** Whether a document speaks of the parcel and not of a neighbour it touches. */
const speaksOf = ({ certainty, shareOfParcel, shareOfRecord }: Linked): boolean =>
  certainty === 'certain' || Math.max(shareOfParcel ?? 0, shareOfRecord ?? 0) >= 0.5

/** The document of a kind that speaks of the parcel: certain before probable, more land before less, older number first. */
function foremost<K extends RecordKind>(linked: readonly Linked[], kind: K): Fields<K> | undefined {
  const [first] = linked
    .filter((link) => link.kind === kind && speaksOf(link))
    .toSorted(
      (a, b) =>
        Number(b.certainty === 'certain') - Number(a.certainty === 'certain') ||
        (b.shareOfParcel ?? 0) - (a.shareOfParcel ?? 0) ||
        a.recordId - b.recordId,
    )
  return first?.fields as Fields<K> | undefined
}

function planUse(linked: readonly Linked[], asOf: IsoDate): PlanUse | null {
  const [zone] = linked
    .filter((link) => link.kind === 'layer' && (link.shareOfParcel ?? 0) >= PLAN_SHARE)
    .filter(({ fields }) => isZoneInForce({ fields }, asOf))
    .toSorted((a, b) => b.shareOfParcel! - a.shareOfParcel! || a.recordId - b.recordId)
  if (!zone) return null
  const { use, use_scheme: scheme } = zone.fields as Fields<'layer'>
  return {
    useText: use ?? null,
    useGroup: use === undefined ? null : useGroupOf({ use, scheme }),
    share: zone.shareOfParcel!,
  }
}
