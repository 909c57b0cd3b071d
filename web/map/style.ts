/**
 * `mapStyle`: what the map looks like for a view. Pure: the same view gives the same style, and `ParcelMap` only
 * applies it. Tiles never depend on the filter; the filter is an expression evaluated in the page.
 */
import type {
  DataDrivenPropertyValueSpecification,
  ExpressionSpecification,
  FilterSpecification,
  LayerSpecification,
  SourceSpecification,
  StyleSpecification,
} from 'maplibre-gl'
import type { FeatureCollection, Geometry } from 'geojson'
import type { Catalog, ParcelRow } from '../../server/contract.ts'
import type { Basemap } from '../api.ts'
import { M2_PER_MU } from '../../server/units.ts'
import type { Filter } from '../filter.ts'
import type { Colouring, View } from '../view.ts'
import { coloursOf, unknownColour } from './palette.ts'

/** What the style needs and neither view nor catalog holds. */
export interface StyleContext {
  /** `https://host:port` of this page: workers cannot resolve relative addresses. */
  readonly origin: string
  /** Font files for labels, with the characters each is for. There is no glyph server. */
  readonly fonts: readonly { readonly url: string; readonly range?: readonly string[] }[]
  /** Base map themes the server has. Empty: parcels on plain paper. */
  readonly basemap: Basemap
  /** Parcels a text search or CQL2 filter left over; tiles cannot know. Null: no such filter. */
  readonly matches: readonly Match[] | null
  /** Shape of the open parcel: exact, and there at levels where tiles draw parcels together. */
  readonly selected: Geometry | null
  /** Shapes laid over everything: pieces of a figure, a finding, an overlap being previewed. `tone` colours them. */
  readonly shapes: FeatureCollection | null
  /** Rules that are tried: parcels as they would be, with `from` on those that would move. Null: as they are. */
  readonly preview?: string | null
}

/** What the style needs of a parcel found by text or CQL2. */
export type Match = Pick<
  ParcelRow,
  'parcelId' | 'strategy' | 'stage' | 'kind' | 'useGroup' | 'areas' | 'bbox'
>

/** Property of a parcel in its tile that each colouring reads. */
const tileProperty: Record<Colouring, string> = {
  strategy: 'strategy',
  stage: 'stage',
  kind: 'kind',
  use: 'use_group',
}

export const parcelSource = 'parcel'
/** Layers a pointer can hit. */
export const parcelHitLayer = 'parcel-fill'
export const matchHitLayer = 'match'
export const findingHitLayer = 'finding-fill'
/** From this level tiles hold every parcel itself; below it, small ones are gathered in cells without a number. */
export const singleParcelZoom = 13

/** Themes of the server and how each is drawn; others fall back to `plain`. Order is drawing order, lowest first. */
interface ZoneLook {
  readonly fill?: string
  readonly fillOpacity?: number
  readonly line: string
  readonly width: number
  readonly dash?: number[]
  readonly above: boolean
}
const plain: ZoneLook = { fill: '#8b8b83', fillOpacity: 0.12, line: '#6f6f68', width: 1, above: false }
export const zoneLooks: Record<string, ZoneLook> = {
  control_plan: { fill: '#b59ac4', fillOpacity: 0.18, line: '#8a6b9d', width: 0.8, above: false },
  farmland: { fill: '#d8cf6a', fillOpacity: 0.4, line: '#9c9130', width: 1.2, above: true },
  eco_redline: { fill: '#2f8f4e', fillOpacity: 0.14, line: '#b3261e', width: 2, above: true },
  growth_boundary: { line: '#a0469b', width: 2.2, dash: [5, 2], above: true },
  park: { fill: '#4a7fb5', fillOpacity: 0.07, line: '#33608f', width: 1.6, dash: [3, 2], above: true },
  renewal: { fill: '#c2763d', fillOpacity: 0.1, line: '#9a5522', width: 1.4, dash: [2, 2], above: true },
  soil: { fill: '#7a5c3e', fillOpacity: 0.25, line: '#5d4126', width: 1.2, above: true },
  district: { line: '#5c625f', width: 1.4, dash: [6, 2, 1, 2], above: true },
}

export function zoneLook(layer: string): ZoneLook {
  return zoneLooks[layer] ?? plain
}

/** Edge of the parcels a trial of rules would move. */
export const moverColour = '#111111'

/** Theme of findings: not a delivered layer, but switched on and off like one. */
export const findingLayer = 'finding'

const ink = '#1d2a29'
const halo = '#fbfaf6'
const font = ['Noto Sans SC Regular']

