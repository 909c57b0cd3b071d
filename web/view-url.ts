/** The view in the address: read from it, written to it. */
import { conflictStates } from '../server/contract/conflict-state.ts'
import { clockStates, remainderStates } from '../server/contract/remainder-state.ts'
import { filterLists } from './filter.ts'
import { areaUnits } from './format.ts'
import { degrees } from './map/geography.ts'
import {
  pages,
  languages,
  colourings,
  cardTabs,
  sorts,
  drawnPurposes,
  books,
  batchFigures,
  labTabs,
  desks,
  lights,
  overrideStates,
  defaultLayers,
  firstView,
  isOfNow,
  type Camera,
  type DrawnRing,
  type Place,
  type Trial,
  type View,
} from './view.ts'

/** Never fails: an old or mistyped link loses the part it got wrong, not the rest. @param search the query part of an address, with or without its question mark. */
export function parseView(search: string): View {
  const p = new URLSearchParams(search)
  const layers = p.get('layers')
  const page = oneOf(pages, p.get('page'), firstView.page)
  return {
    page,
    lang: oneOf(languages, p.get('lang'), firstView.lang),
    camera: parseCamera(p.get('at')),
    colour: oneOf(colourings, p.get('by'), firstView.colour),
    filter: {
      strategy: list(p.get('strategy')),
      stage: list(p.get('stage')),
      kind: list(p.get('kind')),
      use: list(p.get('use')),
      district: list(p.get('district')),
      flag: list(p.get('flag')),
      q: (p.get('q') ?? '').slice(0, 200),
      minMu: amount(p.get('min')),
      maxMu: amount(p.get('max')),
      cql: (p.get('filter') ?? '').slice(0, 4000),
    },
    sort: oneOf(sorts, p.get('sort'), firstView.sort),
    listFollowsMap: p.get('near') === '1',
    parcel: wholeNumber(p.get('parcel')),
    tab: oneOf(cardTabs, p.get('tab'), firstView.tab),
    layers: layers === null ? defaultLayers : list(layers),
    drawn: parseRing(p.get('drawn')),
    purpose: oneOf(drawnPurposes, p.get('as'), firstView.purpose),
    place: parsePlace(p.get('place')),
    cell: parseCell(p.get('cell')),
    book: oneOf(books, p.get('book'), firstView.book),
    bookPage: Math.max(1, wholeNumber(p.get('n')) ?? 1),
    unit: oneOf(areaUnits, p.get('unit'), firstView.unit),
    asOf: isOfNow(page) ? null : parseDay(p.get('asOf')),
    batchFigure: parseBatchFigure(p.get('figure')),
    onlyOpen: p.get('open') === '1',
    landState: remainderStates.find((state) => state === p.get('state')) ?? null,
    clock: clockStates.find((state) => state === p.get('clock')) ?? null,
    rateYear: parseYear(p.get('year')),
    finding: wholeNumber(p.get('finding')),
    raised: /^[A-Z][A-Z0-9_]{1,29}$/.exec(p.get('raised') ?? '')?.[0] ?? null,
    trial: {
      base: /^[0-9a-f]{64}$/.exec(p.get('rules') ?? '')?.[0] ?? null,
      set: parseNumbers(p.get('try')),
      when: parseConditions(p.get('edit')),
    },
    labTab: oneOf(labTabs, p.get('show'), firstView.labTab),
    move: parseMove(p.get('move')),
    desk: oneOf(desks, p.get('desk'), firstView.desk),
    office: (p.get('office') ?? '').trim().slice(0, 100) || null,
    light: lights.find((light) => light === p.get('light')) ?? null,
    overrideState: oneOf(overrideStates, p.get('decided'), firstView.overrideState),
    claims: {
      field: /^[a-z_]{1,30}$/.exec(p.get('said') ?? '')?.[0] ?? null,
      pair: /^[a-z_]{1,30}\|[a-z_]{1,30}$/.exec(p.get('pair') ?? '')?.[0] ?? null,
      district: /^\d{6,12}$/.exec(p.get('in') ?? '')?.[0] ?? null,
      state: conflictStates.find((state) => state === p.get('claim')) ?? null,
    },
  }
}

