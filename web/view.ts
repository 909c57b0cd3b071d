/**
 * What the reader looks at: which land, coloured how, what is open beside the map. It lives in the URL whole, so a
 * link shows a colleague the same thing and the back button goes one step back.
 *
 * `parseView` never fails: an old or mistyped link loses the part it got wrong, not the rest.
 */
import type { ConflictState, ParcelQuery } from '../server/contract.ts'
import { conflictStates } from '../server/contract/conflict-state.ts'
import {
  clockStates,
  remainderStates,
  type ClockState,
  type RemainderState,
} from '../server/contract/remainder-state.ts'
import { M2_PER_MU } from '../server/units.ts'

export const pages = ['map', 'ledger', 'deadlines', 'claims', 'lab', 'deliveries'] as const
export type Page = (typeof pages)[number]

export const languages = ['zh', 'en'] as const
export type Language = (typeof languages)[number]

/** What the colour of a parcel says. */
export const colourings = ['strategy', 'stage', 'kind', 'use'] as const
export type Colouring = (typeof colourings)[number]

export const cardTabs = ['identity', 'strategy', 'conflicts', 'claims', 'dossier', 'lineage'] as const
export type CardTab = (typeof cardTabs)[number]

export const sorts = ['parcel', '-area', 'area', 'strategy', 'district'] as const
export type Sort = (typeof sorts)[number]

/** What a drawn shape is for: to see what lies in it, or to check it before it is approved or supplied. */
export const drawnPurposes = ['brief', 'approval', 'supply', 'registration'] as const
export type DrawnPurpose = (typeof drawnPurposes)[number]

/** The lists a parcel is chosen by, in the order the filter panel shows them. */
export const filterLists = ['strategy', 'stage', 'kind', 'use', 'district', 'flag'] as const
export type FilterList = (typeof filterLists)[number]

export type Filter = Readonly<Record<FilterList, readonly string[]>> & {
  /** Code, project or holder. */
  readonly q: string
  /** 亩, as typed. */
  readonly minMu: number | null
  readonly maxMu: number | null
  /** CQL2 text, for what the lists cannot say. */
  readonly cql: string
}

export interface Camera {
  readonly lon: number
  readonly lat: number
  readonly zoom: number
}

/** What the ledger counts by. */
export const books = ['districts', 'batches', 'remainders', 'rates'] as const
export type Book = (typeof books)[number]

/** What can be asked of a batch: a figure and the document it is of. */
export const batchFigures = [
  'booked',
  'supplied',
  'titled',
  ...remainderStates,
  'noise',
  'withdrawn',
  'lapsed',
  'reduced',
  'approvedEarlier',
  'endedEarlier',
  'approvedAgain',
] as const
export type BatchFigure = (typeof batchFigures)[number]

/** What the lab tries: changes to a rule pack that is kept. */
export interface Trial {
  /** Hash of the pack; null: the one in use. */
  readonly base: string | null
  /** Numbers by name, `idle_fee_after` or `min_supply_m2.IND`. */
  readonly set: Readonly<Record<string, number | string>>
  /** CQL2 conditions by strategy code. */
  readonly when: Readonly<Record<string, string>>
}
export const noTrial: Trial = { base: null, set: {}, when: {} }
export const isTrying = ({ base, set, when }: Trial): boolean =>
  base !== null || Object.keys(set).length > 0 || Object.keys(when).length > 0

/** What the lab shows of a trial. */
export const labTabs = ['moves', 'counts', 'movers', 'conditions', 'scenarios'] as const
export type LabTab = (typeof labTabs)[number]
/** What there is to see to: days that come up, facts to find out, decisions of people. */
export const desks = ['dates', 'unknowns', 'overrides'] as const
export type Desk = (typeof desks)[number]
export const lights = ['red', 'yellow', 'green', 'grey'] as const
export type Light = (typeof lights)[number]
export const overrideStates = ['attention', 'in_force', 'reopened', 'ended', 'replaced'] as const
export type OverrideState = (typeof overrideStates)[number]

/** What contradicting statements are listed by. */
export interface ClaimFilter {
  /** `holder`, `area` … */
  readonly field: string | null
  /** Two registers, `registration|supply`. */
  readonly pair: string | null
  readonly district: string | null
  readonly state: ConflictState | null
}
export const anyClaims: ClaimFilter = { field: null, pair: null, district: null, state: null }

/** A point in degrees (EPSG:4490). */
export interface Place {
  readonly lon: number
  readonly lat: number
}

/** Outer ring in degrees (EPSG:4490), not closed. */
export type DrawnRing = readonly (readonly [lon: number, lat: number])[]

