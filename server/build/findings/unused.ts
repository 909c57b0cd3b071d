import {
  siteLayers,
  unusedShare,
  type SiteLayer,
  type Surveyed,
  type UnusedShare,
} from '../../analysis/unused-share.ts'
import { decodeMultiPolygon, encodeMultiPolygon } from '../../geo/wkb.ts'
import { perimeterM } from '../../geo/area.ts'
import { ellipsoidAreaM2 } from '../../geo/ellipsoid-area.ts'
import type { LandRecord } from '../../record/record.ts'
import { principal, SHAPE_AGREES, type Link } from '../links.ts'
import type { ParcelDraft } from '../parcel-draft.ts'
import { isKind, shapeOf } from '../registers.ts'
import { paperOf, withoutLand, type FindingDraft, type Situation } from './finding.ts'
import { holdsLayer } from './known.ts'

/** From this share of the parcel on, land is used in part only (domain 3.1; P510). */
const UNUSED_SHARE = 0.2

/**
 * P510 用而未尽: a built parcel of which a fifth or more is neither built on nor used as a yard, road or green. Asked only
 * where a completion was accepted and says, or a survey shows, what is used: unknown is not unused.
 */
export function unusedFindings({ registers, parcels, links }: Situation): FindingDraft[] {
  const yardsWereSurveyed = holdsLayer(registers, 'yard')
  return parcels.flatMap((parcel, index) => {
    if (parcel.kind === 'remainder') return []
    const works = links[index]!.filter(({ record }) => record.kind === 'completion').filter(isAboutIt)
    if (works.length === 0) return []
    const figures = siteOf(parcel, links[index]!, works, yardsWereSurveyed, false)
    // most sites are known by figures alone, and no shape is read
    const isDrawn = figures.footprint !== null && figures.footprint.by !== 'figure'
    const site = isDrawn ? siteOf(parcel, links[index]!, works, yardsWereSurveyed, true) : figures
    if (site.unusedM2 === null || site.unusedRatio! < UNUSED_SHARE) return []
    return [
      {
        ...withoutLand,
        code: 'P510',
        records: [parcel.source, ...works.map(({ record }) => record)],
        parcels: [index],
        detail: detailOf(site, parcel, works),
        ...(site.geometry && landOf(site)),
      },
    ]
  })
}

/** The facts of strategy/ are taken from the same papers (`isMostlyAbout`). */
const isAboutIt = ({ certainty, shareOfParcel, shareOfRecord }: Link): boolean =>
  certainty === 'certain' || Math.max(shareOfParcel ?? 0, shareOfRecord ?? 0) >= SHAPE_AGREES

function siteOf(
  parcel: ParcelDraft,
  links: readonly Link[],
  works: readonly Link[],
  yardsWereSurveyed: boolean,
  withShapes: boolean,
): UnusedShare {
  const contract = parcel.kind === 'supplied' ? parcel.source : principal(links, 'supply')?.record
  const paper = contract && isKind(contract, 'supply') ? contract.fields : {}
  const input = {
    works: works.map(({ record, shareOfRecord, areaM2 }) => {
      const { footprint_m2, yard_m2, floor_area_m2 } = (record as LandRecord<'completion'>).fields
      return {
        shareOfRecord,
        groundM2: areaM2,
        footprintM2: footprint_m2,
        yardM2: yard_m2,
        floorAreaM2: floor_area_m2,
        ...(withShapes && record.wkb && { shape: decodeMultiPolygon(record.wkb) }),
      }
    }),
    surveyed: links.flatMap(({ record, areaM2 }): Surveyed[] =>
      isSite(record) && areaM2 !== null
        ? [
            {
              layer: record.layer,
              groundM2: areaM2,
              ...(withShapes && { shape: decodeMultiPolygon(shapeOf(record)) }),
            },
          ]
        : [],
    ),
    yardsWereSurveyed,
    far: { min: paper.far_min, max: paper.far_max },
  }
  const shape = withShapes ? { shape: decodeMultiPolygon(parcel.wkb) } : {}
  return unusedShare({ ...input, parcel: { areaM2: parcel.areaPlanarM2, ...shape } })
}

const isSite = (record: LandRecord): record is LandRecord<'layer'> & { readonly layer: SiteLayer } =>
  record.kind === 'layer' && (siteLayers as readonly string[]).includes(record.layer)

function landOf({ geometry, unusedM2, unusedRatio }: UnusedShare) {
  return {
    wkb: encodeMultiPolygon(geometry!),
    planarM2: unusedM2,
    ellipsoidM2: ellipsoidAreaM2(geometry!),
    shareOfFirst: Math.min(1, unusedRatio!),
  }
}

/** Figures rounded to 0.0001: they are printed, and must not depend on the last bit of a sum. */
function detailOf(site: UnusedShare, { source }: ParcelDraft, works: readonly Link[]) {
  const { footprint, yard, largest } = site
  return {
    by: site.geometry ? 'shapes' : 'figures',
    limitShare: UNUSED_SHARE,
    unusedM2: round(site.unusedM2),
    unusedShare: round(site.unusedRatio),
    footprintM2: round(footprint?.areaM2),
    footprintBy: footprint?.by ?? null,
    yardM2: round(yard?.areaM2),
    yardBy: yard?.by ?? null,
    otherM2: round(site.otherM2),
    density: round(site.density),
    coefficient: round(site.coefficient),
    farActual: round(site.farActual),
    far: site.far,
    ...(largest && {
      test: 'real',
      meanWidthM: round((2 * largest.areaM2) / perimeterM(largest.geometry)),
      pieces: site.geometry!.length,
      largest: {
        areaM2: round(largest.areaM2),
        widthM: Math.round(largest.widthM * 10) / 10,
        frontageM: round(largest.frontageM),
        canBeSplitOff: largest.canBeSplitOff,
      },
    }),
    document: paperOf(source),
    works: works.map(({ record }) => paperOf(record)),
  }
}
const round = (value: number | null | undefined): number | null =>
  value === null || value === undefined ? null : Math.round(value * 1e4) / 1e4
