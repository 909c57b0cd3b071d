import { SharesByDistrict, type FaceTable, type Layout } from './faces.ts'
import type { Arrangement } from '../geo/arrangement.ts'
import type { ParcelDraft } from './parcel-draft.ts'
import { shapeOf, type Registers } from './registers.ts'

/**
 * Titled parcels: every current registration, in the shape the register gives it. Titles that overlap stay two parcels
 * and are findings; the ledger books the common land once.
 */
export function titledParcels(
  registers: Registers,
  arrangement: Pick<Arrangement, 'labels'>,
  faces: FaceTable,
  layout: Layout,
): ParcelDraft[] {
  const shares = new SharesByDistrict(faces.districtCodes.length)
  for (let face = 0; face < faces.count; face++) {
    if (faces.titles[face] === 0) continue
    for (const label of arrangement.labels(face)) {
      if (label < layout.registrations || label >= layout.districts) continue
      shares.add(label - layout.registrations, faces.district[face]!, faces.areaM2[face]!)
    }
  }
  return registers.registrations.records.map((source, row) => ({
    kind: 'titled' as const,
    source,
    wkb: shapeOf(source),
    areaPlanarM2: registers.registrations.shapes.areaM2(row),
    areaEllipsoidM2: source.areaEllipsoidM2 ?? 0,
    districtCode: faces.districtCodes[shares.largest(row)]!,
  }))
}
