import type { LandRecord } from '../../record/record.ts'
import { addYears, daysBetween, type IsoDate } from '../../units.ts'
import { principal, type Link } from '../links.ts'
import { joinLand } from '../overlap.ts'
import { isValidApproval } from '../precedence.ts'
import { isKind } from '../registers.ts'
import { judgement, onLand, paperOf, withoutLand, type FindingDraft, type Situation } from './finding.ts' // prettier-ignore

/** 自然资规〔2018〕1号 二: an approval not used and not compensated within two years lapses by itself. */
const LAPSE_AFTER_YEARS = 2
/** Warned of so many days before the last one. */
const WARN_DAYS = 180

/**
 * P102 批而未征超期 and P103 批文失效未核销: what is left of an approval, near the end of its two years or past it.
 *
 * P103: past the last day, stated not compensated and stated not used, and the register still calls it valid (the test of
 * strategy B1, which reads the law's 或 as both; domain.md 2.2). P102: stated not expropriated or in part, 180 days
 * before the last day or later, as long as it is not P103; land that is compensated or in use does not lapse. A blank
 * never makes a finding. Land approved twice is left over of the earlier approval alone, and so is its clock.
 */
export function approvalClockFindings(situation: Situation): FindingDraft[] {
  const { registers, parcels, links } = situation
  const found = new Map<LandRecord, { P102: number[]; P103: number[] }>()
  parcels.forEach((parcel, index) => {
    if (parcel.kind !== 'remainder' || !isKind(parcel.source, 'approval')) return
    const code = codeOf(parcel.source, links[index]!, registers.asOf)
    if (code === null) return
    const held = found.get(parcel.source) ?? { P102: [], P103: [] }
    held[code].push(index)
    found.set(parcel.source, held)
  })
  return [...found].flatMap(([approval, { P102, P103 }]) => [
    ...finding('P102', approval, P102, situation),
    ...finding('P103', approval, P103, situation),
  ])
}

function codeOf(
  approval: LandRecord<'approval'>,
  links: readonly Link[],
  asOf: IsoDate,
): 'P102' | 'P103' | null {
  const { approved_on, site_used } = approval.fields
  if (approved_on === undefined || !isValidApproval(approval, asOf) || site_used === true) return null
  const { compensated, expropriation } = expropriationOf(approval, links)
  const lastDay = addYears(approved_on, LAPSE_AFTER_YEARS)
  if (asOf > lastDay && compensated === false && site_used === false) return 'P103'
  if (compensated === true || (expropriation !== 'none' && expropriation !== 'part')) return null
  return daysBetween(asOf, lastDay) <= WARN_DAYS ? 'P102' : null
}

/** What the office that expropriates says of this piece of land counts before what the approval says of all of it. */
function expropriationOf({ fields }: LandRecord<'approval'>, links: readonly Link[]) {
  const record = principal(links, 'expropriation')?.record
  const said = record && isKind(record, 'expropriation') ? record.fields : {}
  return {
    compensated: said.compensated ?? fields.compensated ?? null,
    expropriation: said.state ?? fields.expropriation ?? null,
  }
}

function finding(
  code: string,
  approval: LandRecord,
  parcels: readonly number[],
  { registers, parcels: all, links }: Situation,
): FindingDraft[] {
  const [any] = parcels
  if (any === undefined || !isKind(approval, 'approval')) return []
  const extent = joinLand(parcels.map((index) => all[index]!.wkb))
  const lastDay = addYears(approval.fields.approved_on!, LAPSE_AFTER_YEARS)
  const detail = {
    ...judgement(extent),
    approval: paperOf(approval),
    two_year_last_day: lastDay,
    daysLeft: daysBetween(registers.asOf, lastDay),
    ...expropriationOf(approval, links[any]!),
    site_used: approval.fields.site_used ?? null,
  }
  const land = onLand(extent, approval.areaPlanarM2, null)
  return [{ ...withoutLand, code, records: [approval], parcels, detail, ...land }]
}