/** The shortest query that parses back to the same view; `''` for the first view. */
export function serialiseView(view: View): string {
  const parts: [name: string, value: string][] = []
  const put = (name: string, value: string | null, usual = '') => {
    if (value !== null && value !== usual) parts.push([name, value])
  }
  put('page', view.page, firstView.page)
  put('lang', view.lang, firstView.lang)
  put('by', view.colour, firstView.colour)
  for (const name of filterLists) put(name, view.filter[name].join(','))
  put('q', view.filter.q)
  put('min', view.filter.minMu === null ? null : String(view.filter.minMu))
  put('max', view.filter.maxMu === null ? null : String(view.filter.maxMu))
  put('filter', view.filter.cql)
  put('sort', view.sort, firstView.sort)
  put('near', view.listFollowsMap ? '1' : '')
  put('layers', view.layers.join(','), defaultLayers.join(','))
  put('parcel', view.parcel === null ? null : String(view.parcel))
  put('tab', view.tab, firstView.tab)
  put(
    'drawn',
    view.drawn === null ? null : view.drawn.map(([lon, lat]) => `${degrees(lon)} ${degrees(lat)}`).join(','),
  )
  put('as', view.purpose, firstView.purpose)
  put('place', view.place === null ? null : `${degrees(view.place.lon)},${degrees(view.place.lat)}`)
  put('cell', view.cell === null ? null : `${view.cell.district}.${view.cell.account}`)
  put('book', view.book, firstView.book)
  put('n', String(view.bookPage), String(firstView.bookPage))
  put('unit', view.unit, firstView.unit)
  put('asOf', view.asOf)
  put('figure', view.batchFigure === null ? null : `${view.batchFigure.figure}:${view.batchFigure.doc}`)
  put('open', view.onlyOpen ? '1' : '')
  put('state', view.landState)
  put('clock', view.clock)
  put('year', view.rateYear === null ? null : String(view.rateYear))
  put('finding', view.finding === null ? null : String(view.finding))
  put('raised', view.raised)
  put('rules', view.trial.base)
  put(
    'try',
    Object.entries(view.trial.set)
      .map(([name, value]) => `${name}:${value}`)
      .join(','),
  )
  put('edit', Object.keys(view.trial.when).length === 0 ? null : JSON.stringify(view.trial.when))
  put('show', view.labTab, firstView.labTab)
  put('move', view.move === null ? null : `${view.move.from}-${view.move.to}`)
  put('desk', view.desk, firstView.desk)
  put('office', view.office)
  put('light', view.light)
  put('decided', view.overrideState, firstView.overrideState)
  put('said', view.claims.field)
  put('pair', view.claims.pair)
  put('in', view.claims.district)
  put('claim', view.claims.state)
  put('at', view.camera === null ? null : serialiseCamera(view.camera))
  // No layers at all is a choice of its own and must not read as the usual ones.
  if (view.layers.length === 0 && !parts.some(([name]) => name === 'layers')) parts.push(['layers', ''])
  return parts.map(([name, value]) => `${name}=${encode(value)}`).join('&')
}

function oneOf<T extends string>(known: readonly T[], text: string | null, otherwise: T): T {
  return known.find((k) => k === text) ?? otherwise
}

function list(text: string | null): readonly string[] {
  if (!text) return []
  return [
    ...new Set(
      text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => /^[\p{L}\p{N}_.:-]{1,60}$/u.test(part)),
    ),
  ]
}

function amount(text: string | null): number | null {
  if (text === null || text.trim() === '') return null
  const value = Number(text)
  return Number.isFinite(value) && value >= 0 ? value : null
}

function wholeNumber(text: string | null): number | null {
  return text !== null && /^\d{1,16}$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : null
}

function parseCamera(text: string | null): Camera | null {
  const match = text === null ? null : /^(-?[\d.]+),(-?[\d.]+),([\d.]+)$/.exec(text)
  if (!match) return null
  const [lon, lat, zoom] = [Number(match[1]), Number(match[2]), Number(match[3])]
  return isLonLat(lon, lat) && zoom >= 0 && zoom <= 24 ? { lon, lat, zoom } : null
}

