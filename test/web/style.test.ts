import { createExpression, featureFilter, validateStyleMin } from '@maplibre/maplibre-gl-style-spec'
import { describe, expect, test } from 'vitest'
import { emptyFilter, firstView, type Filter, type View } from '../../web/view.ts'
import { mapStyle, parcelFilter, visibleZones, type StyleContext } from '../../web/map/style.ts'
import { makeCity } from './city.ts'

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
