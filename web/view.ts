/**
 * What the reader looks at: which land, coloured how, what is open beside the map. It lives in the URL whole, so a
 * link shows a colleague the same thing and the back button goes one step back.
 * `view-url.ts` writes it there and reads it back.
 */
import type { ConflictState } from '../server/contract.ts'
import { remainderStates, type ClockState, type RemainderState } from '../server/contract/remainder-state.ts'
import { emptyFilter, type Filter } from './filter.ts'
import type { AreaUnit } from './format.ts'

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
  /** Page of a long list of the books, counted from 1. */
  readonly bookPage: number
  readonly unit: AreaUnit
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
  /** Flag raised from facts, whose facts are shown. */
  readonly raised: string | null
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

/** Pages that speak of now alone: deadlines run, and rules are tried on what readers see. */
export const isOfNow = (page: Page): boolean => page === 'lab' || page === 'deadlines'

/** What other rows of the books are asked for by: their list starts from its first page. */
const bookChoices = ['book', 'asOf', 'onlyOpen', 'landState', 'clock'] as const satisfies (keyof View)[]

/**
 * The view after a change. Another parcel, or none, leaves behind what was shown of the one before; another choice of the
 * books their page; a page that speaks of now the day.
 */
export function changed(view: View, change: Partial<View>): View {
  const next = {
    ...view,
    ...('parcel' in change && { finding: null, raised: null }),
    ...(bookChoices.some((name) => name in change) && { bookPage: 1 }),
    ...change,
  }
  return isOfNow(next.page) && next.asOf !== null ? { ...next, asOf: null } : next
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
  bookPage: 1,
  unit: 'mu',
  asOf: null,
  batchFigure: null,
  onlyOpen: false,
  landState: null,
  clock: null,
  rateYear: null,
  finding: null,
  raised: null,
  trial: noTrial,
  labTab: 'moves',
  move: null,
  desk: 'dates',
  office: null,
  light: null,
  overrideState: 'attention',
  claims: anyClaims,
}