function parsePlace(text: string | null): Place | null {
  const match = text === null ? null : /^(-?[\d.]+),(-?[\d.]+)$/.exec(text)
  if (!match) return null
  const [lon, lat] = [Number(match[1]), Number(match[2])]
  return isLonLat(lon, lat) ? { lon, lat } : null
}

/** Five decimals of a degree are a metre on the ground: enough to stand on the same spot. */
const serialiseCamera = ({ lon, lat, zoom }: Camera): string =>
  `${round(lon, 5)},${round(lat, 5)},${round(zoom, 2)}`

function parseRing(text: string | null): DrawnRing | null {
  if (!text) return null
  const ring = text.split(',').map((pair) => pair.trim().split(/\s+/).map(Number))
  const whole = ring.every((p): p is [number, number] => p.length === 2 && isLonLat(p[0]!, p[1]!))
  return whole && ring.length >= 3 && ring.length <= 500 ? ring : null
}

/** Eight decimals of a degree are a millimetre on the ground. */

function parseCell(text: string | null): View['cell'] {
  const match = text === null ? null : /^(\w{1,12})\.(\w{1,30})$/.exec(text)
  return match ? { district: match[1]!, account: match[2]! } : null
}

function parseBatchFigure(text: string | null): View['batchFigure'] {
  const at = text?.indexOf(':') ?? -1
  if (text === null || at < 0) return null
  const figure = batchFigures.find((known) => known === text.slice(0, at))
  const doc = text.slice(at + 1, at + 81)
  return figure && doc ? { figure, doc } : null
}

/** `idle_fee_after:9,buyback_cutoff:2025-01-01`; what is neither a number nor a day is left out. */
function parseNumbers(text: string | null): Trial['set'] {
  const pairs = (text ?? '').split(',').flatMap((pair): (readonly [string, number | string])[] => {
    const match = /^([a-z][a-z0-9_]{0,60}(?:\.\w{1,20})?):(-?[\d.]{1,20}|\d{4}-\d{2}-\d{2})$/.exec(
      pair.trim(),
    )
    if (!match) return []
    const [, name, value] = match as unknown as [string, string, string]
    if (parseDay(value) !== null) return [[name, value] as const]
    return Number.isFinite(Number(value)) ? [[name, Number(value)] as const] : []
  })
  return Object.fromEntries(pairs)
}

function parseConditions(text: string | null): Trial['when'] {
  if (!text) return {}
  try {
    const read: unknown = JSON.parse(text)
    if (typeof read !== 'object' || read === null) return {}
    const entries = Object.entries(read as Record<string, unknown>).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1].length <= 4000,
    )
    return Object.fromEntries(entries.slice(0, 50))
  } catch (error) {
    if (error instanceof SyntaxError) return {} // a link that was cut: the rest of it is still good
    throw error
  }
}

function parseMove(text: string | null): View['move'] {
  const match = /^([\w]{1,30})-([\w]{1,30})$/.exec(text ?? '')
  return match ? { from: match[1]!, to: match[2]! } : null
}

/** A day of the calendar, `2025-02-28`; not the thirtieth of February. */
function parseDay(text: string | null): string | null {
  if (text === null || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return null
  const day = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text) ? text : null
}

function parseYear(text: string | null): number | null {
  const year = wholeNumber(text)
  return year !== null && year >= 1900 && year <= 2200 ? year : null
}

const isLonLat = (lon: number, lat: number): boolean =>
  Number.isFinite(lon) && Number.isFinite(lat) && Math.abs(lon) <= 180 && Math.abs(lat) <= 90

const round = (value: number, decimals: number): number => Math.round(value * 10 ** decimals) / 10 ** decimals

/** Commas, dots and colons are allowed in a query and read better than their escapes. */
const encode = (value: string): string =>
  encodeURIComponent(value).replaceAll('%2C', ',').replaceAll('%3A', ':').replaceAll('%20', '+')
