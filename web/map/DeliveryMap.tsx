import { Spin } from 'antd'
import type { Feature, FeatureCollection, Geometry } from 'geojson'
import { lazy, Suspense, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useBasemap, useCatalog } from '../use-api.ts'
import { useView } from '../use-view.ts'
import { emptyFilter } from '../filter.ts'
import { mapFonts } from './fonts.ts'
import { collectionBounds, type Bounds } from './geography.ts'
import { mapStyle, type ShapeTone } from './style.ts'

const ParcelMap = lazy(() => import('./ParcelMap.tsx'))
const nothing = (): void => undefined

/** A shape of a file that is not in the base, or not yet: lon/lat. */
export interface LooseShape {
  readonly geometry: unknown
  readonly tone: ShapeTone
}

/** Where shapes of a delivery lie, over the districts and parcels there are. */
export function DeliveryMap({ shapes, label }: { shapes: readonly LooseShape[]; label: string }) {
  const { t } = useTranslation()
  const { lang } = useView()
  const catalog = useCatalog()
  const basemap = useBasemap().data
  const collection = useMemo((): FeatureCollection => {
    const features = shapes.flatMap(({ geometry, tone }): Feature[] =>
      isGeometry(geometry) ? [{ type: 'Feature', properties: { tone }, geometry }] : [],
    )
    return { type: 'FeatureCollection', features }
  }, [shapes])
  const bounds = useMemo((): Bounds | null => collectionBounds(collection), [collection])
  const style = useMemo(
    () =>
      mapStyle({ colour: 'kind', filter: emptyFilter, lang, layers: ['district'] }, catalog, {
        origin: location.origin,
        fonts: mapFonts,
        basemap: basemap ?? {},
        matches: null,
        selected: null,
        shapes: collection,
      }),
    [lang, catalog, basemap, collection],
  )
  if (bounds === null) return null
  return (
    <div className="delivery-map">
      <Suspense fallback={<Spin description={t('map.loading')} />}>
        <ParcelMap
          key={`${lang} ${bounds.join()}`} // other shapes: another place, and several maps may stand on the page
          style={style}
          camera={null}
          home={bounds}
          lang={lang}
          label={label}
          drawn={null}
          tool={null}
          asking={false}
          onMove={nothing}
          onSelect={nothing}
          onPoint={nothing}
          onAsk={nothing}
          onDrawing={nothing}
          onDrawn={nothing}
          onReady={nothing}
        />
      </Suspense>
    </div>
  )
}

const isGeometry = (value: unknown): value is Geometry =>
  typeof value === 'object' && value !== null && 'type' in value && 'coordinates' in value
