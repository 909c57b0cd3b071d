/** What parcels are chosen by, and how the API is asked for them. */
import type { ParcelQuery } from '../server/contract.ts'
import { M2_PER_MU } from '../server/units.ts'
import { degrees, type Bounds } from './map/geography.ts'
import type { DrawnRing } from './view.ts'

/** The lists a parcel is chosen by, in the order the filter panel shows them. */
export const filterLists = ['strategy', 'stage', 'kind', 'use', 'district', 'flag'] as const
export type FilterList = (typeof filterLists)[number]

export type Filter = Readonly<Record<FilterList, readonly string[]>> & {
  /** Code, number, project, holder or location. */
  readonly q: string
  /** 亩, as typed. */
  readonly minMu: number | null
  readonly maxMu: number | null
  /** CQL2 text, for what the lists cannot say. */
  readonly cql: string
}

export const emptyFilter: Filter = {
  strategy: [],
  stage: [],
  kind: [],
  use: [],
  district: [],
  flag: [],
  q: '',
  minMu: null,
  maxMu: null,
  cql: '',
}

type Asked = Partial<Record<keyof ParcelQuery, string>>

/**
 * The filter as the API asks for it: lists joined, 亩 as m².
 * @param within degrees; null: everywhere
 */
export function parcelQuery(filter: Filter, within: Bounds | null = null): Asked {
  const query: Asked = {}
  for (const name of filterLists) if (filter[name].length > 0) query[name] = filter[name].join(',')
  if (filter.q.trim()) query.q = filter.q.trim()
  if (filter.minMu !== null) query.min_m2 = String(filter.minMu * M2_PER_MU)
  if (filter.maxMu !== null) query.max_m2 = String(filter.maxMu * M2_PER_MU)
  if (filter.cql.trim()) query.filter = filter.cql.trim()
  if (within) query.bbox = within.map((side) => side.toFixed(6)).join(',')
  return query
}

/**
 * The same as an export is asked for: words and box as they are, for what they find cannot be said in CQL2; the rest in
 * CQL2, for a list may be longer than a query.
 */
export function exportQuery(
  filter: Filter,
  within: Bounds | null = null,
): Pick<Asked, 'filter' | 'q' | 'bbox'> {
  const { q, bbox } = parcelQuery(filter, within)
  const cql = filterAsCql2(filter)
  return { ...(cql && { filter: cql }), ...(q && { q }), ...(bbox && { bbox }) }
}

/**
 * The lists and limits of a filter as CQL2 text; without its words.
 * @param within also only what meets this drawn shape
 */
export function filterAsCql2(filter: Filter, within: DrawnRing | null = null): string {
  const parts: string[] = []
  for (const [list, property] of Object.entries(cql2Names)) {
    const keys = filter[list as keyof typeof cql2Names]
    if (keys.length > 0) parts.push(`${property} IN (${keys.map(cql2Text).join(', ')})`)
  }
  if (filter.flag.length > 0) parts.push(anyOf(filter.flag.map((flag) => `has_flag(${cql2Text(flag)})`)))
  if (filter.minMu !== null) parts.push(`area_planar_m2 >= ${filter.minMu * M2_PER_MU}`)
  if (filter.maxMu !== null) parts.push(`area_planar_m2 <= ${filter.maxMu * M2_PER_MU}`)
  if (filter.cql.trim()) parts.push(`(${filter.cql.trim()})`)
  if (within) {
    const positions = [...within, within[0]!].map(([lon, lat]) => `${degrees(lon)} ${degrees(lat)}`)
    parts.push(`S_INTERSECTS(geom, POLYGON((${positions.join(', ')})))`)
  }
  return parts.join(' AND ')
}

const cql2Names = {
  strategy: 'strategy',
  stage: 'stage',
  kind: 'kind',
  use: 'use_group',
  district: 'district',
} as const
const cql2Text = (text: string): string => `'${text.replaceAll("'", "''")}'`
const anyOf = (tests: readonly string[]): string =>
  tests.length === 1 ? tests[0]! : `(${tests.join(' OR ')})`

export const isFiltered = (filter: Filter): boolean => Object.keys(parcelQuery(filter)).length > 0

/** The filter without one of its lists: what a legend counts by, so that a chosen class does not hide the others. */
export const without = (filter: Filter, name: FilterList): Filter => ({ ...filter, [name]: [] })

/**
 * A click on a class: alone it becomes the only one chosen, or none when it already is;
 * `adding` (shift or control held) puts it in or takes it out.
 */
export function toggled(chosen: readonly string[], key: string, adding: boolean): readonly string[] {
  if (adding) return chosen.includes(key) ? chosen.filter((k) => k !== key) : [...chosen, key]
  return chosen.length === 1 && chosen[0] === key ? [] : [key]
}
