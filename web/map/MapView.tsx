import { Alert, Spin } from 'antd'
import type { Geometry } from 'geojson'
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { titleOf } from '../catalog.ts'
import { formatMu } from '../format.ts'
import { useBasemap, useCatalog, useMatches, useParcel } from '../use-api.ts'
import { changeView, useView } from '../use-view.ts'
import { LabLegend } from '../lab/LabLegend.tsx'
import { usePreview } from '../lab/use-lab.ts'
import { emptyFilter } from '../filter.ts'
import { type DrawnRing, type View } from '../view.ts'
import { DrawBar } from './DrawBar.tsx'
import type { DrawTool } from './draw.ts'
import { mapFonts } from './fonts.ts'
import { placeBounds, ringBounds, type Bounds } from './geography.ts'
import { fitMapTo } from './signal.ts'
import { LayerSwitch } from './LayerSwitch.tsx'
import { Legend } from './Legend.tsx'
import type { PointedAt } from './ParcelMap.tsx'
import { mapStyle } from './style.ts'
import { useShapes } from './use-shapes.ts'

/** Asked for at once, beside the catalog and not after it: the map is the largest part of the page. */
const arriving = import('./ParcelMap.tsx')
const ParcelMap = lazy(() => arriving)
/** Zhuzhou and around: shown while the base is empty and has no extent of its own. */
const somewhere: Bounds = [112.9, 27.6, 113.4, 28.0]

/** What a link that does not say where the map stands is about; null: the whole city. */
const homeOf = ({ place, drawn }: View): Bounds | null =>
  place ? placeBounds(place) : drawn ? ringBounds(drawn) : null

/** The map with what floats on it. */
export function MapView({
  bounds,
  onBounds,
  compact,
}: {
  bounds: Bounds | null
  onBounds: (bounds: Bounds) => void
  compact: boolean
}) {
  const { t } = useTranslation()
  const view = useView()
  const catalog = useCatalog()
  const basemap = useBasemap().data
  const found = useMatches(view.page === 'lab' ? emptyFilter : view.filter)
  const shapes = useShapes()
  const selected = useParcel(view.parcel).data ?? null
  const [tool, setTool] = useState<DrawTool | null>(null)
  const [sketch, setSketch] = useState<DrawnRing | null>(null)
  const [pointed, setPointed] = useState<PointedAt | null>(null)
  const [asking, setAsking] = useState(false)
  const finish = useRef<() => void>(() => undefined)

  // A link may name a parcel without saying where the map stands.
  const [arrivedNowhere] = useState(view.camera === null && view.parcel !== null)
  const taken = useRef(false)
  useEffect(() => {
    if (!arrivedNowhere || taken.current || !selected) return
    taken.current = true
    fitMapTo(selected.bbox)
  }, [arrivedNowhere, selected])

  // The camera is part of the view but not of the style: panning must not make a new one.
  const inLab = view.page === 'lab'
  const preview = usePreview().data
  const previewId = inLab && preview && preview.moved.parcels > 0 ? preview.id : null
  const { lang, layers } = view
  // Rules are tried on all land, and what they move is a strategy.
  const colour = inLab ? 'strategy' : view.colour
  const filter = inLab ? emptyFilter : view.filter
  const style = useMemo(
    () =>
      mapStyle({ colour, filter, lang, layers }, catalog, {
        origin: location.origin,
        fonts: mapFonts,
        basemap: basemap ?? {},
        matches: found && found.rows,
        selected: (selected?.geometry as Geometry | undefined) ?? null,
        shapes,
        preview: previewId,
      }),
    [colour, filter, lang, layers, catalog, basemap, found, selected, shapes, previewId],
  )
  return (
    <div className="map" onKeyDown={(event) => event.key === 'Escape' && setTool(null)}>
      <Suspense
        fallback={
          <div className="map-wait">
            <Spin description={t('map.loading')} />
          </div>
        }
      >
        <ParcelMap
          key={lang}
          style={style}
          camera={view.camera}
          home={homeOf(view) ?? catalog.bbox ?? somewhere}
          lang={lang}
          label={t('map.label')}
          drawn={view.page === 'map' ? view.drawn : null}
          tool={tool}
          asking={asking}
          onMove={(camera, seen) => {
            changeView({ camera }, 'replace')
            onBounds(seen)
          }}
          onSelect={(id, finding) =>
            changeView({
              parcel: id,
              finding,
              ...(finding === null ? {} : { tab: 'conflicts' }),
              ...(inLab ? { labTab: 'movers' } : {}),
            })
          }
          onPoint={setPointed}
          onAsk={(place) => {
            setAsking(false)
            changeView({ page: 'map', place, parcel: null })
          }}
          onDrawing={setSketch}
          onDrawn={(ring) => {
            setTool(null)
            changeView({ drawn: ring, place: null, parcel: null })
          }}
          onReady={({ finishDrawing }) => {
            finish.current = finishDrawing
          }}
        />
      </Suspense>
      {view.page === 'map' && (
        <DrawBar
          tool={tool}
          shape={tool ? sketch : view.drawn}
          bounds={bounds}
          asking={asking}
          onAsking={setAsking}
          onTool={(next) => {
            setSketch(null)
            setAsking(false)
            setTool(next)
          }}
          onFinish={() => finish.current()}
        />
      )}
      <div className="map-right">
        <LayerSwitch />
      </div>
      {inLab ? (
        <LabLegend preview={preview} startOpen={!compact} />
      ) : (
        <Legend key={view.page} startOpen={!compact && view.page === 'map'} />
      )}
      {pointed && !compact && (
        <div
          className="pointed"
          data-side={pointed.side}
          style={{ left: pointed.x, top: pointed.y }}
          aria-hidden
        >
          <b>{pointed.strategy}</b> {titleOf(catalog, 'strategy', pointed.strategy, lang)}{' '}
          {pointed.ruled !== null && (
            <i>
              {t('decision.isOverride')} · {t('decision.rules', { code: pointed.ruled })}{' '}
            </i>
          )}
          {pointed.parcels === null ? (
            <span className="num">{formatMu(pointed.m2, lang)}</span>
          ) : (
            t('map.gathered', { count: pointed.parcels })
          )}
        </div>
      )}
      {catalog.parcels === 0 && <Alert className="map-note" type="info" showIcon title={t('map.empty')} />}
      {found && found.rows.length < found.total && (
        <Alert
          className="map-note"
          type="warning"
          showIcon
          title={t('map.cut', { shown: found.rows.length, total: found.total })}
        />
      )}
    </div>
  )
}
