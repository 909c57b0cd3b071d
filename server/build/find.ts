import { overlappingPairs } from '../geo/pair-area.ts'
import { PolygonSet } from '../geo/polygon-set.ts'
import { approvalClockFindings } from './findings/approval-clock.ts'
import { approvalFindings } from './findings/approval.ts'
import { clockFindings } from './findings/clock.ts'
import type { FindingDraft, Situation } from './findings/finding.ts'
import { growthBoundaryFindings } from './findings/growth-boundary.ts'
import { holderFindings } from './findings/holder.ts'
import { namedApprovalFindings } from './findings/named-approval.ts'
import { planFindings } from './findings/plan.ts'
import { qualityFindings } from './findings/quality.ts'
import { supplyFindings } from './findings/supply.ts'
import { titleFindings } from './findings/title.ts'
import { unusedFindings } from './findings/unused.ts'
import { useFindings } from './findings/use.ts'
import type { LandRecord } from '../record/record.ts'
import { compareText } from './order.ts'

/** Every finding of the day, in an order that depends on what is found alone: by code, then by its documents and parcels. */
export function findAll(situation: Situation): FindingDraft[] {
  const found = [
    ...approvalFindings(situation),
    ...approvalClockFindings(situation),
    ...namedApprovalFindings(situation),
    ...useFindings(situation),
    ...supplyFindings(situation),
    ...planFindings(situation),
    ...growthBoundaryFindings(situation),
    ...titleFindings(situation),
    ...holderFindings(situation),
    ...clockFindings(situation),
    ...unusedFindings(situation),
    ...qualityFindings(situation),
  ]
  return inOrder(placeOnParcels(found, situation), placesOf(situation.registers.records))
}

/** Where each record stands in the canonical order. */
export const placesOf = (records: readonly LandRecord[]): ReadonlyMap<LandRecord, number> =>
  new Map(records.map((record, at) => [record, at]))

/** By code, then by documents and parcels. */
export function inOrder(
  found: readonly FindingDraft[],
  order: ReadonlyMap<LandRecord, number>,
): FindingDraft[] {
  return found
    .map((finding) => ({
      finding,
      place: [...finding.records.map((record) => order.get(record)!), ...finding.parcels],
    }))
    .toSorted((a, b) => compareText(a.finding.code, b.finding.code) || comparePlaces(a.place, b.place))
    .map(({ finding }) => finding)
}

export function comparePlaces(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i]! - b[i]!
  return a.length - b.length
}

/** A neighbour that shares less than this share of either with a finding is not concerned by it. */
const CONCERNED = 0.01

/** Names the parcels a finding lies on, for findings that only know their documents. */
function placeOnParcels(found: readonly FindingDraft[], situation: Situation): FindingDraft[] {
  const placed = found.filter((finding) => finding.wkb !== null && finding.parcels.length === 0)
  const shapes = PolygonSet.fromWkb(placed.map((finding) => finding.wkb!))
  const parcels = placed.map((): number[] => [])
  overlappingPairs(
    shapes,
    situation.parcelShapes,
    (i, j, areaM2) => {
      const smaller = Math.min(shapes.areaM2(i), situation.parcelShapes.areaM2(j))
      if (areaM2 >= CONCERNED * smaller) parcels[i]!.push(j)
    },
    1,
  )
  const found2 = new Map(placed.map((finding, i) => [finding, parcels[i]!.toSorted((a, b) => a - b)]))
  return found.map((finding) => {
    const land = found2.get(finding)
    return land ? { ...finding, parcels: land } : finding
  })
}
