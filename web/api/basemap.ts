/** The base map, of files the server has. */
import type * as GeoJSON from 'geojson'
import type { Ask } from './http.ts'

/** Files of the base map, by the name `map/style.ts` knows them under. */
const basemapFiles = { rivers: 'rivers', places: 'places', urban: 'urban-areas' } as const

export type Basemap = { readonly [Name in keyof typeof basemapFiles]?: GeoJSON.FeatureCollection }

/** The base map themes this server has; none is a valid answer. */
export async function fetchBasemap({ signal }: Ask): Promise<Basemap> {
  const found = await Promise.all(
    Object.entries(basemapFiles).map(async ([name, file]) => {
      const response = await fetch(`/basemap/${file}.geojson`, signal ? { signal } : {})
      const isThere = response.ok && (response.headers.get('content-type') ?? '').includes('json')
      return isThere ? [[name, (await response.json()) as GeoJSON.FeatureCollection]] : []
    }),
  )
  return Object.fromEntries(found.flat()) as Basemap
}
