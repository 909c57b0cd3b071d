/** The only file that holds a map. It applies `mapStyle` and reports what the reader does; it decides nothing. */
import 'maplibre-gl/dist/maplibre-gl.css'
import {
  Map as MapLibre,
  NavigationControl,
  ScaleControl,
  setWorkerUrl,
  VectorTileSource,
  type MapMouseEvent,
  type StyleSpecification,
} from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url'
import { useEffect, useRef, useState } from 'react'
import type { DrawnRing, Camera, Language } from '../view.ts'
import type { Drawing, DrawTool } from './draw.ts'
import type { Bounds } from './geography.ts'
import { currentHovered, onFit, onHover, setHovered } from './signal.ts'
import { findingHitLayer, matchHitLayer, parcelHitLayer, parcelSource, singleParcelZoom } from './style.ts'

setWorkerUrl(workerUrl)

export interface PointedAt {
  readonly strategy: string | null
  /** What the rules say where a person decided otherwise. */
  readonly ruled: string | null
  readonly m2: number | null
  /** How many parcels are drawn here as one; null: a single parcel. */
  readonly parcels: number | null
  /** Of the pointer, where there is room for words. */
  readonly side: 'left' | 'right'
  /** Where the pointer is, pixels from the map's upper left corner. */
  readonly x: number
  readonly y: number
}

interface Props {
  readonly style: StyleSpecification
  /** Null: fit `home`. */
  readonly camera: Camera | null
  readonly home: Bounds
  readonly lang: Language
  readonly label: string
  /** Shown with corners to move, unless a tool is in hand. */
  readonly drawn: DrawnRing | null
  readonly tool: DrawTool | null
  /** The next click asks what lay there, whatever lies there now. */
  readonly asking: boolean
  readonly onMove: (camera: Camera, bounds: Bounds) => void
  /** @param finding the one on that parcel that was clicked on */
  readonly onSelect: (parcel: number, finding: number | null) => void
  readonly onPoint: (at: PointedAt | null) => void
  /** A place was asked about: with the tool for it, by a right click, or by a long press. */
  readonly onAsk: (at: { lon: number; lat: number }) => void
  readonly onDrawing: (ring: DrawnRing | null) => void
  readonly onDrawn: (ring: DrawnRing) => void
  readonly onReady: (map: { finishDrawing(): void }) => void
}

/**
 * Room around what is zoomed to, pixels. The legend stands over the left part of the map: one parcel fits beside it on
 * any map twice as wide, a whole city only on one three times as wide.
 */
function room({ clientWidth }: HTMLElement, around: number, widths: 2 | 3) {
  const legend = document.querySelector('.legend[data-open="true"]')?.clientWidth ?? 0
  const left = clientWidth > widths * legend ? legend + around : around
  return { top: around + 20, right: around, bottom: around, left }
}

