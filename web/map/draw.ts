/**
 * Drawing on the map: polygon or rectangle, corners moved afterwards. Loaded when first needed.
 * The only place that knows terra-draw, which keeps its own layers (prefix `draw`) in the map's style.
 */
import type { Map as MapLibre } from 'maplibre-gl'
import {
  TerraDraw,
  TerraDrawPolygonMode,
  TerraDrawRectangleMode,
  TerraDrawSelectMode,
  ValidateNotSelfIntersecting,
} from 'terra-draw'
import { TerraDrawMapLibreGLAdapter } from 'terra-draw-maplibre-gl-adapter'
import { planarAreaM2 } from '../../server/geo/area.ts'
import { toWorking } from '../../server/geo/project.ts'
import type { DrawnRing } from '../view.ts'

export type DrawTool = 'polygon' | 'rectangle'
/** Start of the names of the sources and layers terra-draw puts into the style; ParcelMap.tsx carries them over. */
const drawPrefix = 'draw'

export interface Drawing {
  /** Starts a new shape; an earlier one is dropped. */
  begin(tool: DrawTool): void
  /** Shows a shape with corners to move; null clears. */
  show(ring: DrawnRing | null): void
  /** Closes the shape being drawn, as Enter does. */
  finish(): void
  remove(): void
}

interface Listener {
  /** The shape so far, on every move of the pointer. */
  onChange(ring: DrawnRing | null): void
  /** The shape is closed, or a corner was let go. */
  onFinish(ring: DrawnRing): void
}

const colour = '#0b3c40'
const outline = { fillColor: colour, fillOpacity: 0.08, outlineColor: colour, outlineWidth: 2 } as const

const notCrossing = (feature: Parameters<typeof ValidateNotSelfIntersecting>[0]) =>
  ValidateNotSelfIntersecting(feature)

export function startDrawing(map: MapLibre, { onChange, onFinish }: Listener): Drawing {
  const draw = new TerraDraw({
    adapter: new TerraDrawMapLibreGLAdapter({ map, prefixId: drawPrefix, coordinatePrecision: 9 }),
    modes: [
      new TerraDrawPolygonMode({
        keyEvents: { cancel: 'Escape', finish: 'Enter' },
        styles: {
          ...outline,
          closingPointColor: '#ffffff',
          closingPointOutlineColor: colour,
          closingPointOutlineWidth: 2,
          closingPointWidth: 6,
        },
        validation: notCrossing,
      }),
      new TerraDrawRectangleMode({ keyEvents: { cancel: 'Escape', finish: 'Enter' }, styles: outline }),
      new TerraDrawSelectMode({
        flags: Object.fromEntries(
          ['polygon', 'rectangle'].map((mode) => [
            mode,
            {
              feature: {
                draggable: false,
                validation: notCrossing,
                coordinates: { draggable: true, midpoints: true, deletable: true },
              },
            },
          ]),
        ),
        allowManualDeselection: false,
        styles: {
          selectedPolygonColor: colour,
          selectedPolygonFillOpacity: 0.08,
          selectedPolygonOutlineColor: colour,
          selectedPolygonOutlineWidth: 2,
          selectionPointColor: '#ffffff',
          selectionPointOutlineColor: colour,
          selectionPointOutlineWidth: 2,
          selectionPointWidth: 5,
          midPointColor: colour,
          midPointWidth: 3,
          midPointOutlineColor: '#ffffff',
          midPointOutlineWidth: 1,
        },
      }),
    ],
  })
  draw.start()

  const shape = (): DrawnRing | null => {
    const polygon = draw
      .getSnapshot()
      .find(
        ({ geometry, properties }) =>
          geometry.type === 'Polygon' && (properties.mode === 'polygon' || properties.mode === 'rectangle'),
      )
    if (!polygon || polygon.geometry.type !== 'Polygon') return null
    const ring = (polygon.geometry.coordinates[0] ?? [])
      .slice(0, -1)
      .map(([lon, lat]) => [lon!, lat!] as const)
    return ring.length >= 3 ? ring : null
  }
  draw.on('change', () => onChange(shape()))
  draw.on('finish', () => {
    const ring = shape()
    if (ring) onFinish(ring)
  })

  return {
    begin(tool) {
      draw.clear()
      draw.setMode(tool)
      map.getCanvas().focus()
    },
    show(ring) {
      const now = shape()
      if (ring && now && JSON.stringify(ring) === JSON.stringify(now) && draw.getMode() === 'select') return
      draw.clear()
      if (!ring) {
        draw.setMode('select')
        return
      }
      const id = draw.getFeatureId()
      const positions = ring.map(([lon, lat]) => [lon, lat])
      draw.addFeatures([
        {
          id,
          type: 'Feature',
          properties: { mode: 'polygon' },
          geometry: { type: 'Polygon', coordinates: [[...positions, positions[0]!]] },
        },
      ])
      draw.setMode('select')
      if (draw.hasFeature(id)) draw.selectFeature(id)
    },
    finish() {
      map.getCanvas().dispatchEvent(new KeyboardEvent('keyup', { key: 'Enter', bubbles: true }))
    },
    remove() {
      draw.stop()
    },
  }
}

/** Planar area in the working CRS of a shape in degrees, m²: the same sum the server makes. */
export function drawnAreaM2(ring: DrawnRing): number {
  const closed = [...ring, ring[0]!].map(([lon, lat]): [number, number] => [lon, lat])
  return Math.abs(planarAreaM2(toWorking([[closed]])))
}
