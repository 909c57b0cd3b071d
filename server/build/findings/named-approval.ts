import { overlappingPairs } from '../../geo/pair-area.ts'
import type { LandRecord } from '../../record/record.ts'
import { approvalNoOf, identityOf } from '../identities.ts'
import { SHAPE_AGREES } from '../links.ts'
import { commonLand, joinLand } from '../overlap.ts'
import { isValidApproval } from '../precedence.ts'
import { isKind, shapeOf, type Ranked } from '../registers.ts'
import { judgement, onLand, paperOf, withoutLand, type FindingDraft, type Situation } from './finding.ts' // prettier-ignore
import { SMALLEST_REAL_M2 } from './overlaps.ts'

/** From this share of a document on, no survey is that wrong: no shape is made to tell common land from noise. */
const BEYOND_DOUBT = 0.05

/**
 * P105 批文号与位置不符: a contract or title names an approval that lies elsewhere, while other valid approvals cover half
 * of its land or more. Its number says one thing, its place another.
 *
 * Not told where the named approval is not in the base, or where any of its plots has no shape: it may be the one that
 * lies here. A named approval that has ended still lies where it lies. Where no approval is on the land, P204 says so.
 */
export function namedApprovalFindings(situation: Situation): FindingDraft[] {
  const { supplies, registrations } = situation.registers
  const plots = plotsByNumber(situation)
  return [...contradictions(situation, supplies, plots), ...contradictions(situation, registrations, plots)]
}

type Plots = ReadonlyMap<string, readonly LandRecord<'approval'>[]>

function plotsByNumber({ registers }: Situation): Plots {
  const plots = new Map<string, LandRecord<'approval'>[]>()
  for (const record of registers.records) {
    if (!isKind(record, 'approval')) continue
    const number = approvalNoOf(record)
    if (number === undefined) continue
    const known = plots.get(number)
    if (known) known.push(record)
    else plots.set(number, [record])
  }
  return plots
}

function contradictions(
  { registers, landOf }: Situation,
  register: Ranked<'supply'> | Ranked<'registration'>,
  plots: Plots,
): FindingDraft[] {
  const { approvals, asOf } = registers
  const onIt = new Map<number, { approval: number; areaM2: number }[]>()
  overlappingPairs(
    register.shapes,
    approvals.shapes,
    (row, approval, areaM2) => {
      if (identityOf(register.records[row]!).refersTo === undefined) return
      const known = onIt.get(row)
      if (known) known.push({ approval, areaM2 })
      else onIt.set(row, [{ approval, areaM2 }])
    },
    SMALLEST_REAL_M2,
  )
  return [...onIt].flatMap(([row, rows]) => {
    const record: LandRecord = register.records[row]!
    const number = identityOf(record).refersTo!
    const named = plots.get(number)
    if (named === undefined || named.some((plot) => plot.wkb === null)) return []
    const wholeM2 = register.shapes.areaM2(row)
    const lying = rows
      .toSorted((a, b) => a.approval - b.approval)
      .map(({ approval, areaM2 }) => ({ approval: approvals.records[approval]!, areaM2 }))
    const isNamed = ({ approval }: { approval: LandRecord }): boolean => approvalNoOf(approval) === number
    const isHere = lying
      .filter(isNamed)
      .some(
        ({ approval, areaM2 }) =>
          areaM2 >= BEYOND_DOUBT * wholeM2 || commonLand(shapeOf(record), shapeOf(approval)).real,
      )
    if (isHere) return []
    const others = lying
      .filter((other) => !isNamed(other) && isValidApproval(other.approval, asOf))
      .map(({ approval }) => ({ approval, extent: commonLand(shapeOf(record), shapeOf(approval)) }))
      .filter(({ extent }) => extent.real)
    if (others.length === 0) return []
    const extent = joinLand(others.map((other) => other.extent.wkb!))
    if (extent.planarM2 < SHAPE_AGREES * wholeM2) return []
    const { approval: foremost, extent: foremostLand } = others[0]!
    const detail = {
      ...judgement(extent),
      document: paperOf(record),
      named: { ...paperOf(named[0]!), plots: named.length },
      onTheLand: others.map(({ approval, extent: { planarM2 } }) => ({
        ...paperOf(approval),
        planarM2,
      })),
      limitShare: SHAPE_AGREES,
    }
    return [
      {
        ...withoutLand,
        code: 'P105',
        records: [record, ...others.map(({ approval }) => approval), named[0]!],
        parcels: landOf.record(record),
        detail,
        ...onLand(extent, wholeM2, null),
        shareOfSecond: Math.min(1, foremostLand.planarM2 / (foremost.areaPlanarM2 ?? Infinity)),
      },
    ]
  })
}