export default function ParcelMap(props: Props) {
  const box = useRef<HTMLDivElement>(null)
  const [map, setMap] = useState<MapLibre | null>(null)
  const [drawing, setDrawing] = useState<Drawing | null>(null)
  // Listeners are registered once and must see the props of now.
  const latest = useRef(props)
  const reported = useRef<Camera | null>(null)
  useEffect(() => {
    latest.current = props
  })

  useEffect(() => {
    const { camera, home, style, lang } = latest.current
    const made = new MapLibre({
      container: box.current!,
      style,
      ...(camera
        ? { center: [camera.lon, camera.lat], zoom: camera.zoom }
        : { bounds: [...home], fitBoundsOptions: { padding: room(box.current!, 24, 3) } }),
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      maxZoom: 21,
      // Names of districts come from one large tile; splitting it past its level would write each name once per part.
      zoomLevelsToOverscale: undefined,
      minZoom: 6,
      locale:
        lang === 'zh'
          ? {
              'Map.Title': '地图',
              'NavigationControl.ZoomIn': '放大',
              'NavigationControl.ZoomOut': '缩小',
              'ScaleControl.Meters': '米',
              'ScaleControl.Kilometers': '公里',
            }
          : {},
    })
    made.touchZoomRotate.disableRotation()
    made.keyboard.disableRotation()
    made.addControl(new NavigationControl({ showCompass: false }), 'top-right')
    made.addControl(new ScaleControl({ unit: 'metric', maxWidth: 120 }), 'bottom-right')
    made.getCanvas().setAttribute('aria-label', latest.current.label)

    const report = () => {
      const { lng, lat } = made.getCenter()
      const bounds = made.getBounds()
      reported.current = { lon: lng, lat, zoom: made.getZoom() }
      latest.current.onMove(reported.current, [
        bounds.getWest(),
        bounds.getSouth(),
        bounds.getEast(),
        bounds.getNorth(),
      ])
    }
    made.on('moveend', report)
    // A hand or a pen is no needle: what lies just beside the point counts when nothing lies under it.
    const hitsAt = ({ point: { x, y } }: MapMouseEvent, layers: readonly string[]) => {
      const options = { layers: layers.filter((layer) => made.getLayer(layer)) }
      const under = made.queryRenderedFeatures([x, y], options)
      if (under.length > 0) return under
      const [from, to]: [[number, number], [number, number]] = [
        [x - reach, y - reach],
        [x + reach, y + reach],
      ]
      return made.queryRenderedFeatures([from, to], options)
    }
    const parcelAt = (event: MapMouseEvent) => hitsAt(event, [matchHitLayer, parcelHitLayer])[0]
    made.on('mousemove', (event) => {
      if (latest.current.tool) return
      const hit = parcelAt(event)
      made.getCanvas().style.cursor = latest.current.asking ? 'crosshair' : hit ? 'pointer' : ''
      setHovered(typeof hit?.id === 'number' ? hit.id : null)
      latest.current.onPoint(
        hit
          ? {
              strategy: textOf(hit.properties.strategy),
              ruled: textOf(hit.properties.ruled),
              m2: numberOf(hit.properties.area),
              parcels: numberOf(hit.properties.n),
              side: event.point.x > made.getContainer().clientWidth * 0.6 ? 'left' : 'right',
              x: event.point.x,
              y: event.point.y,
            }
          : null,
      )
    })
    const pointNowhere = () => {
      setHovered(null)
      latest.current.onPoint(null)
    }
    made.on('mouseout', pointNowhere)
    made.on('movestart', pointNowhere)
    made.on('click', (event) => {
      if (latest.current.tool) return
      pointNowhere() // a panel that opens moves the map away under the words
      if (latest.current.asking) {
        latest.current.onAsk({ lon: event.lngLat.lng, lat: event.lngLat.lat })
        return
      }
      const parcel = parcelAt(event)
      const finding = hitsAt(event, [findingHitLayer])[0]
      if (typeof parcel?.id === 'number')
        latest.current.onSelect(parcel.id, typeof finding?.id === 'number' ? finding.id : null)
      else if (parcel) closer(event)
      else if (finding) latest.current.onAsk({ lon: event.lngLat.lng, lat: event.lngLat.lat })
    })
    // Parcels drawn together come apart within two clicks, without losing sight of where one is.
    const closer = ({ lngLat }: MapMouseEvent) => {
      const zoom = made.getZoom()
      made.easeTo({ center: lngLat, zoom: Math.min(zoom + 3, Math.max(zoom + 2, singleParcelZoom + 0.01)) })
    }
    made.on('contextmenu', (event) => {
      if (!latest.current.tool) latest.current.onAsk({ lon: event.lngLat.lng, lat: event.lngLat.lat })
    })
    // For whoever drives the page from outside: drawn, and nothing under way.
    made.on('idle', () => {
      made.getContainer().setAttribute('data-idle', 'true')
      made.getContainer().setAttribute('data-preview', previewOf(latest.current.style))
    })
    made.on('dataloading', () => made.getContainer().setAttribute('data-idle', 'false'))
    made.once('load', () => {
      setMap(made)
      report()
    })
    return () => made.remove()
  }, [])

  useEffect(() => {
    if (!map) return
    retile(map, props.style)
    // The drawing tool keeps its own layers in the style; they are carried over, or a change of filter would wipe it.
    map.setStyle(props.style, {
      diff: true,
      transformStyle: (before, after) => (before ? withDrawing(before, after) : after),
    })
  }, [map, props.style])

  useEffect(() => {
    // What the map itself reported comes back; only a camera from elsewhere (back button, link) is a move.
    if (!map || !props.camera || props.camera === reported.current) return
    const { lng, lat } = map.getCenter()
    const { lon: toLon, lat: toLat, zoom } = props.camera
    const near =
      Math.abs(lng - toLon) < 2e-5 && Math.abs(lat - toLat) < 2e-5 && Math.abs(map.getZoom() - zoom) < 0.01
    if (!near || map.isMoving()) map.jumpTo({ center: [toLon, toLat], zoom })
  }, [map, props.camera])

  useEffect(() => {
    if (!map) return
    let shown: number | null = null
    return onHover(() => {
      if (shown !== null) map.setFeatureState({ ...parcelTiles, id: shown }, { hover: false })
      shown = currentHovered()
      if (shown !== null) map.setFeatureState({ ...parcelTiles, id: shown }, { hover: true })
    })
  }, [map])

  useEffect(() => {
    if (!map) return
    return onFit(([west, south, east, north]) =>
      map.fitBounds([west, south, east, north], {
        padding: room(map.getContainer(), 40, 2),
        maxZoom: 17,
        duration: 500,
      }),
    )
  }, [map])

  const wantsDrawing = props.tool !== null || props.drawn !== null
  useEffect(() => {
    if (!map || !wantsDrawing || drawing) return
    let gone = false
    void import('./draw.ts').then(({ startDrawing }) => {
      if (gone) return
      setDrawing(
        startDrawing(map, {
          onChange: (ring) => latest.current.onDrawing(ring),
          onFinish: (ring) => latest.current.onDrawn(ring),
        }),
      )
    })
    return () => {
      gone = true
    }
  }, [map, wantsDrawing, drawing])

  useEffect(() => {
    if (!drawing) return
    if (props.tool) drawing.begin(props.tool)
    else drawing.show(props.drawn)
  }, [drawing, props.tool, props.drawn])

  useEffect(() => {
    latest.current.onReady({ finishDrawing: () => drawing?.finish() })
  }, [drawing])

  return <div ref={box} className="map-canvas" data-ready={map !== null} />
}