/** The parts of a view the map is a picture of; where it stands and what is open beside it are not among them. */
export type StyledView = Pick<View, 'colour' | 'filter' | 'lang' | 'layers'>

export function mapStyle(view: StyledView, catalog: Catalog, context: StyleContext): StyleSpecification {
  const shown = visibleZones(view, catalog)
  const preview = context.preview ?? null
  const tried = (source: string): string =>
    preview !== null && (labelSources[source]?.layer ?? source) === parcelSource ? `&preview=${preview}` : ''
  const tiles = (source: string): SourceSpecification => ({
    type: 'vector',
    tiles: [
      `${context.origin}/tiles/${labelSources[source]?.layer ?? source}/{z}/{x}/{y}.mvt?v=${encodeURIComponent(catalog.tilesVersion)}${tried(source)}`,
    ],
    minzoom: 6,
    maxzoom: maxTileZoom(source),
    ...(catalog.bbox ? { bounds: catalog.bbox } : {}),
  })
  const sources: Record<string, SourceSpecification> = {
    [parcelSource]: tiles(parcelSource),
    'parcel-name': tiles('parcel-name'),
  }
  for (const layer of shown) sources[`zone-${layer}`] = tiles(layer)
  if (shown.includes('district')) sources['district-name'] = tiles('district-name')
  if (view.layers.includes(findingLayer)) sources[findingLayer] = tiles(findingLayer)
  for (const [name, data] of Object.entries(context.basemap))
    sources[`base-${name}`] = { type: 'geojson', data }
  sources.matches = { type: 'geojson', data: marksOf(context.matches ?? []) }
  const onlyIds = context.matches && context.matches.map(({ parcelId }) => parcelId)
  sources.selected = { type: 'geojson', data: collection(context.selected ? [context.selected] : []) }
  sources.shapes = { type: 'geojson', data: context.shapes ?? collection([]) }

  return {
    version: 8,
    'font-faces': {
      [font[0]!]: context.fonts.map(({ url, range }) => ({
        url: new URL(url, context.origin).href,
        ...(range ? { 'unicode-range': [...range] } : {}),
      })),
    },
    // Ids of parcels stay whole numbers through the tiles; colour fades would only make filtering look slow.
    transition: { duration: 0, delay: 0 },
    sources,
    layers: [
      { id: 'paper', type: 'background', paint: { 'background-color': '#f3f1eb' } },
      ...baseLayers(context.basemap),
      ...shown.filter((layer) => !zoneLook(layer).above).flatMap(zoneLayers),
      ...parcelLayers(view, catalog, onlyIds, preview !== null),
      ...(preview === null ? [] : moverLayers()),
      ...shown.filter((layer) => zoneLook(layer).above).flatMap(zoneLayers),
      ...(view.layers.includes(findingLayer) ? findingLayers() : []),
      ...matchLayers(view, catalog, context.matches),
      ...shapeLayers(),
      ...selectionLayers(),
      ...labelLayers(view, catalog, context, onlyIds),
    ],
  }
}

const collection = (geometries: readonly Geometry[]): FeatureCollection => ({
  type: 'FeatureCollection',
  features: geometries.map((geometry) => ({ type: 'Feature', properties: {}, geometry })),
})

/**
 * Labels come from larger tiles of their own: a tile writes a name on its part of a shape, so a shape cut by four small
 * tiles would carry it four times.
 */
const labelSources: Record<string, { layer: string; maxzoom: number }> = {
  'district-name': { layer: 'district', maxzoom: 8 },
  'parcel-name': { layer: parcelSource, maxzoom: 14 },
}

/** Below it the browser enlarges. Shapes need their centimetres. */
const maxTileZoom = (source: string): number => labelSources[source]?.maxzoom ?? 17

/** Delivered themes that are switched on, in drawing order. */
export function visibleZones(view: StyledView, catalog: Catalog): string[] {
  const order = Object.keys(zoneLooks)
  return catalog.layers
    .filter(({ name, zones }) => zones > 0 && view.layers.includes(name))
    .map(({ name }) => name)
    .toSorted((a, b) => order.indexOf(a) - order.indexOf(b))
}

