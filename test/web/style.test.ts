import { createExpression, featureFilter, validateStyleMin } from '@maplibre/maplibre-gl-style-spec'
import { describe, expect, test } from 'vitest'
import { emptyFilter, type Filter } from '../../web/filter.ts'
import { firstView, type View } from '../../web/view.ts'
import { mapStyle, parcelFilter, visibleZones, type StyleContext } from '../../web/map/style.ts'
import { makeCity } from './city/city.ts'

const { catalog } = makeCity(4)
const nothing = { type: 'FeatureCollection' as const, features: [] }
const context: StyleContext = {
  origin: 'https://map.example',
  fonts: [{ url: '/assets/sc.woff2' }],
  basemap: { rivers: nothing, places: nothing, urban: nothing },
  matches: null,
  selected: null,
  shapes: null,
}
const every: View = {
  ...firstView,
  layers: [...catalog.layers.map(({ name }) => name), 'finding'],
  filter: { ...emptyFilter, strategy: ['C4'], flag: ['P101'], minMu: 30 },
  parcel: 43021100000001,
}

describe('the map is a function of the view', () => {
  test.each(['strategy', 'stage', 'kind', 'use'] as const)('coloured by %s it is a valid style', (colour) => {
    expect(validateStyleMin(mapStyle({ ...every, colour }, catalog, context))).toEqual([])
  })

  test('the same view gives the same style', () => {
    expect(mapStyle(every, catalog, context)).toEqual(mapStyle({ ...every }, catalog, context))
  })

  test('tile addresses are of this page and change with the base', () => {
    const style = mapStyle(firstView, { ...catalog, tilesVersion: 'b7 r3' }, context)
    expect(style.sources.parcel).toMatchObject({
      tiles: ['https://map.example/tiles/parcel/{z}/{x}/{y}.mvt?v=b7%20r3'],
    })
    expect(
      JSON.stringify(style)
        .match(/https?:\/\/[^/"]+/g)
        ?.every((host) => host === 'https://map.example'),
    ).toBe(true)
  })

  test('a theme nobody delivered is not drawn, even when it is switched on', () => {
    expect(visibleZones(every, catalog)).not.toContain('soil')
    expect(mapStyle(every, catalog, context).sources).not.toHaveProperty('zone-soil')
  })

  test('what the filter leaves out stays in sight, pale; without a filter there is no such layer', () => {
    const ids = (view: View) => mapStyle(view, catalog, context).layers.map(({ id }) => id)
    expect(ids(every)).toContain('parcel-other')
    expect(ids(firstView)).not.toContain('parcel-other')
  })
})

describe('what a text search or CQL2 found', () => {
  const rows = makeCity(300).rows
  const layersOf = (matches: StyleContext['matches']) =>
    mapStyle(firstView, catalog, { ...context, matches }).layers
  const layer = (matches: StyleContext['matches'], id: string) =>
    layersOf(matches).find((each) => each.id === id)

  test('without such a filter nothing is marked', () => expect(layer(null, 'match')).toBeUndefined())

  test('it is a valid style, also when nothing was found', () => {
    for (const matches of [[], rows])
      expect(validateStyleMin(mapStyle(every, catalog, { ...context, matches }))).toEqual([])
  })

  test('every one is marked where cells have no numbers, however many: 300 of 300', () => {
    const { matches } = mapStyle(firstView, catalog, { ...context, matches: rows }).sources
    const { data } = matches as { data: { features: { id: number; geometry: { coordinates: number[] } }[] } }
    expect(data.features).toHaveLength(300)
    const [west, south, east, north] = rows[7]!.bbox
    expect(data.features[7]).toMatchObject({
      id: rows[7]!.parcelId,
      properties: { strategy: rows[7]!.strategy, use_group: rows[7]!.useGroup },
      geometry: { coordinates: [(west + east) / 2, (south + north) / 2] },
    })
  })

  test('many marks give way to the parcels as soon as tiles hold single ones', () => {
    expect(layer(rows, 'match')?.maxzoom).toBe(13)
    expect(layer(rows.slice(0, 200), 'match')?.maxzoom).toBe(14.5)
  })
})

describe('far out', () => {
  const width = (filter: Filter) =>
    mapStyle({ ...firstView, filter }, catalog, context).layers.find(({ id }) => id === 'parcel-edge')
  test('each class has an edge of its own colour, a wide one when it was asked for', () => {
    expect(width(emptyFilter)).toMatchObject({ maxzoom: 13, paint: { 'line-width': 0.4 } })
    expect(width({ ...emptyFilter, strategy: ['C4'] })).toMatchObject({ paint: { 'line-width': 3 } })
  })
  test('the coarse base map ends before it would contradict the parcels', () => {
    const base = mapStyle(firstView, catalog, context).layers.filter(({ id }) => id.startsWith('base-'))
    expect(base.map(({ id, maxzoom }) => [id, maxzoom])).toEqual([
      ['base-urban', 10],
      ['base-rivers', 11],
      ['base-places', 11],
    ])
  })
})

describe('the filter as tiles evaluate it', () => {
  const passes = (
    filter: Partial<Filter>,
    properties: Record<string, unknown>,
    id = 1,
    onlyIds: number[] | null = null,
  ) => {
    const expression = parcelFilter({ ...emptyFilter, ...filter }, onlyIds)
    if (expression === null) return true
    return featureFilter(expression, 'layers[0].filter').filter({ zoom: 14 }, { type: 3, id, properties })
  }

  test('nothing chosen: no filter', () => expect(parcelFilter(emptyFilter, null)).toBeNull())

  test('lists are any of, together all of', () => {
    const c4 = { strategy: 'C4', district: '430211' }
    expect(passes({ strategy: ['C4', 'C5'] }, c4)).toBe(true)
    expect(passes({ strategy: ['C4'], district: ['430202'] }, c4)).toBe(false)
  })

  test('30 亩 keeps 20,000 m² and drops 19,999 m²', () => {
    expect(passes({ minMu: 30 }, { area: 20_000 })).toBe(true)
    expect(passes({ minMu: 30 }, { area: 19_999 })).toBe(false)
  })

  test('a flag is found in the list of a parcel; no list is no flag', () => {
    expect(passes({ flag: ['P503'] }, { flags: 'P101,P503' })).toBe(true)
    expect(passes({ flag: ['P503'] }, {})).toBe(false)
  })

  test('a text search shows only what the server found', () => {
    expect(passes({}, {}, 7, [7, 8])).toBe(true)
    expect(passes({}, {}, 9, [7, 8])).toBe(false)
    expect(passes({}, {}, 9, [])).toBe(false)
    expect(passes({}, {}, 43021100000001, [43021100000001])).toBe(true)
  })

  test('a parcel without a class is grey, not left out', () => {
    const fill = mapStyle(firstView, catalog, context).layers.find(({ id }) => id === 'parcel-fill')
    const colour = createExpression(
      (fill as { paint: { 'fill-color': unknown } }).paint['fill-color'],
      'layers[0].paint.fill-color',
    )
    if (colour.result !== 'success') throw new Error('not an expression')
    expect(colour.value.evaluate({ zoom: 14 }, { type: 3, properties: {} })).toBe('#9a9a94')
  })
})