/**
 * New tiles for a source that stays: the old ones are drawn until they come. A new style alone would take the source away
 * and put another in its place, and the map would blink at every number somebody tries.
 */
function retile(map: MapLibre, { sources }: StyleSpecification): void {
  for (const [name, wanted] of Object.entries(sources)) {
    const source = map.getSource(name)
    if (wanted.type !== 'vector' || !wanted.tiles || !(source instanceof VectorTileSource)) continue
    if (source.tiles.join() !== wanted.tiles.join()) source.setTiles(wanted.tiles)
  }
}

/** The trial a style shows, as it stands in the address of its tiles; empty: none. */
function previewOf({ sources }: StyleSpecification): string {
  const source = sources[parcelSource]
  const [address = ''] = source?.type === 'vector' ? (source.tiles ?? []) : []
  return /[?&]preview=(\w+)/.exec(address)?.[1] ?? ''
}

/** How far beside a shape the pointer still means it, pixels. */
const reach = 3
const parcelTiles = { source: parcelSource, sourceLayer: parcelSource }
const isDrawings = (name: string): boolean => name.startsWith('draw-')
const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)
const numberOf = (value: unknown): number | null => (typeof value === 'number' ? value : null)

/** Terra-draw's own sources and layers, moved from the style before to the style after. */
function withDrawing(before: StyleSpecification, after: StyleSpecification): StyleSpecification {
  const sources = Object.entries(before.sources).filter(([name]) => isDrawings(name))
  const layers = before.layers.filter((layer) => isDrawings(layer.id))
  return {
    ...after,
    sources: { ...after.sources, ...Object.fromEntries(sources) },
    layers: [...after.layers, ...layers],
  }
}
