/** A drawn area over the invented city. */
import { type Position } from '../../../server/geo/polygon.ts'
import type { AreaBrief, OverlapPreview, ParcelRow } from '../../../server/contract.ts'
import { tally } from './answer.ts'
import { asOf, knownAt, parcelM2 } from './base.ts'

/** 12 parcels of 4,800 m²: 57,600 m² approved = 24,000 + 19,200 + 14,390 + 10. */
export function brief(rows: readonly ParcelRow[]): AreaBrief {
  return {
    asOf,
    knownAt,
    areaPlanarM2: 96_000,
    areaEllipsoidM2: 95_982.72,
    parcels: rows.length,
    parcelsPlanarM2: rows.length * parcelM2,
    accounts: {
      approved: 57_600,
      suppliedInside: 24_000,
      titledInside: 19_200,
      remainder: 14_390,
      noise: 10,
      approvedTwice: 1200,
      suppliedOutside: 0,
      suppliedTwice: 0,
      titledOutside: 0,
      titleOverlap: 0,
      withdrawn: 0,
    },
    closureM2: 0,
    byStrategy: tally(rows, (row) => row.strategy),
    byKind: tally(rows, (row) => row.kind),
    byUse: tally(rows, (row) => row.useGroup),
    findings: [{ code: 'P101', title: { zh: '重复报批', en: 'Approved twice' }, count: 2 }],
    rows: rows.map((row) => ({ ...row, insideM2: parcelM2 })),
  }
}

export function preview(geometry: unknown, ring: readonly Position[]): OverlapPreview {
  return {
    asOf,
    areaPlanarM2: 96_000,
    areaEllipsoidM2: 95_982.72,
    overlaps: [
      {
        recordId: 1,
        kind: 'approval',
        layer: '',
        doc: '湘政地〔2021〕123号',
        planarM2: 4800,
        ellipsoidM2: 4799.136,
        shareOfDrawn: 0.05,
        shareOfOther: 1,
        noise: false,
        test: 'real',
        geometry: { type: 'MultiPolygon', coordinates: [[ring]] },
      },
    ],
    remainder: { planarM2: 91_200, ellipsoidM2: 91_183.58, geometry },
    notChecked: ['soil'],
  }
}