/** The filter as the tiles can evaluate it; null when everything is shown. */
export function parcelFilter(filter: Filter, onlyIds: readonly number[] | null): FilterSpecification | null {
  const all: ExpressionSpecification[] = []
  const among = (property: string, keys: readonly string[]) => {
    if (keys.length > 0) all.push(['in', ['get', property], ['literal', [...keys]]])
  }
  among('strategy', filter.strategy)
  among('stage', filter.stage)
  among('kind', filter.kind)
  among('use_group', filter.use)
  among('district', filter.district)
  // Flags travel as one text, `P101,P503`: vector tiles have no lists.
  if (filter.flag.length > 0) {
    const hits = filter.flag.map((flag): ExpressionSpecification => [
      'in',
      flag,
      ['coalesce', ['get', 'flags'], ''],
    ])
    all.push(['any', ...hits])
  }
  if (filter.minMu !== null) all.push(['>=', ['get', 'area'], filter.minMu * M2_PER_MU])
  if (filter.maxMu !== null) all.push(['<=', ['get', 'area'], filter.maxMu * M2_PER_MU])
  // A table and not a list: one look-up for each parcel drawn, however many were found.
  if (onlyIds !== null) {
    all.push(onlyIds.length === 0 ? ['literal', false] : ['match', ['id'], [...onlyIds], true, false])
  }
  return all.length === 0 ? null : ['all', ...all]
}

/** Class to colour, as an expression over the tile. */
export function colourExpression(
  colouring: Colouring,
  catalog: Catalog,
): DataDrivenPropertyValueSpecification<string> {
  const colours = coloursOf(
    colouring,
    catalog.strategies.map(({ code }) => code),
  )
  const pairs = [...colours].flatMap(([key, colour]) => [key, colour])
  if (pairs.length === 0) return unknownColour
  return [
    'match',
    ['coalesce', ['get', tileProperty[colouring]], ''],
    ...pairs,
    unknownColour,
  ] as unknown as ExpressionSpecification
}

function parcelLayers(
  view: StyledView,
  catalog: Catalog,
  onlyIds: readonly number[] | null,
  isTried: boolean,
): LayerSpecification[] {
  const filter = parcelFilter(view.filter, onlyIds)
  const common = { source: parcelSource, 'source-layer': parcelSource }
  const hovered: ExpressionSpecification = ['boolean', ['feature-state', 'hover'], false]
  const layers: LayerSpecification[] = []
  // What the filter leaves out stays as context, pale: a hole in the map would read as no parcel there.
  if (filter !== null) {
    layers.push({
      id: 'parcel-other',
      type: 'fill',
      ...common,
      filter: ['!', filter as ExpressionSpecification],
      paint: { 'fill-color': '#dad7cd', 'fill-opacity': 0.45, 'fill-outline-color': '#c9c5b9' },
    })
  }
  layers.push(
    {
      id: parcelHitLayer,
      type: 'fill',
      ...common,
      ...(filter ? { filter } : {}),
      paint: {
        'fill-color': colourExpression(view.colour, catalog),
        // what stays where it is steps back behind what would move
        'fill-opacity': isTried
          ? ['case', ['has', 'from'], 1, hovered, 0.6, 0.28]
          : ['case', hovered, 1, 0.82],
        'fill-antialias': false,
      },
    },
    {
      // Far out a rare class is a speck: an edge of its own colour keeps it from falling between two pixels, and makes
      // what was asked for large enough to be found.
      id: 'parcel-edge',
      type: 'line',
      ...common,
      ...(filter ? { filter } : {}),
      maxzoom: singleParcelZoom,
      paint: {
        'line-color': colourExpression(view.colour, catalog),
        'line-width': filter ? 3 : 0.4,
        ...(isTried ? { 'line-opacity': ['case', ['has', 'from'], 1, 0.28] } : {}),
      },
    },
    {
      id: 'parcel-line',
      type: 'line',
      ...common,
      ...(filter ? { filter } : {}),
      minzoom: 12.5,
      paint: {
        'line-color': ['case', hovered, ink, '#ffffff'],
        'line-width': ['interpolate', ['linear'], ['zoom'], 12.5, 0.3, 15, 0.8, 18, 1.6],
        'line-opacity': 0.9,
      },
    },
    {
      id: 'parcel-hover',
      type: 'line',
      ...common,
      paint: {
        'line-color': ink,
        'line-width': 2,
        'line-opacity': ['case', hovered, 1, 0],
      },
    },
  )
  return layers
}

/** Parcels that would move: edged at every level, so that one speck in a city is found. */
function moverLayers(): LayerSpecification[] {
  const common = {
    source: parcelSource,
    'source-layer': parcelSource,
    filter: ['has', 'from'] as FilterSpecification,
  }
  return [
    {
      id: 'mover-casing',
      type: 'line',
      ...common,
      paint: {
        'line-color': '#ffffff',
        'line-width': ['interpolate', ['linear'], ['zoom'], 9, 2.5, 14, 4, 17, 6],
        'line-opacity': 0.9,
      },
    },
    {
      id: 'mover-line',
      type: 'line',
      ...common,
      paint: {
        'line-color': moverColour,
        'line-width': ['interpolate', ['linear'], ['zoom'], 9, 1, 14, 2, 17, 3],
      },
    },
  ]
}

