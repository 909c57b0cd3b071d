import { useMemo } from 'react'
import type { Feature, FeatureCollection, Geometry } from 'geojson'
import { useConflicts, useLedgerPieces, useOverlapPreview } from '../use-api.ts'
import { useView } from '../use-view.ts'
import type { ShapeTone } from './style.ts'

/** What the view asks to be laid over the map, from answers the panels have asked for anyway. */
export function useShapes(): FeatureCollection | null {
  const { page, parcel, finding, drawn, purpose, place } = useView()
  const conflicts = useConflicts(finding === null ? null : parcel).data
  const preview = useOverlapPreview(drawn, purpose).data
  const pieces = useLedgerPieces().data
  return useMemo(() => {
    const features: Feature[] = []
    const add = (geometry: unknown, tone: ShapeTone) => {
      if (isGeometry(geometry)) features.push({ type: 'Feature', properties: { tone }, geometry })
    }
    if (page === 'ledger') for (const piece of pieces?.features ?? []) add(piece.geometry, 'piece')
    else {
      if (place) add({ type: 'Point', coordinates: [place.lon, place.lat] }, 'place')
      for (const check of conflicts?.checks ?? [])
        for (const found of check.findings) if (found.findingNo === finding) add(found.geometry, 'conflict')
      if (purpose !== 'brief' && preview) {
        add(preview.remainder.geometry, 'remainder')
        for (const overlap of preview.overlaps) add(overlap.geometry, overlap.noise ? 'noise' : 'conflict')
      }
    }
    return features.length === 0 ? null : { type: 'FeatureCollection', features }
  }, [page, conflicts, finding, purpose, preview, pieces, place])
}

const isGeometry = (value: unknown): value is Geometry =>
  typeof value === 'object' && value !== null && 'type' in value && 'coordinates' in value
