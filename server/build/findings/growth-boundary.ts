import { overlappingPairs } from '../../geo/pair-area.ts'
import { parseParcelCode } from '../../identifier/parcel-code.ts'
import type { LandRecord } from '../../record/record.ts'
import { landUseGroupOf } from '../land-use.ts'
import { landBeyond } from '../overlap.ts'
import type { ParcelDraft } from '../parcel-draft.ts'
import { isZoneInForce } from '../precedence.ts'
import { isKind, shapeOf } from '../registers.ts'
import { judgement, onLand, paperOf, withoutLand, type FindingDraft, type Situation } from './finding.ts'
import { holdsLayer } from './known.ts'

/** A parcel that leaves the boundary by a smaller share is drawn a little differently. */
const OUTSIDE_SHARE = 0.001
/** Use groups that are not construction: farming, water, land left as it is. */
const notConstruction: readonly (string | null)[] = ['AGR', 'WAT', 'OTH']

/**
 * P304 超出开发边界: the part of a parcel of construction land outside the growth boundary in force; the first of the zones
 * it also lies in, if any, is named. Collective land and houses titled long ago are not asked: villages lie outside by
 * right, and the boundary steers what is still to be built. Not asked while the layer is not there.
 */
export function growthBoundaryFindings({ registers, parcels, parcelShapes }: Situation): FindingDraft[] {
  if (!holdsLayer(registers, 'growth_boundary')) return []
  const zones = registers.layers.get('growth_boundary')
  const inside = new Map<number, { zone: LandRecord<'layer'>; areaM2: number }[]>()
  if (zones) {
    overlappingPairs(parcelShapes, zones.shapes, (index, row, areaM2) => {
      const zone = zones.records[row]!
      if (!isZoneInForce(zone, registers.asOf)) return
      inside.set(index, [...(inside.get(index) ?? []), { zone, areaM2 }])
    })
  }
  const order = new Map(zones?.records.map((zone, at) => [zone, at]))
  return parcels.flatMap((parcel, index) => {
    if (!isToBeBuilt(parcel)) return []
    const around = (inside.get(index) ?? []).toSorted((a, b) => order.get(a.zone)! - order.get(b.zone)!)
    const limitM2 = OUTSIDE_SHARE * parcel.areaPlanarM2
    // one zone holds nearly every parcel there is: no shape is made of those
    if (around.some(({ areaM2 }) => parcel.areaPlanarM2 - areaM2 <= limitM2)) return []
    const extent = landBeyond(
      parcel.wkb,
      around.map(({ zone }) => shapeOf(zone)),
    )
    if (!extent.real || extent.planarM2 <= limitM2) return []
    const [zone] = around.map((each) => each.zone)
    const detail = {
      ...judgement(extent),
      limitShare: OUTSIDE_SHARE,
      document: paperOf(parcel.source),
      ...(zone && { boundary: paperOf(zone) }),
    }
    return [
      {
        ...withoutLand,
        code: 'P304',
        records: [parcel.source, ...(zone ? [zone] : [])],
        parcels: [index],
        detail,
        ...onLand(extent, parcel.areaPlanarM2, null),
      },
    ]
  })
}

function isToBeBuilt({ source }: ParcelDraft): boolean {
  if (notConstruction.includes(landUseGroupOf(source))) return false
  if (!isKind(source, 'registration')) return true
  if (source.fields.legacy_built === true) return false
  const code = source.fields.parcel_code === undefined ? null : parseParcelCode(source.fields.parcel_code)
  return !(code?.ok && code.ownership === 'J')
}