/** Wide enough to be found again at city scale, where the parcel itself is a dot. */
function selectionLayers(): LayerSpecification[] {
  return [
    {
      id: 'selected-casing',
      type: 'line',
      source: 'selected',
      paint: { 'line-color': '#ffffff', 'line-width': 7 },
    },
    {
      id: 'selected-line',
      type: 'line',
      source: 'selected',
      paint: { 'line-color': '#0b2f33', 'line-width': 3 },
    },
  ]
}

function zoneLayers(layer: string): LayerSpecification[] {
  const look = zoneLook(layer)
  const common = { source: `zone-${layer}`, 'source-layer': layer }
  const layers: LayerSpecification[] = []
  if (look.fill) {
    layers.push({
      id: `zone-${layer}-fill`,
      type: 'fill',
      ...common,
      paint: { 'fill-color': look.fill, 'fill-opacity': look.fillOpacity ?? 0.2, 'fill-antialias': false },
    })
  }
  layers.push({
    id: `zone-${layer}-line`,
    type: 'line',
    ...common,
    paint: {
      'line-color': look.line,
      'line-width': ['interpolate', ['linear'], ['zoom'], 9, look.width * 0.6, 15, look.width * 1.3],
      ...(look.dash ? { 'line-dasharray': look.dash } : {}),
    },
  })
  return layers
}

function findingLayers(): LayerSpecification[] {
  const common = { source: findingLayer, 'source-layer': findingLayer }
  return [
    {
      id: findingHitLayer,
      type: 'fill',
      ...common,
      paint: { 'fill-color': '#c2185b', 'fill-opacity': 0.16 },
    },
    { id: 'finding-line', type: 'line', ...common, paint: { 'line-color': '#8e0f42', 'line-width': 1.4 } },
  ]
}

/** `tone` of a laid-over shape: what is wrong, what is left, what is merely pointed at. */
export const shapeTones = {
  conflict: '#c2185b',
  remainder: '#1f7a4d',
  piece: '#0b6e75',
  noise: '#7d7d75',
  place: '#1d2a29',
} as const
export type ShapeTone = keyof typeof shapeTones

function shapeLayers(): LayerSpecification[] {
  const colour = [
    'match',
    ['get', 'tone'],
    ...Object.entries(shapeTones).flat(),
    shapeTones.piece,
  ] as unknown as ExpressionSpecification
  return [
    {
      id: 'shape-fill',
      type: 'fill',
      source: 'shapes',
      paint: { 'fill-color': colour, 'fill-opacity': 0.45 },
    },
    {
      id: 'shape-casing',
      type: 'line',
      source: 'shapes',
      paint: { 'line-color': '#ffffff', 'line-width': 4, 'line-opacity': 0.8 },
    },
    { id: 'shape-line', type: 'line', source: 'shapes', paint: { 'line-color': colour, 'line-width': 2 } },
    {
      id: 'shape-point',
      type: 'circle',
      source: 'shapes',
      filter: ['==', ['geometry-type'], 'Point'],
      paint: {
        'circle-radius': 6,
        'circle-color': '#ffffff',
        'circle-stroke-color': colour,
        'circle-stroke-width': 4,
      },
    },
  ]
}

/** Above this many, marks would hide the parcels they stand for as soon as those can be told apart. */
const fewMatches = 200

/** A mark on each parcel found, in the colour of its class: cells of a tile cannot say which of their parcels were. */
function matchLayers(
  view: StyledView,
  catalog: Catalog,
  matches: StyleContext['matches'],
): LayerSpecification[] {
  if (matches === null) return []
  const few = matches.length <= fewMatches
  return [
    {
      id: matchHitLayer,
      type: 'circle',
      source: 'matches',
      maxzoom: few ? singleParcelZoom + 1.5 : singleParcelZoom,
      paint: {
        'circle-radius': ['interpolate', ['linear'], ['zoom'], 9, few ? 4 : 2, 13, few ? 6 : 4],
        'circle-color': colourExpression(view.colour, catalog),
        'circle-stroke-color': few ? ink : '#ffffff',
        'circle-stroke-width': few ? 1.2 : 0.6,
      },
    },
  ]
}