export interface View {
  readonly page: Page
  readonly lang: Language
  /** Null: the whole city. */
  readonly camera: Camera | null
  readonly colour: Colouring
  readonly filter: Filter
  readonly sort: Sort
  /** The list shows only what the map shows. */
  readonly listFollowsMap: boolean
  readonly parcel: number | null
  readonly tab: CardTab
  /** Themes drawn over or under the parcels. */
  readonly layers: readonly string[]
  readonly drawn: DrawnRing | null
  readonly purpose: DrawnPurpose
  /** A place whose history is shown. */
  readonly place: Place | null
  /** A figure of the ledger, expanded to its pieces. */
  readonly cell: { readonly district: string; readonly account: string } | null
  readonly book: Book
  /** The day the ledger is looked at from; null: as readers see it now. */
  readonly asOf: string | null
  /** A figure of an approval document, expanded to its pieces. */
  readonly batchFigure: { readonly doc: string; readonly figure: BatchFigure } | null
  /** Only documents that do not close (P615). */
  readonly onlyOpen: boolean
  readonly landState: RemainderState | null
  readonly clock: ClockState | null
  /** Base year of the supply rates; null: the year of the day asked about. */
  readonly rateYear: number | null
  /** Finding whose shape is shown. */
  readonly finding: number | null
  readonly trial: Trial
  readonly labTab: LabTab
  /** One move of the trial: only its parcels are listed. */
  readonly move: { readonly from: string; readonly to: string } | null
  readonly desk: Desk
  /** Deadlines of this lead office alone; null: of all. */
  readonly office: string | null
  /** Deadlines with this light alone. */
  readonly light: Light | null
  readonly overrideState: OverrideState
  readonly claims: ClaimFilter
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

export const defaultLayers: readonly string[] = ['district']

export const firstView: View = {
  page: 'map',
  lang: 'zh',
  camera: null,
  colour: 'strategy',
  filter: emptyFilter,
  sort: 'parcel',
  listFollowsMap: false,
  parcel: null,
  tab: 'identity',
  layers: defaultLayers,
  drawn: null,
  purpose: 'brief',
  place: null,
  cell: null,
  book: 'districts',
  asOf: null,
  batchFigure: null,
  onlyOpen: false,
  landState: null,
  clock: null,
  rateYear: null,
  finding: null,
  trial: noTrial,
  labTab: 'moves',
  move: null,
  desk: 'dates',
  office: null,
  light: null,
  overrideState: 'attention',
  claims: anyClaims,
}

/** @param search the query part of an address, with or without its question mark. */
export function parseView(search: string): View {
  const p = new URLSearchParams(search)
  const layers = p.get('layers')
  return {
    page: oneOf(pages, p.get('page'), firstView.page),
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
    asOf: parseDay(p.get('asOf')),
    batchFigure: parseBatchFigure(p.get('figure')),
    onlyOpen: p.get('open') === '1',
    landState: remainderStates.find((state) => state === p.get('state')) ?? null,
    clock: clockStates.find((state) => state === p.get('clock')) ?? null,
    rateYear: parseYear(p.get('year')),
    finding: wholeNumber(p.get('finding')),
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
  put('asOf', view.asOf)
  put('figure', view.batchFigure === null ? null : `${view.batchFigure.figure}:${view.batchFigure.doc}`)
  put('open', view.onlyOpen ? '1' : '')
  put('state', view.landState)
  put('clock', view.clock)
  put('year', view.rateYear === null ? null : String(view.rateYear))
  put('finding', view.finding === null ? null : String(view.finding))
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

/** The filter as the API asks for it: lists joined, 亩 as m². */
export function parcelQuery(filter: Filter): Partial<Record<keyof ParcelQuery, string>> {
  const query: Partial<Record<keyof ParcelQuery, string>> = {}
  for (const name of filterLists) if (filter[name].length > 0) query[name] = filter[name].join(',')
  if (filter.q.trim()) query.q = filter.q.trim()
  if (filter.minMu !== null) query.min_m2 = String(filter.minMu * M2_PER_MU)
  if (filter.maxMu !== null) query.max_m2 = String(filter.maxMu * M2_PER_MU)
  if (filter.cql.trim()) query.filter = filter.cql.trim()
  return query
}

/**
 * The same filter as CQL2 text, for what takes nothing else, such as an export.
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
  const q = filter.q.trim()
  if (q)
    parts.push(
      anyOf(['parcel_code', 'project', 'holder'].map((name) => `${name} LIKE ${cql2Text(`%${q}%`)}`)),
    )
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
const degrees = (value: number): number => round(value, 8)

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
