import type { LandRecord } from '../../record/record.ts'
import { landUseGroupOf } from '../land-use.ts'
import { principal, type Link } from '../links.ts'
import { commonLand, type Extent } from '../overlap.ts'
import type { ParcelDraft } from '../parcel-draft.ts'
import { isZoneInForce } from '../precedence.ts'
import { isKind, shapeOf } from '../registers.ts'
import { judgement, onLand, paperOf, withoutLand, type FindingDraft, type Situation } from './finding.ts'

/** A zone of another use over a smaller share of the parcel is the border of the plan, not its will. */
const OTHER_USE_SHARE = 0.05

/**
 * P301 规划冲突, P302 占永久基本农田, P303 占生态保护红线: one finding per parcel and zone. Only zones in
 * force on the day make one: a version being decided, or adopted for a later day, binds nobody yet. A layer without
 * zones is not checked at all (`build.layers`).
 */
export function planFindings(situation: Situation): FindingDraft[] {
  const { asOf } = situation.registers
  return situation.parcels.flatMap((parcel, index) => {
    const links = situation.links[index]!
    return links.flatMap((link) => {
      if (!isKind(link.record, 'layer') || !isZoneInForce(link.record, asOf)) return []
      switch (link.record.layer) {
        case 'control_plan':
          return otherUse(parcel, index, links, link, link.record)
        case 'farmland':
          return protectedLand('P302', parcel, index, link, link.record)
        case 'eco_redline':
          return protectedLand('P303', parcel, index, link, link.record)
        default:
          return []
      }
    })
  })
}

function otherUse(
  parcel: ParcelDraft,
  index: number,
  links: readonly Link[],
  link: Link,
  zone: LandRecord<'layer'>,
): FindingDraft[] {
  const planned = landUseGroupOf(zone)
  const { group, source } = useOf(parcel, links)
  if (planned === null || group === null || planned === group) return []
  if ((link.shareOfParcel ?? 0) < OTHER_USE_SHARE) return []
  const extent = commonLand(parcel.wkb, shapeOf(zone))
  if (!extent.real || extent.planarM2 < OTHER_USE_SHARE * parcel.areaPlanarM2) return []
  const detail = {
    ...judgement(extent),
    limitShare: OTHER_USE_SHARE,
    use: { group, text: textOf(source) },
    planned: { group: planned, text: textOf(zone) },
  }
  return [finding('P301', parcel, index, source, zone, detail, extent)]
}

function protectedLand(
  code: string,
  parcel: ParcelDraft,
  index: number,
  link: Link,
  zone: LandRecord<'layer'>,
): FindingDraft[] {
  if (zone.fields.exempt === true) return []
  const extent = link.extent ?? commonLand(parcel.wkb, shapeOf(zone))
  if (!extent.real) return []
  return [finding(code, parcel, index, parcel.source, zone, judgement(extent), extent)]
}

function finding(
  code: string,
  parcel: ParcelDraft,
  index: number,
  source: LandRecord,
  zone: LandRecord<'layer'>,
  detail: FindingDraft['detail'],
  extent: Extent,
): FindingDraft {
  const land = onLand(extent, parcel.areaPlanarM2, zone.areaPlanarM2)
  const { in_force_on = null } = zone.fields
  return {
    ...withoutLand,
    code,
    records: [source, zone],
    parcels: [index],
    detail: { ...detail, in_force_on, document: paperOf(source) },
    ...land,
  }
}

/** The use a parcel was approved or supplied for: its own document's, or its contract's where the title names none. */
function useOf(
  parcel: ParcelDraft,
  links: readonly Link[],
): { group: ReturnType<typeof landUseGroupOf>; source: LandRecord } {
  const group = landUseGroupOf(parcel.source)
  const contract = group === null && parcel.kind === 'titled' ? principal(links, 'supply')?.record : undefined
  return contract ? { group: landUseGroupOf(contract), source: contract } : { group, source: parcel.source }
}

const textOf = (record: LandRecord): string | null => (record.fields as { use?: string }).use ?? null