/** The middle of each parcel's box, with the properties its tile would give it. */
function marksOf(matches: readonly Match[]): FeatureCollection {
  return {
    type: 'FeatureCollection',
    features: matches.map(({ parcelId, strategy, stage, kind, useGroup, areas, bbox: [w, s, e, n] }) => ({
      type: 'Feature',
      id: parcelId,
      properties: { strategy, stage, kind, use_group: useGroup, area: areas.planarM2 },
      geometry: { type: 'Point', coordinates: [(w + e) / 2, (s + n) / 2] },
    })),
  }
}

/** Drawn at 1:50 million: at the scale of a city a river would run kilometres beside its bed. */
function baseLayers(basemap: StyleContext['basemap']): LayerSpecification[] {
  const layers: LayerSpecification[] = []
  if (basemap.urban) {
    layers.push({
      id: 'base-urban',
      type: 'fill',
      source: 'base-urban',
      maxzoom: 10,
      paint: {
        'fill-color': '#e9e5da',
        'fill-opacity': ['interpolate', ['linear'], ['zoom'], 8, 0.8, 10, 0],
      },
    })
  }
  if (basemap.rivers) {
    layers.push({
      id: 'base-rivers',
      type: 'line',
      source: 'base-rivers',
      maxzoom: 11,
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: {
        'line-color': '#b5d0e0',
        'line-width': ['interpolate', ['linear'], ['zoom'], 7, 1, 11, 2.5],
      },
    })
  }
  return layers
}

function labelLayers(
  view: StyledView,
  catalog: Catalog,
  context: StyleContext,
  onlyIds: readonly number[] | null,
): LayerSpecification[] {
  const filter = parcelFilter(view.filter, onlyIds)
  const layers: LayerSpecification[] = []
  if (context.basemap.places) {
    layers.push({
      id: 'base-places',
      type: 'symbol',
      source: 'base-places',
      maxzoom: 11,
      layout: { 'text-field': placeName(view.lang), 'text-font': font, 'text-size': 12 },
      paint: { 'text-color': '#6b6f6c', 'text-halo-color': halo, 'text-halo-width': 1.4 },
    })
  }
  if (visibleZones(view, catalog).includes('district')) {
    layers.push({
      id: 'district-name',
      type: 'symbol',
      source: 'district-name',
      'source-layer': 'district',
      maxzoom: 15,
      layout: {
        'text-field': ['get', 'name'],
        'text-font': font,
        'text-size': ['interpolate', ['linear'], ['zoom'], 8, 12, 13, 18],
        'text-letter-spacing': 0.12,
      },
      paint: { 'text-color': '#3d4442', 'text-halo-color': halo, 'text-halo-width': 2 },
    })
  }
  layers.push({
    id: 'parcel-label',
    type: 'symbol',
    source: 'parcel-name',
    'source-layer': parcelSource,
    minzoom: 15.5,
    ...(filter ? { filter } : {}),
    layout: {
      'text-field': labelOf(view.colour, catalog, view.lang),
      'text-font': font,
      'text-size': ['interpolate', ['linear'], ['zoom'], 15.5, 10, 18, 13],
      'text-padding': 4,
    },
    paint: { 'text-color': ink, 'text-halo-color': halo, 'text-halo-width': 1.3 },
  })
  return layers
}

/** The base map's source (Natural Earth) knows its cities by their English names only. */
const placesInChinese: Record<string, string> = {
  Changsha: '长沙',
  Guilin: '桂林',
  Hengyang: '衡阳',
  Nanchang: '南昌',
  Pingxiang: '萍乡',
  Shaoguan: '韶关',
  Wuhan: '武汉',
  Yueyang: '岳阳',
}

function placeName(lang: View['lang']): ExpressionSpecification {
  if (lang === 'en') return ['get', 'name']
  return [
    'match',
    ['get', 'name'],
    ...Object.entries(placesInChinese).flat(),
    ['get', 'name'],
  ] as unknown as ExpressionSpecification
}

/** A word on the parcel itself, so that no class is told by colour alone. */
function labelOf(colouring: Colouring, catalog: Catalog, lang: View['lang']): ExpressionSpecification {
  const value: ExpressionSpecification = ['coalesce', ['get', tileProperty[colouring]], '']
  if (colouring === 'strategy') return value
  const titles = { stage: catalog.stages, kind: catalog.kinds, use: catalog.useGroups }[colouring]
  const pairs = titles.flatMap(({ code, title }) => [code, title[lang]])
  return pairs.length === 0
    ? value
    : (['match', value, ...pairs, value] as unknown as ExpressionSpecification)
}
